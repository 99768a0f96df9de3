"""Fields that tell who somebody is: id numbers and phones, checked when they come in, masked when they go out."""

import re
from collections.abc import Callable
from datetime import date
from operator import mul
from typing import Any

from marshmallow import fields

from matching.vocabulary import Text
from schemas.fields import Reading, narrow
from schemas.problems import refusal

__all__ = ["IdNumber", "Phone", "Revealed", "birth_of", "checksum_of", "mask_id_number", "mask_phone", "sex_of"]

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_EXACT_DIGITS = 15  # Excel keeps no more
_ROUNDED = "000"  # what Excel makes of the last three when a number is saved as CSV
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[Ee]\+?\d+")
_TYPED_AS_NUMBER = Text(
    "身份证号被录成了数字，末尾几位已经丢失。", "The id number was typed as a number, its last digits are lost."
)
_TYPE_AGAIN = Text(
    "请把单元格设为文本，重新录入 18 位号码。", "Format the cell as text and type the 18 characters again."
)
_IS_MASKED = Text("号码已打码，无法读取。", "The number is masked and cannot be read.")
_LEAVE_BLANK = Text("请填完整号码；留空则保持原登记。", "Give it in full; left blank, what is registered stays.")
_PHONE = re.compile(r"\+?\d{7,15}")


def checksum_of(first_17: str) -> str:
    """Return the last character of an id number.

    References
    ----------
    GB 11643-1999, ISO 7064 MOD 11-2.
    """
    return _CHECK_CHARACTERS[sum(map(mul, map(int, first_17), _WEIGHTS)) % 11]


def birth_of(id_number: str) -> date:
    """Return the date of birth in an 18-digit id number."""
    return date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))


def sex_of(id_number: str) -> str:
    """Return the code of the sex in an 18-digit id number: 1 male, 2 female."""
    return "1" if int(id_number[16]) % 2 else "2"


def mask_id_number(id_number: str) -> str:
    """Show the first 6 and the last 4 characters, of a short one fewer."""
    return _masked(id_number, 6, 4)


def mask_phone(phone: str) -> str:
    """Show the first 3 and the last 4 digits, of a short one fewer."""
    return _masked(phone, 3, 4)


class Revealed(str):
    """A number that may be shown in full to this reader; every other leaves masked."""

    __slots__ = ()


class IdNumber(Reading, fields.String):
    """A citizen id number: 18 characters with a right checksum; 15 digits become 18; it leaves masked."""

    reads_numbers_as_text = False

    def read(self, value: Any) -> str | None:
        """Check the number; the value in a refusal is masked."""
        text = narrow(self._digits(value)).replace("-", "").upper()
        if not text:
            return None
        if "*" in text:
            raise refusal(_IS_MASKED, _LEAVE_BLANK)
        if re.fullmatch(r"\d{15}", text):
            longer = f"{text[:6]}19{text[6:]}"
            text = longer + checksum_of(longer)
        if not re.fullmatch(r"\d{17}[\dX]", text):
            raise refusal(
                Text("身份证号应为 18 位。", "An id number has 18 characters."),
                Text("请核对位数。", "Check the number of digits."),
                value=mask_id_number(text[:18]),
            )
        self._check(text)
        return text

    def _digits(self, value: Any) -> str:
        if isinstance(value, str) and not _SCIENTIFIC.fullmatch(narrow(value)):
            return value
        if isinstance(value, int | float) and 0 < value < 10**_EXACT_DIGITS and float(value).is_integer():
            return str(int(value))
        value = float(narrow(value)) if isinstance(value, str) else value
        shown = f"{value:.2e}" if isinstance(value, int | float) else None
        raise refusal(_TYPED_AS_NUMBER, _TYPE_AGAIN, value=shown)

    def _check(self, text: str) -> None:
        try:
            birth_of(text)
        except ValueError:
            raise refusal(
                Text("身份证号中的出生日期不存在。", "The date of birth in the id number does not exist."),
                Text("请核对第 7 至 14 位。", "Check digits 7 to 14."),
                value=mask_id_number(text),
            ) from None
        if checksum_of(text[:17]) != text[17]:
            if text.endswith(_ROUNDED):
                raise refusal(_TYPED_AS_NUMBER, _TYPE_AGAIN, value=mask_id_number(text))
            raise refusal(
                Text("身份证号校验位不符。", "The check character of the id number is wrong."),
                Text("请对照证件核对号码。", "Compare the number with the card."),
                value=mask_id_number(text),
            )

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:  # noqa: ARG002 - the signature is marshmallow's
        return _leaving(value, mask_id_number)


class Phone(Reading, fields.String):
    """A phone number: digits without blanks and dashes; it leaves masked."""

    def read(self, value: Any) -> str | None:
        """Check the number; the value in a refusal is masked."""
        text = re.sub(r"[-()]", "", narrow(value)) if isinstance(value, str) else ""
        if isinstance(value, str) and not text:
            return None
        if "*" in text:
            raise refusal(_IS_MASKED, _LEAVE_BLANK)
        if not _PHONE.fullmatch(text):
            raise refusal(
                Text("电话号码应为 7 至 15 位数字。", "A phone number has 7 to 15 digits."),
                Text("请只填一个号码。", "Give one number only."),
                value=mask_phone(text[:15]),
            )
        return text

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:  # noqa: ARG002 - the signature is marshmallow's
        return _leaving(value, mask_phone)


def _leaving(value: str | None, mask: Callable[[str], str]) -> str | None:
    if value is None or isinstance(value, Revealed) or "*" in value:
        return value
    return mask(value)


_FEWEST_HIDDEN = 4  # as of a mobile number; of seven digits, three and four would be all


def _masked(text: str, first: int, last: int) -> str:
    if len(text) < first + last + _FEWEST_HIDDEN:
        first, last = len(text) // 4, len(text) // 4
    return f"{text[:first]}{'*' * (len(text) - first - last)}{text[len(text) - last :]}"
