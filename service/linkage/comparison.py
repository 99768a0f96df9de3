"""Comparing two records field by field: each field says on which of a few declared levels the two are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.linkage.levels import LEVELS
from service.linkage.names import name_levels
from service.linkage.roll import Roll

__all__ = ["Levels", "compare"]

Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]
Signs = NDArray[np.int8]

_BIRTH = slice(6, 14)
_SERIAL = 14  # where the number of the birth order begins in an id number
_HEAD = 17  # signs before the check sign
_FEW_HOLDERS = 3


@dataclass(frozen=True, eq=False)
class Levels:
    """The level of every pair on every field.

    Parameters
    ----------
    of : dict of str to ndarray of int64, shape (n,)
        Field -> place in its list of `LEVELS`.
    """

    of: dict[str, NDArray[np.int64]]

    def is_at(self, field: str, *levels: str) -> Mask:
        """Say which pairs are on one of some levels of a field."""
        return np.isin(self.of[field], [LEVELS[field].index(level) for level in levels])


def compare(one: Roll, ones: Rows, other: Roll, others: Rows, *, n_holders: "Holders") -> Levels:
    """Compare rows of one roll with rows of another.

    Parameters
    ----------
    one, other : Roll
    ones, others : ndarray of intp, shape (n_pairs,)
        Which rows.
    n_holders : Holders
        How many have each name and phone.
    """
    levels = Levels({})
    levels.of["id_number"] = _id_levels(one, ones, other, others)
    levels.of["name"] = name_levels(one, ones, other, others, n_holders=n_holders.names[others])
    levels.of["birth"] = _birth_levels(one.births[ones], other.births[others], levels)
    levels.of["phone"] = _phone_levels(one, ones, other, others, n_holders.phones[others])
    levels.of["home"] = _home_levels(one, ones, other, others)
    levels.of["sex"] = _alike("sex", one.sexes[ones], other.sexes[others])
    levels.of["ethnicity"] = _alike("ethnicity", one.ethnicities[ones], other.ethnicities[others])
    levels.of["education"] = _alike("education", one.educations[ones], other.educations[others])
    levels.of["employer"] = _alike("employer", one.employers[ones], other.employers[others])
    levels.of["work_start"] = _months("work_start", one.work_starts[ones], other.work_starts[others])
    levels.of["party_join"] = _months("party_join", one.party_joins[ones], other.party_joins[others])
    levels.of["contrast"] = _contrasts(levels)
    return levels


@dataclass(frozen=True, eq=False)
class Holders:
    """How many people have the name, and the phone, of each row."""

    names: NDArray[np.int64]
    phones: NDArray[np.int64]

    @classmethod
    def of(cls, roll: Roll) -> "Holders":
        """Count them."""
        return cls(_counts(roll.name_keys), _counts(roll.phone_keys))


def _counts(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    _, places, counts = np.unique(keys, return_inverse=True, return_counts=True)
    return np.asarray(counts[places], dtype=np.int64)


def _settled(field: str, *cases: tuple[str, Mask], otherwise: str) -> NDArray[np.int64]:
    """Take the first case that holds."""
    names = LEVELS[field]
    return np.asarray(
        np.select([mask for _, mask in cases], [names.index(level) for level, _ in cases], names.index(otherwise)),
        dtype=np.int64,
    )


def _id_levels(one: Roll, ones: Rows, other: Roll, others: Rows) -> NDArray[np.int64]:
    a, b = one.id_signs[ones], other.id_signs[others]
    sizes_a, sizes_b = one.id_sizes[ones], other.id_sizes[others]
    n_alike = _run(a == b)
    n_alike_back = _run(one.id_signs_back[ones] == other.id_signs_back[others])
    differs = a[:, :_HEAD] != b[:, :_HEAD]
    n_different = differs.sum(axis=1)
    first = np.argmax(differs, axis=1)
    are_whole = (sizes_a == 18) & (sizes_b == 18)
    return _settled(
        "id_number",
        ("unknown", (sizes_a == 0) | (sizes_b == 0)),
        ("same", (n_different == 0) & are_whole & (a[:, _HEAD] == b[:, _HEAD])),
        ("check_sign", (n_different == 0) & are_whole),
        ("transposed", are_whole & _is_swap(a[:, :_HEAD], b[:, :_HEAD], first, n_different)),
        ("one_digit_of_place", are_whole & (n_different == 1) & (first < _BIRTH.start)),
        ("one_digit_of_birth", are_whole & (n_different == 1) & (first < _SERIAL)),
        ("one_digit_of_serial", are_whole & (n_different == 1)),
        ("digit_more_or_less", (sizes_a != sizes_b) & (n_alike + n_alike_back >= np.minimum(sizes_a, sizes_b))),
        ("digit_shifted", are_whole & _is_shift(a, b)),
        ("other_place", are_whole & ~differs[:, _BIRTH.start :].any(axis=1)),
        ("same_birth", are_whole & ~differs[:, _BIRTH].any(axis=1)),
        ("two_digits", are_whole & (n_different == 2)),
        ("three_digits", are_whole & (n_different == 3)),
        otherwise="different",
    )


def _run(is_equal: Mask) -> NDArray[np.intp]:
    """Return how many places from the beginning are equal."""
    return np.asarray(np.where(is_equal.all(axis=1), is_equal.shape[1], np.argmin(is_equal, axis=1)), dtype=np.intp)


def _is_swap(a: Signs, b: Signs, first: NDArray[np.intp], n_different: NDArray[np.intp]) -> Mask:
    rows = np.arange(len(a))
    second = np.minimum(first + 1, a.shape[1] - 1)
    is_crossed = (a[rows, first] == b[rows, second]) & (a[rows, second] == b[rows, first])
    return np.asarray((n_different == 2) & is_crossed)


def _is_shift(a: Signs, b: Signs) -> Mask:
    """Say whether one number is the other with a digit left out and the end filled up."""
    found = np.zeros(len(a), dtype=np.bool_)
    for x, y in ((a, b), (b, a)):
        ahead = _run(x[:, :_HEAD] == y[:, :_HEAD])
        is_moved = x[:, 1:_HEAD] == y[:, : _HEAD - 1]
        behind = _run(is_moved[:, ::-1])
        found |= (ahead + behind >= _HEAD - 1) & (ahead < _HEAD - 3)
    return found


def _birth_levels(a: NDArray[np.int64], b: NDArray[np.int64], levels: Levels) -> NDArray[np.int64]:
    year, month, day = (np.abs(x - y) for x, y in zip(_parts(a), _parts(b), strict=True))
    has_no_day = (a % 100 == 0) | (b % 100 == 0)
    n_digits = sum(((a // 10**place) % 10 != (b // 10**place) % 10).astype(np.int64) for place in range(8))
    is_same = (a == b) & ~has_no_day
    swapped = (a % 100 == (b // 100) % 100) & (b % 100 == (a // 100) % 100) & (year == 0)
    in_id = levels.is_at(
        "id_number", "same", "check_sign", "one_digit_of_serial", "one_digit_of_place", "other_place", "same_birth"
    )
    return _settled(
        "birth",
        ("unknown", (a < 0) | (b < 0)),
        ("as_in_id_number", is_same & in_id),
        ("same_day", is_same),
        ("same_month", (year == 0) & (month == 0) & has_no_day),
        ("day_and_month_swapped", swapped),
        ("one_digit", (n_digits == 1) & ~has_no_day),
        ("same_month_other_day", (year == 0) & (month == 0)),
        ("year_beside", (month == 0) & ((day == 0) | has_no_day) & (year <= 2)),
        ("two_digits", (n_digits == 2) & ~has_no_day),
        ("same_year", year == 0),
        otherwise="different",
    )


def _parts(days: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
    return days // 10_000, days // 100 % 100, days % 100


def _phone_levels(one: Roll, ones: Rows, other: Roll, others: Rows, n_holders: NDArray[np.int64]) -> NDArray[np.int64]:
    a, b = one.phones[ones], other.phones[others]
    sizes_a, sizes_b = one.phone_sizes[ones], other.phone_sizes[others]
    differs = a != b
    n_different = differs.sum(axis=1)
    ahead = _run(~differs)
    behind = _run(one.phones_back[ones] == other.phones_back[others])
    is_same = n_different == 0
    is_near = (n_different == 1) | _is_swap(a, b, np.argmax(differs, axis=1), n_different)
    is_near = (is_near & (sizes_a == sizes_b)) | (
        (np.abs(sizes_a - sizes_b) == 1) & (ahead + behind >= np.minimum(sizes_a, sizes_b))
    )
    return _settled(
        "phone",
        ("unknown", (sizes_a == 0) | (sizes_b == 0)),
        ("same_of_many", is_same & (n_holders > _FEW_HOLDERS)),
        ("same", is_same),
        ("one_digit", is_near),
        otherwise="different",
    )


def _home_levels(one: Roll, ones: Rows, other: Roll, others: Rows) -> NDArray[np.int64]:
    cases, unknown = [], (one.counties[ones] < 0) | (other.counties[others] < 0)
    for level, name in (("same_village", "villages"), ("same_township", "townships"), ("same_county", "counties")):
        a, b = getattr(one, name)[ones], getattr(other, name)[others]
        cases.append((level, (a == b) & (a >= 0)))
    return _settled("home", ("unknown", unknown), *cases, otherwise="different")


def _alike(field: str, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.int64]:
    return _settled(field, ("unknown", (a <= 0) | (b <= 0)), ("same", a == b), otherwise="different")


def _months(field: str, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.int64]:
    return _settled(
        field,
        ("unknown", (a < 0) | (b < 0)),
        ("same_day", a == b),
        ("same_month", a // 100 == b // 100),
        ("same_year", a // 10_000 == b // 10_000),
        otherwise="different",
    )


def _contrasts(levels: Levels) -> NDArray[np.int64]:
    """Return what tells two people apart who agree in much: kin, namesakes, people of one office."""
    other_name = levels.is_at("name", "different", "same_surname", "one_character", "unknown")
    same_name = levels.is_at("name", "same", "same_of_some", "same_of_many")
    born_together = levels.is_at("birth", "same_day", "as_in_id_number", "same_month")
    two_numbers = levels.is_at("id_number", "same_birth", "one_digit_of_serial", "different", "three_digits")
    has_phone = levels.is_at("phone", "same", "same_of_many", "one_digit")
    nothing_personal = (
        other_name
        & ~has_phone
        & levels.is_at("id_number", "unknown", "different", "three_digits", "same_birth")
        & levels.is_at("birth", "unknown", "different", "same_year", "two_digits", "same_month_other_day")
    )
    return _settled(
        "contrast",
        ("only_a_career_in_common", nothing_personal),
        ("born_together_other_name_other_number", other_name & born_together & two_numbers),
        ("born_together_other_name", other_name & born_together & levels.is_at("id_number", "unknown")),
        (
            "one_phone_other_name",
            other_name & has_phone & levels.is_at("birth", "different", "unknown", "same_year", "two_digits"),
        ),
        ("one_name_two_numbers", same_name & levels.is_at("id_number", "different", "three_digits")),
        ("one_name_born_apart", same_name & levels.is_at("birth", "different", "same_year", "two_digits")),
        otherwise="none",
    )
