"""Answers: JSON bytes with a status and headers, made once and sent as they are."""

import json
from dataclasses import dataclass, field
from typing import Any

from flask import Response

__all__ = ["JSON", "Answer", "as_json"]

JSON = "application/json"


def as_json(document: Any) -> bytes:
    """Encode a document compactly, in its own order; half a character becomes an escape, never an error."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "backslashreplace")


@dataclass(frozen=True)
class Answer:
    """What a request is answered with; the same three parts are kept for a repetition.

    Parameters
    ----------
    body : bytes
        Encoded JSON.
    status : int
    headers : dict of str to str
    """

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Any, *, status: int = 200, **headers: str) -> "Answer":
        """Encode a document; keyword names become header names (``location`` is ``Location``)."""
        return cls(as_json(document), status, {name.title().replace("_", "-"): v for name, v in headers.items()})

    def response(self) -> Response:
        """Return it as Flask sends it."""
        return Response(self.body, status=self.status, headers=self.headers, mimetype=JSON)
