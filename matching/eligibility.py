"""Who is eligible for a vacancy, who is not and why: three-valued, for everybody at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from matching.checks import CheckKey, decided, recorded_checks
from matching.frames import VacancyFacts
from matching.outcomes import RuleOutcome, Value, basis_shown, heading, outcome_of
from matching.rule_evaluator import RuleEvaluator
from matching.rulebook import Rulebook
from matching.rules import FAIL, Rule
from matching.verdicts import overall, requirements_of, verdicts_by_rule
from matching.vocabulary import Stage, Text, Verdict

__all__ = ["VERDICTS", "Eligibility", "ExcludedBy", "judge", "judge_admission"]

_Verdicts = npt.NDArray[np.int8]
# The verdict of a code; "does not apply" is said of rules, never of people.
VERDICTS = (Verdict.FAIL, Verdict.TO_VERIFY, Verdict.PASS, Verdict.WAIVED)


@dataclass(frozen=True, eq=False)
class ExcludedBy:
    """The people whom one rule was the first to exclude.

    Parameters
    ----------
    rule_id : str
    title : Text
        What the rule asks.
    basis : Text
        As shown.
    rows : ndarray of shape (n_excluded,), intp
        Rows of the eligibility frame, in its order.
    reasons : tuple of Text
        The distinct sentences that say why the rule is not met, with value and limit.
    reason_of : ndarray of shape (n_excluded,), int32
        Place in `reasons` of each row's sentence.
    """

    rule_id: str
    title: Text
    basis: Text
    rows: npt.NDArray[np.intp]
    reasons: tuple[Text, ...]
    reason_of: npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False, kw_only=True)
class Eligibility:
    """The verdicts on everybody.

    Parameters
    ----------
    vacancy : VacancyFacts or None
        None for admission to a pool.
    rules : tuple of Rule
        The rules of the verdict, in order: common, post, the vacancy's own.
    later_rules : tuple of Rule
        Rules due at nomination and decision; no part of the verdict.
    verdict : ndarray of shape (n_people,), int8
        FAIL, TO_VERIFY, PASS or WAIVED of `matching.rules`.
    by_rule : ndarray of shape (n_rules, n_people), int8
        Also NOT_APPLICABLE.
    """

    vacancy: VacancyFacts | None
    as_of: date | None
    rules: tuple[Rule, ...]
    later_rules: tuple[Rule, ...]
    verdict: _Verdicts
    by_rule: _Verdicts
    evaluator: RuleEvaluator
    checks: Mapping[CheckKey, str]

    @cached_property
    def first_failing(self) -> npt.NDArray[np.int16]:
        """Position of each person's first failing rule, -1 where none fails."""
        return _first_failing(self.by_rule)

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many people have each verdict."""
        numbers = np.bincount(self.verdict, minlength=len(VERDICTS))
        return {verdict: int(numbers[code]) for code, verdict in enumerate(VERDICTS)}

    @property
    def may_be_ranked(self) -> npt.NDArray[np.bool_]:
        """Who passes, is to be verified or has a waiver: everybody who does not fail."""
        is_ranked: npt.NDArray[np.bool_] = self.verdict != FAIL
        return is_ranked

    def verdict_of(self, row: int) -> Verdict:
        """Return the verdict on the person in one row."""
        return VERDICTS[int(self.verdict[row])]

    def excluded(self) -> list[ExcludedBy]:
        """Return who is excluded, by first failing rule in the order of the rulebook; each person once."""
        found = []
        for place, rule in enumerate(self.rules):
            rows = np.flatnonzero(self.first_failing == place)
            if len(rows):
                title, basis = heading(rule, self.vacancy), basis_shown(rule)
                found.append(ExcludedBy(rule.id, title, basis, rows, *self._reasons(rule, rows)))
        return found

    def outcomes(self, row: int) -> list[RuleOutcome]:
        """Return what every rule says of the person in one row, rules of later stages last."""
        return [self.outcome(rule, row, verdict) for rule, verdict in self.verdicts_on(row)]

    def verdicts_on(self, row: int) -> list[tuple[Rule, np.int8]]:
        """Return what every rule says of the person in one row without wording it, rules of later stages last."""
        now = list(zip(self.rules, self.by_rule[:, row], strict=True))
        return now + [(rule, self._later_verdict(rule, row)) for rule in self.later_rules]

    def _reasons(self, rule: Rule, rows: npt.NDArray[np.intp]) -> tuple[tuple[Text, ...], npt.NDArray[np.int32]]:
        """Word the failing of one rule once for each distinct answer, not for each person."""
        checked, checks = self._checks_of(rule, rows)
        columns = [self.evaluator.distinct_values(condition, rows, self.vacancy) for condition in rule.conditions]
        # One number for each combination of answers: far faster than finding distinct columns of an array.
        sizes = (len(checks), *(len(values) for _, values in columns))
        keys = np.ravel_multi_index((checked, *(positions for positions, _ in columns)), sizes)
        answer_of, answers = pd.factorize(keys)
        places: dict[Text, int] = {}
        place_of = []
        for check, *positions in zip(*(part.tolist() for part in np.unravel_index(answers, sizes)), strict=True):
            values = [known[position] for (_, known), position in zip(columns, positions, strict=True)]
            sentence = self._worded(rule, FAIL, values, checks[check] or None).sentence
            place_of.append(places.setdefault(sentence, len(places)))
        return tuple(places), np.array(place_of, dtype=np.int32)[answer_of]

    def _checks_of(self, rule: Rule, rows: npt.NDArray[np.intp]) -> tuple[npt.NDArray[np.intp], Sequence[str]]:
        if not any(rule_id == rule.id for _, rule_id in self.checks):
            return np.zeros(len(rows), dtype=np.intp), ("",)
        results = np.array([self.checks.get((row, rule.id), "") for row in rows.tolist()], dtype=object)
        positions, distinct = pd.factorize(results)
        return positions, [str(result) for result in distinct]

    def _later_verdict(self, rule: Rule, row: int) -> np.int8:
        verdict = self.evaluator.verdicts(rule, self.vacancy)[row]
        result = self.checks.get((row, rule.id))
        return decided(verdict, result) if result else verdict

    def outcome(self, rule: Rule, row: int, verdict: np.int8) -> RuleOutcome:
        """Word what one rule says of the person in one row, as `verdicts_on` found it."""
        values = [self.evaluator.value(condition, row, self.vacancy) for condition in rule.conditions]
        return self._worded(rule, verdict, values, self.checks.get((row, rule.id)))

    def _worded(self, rule: Rule, verdict: np.int8, values: list[Value], check: str | None) -> RuleOutcome:
        return outcome_of(rule, code=int(verdict), values=values, check=check, vacancy=self.vacancy, as_of=self.as_of)


def judge(
    people: RuleEvaluator, *, vacancy: VacancyFacts, rulebook: Rulebook, checks: pd.DataFrame | None = None
) -> Eligibility:
    """Judge everybody for one vacancy.

    Parameters
    ----------
    people : RuleEvaluator
        Holds the eligibility frame; keep it for all vacancies.
    vacancy : VacancyFacts
    rulebook : Rulebook
    checks : DataFrame or None
        Columns of `frames.CHECK_COLUMNS` in the order of recording; of several about the same person, vacancy and rule
        the last counts.

    Returns
    -------
    Eligibility

    Raises
    ------
    RulebookError
        If the vacancy's rule profile is unknown or one of its requirements is not a rule.
    FrameError
        If `checks` lacks a column or holds an unknown result.
    """
    due_now = (*rulebook.rules_for(vacancy.post, vacancy.rule_profile), *requirements_of(vacancy))
    due_later = tuple(
        rule
        for stage in (Stage.NOMINATION, Stage.DECISION)
        for rule in rulebook.rules_for(vacancy.post, vacancy.rule_profile, stage)
    )
    recorded = recorded_checks(
        checks, vacancy_id=vacancy.vacancy_id, people=people.people, rules=(*due_now, *due_later)
    )
    by_rule = verdicts_by_rule(people, due_now, vacancy=vacancy, checks=recorded)
    return Eligibility(
        vacancy=vacancy,
        as_of=vacancy.as_of,
        rules=due_now,
        later_rules=due_later,
        verdict=overall(by_rule),
        by_rule=by_rule,
        evaluator=people,
        checks=recorded,
    )


def judge_admission(frame: pd.DataFrame, rules: Sequence[Rule], *, as_of: date | None = None) -> Eligibility:
    """Judge people by the admission rules of a pool.

    Parameters
    ----------
    frame : DataFrame of shape (n_people, n_columns)
        Columns of `frames.ELIGIBILITY_COLUMNS` and `frames.ADMISSION_COLUMNS`.
    rules : sequence of Rule
        From `Rulebook.admission_rules`.
    as_of : date or None
        The day of registration.

    Raises
    ------
    FrameError
        If the frame breaks its contract.
    """
    people = RuleEvaluator(frame)
    by_rule = verdicts_by_rule(people, rules, vacancy=None, checks={})
    return Eligibility(
        vacancy=None,
        as_of=as_of,
        rules=tuple(rules),
        later_rules=(),
        verdict=overall(by_rule),
        by_rule=by_rule,
        evaluator=people,
        checks={},
    )


def _first_failing(by_rule: _Verdicts) -> npt.NDArray[np.int16]:
    first = np.full(by_rule.shape[1], -1, dtype=np.int16)
    for place in reversed(range(len(by_rule))):
        first[by_rule[place] == FAIL] = place
    return first
