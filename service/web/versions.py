"""Both versions at a conflict: what others did meanwhile and what was written, field by field."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from matching.vocabulary.replies import REPLY_LABELS, ReplyKind
from service.context import current_language
from service.errors import Change, ServiceError, VersionConflict
from service.usecases.records.histories import ValueChange
from service.usecases.records.recorded_values import value_in_words
from service.web.field_titles import title_of
from service.web.formatting import in_language, label, labels
from service.web.unsent import is_machine_field
from service.workflow import workflow_in_force

__all__ = ["Deed", "FieldVersions", "Words", "both_versions", "change_versions", "deeds_of_record", "move_versions"]

#: How a value of a form, or of what others did, is said; by field.
Words = Mapping[str, Callable[[str], object]]

_ASKED_STATE = "to"


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What somebody made of one field meanwhile.

    Parameters
    ----------
    field : str
    before, after : str
        In words; "" where nothing stood or nothing may be told.
    username : str
    at : datetime or None
    """

    field: str
    after: str
    username: str
    at: datetime | None
    before: str = ""


@dataclass(kw_only=True)
class FieldVersions:
    """One line of the table of both versions.

    Parameters
    ----------
    title : str
    theirs : list of Deed
    yours : str
        What was written; "" if nothing.
    """

    title: str
    theirs: list[Deed] = field(default_factory=list)
    yours: str = ""


def both_versions(
    deeds: Iterable[Deed],
    written: MultiDict[str, str],
    *,
    words: Words | None = None,
    titles: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
) -> list[FieldVersions]:
    """Set what others did beside what was written.

    Parameters
    ----------
    deeds : iterable of Deed
        Of each field the oldest first.
    written : MultiDict
        The form as it was sent.
    words : mapping, optional
        How values of fields are said.
    titles : mapping of str to str, optional
        What fields are called here, where `title_of` would call them otherwise.
    names : mapping of str to str, optional
        Fields of the form that stand for a field of the record, such as ``to`` for ``state``.
    """
    called, same, said = titles or {}, names or {}, words or {}
    found: dict[str, FieldVersions] = {}

    def line(name: str) -> FieldVersions:
        return found.setdefault(name, FieldVersions(title=called.get(name) or title_of(name)))

    for deed in deeds:
        line(deed.field).theirs.append(deed)
    for name, values in written.lists():
        kept = [value.strip() for value in values if value.strip()]
        is_machine = (is_machine_field(name) and name not in same) or name == "csrf_token"
        if kept and not is_machine:
            own = same.get(name, name)
            line(own).yours = str(_(", ").join(str(said[own](one)) if own in said else one for one in kept))
    return list(found.values())


def move_versions(
    error: ServiceError | None,
    written: MultiDict[str, str],
    *,
    states: str,
    names: Mapping[str, str] | None = None,
    of_record: Sequence[Deed] = (),
) -> list[FieldVersions]:
    """Return both versions where a step was asked of a version that is no longer current, else nothing.

    Parameters
    ----------
    error : ServiceError or None
    written : MultiDict
    states : str
        Code table of the states.
    names : mapping of str to str, optional
        Of people, by the number of their candidacy.
    of_record : sequence of Deed, optional
        What was changed in the record besides steps, where the refusal does not tell the values.
    """
    alias = {_ASKED_STATE: "state", "signatory": "signatures"}
    return change_versions(error, written, words=_words_of_moves(states, names or {}), names=alias, more=of_record)


def change_versions(
    error: ServiceError | None,
    written: MultiDict[str, str],
    *,
    words: Words | None = None,
    titles: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
    more: Sequence[Deed] = (),
) -> list[FieldVersions]:
    """Return both versions where a refusal tells what others did, else nothing; parameters as in `both_versions`.

    Parameters
    ----------
    more : sequence of Deed, optional
        What others did that the refusal does not tell.
    """
    if not isinstance(error, VersionConflict):
        return []
    deeds = [deed for change in error.changes for deed in _deeds_of(change, words or {})]
    return both_versions([*deeds, *more], written, words=words, titles=titles, names=names)


def deeds_of_record(history: Mapping[str, Sequence[ValueChange]], *, kind: str, since_version: int) -> list[Deed]:
    """Return what was changed in a record after a version, from its history as the reader may see it."""
    language = current_language()
    return [
        Deed(
            field=name,
            before="" if one.before is None else value_in_words(kind, name, one.before, language=language),
            after=value_in_words(kind, name, one.after, language=language),
            username=one.username,
            at=one.at,
        )
        for name, changes in history.items()
        for one in changes
        if one.version > since_version and one.taken_from is None
    ]


def _words_of_moves(states: str, names: Mapping[str, str]) -> Words:
    def said(code: str) -> object:
        return label(code, "review_decision")

    return {
        "state": lambda code: label(code, states),
        "conclusion": said,
        "opinion": said,
        "decision": said,
        "reply": lambda code: REPLY_LABELS[ReplyKind(code)].in_(current_language()),
        "signatures": _signatory,
        "reason_codes": lambda code: labels([code], "reason_code"),
        "appraisal": lambda code: label(code, "appraisal"),
        "chosen": lambda number: names.get(number, number),
    }


def _signatory(key: str) -> str:
    for path in workflow_in_force().posts.values():
        for one in path.signatories:
            if one.key == key:
                return in_language(one.label)
    return key


def _deeds_of(change: Change, words: Words) -> list[Deed]:
    def told(name: str, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, list | tuple):
            return str(_(", ").join(told(name, one) for one in value))
        return str(words[name](str(value)) if name in words else value)

    return [
        Deed(
            field=name,
            before=told(name, values[0]),
            after=told(name, values[-1]),
            username=change.username,
            at=change.at,
        )
        for name, values in change.fields.items()
        if values
    ]
