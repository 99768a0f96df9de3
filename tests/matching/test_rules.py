"""Three-valued answers and what becomes of them."""

from dataclasses import replace

import numpy as np
import pytest
from builders_rules import a_rulebook, vacancy_facts

from matching.facts import FACTS, PROTECTED
from matching.rules import (
    FAIL,
    FALSE,
    KINDS_OF_FACT,
    NOT_APPLICABLE,
    PASS,
    TO_VERIFY,
    TRUE,
    UNKNOWN,
    Condition,
    Kind,
    Rule,
    coded_truth,
    number_truth,
    verdicts_of,
)
from matching.vocabulary import Missing

NAN = float("nan")


def a_rule(rule_id: str) -> Rule:
    return next(rule for rule in a_rulebook().all_rules() if rule.id == rule_id)


@pytest.mark.parametrize(
    ("kind", "limit", "answers"),
    [
        (Kind.GTE, 2.0, [FALSE, TRUE, TRUE, UNKNOWN]),
        (Kind.LTE, 2.0, [TRUE, TRUE, FALSE, UNKNOWN]),
        (Kind.GTE, None, [UNKNOWN] * 4),
        (Kind.LTE, None, [UNKNOWN] * 4),
    ],
)
def test_a_number_is_compared_and_an_unknown_one_answers_nothing(
    kind: Kind, limit: float | None, answers: list[int]
) -> None:
    values = np.array([1.99, 2.0, 2.01, NAN])
    assert number_truth(values, Condition("work_years", kind, limit)).tolist() == answers


@pytest.mark.parametrize(
    ("kind", "answers"), [(Kind.IS_TRUE, [FALSE, TRUE, UNKNOWN]), (Kind.IS_FALSE, [TRUE, FALSE, UNKNOWN])]
)
def test_a_yes_no_fact_may_be_unknown(kind: Kind, answers: list[int]) -> None:
    values = np.array([0.0, 1.0, NAN])
    assert number_truth(values, Condition("duty_health_ok", kind)).tolist() == answers


@pytest.mark.parametrize(
    ("kind", "value", "answer"),
    [
        (Kind.IN, "soe", TRUE),
        (Kind.IN, "none", FALSE),
        (Kind.IN, None, UNKNOWN),
        (Kind.NOT_IN, "soe", FALSE),
        (Kind.NOT_IN, "none", TRUE),
        (Kind.NOT_IN, None, UNKNOWN),
        (Kind.INTERSECTS, "none|soe", TRUE),
        (Kind.INTERSECTS, "none", FALSE),
        (Kind.INTERSECTS, "", FALSE),
        (Kind.INTERSECTS, None, UNKNOWN),
        (Kind.NOT_INTERSECTS, "none|soe", FALSE),
        (Kind.NOT_INTERSECTS, "", TRUE),
        (Kind.NOT_INTERSECTS, None, UNKNOWN),
    ],
)
def test_codes_are_looked_up_and_none_known_is_not_unknown(kind: Kind, value: str | None, answer: int) -> None:
    assert coded_truth(value, Condition("employer_type", kind, ("soe", "university"))) == answer


@pytest.mark.parametrize(
    ("missing", "verdict"), [(Missing.REVIEW, TO_VERIFY), (Missing.FAIL, FAIL), (Missing.PASS, PASS)]
)
def test_an_unknown_value_counts_as_the_rule_says(missing: Missing, verdict: int) -> None:
    rule = replace(a_rule("FS-02"), missing=missing)
    answers = np.array([[FALSE, UNKNOWN, TRUE]])
    assert verdicts_of(rule, answers).tolist() == [FAIL, verdict, PASS]


def test_any_of_passes_with_one_part_and_waits_for_an_unknown_one() -> None:
    parts = np.array(
        [
            [FALSE, TRUE, FALSE, FALSE],
            [FALSE, FALSE, UNKNOWN, FALSE],
            [FALSE, UNKNOWN, FALSE, TRUE],
        ]
    )
    assert verdicts_of(a_rule("IC-01"), parts).tolist() == [FAIL, PASS, TO_VERIFY, PASS]


def test_a_rule_is_left_out_only_where_its_condition_is_known_to_be_false() -> None:
    rule = a_rule("HV-02")
    answers = np.full((1, 3), UNKNOWN)
    applies = np.array([FALSE, UNKNOWN, TRUE])
    assert verdicts_of(rule, answers, applies).tolist() == [NOT_APPLICABLE, TO_VERIFY, TO_VERIFY]


def test_a_limit_may_be_the_term_of_the_vacancy() -> None:
    condition = Condition("months_to_retirement", Kind.GTE, "term_months")
    assert condition.resolved(vacancy_facts(term_months=36)).limit == 36.0
    assert condition.resolved(vacancy_facts(term_months=None)).limit is None
    assert condition.resolved(None).limit is None


def test_every_kind_suits_some_fact_and_every_fact_has_kinds() -> None:
    assert frozenset().union(*KINDS_OF_FACT.values()) == set(Kind)
    assert {fact.kind for fact in FACTS.values()} == set(KINDS_OF_FACT)


def test_no_protected_attribute_is_a_fact() -> None:
    assert not set(FACTS) & set(PROTECTED)
