"""A form that is sent after its session has ended: it is kept as a draft of whose session it was."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import request, session, url_for

from service.context import SESSION_KEY, now, unit_of_work
from service.usecases import accounts, drafts

__all__ = ["DRAFTED", "keep_unsent"]

#: By the address that takes a form: the kind of its draft, where it is shown again, and what reads it.
DRAFTED: dict[str, tuple[str, str, Callable[[], Mapping[str, Any]]]] = {}


def keep_unsent() -> str | None:
    """Keep the form of this request, if it is one with drafts and its session ended by itself.

    Returns
    -------
    str or None
        Where the form is shown again.
    """
    token = session.get(SESSION_KEY)
    known = DRAFTED.get(request.endpoint or "")
    if known is None or not isinstance(token, str):
        return None
    kind, shown_at, read = known
    with unit_of_work() as db:
        actor = accounts.actor_of_ended_session(db, token=token, now=now())
        if actor is None:
            return None
        number = next(iter((request.view_args or {}).values()), "")  # of what is being changed; "" for something new
        drafts.keep_draft(db, actor=actor, kind=kind, subject_no=number, content=read(), now=now())
    return url_for(shown_at, **request.view_args or {})
