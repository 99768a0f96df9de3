"""Records whose retention time is up, as a page: who may erase or hold is led to where it is done."""

from datetime import timedelta

import pytest
from builders import a_person, a_village
from builders_offices import hired, reader_of
from builders_offices import token_of as token_for
from sqlalchemy import select

from matching.vocabulary import RecordStatus
from service.access import ALLOWED, EVERYWHERE, Actor, Role, Territory, TerritoryKind
from service.models.accounts import Account
from service.models.audit import AuditEntry, AuditSubject
from service.models.outbox import OutboxMessage
from service.models.people import Person
from service.settings.retention import RetentionSettings
from service.usecases.accounts.registry import actor_of
from service.usecases.incoming import registration
from service.usecases.pending.notification_addresses import set_address
from service.usecases.pending.pending_work import list_work
from service.usecases.privacy.erasure_requests import refuse_erasure, request_erasure
from service.usecases.privacy.legal_holds import place_hold
from service.usecases.privacy.retention import page_of_due
from tests.service.web.builders_pages import page_of

SETTINGS = RetentionSettings()
OFFICER = Actor("officer", frozenset({Role.OFFICER}), EVERYWHERE)


@pytest.fixture
def archive(database, actor, now):
    """Three archived records, two of them due, one of those held."""
    people = [a_person(person_no=f"P{n}", name=f"样例{word}") for n, word in enumerate("甲乙丙", start=1)]
    with database.unit_of_work() as session:
        registration.save_villages(session, actor=actor, records=[a_village()], now=now)
        registration.save_people(session, actor=actor, records=people, now=now)
    with database.unit_of_work() as session:
        for person, n_days in zip(session.query(Person).order_by(Person.person_no), (800, 790, 700), strict=True):
            person.record_status, person.updated_at = RecordStatus.ARCHIVED, now - timedelta(days=n_days)
        session.flush()
        place_hold(session, actor=OFFICER, person_no="P2", reason="信访", document="示组1号", until_on=None, now=now)
    return database


def _work(database, now, *, actor=OFFICER, **settings):
    with database.reading(actor) as session:
        kept = RetentionSettings(**settings)
        lines = {one.key: (one.n, one.n_overdue) for one in list_work(session, actor=actor, now=now, retention=kept)}
    return lines.get("records_to_erase")


def test_what_is_due_leads_to_where_it_is_erased_or_held(app, archive, now):
    officer = reader_of(app, archive, Role.OFFICER, now=now)
    html = page_of(officer, "/retention", "en")
    assert [number in html for number in ("P1", "P2", "P3")] == [True, True, False]
    assert html.count('href="/people/P1#keeping"') == 2
    assert "Erase or hold" in html
    assert "See the hold" in html
    assert 'id="keeping"' in page_of(officer, "/people/P1")
    assert "样例丙" in page_of(officer, "/retention?state=soon")


def test_who_erases_is_told_how_many_wait_and_a_held_record_does_not(archive, now):
    assert _work(archive, now) == (1, 1)
    assert _work(archive, now, archived_months=1) == (2, 2)
    assert _work(archive, now, archived_months=60) is None
    for role in set(Role) - ALLOWED["erase_people"]:
        assert _work(archive, now, actor=Actor("x", frozenset({role}), EVERYWHERE)) is None


def test_each_role_sees_what_it_may_and_others_are_refused(app, archive, now):
    for role in sorted(set(Role) - {Role.PUBLIC}):
        hired(archive, username=f"one.{role}", roles=frozenset({role}), territory=EVERYWHERE, now=now)
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token_for(archive, f'one.{role}')}"
        answer = client.get("/retention")
        if role not in ALLOWED["read_retention"]:
            assert answer.status_code == 403, role
            continue
        assert ("删除或保全" in answer.text) == (role in ALLOWED["erase_people"]), role
        assert ("样例甲" in answer.text) == (role is not Role.AUDITOR), role


