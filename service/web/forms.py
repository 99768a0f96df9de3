"""Reading what forms send."""

from collections.abc import Mapping
from datetime import date

from matching.vocabulary import Text
from service.errors import InvalidInput

__all__ = ["asked_day", "asked_day_if_any", "asked_number", "asked_text", "asked_version"]

_LONGEST = 9


def asked_version(form: Mapping[str, str]) -> int:
    """Return the version that a form was made for.

    Raises
    ------
    InvalidInput
        If there is none.
    """
    return asked_number(form, "version")


def asked_number(form: Mapping[str, str], name: str) -> int:
    """Return a whole number of a form.

    Raises
    ------
    InvalidInput
        If it is missing or no number.
    """
    written = form.get(name, "").strip()
    if written.isascii() and written.isdigit() and len(written) <= _LONGEST:
        return int(written)
    problem = Text("应填写不小于 0 的整数。", "A whole number of 0 or more is needed.")
    raise InvalidInput(problem, place=name, value=written[:20], fields={name: [problem]})


def asked_day(form: Mapping[str, str], name: str) -> date:
    """Return a day of a form.

    Raises
    ------
    InvalidInput
        If it is missing or no day.
    """
    written = form.get(name, "").strip()
    try:
        return date.fromisoformat(written)
    except ValueError:
        problem = Text("日期应为年-月-日，如 2026-11-26。", "Write the day as 2026-11-26.")
        raise InvalidInput(problem, place=name, value=written[:20], fields={name: [problem]}) from None


def asked_day_if_any(form: Mapping[str, str], name: str) -> date | None:
    """Return a day of a form, or None where the field was left empty.

    Raises
    ------
    InvalidInput
        If it is no day.
    """
    return asked_day(form, name) if form.get(name, "").strip() else None


def asked_text(form: Mapping[str, str], name: str, *, longest: int) -> str:
    """Return what is written in a field of a form, without the space around it.

    Parameters
    ----------
    form : mapping
    name : str
    longest : int
        In characters; what is longer is cut, as the field itself cuts it.
    """
    return form.get(name, "").strip()[:longest]
