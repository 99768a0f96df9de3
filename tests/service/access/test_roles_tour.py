"""Every role opens every page and every address, with people of another county among the data, and nothing breaks."""

import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from builders import an_actor
from builders_offices import hired, token_of
from builders_tour import HARMLESS
from builders_two_counties import HERE, two_counties
from flask import Flask
from sqlalchemy import inspect, select

from matching.vocabulary import PostType
from service.access import EVERYWHERE, Actor, Role, Territory, TerritoryKind
from service.access.routes import PUBLIC, ROUTES, is_open_to
from service.context import Service
from service.db import Database, allocate_ids
from service.installation import open_database
from service.models.appointments import Appointment
from service.models.candidacies import Candidacy
from service.models.people import Person
from service.models.territories import SCOPED
from service.models.vacancies import Check, Vacancy
from service.models.villages import Village
from service.models.waivers import Waiver, WaiverState
from service.settings import Settings
from service.usecases.lists import shortlists

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

#: The natural territory of each role; everybody else looks at the first county.
PLACES = {
    Role.VILLAGE: Territory(TerritoryKind.VILLAGE, "239901100201"),
    Role.TOWNSHIP: Territory(TerritoryKind.TOWNSHIP, "239901100"),
    Role.REGISTRAR: Territory(TerritoryKind.TOWNSHIP, "239901100"),
    Role.UNIT: Territory(TerritoryKind.UNIT, "秘密单位"),
    Role.OPERATOR: Territory(TerritoryKind.SYSTEM),
    Role.ADMIN: Territory(TerritoryKind.SYSTEM),
}


