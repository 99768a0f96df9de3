"""Characters: the form that counts, how they are read, and which are mistaken for one another."""

import csv
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from matching.vocabulary.pinyin import pinyin_library

__all__ = ["all_readings", "are_look_alikes", "folded", "nearly_read", "reading_of", "readings", "rows_of"]

_N_READINGS = 3
_N_CODES = 0x110000
# Surnames are read in a way of their own.
_SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha", "任": "ren", "区": "ou",
    "朴": "piao", "盖": "ge", "缪": "miao", "尉": "yu", "万": "wan", "冼": "xian", "纪": "ji",
    "覃": "qin", "员": "yun", "乐": "yue", "折": "she", "召": "shao", "黑": "he", "秘": "bi",
    "种": "chong", "洗": "xian", "繁": "po", "燕": "yan", "宁": "ning", "逄": "pang",
}  # fmt: skip
# What people who speak a dialect, and hurried typists, do not tell apart.
_CONFUSED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ing", "in"), ("eng", "en"), ("n", "l"))


def folded(character: str) -> str:
    """Return the form that counts: simplified, without the variants of other regions."""
    return _forms().get(character, character)


def reading_of(character: str, *, is_first: bool = False) -> str:
    """Return the pinyin of a character without its tone; a letter is itself, `is_first` reads it as a surname."""
    if is_first and character in _SURNAMES:
        return _SURNAMES[character]
    found = _pinyin(character)
    return found[0] if found else character.lower()


def all_readings(character: str, *, is_first: bool = False) -> tuple[str, ...]:
    """Return every pinyin of a character without its tone; `is_first` puts how it is read as a surname first."""
    known = (_SURNAMES[character],) if is_first and character in _SURNAMES else ()
    return tuple(dict.fromkeys((*known, *_pinyin(character))))


def readings(codes: NDArray[np.int32]) -> NDArray[np.int16]:
    """Return up to three readings of each code point as numbers, -1 where there are fewer; shape (..., 3)."""
    _learn(codes)
    return _READINGS[codes]


def nearly_read(codes: NDArray[np.int32]) -> NDArray[np.int16]:
    """Return the same with sounds that are often confused made one."""
    _learn(codes)
    return _NEAR_READINGS[codes]


def are_look_alikes(first: NDArray[np.int32], second: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Say of each two code points whether one is mistaken for the other."""
    low, high = np.minimum(first, second).astype(np.int64), np.maximum(first, second).astype(np.int64)
    known, wanted = _look_alikes(), low * _N_CODES + high
    places = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.asarray(known[places] == wanted)


_READINGS = np.full((_N_CODES, _N_READINGS), -1, dtype=np.int16)
_NEAR_READINGS = np.full((_N_CODES, _N_READINGS), -1, dtype=np.int16)
_IS_LEARNT = np.zeros(_N_CODES, dtype=np.bool_)
_NUMBER_OF: dict[str, int] = {}


def _learn(codes: NDArray[np.int32]) -> None:
    for code in np.unique(codes[~_IS_LEARNT[codes]]).tolist():
        character = chr(code)
        found = [*([_SURNAMES[character]] if character in _SURNAMES else []), *_pinyin(character)]
        for place, reading in enumerate(list(dict.fromkeys(found))[:_N_READINGS]):
            _READINGS[code, place] = _NUMBER_OF.setdefault(reading, len(_NUMBER_OF))
            near = _without_confusion(reading)
            _NEAR_READINGS[code, place] = _NUMBER_OF.setdefault(near, len(_NUMBER_OF))
        _IS_LEARNT[code] = True


def _without_confusion(reading: str) -> str:
    for said, meant in _CONFUSED:
        if len(said) > 1 and said[0] in "zcs" and reading.startswith(said):
            reading = meant + reading[len(said) :]
        elif said == "n" and reading.startswith("n"):
            reading = "l" + reading[1:]
        elif said.endswith("g") and reading.endswith(said):
            reading = reading[: -len(said)] + meant
    return reading


@cache
def _pinyin(character: str) -> tuple[str, ...]:
    if not "\u3400" <= character <= "\U0003ffff":
        return ()
    library = pinyin_library()
    (found,) = library.pinyin(character, style=library.Style.NORMAL, heteronym=True, errors="ignore") or [[]]
    return tuple(found)


def rows_of(name: str) -> list[str]:
    """Return the one column of a table of seed_data/characters."""
    text = resources.files("seed_data").joinpath("characters", f"{name}.csv").read_text(encoding="utf-8")
    return text.split()[1:]


@cache
def _forms() -> dict[str, str]:
    return dict(_rows("forms"))


@cache
def _look_alikes() -> NDArray[np.int64]:
    pairs = []
    for character, others in _rows("look_alikes"):
        for other in others:
            first, second = sorted((ord(character), ord(other)))
            pairs.append(first * _N_CODES + second)
    return np.unique(np.array(pairs, dtype=np.int64))


def _rows(name: str) -> list[tuple[str, str]]:
    text = resources.files("seed_data").joinpath("characters", f"{name}.csv").read_text(encoding="utf-8")
    return [(first, second) for first, second in list(csv.reader(text.splitlines()))[1:]]
