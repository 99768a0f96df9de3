"""Drawing whole columns at once, with gaps, from one seeded generator."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "AS_OF",
    "ATTESTER",
    "Column",
    "Columns",
    "Mask",
    "Numbers",
    "Places",
    "chance",
    "choose",
    "days_ago",
    "objects",
    "pick",
    "pick_by_row",
    "records",
    "subsets",
    "whole",
    "with_gaps",
    "years_ago",
]

#: The day to which the invented city is drawn.
AS_OF = date(2026, 11, 1)
#: Who vouches for its records: the name of whoever saves them, for nobody attests in another's name.
ATTESTER = "样例署名"

Column = NDArray[np.object_]  # plain Python values, None for unknown
Columns = dict[str, Column]
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]  # positions in a list
Numbers = NDArray[np.float64]


def objects(values: Sequence[Any]) -> Column:
    """Return a column of Python values, also when they are tuples of one length."""
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def choose(mask: Mask, yes: object, no: object = None) -> Column:
    """Take `yes` where the mask holds, else `no`; both are columns or one value for all."""
    sides = (side if isinstance(side, np.ndarray) else objects([side] * len(mask)) for side in (yes, no))
    return np.where(mask, *(side.astype(object) for side in sides))


def whole(numbers: ArrayLike, *, low: float = 0, high: float = np.inf) -> Column:
    """Round numbers to Python ints within bounds."""
    return np.clip(np.rint(np.asarray(numbers, dtype=np.float64)), low, high).astype(np.int64).astype(object)


def pick(rng: np.random.Generator, weighted: Mapping[Any, float], n: int) -> Column:
    """Draw `n` of the keys with the given weights."""
    weights = np.array(list(weighted.values()), dtype=np.float64)
    edges = np.cumsum(weights / weights.sum())
    places = np.minimum(np.searchsorted(edges, rng.random(n), side="right"), len(edges) - 1)
    return objects(list(weighted))[places]


def pick_by_row(rng: np.random.Generator, tables: Sequence[Mapping[Any, float]], which: Places) -> Column:
    """Draw one key a row, by the table that the row names."""
    drawn = np.empty(len(which), dtype=object)
    for place, table in enumerate(tables):
        rows = np.flatnonzero(which == place)
        drawn[rows] = pick(rng, table, len(rows))
    return drawn


def chance(rng: np.random.Generator, share: ArrayLike, n: int) -> Mask:
    """Toss a coin for each row."""
    return np.asarray(rng.random(n) < np.asarray(share, dtype=np.float64))


def with_gaps(rng: np.random.Generator, values: Column, share: ArrayLike) -> Column:
    """Forget a share of the values."""
    kept = values.astype(object, copy=True)
    kept[chance(rng, share, len(values))] = None
    return kept


def subsets(rng: np.random.Generator, options: Sequence[str], shares: NDArray[np.float64]) -> Column:
    """Draw a tuple of options a row; `shares` (n, n_options) are the chances of each option."""
    drawn = rng.random(shares.shape) < shares
    return objects([tuple(o for o, is_in in zip(options, row, strict=True) if is_in) for row in drawn.tolist()])


def days_ago(days: ArrayLike) -> Column:
    """Return the dates that lie a number of days before `AS_OF`."""
    return objects([AS_OF - timedelta(days=int(d)) for d in np.asarray(days)])


def years_ago(years: ArrayLike) -> Column:
    """Return the dates that lie a number of years before `AS_OF`."""
    return days_ago(np.floor(np.asarray(years, dtype=np.float64) * 365.2425))


def records(columns: Columns) -> list[dict[str, Any]]:
    """Turn columns into one dict a row."""
    names = list(columns)
    rows = zip(*(columns[name].tolist() for name in names), strict=True)
    return [dict(zip(names, row, strict=True)) for row in rows]
