"""People of the talent pools: the list, one record, registering and correcting it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.outcomes import RuleOutcome
from matching.vocabulary import RecordStatus, Text
from service.access import Actor, require
from service.db import vault_of
from service.errors import Conflict
from service.models.people import Person
from service.queries.merges import absorbed_by_id_number
from service.queries.pages import read_page
from service.queries.people_pages import PEOPLE, person_by_number
from service.usecases.auditing import audit
from service.usecases.identity.duplicate_hints import hint_at_duplicates
from service.usecases.incoming import saving_people
from service.usecases.incoming.people_findings import ERASED, ERASED_REMEDY
from service.usecases.incoming.reports import Finding
from service.usecases.paging import Page
from service.usecases.privacy.masks import refuse_hidden_filters, seen_admission, seen_people, seen_person
from service.usecases.records.attestation import check_attester, signature_of, vouched_for
from service.usecases.records.claimed_states import check_claim, check_start, creator_of
from service.usecases.records.negative_list import FIELD, require_rights_of
from service.usecases.records.provenance import Ledger, Origin, SourceKind
from service.usecases.records.single_records import (
    check_number,
    check_version,
    person_not_found,
    record_edit,
    refuse_findings,
    stale_as_precondition,
    taken,
)
from service.usecases.records.submission_guards import RECORD_SUBMISSION
from service.usecases.territory import require_at_home

__all__ = ["Registration", "edit_person", "find_person", "get_person", "list_people", "register_person"]

_LABEL = Text("人员", "person")


@dataclass(frozen=True)
class Registration:
    """A person who was registered, and what the admission rules of the pool say.

    Parameters
    ----------
    person : Person
    admission : list of RuleOutcome
        A failing rule is shown; it decides nothing.
    findings : list of Finding
        What to look at, such as words for trades that nobody knows yet.
    """

    person: Person
    admission: list[RuleOutcome]
    findings: list[Finding]


def list_people(
    session: Session,
    *,
    actor: Actor,
    filters: Mapping[str, Any] | None = None,
    sort: str | None = None,
    page: int = 1,
    page_size: int = 20,
    now: datetime | None = None,  # noqa: ARG001 - every entry point has the moment at hand; a log of views needs it
) -> Page[Person]:
    """Return one page of people.

    Parameters
    ----------
    session : Session
    actor : Actor
    filters : mapping, optional
        ``talent_source``, ``record_status``, ``county_code``, ``township_code``, ``village_code``, ``industry`` (one
        term), ``education``, ``consent_matching``, ``person_no``; exactly ``id_number`` and ``phone``; ``name`` by
        characters, pinyin or initials.
    sort : str, optional
        ``person_no`` (default), ``name`` (by pinyin), ``updated_at``, ``talent_source`` or ``record_status``; ``-`` in
        front: descending.
    page, page_size : int

    Raises
    ------
    InvalidInput
        If a filter, an order or the page is unknown or out of range.
    """
    require(actor, "read_people")
    refuse_hidden_filters(filters, actor=actor, sort=sort)
    items, total = read_page(session, PEOPLE, filters=filters, sort=sort, page=page, page_size=page_size)
    asked = sorted(name for name, value in (filters or {}).items() if value is not None)
    numbers = [person.person_no for person in items]
    audit.record_views(session, actor=actor, numbers=numbers, action="list_people", detail={"filters": asked})
    return Page(seen_people(session, items, actor=actor), total, page, page_size)


def get_person(session: Session, *, actor: Actor, person_no: str) -> Person:
    """Return one person as the actor may see them.

    Raises
    ------
    NotFound
        If nobody has this number, or the actor may not look where they live.
    """
    return seen_person(session, find_person(session, actor=actor, person_no=person_no), actor=actor)


def find_person(session: Session, *, actor: Actor, person_no: str) -> Person:
    """Return one person's record itself, for other use cases; errors as in `get_person`."""
    require(actor, "read_people")
    person = _found(session, person_no)
    audit.record_view(session, actor=actor, kind="person", number=person.person_no)
    return person


