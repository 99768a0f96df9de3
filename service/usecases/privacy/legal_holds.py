"""Legal holds: records that have to be kept whatever the retention clock says."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import ALLOWED, Actor, Role, require
from service.access.actors import ROLE_LABELS
from service.db import allocate_ids
from service.errors import Conflict, Forbidden, InvalidInput
from service.models.accounts import Account
from service.models.privacy import LegalHold
from service.queries.merges import merged_into
from service.usecases.auditing import audit
from service.usecases.days import day_of
from service.usecases.privacy.hidden_words import hide_words, hides_identity
from service.usecases.records.people import get_person
from service.usecases.records.single_records import not_found

__all__ = ["holds_in_force", "lift_hold", "list_holds", "place_hold"]

_IN_ONE_QUERY = 500


def place_hold(
    session: Session,
    *,
    actor: Actor,
    person_no: str,
    reason: str,
    document: str,
    until_on: date | None,
    now: datetime,
) -> LegalHold:
    """Order that a person's record is kept.

    Parameters
    ----------
    session : Session
    actor : Actor
    person_no : str
    reason, document : str
        Why, and on which paper.
    until_on : date or None
        The last day; None: until it is lifted.
    now : datetime

    Raises
    ------
    InvalidInput
        If reason or document are missing, or the last day is past.
    """
    require(actor, "hold_records")
    _check_words(reason, document)
    if until_on is not None and until_on < day_of(now):
        raise InvalidInput(
            Text("截止日期已过。", "The last day is past."),
            remedy=Text("请改为今天或以后。", "Give today or a later day."),
            place="until_on",
            value=str(until_on),
        )
    person = get_person(session, actor=actor, person_no=person_no)
    (hold_id,) = allocate_ids(session, LegalHold.__tablename__)
    hold = LegalHold(
        id=hold_id, person_id=person.id, document=document, placed_by=actor.username, placed_at=now, until_on=until_on
    )
    session.add(hold)
    hold.reason = reason
    audit.record(
        session, actor=actor, action="place_hold", subject_kind="person", subject_no=person.person_no, now=now,
        detail={"hold": hold_id, "until_on": until_on.isoformat() if until_on else None},
    )  # fmt: skip
    session.flush()
    return hold


def lift_hold(session: Session, *, actor: Actor, person_no: str, hold_id: int, reason: str, now: datetime) -> LegalHold:
    """End a hold before its last day.

    Raises
    ------
    NotFound
        If this person has no such hold.
    Conflict
        If it was lifted already.
    Forbidden
        If somebody of another office placed it: what discipline officers keep, other officers do not let go.
    """
    require(actor, "hold_records")
    _check_words(reason, "-")
    person = get_person(session, actor=actor, person_no=person_no)
    hold = session.get(LegalHold, hold_id)
    if hold is None or hold.person_id not in merged_into(session, person.id):
        raise not_found(Text("保全", "hold"), str(hold_id), place="hold_id")
    if hold.lifted_at is not None:
        raise Conflict(Text("保全已经解除。", "The hold is lifted already."), place="hold_id", value=str(hold_id))
    _refuse_other_offices(session, hold, actor=actor)
    hold.lifted_by, hold.lifted_at, hold.lift_reason = actor.username, now, reason
    audit.record(
        session, actor=actor, action="lift_hold", subject_kind="person", subject_no=person.person_no, now=now,
        detail={"hold": hold_id},
    )  # fmt: skip
    session.flush()
    return hold


def _refuse_other_offices(session: Session, hold: LegalHold, *, actor: Actor) -> None:
    """Only who placed a hold, or shares the role in which it was placed, lifts it; of an account without role, all."""
    held = session.scalar(select(Account.roles).where(Account.username == hold.placed_by)) or ()
    offices = frozenset(Role(role) for role in held) & ALLOWED["hold_records"]
    if actor.username == hold.placed_by or not offices or offices & actor.roles:
        return
    names = [ROLE_LABELS[office] for office in sorted(offices)]
    raise Forbidden(
        Text(
            f"该保全由{'、'.join(name.zh for name in names)}（{hold.placed_by}）设定，须由其解除。",
            f"The hold was placed by {hold.placed_by} ({', '.join(name.en for name in names)}), who has to lift it.",
        ),
        remedy=Text("请与其联系。", "Ask there."),
        place="hold_id",
        value=str(hold.id),
    )


def list_holds(session: Session, *, actor: Actor, person_no: str) -> list[LegalHold]:
    """Return all holds on a person's record, also of records merged into it, the oldest first."""
    require(actor, "read_retention")
    person = get_person(session, actor=actor, person_no=person_no)
    ids = merged_into(session, person.id)
    found = list(session.scalars(select(LegalHold).where(LegalHold.person_id.in_(ids)).order_by(LegalHold.id)))
    if hides_identity(session, person, actor=actor):
        hide_words(found)
    return found


def holds_in_force(session: Session, person_ids: Collection[int], *, on: date) -> list[LegalHold]:
    """Return the holds that are in force on a day."""
    found: list[LegalHold] = []
    ids = sorted(person_ids)
    for start in range(0, len(ids), _IN_ONE_QUERY):
        wanted = select(LegalHold).where(
            LegalHold.person_id.in_(ids[start : start + _IN_ONE_QUERY]),
            LegalHold.lifted_at.is_(None),
            or_(LegalHold.until_on.is_(None), LegalHold.until_on >= on),
        )
        found += session.scalars(wanted.order_by(LegalHold.id))
    return found


def _check_words(reason: str, document: str) -> None:
    for place, value in (("reason", reason), ("document", document)):
        if not value.strip():
            raise InvalidInput(
                Text("缺少理由或文件。", "Reason or document is missing."),
                remedy=Text("请写明理由和文件号。", "Give the reason and the document."),
                place=place,
            )
