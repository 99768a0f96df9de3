"""Where the department wants it, erasing takes two officers: one asks, another confirms with a reason."""

from dataclasses import replace

import pytest
from builders import a_person, a_village
from builders_registry import save
from sqlalchemy import select

from matching.vocabulary import RecordStatus
from service.access import EVERYWHERE, Actor, Role, Territory, TerritoryKind
from service.errors import Conflict, Forbidden, InvalidInput, NotFound
from service.models.audit import AuditEntry
from service.models.people import Person
from service.models.privacy import Erasure, ErasureRequest
from service.settings.retention import RetentionSettings
from service.usecases.privacy.erasing import confirm_erasure, erase_person
from service.usecases.privacy.erasure_requests import list_requests, refuse_erasure, request_erasure
from service.usecases.privacy.legal_holds import lift_hold, place_hold

BY_TWO = RetentionSettings(is_erased_by_two=True)
FIRST, SECOND = (Actor(name, frozenset({Role.OFFICER}), EVERYWHERE) for name in ("first", "second"))
ELSEWHERE = replace(SECOND, username="elsewhere", territory=Territory(TerritoryKind.COUNTY, "239902"))
PAPER, WHY = "示组〔2026〕30号", "与本人申请书核对无误"


@pytest.fixture
def office(any_database, actor, now):
    save(any_database, actor, now, villages=[a_village()], people=[a_person()])
    return any_database


def _ask(database, now, *, actor=FIRST, **options):
    told = {"document": PAPER, "on_request": True, "settings": BY_TWO, **options}
    with database.unit_of_work(actor) as session:
        return request_erasure(session, actor=actor, person_no="P1", now=now, **told)


def _confirm(database, now, *, actor=SECOND, reason=WHY):
    with database.unit_of_work(actor) as session:
        return confirm_erasure(session, actor=actor, person_no="P1", reason=reason, settings=BY_TWO, now=now)


def _is_erased(database):
    with database.reading() as session:
        return session.scalars(select(Person)).one().record_status is RecordStatus.ERASED


def test_one_asks_and_another_confirms(office, now):
    _ask(office, now)
    assert not _is_erased(office)
    with office.unit_of_work(SECOND) as session:
        assert [one.requested_by for one in list_requests(session, actor=SECOND)] == ["first"]
    _confirm(office, now)
    assert _is_erased(office)
    with office.unit_of_work(SECOND) as session:
        assert list_requests(session, actor=SECOND) == []
        asked, done = session.scalars(select(ErasureRequest)).one(), session.scalars(select(Erasure)).one()
        assert (asked.state, asked.requested_by, asked.decided_by) == ("confirmed", "first", "second")
        assert (done.document, done.ground, done.erased_by) == (PAPER, "request", "second")
        lines = session.execute(select(AuditEntry.action, AuditEntry.actor).order_by(AuditEntry.id)).all()
        acts = [tuple(line) for line in lines if "erasure" in line.action or line.action == "erase_person"]
        wanted = [("request_erasure", "first"), ("confirm_erasure", "second"), ("erase_person", "second")]
        assert [one for one in acts if "list" not in one[0]] == wanted


def test_nobody_erases_alone_or_confirms_what_they_asked_for(office, now):
    told = {"document": PAPER, "on_request": True, "settings": BY_TWO, "now": now}
    with pytest.raises(Conflict, match="takes two"), office.unit_of_work(FIRST) as session:
        erase_person(session, actor=FIRST, person_no="P1", **told)
    with pytest.raises(Conflict):
        _confirm(office, now)  # nobody asks for it
    _ask(office, now)
    with pytest.raises(Conflict):
        _ask(office, now, actor=SECOND)
    with pytest.raises(Forbidden):
        _confirm(office, now, actor=FIRST)
    with pytest.raises(InvalidInput):
        _confirm(office, now, reason=" ")
    with pytest.raises(NotFound):
        _confirm(office, now, actor=ELSEWHERE)
    assert not _is_erased(office)


def test_what_keeps_a_record_is_looked_at_when_it_is_asked_and_again_when_it_is_confirmed(office, now):
    with pytest.raises(Conflict):
        _ask(office, now, on_request=False)  # its time is not up
    _ask(office, now)
    with office.unit_of_work(FIRST) as session:
        told = {"reason": "申诉", "document": "函1", "until_on": None, "now": now}
        hold = place_hold(session, actor=FIRST, person_no="P1", **told).id
    with pytest.raises(Conflict):
        _confirm(office, now)
    with office.unit_of_work(SECOND) as session:
        lift_hold(session, actor=SECOND, person_no="P1", hold_id=hold, reason="已结", now=now)
    with pytest.raises(Forbidden):
        _confirm(office, now)  # whoever let go
    assert not _is_erased(office)


@pytest.mark.parametrize("actor", [FIRST, SECOND])
def test_a_request_is_refused_or_taken_back_with_a_reason_and_may_be_made_again(office, now, actor):
    _ask(office, now)
    with office.unit_of_work(actor) as session:
        assert refuse_erasure(session, actor=actor, person_no="P1", reason="尚需保留", now=now).state == "refused"
    with pytest.raises(Conflict):
        _confirm(office, now)
    assert _ask(office, now).state == "open"
