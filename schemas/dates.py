"""Fields of dates in the shapes that offices write them."""

import re
from datetime import date, datetime
from typing import Any

from marshmallow import fields

from matching.vocabulary import Text
from schemas.fields import Reading, narrow
from schemas.problems import refusal

__all__ = ["BirthDate", "Day", "read_date"]

_PARTS = re.compile(
    r"(\d{4})(?:[年./-](\d{1,2})(?:[月./-](?:(\d{1,2})日?)?)?)?月?(?:00:00(?::00)?)?(?:T00:00:00)?(?:生|出生)?"
)
_UNCLEAR_MONTH = re.compile(r"\d{4}\.1(?:生|出生)?")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})?")
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
    match = _DIGITS.fullmatch(text) or _PARTS.fullmatch(text)
    if match is None:
        raise refusal(Text("看不懂这个日期。", "This date cannot be read."), _REMEDY, value=value)
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
