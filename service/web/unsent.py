"""Forms that are sent after their session has ended, or from a page of an earlier one: nothing typed is lost."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import g, request, session, url_for
from sqlalchemy.orm import Session

from service.access import Actor
from service.context import SESSION_KEY, now, unit_of_work
from service.errors import InvalidInput
from service.usecases import accounts
from service.usecases.records import drafts
from service.usecases.unsent_forms import UnsentForm, keep_form
from service.web.security import is_form_of

__all__ = ["AGAIN", "DRAFTED", "is_machine_field", "is_secret_field", "keep_unsent", "keep_untrusted", "page_of_form"]

#: By the address that takes a form: the kind of its draft, where it is shown again (an endpoint with the arguments of
#: the form's, or what gives the address for the record that the form names), and what reads it.
#: Every other form is kept field by field and shown on a page of its own (`service.web.unsent_pages`).
DRAFTED: dict[str, tuple[str, str | Callable[[str], str], Callable[[], Mapping[str, Any]]]] = {}
#: In the address of a form that is sent again: the key of what is kept, to be dropped when it was taken.
AGAIN = "unsent"
#: What nobody types: it goes along unseen.
_MACHINE_FIELDS = frozenset(
    (
        "version",
        "to",
        "act",
        "anchor",
        "state",
        "next",
        "seen",
        "as",
        "blind",
        "person",
        "candidacy_no",
        "found",
        "shown",
        "was",
        "base",
        "correction",
        "hold",
        "told",
        "post",
    )
)
#: The versions of records, each in a field by its number.
_VERSION_OF = "of:"
_SECRETS = frozenset(("csrf_token", "again", "current", "code", "secret"))


def keep_unsent() -> str | None:
    """Keep the form of this request for the account whose session ended by itself.

    Returns
    -------
    str or None
        Where what was typed is shown again, to this account only; None if nothing was typed or nobody is known.
    """
    with unit_of_work() as db:
        actor = _whose(db)
        return None if actor is None else _kept(db, actor)


def keep_untrusted() -> str | None:
    """Keep the form of this request if its token was given to the same account in an earlier session, else None."""
    with unit_of_work() as db:
        actor = _whose(db)
        if actor is None or actor.account_id is None or not is_form_of(actor.account_id):
            return None
        return _kept(db, actor)


def page_of_form() -> str:
    """Return the page of ours that the form of this request stood on; "" if it is not known."""
    came = urlsplit(request.headers.get("HX-Current-URL") or request.referrer or "")
    if came.netloc != request.host or not came.path.startswith("/"):
        return ""
    return f"{came.path}?{came.query}" if came.query else came.path


def is_machine_field(name: str) -> bool:
    """Whether a field of a form is one that nobody types."""
    return name in _MACHINE_FIELDS or name.startswith(_VERSION_OF)


def _whose(db: Session) -> Actor | None:
    """Return who acts, or whose session has just ended by itself."""
    actor: Actor | None = g.get("actor")
    token = session.get(SESSION_KEY)
    if actor is None and isinstance(token, str):
        actor = accounts.actor_of_ended_session(db, token=token, now=now())
    return actor


def _kept(db: Session, actor: Actor) -> str | None:
    known, arguments = DRAFTED.get(request.endpoint or ""), request.view_args or {}
    # Of what is being changed, in the address or in the form; "" for something new.
    subject_no = str(next(iter(arguments.values()), request.form.get("vacancy_no", "")))[:40]
    try:
        if known is not None:
            kind, shown_at, read = known
            drafts.keep_draft(db, actor=actor, kind=kind, subject_no=subject_no, content=read(), now=now())
            return url_for(shown_at, **arguments) if isinstance(shown_at, str) else shown_at(subject_no)
        fields = [(name, value) for name, value in request.form.items(multi=True) if not is_secret_field(name)]
        if not any(value.strip() for name, value in fields if not is_machine_field(name)):
            return None
        form = UnsentForm(_address(), page_of_form(), fields, has_files=bool(request.files))
        key = keep_form(db, actor=actor, form=form, subject_no=subject_no, now=now())
    except InvalidInput:  # longer than any form of ours
        return None
    return url_for("unsent_pages.show", key=key)


def is_secret_field(name: str) -> bool:
    """Whether a field of a form is a password, a code or a token, which is never shown again."""
    return name in _SECRETS or "password" in name


def _address() -> str:
    """Return where the form was sent, without the key of an earlier attempt."""
    query: dict[str, list[str]] = {name: values for name, values in request.args.lists() if name != AGAIN}
    return url_for(request.endpoint or "", **{**query, **(request.view_args or {})})
