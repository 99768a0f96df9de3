"""Erasing by two people, where the department wants it: one officer asks, another confirms or refuses with a reason."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from matching.vocabulary import RecordStatus, Text
from service.access import Actor, require
from service.db import allocate_ids
from service.errors import Change, Conflict, Forbidden, InvalidInput, VersionConflict
from service.models.people import Person
from service.models.privacy import ErasureRequest
from service.models.villages import Village
from service.queries.merges import lock_people, merged_into
from service.settings.retention import RetentionSettings
from service.usecases.auditing import audit
from service.usecases.paging import Page
from service.usecases.pending.announcing import announce
from service.usecases.pending.work_counts import Pending, counted
from service.usecases.privacy.erasure_grounds import ground_of, refuse_kept, refuse_who_let_go
from service.usecases.privacy.masks import seen_person
from service.usecases.records.people import find_person

__all__ = [
    "confirm_request",
    "count_requests",
    "list_requests",
    "open_request",
    "page_of_requests",
    "refuse_erasure",
    "request_erasure",
    "takes_two_refusal",
]

_LONGEST = 500
_UNCONFIRMED_FOR = timedelta(days=7)
_WAITING = (
    ErasureRequest.state == "open",
    ErasureRequest.person.has(Person.record_status != RecordStatus.ERASED),
)


def request_erasure(
    session: Session,
    *,
    actor: Actor,
    person_no: str,
    document: str,
    settings: RetentionSettings,
    now: datetime,
    on_request: bool = False,
) -> ErasureRequest:
    """Ask to have a record erased; nothing is gone until another officer confirms it.

    Parameters and errors as of `service.usecases.privacy.erasing.erase_person`; besides:

    Raises
    ------
    Conflict
        If somebody asks for it already.
    """
    require(actor, "erase_people")
    if not document.strip():
        raise _wanting("document", Text("缺少删除依据。", "The document that the erasure rests on is missing."))
    person = find_person(session, actor=actor, person_no=person_no)
    ids = merged_into(session, person.id)
    lock_people(session, ids)
    refuse_kept(session, person, ids, actor=actor, now=now)
    refuse_who_let_go(session, ids, actor=actor, number=person.person_no)
    if not on_request:
        ground_of(session, ids, number=person_no, settings=settings, now=now)
    if (known := _open(session, person)) is not None:
        raise VersionConflict(
            Text(f"{known.requested_by} 已申请删除 {person_no}。", f"{known.requested_by} asks to erase {person_no}."),
            remedy=Text("请由申请人以外的人确认或驳回。", "Somebody else confirms or refuses it."),
            place="person_no",
            value=person_no,
            changes=[_asked(known)],
        )
    (number,) = allocate_ids(session, ErasureRequest.__tablename__)
    asked = ErasureRequest(
        id=number, person_id=person.id, on_request=on_request, requested_by=actor.username, requested_at=now,
        state="open",
    )  # fmt: skip
    session.add(asked)
    asked.document = document.strip()
    _record(session, asked, "request_erasure", person.person_no, actor=actor, now=now)
    announce(
        session, topic="erasure_requested", subject_no=str(asked.id), rights=["erase_people"], actor=actor, now=now,
        village_code=_village_code(session, person),
    )  # fmt: skip
    return asked


def refuse_erasure(session: Session, *, actor: Actor, person_no: str, reason: str, now: datetime) -> ErasureRequest:
    """Refuse what somebody asks for, or take back what one asked for oneself; the record stays.

    Raises
    ------
    Conflict
        If nobody asks for it.
    InvalidInput
        If no reason is given.
    """
    require(actor, "erase_people")
    person = find_person(session, actor=actor, person_no=person_no)
    lock_people(session, [person.id])
    return _decide(session, person, "refused", actor=actor, reason=reason, now=now)


def confirm_request(session: Session, person: Person, *, actor: Actor, reason: str, now: datetime) -> ErasureRequest:
    """Confirm what another officer asks for; whoever erases calls this before anything is gone.

    Raises
    ------
    Conflict
        If nobody asks for it.
    Forbidden
        If the actor asked for it.
    InvalidInput
        If no reason is given.
    """
    asked = _open(session, person)
    if asked is not None and asked.requested_by == actor.username:
        raise Forbidden(
            Text("删除须由申请人以外的人确认。", "Whoever asks for an erasure does not confirm it."),
            remedy=Text("请由另一名组织部人员确认。", "Another officer has to."),
            place="person_no",
            value=person.person_no,
        )
    return _decide(session, person, "confirmed", actor=actor, reason=reason, now=now)


def open_request(session: Session, *, actor: Actor, person_no: str) -> ErasureRequest | None:
    """Return what is asked for, None if nothing is."""
    require(actor, "read_retention")
    return _open(session, find_person(session, actor=actor, person_no=person_no))


def list_requests(session: Session, *, actor: Actor) -> list[ErasureRequest]:
    """Return the requests that wait in the actor's territory, the oldest first."""
    require(actor, "read_retention")
    query = select(ErasureRequest).options(joinedload(ErasureRequest.person)).where(*_WAITING)
    found = list(session.scalars(query.order_by(ErasureRequest.id)))
    numbers = [one.person.person_no for one in found]
    audit.record_views(session, actor=actor, numbers=numbers, action="list_erasure_requests")
    return found


