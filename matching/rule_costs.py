"""What each rule of a vacancy costs: who fails it, who fails nothing else, and whom a lower limit lets in."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from matching.eligibility import Eligibility
from matching.outcomes import basis_shown, heading
from matching.rules import FAIL, Kind, Rule
from matching.vocabulary import Text

__all__ = ["RelaxedLimit", "RuleCost", "rule_costs"]

#: How far a limit is moved: in years or kilometres one does not ask for more; small counts move one by one.
_FAR, _NEAR = (1, 3, 5), (1, 2, 3)
_SMALL = 10
_TOWARDS = {Kind.GTE: -1, Kind.LTE: 1}


@dataclass(frozen=True, kw_only=True)
class RelaxedLimit:
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
class RuleCost:
    """What one rule costs.

    Parameters
    ----------
    rule_id : str
    title : Text
        What it asks, with its limit.
    basis : Text
    n_failed : int
        People who fail it, whatever else they fail; at least 1.
    n_added : int
        People who fail it and nothing else: so many more without it.
    is_own : bool
        Whether the vacancy asks for it, and not the rulebook.
    relaxed : tuple of RelaxedLimit
        Of a rule about one number, the nearest limit first; empty for all others.
    """

    rule_id: str
    title: Text
    basis: Text
    n_failed: int
    n_added: int
    is_own: bool
    relaxed: tuple[RelaxedLimit, ...] = ()


def rule_costs(eligibility: Eligibility) -> list[RuleCost]:
    """Return what the rules of a verdict cost, the dearest first; rules that everybody meets are left out.

    Parameters
    ----------
    eligibility : Eligibility
        Of one vacancy.
    """
    fails = eligibility.by_rule == FAIL
    fails_once = fails.sum(axis=0) == 1
    own = {id(rule) for rule in (eligibility.vacancy.requirements if eligibility.vacancy else ())}
    costs = []
    for place, rule in enumerate(eligibility.rules):
        if not fails[place].any():
            continue
        rows = np.flatnonzero(fails[place] & fails_once)
        costs.append(
            RuleCost(
                rule_id=rule.id,
                title=heading(rule, eligibility.vacancy),
                basis=basis_shown(rule),
                n_failed=int(np.count_nonzero(fails[place])),
                n_added=len(rows),
                is_own=id(rule) in own,
                relaxed=tuple(_relaxed(eligibility, rule, rows)),
            )
        )
    return sorted(costs, key=lambda cost: (-cost.n_failed, cost.rule_id))


def _relaxed(
    eligibility: Eligibility, rule: Rule, rows: np.ndarray[tuple[int], np.dtype[np.intp]]
) -> Iterator[RelaxedLimit]:
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
            title = heading(asked, eligibility.vacancy)
            if title == heading(rule, eligibility.vacancy):
                return  # its name does not say the limit: doing without the rule is told instead
            yield RelaxedLimit(limit=limit, title=title, n_added=n_added)
            n_before = n_added
