"""What if: the same vacancy under other weights, or with other facts of one person. Nothing of it is kept.

Nobody's eligibility changes: a what-if is about points and places among those who are eligible as things stand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd

from matching.card import Scorecard
from matching.criteria import Criterion
from matching.errors import MatchingError
from matching.explain import Contribution, contributions
from matching.frames import CRITERIA_COLUMNS, Column
from matching.reweighting import reweighted
from matching.standing import Standing
from matching.vocabulary import Text

__all__ = [
    "PLACES",
    "STAYS",
    "ChangedCriterion",
    "FactsWhatIf",
    "Move",
    "WeightChange",
    "WeightsWhatIf",
    "changeable_columns",
    "with_facts",
    "with_weights",
]

#: What every what-if says of itself.
STAYS = Text("推演结果，未保存；资格不因推演而改变。", "A trial that is not saved; it changes nobody's eligibility.")

Fact = float | str | None

#: Columns that no what-if changes: where somebody lives and is tied to.
PLACES = frozenset(
    {"home_village_code", "home_township_code", "home_county_code", "tie_codes", "latitude", "longitude"}
)


@dataclass(frozen=True, kw_only=True)
class ChangedCriterion:
    """One criterion before and after other facts; `gain` is in hundredths."""

    criterion_id: str
    label: Text
    before: Contribution
    after: Contribution
    gain: int


@dataclass(frozen=True, kw_only=True)
class FactsWhatIf:
    """A person with other facts.

    Parameters
    ----------
    person_id : int
    score_before, score_after, gain : int
        Hundredths.
    place_before, place_after : int or None
        Among all eligible, everybody else unchanged; None for somebody who is not eligible.
    n_eligible : int
    criteria : tuple of ChangedCriterion
        Those whose facts or points change, in the order of the card.
    """

    person_id: int
    score_before: int
    score_after: int
    gain: int
    place_before: int | None
    place_after: int | None
    n_eligible: int
    criteria: tuple[ChangedCriterion, ...]


@dataclass(frozen=True, kw_only=True)
class WeightChange:
    """What a criterion gives at most, before and after, in hundredths."""

    criterion_id: str
    label: Text
    before: int
    after: int


@dataclass(frozen=True, kw_only=True)
class Move:
    """A person's place and score (hundredths) before and after; no place for somebody who is not eligible."""

    person_id: int
    place_before: int | None
    place_after: int | None
    score_before: int
    score_after: int


@dataclass(frozen=True, kw_only=True)
class WeightsWhatIf:
    """A list under other weights.

    Parameters
    ----------
    k, n_eligible : int
    weights : tuple of WeightChange
        Of every criterion, in the order of the card.
    moves : tuple of Move
        Whoever is among the first k before or after, by the place after.
    entered, left : tuple of int
        Ids of who comes among the first k, and who drops out.
    person : Move or None
        The person who was asked for.
    """

    k: int
    n_eligible: int
    weights: tuple[WeightChange, ...]
    moves: tuple[Move, ...]
    entered: tuple[int, ...]
    left: tuple[int, ...]
    person: Move | None


def changeable_columns(card: Scorecard) -> dict[str, Column]:
    """Return the columns of the criteria frame that a card reads and a what-if may change, by name."""
    read = {name for criterion in card.criteria for name in criterion.columns}
    return {column.name: column for column in CRITERIA_COLUMNS if column.name in read - PLACES}


def with_facts(standing: Standing, row: int, facts: Mapping[str, Fact]) -> FactsWhatIf:
    """Score a person with other facts.

    Parameters
    ----------
    standing : Standing
    row : int
        The person's row.
    facts : mapping of str to float, str or None
        By column of the criteria frame, as `matching.frames` writes them; None is unknown.

    Raises
    ------
    MatchingError
        If a column is not read by the card, is a place or a tie, or a value does not fit its column.
    """
    one = _changed(standing, row, facts)
    pool = {key: criterion.encode(one, industries=standing.industries) for key, criterion in _by_id(standing.card)}
    levels = {
        key: criterion.levels(pool[key].values, [standing.vacancy])[:, 0] for key, criterion in _by_id(standing.card)
    }
    (after,) = contributions(
        standing.card,
        pool=pool,
        levels=levels,
        rows=[0],
        vacancy=standing.vacancy,
        average=standing.averages,
        is_verified=[False],
    )
    (before,) = standing.reasons(np.array([row]))
    score, gained = int(standing.scores[row]), sum(part.points for part in after)
    return FactsWhatIf(
        person_id=int(standing.people.index[row]),
        score_before=score,
        score_after=gained,
        gain=gained - score,
        place_before=standing.place_of(row),
        place_after=standing.place_of(row, score=gained),
        n_eligible=len(standing.eligible),
        criteria=tuple(
            ChangedCriterion(
                criterion_id=old.criterion_id, label=old.label, before=old, after=new, gain=new.points - old.points
            )
            for old, new in zip(before, after, strict=True)
            if (old.level, old.fact) != (new.level, new.fact)
        ),
    )


