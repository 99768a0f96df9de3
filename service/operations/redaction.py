"""What may stand in a log: keys and shapes that are known; of everything else only what cannot be personal data."""

import re
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

__all__ = ["frames_of", "redacted", "redacted_text"]

#: Keys whose values the service gives itself.
OWN_KEYS = frozenset(
    {
        *("timestamp", "level", "logger", "event", "request_id", "method", "route", "status", "duration_ms"),
        *("account", "process", "error", "frames", "release"),
    }
)
_LONGEST = 300
_ESCAPED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_NOT_ASCII = re.compile(r"[^\x20-\x7e]+")
_MANY_DIGITS = re.compile(r"\d[\d\s-]{4,}\d[Xx]?")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_LONG_WORD = re.compile(r"[A-Za-z0-9+/=_-]{24,}")  # a token, or something encoded
_SHORTEST_USERNAME = re.compile(r"[A-Za-z0-9._-]{1,60}")


def redacted(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return a log event with known keys only, and words of others cut down to what cannot tell a person."""
    return {key: _value(key, value) for key, value in event.items() if key in OWN_KEYS}


def redacted_text(text: str) -> str:
    """Return a text without what stands in quotes or beyond ASCII, without long numbers, tokens and line ends."""
    for pattern in (_QUOTED, _ESCAPED, _NOT_ASCII, _MANY_DIGITS, _LONG_WORD):
        text = pattern.sub("*", text)
    return text[:_LONGEST]


def frames_of(traceback: TracebackType | None) -> list[str]:
    """Return where an error came through, ``file:line function``; never its words or the values of variables."""
    frames = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        frames.append(f"{_short(code.co_filename)}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return frames[-20:]


def _short(path: str) -> str:
    return "/".join(Path(path).parts[-3:])


def _value(key: str, value: Any) -> Any:
    if isinstance(value, int | float) or value is None:
        return value
    if key in {"frames", "timestamp", "route", "request_id"}:
        return value
    if key == "account":
        return value if _SHORTEST_USERNAME.fullmatch(str(value)) and not _MANY_DIGITS.search(str(value)) else "*"
    return redacted_text(str(value))
