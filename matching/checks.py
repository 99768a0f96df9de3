"""Recorded checks and signed waivers of a person and a vacancy, and what they do to a verdict."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from matching.errors import FrameError
from matching.frames import CHECK_COLUMNS
from matching.rules import FAIL, NOT_APPLICABLE, PASS, WAIVED, Rule
from matching.vocabulary import Text

__all__ = ["Check", "CheckKey", "checks_by_vacancy", "decided", "in_force", "recorded_checks", "refuse_unusable"]

# A check about a person (by row of the frame) and a rule (by id).
CheckKey = tuple[int, str]


class Check(NamedTuple):
    """One recorded result about the person in a row."""

    row: int
    rule_id: str
    result: str


_WAIVED = "waived"
_RESULTS = {"fail": FAIL, "pass": PASS, _WAIVED: WAIVED}


def recorded_checks(
    checks: pd.DataFrame | None, *, vacancy_id: int, people: pd.Index, rules: Sequence[Rule]
) -> Mapping[CheckKey, str]:
    """Pick the checks that count for one vacancy.

    Parameters
    ----------
    checks : DataFrame or None
        Columns of `frames.CHECK_COLUMNS`, in the order of recording.
    vacancy_id : int
    people : Index of shape (n_people,)
        The person ids of the eligibility frame.
    rules : sequence of Rule
        The rules in force; a waiver of a rule that may not be waived is left aside.

    Returns
    -------
    mapping of (row, rule id) to "pass", "fail" or "waived"
        Of several about the same person and rule the last one.

    Raises
    ------
    FrameError
        If a column is missing or a result unknown.
    """
    if checks is None:
        return {}
    refuse_unusable(checks)
    own = checks[checks["vacancy_id"] == vacancy_id]
    return in_force(checks_by_vacancy(own, people=people).get(vacancy_id, ()), rules)


def checks_by_vacancy(checks: pd.DataFrame | None, *, people: pd.Index) -> Mapping[int, Sequence[Check]]:
    """Deal out checks to their vacancies, in the order of recording.

    Parameters
    ----------
    checks : DataFrame or None
        Columns of `frames.CHECK_COLUMNS`, in the order of recording; checks about others than `people` are left aside.
    people : Index of shape (n_people,)

    Raises
    ------
    FrameError
        If a column is missing or a result unknown.
    """
    dealt: dict[int, list[Check]] = {}
    if checks is None:
        return dealt
    refuse_unusable(checks)
    rows = people.get_indexer(pd.Index(checks["person_id"])).tolist()
    columns = (checks[name].tolist() for name in ("vacancy_id", "rule_id", "result"))
    for row, vacancy_id, rule_id, result in zip(rows, *columns, strict=True):
        if row >= 0:
            dealt.setdefault(vacancy_id, []).append(Check(row, rule_id, result))
    return dealt


def in_force(checks: Sequence[Check], rules: Sequence[Rule]) -> Mapping[CheckKey, str]:
    """Return the results that count, by row and rule id: the last of each, waivers only where the rule allows one."""
    waivable = {rule.id: rule.is_waivable for rule in rules}
    return {
        (row, rule_id): result
        for row, rule_id, result in checks
        if rule_id in waivable and (result != _WAIVED or waivable[rule_id])
    }


def decided(verdict: np.int8, result: str) -> np.int8:
    """Return the verdict of a rule after a check.

    A passed check settles what is not known; a recorded value that fails is mended in the record or waived, never
    checked away. A rule that does not apply stays out of the verdict.
    """
    if verdict == NOT_APPLICABLE or (verdict == FAIL and _RESULTS[result] == PASS):
        return verdict
    return _RESULTS[result]


def refuse_unusable(checks: pd.DataFrame) -> None:
    """Refuse checks that lack a column or hold an unknown result.

    Raises
    ------
    FrameError
        With the column as its place.
    """
    for column in CHECK_COLUMNS:
        if column not in checks.columns:
            problem = Text(f"核查记录缺少列“{column}”。", f"The checks lack the column '{column}'.")
            raise FrameError(problem, place=column)
    for result in checks["result"].unique():
        if result not in _RESULTS:
            problem = Text(f"核查结果“{result}”无法识别。", f"The result '{result}' of a check is not known.")
            raise FrameError(problem, place="result")
