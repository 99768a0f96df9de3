"""Points on the wire: whole hundredths inside, points with two decimals outside."""

from typing import Any

from marshmallow import fields

__all__ = ["Points"]


class Points(fields.Float):
    """A number of points, written from its hundredths; for answers only."""

    def __init__(self, **options: Any) -> None:
        super().__init__(dump_only=True, **options)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> float | None:  # noqa: ARG002 - the signature is marshmallow's
        return None if value is None else int(value) / 100
