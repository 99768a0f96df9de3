"""Rules applied to everybody at once; what does not depend on the vacancy is worked out once."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from matching.facts import Origin
from matching.frames import ADMISSION_COLUMNS, ELIGIBILITY_COLUMNS, VacancyFacts, check_frame
from matching.outcomes import Value
from matching.people_facts import PeopleFacts
from matching.rules import TRUE, UNKNOWN, Condition, Kind, Rule, coded_truth, number_truth, verdicts_of
from matching.vocabulary.industries import IndustryTerms

__all__ = ["RuleEvaluator"]

_Verdicts = npt.NDArray[np.int8]
# The value of a yes/no fact by its answer: no, unknown, yes.
_NUMBER_OF_ANSWER = np.array([0.0, np.nan, 1.0])


class RuleEvaluator:
    """Applies rules to the people of one eligibility frame.

    Parameters
    ----------
    frame : DataFrame of shape (n_people, n_columns)
        Columns of `frames.ELIGIBILITY_COLUMNS`; at registration also those of `frames.ADMISSION_COLUMNS`.
    industries : IndustryTerms or None
        Needed where a rule asks for the overlap of industries.

    Raises
    ------
    FrameError
        If the frame breaks its contract.
    """

    def __init__(self, frame: pd.DataFrame, *, industries: IndustryTerms | None = None) -> None:
        is_admission = ADMISSION_COLUMNS[0].name in frame.columns
        columns = (*ELIGIBILITY_COLUMNS, *(ADMISSION_COLUMNS if is_admission else ()))
        check_frame(frame, columns, name="eligibility frame")
        self._hold(PeopleFacts(frame, industries=industries))

    def _hold(self, facts: PeopleFacts) -> None:
        self._facts = facts
        self._answers: dict[Condition, _Verdicts] = {}
        self._verdicts: dict[tuple[object, ...], _Verdicts] = {}

    def __len__(self) -> int:
        return len(self._facts)

    @property
    def people(self) -> pd.Index:
        """The person ids, in the order of the frame."""
        return self._facts.people

    def among(self, rows: npt.NDArray[np.intp]) -> "RuleEvaluator":
        """Return the same for some of the people, without a copy of their frame."""
        return _Part(self._facts.among(rows))

    def verdicts(self, rule: Rule, vacancy: VacancyFacts | None) -> _Verdicts:
        """Return what one rule says of everybody, recorded checks left aside.

        Parameters
        ----------
        rule : Rule
        vacancy : VacancyFacts or None
            None at registration, where no rule asks for a vacancy.

        Returns
        -------
        ndarray of shape (n_people,), int8, read-only
            FAIL, TO_VERIFY, PASS or NOT_APPLICABLE.
        """
        conditions = tuple(condition.resolved(vacancy) for condition in rule.conditions)
        applies_if = rule.applies_if.resolved(vacancy) if rule.applies_if else None
        key = (conditions, applies_if, rule.missing)
        if key in self._verdicts:
            return self._verdicts[key]
        answers = [self._answer(condition, vacancy) for condition in conditions]
        verdicts = verdicts_of(rule, answers, self._answer(applies_if, vacancy) if applies_if else None)
        verdicts.flags.writeable = False
        if not any(condition.is_pair for condition in conditions) and not (applies_if and applies_if.is_pair):
            self._verdicts[key] = verdicts
        return verdicts

    def value(self, condition: Condition, row: int, vacancy: VacancyFacts | None) -> Value:
        """Return one person's value for a condition; None or NaN is unknown."""
        fact = condition.fact
        if fact.origin is Origin.CHECK:
            return None
        if fact.origin is Origin.PAIR:
            return float(self._numbers(condition, vacancy)[row])
        return self._facts.value(fact.name, row)

    def distinct_values(
        self, condition: Condition, rows: npt.NDArray[np.intp], vacancy: VacancyFacts | None
    ) -> tuple[npt.NDArray[np.intp], list[Value]]:
        """Return the values of several people for a condition, each distinct value once.

        Returns
        -------
        positions : ndarray of shape (n_rows,), intp
            Into `values`.
        values : list of float, str or None
        """
        fact = condition.fact
        if fact.origin is Origin.CHECK:
            return np.zeros(len(rows), dtype=np.intp), [None]
        if fact.origin is Origin.PAIR or fact.kind in {"number", "flag"}:
            numbers = self._numbers(condition, vacancy)
            positions, distinct = pd.factorize(numbers[rows], use_na_sentinel=False)
            return positions, [float(value) for value in distinct]
        positions, texts = self._facts.coded(fact.name)
        positions, used = pd.factorize(positions[rows])
        return positions, [texts[place] if place >= 0 else None for place in used.tolist()]

    def _numbers(self, condition: Condition, vacancy: VacancyFacts | None) -> npt.NDArray[np.float64]:
        if condition.is_pair:
            return _NUMBER_OF_ANSWER[self._pair(condition, vacancy)]
        return self._facts.numbers(condition.field)

    def _pair(self, condition: Condition, vacancy: VacancyFacts | None) -> _Verdicts:
        if vacancy is None:
            return np.full(len(self), UNKNOWN)
        return self._facts.pair(condition.field, vacancy)

    def _answer(self, condition: Condition, vacancy: VacancyFacts | None) -> _Verdicts:
        if condition.is_pair:
            answers = self._pair(condition, vacancy)
            return answers if condition.kind is Kind.IS_TRUE else TRUE - answers
        if condition not in self._answers:
            self._answers[condition] = self._answer_once(condition)
        return self._answers[condition]

    def _answer_once(self, condition: Condition) -> _Verdicts:
        fact = condition.fact
        if fact.origin is Origin.CHECK:
            return np.full(len(self), UNKNOWN)
        if fact.kind in {"number", "flag"}:
            return number_truth(self._facts.numbers(fact.name), condition)
        positions, distinct = self._facts.coded(fact.name)
        # The unknown value has position -1, which takes the last entry.
        by_value = np.array([coded_truth(value, condition) for value in (*distinct, None)], dtype=np.int8)
        return by_value[positions]


class _Part(RuleEvaluator):
    """Over some of the people of another."""

    def __init__(self, facts: PeopleFacts) -> None:
        self._hold(facts)
