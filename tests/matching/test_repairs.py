"""What is worth completing: unknown facts cost points or keep verdicts open, known ones never do."""

from math import isnan

import numpy as np
import pytest
from builders_pool import ELIGIBLE, criteria_frame, eligibility_frame, some_vacancies, vacancy_facts
from builders_rules import a_rulebook, some_checks
from builders_standing import a_matcher

from matching.card import policy_card
from matching.facts import Origin
from matching.matcher import Matcher
from matching.repairs import find_repairs
from matching.vocabulary import Missing, PostType
from matching.vocabulary.industries import IndustryTerms


def _is_unknown(value):
    return value is None or (isinstance(value, float) and isnan(value))


def _worth_told_one_by_one(matcher, vacancies):
    """Add up every person's worth with the reasons and outcomes that people read, person by person."""
    worth = dict.fromkeys(matcher.person_ids.tolist(), 0)
    for vacancy in vacancies:
        standing = matcher.standing(vacancy)
        rules = {rule.id: rule for rule in standing.eligibility.rules}
        reasons = standing.reasons(np.arange(len(worth)))
        known = {}
        for parts in reasons:
            for part in parts:
                if not part.is_missing:
                    known.setdefault(part.criterion_id, []).append(part.points)
        for row, person_id in enumerate(worth):
            is_out = is_blocked = False
            for place, rule in enumerate(rules.values()):
                values = [standing.eligibility.evaluator.value(one, row, vacancy) for one in rule.conditions]
                verdict = standing.eligibility.by_rule[place, row]
                fails_unknown = verdict == 0 and rule.missing is Missing.FAIL and any(map(_is_unknown, values))
                is_out |= verdict == 0 and not fails_unknown
                asks_record = any(one.fact.origin is not Origin.CHECK for one in rule.conditions)
                is_blocked |= (verdict == 1 or fails_unknown) and asks_record
            if is_out:
                continue
            worth[person_id] += int(standing.scores[row]) if is_blocked else 0
            for part in reasons[row]:
                if part.is_missing and part.criterion_id in known:
                    mean = sum(known[part.criterion_id]) // len(known[part.criterion_id])
                    worth[person_id] += max(0, mean - part.points)
    return worth


@pytest.mark.parametrize("seed", range(3))
def test_the_worth_is_what_reading_every_reason_adds_up_to(seed):
    matcher, vacancies = a_matcher(seed=seed, n=40), some_vacancies(6, seed=seed)
    expected = _worth_told_one_by_one(matcher, vacancies)
    found = {repair.person_id: repair.worth for repair in find_repairs(matcher, vacancies, n=len(expected))}
    assert found == {person_id: worth for person_id, worth in expected.items() if worth}


def _matcher(*people):
    frames = [{**ELIGIBLE, **person} for person in people]
    of_rules = [{key: value for key, value in one.items() if key in eligibility_frame({}).columns} for one in frames]
    of_card = [{key: value for key, value in one.items() if key in criteria_frame({}).columns} for one in frames]
    return Matcher(
        eligibility=eligibility_frame(*of_rules),
        criteria=criteria_frame(*of_card),
        rulebook=a_rulebook(),
        cards={post: policy_card(a_rulebook(), post) for post in PostType},
        industries=IndustryTerms.shipped(),
    )


def test_a_fact_that_a_rule_waits_for_is_named_and_the_others_are_not():
    matcher = _matcher({"work_years": 9.0, "rural_work_years": 5.0}, {"work_years": None, "rural_work_years": 5.0})
    repairs = find_repairs(matcher, [vacancy_facts(), vacancy_facts(vacancy_id=2, vacancy_no="V2")], n=5)
    blocks = {repair.person_id: {block.columns: block.n_vacancies for block in repair.blocks} for repair in repairs}
    ids = matcher.person_ids.tolist()
    assert blocks[ids[1]][("work_years",)] == 2
    assert ("work_years",) not in blocks.get(ids[0], {})


def test_a_missing_level_costs_what_the_others_have_on_average():
    matcher = _matcher({"rural_work_years": 5.0}, {"rural_work_years": 0.0}, {"rural_work_years": None})
    (repair,) = [one for one in find_repairs(matcher, [vacancy_facts()], n=5) if one.person_id == matcher.person_ids[2]]
    (gap,) = [gap for gap in repair.gaps if gap.criterion_id == "rural_work"]
    points = [
        next(part.points for part in parts if part.criterion_id == "rural_work")
        for parts in matcher.standing(vacancy_facts()).reasons(np.arange(3))
    ]
    assert (gap.gain, gap.n_vacancies) == ((points[0] + points[1]) // 2 - points[2], 1)
    assert gap.columns == ("rural_work_years",)


def test_who_is_excluded_by_a_known_fact_is_not_worth_completing():
    matcher = _matcher({"age_years": 15.0, "work_years": None}, {})
    found = find_repairs(matcher, [vacancy_facts()], n=5)
    assert matcher.person_ids[0] not in [repair.person_id for repair in found]


def test_a_fact_that_a_check_has_settled_blocks_nothing():
    matcher = _matcher({"work_years": None, "rural_work_years": 5.0})
    vacancy = vacancy_facts()
    rule = next(
        rule for rule in matcher.standing(vacancy).eligibility.rules
        if [one.field for one in rule.conditions] == ["work_years"]
    )  # fmt: skip
    checks = some_checks((int(matcher.person_ids[0]), rule.id, "pass"), vacancy_id=vacancy.vacancy_id)
    found = find_repairs(matcher, [vacancy], n=5, checks=checks)
    assert rule.id not in [block.rule_id for repair in found for block in repair.blocks]
    assert rule.id in [block.rule_id for one in find_repairs(matcher, [vacancy], n=5) for block in one.blocks]


def test_without_open_vacancies_nothing_is_worth_anything():
    assert find_repairs(a_matcher(seed=0, n=5), [], n=20) == []
