"""Against the rank: recommended while a better place is passed over needs code and words, and is counted."""

import builders_workflow as b
import pytest

from matching.vocabulary import PostType, ReviewDecision
from service.errors import Conflict, InvalidInput
from service.queries.matchers import policy_in_force
from service.queries.training import load_history
from service.usecases.days import day_of
from service.usecases.workflow import reviewing
from service.usecases.workflow.override_reports import report_overrides

RECOMMEND, RESERVE, UNSUITABLE = ReviewDecision.RECOMMEND, ReviewDecision.RESERVE, ReviewDecision.NOT_SUITABLE
WHY = {"reason_codes": ("R01",), "reason": "更懂当地产业"}


@pytest.fixture
def reviewed(database, actor, now):
    """A list of four under review, nobody concluded on."""
    with database.unit_of_work() as session:
        shortlist_no = b.register_city(session, actor=actor, now=now)
        b.start_review(session, shortlist_no, now=now)
    return database, shortlist_no


def conclude(session, one, decision, *, now, actor=b.OFFICER, **why):
    return reviewing.conclude(
        session, actor=actor, candidacy_no=one.candidacy_no, decision=decision, version=one.version, now=now, **why
    )


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_whichever_conclusion_comes_second_has_to_say_why(reviewed, now, order):
    database, shortlist_no = reviewed
    said = {0: RESERVE, 1: RECOMMEND}
    with database.unit_of_work() as session:
        conclude(session, b.all_of(session, shortlist_no)[order[0]], said[order[0]], now=now)
    for why in ({}, {"reason_codes": ("R01",)}, {"reason": "更懂当地产业"}):
        refused = pytest.raises(InvalidInput, match="give a reason code and the reason in words")
        with refused, database.unit_of_work() as session:
            conclude(session, b.all_of(session, shortlist_no)[order[1]], said[order[1]], now=now, **why)
    with database.unit_of_work() as session:
        conclude(session, b.all_of(session, shortlist_no)[order[1]], said[order[1]], now=now, **WHY)
        report = report_overrides(session, actor=b.LEADER, now=now)
    (one,) = report.overrides
    assert (one.person_no, one.shown_rank, one.reason_codes, one.reason) == ("P2", 2, ["R01"], "更懂当地产业")
    assert [high["person_no"] for high in one.passed_over] == ["P1"]
    assert (report.n_lists, report.n_recommended, report.n_against_rank) == (1, 1, 1)
    assert (report.by_reason, report.by_account) == ({"R01": 1}, {"officer": 1})


@pytest.mark.parametrize(
    "decision",
    [
        ReviewDecision.DECLINED_BY_PERSON,
        ReviewDecision.UNIT_DISAGREES,
        ReviewDecision.AVOIDANCE,
        ReviewDecision.DISQUALIFIED,
    ],
)
def test_who_cannot_come_is_not_passed_over(reviewed, now, decision):
    database, shortlist_no = reviewed
    with database.unit_of_work() as session:
        found = b.all_of(session, shortlist_no)
        why = {"reason_codes": ("R04",), "reason": "单位另有安排", "document": "示组函〔2026〕8号"}
        for missing in why:
            said = {name: value for name, value in why.items() if name != missing}
            with pytest.raises(InvalidInput, match="sets somebody aside") as refused:
                conclude(session, found[0], decision, now=now, **said)
            assert set(refused.value.fields) == {missing}
        conclude(session, found[0], decision, now=now, **why)
        conclude(session, found[1], RECOMMEND, now=now)
        report = report_overrides(session, actor=b.LEADER, now=now)
        assert (report.n_against_rank, report.set_aside) == (0, {decision.value: 1})
        (one,) = report.people_set_aside
        assert (one.person_no, one.shown_rank, one.conclusion) == ("P1", 1, decision.value)
        assert (one.reason_codes, one.reason, one.document) == (["R04"], "单位另有安排", "示组函〔2026〕8号")


def test_an_undo_that_turns_the_order_around_is_found_before_the_proposal(reviewed, now):
    database, shortlist_no = reviewed
    with database.unit_of_work() as session:
        found = b.all_of(session, shortlist_no)
        conclude(session, found[0], RESERVE, now=now)
        conclude(session, found[0], RECOMMEND, now=now)
        for one in found[1:]:
            conclude(session, one, RECOMMEND, now=now)
        reviewing.undo_review(
            session, actor=b.OFFICER, candidacy_no=found[0].candidacy_no, is_conclusion=True,
            version=found[0].version, now=now,
        )  # fmt: skip
        assert found[0].conclusion is RESERVE
        with pytest.raises(Conflict, match="nobody said why"):
            b.proposed(session, shortlist_no, now=now)


def test_the_ranker_learns_from_reviews_with_the_levels_that_were_shown(reviewed, now):
    database, shortlist_no = reviewed
    with database.unit_of_work() as session:
        b.conclude_all(session, b.all_of(session, shortlist_no), now=now)
    with database.reading() as session:
        history = load_history(
            session, card=policy_in_force(session).cards[PostType.FIRST_SECRETARY], as_of=day_of(now)
        )
        frame = history.labels.frame
        assert (history.n_frozen, history.n_gone) == (4, 0)
        assert frame[["place", "grade"]].to_numpy().tolist() == [[1, 2.0], [2, 2.0], [3, 0.0], [4, 0.0]]