def with_weights(standing: Standing, weights: Mapping[str, float], *, k: int, row: int | None = None) -> WeightsWhatIf:
    """List the people of a vacancy under other weights.

    Parameters
    ----------
    standing : Standing
    weights : mapping of str to float
        New weights by criterion; see `matching.reweighting.reweighted`.
    k : int
        Length of the list, at least 1.
    row : int, optional
        Somebody whose places are wanted whether or not they are on the list.

    Raises
    ------
    CardError
        If a criterion or a weight cannot be used.
    """
    card = reweighted(standing.card, weights)
    other = standing.under(card)
    before, after = standing.best(k).tolist(), other.best(k).tolist()
    concerned = sorted({*before, *after}, key=lambda one: other.place_of(one) or 0)
    ids = standing.people.index
    return WeightsWhatIf(
        k=k,
        n_eligible=len(standing.eligible),
        weights=tuple(
            WeightChange(
                criterion_id=key,
                label=criterion.label,
                before=max(standing.card.points[key]),
                after=max(card.points[key]),
            )
            for key, criterion in _by_id(card)
        ),
        moves=tuple(_move(standing, other, one) for one in concerned),
        entered=tuple(int(ids[one]) for one in after if one not in before),
        left=tuple(int(ids[one]) for one in before if one not in after),
        person=None if row is None else _move(standing, other, row),
    )


def _by_id(card: Scorecard) -> list[tuple[str, Criterion[Any]]]:
    return [(criterion.id, criterion) for criterion in card.criteria]


def _move(before: Standing, after: Standing, row: int) -> Move:
    return Move(
        person_id=int(before.people.index[row]),
        place_before=before.place_of(row),
        place_after=after.place_of(row),
        score_before=int(before.scores[row]),
        score_after=int(after.scores[row]),
    )


def _changed(standing: Standing, row: int, facts: Mapping[str, Fact]) -> pd.DataFrame:
    """Return the person's row of the criteria frame with other facts."""
    columns, one = changeable_columns(standing.card), standing.people.iloc[[row]].copy()
    for name, value in facts.items():
        if name in PLACES:
            problem = Text(
                f"“{name}”属地点与联系，不参与推演。", f"'{name}' is a place or a tie: it cannot be tried out."
            )
            raise MatchingError(problem, place=f"facts.{name}")
        if name not in columns:
            known = ", ".join(columns)
            problem = Text(
                f"此岗位的评分卡不读取“{name}”。可填：{known}。",
                f"The card of this post does not read '{name}'. It reads: {known}.",
            )
            raise MatchingError(problem, place=f"facts.{name}")
        one[name] = _as_column(columns[name], value, index=one.index)
    return one


def _as_column(column: Column, value: Fact, *, index: pd.Index) -> pd.Series:
    if column.kind == "number":
        number = np.nan if value is None else value
        if isinstance(number, str) or (value is not None and not (isfinite(number) and number >= 0)):
            problem = Text(f"“{column.label.zh}”应为不小于 0 的数。", f"'{column.name}' must be a number from 0 up.")
            raise MatchingError(problem, place=f"facts.{column.name}")
        return pd.Series([number], index=index, dtype="float64")
    if not isinstance(value, str | None):
        problem = Text(f"“{column.label.zh}”应为代码。", f"'{column.name}' must be codes.")
        raise MatchingError(problem, place=f"facts.{column.name}")
    return pd.Series([value], index=index, dtype="object")