def test_a_page_holds_its_part_only_and_only_who_is_shown_was_looked_at(archive, now):
    with archive.unit_of_work(OFFICER) as session:
        told = {"actor": OFFICER, "settings": SETTINGS, "now": now, "within_days": 90, "page_size": 2}
        pages = [page_of_due(session, page=page, **told) for page in (1, 2)]
        assert [[one.person.person_no for one in page.items] for page in pages] == [["P1", "P2"], ["P3"]]
        assert {page.total for page in pages} == {3}


SECOND = Actor("second", frozenset({Role.OFFICER}), EVERYWHERE)
ELSEWHERE = Actor("elsewhere", frozenset({Role.OFFICER}), Territory(TerritoryKind.COUNTY, "239902"))


def _ask_to_erase(database, now, number="P1"):
    with database.unit_of_work(OFFICER) as session:
        return request_erasure(
            session, actor=OFFICER, person_no=number, document="示组〔2026〕30号", settings=SETTINGS, now=now
        )


def _waits(database, actor, at):
    with database.reading(actor) as session:
        lines = {one.key: (one.n, one.n_overdue, one.link) for one in list_work(session, actor=actor, now=at)}
    return lines.get("erasures_to_confirm")


def test_an_erasure_that_was_asked_for_waits_for_another_officer_of_the_place(archive, now):
    _ask_to_erase(archive, now)
    assert _waits(archive, SECOND, now) == (1, 0, "/erasure-requests")
    assert _waits(archive, SECOND, now + timedelta(days=8)) == (1, 1, "/erasure-requests")
    assert _waits(archive, OFFICER, now) is None
    assert _waits(archive, ELSEWHERE, now) is None
    with archive.unit_of_work(SECOND) as session:
        refuse_erasure(session, actor=SECOND, person_no="P1", reason="信访未结", now=now)
    assert _waits(archive, SECOND, now) is None


def test_another_officer_is_told_by_mail_and_whoever_asked_is_not(archive, now):
    for one in (OFFICER, SECOND):
        hired(archive, username=one.username, roles=one.roles, territory=one.territory, now=now)
    with archive.unit_of_work() as session:
        for account in session.scalars(select(Account)):
            set_address(session, actor=actor_of(account), email=f"{account.username}@example.cn", now=now)
    _ask_to_erase(archive, now)
    with archive.reading() as session:
        told = select(Account.username, OutboxMessage.topic).join(OutboxMessage, OutboxMessage.account_id == Account.id)
        assert [tuple(row) for row in session.execute(told)] == [("second", "erasure_requested")]


def test_what_was_asked_for_stands_on_a_page_of_its_own_and_leads_to_where_it_is_confirmed(app, archive, now):
    _ask_to_erase(archive, now)
    officer = reader_of(app, archive, Role.OFFICER, now=now)
    assert 'href="/retention?state=asked"' in page_of(officer, "/retention", "en")
    html = page_of(officer, "/retention?state=asked", "en")
    assert "Confirm or refuse" in html
    assert 'href="/people/P1#keeping"' in html
    assert "示组〔2026〕30号" in html
    assert "/people/P2" not in html
    leader = reader_of(app, archive, Role.LEADER, now=now)
    assert "Confirm or refuse" not in page_of(leader, "/retention?state=asked", "en")
    elsewhere = reader_of(app, archive, Role.DISCIPLINE, territory=ELSEWHERE.territory, now=now)
    assert "No erasure was asked for" in page_of(elsewhere, "/retention?state=asked", "en")
    assert 'href="/retention?state=asked"' in page_of(officer, "/", "en")
    with archive.reading() as session:
        seen = select(AuditEntry.actor).join(AuditSubject, AuditSubject.entry_id == AuditEntry.id)
        seen = seen.where(AuditEntry.action == "list_erasure_requests", AuditSubject.subject_no == "P1")
        assert set(session.scalars(seen)) == {str(Role.OFFICER), str(Role.LEADER)}
