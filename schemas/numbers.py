"""Fields of numbers: 86户, 12年, 1.2万元, 2年 as months, 45周岁以下."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from matching.vocabulary import Text
from schemas.fields import NONE_WORDS, PlainText, Reading, narrow
from schemas.problems import refusal

__all__ = [
    "DAYS",
    "HOURS",
    "HOUSEHOLDS",
    "PEOPLE",
    "POINTS",
    "WAN_YUAN",
    "YEARS",
    "AgeLimit",
    "Amount",
    "Months",
    "Number",
    "Scale",
    "Whole",
    "years_of_work_in",
]

WAN_YUAN = {"万元": 1.0, "万": 1.0, "元": 1e-4, "亿元": 1e4}
YEARS = {"年": 1.0}
PEOPLE = {"人": 1.0, "名": 1.0}
HOUSEHOLDS = {"户": 1.0}
HOURS = {"学时": 1.0, "小时": 1.0, "课时": 1.0}
DAYS = {"天": 1.0, "日": 1.0}
POINTS = {"分": 1.0, "级": 1.0}
# 3,5 may be 3.5 or two numbers: a comma stands between thousands or nowhere.
_NUMBER = re.compile(r"([-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(\D*)")
_ABOUT = re.compile(r"^(?:约|大约|近|共|合计|超过|达|至少)|(?:余|多)(?=\D|$)|(?:左右|以上|上下|余|多|\+)$")
_CHINESE_NUMBERS = [
    *(
        (f"{ten}十{one}", f"{t}{o}")
        for t, ten in enumerate("一二三四五六七八九", 1)
        for o, one in enumerate("一二三四五六七八九", 1)
    ),
    *((f"{ten}十", f"{t}0") for t, ten in enumerate("一二三四五六七八九", 1)),
    *((f"十{one}", f"1{o}") for o, one in enumerate("一二三四五六七八九", 1)),
    ("十", "10"),
    *((sign, str(digit)) for digit, sign in enumerate("零一二三四五六七八九")),
    ("两", "2"),
]
_AGE = re.compile(r"(?:不超过|年龄)?(\d{2})(?:周?岁)?(?:\(含\))?(?:及?以下|以内)?(?:\(含\))?")
_YEARS_AND_MONTHS = re.compile(r"(?:(\d+(?:\.5)?)年(半)?)?(?:零?(\d+)个?月)?")
_IN_ENGLISH = re.compile(r"(?:(\d+(?:\.5)?)years?)?(?:and|,)?(?:(\d+)months?)?", re.IGNORECASE)
_YEARS_OF_WORK = re.compile(r"(\d{1,2})年(?:及其?)?以上(?:的)?工作经[历验]")
_DIGITS = str.maketrans("一二两三四五六七八九", "1223456789")


class Number(Reading):
    """A number in a range, possibly with its unit.

    Parameters
    ----------
    units : mapping of str to float
        Factor of every unit that may follow the number.
    least, most : float
    """

    reads_numbers_as_text = False

    def __init__(
        self, units: Mapping[str, float] | None = None, *, least: float = 0, most: float = 1e9, **options: Any
    ) -> None:
        super().__init__(**options)
        self.units = units or {}
        self.least = least
        self.most = most

    def number(self, value: Any) -> float:
        """Read a number with its unit, and refuse one outside the range."""
        number = self._parsed(value) if isinstance(value, str) else value
        if isinstance(number, bool) or not isinstance(number, int | float) or not self.fits(number):
            raise refusal(self.expected(), self._remedy(), value=value, suggestion=self._suggestion(value))
        return float(number)

    def fits(self, number: float) -> bool:
        """Whether the number is in the range."""
        return self.least <= number <= self.most

    def expected(self) -> Text:
        """Say which numbers are taken."""
        bounds = f"{self.least:g}", f"{self.most:,.0f}"
        return Text("应为 {} 至 {} 的数。".format(*bounds), "A number from {} to {} is expected.".format(*bounds))

    def _parsed(self, text: str) -> float | None:
        match = _NUMBER.fullmatch(narrow(text))
        if match is None or (match[2] and match[2] not in self.units):
            return None
        return float(match[1].replace(",", "")) * self.units.get(match[2], 1)

    def _suggestion(self, value: Any) -> str | None:
        """Return the number inside 约200亩, 30余户, 十二 or 1.2万户, if it is one number and fits."""
        if not isinstance(value, str):
            return None
        text = _ABOUT.sub("", narrow(value))
        for signs, digits in _CHINESE_NUMBERS:
            text = text.replace(signs, digits)
        match = _NUMBER.fullmatch(text)
        if match is None:
            return None
        unit = match[2].removeprefix("万")
        factor = 1e4 if match[2].startswith("万") and match[2] not in self.units else 1.0
        if unit and unit not in self.units and match[2] not in self.units:
            return None
        number = float(match[1].replace(",", "")) * factor * self.units.get(match[2], self.units.get(unit, 1.0))
        return f"{number:.10g}" if self.fits(number) else None

    def _remedy(self) -> Text | None:
        known = "、".join(self.units)
        return Text(f"可带单位：{known}。", f"It may carry a unit: {known}.") if known else None


class Amount(Number, fields.Float):
    """A number with decimals."""

    def read(self, value: Any) -> float:
        """Read the number."""
        return self.number(value)


class Whole(Number, fields.Integer):
    """A whole number."""

    def read(self, value: Any) -> int:
        """Read the number."""
        return int(self.number(value))

    def fits(self, number: float) -> bool:
        """Whether the number is whole and in the range."""
        return super().fits(number) and float(number).is_integer()

    def expected(self) -> Text:
        """Say which numbers are taken."""
        bounds = f"{self.least:g}", f"{self.most:,.0f}"
        return Text(
            "应为 {} 至 {} 的整数。".format(*bounds), "A whole number from {} to {} is expected.".format(*bounds)
        )


class Scale(PlainText):
    """A size with its unit as written: 50亩, 生猪200头、年产值30万元; a number alone is refused, it says nothing."""

    def read(self, value: Any) -> str | None:
        """Read the text and look for a unit."""
        text = super().read(value)
        if text is not None and re.fullmatch(r"[\d.,+-]+", narrow(text)):
            raise refusal(
                Text("只有数字，没有单位。", "There is a number but no unit."),
                Text("请写明单位，如“50亩”“200头”“30万元”。", "Give its unit, such as 50亩, 200头 or 30万元."),
                value=value,
            )
        return text


class AgeLimit(Whole):
    """An upper age: 45周岁以下 is 45, 不限 is none."""

    def read(self, value: Any) -> int | None:  # type: ignore[override]  # no limit is an answer too
        """Read the limit."""
        if isinstance(value, str):
            text = narrow(value)
            if text in NONE_WORDS:
                return None
            match = _AGE.fullmatch(text)
            value = int(match[1]) if match else value
        return super().read(value)


class Months(Reading, fields.Integer):
    """A time in months: 24, 2年, 一年半, 18个月, 18 months.

    A text of bare digits is refused, it may be years or months.
    """

    def __init__(self, *, most: int = 120, **options: Any) -> None:
        super().__init__(**options)
        self.most = most

    def read(self, value: Any) -> int:
        """Read the time."""
        months = self._parsed(value) if isinstance(value, str) else value
        if isinstance(months, bool) or not isinstance(months, int) or not 0 < months <= self.most:
            raise refusal(
                Text("看不出是多少个月。", "It does not say how many months."),
                Text("请写明单位，如“2年”或“24个月”。", "Give it with its unit, such as 2 years or 24 months."),
                value=value,
            )
        return months

    def _parsed(self, text: str) -> int | None:
        english = _IN_ENGLISH.fullmatch(re.sub(r"\s", "", narrow(text)))
        if english is not None and any(english.groups()):
            return int(float(english[1] or 0) * 12) + int(english[2] or 0)
        match = _YEARS_AND_MONTHS.fullmatch(narrow(text).replace("十二", "12").translate(_DIGITS))
        if match is None or not any(match.groups()):
            return None
        return int(float(match[1] or 0) * 12) + (6 if match[2] else 0) + int(match[3] or 0)


def years_of_work_in(text: str) -> float | None:
    """Return the years in a text that asks for nothing but years of work: 2年以上工作经历."""
    match = _YEARS_OF_WORK.fullmatch(narrow(text).translate(_DIGITS))
    return float(match[1]) if match else None
