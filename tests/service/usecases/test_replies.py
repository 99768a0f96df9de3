"""A sending unit, a village and a person are asked, and say over their own accounts what they think."""

from datetime import date, timedelta

import pytest
from builders_replies import asked_round, person_of, unit_of, village_of
from builders_workflow import (
    DISCIPLINE,
    OFFICER,
    all_of,
    asked,
    lead_to,
    sign,
)
from sqlalchemy import select

from matching.vocabulary.replies import ReplyKind
from service.errors import Conflict, Forbidden, InvalidInput, NotFound, VersionConflict
from service.models.audit import AuditEntry
from service.models.candidacies import Reply
from service.usecases.pending.pending_work import list_work
from service.usecases.workflow.candidacies import move_candidacy
from service.usecases.workflow.candidacy_views import get_candidacy
from service.usecases.workflow.questions import list_questions
from service.usecases.workflow.replies import give_reply

VOTE = {"n_entitled": 9, "n_present": 8, "n_for": 6, "n_against": 1, "n_abstained": 1}
PAPER = {"signed_name": "样例署名", "document": "示机〔2026〕5号"}


def _questions(database, actor):
    with database.reading(actor) as session:
        return list_questions(session, actor=actor)


def _say(database, actor, now, reply, number=None, **given):
    question = next(one for one in _questions(database, actor) if number in {None, one.candidacy_no})
    with database.unit_of_work(actor) as session:
        return give_reply(session, actor=actor, candidacy_no=question.candidacy_no, reply=ReplyKind(reply), now=now,
                          **{"version": question.version, **PAPER, **given})  # fmt: skip


def _missing(database, candidacy_no):
    with database.reading(OFFICER) as session:
        return [one.key for one in get_candidacy(session, actor=OFFICER, candidacy_no=candidacy_no).missing_signatures]


def _move(database, actor, candidacy_no, to, now):
    with database.unit_of_work() as session:
        version = get_candidacy(session, actor=OFFICER, candidacy_no=candidacy_no).candidacy.version
        move_candidacy(session, actor=actor, candidacy_no=candidacy_no, asked=asked(to, version), now=now)


def test_a_unit_is_asked_about_its_staff_only_and_only_once_it_was_asked(any_database, actor, now):
    unit = unit_of(any_database, now)
    _, numbers = asked_round(any_database, actor, now)
    assert _questions(any_database, unit) == []
    with any_database.unit_of_work() as session:
        for one in all_of(session, _list_of(session))[:2]:
            lead_to(session, one, "unit_asked", now=now)
    (question,) = _questions(any_database, unit)
    assert (question.candidacy_no, question.name, question.person_no) == (numbers[0], "样例乙", "P1")
    with any_database.unit_of_work(unit) as session, pytest.raises(NotFound) as elsewhere:
        give_reply(session, actor=unit, candidacy_no=numbers[1], reply=ReplyKind.AGREES, version=1, now=now, **PAPER)
    with any_database.unit_of_work(unit) as session, pytest.raises(NotFound) as nowhere:
        give_reply(session, actor=unit, candidacy_no="C0-0", reply=ReplyKind.AGREES, version=1, now=now, **PAPER)
    assert str(elsewhere.value).replace(numbers[1], "") == str(nowhere.value).replace("C0-0", "")


def test_the_consent_of_a_units_own_account_is_its_signature(any_database, actor, now):
    unit = unit_of(any_database, now)
    _, numbers = asked_round(any_database, actor, now, stage="unit_asked")
    assert "sending_unit" in _missing(any_database, numbers[0])
    said = _say(any_database, unit, now, "agrees")
    assert said.reply.reply is ReplyKind.AGREES
    assert "sending_unit" not in _missing(any_database, numbers[0])
    with any_database.reading(OFFICER) as session:
        found = get_candidacy(session, actor=OFFICER, candidacy_no=numbers[0]).candidacy
        (signature,) = [one for one in found.signatures if one.signatory == "sending_unit"]
        assert (signature.recorded_by, signature.signed_name, signature.document) == ("unit", *PAPER.values())
        line = session.scalars(select(AuditEntry).where(AuditEntry.action == "give_reply")).one()
        assert (line.actor, line.subject_no) == ("unit", numbers[0])
        assert "样例" not in str(line.detail)
    _move(any_database, OFFICER, numbers[0], "joint_checked", now)


def test_a_unit_that_disagrees_stops_the_way_until_it_agrees(database, actor, now):
    unit = unit_of(database, now)
    _, numbers = asked_round(database, actor, now, stage="unit_asked")
    with pytest.raises(InvalidInput, match="reason is needed"):
        _say(database, unit, now, "disagrees")
    _say(database, unit, now, "disagrees", reason="岗位离不开")
    with pytest.raises(Conflict, match="lacks signatures"):
        _move(database, OFFICER, numbers[0], "joint_checked", now)
    with database.unit_of_work() as session, pytest.raises(Conflict, match="over its own account"):
        sign(session, all_of(session, _list_of(session))[0], "sending_unit", now=now)
    _say(database, unit, now, "agrees")
    _move(database, OFFICER, numbers[0], "joint_checked", now)
    _say(database, unit, now, "disagrees", reason="另有安排")  # a signature stops counting, even behind its stage
    with database.unit_of_work() as session:
        sign(session, all_of(session, _list_of(session))[0], "township_committee", now=now)
    with pytest.raises(Conflict, match="lacks signatures"):
        _move(database, DISCIPLINE, numbers[0], "discipline_opinion", now)


