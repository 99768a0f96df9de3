"""What cards learn of a person and a vacancy is what stands on the newest list that says it."""

import builders_workflow as b
import pytest
from builders import an_actor
from sqlalchemy import select

from matching.vocabulary import ReviewDecision
from service.models.reviews import Decision
from service.models.shortlists import Shortlist
from service.usecases.lists import shortlists
from service.usecases.workflow import reviewing, rounds


@pytest.fixture
def twice(any_database, now):
    """Return a list that was returned with everything said on it, and the next one of its vacancy, said anew."""
    with any_database.unit_of_work() as session:
        first = b.register_city(session, actor=an_actor(), now=now)
        b.conclude_all(session, b.start_review(session, first, now=now), now=now)
        returned = b.asked("returned", b.round_version(session, first), reason="另议")
        rounds.move_shortlist(session, actor=b.OFFICER, shortlist_no=first, asked=returned, now=now)
        second = shortlists.request_shortlist(session, actor=b.OFFICER, vacancy_no="V1", k=4, now=now).shortlist_no
        b.conclude_all(session, b.start_review(session, second, now=now), now=now, n_recommended=1)
    return any_database, first, second


def _undo_all(session, shortlist_no, *, now):
    for one in b.all_of(session, shortlist_no):
        told = {"candidacy_no": one.candidacy_no, "is_conclusion": True, "version": one.version}
        reviewing.undo_review(session, actor=b.OFFICER, **told, now=now)


def _labels(session):
    rows = select(Decision.decision, Shortlist.shortlist_no, Decision.shown_rank).join(
        Shortlist, Shortlist.id == Decision.shortlist_id
    )
    return [tuple(row) for row in session.execute(rows.order_by(Decision.shown_rank))]


def _said(shortlist_no, n_recommended):
    yes, no = ReviewDecision.RECOMMEND, ReviewDecision.NOT_SUITABLE
    return [(yes if place <= n_recommended else no, shortlist_no, place) for place in range(1, 5)]


def test_what_is_taken_back_of_a_returned_list_leaves_the_labels_of_the_next_one(twice, now):
    database, first, second = twice
    with database.unit_of_work() as session:
        assert _labels(session) == _said(second, 1)
        _undo_all(session, first, now=now)
        assert _labels(session) == _said(second, 1)


def test_what_is_taken_back_of_the_next_list_leaves_what_stands_of_the_returned_one(twice, now):
    database, first, second = twice
    with database.unit_of_work() as session:
        _undo_all(session, second, now=now)
        assert _labels(session) == _said(first, 2)
        _undo_all(session, first, now=now)
        assert _labels(session) == []
