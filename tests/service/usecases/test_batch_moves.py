"""Many records led to one state: who may, what is asked for, and what is told of each."""

import pytest
from builders import a_person, a_village, an_actor
from builders_registry import save
from sqlalchemy import select

from matching.vocabulary import RecordStatus
from service.access import Role
from service.errors import Forbidden, InvalidInput
from service.models.accounts import Account
from service.models.moves import Move
from service.models.people import Person
from service.usecases.records.batch_moves import move_records, offered_moves, told_outcome

OFFICER = an_actor(Role.OFFICER, username="officer", account_id=7)
SIGNED = {"signed_name": "样例署名", "document": "示组〔2026〕9号"}


@pytest.fixture
def registry(database, actor, now):
    states = {"P1": RecordStatus.TOWNSHIP_CHECKED, "P2": RecordStatus.TOWNSHIP_CHECKED, "P3": RecordStatus.DRAFT}
    people = [a_person(person_no=no, record_status=state, id_number=None) for no, state in states.items()]
    save(database, actor, now, villages=[a_village()])
    save(database, actor, now, people=[*people, a_person(person_no="P4")])
    with database.unit_of_work() as session:
        account = {"roles": ("org_dept_officer",), "territory_kind": "all", "password_hash": "-", "created_at": now}
        session.add(Account(id=7, username="officer", **account))
    return database


def test_those_who_can_go_go_and_each_of_the_others_is_told_why(registry, now):
    with registry.unit_of_work() as session:
        numbers = ["P1", "P2", "P3", "P4", "P9"]
        done = move_records(session, actor=OFFICER, numbers=numbers, to="verified", now=now, **SIGNED)
        assert (done.changed, done.same) == (["P1", "P2"], ["P4"])
        assert [number for number, _why in done.refused] == ["P3", "P9"]
        assert "不能转为" in done.refused[0][1].zh
        states = {one.person_no: one.record_status for one in session.scalars(select(Person))}
        assert states["P1"] == states["P2"] == RecordStatus.VERIFIED
        assert states["P3"] == RecordStatus.DRAFT
        moves = session.scalars(select(Move).where(Move.subject_kind == "talent_record")).all()
        assert {(one.subject_no, one.document) for one in moves} == {
            ("P1", SIGNED["document"]),
            ("P2", SIGNED["document"]),
        }
    with registry.reading() as session:
        to, told = told_outcome(session, actor=OFFICER)
        assert (to, told.changed, [number for number, _why in told.refused]) == ("verified", ["P1", "P2"], ["P3", "P9"])


@pytest.mark.parametrize(
    ("to", "given", "place"),
    [
        ("verified", {"signed_name": "样例署名"}, "document"),
        ("suspended", {"reason": " "}, "reason"),
        ("erased", {}, "to"),
        ("township_checked", SIGNED, "to"),
    ],
)
def test_what_a_step_asks_for_is_asked_for_before_anybody_moves(registry, now, to, given, place):
    with registry.unit_of_work() as session, pytest.raises(InvalidInput) as refused:
        move_records(session, actor=OFFICER, numbers=["P1"], to=to, now=now, **given)
    assert refused.value.place == place


def test_a_signature_without_a_document_is_given_for_one_person_at_a_time():
    assert [one.to for one in offered_moves(OFFICER)] == ["verified", "suspended", "archived"]
    assert [one.to for one in offered_moves(an_actor(Role.TOWNSHIP))] == ["draft"]
    assert [one.to for one in offered_moves(an_actor(Role.REGISTRAR))] == ["submitted"]
    assert offered_moves(an_actor(Role.AUDITOR)) == []


def test_who_leads_no_records_is_refused(registry, now):
    with registry.unit_of_work() as session, pytest.raises(Forbidden):
        move_records(session, actor=an_actor(Role.AUDITOR), numbers=["P1"], to="archived", now=now)
