"""A correction is proposed by one and decided by another; both are recorded."""

import pytest
from builders import a_person, a_village
from builders_registry import save

from service.errors import Conflict, InvalidInput
from service.usecases.records import people
from service.usecases.records.corrections import decide_correction, list_corrections, propose_correction
from service.usecases.records.histories import history_of


@pytest.fixture
def proposed(database, actor, now):
    """A request to correct the employer of P1; its number."""
    save(database, actor, now, villages=[a_village()], people=[a_person(employer="旧单位")])
    other = type(actor)("clerk", roles=actor.roles, territory=actor.territory)
    with database.unit_of_work() as session:
        return propose_correction(
            session, actor=other, person_no="P1", field="employer", value="新单位", reason="已调动", now=now
        ).id


def _decide(database, actor, now, number, *, accept, reason=""):
    with database.unit_of_work() as session:
        return decide_correction(session, actor=actor, correction_id=number, accept=accept, reason=reason, now=now)


def _employer(database, actor):
    with database.reading() as session:
        return people.get_person(session, actor=actor, person_no="P1").employer


def test_nothing_changes_until_somebody_accepts(database, actor, now, proposed):
    assert _employer(database, actor) == "旧单位"
    _decide(database, actor, now, proposed, accept=True)
    assert _employer(database, actor) == "新单位"
    with database.reading() as session:
        changes = history_of(session, actor=actor, kind="people", number="P1")["employer"]
        (done,) = list_corrections(session, actor=actor, person_no="P1", state=None)
        assert [change.after for change in changes] == ["旧单位", "新单位"]
        assert (done.state, done.proposed_by, done.decided_by, done.reason) == ("accepted", "clerk", "admin", "已调动")


def test_a_refusal_needs_a_reason_and_changes_nothing(database, actor, now, proposed):
    with pytest.raises(InvalidInput):
        _decide(database, actor, now, proposed, accept=False)
    _decide(database, actor, now, proposed, accept=False, reason="与档案不符")
    assert _employer(database, actor) == "旧单位"
    with pytest.raises(Conflict):
        _decide(database, actor, now, proposed, accept=True)


def test_who_proposed_does_not_decide(database, actor, now, proposed):
    other = type(actor)("clerk", roles=actor.roles, territory=actor.territory)
    with pytest.raises(Conflict):
        _decide(database, other, now, proposed, accept=True)


@pytest.mark.parametrize(("field", "value"), [("record_status", "verified"), ("nothing", 1), ("birth_date", "never")])
def test_what_cannot_be_corrected_is_refused_at_once(database, actor, now, proposed, field, value):
    with database.unit_of_work() as session, pytest.raises(InvalidInput):
        propose_correction(session, actor=actor, person_no="P1", field=field, value=value, reason="", now=now)
