"""Fields of dates in the shapes that offices write them."""

import re
from datetime import date, datetime, timedelta
from typing import Any

from marshmallow import ValidationError, fields

from matching.vocabulary import Text
from schemas.fields import Reading, narrow
from schemas.problems import refusal

__all__ = ["BirthDate", "Day", "read_date"]

_PARTS = re.compile(
    r"(\d{4})(?:[年./-](\d{1,2})(?:[月./-](?:(\d{1,2})日?)?)?)?月?(?:00:00(?::00)?)?(?:T00:00:00)?(?:生|出生)?"
)
_UNCLEAR_MONTH = re.compile(r"\d{4}\.1(?:生|出生)?")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_CHINESE = re.compile(
    r"([一二三四五六七八九〇零○]{4})年(?:([一二三四五六七八九十]{1,2})月(?:([一二三四五六七八九十]{1,3})[日号]?)?)?(?:出?生)?"
)
_SIGNS = "〇一二三四五六七八九"
_SERIAL_ZERO, _FIRST_SERIAL, _LAST_SERIAL = date(1899, 12, 30), 7_000, 55_000  # 1919 to 2050
_LAST_OF_2000 = 30
_EARLIEST, _LATEST = 1900, 2100
_LONGEST_NUMBER = 10**8
_REMEDY = Text("请写成 1985-10 或 1985-10-05。", "Write it as 1985-10 or 1985-10-05.")


def read_date(value: Any) -> tuple[date, bool]:
    """Read a date.

    Parameters
    ----------
    value : str, int, float, date or datetime
        1996.10, 199610, 1990年3月, 1968-08-01, 19680801, a date of Excel.

    Returns
    -------
    day : date
        The first of the month if only the month is given.
    is_month : bool
        Whether only the month is given.

    Raises
    ------
    ValidationError
        If it is no date, lacks the month, or is 1985.1 as a number or a text, which may be January or October.
    """
    if isinstance(value, datetime):
        return value.date(), False
    if isinstance(value, date):
        return value, False
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = _text_of(value)
    if not isinstance(value, str):
        raise refusal(Text("应为日期。", "A date is expected."), _REMEDY, value=value)
    return _from_text(value)


class Day(Reading, fields.Date):
    """A date; a month alone stands for its first day."""

    reads_numbers_as_text = False

    def read(self, value: Any) -> date | None:
        """Read a date."""
        return None if isinstance(value, str) and not value.strip() else read_date(value)[0]


class BirthDate(Day):
    """A date of birth; it is read to a date and whether only the month is known."""

    def read(self, value: Any) -> tuple[date, bool] | None:  # type: ignore[override]  # completed to two attributes by the schema
        """Read a date of birth."""
        return None if isinstance(value, str) and not value.strip() else read_date(value)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:  # noqa: ARG002 - the signature is marshmallow's
        if value is None:
            return None
        return value.strftime("%Y-%m") if getattr(obj, "birth_date_is_month", False) else value.isoformat()


def _in_digits(text: str) -> str:
    """Return 一九八五年十月 as 1985年10月; a text without such a year as it is."""
    match = _CHINESE.fullmatch(text)
    if match is None:
        return text
    year = "".join(str(_SIGNS.index(sign) if sign in _SIGNS else 0) for sign in match[1])
    month, day = (None if part is None else _number_of(part) for part in (match[2], match[3]))
    return f"{year}年" + (f"{month}月" if month else "") + (f"{day}日" if day else "")


def _number_of(sign: str) -> int:
    tens, ten, ones = sign.rpartition("十")
    return (_SIGNS.index(tens) if tens else 1 if ten else 0) * 10 + (_SIGNS.index(ones) if ones else 0)


def _likely(text: str) -> str | None:
    """Return what a text that is no date is likely to stand for, None if that may be several days."""
    if re.fullmatch(r"\d{5}", text) and _FIRST_SERIAL <= int(text) <= _LAST_SERIAL:
        return (_SERIAL_ZERO + timedelta(days=int(text))).isoformat()  # a date of Excel that was formatted as number
    if match := re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})", text):
        first, second, year = match.groups()
        if int(first) <= 12 and int(second) <= 12 and first != second:
            return None
        text = f"{year}-{second}-{first}" if int(first) > 12 else f"{year}-{first}-{second}"
    text = re.sub(r"(?:\d{1,2}:\d{2}(?::\d{2})?)?(?:左右|前后|[.。])?$", "", text)
    text = re.sub(r"[、，,。·•~—–_\\]+", "-", text)
    if match := re.fullmatch(r"(\d{2})([年./-].*)", text):
        text = f"{19 if int(match[1]) > _LAST_OF_2000 else 20}{match[1]}{match[2]}"
    if _UNCLEAR_MONTH.fullmatch(text) or _PARTS.fullmatch(text) is None:
        return None
    try:
        day, is_month = _from_text(text)
    except ValidationError:
        return None
    return f"{day:%Y-%m}" if is_month else day.isoformat()


def _text_of(number: float) -> str:
    if isinstance(number, int) or number.is_integer():
        return str(int(number)) if 0 < number < _LONGEST_NUMBER else ""
    return repr(number)


def _from_text(value: str) -> tuple[date, bool]:
    text = narrow(value)
    if _UNCLEAR_MONTH.fullmatch(text):
        raise refusal(
            Text("分不清是 1 月还是 10 月。", "January and October look the same here."),
            Text(
                f"请把单元格设为文本，写成 {text[:4]}.01 或 {text[:4]}.10。",
                f"Format the cell as text and write {text[:4]}.01 or {text[:4]}.10.",
            ),
            value=value,
        )
    match = _DIGITS.fullmatch(text) or _PARTS.fullmatch(text) or _PARTS.fullmatch(_in_digits(text))
    if match is None:
        problem = Text("看不懂这个日期。", "This date cannot be read.")
        raise refusal(problem, _REMEDY, value=value, suggestion=_likely(text))
    year, month, day = int(match[1]), match[2], match[3]
    if month is None:
        raise refusal(Text("只有年份，缺少月份。", "The month is missing."), _REMEDY, value=value)
    if not _EARLIEST <= year <= _LATEST:
        raise refusal(
            Text(f"年份应在 {_EARLIEST} 至 {_LATEST} 之间。", f"The year must be from {_EARLIEST} to {_LATEST}."),
            _REMEDY,
            value=value,
        )
    if not 1 <= int(month) <= 12:
        raise refusal(Text("月份应为 1 至 12。", "The month must be from 1 to 12."), _REMEDY, value=value)
    try:
        return date(year, int(month), int(day or 1)), day is None
    except ValueError:
        raise refusal(Text("没有这一天。", "There is no such day."), _REMEDY, value=value) from None
