"""Consent is given to a version of a text and withdrawn; a withdrawal ends the matching at once."""

from datetime import date, timedelta

import pytest
from builders import a_person, a_vacancy, a_village, an_actor
from builders_offices import hired
from builders_registry import save
from sqlalchemy import select

from matching.vocabulary import Text
from service.access import Role, Territory, TerritoryKind
from service.errors import Conflict, Forbidden, InvalidInput, NotFound
from service.models.audit import AuditEntry
from service.models.people import Person
from service.models.privacy import Consent
from service.usecases.lists import shortlists
from service.usecases.privacy.consents import give_consent, list_consents, publish_consent_text, withdraw_consent

TEXT = Text("同意参加后备人才匹配。", "I agree to being matched.")
SIGNED = {"signed_by": "样例甲", "document": "同意书2026-1"}


@pytest.fixture
def registered(any_database, actor, now):
    """Two people who agreed as far as the file says, and a text."""
    people = [a_person(), a_person(person_no="P2", name="样例乙", consent_matching=None)]
    save(any_database, actor, now, villages=[a_village()], people=people, vacancies=[a_vacancy()])
    with any_database.unit_of_work() as session:
        publish_consent_text(session, actor=actor, purpose="matching", text=TEXT, now=now)
    return any_database


def _give(database, actor, now, number, **changed):
    with database.unit_of_work() as session:
        options = {"purpose": "matching", "given_on": now.date(), **SIGNED, **changed}
        return give_consent(session, actor=actor, person_no=number, now=now, **options).id


def _withdraw(database, actor, now, number, **changed):
    with database.unit_of_work() as session:
        options = {"purpose": "matching", "withdrawn_on": now.date(), **SIGNED, **changed}
        withdraw_consent(session, actor=actor, person_no=number, now=now, **options)


def _listed(database, actor, now):
    with database.unit_of_work() as session:
        made = shortlists.request_shortlist(session, actor=actor, vacancy_no="V1", k=5, now=now)
        return made.shortlist_no, [entry.person.person_no for entry in made.entries]


def test_a_withdrawal_takes_the_person_out_of_matching_at_once_and_marks_lists_already_made(registered, actor, now):
    _give(registered, actor, now, "P1")
    _give(registered, actor, now, "P2")
    first, listed = _listed(registered, actor, now)
    assert sorted(listed) == ["P1", "P2"]
    _withdraw(registered, actor, now, "P1")
    assert _listed(registered, actor, now)[1] == ["P2"]
    with registered.reading() as session:
        entries = shortlists.get_shortlist(session, actor=actor, shortlist_no=first).entries
        flags = {entry.person.person_no: entry.present_flags for entry in entries}
    assert flags == {"P1": ("consent_withdrawn",), "P2": ()}


def test_who_agrees_again_is_matched_again(registered, actor, now):
    _withdraw(registered, actor, now, "P1")
    assert _listed(registered, actor, now)[1] == []
    _give(registered, actor, now, "P1")
    assert _listed(registered, actor, now)[1] == ["P1"]


def test_a_consent_belongs_to_the_version_that_was_signed(registered, actor, now):
    _give(registered, actor, now, "P1")
    with pytest.raises(Conflict):
        _give(registered, actor, now, "P1")
    with registered.unit_of_work() as session:
        publish_consent_text(session, actor=actor, purpose="matching", text=Text("新文本。", "New."), now=now)
    _give(registered, actor, now, "P1")
    with registered.reading() as session:
        versions = [one.text.version for one in list_consents(session, actor=actor, person_no="P1")]
    assert versions == [1, 2]


def test_a_consent_tells_who_signed_what_and_is_audited_without_it(registered, actor, now):
    consent_id = _give(registered, actor, now, "P1")
    with registered.reading() as session:
        consent = session.get_one(Consent, consent_id)
        assert (consent.signed_by, consent.document, consent.recorded_by) == ("样例甲", "同意书2026-1", "admin")
        line = session.scalars(select(AuditEntry).where(AuditEntry.action == "give_consent")).one()
    assert (line.subject_kind, line.subject_no) == ("person", "P1")
    assert line.detail == {"purpose": "matching", "version": 1}


