"""What relaxing one rule would add is what judging everybody again under the relaxed rule adds."""

import pytest
from builders_rules import an_eligible_person, changed, judged

from matching.rule_costs import rule_costs
from matching.rules import FAIL

PEOPLE = [
    an_eligible_person(),
    an_eligible_person(work_years=1.0),
    an_eligible_person(work_years=1.5),
    an_eligible_person(work_years=0.5),
    an_eligible_person(work_years=None),
    an_eligible_person(work_years=1.0, political_status="13"),
    an_eligible_person(political_status="13"),
]


def costs_of(eligibility) -> dict:
    return {cost.rule_id: cost for cost in rule_costs(eligibility)}


def test_only_who_fails_nothing_else_is_counted():
    found = costs_of(judged(*PEOPLE))
    by_years, by_status = found["FS-03"], found["FS-01"]
    assert by_years.n_added == 3
    assert [(step.limit, step.n_added) for step in by_years.relaxed] == [(1.0, 2), (0.0, 3)]
    assert by_status.n_added == 1
    assert by_status.relaxed == ()
    assert found.keys() == {"FS-01", "FS-03"}


def test_the_dearest_rule_stands_first_and_whoever_fails_two_counts_for_both():
    first, second = rule_costs(judged(*PEOPLE))
    assert (first.rule_id, first.n_failed, first.n_added) == ("FS-03", 4, 3)
    assert (second.rule_id, second.n_failed, second.n_added) == ("FS-01", 2, 1)
    assert not first.is_own


@pytest.mark.parametrize("limit", [1.0, 0.0])
def test_a_step_adds_as_many_as_the_relaxed_rule_lets_in(limit):
    before, after = judged(*PEOPLE), judged(*PEOPLE, rulebook=changed("FS-03", limit=limit))
    step = next(one for one in costs_of(before)["FS-03"].relaxed if one.limit == limit)
    assert step.n_added == int((before.verdict == FAIL).sum()) - int((after.verdict == FAIL).sum())
    assert step.title.zh == next(one.title.zh for one in after.outcomes(0) if one.rule_id == "FS-03")


def test_a_rule_whose_name_does_not_say_its_limit_is_told_only_as_done_without():
    cost = costs_of(judged(an_eligible_person(), an_eligible_person(active_resident_posts=1)))["FS-08"]
    assert cost.n_added == 1
    assert cost.relaxed == ()
