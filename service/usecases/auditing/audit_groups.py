"""Lines of the audit log put together for reading: one reader who looked again within an hour is one line."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from service.models.audit import AuditEntry

__all__ = ["TogetherLine", "together"]

_SPAN = timedelta(hours=1)
_LOOKS = ("view", "list", "read", "search", "find", "explain", "compare", "try")


@dataclass(frozen=True, kw_only=True)
class TogetherLine:
    """A line, or several by which one reader looked at the same within an hour.

    Parameters
    ----------
    line : AuditEntry
        The newest of them.
    n_times : int
    first_at : datetime
        Moment of the oldest of them.
    """

    line: AuditEntry
    n_times: int
    first_at: datetime


def together(lines: Iterable[AuditEntry]) -> list[TogetherLine]:
    """Put lines together by which the same account did the same to the same from the same place within an hour.

    Only looks are counted together: what changes something keeps its own line. Files of the log have all lines.

    Parameters
    ----------
    lines : iterable of AuditEntry
        The newest first.
    """
    found: list[TogetherLine] = []
    open_at: dict[Any, int] = {}
    for line in lines:
        key = (line.actor, line.action, line.subject_kind, line.subject_no, line.address)
        place = open_at.get(key) if line.action.partition("_")[0] in _LOOKS else None
        if place is None or found[place].line.at - line.at > _SPAN:
            open_at[key] = len(found)
            found.append(TogetherLine(line=line, n_times=1, first_at=line.at))
        else:
            found[place] = replace(found[place], n_times=found[place].n_times + 1, first_at=line.at)
    return found
