"""What an account has begun and not sent, kept sealed on the server: it outlives a page, a session and a power cut."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor
from service.db import allocate_ids
from service.errors import InvalidInput
from service.models.workspaces import Draft

__all__ = ["KEPT_FOR", "KeptDraft", "drop_draft", "get_draft", "keep_draft"]

#: Drafts that nobody has touched for so long are dropped with the next one that is kept.
KEPT_FOR = timedelta(days=30)
_MOST_CHARACTERS = 400_000


@dataclass(frozen=True)
class KeptDraft:
    """What was begun, and when it was last changed."""

    content: dict[str, Any]
    changed_at: datetime


def keep_draft(
    session: Session, *, actor: Actor, kind: str, subject_no: str = "", content: Mapping[str, Any], now: datetime
) -> None:
    """Keep what the actor has begun, in place of what was kept before.

    Parameters
    ----------
    session : Session
    actor : Actor
        A named account; only it can have the draft back.
    kind : str
        What is being written.
    subject_no : str
        About whom; "" for something new.
    content : mapping
        Plain JSON values.
    now : datetime

    Raises
    ------
    InvalidInput
        If it is longer than any form.
    """
    written = json.dumps(dict(content), ensure_ascii=False)
    if len(written) > _MOST_CHARACTERS:
        raise InvalidInput(
            Text("内容过长，未能保存草稿。", "This is too long to be kept as a draft."),
            remedy=Text("请分次填写。", "Send it in parts."),
        )
    session.execute(delete(Draft).where(Draft.changed_at < now - KEPT_FOR))
    draft = _found(session, actor, kind, subject_no)
    if draft is None:
        (draft_id,) = allocate_ids(session, Draft.__tablename__)
        draft = Draft(id=draft_id, account_id=actor.account_id, kind=kind, subject_no=subject_no)
        session.add(draft)
    draft.content, draft.changed_at = written, now
    session.flush()


def get_draft(session: Session, *, actor: Actor, kind: str, subject_no: str = "") -> KeptDraft | None:
    """Return what the actor has begun; None if nothing is kept."""
    draft = _found(session, actor, kind, subject_no)
    if draft is None:
        return None
    content: dict[str, Any] = json.loads(draft.content or "{}")
    return KeptDraft(content, draft.changed_at)


def drop_draft(session: Session, *, actor: Actor, kind: str, subject_no: str = "") -> None:
    """Forget what the actor has begun."""
    draft = _found(session, actor, kind, subject_no)
    if draft is not None:
        session.delete(draft)
        session.flush()


def _found(session: Session, actor: Actor, kind: str, subject_no: str) -> Draft | None:
    if actor.account_id is None:
        return None
    own = (Draft.account_id == actor.account_id, Draft.kind == kind, Draft.subject_no == subject_no)
    return session.scalars(select(Draft).where(*own)).first()
