"""What relaxing one rule would add: who fails nothing else, and how many of them each further limit lets in."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from matching.eligibility import Eligibility
from matching.outcomes import heading
from matching.rules import FAIL, Kind, Rule
from matching.vocabulary import Text

__all__ = ["Relaxation", "RelaxationStep", "relaxations"]

#: How far a limit is moved: in years or kilometres one does not ask for more; small counts move one by one.
_FAR, _NEAR = (1, 3, 5), (1, 2, 3)
_SMALL = 10
_TOWARDS = {Kind.GTE: -1, Kind.LTE: 1}


@dataclass(frozen=True, kw_only=True)
class RelaxationStep:
    """A limit that asks for less.

    Parameters
    ----------
    limit : float
    title : Text
        What the rule would ask.
    n_added : int
        People who would then fail no rule, at least 1.
    """

    limit: float
    title: Text
    n_added: int


@dataclass(frozen=True, kw_only=True)
class Relaxation:
    """What one rule keeps off by itself.

    Parameters
    ----------
    rule_id : str
    n_added : int
        People who fail this rule and no other: so many more without it.
    steps : tuple of RelaxationStep
        Of a rule about one number, the nearest limit first; empty for all others.
    """

    rule_id: str
    n_added: int
    steps: tuple[RelaxationStep, ...] = ()


def relaxations(eligibility: Eligibility) -> dict[str, Relaxation]:
    """Return for each rule of a verdict what relaxing it alone would add; rules that keep nobody off are left out.

    Parameters
    ----------
    eligibility : Eligibility
    """
    fails = eligibility.by_rule == FAIL
    n_failed = fails.sum(axis=0)
    found = {}
    for place, rule in enumerate(eligibility.rules):
        if fails[place].any():
            rows = np.flatnonzero(fails[place] & (n_failed == 1))
            steps = tuple(_steps(eligibility, rule, rows))
            found[rule.id] = Relaxation(rule_id=rule.id, n_added=len(rows), steps=steps)
    return found


def _steps(
    eligibility: Eligibility, rule: Rule, rows: np.ndarray[tuple[int], np.dtype[np.intp]]
) -> Iterator[RelaxationStep]:
    if len(rule.conditions) != 1 or rule.conditions[0].kind not in _TOWARDS or not len(rows):
        return
    condition = rule.conditions[0].resolved(eligibility.vacancy)
    if not isinstance(condition.limit, float | int):
        return
    positions, distinct = eligibility.evaluator.distinct_values(condition, rows, eligibility.vacancy)
    values = np.array(distinct, dtype=float)[positions]
    n_before = 0
    for offset in _NEAR if abs(condition.limit) < _SMALL else _FAR:
        limit = condition.limit + _TOWARDS[condition.kind] * offset
        n_added = int(np.count_nonzero(values <= limit if condition.kind is Kind.LTE else values >= limit))
        if limit >= 0 and n_added > n_before:
            asked = replace(rule, conditions=(replace(condition, limit=limit),))
            yield RelaxationStep(limit=limit, title=heading(asked, eligibility.vacancy), n_added=n_added)
            n_before = n_added
