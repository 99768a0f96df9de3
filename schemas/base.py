"""What all record schemas share."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, missing, post_dump, post_load, validates_schema

from schemas.codes import Code, CodeNumber, Codes
from schemas.numbers import Whole
from schemas.problems import NOT_AN_OBJECT, UNKNOWN_FIELD, Problem

__all__ = ["PageQuerySchema", "RecordSchema", "StrictSchema"]


class StrictSchema(Schema):
    """A schema that refuses what it does not know, in both languages."""

    error_messages = {"unknown": UNKNOWN_FIELD, "type": NOT_AN_OBJECT}  # type: ignore[dict-item]  # noqa: RUF012 - marshmallow asks for a plain dict and passes objects through as they are


class RecordSchema(StrictSchema):
    """A record that comes in as words and goes out as codes with labels beside them."""

    #: Where a field's value is found on an object, if not under its own name.
    paths: ClassVar[Mapping[str, str]] = {}

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._coded = [
            (name, field) for name, field in self.dump_fields.items() if isinstance(field, Code | Codes | CodeNumber)
        ]

    def complete(
        self,
        record: dict[str, Any],
        *,
        is_partial: bool = False,  # noqa: ARG002 - a subject without derived values has nothing to do
        refused: Collection[str] = (),  # noqa: ARG002 - as above
    ) -> dict[str, Any]:
        """Return a validated record with the values that follow from others.

        Parameters
        ----------
        record : dict
        is_partial : bool
            Whether it is a correction, whose absent values stay as they are.
        refused : collection of str
            Fields whose values were refused: nothing is derived in their place.
        """
        return record

    def conflicts(self, record: Mapping[str, Any], *, is_partial: bool = False) -> dict[str, list[Problem]]:  # noqa: ARG002 - a subject whose values stand for themselves
        """Return the fields whose values contradict another field."""
        return {}

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Follow `paths`; a missing link on the way is None."""
        if attr not in self.paths:
            return super().get_attribute(obj, attr, default)
        for step in self.paths[attr].split("."):
            obj = getattr(obj, step, default)
            if obj is None or obj is missing:
                break
        return obj

    @validates_schema(skip_on_field_errors=False)
    def _refuse_conflicts(self, data: dict[str, Any], *, partial: Any = None, **_: Any) -> None:
        if found := self.conflicts(data, is_partial=bool(partial)):
            raise ValidationError(found)

    @post_load
    def _complete(self, data: dict[str, Any], *, partial: Any = None, **_: Any) -> dict[str, Any]:
        return self.complete(data, is_partial=bool(partial))

    @post_dump
    def _label(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        labels = {name: _labels(field, data[name]) for name, field in self._coded if data.get(name) is not None}
        return {**data, "labels": labels} if self._coded else data


class PageQuerySchema(StrictSchema):
    """Which page of a list."""

    page = Whole(least=1, most=1e6, load_default=1, allow_none=False)
    page_size = Whole(least=1, most=200, load_default=20, allow_none=False)


def _labels(field: Any, value: Any) -> Any:
    if isinstance(field, Codes):
        return [field.table.label(code)._asdict() for code in value]
    return field.table.label(str(value))._asdict()
