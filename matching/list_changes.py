"""Why today's list differs from a recorded one: who entered, left or moved, through which fact, rule or point."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.eligibility import VERDICTS
from matching.recorded_card import RecordedCard
from matching.snapshot import PoolSnapshot
from matching.vocabulary import Text, Verdict

__all__ = [
    "ChangeKind",
    "CriterionChange",
    "ListChanges",
    "ListSide",
    "PersonChange",
    "RankShift",
    "Reason",
    "RuleChange",
    "Shown",
]


class ChangeKind(StrEnum):
    """What became of somebody."""

    ENTERED = "entered"
    LEFT = "left"
    MOVED = "moved"
    STAYED = "stayed"  # at the same place, with another score, verdict or fact


class Reason(NamedTuple):
    """What a rule asks, and the sentences that say why somebody does not meet it."""

    title: Text
    sentences: tuple[Text, ...]


class Shown(NamedTuple):
    """What was said of a listed person: the fact behind each criterion, the verdict and title of each rule."""

    facts: Mapping[str, Text]
    rules: Mapping[str, tuple[str | None, Text]]


@dataclass(frozen=True, kw_only=True, eq=False)
class ListSide:
    """One of the two lists that are compared, with everybody who was not on it.

    Parameters
    ----------
    snapshot : PoolSnapshot
    card : RecordedCard
        The card of the record.
    k : int
    reasons : mapping of rule id to Reason
        Of the rules that excluded somebody.
    shown : mapping of person id to Shown
        Of the listed; may lack some.
    """

    snapshot: PoolSnapshot
    card: RecordedCard
    k: int
    reasons: Mapping[str, Reason] = field(default_factory=dict)
    shown: Mapping[int, Shown] = field(default_factory=dict)

    @cached_property
    def row_of(self) -> Mapping[int, int]:
        """The row of each person."""
        return {who: row for row, who in enumerate(self.snapshot.person_ids.tolist())}

    @cached_property
    def order(self) -> NDArray[np.int64]:
        """Everybody who may be ranked, best first."""
        return self.snapshot.ranked(self.card, top=max(1, len(self.snapshot.person_ids))).person_ids

    @cached_property
    def rank_of(self) -> Mapping[int, int]:
        """The place of everybody who may be ranked, 1 the best."""
        return {who: rank for rank, who in enumerate(self.order.tolist(), start=1)}

    def verdict_of(self, person_id: int) -> Verdict | None:
        """Return the verdict on a person, None if the person is not in the pool."""
        row = self.row_of.get(person_id)
        return None if row is None else VERDICTS[int(self.snapshot.verdicts[row])]

    def levels_of(self, person_id: int) -> Mapping[str, int]:
        """Return a person's level for each criterion of the card."""
        return dict(zip(self.snapshot.criteria, self.snapshot.levels[self.row_of[person_id]].tolist(), strict=True))

    def failing(self, person_id: int) -> tuple[str, Text, Text | None] | None:
        """Return the first failing rule of a person: id, title, and why."""
        row = self.row_of.get(person_id)
        if row is None or self.snapshot.first_failing[row] < 0:
            return None
        rule_id = self.snapshot.rule_ids[int(self.snapshot.first_failing[row])]
        reason, place = self.reasons.get(rule_id), int(self.snapshot.reasons[row])
        if reason is None:
            return rule_id, Text(rule_id, rule_id), None
        is_told = 0 <= place < len(reason.sentences)
        return rule_id, reason.title, reason.sentences[place] if is_told else None


@dataclass(frozen=True, kw_only=True)
class RuleChange:
    """A rule that says something else of a person.

    Parameters
    ----------
    rule_id : str
    title : Text
    verdict_then, verdict_now : str or None
        None: the rule was not among those of the list, did not apply, or is not known to fail: of people who are not
        listed only the first failing rule is recorded.
    sentence : Text or None
        Why it is not met, then or now.
    is_new, is_gone : bool
        Whether only one of the two lists knows the rule.
    """

    rule_id: str
    title: Text
    verdict_then: str | None
    verdict_now: str | None
    sentence: Text | None = None
    is_new: bool = False
    is_gone: bool = False


@dataclass(frozen=True, kw_only=True)
class CriterionChange:
    """What one criterion adds to the difference of two scores, in hundredths.

    Parameters
    ----------
    criterion_id : str
    label : Text
    level_then, level_now : Text or None
        None: the card of then, or of now, has no such criterion.
    fact_then, fact_now : Text or None
        The facts behind the levels, where they were shown.
    points_then, points_now : int
        By the card of each time; 0 where it has no such criterion.
    through_facts : int
        Another level, at the points of then.
    through_points : int
        Other points, for the level of now; all of it where the two cards do not have the criterion alike.
    """

    criterion_id: str
    label: Text
    level_then: Text | None
    level_now: Text | None
    fact_then: Text | None
    fact_now: Text | None
    points_then: int
    points_now: int
    through_facts: int
    through_points: int


@dataclass(frozen=True, kw_only=True)
class RankShift:
    """Who came in front and who is no longer there; the place changed by what was gained less what was lost.

    Parameters
    ----------
    n_overtaken_by : int
        Behind then, in front now.
    n_new_in_front : int
        Not ranked then, in front now.
    n_fell_behind : int
        In front then, behind now.
    n_gone : int
        In front then, not ranked now.
    """

    n_overtaken_by: int
    n_new_in_front: int
    n_fell_behind: int
    n_gone: int

    @property
    def places(self) -> int:
        """By how many places a person went down; negative is up."""
        return self.n_overtaken_by + self.n_new_in_front - self.n_fell_behind - self.n_gone


@dataclass(frozen=True, kw_only=True)
class PersonChange:
    """What became of one person who stands on one of the lists.

    Parameters
    ----------
    person_id : int
    kind : ChangeKind
    rank_then, rank_now : int or None
        Among everybody, also beyond the list; None: not ranked.
    score_then, score_now : int or None
        Hundredths.
    verdict_then, verdict_now : Verdict or None
        None: not in the pool.
    rules : tuple of RuleChange
    criteria : tuple of CriterionChange
        Those that changed; only where the person is ranked both times.
    shift : RankShift or None
        Only where the person is ranked both times.
    """

    person_id: int
    kind: ChangeKind
    rank_then: int | None
    rank_now: int | None
    score_then: int | None
    score_now: int | None
    verdict_then: Verdict | None
    verdict_now: Verdict | None
    rules: tuple[RuleChange, ...]
    criteria: tuple[CriterionChange, ...]
    shift: RankShift | None

    @property
    def through_facts(self) -> int:
        """The part of the difference of the scores that other facts make."""
        return sum(change.through_facts for change in self.criteria)

    @property
    def through_points(self) -> int:
        """The part of the difference of the scores that another card makes."""
        return sum(change.through_points for change in self.criteria)


@dataclass(frozen=True, kw_only=True)
class ListChanges:
    """How a list differs from another one.

    Parameters
    ----------
    people : tuple of PersonChange
        Those for whom anything changed: by today's place, then those who left, by their place of then.
    n_unchanged : int
        On both lists, in every respect as before.
    """

    people: tuple[PersonChange, ...]
    n_unchanged: int

    def number(self, kind: ChangeKind) -> int:
        """Return how many people a kind of change befell."""
        return sum(change.kind is kind for change in self.people)

    @property
    def is_same_list(self) -> bool:
        """Whether the same people stand at the same places."""
        return all(change.kind is ChangeKind.STAYED for change in self.people)
