"""What an unknown word may mean: by its signs, its sound, the first letters of its sound. Never taken unasked."""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from matching.vocabulary.pinyin import pinyin_library

__all__ = ["Guess", "NearWords", "best_guess"]

LEAST_CONFIDENCE = 0.6
_SAME_SOUND = 0.95
_SAME_LETTERS = 0.75
_CONTAINED = 0.75
_FEWEST_LETTERS = 3
_LONGEST_WORD = 20
_LEAST_NEAR = 0.66
_LEAST_SHARED = 0.5
_CONTRARY = "不未非无没肄在原前"
_FILLING = re.compile(r"(?:填写|情况|信息|名称|全称|内容|详情|简况|登记|本人|个人|人员|干部|具体|主要|现|的|及|和)")
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Guess:
    """One guess.

    Parameters
    ----------
    header : str
        The known header that is meant, maybe.
    confidence : float
        From 0.6 to 1, exclusive; nothing is certain here.
    """

    header: str
    confidence: float


def best_guess(header: str, known: Iterable[str]) -> Guess | None:
    """Return the known header that is most like an unknown one, None if none is much like it.

    Parameters
    ----------
    header : str
        Normal form, as `known`.
    known : iterable of str
    """
    if not header:
        return None
    best = max(((_likeness(header, other), -len(other), other) for other in known), default=None)
    if best is None or best[0] < LEAST_CONFIDENCE:
        return None
    return Guess(best[2], round(min(best[0], 0.99), 2))


class NearWords:
    """Known words among which a misspelt one is sought; made once for a table, since a file may have many slips.

    Parameters
    ----------
    known : iterable of str
        In normal form.
    """

    def __init__(self, known: Iterable[str]) -> None:
        self._by_length: dict[int, list[tuple[str, frozenset[str]]]] = defaultdict(list)
        for word in known:
            self._by_length[len(word)].append((word, frozenset(word)))

    @cached_property
    def _by_sound(self) -> dict[tuple[int, str], list[str]]:
        found: dict[tuple[int, str], list[str]] = defaultdict(list)
        for length, words in self._by_length.items():
            for word, _ in words:
                if _HAN.search(word):
                    found[length, _sound(word)[0]].append(word)
        return found

    def nearest(self, word: str) -> str | None:
        """Return the one known word that a misspelt one is likely to stand for: a slip of a sign, or the same sound.

        Parameters
        ----------
        word : str
            In normal form.

        Returns
        -------
        str or None
            None if nothing is near, two are alike, or the word says the contrary (大学肄业 is no 大学).
        """
        if not 1 < len(word) <= _LONGEST_WORD:
            return None
        scored: dict[str, float] = {}
        signs = set(word)
        for length in range(max(2, len(word) - 1), len(word) + 2):
            for other, others in self._by_length.get(length, ()):
                if len(signs & others) >= _LEAST_SHARED * length and _says_alike(word, other):
                    ratio = difflib.SequenceMatcher(None, word, other, autojunk=False).ratio()
                    if ratio >= _LEAST_NEAR:
                        scored[other] = ratio
        for other in self._by_sound.get((len(word), _sound(word)[0]), ()) if _HAN.search(word) else ():
            if _says_alike(word, other):
                scored[other] = max(scored.get(other, 0), _SAME_SOUND)
        best = sorted(scored.items(), key=lambda item: -item[1])[:2]
        if not best or (len(best) > 1 and best[1][1] == best[0][1]):
            return None
        return best[0][0]


def _says_alike(word: str, other: str) -> bool:
    return all((sign in word) == (sign in other) for sign in _CONTRARY)


def _likeness(one: str, other: str) -> float:
    bare, bare_other = _bare(one), _bare(other)
    if bare == bare_other:
        return 0.9 if bare != one or bare_other != other else 1.0
    likeness = difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()
    if min(len(bare), len(bare_other)) > 1:
        likeness = max(likeness, _CONTAINED + 0.1 * len(other) / len(one) if other in one else 0)
        likeness = max(likeness, 0.95 * difflib.SequenceMatcher(None, bare, bare_other, autojunk=False).ratio())
    return max(likeness, _likeness_of_sound(one, other))


def _likeness_of_sound(one: str, other: str) -> float:
    if not _HAN.search(other):
        return 0
    sound, letters = _sound(other)
    if not _HAN.search(one):
        plain = "".join(sign for sign in one if sign.isalnum())
        if plain == sound:
            return _SAME_SOUND
        return _SAME_LETTERS if plain == letters and len(plain) >= _FEWEST_LETTERS else 0
    return _SAME_SOUND if len(one) == len(other) and _sound(one)[0] == sound else 0


def _bare(header: str) -> str:
    return _FILLING.sub("", header) or header


@lru_cache(maxsize=4_096)
def _sound(text: str) -> tuple[str, str]:
    """Return a text in pinyin without tones, and the first letters of its syllables."""
    syllables = pinyin_library().lazy_pinyin(text)
    return "".join(syllables), "".join(syllable[:1] for syllable in syllables)
