"""What the vote of a meeting has to be for a list to be decided on."""

import builders_workflow as b
import pytest
from sqlalchemy import select

from service.errors import Conflict, InvalidInput
from service.models.moves import Vote
from service.usecases.workflow import rounds


@pytest.fixture
def proposed(database, actor, now):
    """A list of four that is proposed."""
    with database.unit_of_work() as session:
        shortlist_no = b.register_city(session, actor=actor, now=now)
        b.conclude_all(session, b.start_review(session, shortlist_no, now=now), now=now)
        b.proposed(session, shortlist_no, now=now)
    return database, shortlist_no


def decide(session, shortlist_no, votes, *, now):
    what = {"votes": {**b.DECISION["votes"], **votes}, "chosen": []}
    asked = b.asked("decided", b.round_version(session, shortlist_no), more=what, reason="暂缓")
    return rounds.move_shortlist(session, actor=b.LEADER, shortlist_no=shortlist_no, asked=asked, now=now)


@pytest.mark.parametrize(
    ("votes", "kind", "problem"),
    [
        ({"n_for": 6}, InvalidInput, "make 7, but 8"),
        ({"n_present": 10}, InvalidInput, "present"),
        ({"n_entitled": 2, "n_present": 2, "n_for": 2, "n_against": 0}, InvalidInput, "2 were entitled.*of 3 at least"),
        ({"n_present": 5, "n_for": 5, "n_against": 0}, Conflict, "fewer than 2/3"),
        ({"n_for": 4, "n_against": 4}, Conflict, "not more than 1/2"),
    ],
)
def test_a_vote_that_does_not_add_up_or_carry_decides_nothing(proposed, now, votes, kind, problem):
    database, shortlist_no = proposed
    with database.unit_of_work() as session, pytest.raises(kind, match=problem):
        decide(session, shortlist_no, votes, now=now)


def test_three_who_are_entitled_to_vote_are_a_meeting(proposed, now):
    database, shortlist_no = proposed
    with database.unit_of_work() as session:
        votes = {"n_entitled": 3, "n_present": 3, "n_for": 2, "n_against": 1}
        decide(session, shortlist_no, votes, now=now)
        assert session.scalars(select(Vote)).one().n_entitled == 3
