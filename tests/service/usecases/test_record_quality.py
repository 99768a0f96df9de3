"""Work lists of record quality: what to fill in and why, what is old, what expires."""

from datetime import timedelta

import pytest
from builders import a_person, a_vacancy, a_village
from builders_registry import save
from sqlalchemy import update

from matching.vocabulary import RecordStatus
from service.access import Actor
from service.errors import Forbidden, InvalidInput, NotConfigured
from service.models.people import Person
from service.settings import Settings
from service.usecases.records.record_quality import list_expiring, list_repairs, list_stale


@pytest.fixture
def people(any_database, actor, now):
    records = [
        a_person(),
        a_person(person_no="P2", work_start_date=None, appraisals=("2025:excellent",)),
        a_person(person_no="P3", record_status=RecordStatus.DRAFT, work_start_date=None),
        a_person(person_no="P4", appraisals=("2025:excellent",), birth_date=None),
    ]
    vacancies = [a_vacancy(), a_vacancy(vacancy_no="V2")]
    save(any_database, actor, now, villages=[a_village()], people=records, vacancies=vacancies)
    return any_database


def test_the_list_says_what_to_fill_in_and_what_it_brings(people, actor, now):
    with people.reading() as session:
        found = {one.person.person_no: one for one in list_repairs(session, actor=actor, now=now)}
        assert "work_start_date" in found["P2"].fields
        assert found["P2"].n_blocked == 2
        assert "补填“参加工作时间”，2 个在招岗位的" in found["P2"].sentence.zh
        assert "can then be judged on 2 open vacancies" in found["P2"].sentence.en
        assert "birth_date" in found["P4"].fields
        assert "补填“年度考核结果”，2 个在招岗位平均可增" in found["P1"].sentence.zh
        assert "P3" not in found  # not verified: a known fact keeps it off every list
        worths = [one.worth for one in list_repairs(session, actor=actor, now=now)]
        assert worths == sorted(worths, reverse=True)
        assert len(list_repairs(session, actor=actor, n=1, now=now)) == 1


def test_records_grow_old_by_the_month_and_the_oldest_come_first(people, actor, now):
    ages = {"P1": 400, "P2": 366, "P3": 364, "P4": 500}
    with people.unit_of_work() as session:
        for number, days in ages.items():
            then = now - timedelta(days=days)
            session.execute(update(Person).where(Person.person_no == number).values(updated_at=then, verified_at=None))
        verified = update(Person).where(Person.person_no == "P4").values(verified_at=now - timedelta(days=370))
        session.execute(verified)
    with people.reading() as session:
        page = list_stale(session, actor=actor, months=12, now=now)
        assert [one.person.person_no for one in page.items] == ["P1", "P4", "P2"]
        assert (page.total, list_stale(session, actor=actor, months=14, now=now).total) == (3, 0)
        assert (page.items[1].since_on - (now - timedelta(days=370)).date()).days == 0
        assert page.items[0].due_on.replace(year=page.items[0].due_on.year - 1) == page.items[0].since_on


def test_verifications_expire(people, actor, now):
    with people.unit_of_work() as session:
        for number, days in {"P1": 360, "P2": 340, "P4": 300}.items():
            then = now - timedelta(days=days)
            session.execute(update(Person).where(Person.person_no == number).values(verified_at=then))
    with people.reading() as session:

        def due(within_days):
            page = list_expiring(session, actor=actor, months=12, within_days=within_days, now=now)
            return [one.person.person_no for one in page.items]

        assert (due(0), due(30), due(80)) == ([], ["P1", "P2"], ["P1", "P2", "P4"])


@pytest.mark.parametrize("work", [list_repairs, list_stale, list_expiring])
def test_only_who_may_read_work_lists_gets_one(database, now, work):
    term = {} if work is list_repairs else {"months": 12}
    with database.reading() as session, pytest.raises(Forbidden):
        work(session, actor=Actor("x"), now=now, **term)


def test_impossible_terms_are_named(database, actor, now):
    with database.reading() as session:
        for work, place, value in (
            (list_repairs, "n", 0),
            (list_stale, "months", 601),
            (list_expiring, "within_days", -1),
        ):
            term = {} if work is list_repairs else {"months": 12}
            with pytest.raises(InvalidInput) as refused:
                work(session, actor=actor, now=now, **{**term, place: value})
            assert refused.value.place == place


def test_the_terms_are_settings(tmp_path):
    here = {"TALENTPOOL_STALE_MONTHS": "6"}
    assert (Settings.from_environment(here).stale_months, Settings.from_environment(here).verification_months) == (
        6,
        24,
    )
    with pytest.raises(NotConfigured) as refused:
        Settings.from_environment({"TALENTPOOL_VERIFICATION_MONTHS": "soon"})
    assert refused.value.place == "TALENTPOOL_VERIFICATION_MONTHS"
