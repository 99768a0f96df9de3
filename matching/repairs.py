"""Which records are worth completing: what unknown facts cost on the open vacancies, for everybody at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import isnan
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching.criteria import CRITERIA, MISSING, PersonCriterion
from matching.eligibility import Eligibility
from matching.facts import Origin
from matching.frames import VacancyFacts
from matching.matcher import Matcher
from matching.outcomes import heading
from matching.rule_evaluator import RuleEvaluator
from matching.rules import FAIL, TO_VERIFY, Condition, Rule
from matching.standing import Standing
from matching.vocabulary import Missing, Text

__all__ = ["Block", "Gap", "Repair", "find_repairs"]

_Flags = NDArray[np.bool_]
#: What a record has to say so that a fact about a person and a vacancy is known.
_BEHIND_PAIRS = {
    "industry_overlap": ("industries",),
    "is_home_village": ("home_village_code",),
    "local_tie": ("home_village_code", "tie_codes"),
}


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A criterion about which a record says nothing.

    Parameters
    ----------
    criterion_id : str
    label : Text
    columns : tuple of str
        Columns of the criteria frame that are not known.
    gain : int
        Hundredths of a point, over all vacancies: what people whose fact is recorded earn on average, less what the
        missing level earns.
    n_vacancies : int
        For how many open vacancies it counts.
    """

    criterion_id: str
    label: Text
    columns: tuple[str, ...]
    gain: int
    n_vacancies: int


@dataclass(frozen=True, kw_only=True)
class Block:
    """A rule that cannot be judged before a record says more.

    Parameters
    ----------
    rule_id : str
    title : Text
    columns : tuple of str
        Columns of the frames that are not known.
    n_vacancies : int
        For how many open vacancies it keeps the verdict open.
    """

    rule_id: str
    title: Text
    columns: tuple[str, ...]
    n_vacancies: int


@dataclass(frozen=True, kw_only=True)
class Repair:
    """One record and what completing it would bring.

    Parameters
    ----------
    person_id : int
    worth : int
        Hundredths over all open vacancies: the gains, and the score itself where a rule waits for a fact.
    n_blocked : int
        Open vacancies for which at least one rule waits for the record.
    gaps : tuple of Gap
        The largest gain first.
    blocks : tuple of Block
        Most vacancies first.
    """

    person_id: int
    worth: int
    n_blocked: int
    gaps: tuple[Gap, ...]
    blocks: tuple[Block, ...]


def find_repairs(
    matcher: Matcher, vacancies: Sequence[VacancyFacts], *, n: int, checks: pd.DataFrame | None = None
) -> list[Repair]:
    """Return the records whose completion would improve the matching of open vacancies most.

    A vacancy counts for those whom no known fact excludes from it. What only a check can tell is no gap of a record.

    Parameters
    ----------
    matcher : Matcher
    vacancies : sequence of VacancyFacts
    n : int
        At most so many.
    checks : DataFrame or None
        Recorded checks; see `matching.eligibility.judge`.

    Returns
    -------
    list of Repair
        By falling worth, of equals in the order of person_no; nobody to whom it would bring nothing.
    """
    tally, standing = _Tally(len(matcher.person_ids)), None
    by_vacancy: dict[Any, pd.DataFrame] = {} if checks is None else dict(iter(checks.groupby("vacancy_id")))
    for standing in matcher.standings(vacancies, checks=by_vacancy):
        tally.add(standing)
    if standing is None:
        return []
    tally.settle()
    return list(tally.repairs(standing, n=n))


