"""What was typed into a form, shown again where the form itself cannot be."""

from collections.abc import Iterable
from dataclasses import dataclass

from service.web.field_titles import title_of
from service.web.unsent import is_machine_field, is_secret_field

__all__ = ["ShownField", "shown_fields"]

_LONGEST_CODE = 40


@dataclass(frozen=True)
class ShownField:
    """A field as it is shown again.

    Parameters
    ----------
    name, title, value : str
    way : str
        "hidden" (nobody types it), "code" (a choice, a number or a day, shown as it is) or "words".
    """

    name: str
    title: str
    value: str
    way: str


def shown_fields(fields: Iterable[tuple[str, str]]) -> list[ShownField]:
    """Return fields of a form as they are shown again, without passwords, codes and tokens."""
    return [_shown(name, value) for name, value in fields if not is_secret_field(name)]


def _shown(name: str, value: str) -> ShownField:
    if is_machine_field(name) or not value:
        return ShownField(name, name, value, "hidden")
    is_code = len(value) <= _LONGEST_CODE and value.isascii() and not any(letter.isspace() for letter in value)
    return ShownField(name, title_of(name), value, "code" if is_code else "words")
