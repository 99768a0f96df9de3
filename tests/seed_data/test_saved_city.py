"""What the service reads back of the demo city is what its own history was drawn from."""

from datetime import datetime

import pandas as pd
import pytest

from seed_data.demo_city import DemoCity, generate
from seed_data.demo_city.draws import AS_OF
from seed_data.demo_city.frames import people_frames, vacancy_facts
from service.access import Actor, Role
from service.cli.demo_accounts import DEMO_ACCOUNTS
from service.db import Database
from service.queries.people_frames import load_people_frames
from service.queries.vacancies import load_vacancy_facts
from service.usecases.incoming import registration
from service.usecases.records.people import list_people
from service.usecases.records.provenance import Origin, SourceKind
from service.usecases.workflow.appointments import save_appointments


@pytest.fixture(scope="module")
def small_city() -> DemoCity:
    return generate(n_people=700)


@pytest.fixture
def saved(small_city: DemoCity, database: Database, actor: Actor, now: datetime) -> Database:
    demo = Origin.of(actor, SourceKind.DEMO)
    with database.unit_of_work() as session:
        reports = [
            registration.save_villages(session, actor=actor, records=small_city.villages, now=now),
            registration.save_people(session, actor=actor, records=small_city.people, now=now, origin=demo),
            registration.save_vacancies(session, actor=actor, records=small_city.vacancies, now=now, origin=demo),
            registration.save_decisions(session, actor=actor, records=small_city.decisions, now=now),
        ]
        save_appointments(session, actor=actor, records=small_city.appointments, now=now)
    assert [report.n_new for report in reports] == [1300, 700, 650, len(small_city.decisions)]
    return database


def test_the_registry_tells_the_matching_core_what_the_records_say(small_city: DemoCity, saved: Database) -> None:
    with saved.reading() as session:
        read = load_people_frames(session, as_of=AS_OF)
        facts = load_vacancy_facts(session, as_of=AS_OF)
    eligibility, criteria = people_frames(
        small_city.people,
        villages=small_city.villages,
        counties=small_city.counties,
        townships=small_city.townships,
        appointments=small_city.appointments,
        as_of=AS_OF,
    )
    pd.testing.assert_frame_equal(read.eligibility, eligibility, check_exact=True)
    pd.testing.assert_frame_equal(read.criteria, criteria, check_exact=True)
    villages = {village["village_code"]: village for village in small_city.villages}
    assert facts == [
        vacancy_facts(vacancy, vacancy_id=place, village=villages[vacancy["village_code"]], as_of=AS_OF)
        for place, vacancy in enumerate(small_city.vacancies, start=1)
    ]


def test_the_demo_account_of_a_unit_sees_the_people_of_its_unit(
    small_city: DemoCity, database: Database, actor: Actor, now: datetime
) -> None:
    demo = next(account for account in DEMO_ACCOUNTS if account.role is Role.UNIT)
    unit = Actor(demo.username, roles=frozenset({demo.role}), territory=demo.territory)
    some = [{**one, "home_village_code": None} for one in small_city.people[:400]]
    own = {one["person_no"] for one in some if one["employer"] == demo.territory.code}
    with database.unit_of_work() as session:
        registration.save_people(session, actor=actor, records=some, now=now)
    with database.reading(unit) as session:
        seen = {one.person_no for one in list_people(session, actor=unit, page_size=200).items}
    assert seen == own
    assert seen
