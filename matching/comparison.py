"""Two people side by side for one vacancy: why one stands before the other, and how sure that is."""

from dataclasses import dataclass

import numpy as np

from matching.explain import Contribution
from matching.standing import Placed, Standing
from matching.vocabulary import Text

__all__ = ["Compared", "Comparison", "compare"]


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One criterion of two people.

    Parameters
    ----------
    criterion_id : str
    label : Text
    max_points : int
        Hundredths.
    first, second : Contribution
    difference : int
        Points of the first less those of the second, in hundredths.
    """

    criterion_id: str
    label: Text
    max_points: int
    first: Contribution
    second: Contribution
    difference: int


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two people for one vacancy.

    Parameters
    ----------
    first, second : Placed
    n_eligible : int
    average_score : int
        Of the eligible, in hundredths.
    difference : int
        Score of the first less that of the second, in hundredths; the sum of the criteria's differences.
    criteria : tuple of Compared
        In the order of the card.
    n_bags, n_for_first, n_for_second : int
        How many bags the card has, and how many of them put the first or the second strictly before the other.
    is_same_band : bool or None
        Whether the order of the two is not established (`matching.bands`); None where one is not eligible.
    """

    first: Placed
    second: Placed
    n_eligible: int
    average_score: int
    difference: int
    criteria: tuple[Compared, ...]
    n_bags: int
    n_for_first: int
    n_for_second: int
    is_same_band: bool | None


def compare(standing: Standing, first: int, second: int) -> Comparison:
    """Compare two people of the pool.

    Parameters
    ----------
    standing : Standing
    first, second : int
        Person ids.

    Raises
    ------
    MatchingError
        If one of them is not in the pool.
    """
    rows = np.array([standing.row_of(first), standing.row_of(second)])
    one, other = (standing.placed(int(row)) for row in rows)
    by_first, by_second = standing.bag_scores(rows)
    parts = tuple(_compared(*pair) for pair in zip(*standing.reasons(rows), strict=True))
    return Comparison(
        first=one,
        second=other,
        n_eligible=len(standing.eligible),
        average_score=standing.average_score,
        difference=one.score - other.score,
        criteria=parts,
        n_bags=len(by_first),
        n_for_first=int(np.count_nonzero(by_first > by_second)),
        n_for_second=int(np.count_nonzero(by_second > by_first)),
        is_same_band=None if one.band is None or other.band is None else one.band == other.band,
    )


def _compared(first: Contribution, second: Contribution) -> Compared:
    return Compared(
        criterion_id=first.criterion_id,
        label=first.label,
        max_points=first.max_points,
        first=first,
        second=second,
        difference=first.points - second.points,
    )
