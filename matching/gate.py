"""Who may be ranked, fast: rules that ask nothing of the vacancy are folded once, the others see who is left."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching.eligibility import judge
from matching.frames import VacancyFacts
from matching.rule_evaluator import RuleEvaluator
from matching.rulebook import Rulebook
from matching.rules import FAIL, PASS, Condition, Rule
from matching.vocabulary import PostType, RuleProfile
from matching.vocabulary.industries import IndustryTerms

__all__ = ["Admitted", "Gate"]

_Verdicts = NDArray[np.int8]


class Admitted(NamedTuple):
    """Who does not fail: rows of the pool, rising, and their verdicts (TO_VERIFY, PASS or WAIVED)."""

    rows: NDArray[np.intp]
    verdicts: _Verdicts


class _Survivors(NamedTuple):
    """Who does not fail the folded rules, ready for the others."""

    admitted: Admitted
    people: RuleEvaluator


class _Split(NamedTuple):
    """The rules of a post that ask the person alone (some with a limit of the vacancy's), and those about pairs."""

    alike: tuple[Rule, ...]
    limited: tuple[Rule, ...]
    pairwise: tuple[Rule, ...]


class Gate:
    """Says who may be ranked for many vacancies, exactly as `matching.eligibility.judge` does, without its reasons.

    Parameters
    ----------
    frame : DataFrame of shape (n_people, n_columns)
        The eligibility frame.
    people : RuleEvaluator
        Over the same frame.
    rulebook : Rulebook
    industries : IndustryTerms
    """

    def __init__(
        self, frame: pd.DataFrame, *, people: RuleEvaluator, rulebook: Rulebook, industries: IndustryTerms
    ) -> None:
        self._frame = frame
        self._people = people
        self._rulebook = rulebook
        self._industries = industries
        self._splits: dict[tuple[PostType, RuleProfile], _Split] = {}
        self._survivors: dict[tuple[object, ...], _Survivors] = {}

    def admitted(self, vacancy: VacancyFacts, *, checks: pd.DataFrame | None = None) -> Admitted:
        """Return who does not fail for one vacancy, and their verdicts.

        Parameters
        ----------
        vacancy : VacancyFacts
        checks : DataFrame or None
            The recorded checks of this vacancy; with any, the whole judgement is made.
        """
        requirements = [rule for rule in vacancy.requirements if isinstance(rule, Rule)]
        if checks is not None or len(requirements) < len(vacancy.requirements):
            verdicts = judge(self._people, vacancy=vacancy, rulebook=self._rulebook, checks=checks).verdict
            return _without_failing(Admitted(np.arange(len(verdicts)), verdicts))
        split = self._split(vacancy)
        left = self._survivors_of(split, vacancy)
        rules = (*split.pairwise, *requirements)
        if not rules:
            return left.admitted
        verdicts = left.admitted.verdicts
        for rule in rules:
            verdicts = np.minimum(verdicts, left.people.verdicts(rule, vacancy))
        return _without_failing(Admitted(left.admitted.rows, verdicts))

    def _split(self, vacancy: VacancyFacts) -> _Split:
        key = vacancy.post, vacancy.rule_profile
        if key not in self._splits:
            rules = self._rulebook.rules_for(*key)
            alike = tuple(rule for rule in rules if not _asks_pair(rule))
            self._splits[key] = _Split(
                alike=alike,
                limited=tuple(rule for rule in alike if _asks_limit(rule)),
                pairwise=tuple(rule for rule in rules if _asks_pair(rule)),
            )
        return self._splits[key]

    def _survivors_of(self, split: _Split, vacancy: VacancyFacts) -> _Survivors:
        key = (vacancy.post, vacancy.rule_profile, *(_limits(rule, vacancy) for rule in split.limited))
        if key not in self._survivors:
            folded = np.full(len(self._people), PASS)
            for rule in split.alike:
                np.minimum(folded, self._people.verdicts(rule, vacancy), out=folded)
            admitted = _without_failing(Admitted(np.arange(len(folded)), folded))
            people = RuleEvaluator(self._frame.iloc[admitted.rows], industries=self._industries)
            self._survivors[key] = _Survivors(admitted, people)
        return self._survivors[key]


def _without_failing(admitted: Admitted) -> Admitted:
    is_left = np.flatnonzero(admitted.verdicts != FAIL)
    return Admitted(admitted.rows[is_left], admitted.verdicts[is_left])


def _conditions(rule: Rule) -> tuple[Condition, ...]:
    return (*rule.conditions, *((rule.applies_if,) if rule.applies_if else ()))


def _asks_pair(rule: Rule) -> bool:
    return any(condition.is_pair for condition in _conditions(rule))


def _asks_limit(rule: Rule) -> bool:
    return any(isinstance(condition.limit, str) for condition in _conditions(rule))


def _limits(rule: Rule, vacancy: VacancyFacts) -> tuple[Condition, ...]:
    return tuple(condition.resolved(vacancy) for condition in _conditions(rule))