def test_a_village_says_what_its_meeting_voted(database, actor, now):
    _, numbers = asked_round(database, actor, now, post_type="honorary_village_head")
    village = village_of(database, now)
    assert [one.candidacy_no for one in _questions(database, village)] == numbers[:2]
    assert _questions(database, village_of(database, now, "239901100202")) == []
    for votes, place in (
        (None, "n_entitled"),
        ({"n_entitled": 2, "n_present": 2, "n_for": 2, "n_against": 0, "n_abstained": 0}, "n_entitled"),
        ({**VOTE, "n_for": 9}, "n_for"),
        ({**VOTE, "n_entitled": 7}, "n_present"),
        ({**VOTE, "n_for": 4, "n_against": 3}, "n_for"),  # half is not more than half
    ):
        with pytest.raises(InvalidInput) as refused:
            _say(database, village, now, "agrees", votes=votes)
        assert refused.value.place == place
    _say(database, village, now, "agrees", number=numbers[0], votes=VOTE)
    assert "village_committee" not in _missing(database, numbers[0])
    with database.reading() as session:
        assert session.scalars(select(Reply.n_for)).one() == 6


@pytest.mark.parametrize(
    ("reply", "given", "place"),
    [
        ("agrees", {"signed_name": " "}, "signed_name"),
        ("agrees", {"document": " "}, "document"),
        ("agrees", {"votes": {**VOTE, "n_for": 9, "n_against": -1, "n_abstained": 0}}, "n_present"),
        ("disagrees", {"votes": {**dict.fromkeys(VOTE, 0), "n_entitled": 9}}, "n_present"),
        ("disagrees", {"votes": VOTE}, "n_for"),
    ],
)
def test_an_opinion_is_signed_has_its_paper_and_follows_a_vote_that_can_be(database, actor, now, reply, given, place):
    asked_round(database, actor, now, post_type="honorary_village_head")
    village = village_of(database, now)
    with pytest.raises(InvalidInput) as refused:
        _say(database, village, now, reply, **{"votes": VOTE, "reason": "村民有顾虑", **given})
    assert refused.value.place == place
    with database.reading() as session:
        assert session.scalars(select(Reply)).all() == []


def test_who_agrees_twice_has_signed_once(database, actor, now):
    unit = unit_of(database, now)
    _, numbers = asked_round(database, actor, now, stage="unit_asked")
    for _ in range(2):
        _say(database, unit, now, "agrees")
    with database.reading(OFFICER) as session:
        found = get_candidacy(session, actor=OFFICER, candidacy_no=numbers[0]).candidacy
        assert [one.signatory for one in found.signatures].count("sending_unit") == 1


def test_a_person_accepts_declines_and_objects(database, actor, now):
    _, numbers = asked_round(database, actor, now, stage="willingness_asked")
    person = person_of(database, now)
    (question,) = _questions(database, person)
    assert question.candidacy_no == numbers[0]
    with pytest.raises(InvalidInput) as refused:
        _say(database, person, now, "agrees")
    assert refused.value.place == "reply"
    _say(database, person, now, "declines", document=None, reason="家中有事")
    with pytest.raises(Conflict, match="lacks signatures"):
        _move(database, OFFICER, numbers[0], "unit_asked", now)
    _say(database, person, now, "accepts", document=None)
    _move(database, OFFICER, numbers[0], "unit_asked", now)
    _say(database, person, now, "objects", document=None, reason="材料有误")
    assert "person" in _missing(database, numbers[0])


def test_the_office_is_told_of_refusals_and_nobody_else(database, actor, now):
    unit = unit_of(database, now)
    asked_round(database, actor, now, stage="unit_asked")

    def _keys(who):
        with database.reading(who) as session:
            return {line.key: (line.n, line.n_overdue) for line in list_work(session, actor=who, now=now)}

    assert _keys(unit) == {"opinions_of_unit": (1, 0)}
    assert "refusals_to_settle" not in _keys(OFFICER)
    _say(database, unit, now, "disagrees", reason="岗位离不开")
    assert _keys(unit) == {}
    assert _keys(OFFICER)["refusals_to_settle"] == (1, 0)
    _say(database, unit, now, "agrees")
    assert "refusals_to_settle" not in _keys(OFFICER)


def test_a_reply_names_the_version_that_was_seen_and_a_day_that_can_be(database, actor, now):
    unit = unit_of(database, now)
    asked_round(database, actor, now, stage="unit_asked")
    with pytest.raises(VersionConflict) as refused:
        _say(database, unit, now, "agrees", version=1)
    assert refused.value.changes == ()  # what others said is not told
    for day in (date(2020, 1, 1), (now + timedelta(days=2)).date()):
        with pytest.raises(InvalidInput) as wrong:
            _say(database, unit, now, "agrees", replied_on=day)
        assert wrong.value.place == "replied_on"


def test_who_is_not_asked_has_no_right(database, actor, now):
    with database.reading(OFFICER) as session, pytest.raises(Forbidden):
        list_questions(session, actor=OFFICER)


def _list_of(session):
    from service.models.shortlists import Shortlist

    return session.scalars(select(Shortlist.shortlist_no)).one()
