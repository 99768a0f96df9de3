"""Who may be ranked, fast: rules that ask nothing of the vacancy are folded once, the others see who is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.checks import Check, in_force
from matching.frames import VacancyFacts
from matching.rule_evaluator import RuleEvaluator
from matching.rulebook import Rulebook
from matching.rules import FAIL, PASS, Condition, Rule
from matching.verdicts import overall, requirements_of, verdicts_by_rule
from matching.vocabulary import PostType, RuleProfile

__all__ = ["Candidates", "Gate"]

_Verdicts = NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Candidates:
    """Whom the rules that ask the person alone leave for some vacancies.

    Parameters
    ----------
    rows : ndarray of shape (n_candidates,), intp
        Rows of the pool, rising.
    verdicts : ndarray of shape (n_candidates,), int8
        What those rules come to.
    people : RuleEvaluator
        Over the candidates.
    """

    rows: NDArray[np.intp]
    verdicts: _Verdicts
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
    people : RuleEvaluator
    rulebook : Rulebook
    """

    def __init__(self, people: RuleEvaluator, *, rulebook: Rulebook) -> None:
        self._people = people
        self._rulebook = rulebook
        self._splits: dict[tuple[PostType, RuleProfile], _Split] = {}
        self._candidates: dict[tuple[object, ...], Candidates] = {}

    def candidates(self, vacancy: VacancyFacts, *, checks: Sequence[Check] = ()) -> Candidates:
        """Return whom to look at for a vacancy: the same object for all vacancies that ask people alike.

        With checks it is everybody, because a waiver admits people whom a rule fails.
        """
        requirements_of(vacancy)  # refused by name, also where nobody passes the other rules
        split = self._split(vacancy)
        limits = (_limits(rule, vacancy) for rule in split.limited)
        key = (vacancy.post, vacancy.rule_profile, bool(checks), *limits)
        if key not in self._candidates:
            folded = np.full(len(self._people), PASS)
            for rule in split.alike:
                np.minimum(folded, self._people.verdicts(rule, vacancy), out=folded)
            if checks:
                self._candidates[key] = Candidates(np.arange(len(folded)), folded, self._people)
            else:
                rows = np.flatnonzero(folded != FAIL)
                self._candidates[key] = Candidates(rows, folded[rows], self._people.among(rows))
        return self._candidates[key]

    def verdicts(
        self, vacancy: VacancyFacts, *, candidates: Candidates, checks: Sequence[Check] = ()
    ) -> NDArray[np.int8]:
        """Return the verdict on each candidate.

        Parameters
        ----------
        vacancy : VacancyFacts
        candidates : Candidates
            As `candidates` returns for this vacancy and these checks.
        checks : sequence of Check
            The recorded ones of this vacancy, in the order of recording.

        Returns
        -------
        ndarray of shape (n_candidates,), int8
            FAIL, TO_VERIFY, PASS or WAIVED.

        Raises
        ------
        RulebookError
            If a requirement of the vacancy is not a rule.
        """
        requirements = requirements_of(vacancy)
        verdicts = candidates.verdicts
        for rule in (*self._split(vacancy).pairwise, *requirements):
            verdicts = np.minimum(verdicts, candidates.people.verdicts(rule, vacancy))
        rules = (*self._rulebook.rules_for(vacancy.post, vacancy.rule_profile), *requirements) if checks else ()
        recorded = in_force(checks, rules)
        if not recorded:
            return verdicts
        rows = sorted({row for row, _ in recorded})
        by_rule = verdicts_by_rule(self._people, rules, vacancy=vacancy, checks=recorded, rows=rows)
        settled = verdicts.copy()
        settled[rows] = overall(by_rule)
        return settled

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


def _conditions(rule: Rule) -> tuple[Condition, ...]:
    return (*rule.conditions, *((rule.applies_if,) if rule.applies_if else ()))


def _asks_pair(rule: Rule) -> bool:
    return any(condition.is_pair for condition in _conditions(rule))


def _asks_limit(rule: Rule) -> bool:
    return any(isinstance(condition.limit, str) for condition in _conditions(rule))


def _limits(rule: Rule, vacancy: VacancyFacts) -> tuple[Condition, ...]:
    return tuple(condition.resolved(vacancy) for condition in _conditions(rule))
