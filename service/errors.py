"""Errors that people see: one sentence, what, where and how to mend it, in both languages."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from matching.vocabulary import Text
from service.audit_lines import AuditLine

__all__ = [
    "Change",
    "Conflict",
    "Forbidden",
    "InvalidInput",
    "NotConfigured",
    "NotFound",
    "PreconditionFailed",
    "ServiceError",
    "Stopped",
    "TooManyRequests",
    "Unauthenticated",
    "VersionConflict",
    "WorkLocked",
    "check_choice",
]


class ServiceError(Exception):
    """A refusal with its reason.

    Parameters
    ----------
    problem : Text
        One sentence: what is wrong.
    remedy : Text or None
        One sentence: what to do about it.
    place : str
        Where: a field path (``industries[2].term``), a cell (``Sheet1!D17``), an option (``-k``).
    value : object
        The offending value as given; shown, so never put personal data here.

    Attributes
    ----------
    retry_after_s : int or None
        After how many seconds another attempt has a chance, where that is known.
    audit_line : AuditLine or None
        What the audit log keeps of the refusal, although the transaction of the request is rolled back.
    """

    code = "refused"
    status = 400
    exit_code = 1
    retry_after_s: int | None = None
    audit_line: AuditLine | None = None

    def __init__(self, problem: Text, *, remedy: Text | None = None, place: str = "", value: object = None) -> None:
        super().__init__(problem.en)
        self.problem = problem
        self.remedy = remedy
        self.place = place
        self.value = value

    def sentence(self, language: str) -> str:
        """Return place, problem and remedy as one line in `language`."""
        colon = ": " if language == "en" else "："
        head = f"{self.place}{colon}" if self.place else ""
        tail = f" {self.remedy.in_(language)}" if self.remedy else ""
        return f"{head}{self.problem.in_(language)}{tail}"


class InvalidInput(ServiceError):
    """The request is understood but a value in it cannot be accepted.

    Parameters
    ----------
    fields : dict
        Messages by field path, each a list of `Text`.
    """

    code = "invalid_input"
    status = 422
    exit_code = 2

    def __init__(
        self,
        problem: Text,
        *,
        remedy: Text | None = None,
        place: str = "",
        value: object = None,
        fields: dict[str, list[Text]] | None = None,
    ) -> None:
        super().__init__(problem, remedy=remedy, place=place, value=value)
        self.fields = fields or {}


class NotFound(ServiceError):
    """What was named does not exist, or not for this reader."""

    code = "not_found"
    status = 404
    exit_code = 4


class Conflict(ServiceError):
    """Somebody else changed it first, or the key is taken."""

    code = "conflict"
    status = 409


@dataclass(frozen=True, kw_only=True)
class Change:
    """What somebody else did to a record in the meantime.

    Parameters
    ----------
    version : int
        Of the record, afterwards; 0 for what has none.
    at : datetime
    username : str
    role : str or None
        As what; None where it was no move between states.
    fields : mapping of str to sequence
        Before and after by field; empty where the values are not to be shown.
    """

    at: datetime
    username: str
    version: int = 0
    role: str | None = None
    fields: Mapping[str, Sequence[Any]] = field(default_factory=dict)


class VersionConflict(Conflict):
    """Somebody else changed the record after it was read, or settled what was to be decided on.

    Parameters
    ----------
    changes : sequence of Change
        Who did what since, the oldest first.
    """

    def __init__(
        self,
        problem: Text,
        *,
        remedy: Text | None = None,
        place: str = "",
        value: object = None,
        changes: Sequence[Change] = (),
    ) -> None:
        super().__init__(problem, remedy=remedy, place=place, value=value)
        self.changes = tuple(changes)


class PreconditionFailed(ServiceError):
    """The version that the request was made for is no longer current (If-Match)."""

    code = "precondition_failed"
    status = 412


class Unauthenticated(ServiceError):
    """Nobody is signed in."""

    code = "unauthenticated"
    status = 401


class Forbidden(ServiceError):
    """The account has no right to do this."""

    code = "forbidden"
    status = 403


class TooManyRequests(ServiceError):
    """Too many attempts in a short time.

    Parameters
    ----------
    retry_after_s : int
        After how many seconds another attempt has a chance.
    """

    code = "too_many_requests"
    status = 429

    def __init__(
        self,
        problem: Text,
        *,
        remedy: Text | None = None,
        place: str = "",
        value: object = None,
        retry_after_s: int = 60,
    ) -> None:
        super().__init__(problem, remedy=remedy, place=place, value=value)
        self.retry_after_s = retry_after_s


class WorkLocked(ServiceError):
    """Another run holds the lock."""

    code = "locked"
    status = 409
    exit_code = 5


class NotConfigured(ServiceError):
    """A setting is missing or unusable; the service refuses to start."""

    code = "not_configured"
    status = 503


class Stopped(ServiceError):
    """The run was stopped; what was finished is kept."""

    code = "stopped"
    exit_code = 130


def check_choice(value: str, known: Collection[str], *, problem: Text, place: str) -> None:
    """Refuse a value that is none of those that there are.

    Raises
    ------
    InvalidInput
        With the problem, naming those that there are.
    """
    if value not in known:
        remedy = Text(f"可用：{'、'.join(known)}。", f"There are: {', '.join(known)}.")
        raise InvalidInput(problem, remedy=remedy, place=place, value=value)