def page_of_requests(
    session: Session, *, actor: Actor, page: int = 1, page_size: int = 50
) -> Page[tuple[ErasureRequest, Person]]:
    """Return one page of `list_requests`, each with its person as the actor may see them.

    Raises
    ------
    Forbidden
        If the actor may not read the clock.
    """
    require(actor, "read_retention")
    query = select(ErasureRequest).where(*_WAITING)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    wanted = query.options(joinedload(ErasureRequest.person)).order_by(ErasureRequest.id)
    found = session.scalars(wanted.offset((page - 1) * page_size).limit(page_size)).all()
    numbers = [one.person.person_no for one in found]
    audit.record_views(session, actor=actor, numbers=numbers, action="list_erasure_requests")
    items = [(one, seen_person(session, one.person, actor=actor)) for one in found]
    return Page(items, total, page, page_size)


def count_requests(session: Session, actor: Actor, now: datetime) -> Pending:
    """Count the erasures that another officer asks for, in the territory of the session's actor."""
    waiting = select(ErasureRequest.id).where(*_WAITING, ErasureRequest.requested_by != actor.username)
    return counted(session, waiting, ErasureRequest.requested_at < now - _UNCONFIRMED_FOR)


def takes_two_refusal(person_no: str) -> Conflict:
    """Return why one officer alone does not erase here."""
    return Conflict(
        Text(
            f"本单位规定删除须两人办理，{person_no} 不能由一人删除。",
            f"Erasing takes two people here: {person_no} is not erased by one.",
        ),
        remedy=Text(
            "请先申请删除，再由另一名组织部人员写明理由后确认。",
            "Ask for the erasure; another officer confirms it with a reason.",
        ),
        place="person_no",
        value=person_no,
    )


def _village_code(session: Session, person: Person) -> str | None:
    return session.scalar(select(Village.village_code).where(Village.id == person.home_village_id))


def _open(session: Session, person: Person) -> ErasureRequest | None:
    ids = merged_into(session, person.id)
    wanted = select(ErasureRequest).where(ErasureRequest.person_id.in_(ids), ErasureRequest.state == "open")
    return session.scalars(wanted.order_by(ErasureRequest.id)).first()


def _decide(
    session: Session, person: Person, state: str, *, actor: Actor, reason: str, now: datetime
) -> ErasureRequest:
    asked = _open(session, person)
    if asked is None:
        raise VersionConflict(
            Text(f"没有人申请删除 {person.person_no}。", f"Nobody asks to erase {person.person_no}."),
            remedy=Text("请刷新页面。", "Reload the page."),
            place="person_no",
            value=person.person_no,
            changes=_decided(session, person),
        )
    if not 0 < len(reason.strip()) <= _LONGEST:
        problem = Text(f"请写明理由（至多 {_LONGEST} 字）。", f"Say why, in {_LONGEST} characters.")
        raise _wanting("reason", problem)
    asked.state, asked.decided_by, asked.decided_at = state, actor.username, now
    asked.decision_reason = reason.strip()
    action = "confirm_erasure" if state == "confirmed" else "refuse_erasure"
    _record(session, asked, action, person.person_no, actor=actor, now=now)
    return asked


def _asked(known: ErasureRequest) -> Change:
    fields = {"document": (None, known.document)}
    return Change(at=known.requested_at, username=known.requested_by, fields=fields)


def _decided(session: Session, person: Person) -> list[Change]:
    """Return who decided last on a request to erase the person, and how."""
    ids = merged_into(session, person.id)
    settled = select(ErasureRequest).where(ErasureRequest.person_id.in_(ids), ErasureRequest.decided_at.is_not(None))
    last = session.scalars(settled.order_by(ErasureRequest.decided_at.desc(), ErasureRequest.id.desc())).first()
    if last is None or last.decided_at is None or last.decided_by is None:
        return []
    fields = {"decision": (None, last.state), "reason": (None, last.decision_reason)}
    return [Change(at=last.decided_at, username=last.decided_by, fields=fields)]


def _record(
    session: Session, asked: ErasureRequest, action: str, person_no: str, *, actor: Actor, now: datetime
) -> None:
    audit.record(
        session, actor=actor, action=action, subject_kind="person", subject_no=person_no, now=now,
        detail={"request": asked.id, "requested_by": asked.requested_by},
    )  # fmt: skip
    session.flush()


def _wanting(place: str, problem: Text) -> InvalidInput:
    return InvalidInput(problem, place=place, fields={place: [problem]})
