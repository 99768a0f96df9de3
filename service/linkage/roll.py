"""Everybody in columns, as they are compared; the columns live in memory only."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date

import numpy as np
from numpy.typing import NDArray

from service.linkage.identity import Identity
from service.linkage.writing import (
    LONGEST_NAME,
    plain_employer,
    plain_id_number,
    plain_name,
    plain_phone,
    spellings,
)

__all__ = ["N_ID_SIGNS", "N_PHONE_SIGNS", "Roll"]

N_ID_SIGNS = 19  # one more than an id number has: a digit may have been typed twice
N_PHONE_SIGNS = 15
_N_SPELLINGS = 3
_BIRTH_IN_ID = slice(6, 14)
_SEX_IN_ID = 16
_WHOLE_ID = 18
Codes = NDArray[np.int32]
Digits = NDArray[np.int8]
Keys = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Roll:
    """Columns over n people; -1 or 0 where nothing is known.

    Parameters
    ----------
    person_ids : ndarray of int64, shape (n,)
    names : ndarray of int32, shape (n, 12)
        Code points, 0 after the end.
    name_sizes, id_sizes, phone_sizes : ndarray of int64, shape (n,)
    name_keys : ndarray of int64, shape (n,)
        Equal for equal names; 0 without a name.
    spelling_keys : ndarray of int64, shape (n, 3)
        Of the pinyin with the surname first, and last.
    is_spelt : ndarray of bool, shape (n,)
        The name is written in letters.
    id_signs : ndarray of int8, shape (n, 19)
        Digits, X is 10; -1 after the end.
    id_signs_back : ndarray of int8, shape (n, 19)
        The same from the end.
    phones, phones_back : ndarray of int8, shape (n, 15)
    phone_keys : ndarray of int64, shape (n,)
    births : ndarray of int64, shape (n,)
        yyyymmdd as recorded, else by the id number; the day is 0 where only the month is known; -1 unknown.
    sexes, villages, townships, counties, ethnicities, educations, work_starts, party_joins, employers : int64, (n,)
    """

    person_ids: Keys
    names: Codes
    name_sizes: Keys
    name_keys: Keys
    spelling_keys: Keys
    is_spelt: NDArray[np.bool_]
    id_signs: Digits
    id_signs_back: Digits
    id_sizes: Keys
    phones: Digits
    phones_back: Digits
    phone_sizes: Keys
    phone_keys: Keys
    births: Keys
    sexes: Keys
    villages: Keys
    townships: Keys
    counties: Keys
    ethnicities: Keys
    educations: Keys
    work_starts: Keys
    party_joins: Keys
    employers: Keys

    def __len__(self) -> int:
        return len(self.person_ids)

    @classmethod
    def of(cls, people: Sequence[Identity]) -> "Roll":
        """Read people into columns, in their order."""
        names = [plain_name(one.name) for one in people]
        numbers = [plain_id_number(one.id_number) for one in people]
        phones = [plain_phone(one.phone)[:N_PHONE_SIGNS] for one in people]
        id_signs, phone_signs = _signs(numbers, N_ID_SIGNS), _signs(phones, N_PHONE_SIGNS)
        of_id = [_from_id(number) for number in numbers]
        return cls(
            person_ids=_whole([one.person_id for one in people]),
            names=_codes(names),
            name_sizes=_whole([min(len(name), LONGEST_NAME) for name in names]),
            name_keys=_whole([_key(name) for name in names]),
            spelling_keys=_spelling_keys(names),
            is_spelt=np.array([bool(name) and name.isascii() for name in names], dtype=np.bool_),
            id_signs=id_signs,
            id_signs_back=_signs([number[::-1] for number in numbers], N_ID_SIGNS),
            id_sizes=_whole([len(number) for number in numbers]),
            phones=phone_signs,
            phones_back=_signs([phone[::-1] for phone in phones], N_PHONE_SIGNS),
            phone_sizes=_whole([len(phone) for phone in phones]),
            phone_keys=_whole([_key(phone) for phone in phones]),
            births=_whole(
                [
                    _day(one.birth_date, is_month=one.birth_date_is_month) if one.birth_date else birth
                    for one, (birth, _) in zip(people, of_id, strict=True)
                ]
            ),
            sexes=_whole(
                [int(one.sex) if one.sex in {"1", "2"} else sex for one, (_, sex) in zip(people, of_id, strict=True)]
            ),
            villages=_whole([_id(one.village_id) for one in people]),
            townships=_whole([_id(one.township_id) for one in people]),
            counties=_whole([_id(one.county_id) for one in people]),
            ethnicities=_whole([_key(one.ethnicity or "") for one in people]),
            educations=_whole([_key(one.education or "") for one in people]),
            work_starts=_whole([_day(one.work_start_date) for one in people]),
            party_joins=_whole([_day(one.party_join_date) for one in people]),
            employers=_whole([_key(plain_employer(one.employer)) for one in people]),
        )

    def only(self, person_ids: Collection[int]) -> "Roll":
        """Return the rows of some people."""
        kept = np.isin(self.person_ids, np.fromiter(person_ids, dtype=np.int64, count=len(person_ids)))
        return Roll(**{field.name: getattr(self, field.name)[kept] for field in fields(self)})

    def replaced(self, person_ids: Collection[int], *, by: "Roll") -> "Roll":
        """Return the roll with the rows of some people replaced by what was read of them later."""
        kept = ~np.isin(self.person_ids, np.fromiter(person_ids, dtype=np.int64, count=len(person_ids)))
        return Roll(
            **{
                field.name: np.concatenate([getattr(self, field.name)[kept], getattr(by, field.name)])
                for field in fields(self)
            }
        )


def _whole(values: Sequence[int]) -> Keys:
    return np.array(values, dtype=np.int64)


def _id(value: int | None) -> int:
    return -1 if value is None else value


def _codes(names: Sequence[str]) -> Codes:
    codes = np.zeros((len(names), LONGEST_NAME), dtype=np.int32)
    for row, name in enumerate(names):
        for place, sign in enumerate(name[:LONGEST_NAME]):
            codes[row, place] = ord(sign)
    return codes


def _signs(texts: Sequence[str], width: int) -> Digits:
    signs = np.full((len(texts), width), -1, dtype=np.int8)
    for row, text in enumerate(texts):
        signs[row, : len(text)] = [10 if sign == "X" else int(sign) for sign in text]
    return signs


def _spelling_keys(names: Sequence[str]) -> Keys:
    keys = np.zeros((len(names), _N_SPELLINGS), dtype=np.int64)
    for row, name in enumerate(names):
        for place, spelt in enumerate(spellings(name)):
            keys[row, place] = _key(spelt)
    return keys


def _key(text: str) -> int:
    """Return a number in [1, 2**62) that stands for a text, 0 for none; it is never stored."""
    if not text:
        return 0
    return (int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") >> 2) | 1


def _day(day: date | None, *, is_month: bool = False) -> int:
    if day is None:
        return -1
    return day.year * 10_000 + day.month * 100 + (0 if is_month else day.day)


def _from_id(number: str) -> tuple[int, int]:
    if len(number) != _WHOLE_ID or "X" in number[:-1]:
        return -1, -1
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return -1, -1
    return _day(birth), 1 if int(number[_SEX_IN_ID]) % 2 else 2
