"""The verdicts of several rules on several people, recorded checks counted, and what they come to."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from matching.checks import CheckKey, decided
from matching.errors import RulebookError
from matching.frames import VacancyFacts
from matching.rule_evaluator import RuleEvaluator
from matching.rules import PASS, TO_VERIFY, WAIVED, Rule
from matching.vocabulary import Text

__all__ = ["overall", "requirements_of", "verdicts_by_rule"]

_Verdicts = npt.NDArray[np.int8]


def requirements_of(vacancy: VacancyFacts) -> tuple[Rule, ...]:
    """Return a vacancy's own requirements.

    Raises
    ------
    RulebookError
        If one of them is not a rule.
    """
    for requirement in vacancy.requirements:
        if not isinstance(requirement, Rule):
            problem = Text("岗位的要求应为规则。", "A requirement of a vacancy must be a rule.")
            raise RulebookError(problem, place=f"{vacancy.vacancy_no}, requirements")
    return tuple(rule for rule in vacancy.requirements if isinstance(rule, Rule))


def verdicts_by_rule(
    people: RuleEvaluator,
    rules: Sequence[Rule],
    *,
    vacancy: VacancyFacts | None,
    checks: Mapping[CheckKey, str],
    rows: Sequence[int] | None = None,
) -> _Verdicts:
    """Return what each rule says of each person.

    Parameters
    ----------
    people : RuleEvaluator
    rules : sequence of Rule
    vacancy : VacancyFacts or None
        None at registration.
    checks : mapping of (row, rule id) to result
        Those in force, about people of `rows`.
    rows : sequence of int or None
        Whom to judge; None: everybody.

    Returns
    -------
    ndarray of shape (n_rules, n_rows), int8
        FAIL, TO_VERIFY, PASS, WAIVED or NOT_APPLICABLE.
    """
    chosen: slice | list[int] = slice(None) if rows is None else list(rows)
    column_of = range(len(people)) if rows is None else {row: column for column, row in enumerate(rows)}
    by_rule = np.empty((len(rules), len(column_of)), dtype=np.int8)
    for place, rule in enumerate(rules):
        by_rule[place] = people.verdicts(rule, vacancy)[chosen]
    place_of = {rule.id: place for place, rule in enumerate(rules)}
    for (row, rule_id), result in checks.items():
        if rule_id in place_of:
            cell = place_of[rule_id], column_of[row]
            by_rule[cell] = decided(by_rule[cell], result)
    return by_rule


def overall(by_rule: _Verdicts) -> _Verdicts:
    """Fail if any rule fails, else to verify if any is, else waived if any is, else pass; shape (n_rows,)."""
    worst = by_rule.min(axis=0, initial=int(WAIVED))
    lenient = np.where((by_rule == WAIVED).any(axis=0), WAIVED, PASS)
    return np.where(worst <= TO_VERIFY, worst, lenient).astype(np.int8)
