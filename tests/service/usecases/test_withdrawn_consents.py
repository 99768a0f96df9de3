"""A consent that was withdrawn comes back by a new signed consent, and by nothing else."""

from datetime import timedelta

import pytest
from builders import a_person, a_village, an_actor
from builders_registry import findings_of, save
from sqlalchemy import select

from matching.vocabulary import Text
from service.access import Role
from service.errors import Conflict, InvalidInput
from service.models.people import Person
from service.usecases.identity.merging import merge_people
from service.usecases.incoming.imports import import_file
from service.usecases.incoming.reports import Severity
from service.usecases.incoming.undoing_imports import undo_import
from service.usecases.privacy.consents import give_consent, publish_consent_text, withdraw_consent
from service.usecases.records.people import edit_person

SIGNED = {"purpose": "matching", "signed_by": "样例甲", "document": "同意书2026-1"}
LEFT_OUT = ("consent_matching", Severity.LEFT_OUT)


@pytest.fixture
def registered(any_database, actor, now):
    people = [a_person(), a_person(person_no="P2", name="样例乙")]
    save(any_database, actor, now, villages=[a_village()], people=people)
    with any_database.unit_of_work() as session:
        publish_consent_text(session, actor=actor, purpose="matching", text=Text("同意", "I agree"), now=now)
    return any_database


@pytest.fixture
def agree(registered, actor, now):
    def agreed(number="P1", *, at=now, **changed):
        with registered.unit_of_work() as session:
            given = {**SIGNED, "given_on": at.date(), **changed}
            give_consent(session, actor=actor, person_no=number, now=at, **given)

    return agreed


@pytest.fixture
def withdraw(registered, actor, now):
    def withdrawn(number="P1", *, at=now):
        with registered.unit_of_work() as session:
            withdraw_consent(session, actor=actor, person_no=number, now=at, withdrawn_on=at.date(), **SIGNED)

    return withdrawn


@pytest.fixture
def consent(registered):
    def said(number="P1"):
        with registered.reading() as session:
            return session.scalar(select(Person.consent_matching).where(Person.person_no == number))

    return said


@pytest.mark.parametrize("is_signed", [True, False])
@pytest.mark.parametrize("role", [Role.TOWNSHIP, Role.REGISTRAR, Role.OFFICER])
def test_last_years_roster_brings_no_withdrawn_consent_back(registered, agree, withdraw, consent, now, is_signed, role):
    if is_signed:
        agree()
    withdraw()
    for said in (True, None):
        report = save(registered, an_actor(role), now, people=[a_person(consent_matching=said)])
        assert LEFT_OUT in findings_of(report)
        assert consent() is False
    finding = next(one for one in report.records[0].findings if one.place == "consent_matching")
    assert (finding.text.zh[:5], finding.remedy.en[:24]) == ("本人已撤回", "If the person agrees aga")
    save(registered, an_actor(role), now, people=[a_person(person_no="P2", name="样例乙", consent_matching=True)])
    assert consent("P2") is True


def test_a_file_of_a_township_says_in_the_cell_that_the_consent_was_withdrawn(
    registered, withdraw, consent, now, tmp_path
):
    withdraw()
    path = tmp_path / "old.csv"
    path.write_text("人员编号,姓名,人才类别,同意参与匹配\nP1,样例甲,大学生村官,是\n", encoding="utf-8")
    with registered.unit_of_work() as session:
        report = import_file(session, actor=an_actor(Role.TOWNSHIP), kind="people", path=path, now=now)
    said = [one.problem.en for one in report.findings if one.column == "同意参与匹配"]
    assert [sentence[:24] for sentence in said] == ["The person has withdrawn"]
    assert consent() is False


@pytest.mark.parametrize("said", [True, None])
def test_no_edit_brings_a_withdrawn_consent_back(registered, withdraw, consent, now, said):
    withdraw()
    with pytest.raises(InvalidInput) as refused, registered.unit_of_work() as session:
        edit_person(
            session, actor=an_actor(Role.REGISTRAR), person_no="P1", record={"consent_matching": said},
            expected_version=2, now=now,
        )  # fmt: skip
    assert refused.value.place == "consent_matching"
    assert consent() is False


def test_a_new_consent_brings_it_back_and_files_may_say_so_again(registered, agree, withdraw, consent, actor, now):
    agree()
    withdraw()
    agree(at=now + timedelta(days=1))
    assert consent() is True
    report = save(registered, actor, now, people=[a_person()])
    assert (consent(), report.n_same) == (True, 1)


def test_a_paper_from_before_the_withdrawal_is_no_new_consent(agree, withdraw, now):
    agree(at=now - timedelta(days=3))
    withdraw()
    with pytest.raises(Conflict) as refused:
        agree(given_on=now.date() - timedelta(days=2))
    assert refused.value.place == "given_on"


def test_a_no_of_a_file_is_no_withdrawal_and_may_be_mended(registered, consent, actor, now):
    save(registered, actor, now, people=[a_person(consent_matching=False)])
    save(registered, actor, now, people=[a_person(consent_matching=True)])
    assert consent() is True


def test_undoing_an_import_brings_no_withdrawn_consent_back(registered, agree, withdraw, consent, actor, now, tmp_path):
    agree()
    path = tmp_path / "no.csv"
    path.write_text("人员编号,姓名,人才类别,同意参与匹配\nP1,样例甲,大学生村官,否\n", encoding="utf-8")
    with registered.unit_of_work() as session:
        number = import_file(session, actor=actor, kind="people", path=path, now=now).import_id
    withdraw()
    with registered.unit_of_work() as session:
        undo_import(session, actor=actor, import_id=number, now=now)
    assert consent() is False


def test_a_withdrawal_under_a_record_merged_since_counts_and_a_new_consent_ends_it(
    registered, agree, withdraw, consent, actor, now
):
    agree("P1")
    withdraw("P2", at=now + timedelta(hours=1))
    with registered.unit_of_work() as session:
        merge_people(session, actor=actor, survivor_no="P1", absorbed_no="P2", now=now + timedelta(hours=2))
    assert consent() is False
    assert LEFT_OUT in findings_of(save(registered, actor, now, people=[a_person()]))
    agree("P1", at=now + timedelta(days=1))
    assert consent() is True
