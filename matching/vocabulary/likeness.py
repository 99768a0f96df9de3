"""What an unknown word may mean: by its signs, its sound, the first letters of its sound. Never taken unasked."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["Guess", "best_guess", "nearest_word"]

LEAST_CONFIDENCE = 0.6
_SAME_SOUND = 0.95
_SAME_LETTERS = 0.75
_CONTAINED = 0.75
_FEWEST_LETTERS = 3
_LONGEST_WORD = 20
_LEAST_NEAR = 0.66
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


def nearest_word(word: str, known: Iterable[str]) -> str | None:
    """Return the one known word that a misspelt one is likely to stand for: a slip of a sign, or the same sound.

    Parameters
    ----------
    word : str
        Normal form, as `known`.
    known : iterable of str

    Returns
    -------
    str or None
        None if nothing is near, two are alike, or the word says the contrary (大学肄业 is no 大学).
    """
    if not 1 < len(word) <= _LONGEST_WORD:
        return None
    signs = set(word)
    near = [
        other for other in known if abs(len(other) - len(word)) <= 1 and len(other) > 1 and _says_alike(word, other)
    ]
    scored = sorted(((_slips(word, other, signs), other) for other in near), reverse=True)[:2]
    if not scored or scored[0][0] < _LEAST_NEAR or (len(scored) > 1 and scored[1][0] == scored[0][0]):
        return None
    return scored[0][1]


def _slips(word: str, other: str, signs: set[str]) -> float:
    if signs & set(other):
        matcher = difflib.SequenceMatcher(None, word, other, autojunk=False)
        if matcher.quick_ratio() >= _LEAST_NEAR and (ratio := matcher.ratio()) >= _LEAST_NEAR:
            return ratio
    is_same_sound = len(word) == len(other) and _HAN.search(other) and _sound(word)[0] == _sound(other)[0]
    return _SAME_SOUND if is_same_sound else 0


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
    from pypinyin import lazy_pinyin

    syllables = lazy_pinyin(text)
    return "".join(syllables), "".join(syllable[:1] for syllable in syllables)
