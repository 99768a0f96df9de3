"""Which pairs are worth comparing: everybody who shares one of many keys, so that nobody is compared with everybody."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from service.linkage.characters import nearly_read
from service.linkage.roll import Roll

__all__ = ["candidate_pairs", "candidates_of"]

Keys = NDArray[np.int64]

_LARGEST_GROUP = 40  # people of one key; a larger group is split by a second key
_LONGEST_COMPARED_NAME = 6
_N_KINDS = 46  # of keys beside one for each way to spell a name; only the progress counts them
_BIRTH = slice(6, 14)
_AFTER_PLACE = slice(6, 17)
_HEAD = 17


def candidate_pairs(
    roll: Roll, *, on_progress: Callable[[float], None] = lambda _share: None
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the rows of the pairs that share a key, each pair once, the smaller row first.

    Parameters
    ----------
    roll : Roll
    on_progress : callable
        Called after each kind of key with the share of them that is done.
    """
    n, n_kinds = len(roll), _N_KINDS + roll.spelling_keys.shape[1]
    found = [np.zeros(0, dtype=np.int64)]
    for place, (rows, keys) in enumerate(_blocks(roll), start=1):
        found.append(_within(rows, keys, roll, n=n))
        on_progress(min(place / n_kinds, 1.0))
    pairs = np.unique(np.concatenate(found))
    return (pairs // max(n, 1)).astype(np.intp), (pairs % max(n, 1)).astype(np.intp)


def candidates_of(asked: Roll, row: int, roll: Roll) -> NDArray[np.intp]:
    """Return the rows of a roll that share a name, a home, or something of a number or a day with one record."""
    spelt = asked.spelling_keys[row]
    is_near = np.isin(roll.spelling_keys, spelt[spelt != 0]).any(axis=1)
    for mine, theirs in (
        (asked.name_keys[row], roll.name_keys),
        (asked.villages[row] + 1, roll.villages + 1),
        (max(asked.births[row], 0) // 100, roll.births // 100),
        (max(asked.work_starts[row], 0), roll.work_starts),
    ):
        if mine:
            is_near |= theirs == mine
    for signs, back, size in (
        (roll.id_signs, roll.id_signs_back, asked.id_sizes[row]),
        (roll.phones, roll.phones_back, asked.phone_sizes[row]),
    ):
        if size:
            own = (asked.id_signs, asked.id_signs_back) if signs is roll.id_signs else (asked.phones, asked.phones_back)
            for theirs_signs, mine_signs in ((signs, own[0][row]), (back, own[1][row])):
                n_alike = (theirs_signs[:, :size] == mine_signs[:size]).sum(axis=1)
                is_near |= n_alike >= min(size - _MOST_SLIPS, size * 3 // 4)
    return np.flatnonzero(is_near)


_MOST_SLIPS = 3  # signs of a number that may differ


def _blocks(roll: Roll) -> Iterator[tuple[NDArray[np.intp], Keys]]:
    """Yield groups by key; a key of 0 groups nobody."""
    rows = np.arange(len(roll), dtype=np.intp)
    month = np.where(roll.births > 0, roll.births // 100, 0)
    year = np.where(roll.births > 0, roll.births // 10_000, 0)
    day = np.where(roll.births % 100 > 0, roll.births, 0)
    village = np.where(roll.villages >= 0, roll.villages + 1, 0)
    township = np.where(roll.townships >= 0, roll.townships + 1, 0)
    sounds = _sounds(roll)
    characters = _sorted_characters(roll)
    yield rows, roll.name_keys
    yield rows, roll.phone_keys
    for keys in roll.spelling_keys.T:  # a spelt name may have either part first
        yield rows, keys
    yield np.tile(rows, roll.spelling_keys.shape[1]), roll.spelling_keys.T.ravel()
    yield rows, sounds
    yield rows, characters
    yield from _without_one(rows, roll.id_signs[:, :_HEAD], roll.id_sizes)
    yield from _without_one(rows, roll.phones, roll.phone_sizes)
    yield rows, _joined(_packed(roll.id_signs[:, _AFTER_PLACE]), (roll.id_sizes > 0).astype(np.int64))
    yield rows, _joined(day, village)
    yield rows, _joined(day, township)
    yield rows, _joined(month, village)
    yield rows, _joined(day, _of(roll.names[:, 0]))
    yield rows, _joined(day, np.where(roll.sexes > 0, roll.sexes, 0), roll.ethnicities)
    for keys in (sounds, characters):
        yield rows, _joined(keys, village)
        yield rows, _joined(keys, year)
    for place in range(_LONGEST_COMPARED_NAME):
        rest = np.delete(roll.names, place, axis=1)
        is_there = (roll.name_sizes > place) & (roll.name_sizes > 1)
        key = np.where(is_there, _packed(rest), 0)
        for second in (month, village, _of(roll.work_starts), _of(roll.party_joins)):
            yield rows, _joined(key, second)
    given = _packed(_last_two(roll))
    for second in (month, village):
        yield rows, _joined(given, second)
    yield rows, _joined(_of(roll.work_starts), _of(roll.party_joins))
    yield rows, _joined(_of(roll.work_starts), village)
    yield rows, _joined(_of(roll.work_starts), roll.employers)


def _without_one(
    rows: NDArray[np.intp], signs: NDArray[np.int8], sizes: Keys
) -> Iterator[tuple[NDArray[np.intp], Keys]]:
    """Group numbers that are equal after a sign is left out of each: one changed, left out, added or transposed."""
    has_one = np.flatnonzero(sizes > 0)
    if len(has_one) == 0:
        return
    kept = signs[has_one]
    keys = [
        _packed(np.concatenate([np.delete(kept, place, axis=1), kept[:, :0]], axis=1)) for place in range(kept.shape[1])
    ]
    keys.append(_packed(kept[:, : kept.shape[1] - 1]))
    yield np.tile(rows[has_one], len(keys)), np.concatenate(keys)


def _within(rows: NDArray[np.intp], keys: Keys, roll: Roll, *, n: int) -> Keys:
    """Return the pairs inside all groups as ``first * n + second``; large groups are split by year, then by home."""
    pairs = [np.zeros(0, dtype=np.int64)]
    is_used = keys != 0
    rows, keys = rows[is_used], keys[is_used]
    for second in (None, roll.births // 100, roll.villages, roll.work_starts):
        if second is not None:
            keys = _joined(keys, second[rows] + 2)
        order = np.argsort(keys, kind="stable")
        rows, keys = rows[order], keys[order]
        starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else np.zeros(0, np.intp)
        sizes = np.diff(np.append(starts, len(keys)))
        small = np.unique(sizes[(sizes > 1) & (sizes <= _LARGEST_GROUP)]).tolist()
        pairs += [_pairs_of(rows, starts[sizes == size], size, n=n) for size in small]
        is_large = np.repeat(sizes > _LARGEST_GROUP, sizes)
        rows, keys = rows[is_large], keys[is_large]
        if len(rows) == 0:
            break
    return np.unique(np.concatenate(pairs))


def _pairs_of(rows: NDArray[np.intp], starts: NDArray[np.intp], size: int, *, n: int) -> Keys:
    members = rows[starts[:, None] + np.arange(size)[None, :]]
    left, right = np.triu_indices(size, 1)
    first, second = members[:, left].ravel(), members[:, right].ravel()
    low, high = np.minimum(first, second).astype(np.int64), np.maximum(first, second).astype(np.int64)
    return np.asarray((low * n + high)[low != high], dtype=np.int64)


def _sounds(roll: Roll) -> Keys:
    read = nearly_read(roll.names)[:, :, 0].astype(np.int64)
    codes = np.where(read >= 0, read + 0x200000, roll.names)
    return np.where(roll.name_sizes > 1, _packed(codes), 0)


def _sorted_characters(roll: Roll) -> Keys:
    return np.where(roll.name_sizes > 1, _packed(np.sort(roll.names, axis=1)), 0)


def _last_two(roll: Roll) -> NDArray[np.int32]:
    last = np.maximum(roll.name_sizes - 1, 0)
    every = np.arange(len(roll))
    return np.stack([roll.names[every, np.maximum(last - 1, 0)], roll.names[every, last]], axis=1)


def _of(values: NDArray[np.int32] | Keys) -> Keys:
    return np.maximum(values.astype(np.int64), 0)


def _joined(*parts: Keys) -> Keys:
    """Return one key of several; 0 where one of them is 0."""
    key = np.zeros(len(parts[0]), dtype=np.uint64)
    is_whole = np.ones(len(parts[0]), dtype=np.bool_)
    for part in parts:
        key = _mixed(key ^ part.astype(np.uint64))
        is_whole &= part != 0
    return np.where(is_whole, (key >> np.uint64(1)).astype(np.int64) | 1, 0)


def _packed(signs: NDArray[np.integer]) -> Keys:
    key = np.zeros(len(signs), dtype=np.uint64)
    for column in signs.T:
        key = _mixed(key ^ column.astype(np.int64).astype(np.uint64))
    return (key >> np.uint64(1)).astype(np.int64) | 1


def _mixed(key: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread a key over 64 bits (SplitMix64)."""
    key = key + np.uint64(0x9E3779B97F4A7C15)
    key = (key ^ (key >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    key = (key ^ (key >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(key ^ (key >> np.uint64(31)), dtype=np.uint64)