@pytest.fixture(scope="module")
def app(composed_app: Flask, migrated_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    directory = tmp_path_factory.mktemp("roles")
    shutil.copytree(migrated_directory, directory, dirs_exist_ok=True)
    settings = Settings(database_url=f"sqlite:///{directory / 'talentpool.db'}", key_file=directory / "talentpool.key")
    opened = open_database(settings)
    with pytest.MonkeyPatch.context() as patch:
        served = Service(settings=settings, database=opened, clock=lambda: NOW)
        patch.setitem(composed_app.extensions, "talentpool", served)
        patch.setitem(composed_app.config, "PROPAGATE_EXCEPTIONS", False)  # as a visitor meets them
        yield composed_app
    opened.dispose()


@pytest.fixture(scope="module")
def database(app: Flask) -> Database:
    found: Database = app.extensions["talentpool"].database
    return found


@pytest.fixture(scope="module")
def numbers(database: Database) -> Mapping[str, Any]:
    """Numbers of the first county, in whose lists, posts and waivers people of the second stand."""
    two_counties(database, now=NOW)
    office = an_actor(territory=EVERYWHERE)
    with database.unit_of_work() as session:
        made = shortlists.request_shortlist(session, actor=office, vacancy_no="V1", k=5, now=NOW)
        ids = dict(session.execute(select(Person.person_no, Person.id)).all())
        vacancy = session.scalars(select(Vacancy).where(Vacancy.vacancy_no == "V1")).one()
        village_id = session.scalar(select(Village.id).where(Village.village_code == "239901100201"))
        models = (Candidacy, Appointment, Waiver, Check)
        own = {model: allocate_ids(session, model.__tablename__, n=2) for model in models}
        for nth, person_no in enumerate(("Q71", "P2")):
            waiver = Waiver(
                id=own[Waiver][nth], waiver_no=f"W-1-{nth}", person_id=ids["Q72" if nth == 0 else "P1"],
                vacancy_id=vacancy.id, rule_id="C-05", state=WaiverState.PROPOSED, document="示核〔2026〕6号",
                valid_until=date(2027, 1, 1), rulebook_version="x", proposed_by="there", proposed_at=NOW,
            )  # fmt: skip
            check = Check(
                id=own[Check][nth], person_id=ids["Q72" if nth == 0 else "P1"], vacancy_id=vacancy.id, rule_id="C-05",
                result="pass", signed_by="there", document="示核〔2026〕4号", checked_on=date(2026, 11, 20),
                valid_until=date(2026, 12, 1), created_at=NOW,
            )  # fmt: skip
            post = Appointment(
                id=own[Appointment][nth], appointment_no=f"A-1-{nth}", person_id=ids[person_no], village_id=village_id,
                vacancy_id=None, candidacy_id=None, post_type=PostType.FIRST_SECRETARY, state="in_post",
                started_on=date(2025, 1, 1), term_ends_on=date(2026, 12, 31),
            )  # fmt: skip
            added = Candidacy(
                id=own[Candidacy][nth], candidacy_no=f"C-1-{nth}", shortlist_id=made.id, person_id=ids[person_no],
                state="added_manually", added_by="there", created_at=NOW, updated_at=NOW,
            )  # fmt: skip
            session.add_all([waiver, check, post, added])
            waiver.reason = added.added_reason = "样例理由"
            session.flush()
        shortlist_no = made.shortlist_no
    return {
        **HARMLESS,
        "person_no": "P1", "versus": "P2", "absorbed_no": "P2", "survivor_no": "P1", "vacancy_no": "V1",
        "village_code": "239901100201", "shortlist_no": shortlist_no, "export_no": "E2026-000001",
        "candidacy_no": "C-1-0", "appointment_no": "A-1-0", "waiver_no": "W-1-1", "pair_id": 717171,
        "merge_id": 727272,
    }  # fmt: skip


def _hired(database: Database, role: Role) -> Actor:
    if role is Role.CANDIDATE:
        with database.reading() as session:
            place = Territory(TerritoryKind.OWN, "", session.scalar(select(Person.id).where(Person.person_no == "P1")))
    else:
        place = PLACES.get(role, HERE)
    return hired(database, username=f"{role}", roles=frozenset({role}), territory=place, now=NOW)


@pytest.fixture(scope="module")
def staff(database: Database, numbers: Mapping[str, Any]) -> dict[Role, Actor]:
    assert numbers
    return {role: _hired(database, role) for role in Role}


def _addresses(app: Flask, numbers: Mapping[str, Any]) -> dict[str, str]:
    with app.test_request_context():
        to = app.url_map.bind("localhost")
        return {
            rule.endpoint: to.build(rule.endpoint, {name: numbers[name] for name in rule.arguments}, method="GET")
            for rule in app.url_map.iter_rules()
            if ROUTES.get(rule.endpoint) != PUBLIC and "GET" in (rule.methods or ())
        }


def test_nothing_breaks_for_any_role_on_any_address(
    app: Flask, database: Database, numbers: Mapping[str, Any], staff: dict[Role, Actor]
) -> None:
    broken, n_answered = {}, 0
    for role, actor in staff.items():
        client = app.test_client(use_cookies=False)
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token_of(database, str(role))}"
        for endpoint, address in _addresses(app, numbers).items():
            if not is_open_to(actor, endpoint):
                continue  # 403 at the door for each of them: test_routes.py
            with client.get(address) as answer:
                n_answered += answer.status_code == 200
                if answer.status_code >= 500:
                    broken[f"{role} {endpoint}"] = answer.status_code
    assert broken == {}
    assert n_answered > 400


@pytest.mark.parametrize("role", Role)
def test_no_row_is_seen_without_the_records_that_it_names(
    database: Database, staff: dict[Role, Actor], role: Role
) -> None:
    """What the pages rely on: a row that must have a person, a vacancy or a list is seen with it or not at all."""
    alone = set()
    with database.reading(staff[role]) as session:
        for model in SCOPED:
            needed = [
                one.key
                for one in inspect(model).relationships
                if not one.uselist and not one.viewonly and not any(column.nullable for column in one.local_columns)
            ]
            for row in session.scalars(select(model)):
                alone |= {f"{model.__name__}.{name}" for name in needed if getattr(row, name) is None}
    assert alone == set()
