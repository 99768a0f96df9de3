"""The encodings of office files: known by a mark, proved by UTF-8, guessed and said so, or given by the clerk."""

import codecs
from dataclasses import dataclass

from matching.vocabulary import Text
from service.files.limits import unreadable

__all__ = ["ENCODINGS", "Decoded", "decode"]

#: Encodings that may be given, each with the codec that reads it. GBK and GB2312 are parts of GB18030.
ENCODINGS = {
    "utf-8": "utf-8-sig",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "gb18030": "gb18030",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "big5": "big5hkscs",
}
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SAMPLE = 4_000
_MANY_ZEROS = 0.2  # of the bytes at even or odd places: ASCII signs in UTF-16


@dataclass(frozen=True)
class Decoded:
    """A text and how it was read.

    Parameters
    ----------
    text : str
    encoding : str
        Key of `ENCODINGS`.
    is_guess : bool
        Whether other encodings would have read it too.
    """

    text: str
    encoding: str
    is_guess: bool = False


def decode(name: str, data: bytes, *, encoding: str | None = None) -> Decoded:
    """Decode the bytes of a text file.

    Parameters
    ----------
    name : str
        Of the file, for the refusal.
    data : bytes
    encoding : str, optional
        Key of `ENCODINGS`; sniffed unless given.

    Raises
    ------
    UnreadableFile
        If it cannot be read in the given encoding, or in none.
    """
    if encoding is not None:
        return Decoded(_given(name, data, encoding), encoding)
    for mark, marked in _MARKS:
        if data.startswith(mark):
            text = _read(data, ENCODINGS[marked])
            return _checked(name, None if text is None else Decoded(text, marked))
    wide = _wide(data)
    for candidate, is_guess in ((wide, True), ("utf-8", False), ("gb18030", True)):
        text = _read(data, ENCODINGS[candidate]) if candidate else None
        if candidate and text is not None and "\0" not in text:
            return Decoded(text, candidate, is_guess and not text.isascii())
    return _checked(name, None)


def _given(name: str, data: bytes, encoding: str) -> str:
    text = _read(data, ENCODINGS[encoding]) if encoding in ENCODINGS else None
    if text is None or "\0" in text:
        known = "、".join(ENCODINGS)
        raise unreadable(
            name,
            Text(f"不是 {encoding[:20]} 编码的文本。", f"This is no text in {encoding[:20]}."),
            Text(f"请去掉编码选项自动识别，或改用：{known}。", f"Leave the encoding out, or give one of: {known}."),
        )
    return text.removeprefix("\ufeff")


def _checked(name: str, decoded: Decoded | None) -> Decoded:
    if decoded is not None and "\0" not in decoded.text:
        return decoded
    raise unreadable(
        name,
        Text("不是工作簿；按文本读取时编码无法识别。", "This is no workbook, and its text encoding is not known."),
        Text("请另存为 .xlsx，或 UTF-8 编码的 CSV。", "Save it as .xlsx, or as CSV in UTF-8."),
    )


def _read(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _wide(data: bytes) -> str | None:
    """Return UTF-16 without a mark if the zeros of its ASCII signs stand at every second place."""
    sample = data[:_SAMPLE]
    if len(sample) < 4:
        return None
    even, odd = sample[::2].count(0) / len(sample[::2]), sample[1::2].count(0) / len(sample[1::2])
    if max(even, odd) < _MANY_ZEROS or min(even, odd) > _MANY_ZEROS / 2:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"