class _Tally:
    """Sums over vacancies, one number for each person."""

    def __init__(self, n_people: int) -> None:
        self._n_people = n_people
        self._worth = np.zeros(n_people, dtype=np.int64)
        self._n_blocked = np.zeros(n_people, dtype=np.int32)
        self._gains: dict[str, NDArray[np.int64]] = {}
        self._n_gaps: dict[str, NDArray[np.int32]] = {}
        self._n_blocks: dict[tuple[Text, str], NDArray[np.int32]] = {}
        self._rules: dict[tuple[Text, str], Rule] = {}
        self._counts_of: dict[str, NDArray[np.int64]] = {}  # people by distinct fact
        # What depends on the person alone is added up once for each card, not for each vacancy.
        self._cards: dict[str, tuple[Standing, NDArray[np.int32]]] = {}

    def add(self, standing: Standing) -> None:
        """Count one vacancy."""
        eligibility = standing.eligibility
        asked, is_open, is_out = _waiting(eligibility)
        admitted = ~is_out
        is_blocked = np.zeros(self._n_people, dtype=np.bool_)
        for rule, waiting in zip(asked, is_open, strict=True):
            waits = waiting & admitted
            if waits.any():
                key = (heading(rule, standing.vacancy), rule.id)
                self._rules[key] = rule
                self._n_blocks.setdefault(key, np.zeros(self._n_people, dtype=np.int32))[:] += waits
                is_blocked |= waits
        self._n_blocked += is_blocked
        self._worth += standing.scores * is_blocked
        nobody = np.zeros(self._n_people, dtype=np.int32)
        self._cards.setdefault(standing.card.version, (standing, nobody))[1][:] += admitted
        for criterion_id in standing.card.points:
            if not isinstance(CRITERIA[criterion_id], PersonCriterion):
                self._add_gaps(criterion_id, standing, admitted)

    def settle(self) -> None:
        """Add what depends on the person alone; once, after the last vacancy."""
        for standing, n_admitted in self._cards.values():
            for criterion_id in standing.card.points:
                if isinstance(CRITERIA[criterion_id], PersonCriterion):
                    self._add_gaps(criterion_id, standing, n_admitted)
        self._cards.clear()

    def _add_gaps(self, criterion_id: str, standing: Standing, n_times: _Flags | NDArray[np.int32]) -> None:
        """Add a criterion for everybody, as often as they are admitted to vacancies that ask alike."""
        codes, levels = standing.pool[criterion_id].codes, standing.levels[criterion_id]
        is_missing = levels == MISSING
        if not is_missing.any():
            return
        gain = _gain(standing, criterion_id, counts=self._counts(criterion_id, codes))
        if gain <= 0:
            return
        times = is_missing.take(codes) * n_times
        if times.any():
            gains = times * np.int64(gain)
            self._gains.setdefault(criterion_id, np.zeros(self._n_people, dtype=np.int64))[:] += gains
            self._n_gaps.setdefault(criterion_id, np.zeros(self._n_people, dtype=np.int32))[:] += times
            self._worth += gains

    def _counts(self, criterion_id: str, codes: NDArray[np.int32]) -> NDArray[np.int64]:
        if criterion_id not in self._counts_of:  # the pool encodes a criterion once for all posts
            self._counts_of[criterion_id] = np.bincount(codes).astype(np.int64)
        return self._counts_of[criterion_id]

    def repairs(self, standing: Standing, *, n: int) -> Iterator[Repair]:
        """Yield the best of all; the frames are those of any standing."""
        order = np.argsort(-self._worth, kind="stable")[:n]
        for row in order[self._worth[order] > 0].tolist():
            yield Repair(
                person_id=int(standing.people.index[row]),
                worth=int(self._worth[row]),
                n_blocked=int(self._n_blocked[row]),
                gaps=tuple(sorted(self._gaps_of(row, standing), key=lambda gap: -gap.gain)),
                blocks=tuple(sorted(self._blocks_of(row, standing), key=lambda block: -block.n_vacancies)),
            )

    def _gaps_of(self, row: int, standing: Standing) -> Iterator[Gap]:
        person = standing.people.iloc[row]
        for criterion_id, gains in self._gains.items():
            if gains[row]:
                criterion = CRITERIA[criterion_id]
                yield Gap(
                    criterion_id=criterion_id,
                    label=criterion.label,
                    columns=tuple(name for name in criterion.columns if pd.isna(person[name])),
                    gain=int(gains[row]),
                    n_vacancies=int(self._n_gaps[criterion_id][row]),
                )

    def _blocks_of(self, row: int, standing: Standing) -> Iterator[Block]:
        evaluator, person = standing.eligibility.evaluator, standing.people.iloc[row]
        for key, counts in self._n_blocks.items():
            if counts[row]:
                rule = self._rules[key]
                columns = dict.fromkeys(
                    name for condition in rule.conditions for name in _unknown(condition, row, evaluator, person)
                )
                yield Block(rule_id=rule.id, title=key[0], columns=tuple(columns), n_vacancies=int(counts[row]))


def _waiting(eligibility: Eligibility) -> tuple[list[Rule], list[_Flags], _Flags]:
    """Return the rules that a record can answer, for whom each waits, and whom a known fact excludes.

    A rule by which an unknown fact fails waits like any other: what is not known can be recorded.
    """
    rules, waits = [], []
    is_out = np.zeros(eligibility.by_rule.shape[1], dtype=np.bool_)
    checked = {rule_id for _, rule_id in eligibility.checks}
    for rule, found in zip(eligibility.rules, eligibility.by_rule, strict=True):
        verdicts = found
        if rule.missing is Missing.FAIL and rule.id not in checked:
            verdicts = eligibility.evaluator.verdicts(_lenient(rule), eligibility.vacancy)
        is_out |= verdicts == FAIL
        if any(condition.fact.origin is not Origin.CHECK for condition in rule.conditions):
            rules.append(rule)
            waits.append(verdicts == TO_VERIFY)
    return rules, waits, is_out


def _lenient(rule: Rule) -> Rule:
    return replace(rule, missing=Missing.REVIEW)


def _gain(standing: Standing, criterion_id: str, *, counts: NDArray[np.int64]) -> int:
    """Return what people whose fact is recorded earn on average, less what the missing level earns, in hundredths."""
    points = np.array(standing.card.points[criterion_id], dtype=np.int64)
    levels = standing.levels[criterion_id][: len(counts)]
    known = counts * (levels != MISSING)
    n_known = int(known.sum())
    return int(known @ points.take(levels)) // n_known - int(points[MISSING]) if n_known else 0


def _unknown(condition: Condition, row: int, evaluator: RuleEvaluator, person: "pd.Series[Any]") -> Iterator[str]:
    """Yield the columns behind a condition that are not known."""
    fact = condition.fact
    if fact.origin is Origin.PAIR:
        yield from (name for name in _BEHIND_PAIRS[fact.name] if pd.isna(person[name]))
    elif fact.origin is not Origin.CHECK:
        value = evaluator.value(condition, row, None)
        if value is None or (isinstance(value, float) and isnan(value)):
            yield fact.name
