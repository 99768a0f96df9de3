from datetime import date, timedelta

import pytest
from builders import a_person, a_vacancy, a_village
from builders_registry import save
from sqlalchemy import select

from service.access import Actor
from service.errors import Forbidden, InvalidInput, NotFound
from service.models.audit import AuditEntry
from service.models.vacancies import Check
from service.queries.revisions import pool_revision
from service.usecases.rules.checks import record_check


@pytest.fixture
def check(any_database, actor, now):
    """Record a check about a person and a vacancy with a cited requirement."""
    vacancy = a_vacancy(age_max=45, requirement_basis="示组〔2026〕3号")
    save(any_database, actor, now, villages=[a_village()], people=[a_person()], vacancies=[vacancy])

    def run(**changes):
        asked = {
            "person_no": "P1",
            "vacancy_no": "V1",
            "rule_id": "FS-02",
            "result": "pass",
            "document": "示组〔2026〕5号",
            "checked_on": now.date(),
            "actor": actor,
            **changes,
        }
        with any_database.unit_of_work() as session:
            return record_check(session, now=now, **asked)

    return run


def test_a_check_keeps_its_document_and_signature(any_database, check):
    check()
    with any_database.reading() as session:
        found = session.scalars(select(Check)).one()
        assert (found.person.person_no, found.vacancy.vacancy_no) == ("P1", "V1")
        assert (found.rule_id, found.result, found.signed_by) == ("FS-02", "pass", "admin")
        line = session.scalars(select(AuditEntry).where(AuditEntry.action == "record_check")).one()
    assert line.detail == {"person_no": "P1", "rule_id": "FS-02", "result": "pass", "valid_until": "2028-11-22"}


def test_a_check_raises_the_counter_of_vacancies_only(any_database, check):
    with any_database.reading() as session:
        before = pool_revision(session), pool_revision(session, "vacancies")
    check()
    with any_database.reading() as session:
        assert (pool_revision(session), pool_revision(session, "vacancies")) == (before[0], before[1] + 1)


@pytest.mark.parametrize("rule_id", ["C-04", "C-06", "FS-07", "V-AGE"])
def test_rules_of_every_stage_and_the_vacancys_own_may_be_checked(check, rule_id):
    assert check(rule_id=rule_id, result="pass").rule_id == rule_id


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"rule_id": "HV-03"}, "rule_id"),  # a rule of another post
        ({"rule_id": "FS-05"}, "rule_id"),  # switched off under the city plan
        ({"rule_id": "V-EDU"}, "rule_id"),  # the vacancy does not ask for it
        ({"result": "waived"}, "result"),  # takes two people
        ({"result": "maybe"}, "result"),
        ({"document": " "}, "document"),
        ({"valid_until": date(2026, 11, 22)}, "valid_until"),  # it has passed
        ({"valid_until": date(2028, 11, 23)}, "valid_until"),  # after the term
    ],
)
def test_a_check_that_means_nothing_is_refused_with_its_place(check, changes, place):
    with pytest.raises(InvalidInput) as refused:
        check(**changes)
    assert refused.value.place == place


def test_a_check_is_not_made_in_the_future(check, now):
    with pytest.raises(InvalidInput) as refused:
        check(checked_on=now.date() + timedelta(days=1))
    assert refused.value.place == "checked_on"


@pytest.mark.parametrize("unknown", [{"person_no": "P404"}, {"vacancy_no": "V404"}])
def test_person_and_vacancy_must_be_registered(check, unknown):
    with pytest.raises(NotFound) as refused:
        check(**unknown)
    assert refused.value.place in unknown


def test_the_right_is_checked_before_anything_else(check):
    with pytest.raises(Forbidden):
        check(actor=Actor("guest"), person_no="P404")
