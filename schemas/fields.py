"""Fields of text, and what all our fields share."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from marshmallow import ValidationError, fields

from matching.vocabulary import Text
from schemas.problems import MISSING, NOT_NULL, Problem, refusal

__all__ = ["NONE_WORDS", "Key", "Name", "PlainText", "Reading", "Words", "narrow"]

SEPARATORS = re.compile(r"[、，,;；|/\s]+")
NONE_WORDS = frozenset({"无", "没有", "不限", "none"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
# Signs that turn the direction of writing: with them a name reads as another one than is stored.
_TURNING = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LONGEST_WORD = 60
_EXCEL_RETURN = re.compile(r"_x000D_|\r\n?")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")


def narrow(text: str) -> str:
    """Return a text with full-width signs made narrow and without any blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


class Reading(fields.Field[Any]):
    """What all our fields share: bilingual messages, None erases, and one method to override.

    `reads_numbers_as_text` says that a number typed into a cell stands for its digits.
    """

    default_error_messages = {"required": MISSING, "null": NOT_NULL}  # type: ignore[dict-item]  # noqa: RUF012 - marshmallow asks for a plain dict and passes objects through as they are
    reads_numbers_as_text = True

    def __init__(self, **options: Any) -> None:
        options.setdefault("allow_none", not options.get("required", False))
        super().__init__(**options)

    def read(self, value: Any) -> Any:
        """Turn a value as given into its canonical form, or raise a `refusal`."""
        raise NotImplementedError

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:  # noqa: ARG002 - the signature is marshmallow's
        return self.read(value)

    def _validate(self, value: Any) -> None:
        if self.validators:
            super()._validate(value)


def _check_signs(text: str) -> None:
    if _CONTROL.search(text):
        raise refusal(
            Text("含有不可见的控制字符。", "It contains invisible control characters."),
            Text("请重新输入这段文字。", "Type the text again."),
        )
    turning = _TURNING.search(text)
    if turning:
        sign = f"U+{ord(turning[0]):04X}"
        raise refusal(
            Text(
                f"含有改变书写方向的不可见字符（{sign}）。",
                f"It contains an invisible sign that turns the direction of writing ({sign}).",
            ),
            Text("请删去该字符，或重新输入这段文字。", "Delete that sign, or type the text again."),
        )


def _check_length(text: str, longest: int) -> None:
    if len(text) > longest:
        raise refusal(
            Text(
                f"文字有 {len(text):,} 字，超过 {longest:,} 字。",
                f"The text has {len(text):,} characters, more than {longest:,}.",
            ),
            Text("请缩短。", "Shorten it."),
        )


class PlainText(Reading, fields.String):
    """Text without control characters, signs that turn the writing, and outer blanks; an empty text erases.

    Parameters
    ----------
    longest : int
        Most characters.
    multiline : bool
        Whether line breaks stay.
    """

    def __init__(self, longest: int = 200, *, multiline: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.longest = longest
        self.multiline = multiline

    def read(self, value: Any) -> str | None:
        """Clean a text."""
        if not isinstance(value, str):
            raise refusal(Text("应为文字。", "Text is expected."), value=value)
        text = self.clean(_EXCEL_RETURN.sub("\n", value).strip())
        _check_signs(text)
        _check_length(text, self.longest)
        if not text and self.required:
            raise self.make_error("required")
        return text or None

    def clean(self, text: str) -> str:
        """Settle the blanks inside the text."""
        return text if self.multiline else " ".join(text.split())


class Name(PlainText):
    """A name of a person or place: blanks between Chinese characters go, rare characters stay as they are."""

    def clean(self, text: str) -> str:
        """Remove the blanks that only spread a name over its cell."""
        words = text.split()
        return "".join(words) if _HAN.search(text) else " ".join(words)


class Key(PlainText):
    """An external number: letters, digits and signs, narrow, without blanks.

    Parameters
    ----------
    longest : int
    pattern : str
        Regular expression that the whole key fulfils.
    expected : Text or None
        How a right key looks.
    """

    def __init__(self, longest: int = 40, *, pattern: str = ".*", expected: Text | None = None, **options: Any) -> None:
        super().__init__(longest, **options)
        self.pattern = re.compile(pattern)
        self.expected = expected

    def clean(self, text: str) -> str:
        """Make the key narrow."""
        return narrow(text)

    def read(self, value: Any) -> str | None:
        """Check the key against its pattern."""
        key = super().read(value)
        if key is not None and not self.pattern.fullmatch(key):
            raise refusal(Text("编号格式不对。", "The number has a wrong form."), self.expected, value=value)
        return key


class Words(Reading, fields.List[str]):
    """Several words: a list, or one text split on 、，,;|/ and blanks; 无 and 不限 are the empty list.

    No word has more characters than the name of a place, which free words are stored as.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(cls_or_instance=fields.String(), **options)

    def read(self, value: Any) -> tuple[str, ...]:
        """Split, read each word once, keep the order."""
        words = self._split(value)
        try:
            return tuple(dict.fromkeys(self.read_word(word) for word in words))
        except ValidationError as refused:
            mended = self._mended(words) if isinstance(value, str) else None
            messages: list[Any] = [
                replace(said, suggestion=mended) if isinstance(said, Problem) else said for said in refused.messages
            ]
            raise ValidationError(messages) from refused

    def nearest(self, word: str) -> str | None:  # noqa: ARG002 - free words have no table to compare with
        """Return the word that an unknown one is likely to stand for."""
        return None

    def _mended(self, words: Sequence[str]) -> str | None:
        """Return the whole cell with every unknown word replaced, None if one of them is like nothing."""
        mended = []
        for word in words:
            try:
                self.read_word(word)
                mended.append(word)
            except ValidationError:
                mended.append(self.nearest(word) or "")
        return "、".join(mended) if all(mended) else None

    def read_word(self, word: str) -> str:
        """Turn one word into its canonical form."""
        text = narrow(word)
        _check_signs(text)
        _check_length(text, _LONGEST_WORD)
        return text

    def is_one(self, text: str) -> bool:  # noqa: ARG002 - code tables know words that contain separators
        """Whether a text is one word although it may contain separators."""
        return False

    def is_none(self, word: str) -> bool:
        """Whether a word stands for the empty list."""
        return word.strip() in NONE_WORDS

    def _split(self, value: Any) -> Sequence[str]:
        if isinstance(value, str):
            value = [value] if self.is_one(value) else [word for word in SEPARATORS.split(value) if word]
            return [] if len(value) == 1 and self.is_none(value[0]) else value
        if isinstance(value, list | tuple) and all(isinstance(word, str) for word in value):
            return value
        raise refusal(Text("应为若干个词。", "A list of words is expected."), value=value)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:  # noqa: ARG002 - the signature is marshmallow's
        return None if value is None else list(value)
