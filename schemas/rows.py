"""Validating many rows of one table: what marshmallow would say of each, once for each distinct value."""

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import ValidationError

from schemas.base import RecordSchema
from schemas.problems import MISSING, UNKNOWN_FIELD, Problem, problems_by_path

__all__ = ["RowReader"]

_MOST_REMEMBERED = 20_000  # distinct values of one field; a column of names is not worth more memory


class RowReader:
    """Reads rows as ``schema.load`` would, some times as fast: offices write the same words again and again.

    Parameters
    ----------
    schema : RecordSchema
        Its fields are functions of the value alone.
    prepare : callable, optional
        Told a field and its value, which is no text, it returns what the schema shall be given; a function of both.
    """

    def __init__(
        self, schema: RecordSchema, *, prepare: Callable[[str, Any], Any] = lambda _name, value: value
    ) -> None:
        self.schema = schema
        self.prepare = prepare
        self.fields = schema.load_fields
        self.required = tuple(name for name, field in self.fields.items() if field.required)
        # Texts are told by themselves, all else with its type: 1, 1.0 and True are equal, but no text is.
        self._remembered: dict[str, dict[Any, Any]] = {name: {} for name in self.fields}

    def read(self, row: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[Problem]]]:
        """Read one row.

        Parameters
        ----------
        row : mapping of str to object
            Hashable values by field.

        Returns
        -------
        record : dict
            The values that were taken, completed.
        problems : dict of str to list of Problem
            By path; empty if the whole row was taken.
        """
        record: dict[str, Any] = {}
        problems: dict[str, list[Problem]] = {}
        for name, value in row.items():
            remembered = self._remembered.get(name)
            if remembered is None:
                problems[name] = [UNKNOWN_FIELD]
                continue
            key = value if value.__class__ is str else (value.__class__, value)
            found = remembered.get(key, _UNREAD)
            if found is _UNREAD:
                found = self._read(name, key if key is value else self.prepare(name, value))
                if len(remembered) < _MOST_REMEMBERED:
                    remembered[key] = found
            if found.__class__ is _Refused:
                problems |= found.problems
            else:
                record[name] = found
        for name in self.required:
            if name not in row:
                problems[name] = [MISSING]
        for name, said in self.schema.conflicts(record).items():
            problems[name] = problems.get(name, []) + said
        good = {name: value for name, value in record.items() if name not in problems} if problems else record
        return self.schema.complete(good, refused={path.partition("[")[0] for path in problems}), problems

    def _read(self, name: str, value: Any) -> Any:
        try:
            return self.fields[name].deserialize(value, name, {name: value})
        except ValidationError as refused:
            return _Refused(problems_by_path({name: refused.messages}))


_UNREAD = object()


class _Refused:
    """A value that was refused, remembered with what was said of it."""

    __slots__ = ("problems",)

    def __init__(self, problems: dict[str, list[Problem]]) -> None:
        self.problems = problems
