"""What is wrong with a value, in both languages: the messages that marshmallow carries for us."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError

from matching.vocabulary import Text

__all__ = ["MISSING", "NOT_AN_OBJECT", "NOT_NULL", "UNKNOWN_FIELD", "Problem", "problems_by_path", "refusal", "shown"]

_LONGEST_SHOWN = 60
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class Problem:
    """One refusal of one value.

    Parameters
    ----------
    problem : Text
        One sentence: what is wrong.
    remedy : Text or None
        One sentence: what to do about it.
    value : str or None
        The value as given, masked where it tells who somebody is; None where nothing may be shown.
    suggestion : str or None
        A value that is likely meant and would be taken in place of this one; never personal data, never applied
        unasked.
    """

    problem: Text
    remedy: Text | None = None
    value: str | None = None
    suggestion: str | None = None

    def sentence(self) -> Text:
        """Return problem and remedy as one text."""
        if self.remedy is None:
            return self.problem
        return Text(f"{self.problem.zh}{self.remedy.zh}", f"{self.problem.en} {self.remedy.en}")


MISSING = Problem(Text("缺少必填项。", "A required value is missing."), Text("请补填。", "Fill it in."))
NOT_NULL = Problem(Text("此项不能清空。", "This value cannot be erased."), Text("请填写有效的值。", "Give a value."))
UNKNOWN_FIELD = Problem(
    Text("没有这个字段。", "There is no such field."),
    Text("请删除它，或核对字段名。", "Remove it, or check its name."),
)
NOT_AN_OBJECT = Problem(
    Text("应为一个 JSON 对象。", "A JSON object is expected."), Text("请按接口文档提交。", "See the API documentation.")
)


def refusal(
    problem: Text, remedy: Text | None = None, *, value: object = None, suggestion: str | None = None
) -> ValidationError:
    """Return the error that a field raises.

    Parameters
    ----------
    problem, remedy : Text
    value : object
        The value as given; a field with personal data passes a masked one, or none.
    suggestion : str or None
        A value that is likely meant.
    """
    return ValidationError([Problem(problem, remedy, None if value is None else shown(value), suggestion)])


def shown(value: object) -> str:
    """Return a value on one short line, with a sign in place of each that cannot be written."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = _UNWRITABLE.sub("\ufffd", " ".join(str(value).split()))
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"


def problems_by_path(messages: object) -> dict[str, list[Problem]]:
    """Sort the messages of a `ValidationError` by field path.

    Parameters
    ----------
    messages : dict or list
        ``error.messages``.

    Returns
    -------
    dict of str to list of Problem
        Keys such as ``name`` or ``industries[2].term``; "" for the object as a whole.
    """
    sorted_out: dict[str, list[Problem]] = {}
    for path, problem in _walk(messages, ""):
        sorted_out.setdefault(path, []).append(problem)
    return sorted_out


def _walk(messages: object, path: str) -> Iterator[tuple[str, Problem]]:
    if isinstance(messages, Mapping):
        for key, below in messages.items():
            yield from _walk(below, _joined(path, key))
    elif isinstance(messages, list):
        for message in messages:
            yield from _walk(message, path)
    elif isinstance(messages, Problem):
        yield path, messages
    else:
        yield path, Problem(Text("此项的值无法接受。", str(messages)))


def _joined(path: str, key: Any) -> str:
    if key == "_schema":
        return path
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else str(key)
