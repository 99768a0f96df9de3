"""Texts as they come in, whatever way: what no database, log line or document can carry is refused with its place."""

import re

from matching.vocabulary import Text
from service.errors import InvalidInput

__all__ = ["MAX_TEXT_LENGTH", "check_text", "is_writable", "without_unwritable"]

MAX_TEXT_LENGTH = 20_000

# Control characters besides tab and line ends, and halves of surrogate pairs.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def is_writable(text: str) -> bool:
    """Whether a text can be stored, logged and written into a document."""
    return _UNWRITABLE.search(text) is None


def without_unwritable(text: str) -> str:
    """Return what can be stored of a text that nobody typed, such as the name of a browser."""
    return _UNWRITABLE.sub("", text)


def check_text(text: str, *, place: str, longest: int | None = MAX_TEXT_LENGTH) -> None:
    """Refuse a text that is too long or holds characters which cannot be stored.

    Parameters
    ----------
    text, place : str
    longest : int or None
        In characters; None where the column of the text decides.

    Raises
    ------
    InvalidInput
        With the place, never with the text itself.
    """
    if longest is not None and len(text) > longest:
        raise InvalidInput(
            Text(f"文本超过 {longest:,} 个字符。", f"The text has more than {longest:,} characters."),
            remedy=Text("请缩短。", "Make it shorter."),
            place=place,
        )
    if not is_writable(text):
        raise InvalidInput(
            Text("文本中含有不可见的控制字符或残缺字符。", "The text holds a control character or half a character."),
            remedy=Text("请删除这些字符后重试。", "Remove it and send the text again."),
            place=place,
        )
