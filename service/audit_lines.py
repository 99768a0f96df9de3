"""What one line of the audit log says, before it is chained and written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

__all__ = ["AuditLine", "Occasion"]


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """Where and when a session of the database was opened.

    Parameters
    ----------
    request_id : str
        Of the request, "" on the command line.
    address : str
        Of the other side: an IP address, or ``cli:`` and the account of the host.
    at : datetime or None
        Moment of the request; None: the host's clock when the line is written.
    place : str
        What was asked for, without personal data: the endpoint, or the command.
    """

    request_id: str = ""
    address: str = ""
    at: datetime | None = None
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class AuditLine:
    """Who did what to whom.

    Parameters
    ----------
    actor, role : str
        Name of the account, and its role; several roles are joined with ``|``.
    action : str
        ``verb_noun``.
    subject_kind, subject_no : str
        Kind and external number, never a name.
    at : datetime or None
        Aware moment; None: that of the occasion.
    detail : mapping
        Plain JSON values; no personal data.
    subjects : tuple of (kind, number)
        Whom else the line is about, such as everybody on a list.
    """

    actor: str
    role: str
    action: str
    subject_kind: str
    subject_no: str
    at: datetime | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    subjects: tuple[tuple[str, str], ...] = ()
