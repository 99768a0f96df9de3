"""A decision against the rank: who is chosen over a better place needs code and words, and counts in the report."""

from datetime import timedelta

import builders_workflow as b
import pytest

from matching.vocabulary import ReviewDecision
from service.errors import InvalidInput
from service.usecases.workflow import candidacies, reviewing, rounds
from service.usecases.workflow.override_reports import report_overrides

RECOMMEND, RESERVE, UNSUITABLE = ReviewDecision.RECOMMEND, ReviewDecision.RESERVE, ReviewDecision.NOT_SUITABLE
WHY = {"reason_codes": ("R01",), "reason": "更懂当地产业"}


def propose(session, *, actor, now, said, ready, **vacancy):
    """Propose a list of four on which the office concluded `said`, with those of `ready` at their last stage."""
    number = b.register_city(session, actor=actor, now=now, **vacancy)
    found = b.start_review(session, number, now=now)
    for one, (decision, why) in zip(found, said, strict=True):
        reviewing.conclude(
            session, actor=b.OFFICER, candidacy_no=one.candidacy_no, decision=decision, version=one.version, now=now,
            **why,
        )  # fmt: skip
    b.settle_rules(session, found, now=now)
    rounds.move_shortlist(
        session, actor=b.SECOND, shortlist_no=number, now=now,
        asked=b.asked("proposed", b.round_version(session, number), reason="人选不足"),
    )  # fmt: skip
    for place in ready:
        b.lead_to(session, found[place - 1], "discipline_opinion", now=now)
    return number, found


def decide(session, number, found, places, *, now, **why):
    more = {**b.DECISION, "chosen": [found[place - 1].candidacy_no for place in places]}
    step = b.asked("decided", b.round_version(session, number), more=more, **why)
    return rounds.move_shortlist(session, actor=b.LEADER, shortlist_no=number, asked=step, now=now)


@pytest.mark.parametrize(
    "said",
    [
        [(RECOMMEND, {})] * 4,
        [(RECOMMEND, {}), (RESERVE, {}), (RESERVE, {}), (RESERVE, {})],
        [(UNSUITABLE, {"reason_codes": ("R02",)})] * 3 + [(RESERVE, {})],
    ],
)
def test_who_is_chosen_over_a_better_place_needs_a_code_and_words_and_is_reported(database, actor, now, said):
    with database.unit_of_work() as session:
        number, found = propose(session, actor=actor, now=now, said=said, ready=[4])
        for why in ({}, {"reason_codes": ("R01",)}, {"reason": "更懂当地产业"}):
            with pytest.raises(InvalidInput, match=r"\(place 4\) is decided on while .* \(place 1\) is not") as refused:
                decide(session, number, found, [4], now=now, **why)
            assert set(refused.value.fields) == {"reason_codes", "reason"}
        move = decide(session, number, found, [4], now=now, **WHY)
        assert (move.reason_codes, move.reason) == (("R01",), "更懂当地产业")
        report = report_overrides(session, actor=b.LEADER, now=now)
        (one,) = report.overrides
        assert (one.person_no, one.shown_rank, one.is_decision, one.concluded_by) == ("P4", 4, True, "leader")
        assert (one.reason_codes, one.reason) == (["R01"], "更懂当地产业")
        assert [high["person_no"] for high in one.passed_over] == ["P1", "P2", "P3"]
        assert (report.n_decided, report.n_against_rank, report.by_account) == (1, 1, {"leader": 1})


def test_the_best_place_and_what_the_office_explained_already_need_no_reason(database, actor, now):
    with database.unit_of_work() as session:
        said = [(RESERVE, {}), (RECOMMEND, WHY), (RECOMMEND, WHY), (RESERVE, {})]
        number, found = propose(session, actor=actor, now=now, said=said, ready=[2])
        decide(session, number, found, [2], now=now)
        report = report_overrides(session, actor=b.LEADER, now=now)
        assert [(one.person_no, one.is_decision) for one in report.overrides] == [("P2", False), ("P3", False)]


def test_of_two_posts_the_worst_place_chosen_counts(database, actor, now):
    with database.unit_of_work() as session:
        number, found = propose(
            session, actor=actor, now=now, said=[(RECOMMEND, {})] * 4, ready=[1, 3], headcount=2
        )  # fmt: skip
        with pytest.raises(InvalidInput, match=r"\(place 3\) is decided on while .* \(place 2\) is not"):
            decide(session, number, found, [1, 3], now=now)
        decide(session, number, found, [1, 3], now=now, **WHY)
        (one,) = report_overrides(session, actor=b.LEADER, now=now).overrides
        assert (one.person_no, [high["person_no"] for high in one.passed_over]) == ("P3", ["P2"])


def test_who_left_in_a_better_place_before_the_decision_is_counted_apart(database, actor, now):
    with database.unit_of_work() as session:
        number, found = propose(session, actor=actor, now=now, said=[(RECOMMEND, {})] * 4, ready=[3])
        for one, to, why in ((found[0], "withdrawn", {}), (found[1], "rejected", {"reason_codes": ("R06",)})):
            candidacies.move_candidacy(
                session, actor=b.OFFICER, candidacy_no=one.candidacy_no, now=now,
                asked=b.asked(to, one.version, reason="另有安排", **why),
            )  # fmt: skip
        decide(session, number, found, [3], now=now)
        report = report_overrides(session, actor=b.LEADER, now=now)
        assert (report.n_against_rank, report.set_aside) == (0, {"rejected": 1, "withdrawn": 1})
        aside = [(one.person_no, one.conclusion, one.reason) for one in report.people_set_aside]
        assert aside == [("P1", "withdrawn", "另有安排"), ("P2", "rejected", "另有安排")]


def test_a_decision_is_reported_in_its_own_period(database, actor, now):
    later = now + timedelta(days=40)
    with database.unit_of_work() as session:
        number, found = propose(session, actor=actor, now=now, said=[(RECOMMEND, {})] * 4, ready=[4])
        decide(session, number, found, [4], now=later, **WHY)
        report = report_overrides(session, actor=b.LEADER, since=later.date(), now=later)
        assert report.n_against_rank == 1
