"""What each rule of a vacancy costs: how many people fail it, and how many fail nothing else."""

from dataclasses import dataclass

import numpy as np

from matching.eligibility import Eligibility
from matching.outcomes import basis_shown, heading
from matching.rules import FAIL
from matching.vocabulary import Text

__all__ = ["RuleCost", "rule_costs"]


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
        People who fail it, whatever else they fail.
    n_added : int
        People who fail it and nothing else: so many more without it.
    is_own : bool
        Whether the vacancy asks for it, and not the rulebook.
    """

    rule_id: str
    title: Text
    basis: Text
    n_failed: int
    n_added: int
    is_own: bool


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
    costs = [
        RuleCost(
            rule_id=rule.id,
            title=heading(rule, eligibility.vacancy),
            basis=basis_shown(rule),
            n_failed=int(np.count_nonzero(fails[place])),
            n_added=int(np.count_nonzero(fails[place] & fails_once)),
            is_own=id(rule) in own,
        )
        for place, rule in enumerate(eligibility.rules)
        if fails[place].any()
    ]
    return sorted(costs, key=lambda cost: (-cost.n_failed, cost.rule_id))
