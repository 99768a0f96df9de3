"""Forms that reached the service when it could not take them: kept sealed for their account, for a few days."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.access import Actor
from service.models.workspaces import Draft
from service.usecases.records.drafts import get_draft, keep_draft

__all__ = ["FORM_KEPT_FOR", "UnsentForm", "drop_form", "get_form", "keep_form"]

#: A weekend and a day: whoever comes back to work finds what was written before.
FORM_KEPT_FOR = timedelta(days=3)
_KIND = "unsent."
_KEY_LENGTH = 20


@dataclass(frozen=True)
class UnsentForm:
    """What was sent, where to, and where it was written.

    Parameters
    ----------
    address : str
        Of the service, that takes the form.
    page : str
        Of the service, that shows the form; "" where it is not known.
    fields : sequence of (str, str)
        Names and values in the order of the form; a name may come again.
    has_files : bool, optional
        Whether files were sent with it: they are not kept.
    """

    address: str
    page: str
    fields: Sequence[tuple[str, str]]
    has_files: bool = False


def keep_form(session: Session, *, actor: Actor, form: UnsentForm, subject_no: str = "", now: datetime) -> str:
    """Keep a form for its account and return the key under which only this account finds it again.

    Parameters
    ----------
    session : Session
    actor : Actor
        A named account.
    form : UnsentForm
        Without passwords, codes and tokens.
    subject_no : str, optional
        Of the record that it is about, so that it goes with the record.
    now : datetime

    Raises
    ------
    InvalidInput
        If it is longer than any form.
    """
    session.execute(delete(Draft).where(Draft.kind.startswith(_KIND), Draft.changed_at < now - FORM_KEPT_FOR))
    key = sha256(repr((form.address, list(form.fields))).encode()).hexdigest()[:_KEY_LENGTH]
    kind = _KIND + key
    keep_draft(session, actor=actor, kind=kind, subject_no=subject_no[:40], content=asdict(form), now=now)
    return key


def get_form(session: Session, *, actor: Actor, key: str, now: datetime) -> UnsentForm | None:
    """Return a form that the actor sent; None if nothing is kept for this account under the key."""
    subject_no = session.scalar(
        select(Draft.subject_no).where(
            Draft.account_id == actor.account_id,
            Draft.kind == _KIND + key,
            Draft.changed_at >= now - FORM_KEPT_FOR,
        )
    )
    if subject_no is None:
        return None
    kept = get_draft(session, actor=actor, kind=_KIND + key, subject_no=subject_no)
    return None if kept is None else _form_of(kept.content)


def drop_form(session: Session, *, actor: Actor, key: str) -> None:
    """Forget a form of the actor; one that is not there is no error."""
    session.execute(delete(Draft).where(Draft.account_id == actor.account_id, Draft.kind == _KIND + key))
    session.flush()


def _form_of(content: Mapping[str, object]) -> UnsentForm:
    pairs = content["fields"]
    assert isinstance(pairs, list)  # noqa: S101 - as `keep_form` wrote it
    return UnsentForm(
        address=str(content["address"]),
        page=str(content["page"]),
        fields=[(str(name), str(value)) for name, value in pairs],
        has_files=bool(content["has_files"]),
    )
