"""Finding names by characters, pinyin and initials: what is stored of a name, and what a search asks for.

Of a name are stored (each blinded, see service/queries/name_search.py)

* each character and each two that are neighbours,
* the syllable at each place, in every reading of its character,
* the initials of the first one, two, three ... characters.

A search becomes alternatives; each alternative is a set of conditions that all have to hold, and each condition is a
set of stored texts of which one has to be there.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import chain, islice, pairwise, product
from typing import TypeVar

from service.linkage import characters
from service.linkage.characters import all_readings
from service.linkage.writing import plain_name

__all__ = ["Alternative", "name_texts", "search_alternatives"]

T = TypeVar("T")

#: Conditions that all have to hold, each satisfied by one of its texts.
Alternative = tuple[frozenset[str], ...]

_LONGEST = 20  # characters of a name that are stored
_LONGEST_SEARCH = 40
_PLACES = 8  # syllables that are stored with their place
_N_INITIALS = 6
_MOST_READINGS = 3  # of one character
_MOST_ALTERNATIVES = 16
_MOST_MORE_UNITS = 2  # than the shortest way to read a search
_STARTS = range(4)  # a search by whole syllables may begin at one of these places
_LONG_INITIALS = ("zh", "ch", "sh")
_INITIALS = frozenset("abcdefghjklmnopqrstwxyz")


@lru_cache(maxsize=20_000)  # names repeat
def name_texts(name: str) -> frozenset[str]:
    """Return what is stored of a name."""
    signs = _signs(name)[:_LONGEST]
    texts = {f"c:{sign}" for sign in signs}
    texts |= {f"b:{first}{second}" for first, second in pairwise(signs)}
    read = [_readings(sign, is_first=place == 0) for place, sign in enumerate(signs[:_PLACES])]
    texts |= {f"s{place}:{reading}" for place, found in enumerate(read) for reading in found}
    letters = [sorted({reading[0] for reading in found}) for found in read[:_N_INITIALS]]
    for n in range(1, len(letters) + 1):
        texts |= {f"i:{''.join(one)}" for one in _few_products(letters[:n])}
    return frozenset(texts)


def search_alternatives(query: str) -> list[Alternative]:
    """Return what a search asks for; nothing for a search without letters."""
    words = [word for word in re.split(r"[^\w]+", _plain(query)[:_LONGEST_SEARCH]) if word]
    if not words:
        return []
    if not re.search(r"[a-z]", "".join(words)):
        signs = _signs("".join(words))
        return [_by_characters(signs)] if signs else []
    found = [_conditions(units) for units in _few_segmentations(words)]
    return list(dict.fromkeys(one for options in found for one in options))[: 2 * _MOST_ALTERNATIVES]


def _by_characters(signs: str) -> Alternative:
    if len(signs) == 1:
        return (frozenset({f"c:{signs[0]}"}),)
    return tuple(frozenset({f"b:{one}{two}"}) for one, two in pairwise(signs))


# A unit of a search: its possible syllables, its possible initials, and the character it is, if it is one.
_Unit = tuple[frozenset[str], frozenset[str], str]


def _conditions(units: tuple[_Unit, ...]) -> list[Alternative]:
    is_whole = all(syllables and not sign for syllables, _, sign in units)
    n_initials = min(len(units), _N_INITIALS)
    letters = _few_products([sorted(initials) for _, initials, _ in units[:n_initials]])
    at_start = [frozenset(f"i:{''.join(one)}" for one in letters)]
    at_start += [frozenset({f"c:{sign}"}) for _, _, sign in units if sign]
    at_start += _syllables(units, start=0)
    found = [tuple(at_start)]
    if is_whole:
        found += [tuple(_syllables(units, start=start)) for start in _STARTS if start]
    return found


def _syllables(units: tuple[_Unit, ...], *, start: int) -> list[frozenset[str]]:
    return [
        frozenset(f"s{start + place}:{syllable}" for syllable in syllables)
        for place, (syllables, _, sign) in enumerate(units)
        if syllables and not sign
    ]


def _few_segmentations(words: list[str]) -> list[tuple[_Unit, ...]]:
    options = [_segmentations(word, is_last=place == len(words) - 1) for place, word in enumerate(words)]
    joined = sorted((tuple(chain.from_iterable(parts)) for parts in _few_products(options)), key=len)
    # Who writes "zhang" does not mean five initials.
    return [units for units in joined if len(units) <= len(joined[0]) + _MOST_MORE_UNITS]


@lru_cache(maxsize=2_000)  # the same rest is come to on many ways
def _segmentations(text: str, *, is_last: bool) -> list[tuple[_Unit, ...]]:
    """Return the ways to cut a run of letters and characters into units, those of few units first."""
    if not text:
        return [()]
    found: list[tuple[_Unit, ...]] = []
    for length, unit in _first_units(text, is_last=is_last):
        found += [(unit, *rest) for rest in _segmentations(text[length:], is_last=is_last)]
    return sorted(found, key=len)[:_MOST_ALTERNATIVES]


def _first_units(text: str, *, is_last: bool) -> list[tuple[int, _Unit]]:
    if not text[0].isascii():
        sign = _signs(text[0])
        initials = frozenset(reading[0] for reading in _readings(sign, is_first=True)) if sign else frozenset()
        return [(1, (frozenset(), initials, sign))] if initials else []
    run = re.match(r"[a-z]+", text)
    if run is None:
        return []
    letters = run.group()
    units: list[tuple[int, _Unit]] = []
    for length in range(min(len(letters), 6), 0, -1):
        part = letters[:length]
        is_end = length == len(text) and is_last
        if part in _all_syllables():
            units.append((length, _unit({part, *(_beginning_with(part) if is_end and length > 1 else ())})))
        elif length > 1 and (is_end or part in _LONG_INITIALS) and _beginning_with(part):
            units.append((length, _unit(_beginning_with(part))))
    if letters[0] in _INITIALS and letters[0] not in _all_syllables():
        units.append((1, (frozenset(), frozenset(letters[0]), "")))
    elif letters[0] in _INITIALS:
        units[-1] = (1, (frozenset(), frozenset(letters[0]), ""))  # "a", "e", "o": an initial covers the syllable
    return units


def _unit(syllables: set[str] | frozenset[str]) -> _Unit:
    return frozenset(syllables), frozenset(one[0] for one in syllables), ""


def _few_products(options: Sequence[Sequence[T]]) -> list[tuple[T, ...]]:
    return list(islice(product(*options), _MOST_ALTERNATIVES))


def _signs(name: str) -> str:
    return plain_name(name)


def _readings(sign: str, *, is_first: bool) -> tuple[str, ...]:
    if sign.isascii():
        return (sign.lower(),) if sign.isalnum() else ()
    return all_readings(sign, is_first=is_first)[:_MOST_READINGS]


def _plain(query: str) -> str:
    text = unicodedata.normalize("NFKC", query).lower().replace("ü", "v")
    return text.replace("lyu", "lv").replace("nyu", "nv")


@cache
def _all_syllables() -> frozenset[str]:
    """Return every syllable that a character can be read as, without tones."""
    return frozenset(characters.rows_of("syllables"))


@cache
def _beginning_with(start: str) -> frozenset[str]:
    return frozenset(one for one in _all_syllables() if one.startswith(start))
