"""Comparing names: the same, or written, heard, read or abridged in another way."""

import numpy as np
from numpy.typing import NDArray

from service.linkage.characters import are_look_alikes, nearly_read, readings
from service.linkage.levels import LEVELS
from service.linkage.roll import Roll

__all__ = ["name_levels"]

Rows = NDArray[np.intp]
Codes = NDArray[np.int32]
Mask = NDArray[np.bool_]

_SOME, _MANY = 3, 8  # holders of a name from which it says less
_MOST_ALIKE = 2  # characters that may differ in a name that only sounds or looks alike
_SURNAME_SIGNS = 2
_LEAST_PART = 2


def name_levels(one: Roll, ones: Rows, other: Roll, others: Rows, *, n_holders: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the level of each pair of names.

    Parameters
    ----------
    one, other : Roll
    ones, others : ndarray of intp, shape (n,)
    n_holders : ndarray of int64, shape (n,)
        How many people of the other roll have the other name.
    """
    a, b = one.names[ones], other.names[others]
    sizes_a, sizes_b = one.name_sizes[ones], other.name_sizes[others]
    names = LEVELS["name"]
    found = np.full(len(a), names.index("different"), dtype=np.int64)

    def settle(level: str, mask: Mask) -> None:
        found[mask & (found == names.index("different"))] = names.index(level)

    is_same = one.name_keys[ones] == other.name_keys[others]
    settle("unknown", (sizes_a == 0) | (sizes_b == 0))
    settle("same_of_many", is_same & (n_holders > _MANY))
    settle("same_of_some", is_same & (n_holders > _SOME))
    settle("same", is_same)
    settle("same_spelling", _is_spelling(one, ones, other, others))
    open_rows = np.flatnonzero(found == names.index("different"))
    for level, rows in _by_characters(a[open_rows], b[open_rows], sizes_a[open_rows], sizes_b[open_rows]):
        mask = np.zeros(len(a), dtype=np.bool_)
        mask[open_rows[rows]] = True
        settle(level, mask)
    return found


def _is_spelling(one: Roll, ones: Rows, other: Roll, others: Rows) -> Mask:
    is_spelt = one.is_spelt[ones] | other.is_spelt[others]
    a, b = one.spelling_keys[ones], other.spelling_keys[others]
    is_equal = (a[:, :, None] == b[:, None, :]) & (a[:, :, None] != 0)
    return np.asarray(is_spelt & is_equal.any(axis=(1, 2)))


def _by_characters(
    a: Codes, b: Codes, sizes_a: NDArray[np.int64], sizes_b: NDArray[np.int64]
) -> list[tuple[str, Mask]]:
    differs = a != b
    n_different = differs.sum(axis=1)
    is_even = sizes_a == sizes_b
    rows, places = np.nonzero(differs & is_even[:, None])
    heard, seen, nearly = (np.ones(differs.shape, dtype=np.bool_) for _ in range(3))
    x, y = a[rows, places], b[rows, places]
    heard[rows, places] = _meet(readings(x), readings(y))
    seen[rows, places] = are_look_alikes(x, y)
    nearly[rows, places] = _meet(nearly_read(x), nearly_read(y))
    few = is_even & (n_different <= _MOST_ALIKE)
    last = np.maximum(sizes_a - 1, 0)
    every = np.arange(len(a))
    is_long = sizes_a > _SURNAME_SIGNS
    last_b = np.maximum(sizes_b - 1, 0)
    same_end = (a[every, last] == b[every, last_b]) & (
        a[every, np.maximum(last - 1, 0)] == b[every, np.maximum(last_b - 1, 0)]
    )
    turned = is_even & (np.sort(a, axis=1) == np.sort(b, axis=1)).all(axis=1)
    is_mixed = (heard | seen | nearly).all(axis=1)
    return [
        ("sounds_alike", is_even & heard.all(axis=1)),
        ("looks_alike", few & (heard | seen).all(axis=1)),
        ("nearly_sounds_alike", few & is_mixed),
        ("turned_round", turned),
        ("character_more_or_less", _is_longer(a, b, sizes_a, sizes_b)),
        ("part_of_the_other", _is_part(a, b, sizes_a, sizes_b)),
        ("other_surname", is_long & (sizes_b > _SURNAME_SIGNS) & same_end & differs[:, 0]),
        ("one_character", is_even & is_long & (n_different == 1)),
        ("same_surname", (a[:, 0] == b[:, 0]) & (a[:, 0] > 0)),
    ]


def _meet(first: NDArray[np.int16], second: NDArray[np.int16]) -> Mask:
    is_equal = (first[:, :, None] == second[:, None, :]) & (first[:, :, None] >= 0)
    return np.asarray(is_equal.any(axis=(1, 2)))


def _is_longer(a: Codes, b: Codes, sizes_a: NDArray[np.int64], sizes_b: NDArray[np.int64]) -> Mask:
    """Say whether one name is the other with one character more."""
    longer, shorter = np.where((sizes_a > sizes_b)[:, None], a, b), np.where((sizes_a > sizes_b)[:, None], b, a)
    is_one_more = (np.abs(sizes_a - sizes_b) == 1) & (np.minimum(sizes_a, sizes_b) >= _LEAST_PART)
    found = np.zeros(len(a), dtype=np.bool_)
    for place in range(a.shape[1]):
        rest = np.concatenate([longer[:, :place], longer[:, place + 1 :]], axis=1)
        found |= (rest == shorter[:, :-1]).all(axis=1)
    return np.asarray(found & is_one_more)


def _is_part(a: Codes, b: Codes, sizes_a: NDArray[np.int64], sizes_b: NDArray[np.int64]) -> Mask:
    """Say whether a long name begins or ends with the other, as abridged names of minorities do."""
    is_a_longer = sizes_a > sizes_b
    longer, shorter = np.where(is_a_longer[:, None], a, b), np.where(is_a_longer[:, None], b, a)
    sizes, gap = np.minimum(sizes_a, sizes_b), np.abs(sizes_a - sizes_b)
    place = np.arange(a.shape[1])[None, :]
    counts = place < sizes[:, None]
    begins = ((longer == shorter) | ~counts).all(axis=1)
    moved = np.take_along_axis(longer, np.minimum(place + gap[:, None], a.shape[1] - 1), axis=1)
    ends = ((moved == shorter) | ~counts).all(axis=1)
    return np.asarray((begins | ends) & (sizes >= _LEAST_PART) & (gap > 1))
