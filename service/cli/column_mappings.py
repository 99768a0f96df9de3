"""`talentpool mapping`: what the headers of an office mean, saved under its name."""

from collections.abc import Iterable

from matching.vocabulary import Text
from service.errors import InvalidInput

__all__ = ["mapped_columns"]


def mapped_columns(given: Iterable[str]) -> dict[str, str]:
    """Return the fields by header of several ``HEADER=FIELD``.

    Raises
    ------
    InvalidInput
        If one has another form.
    """
    mapping: dict[str, str] = {}
    for one in given:
        header, equals, key = one.rpartition("=")
        if not equals or not header.strip() or not key.strip():
            raise InvalidInput(
                Text(f"“{one[:40]}”不是“列名=字段”。", f"'{one[:40]}' is no HEADER=FIELD."),
                remedy=Text("例如 --map 姓名全称=name。", "For example --map 姓名全称=name."),
                place="--map",
            )
        mapping[header.strip()] = key.strip()
    return mapping
