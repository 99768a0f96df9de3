"""Named views: whose they are, what may stand in them, and signs of patterns in filters, which mean themselves."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import pytest
from builders import a_person, a_vacancy, a_village, an_actor
from builders_offices import hired
from builders_registry import save
from sqlalchemy import select

from service.access import EVERYWHERE, Actor, Role, Territory, TerritoryKind
from service.db import Database
from service.errors import Forbidden, InvalidInput, NotFound
from service.models.audit import AuditEntry
from service.models.people import Person
from service.models.vacancies import Vacancy
from service.models.villages import Village
from service.models.workspaces import SavedView
from service.usecases.pending.work_counts import within
from service.usecases.records import saved_views
from service.usecases.records.people import list_people
from service.usecases.records.saved_views import View
from service.usecases.records.vacancies import list_vacancies
from service.usecases.records.villages import list_villages

STATE = {"talent_source": "T2", "industry": "水稻", "sort": "-updated_at"}
COUNTY = Territory(TerritoryKind.COUNTY, "239901")


@pytest.fixture
def clerks(any_database: Database, now: datetime) -> tuple[Actor, Actor]:
    first, second = (
        hired(any_database, username=name, roles=frozenset({Role.OFFICER}), territory=place, now=now)
        for name, place in (("first", COUNTY), ("second", EVERYWHERE))
    )
    return first, second


def _save(
    database: Database,
    actor: Actor,
    now: datetime,
    name: str = "返乡种水稻",
    *,
    is_shared: bool = False,
    state: Mapping[str, str] | None = None,
) -> View:
    with database.unit_of_work(actor) as session:
        return saved_views.save_view(
            session, actor=actor, subject="people", name=name, state=STATE if state is None else state,
            is_shared=is_shared, now=now,
        )  # fmt: skip


def _seen(database: Database, actor: Actor) -> list[tuple[str, str, bool]]:
    with database.reading(actor) as session:
        views = saved_views.list_views(session, actor=actor, subject="people")
    return [(view.name, view.saved_by, view.is_own) for view in views]


def test_a_view_is_ones_own_until_it_is_shared(
    any_database: Database, clerks: tuple[Actor, Actor], now: datetime
) -> None:
    first, second = clerks
    assert _save(any_database, first, now).state == STATE
    assert _seen(any_database, second) == []
    _save(any_database, second, now, "别的")
    _save(any_database, first, now, is_shared=True)
    assert _seen(any_database, first) == [("返乡种水稻", "first", True)]
    assert _seen(any_database, second) == [("别的", "second", True), ("返乡种水稻", "first", False)]


@pytest.mark.parametrize(
    ("place", "is_shown"),
    [
        (Territory(TerritoryKind.COUNTY, "239901"), True),
        (Territory(TerritoryKind.TOWNSHIP, "239901101"), True),
        (Territory(TerritoryKind.CITY), True),
        (Territory(TerritoryKind.COUNTY, "239902"), False),
        (Territory(TerritoryKind.TOWNSHIP, "239902101"), False),
        (Territory(TerritoryKind.UNIT, "样例合作社"), False),
    ],
)
def test_a_shared_view_is_shown_where_it_was_shared_and_not_in_another_county(
    any_database: Database, clerks: tuple[Actor, Actor], now: datetime, place: Territory, is_shown: bool
) -> None:
    """What a county calls its searches is free words, which may name somebody."""
    first, second = clerks
    _save(any_database, first, now, "张某复核", is_shared=True)
    _save(any_database, second, now, "全市", is_shared=True)
    reader = hired(any_database, username="third", roles=frozenset({Role.OFFICER}), territory=place, now=now)
    wanted = [("全市", "second", False), *([("张某复核", "first", False)] if is_shown else [])]
    assert _seen(any_database, reader) == wanted


def test_the_same_name_is_saved_in_place_of_the_former_one(
    any_database: Database, clerks: tuple[Actor, Actor], now: datetime
) -> None:
    first, _ = clerks
    former = _save(any_database, first, now)
    again = _save(any_database, first, now, " 返乡种水稻 ", state={"education": "2"})
    assert (again.id, again.name, again.state) == (former.id, former.name, {"education": "2"})
    with any_database.reading() as session:
        kept = session.scalars(select(SavedView)).one()
        assert "返乡".encode() not in bytes(kept.name_sealed or b"")
        lines = session.execute(select(AuditEntry.actor, AuditEntry.action, AuditEntry.detail)).all()
    told = {"subject": "people", "is_shared": False}
    assert [tuple(line) for line in lines if "view" in line.action] == [("first", "save_view", told)] * 2


def test_nobody_deletes_the_view_of_another_not_even_a_shared_one(
    any_database: Database, clerks: tuple[Actor, Actor], now: datetime
) -> None:
    first, second = clerks
    view = _save(any_database, first, now, is_shared=True)
    for actor, view_id in ((second, view.id), (first, view.id + 1)):
        with any_database.unit_of_work(actor) as session, pytest.raises(NotFound):
            saved_views.delete_view(session, actor=actor, view_id=view_id, now=now)
    with any_database.unit_of_work(first) as session:
        assert saved_views.delete_view(session, actor=first, view_id=view.id, now=now).state == STATE
    assert _seen(any_database, first) == []


@pytest.mark.parametrize("key", ["name", "q", "person_no", "phone", "id_number", "key", "page", "colour"])
def test_who_is_sought_and_what_is_no_filter_does_not_stand_in_a_view(
    any_database: Database, clerks: tuple[Actor, Actor], now: datetime, key: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        _save(any_database, clerks[0], now, state={**STATE, key: "样例甲"})
    assert refused.value.place == key


@pytest.mark.parametrize("name", ["", "  ", "长" * 31])
def test_a_view_needs_a_short_name(
    any_database: Database, clerks: tuple[Actor, Actor], now: datetime, name: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        _save(any_database, clerks[0], now, name)
    assert refused.value.place == "name"


def test_who_sees_no_people_keeps_no_views_and_nobody_keeps_more_than_fifty(database: Database, now: datetime) -> None:
    admin = hired(database, username="admin2", roles=frozenset({Role.ADMIN}), territory=EVERYWHERE, now=now)
    with pytest.raises(Forbidden):
        _save(database, admin, now)
    with pytest.raises(Forbidden):
        _seen(database, admin)
    clerk = hired(database, username="clerk", roles=frozenset({Role.OFFICER}), territory=EVERYWHERE, now=now)
    for number in range(50):
        _save(database, clerk, now, f"视图{number}")
    _save(database, clerk, now, "视图7", state={})
    with pytest.raises(InvalidInput, match="50 views"):
        _save(database, clerk, now, "又一个")


#: Words with a sign of patterns, and what such a sign would match if it meant more than itself.
WORDS = {"P1": "50%_棉", "P2": "50aa棉", "P3": "a\\b", "P4": "水稻"}


@pytest.mark.parametrize(
    ("asked", "found"),
    [("%", []), ("_", []), ("50%_棉", ["P1"]), ("50__棉", []), ("50%", []), ("a\\b", ["P3"]), ("a_b", []),
     ("水稻", ["P4"]), ("|", []), ("水_", []), ("", [])],
)  # fmt: skip
def test_signs_of_patterns_mean_themselves_in_the_filters_of_lists(
    any_database: Database, actor: Actor, now: datetime, asked: str, found: list[str]
) -> None:
    people = [a_person(person_no=number, name=f"样例{number}") for number in WORDS]
    posts = [a_vacancy(vacancy_no=number) for number in WORDS]
    codes = {number: f"23990110020{n}" for n, number in enumerate(WORDS, start=1)}
    places = [a_village(village_code=code, village=f"东{number}村") for number, code in codes.items()]
    save(any_database, actor, now, villages=places, people=people, vacancies=posts)
    with any_database.unit_of_work() as session:
        for number, word in WORDS.items():
            for one in (
                session.scalars(select(Person).where(Person.person_no == number)).one(),
                session.scalars(select(Vacancy).where(Vacancy.vacancy_no == number)).one(),
                session.scalars(select(Village).where(Village.village_code == codes[number])).one(),
            ):
                one.industries = (word,)
    filters = {"industry": asked}
    with any_database.reading() as session:
        listed = list_people(session, actor=actor, filters=filters, now=now).items
        assert sorted(one.person_no for one in listed) == found
        assert sorted(one.vacancy_no for one in list_vacancies(session, actor=actor, filters=filters).items) == found
        listed_places = list_villages(session, actor=actor, filters=filters).items
        assert sorted(one.village_code for one in listed_places) == [codes[number] for number in found]


@pytest.mark.parametrize("code", ["%", "23990_", "2399%", "_" * 6, "\\"])
def test_signs_of_patterns_in_a_territory_reach_nothing(
    any_database: Database, actor: Actor, now: datetime, code: str
) -> None:
    save(any_database, actor, now, villages=[a_village()], people=[a_person()], vacancies=[a_vacancy()])
    clerk = replace(an_actor(), territory=Territory(TerritoryKind.COUNTY, code))
    with any_database.reading(clerk) as session:
        assert session.scalars(select(Person)).all() == []
        assert session.scalars(select(Vacancy)).all() == []
    with any_database.reading() as session:
        assert session.scalars(select(Village.village_code).where(within(clerk))).all() == []