@pytest.mark.parametrize(
    ("changed", "error", "place"),
    [
        ({"signed_by": " "}, InvalidInput, "signed_by"),
        ({"document": ""}, InvalidInput, "document"),
        ({"given_on": date(2030, 1, 1)}, InvalidInput, "given_on"),
        ({"purpose": "advertising"}, InvalidInput, "purpose"),
        ({"purpose": "publicity"}, Conflict, "purpose"),
    ],
)
def test_a_consent_without_signature_text_or_purpose_is_refused(registered, actor, now, changed, error, place):
    with pytest.raises(error) as refusal:
        _give(registered, actor, now, "P1", **changed)
    assert refusal.value.place == place


def test_nothing_to_withdraw_is_said_so(registered, actor, now):
    _withdraw(registered, actor, now, "P1")
    with pytest.raises(Conflict):
        _withdraw(registered, actor, now + timedelta(days=1), "P1")


def _own_account(database, now, person_no="P1", roles=frozenset({Role.CANDIDATE})):
    with database.reading() as session:
        person_id = session.scalar(select(Person.id).where(Person.person_no == person_no))
    own = Territory(TerritoryKind.OWN, person_id=person_id)
    return hired(database, username="herself", roles=roles, territory=own, now=now)


def test_a_person_takes_the_own_consent_back_without_a_paper_and_leaves_the_matching_at_once(registered, actor, now):
    herself = _own_account(registered, now)
    assert "P1" in _listed(registered, actor, now)[1]
    with registered.unit_of_work(herself) as session:
        withdraw_consent(session, actor=herself, person_no="P1", purpose="matching", now=now)
    assert _listed(registered, actor, now)[1] == []
    with registered.reading() as session:
        line = session.scalars(select(AuditEntry).where(AuditEntry.action == "withdraw_consent")).one()
    assert (line.actor, line.role, line.subject_no) == ("herself", "candidate", "P1")


def test_a_person_agrees_with_the_own_account_and_it_says_so(registered, actor, now):
    herself = _own_account(registered, now, "P2")
    with registered.unit_of_work(herself) as session:
        given = give_consent(session, actor=herself, person_no="P2", purpose="matching", now=now)
        assert (given.signed_by, given.given_on, given.recorded_by) == ("样例乙", now.date(), "herself")
        assert "herself" in given.document
        assert given.recorded_by == "herself"
    assert "P2" in _listed(registered, actor, now)[1]


@pytest.mark.parametrize(
    ("changed", "place"), [({"signed_by": "另一人"}, "signed_by"), ({"withdrawn_on": date(2026, 1, 1)}, "given_on")]
)
def test_with_the_own_account_nobody_signs_as_somebody_else_or_for_another_day(registered, now, changed, place):
    herself = _own_account(registered, now)
    with registered.unit_of_work(herself) as session, pytest.raises(InvalidInput) as refusal:
        withdraw_consent(session, actor=herself, person_no="P1", purpose="matching", now=now, **changed)
    assert refusal.value.place == place


def test_with_the_own_account_nobody_takes_back_the_consent_of_somebody_else(registered, now):
    herself = _own_account(registered, now)
    with registered.unit_of_work(herself) as session, pytest.raises(NotFound):
        withdraw_consent(session, actor=herself, person_no="P2", purpose="matching", now=now)
    elsewhere = an_actor(Role.CANDIDATE)  # an account of the role that belongs to no record
    with registered.unit_of_work() as session, pytest.raises(Forbidden):
        withdraw_consent(session, actor=elsewhere, person_no="P2", purpose="matching", now=now)


def test_who_may_not_record_a_consent_is_told_who_may(registered, now):
    township = an_actor(Role.TOWNSHIP)
    with registered.unit_of_work() as session, pytest.raises(Forbidden) as refusal:
        withdraw_consent(session, actor=township, person_no="P1", purpose="matching", now=now)
    assert "组织员" in refusal.value.remedy.zh
    assert "county officer" in refusal.value.remedy.en
