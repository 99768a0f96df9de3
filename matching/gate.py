"""Verdicts alone, fast: what does not depend on the vacancy is folded into one array for each set of rules."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching.eligibility import judge
from matching.frames import VacancyFacts
from matching.rule_evaluator import RuleEvaluator
from matching.rulebook import Rulebook
from matching.rules import PASS, Condition, Rule

__all__ = ["Gate"]

_Verdicts = NDArray[np.int8]


class Gate:
    """Says who may be ranked for many vacancies, exactly as `matching.eligibility.judge` does, without its reasons.

    Parameters
    ----------
    people : RuleEvaluator
    rulebook : Rulebook
    """

    def __init__(self, people: RuleEvaluator, rulebook: Rulebook) -> None:
        self._people = people
        self._rulebook = rulebook
        self._folded: dict[tuple[object, ...], _Verdicts] = {}

    def verdicts(self, vacancy: VacancyFacts, *, checks: pd.DataFrame | None = None) -> _Verdicts:
        """Return everybody's verdict for one vacancy.

        Parameters
        ----------
        vacancy : VacancyFacts
        checks : DataFrame or None
            Recorded checks; people with checks need the whole judgement.

        Returns
        -------
        ndarray of int8, shape (n_people,), read-only
            FAIL, TO_VERIFY, PASS or WAIVED.
        """
        if vacancy.requirements or _concern(checks, vacancy):
            return judge(self._people, vacancy=vacancy, rulebook=self._rulebook, checks=checks).verdict
        rules = self._rulebook.rules_for(vacancy.post, vacancy.rule_profile)
        verdicts = self._alike_for_all(rules, vacancy)
        for rule in rules:
            if _asks_pair(rule):
                verdicts = np.minimum(verdicts, self._people.verdicts(rule, vacancy))
        return verdicts

    def _alike_for_all(self, rules: Sequence[Rule], vacancy: VacancyFacts) -> _Verdicts:
        alike = [rule for rule in rules if not _asks_pair(rule)]
        key = tuple((rule.id, tuple(condition.resolved(vacancy) for condition in _conditions(rule))) for rule in alike)
        if key not in self._folded:
            folded = np.full(len(self._people), PASS)
            for rule in alike:
                np.minimum(folded, self._people.verdicts(rule, vacancy), out=folded)
            folded.flags.writeable = False
            self._folded[key] = folded
        return self._folded[key]


def _concern(checks: pd.DataFrame | None, vacancy: VacancyFacts) -> bool:
    return checks is not None and bool((checks["vacancy_id"] == vacancy.vacancy_id).any())


def _conditions(rule: Rule) -> tuple[Condition, ...]:
    return (*rule.conditions, *((rule.applies_if,) if rule.applies_if else ()))


def _asks_pair(rule: Rule) -> bool:
    return any(condition.is_pair for condition in _conditions(rule))