def register_person(
    session: Session,
    *,
    actor: Actor,
    record: Mapping[str, Any],
    now: datetime,
    via: SourceKind = SourceKind.API,
) -> Registration:
    """Register a new person; without a number one is generated.

    Raises
    ------
    Conflict
        If the number or the id number is registered already.
    InvalidInput
        If a value cannot be taken, such as ``verified`` without a signature, or a place that is not clear.
    """
    ledger = Ledger(session, Origin.of(actor, via), now)
    require(actor, "edit_people")
    if record.get(FIELD):
        require_rights_of(actor, record)
    _refuse_known(session, record)
    check_attester(actor, record)
    check_claim(
        actor, machine="talent_record", place="record_status", state=record.get("record_status"), creator=actor.username
    )
    report, admissions = saving_people.save(
        session, vouched_for(actor, [record]), actor=actor, now=now, attestation=None, ledger=ledger
    )
    (saved,) = report.records
    refuse_findings(saved)
    hint_at_duplicates(session, report, actor=actor)
    audit.record(
        session,
        actor=actor,
        action="register_person",
        subject_kind="person",
        subject_no=saved.number,
        now=now,
        detail={"n_provisional_places": len(report.provisional_places)},
    )
    session.flush()
    person = _found(session, saved.number)
    _check_start(session, person, actor=actor, before=None, now=now)
    admission = seen_admission(session, person, admissions.outcomes_of(person.id), actor=actor)
    return Registration(seen_person(session, person, actor=actor), admission, saved.findings)


def edit_person(
    session: Session,
    *,
    actor: Actor,
    person_no: str,
    record: Mapping[str, Any],
    expected_version: int,
    now: datetime,
    via: SourceKind = SourceKind.API,
) -> Person:
    """Change the fields that a record names; None erases one.

    Raises
    ------
    NotFound
        If nobody has this number.
    PreconditionFailed
        If the record is no longer at `expected_version`.
    InvalidInput
        If a value cannot be taken.
    Forbidden
        If a field is not the actor's to write: the negative list is for discipline officers, all others are not.
    """
    ledger = Ledger(session, Origin.of(actor, via), now)
    require_rights_of(actor, record)
    person = _to_edit(session, person_no)
    check_version(session, person, kind="person", number=person_no, expected=expected_version)
    check_number(record, key="person_no", number=person_no)
    check_attester(actor, record, current=person.attested_by)
    (vouched,) = vouched_for(actor, [{**record, "person_no": person_no}])
    check_claim(
        actor,
        machine="talent_record",
        place="record_status",
        state=record.get("record_status"),
        current=person.record_status,
        creator=creator_of(session, "person", person.id),
        is_signed=signature_of(vouched, None) is not None,
    )
    before = person.record_status
    with stale_as_precondition(person_no):
        report, _ = saving_people.save(session, [vouched], actor=actor, now=now, attestation=None, ledger=ledger)
    (saved,) = report.records
    refuse_findings(saved)
    record_edit(
        session,
        actor=actor,
        kind="person",
        number=person_no,
        version=person.version,
        changed=saved.changed,
        now=now,
    )
    session.expire(person)
    _check_start(session, person, actor=actor, before=before, now=now)
    return seen_person(session, _found(session, person_no), actor=actor)


def _check_start(session: Session, person: Person, *, actor: Actor, before: RecordStatus | None, now: datetime) -> None:
    check_start(
        session, actor=actor, machine="talent_record", row=person, number=person.person_no,
        state=person.record_status, before=before, guards=RECORD_SUBMISSION, now=now,
    )  # fmt: skip


def _to_edit(session: Session, person_no: str) -> Person:
    person = _found(session, person_no)
    if person.person_no != person_no:
        raise Conflict(
            Text(f"{person_no} 已并入 {person.person_no}。", f"{person_no} has been merged into {person.person_no}."),
            remedy=Text(f"请修改 {person.person_no}。", f"Change {person.person_no}."),
            place="person_no",
            value=person_no,
        )
    require_at_home(session, person)
    if person.record_status is RecordStatus.ERASED:
        raise Conflict(ERASED, remedy=ERASED_REMEDY, place="person_no", value=person_no)
    return person


def _found(session: Session, person_no: str) -> Person:
    person = person_by_number(session, person_no)
    if person is None:
        raise person_not_found(session, person_no)
    return person


def _refuse_known(session: Session, record: Mapping[str, Any]) -> None:
    number = record.get("person_no")
    if number and person_by_number(session, number) is not None:
        raise taken(_LABEL, number, place="person_no")
    indexes = vault_of(session).blind_indexes("people.id_number", record.get("id_number"))
    if not indexes:
        return
    known = session.scalars(select(Person.person_no).where(Person.id_number_index.in_(indexes))).first()
    merged = absorbed_by_id_number(session, indexes)
    if known is None and merged:
        known = next(iter(merged.values())).person_no
    if known is not None:
        raise Conflict(
            Text(f"该身份证号已登记，人员编号 {known}。", f"This id number is registered already, as {known}."),
            remedy=Text("请修改已有记录，不要重复登记。", "Change the existing record instead of registering twice."),
            place="id_number",
        )
