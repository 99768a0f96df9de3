"""Rule outcomes as pages show them, live or from a frozen list."""

from collections.abc import Iterable, Mapping
from typing import Any

from matching.outcomes import RuleOutcome
from matching.vocabulary import Stage, Verdict
from service.web.formatting import in_language

__all__ = ["FILTERS"]

_FIRST = (Verdict.FAIL, Verdict.TO_VERIFY, Verdict.WAIVED, Verdict.PASS)
_PLAIN_ANSWERS = frozenset({"是", "否", "yes", "no", ""})
_LONGEST = 24


def as_plain(outcome: RuleOutcome | Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an outcome with its verdict as a word, whether it was just made or read from a frozen list."""
    if isinstance(outcome, RuleOutcome):
        return {**vars(outcome), "verdict": outcome.verdict and str(outcome.verdict)}
    return outcome


def is_measured(outcome: Mapping[str, Any]) -> bool:
    """Whether value and limit say more than the sentence: a bare yes or no, the same again or a long list does not."""
    value, limit = in_language(outcome["value"]), in_language(outcome["limit"])
    if value == limit:
        return False
    return limit.lower() not in _PLAIN_ANSWERS and len(limit) <= _LONGEST and len(value) <= _LONGEST


def due(outcomes: Iterable[Mapping[str, Any]], is_later: bool) -> list[Mapping[str, Any]]:  # noqa: FBT001 - a filter's argument
    """Return the outcomes that are due now or later, what needs somebody first."""
    chosen = [row for row in outcomes if (row["stage"] != Stage.LISTING) is is_later]
    return sorted(chosen, key=lambda row: _FIRST.index(Verdict(row["verdict"])) if row["verdict"] else len(_FIRST))


FILTERS = {"as_plain": as_plain, "due": due, "is_measured": is_measured}
