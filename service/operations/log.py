"""The log: one JSON object a line on stderr, whoever writes it, without personal data."""

import json
import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from service.operations.redaction import frames_of, redacted, redacted_text
from service.version import VERSION

__all__ = ["LOGGER", "formatter", "set_up"]

LOGGER = "talentpool"
Event = MutableMapping[str, Any]


def set_up() -> None:
    """Send everything that is logged through the redaction to stderr; called again it changes nothing."""
    root = logging.getLogger()
    if any(isinstance(one, _JsonHandler) for one in root.handlers):
        return
    handler = _JsonHandler()
    handler.setFormatter(formatter())
    root.addHandler(handler)
    logging.getLogger(LOGGER).setLevel(logging.INFO)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def formatter() -> logging.Formatter:
    """Return what makes a line of any record of the standard library, also of libraries and of the server."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_words,
        ],
        processors=[_error_in_short, _closed, _line],
    )


class _JsonHandler(logging.StreamHandler):  # type: ignore[type-arg]  # generic in its stubs only
    """Writes to what stderr is at the moment: servers and tests put another in its place."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


def _without_words(_logger: Any, _name: str, event: Event) -> Event:
    """Keep the sentence of a library; what it fills in may be anything."""
    record: logging.LogRecord | None = event.get("_record")
    if record is not None and record.args:
        event["event"] = str(record.msg)
    return event


def _error_in_short(_logger: Any, _name: str, event: Event) -> Event:
    """Tell an error by its kind and where it came through: its words may quote what somebody sent."""
    record: logging.LogRecord | None = event.get("_record")
    found = event.pop("exc_info", None) or (record.exc_info if record is not None else None)
    if record is not None:
        record.exc_info, record.exc_text, record.stack_info = None, None, None
    if found is True:
        found = sys.exc_info()
    if isinstance(found, BaseException):
        found = (type(found), found, found.__traceback__)
    if isinstance(found, tuple) and found[0] is not None:
        event["error"] = f"{found[0].__module__}.{found[0].__qualname__}"
        event["frames"] = frames_of(found[2])
    return event


def _closed(_logger: Any, _name: str, event: Event) -> Event:
    event["release"] = VERSION
    event["event"] = redacted_text(str(event.get("event", "")))
    return redacted(event)


def _line(_logger: Any, _name: str, event: Event) -> str:
    # ASCII only: no line end, escape sequence or separator of any kind can break the line.
    return json.dumps(dict(event), ensure_ascii=True, default=lambda _value: "*")
