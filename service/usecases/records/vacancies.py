"""Vacancies: the list, one vacancy, registering and correcting it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from matching.vocabulary import Text, VacancyStatus
from service.access import Actor, may, require
from service.access.masking import hides_holders
from service.errors import NotFound
from service.models.vacancies import Vacancy
from service.queries.pages import read_page
from service.queries.place_pages import VACANCIES, vacancy_by_number
from service.queries.vacancies import requirements_of, wishes_of
from service.usecases.auditing import audit
from service.usecases.incoming import saving_vacancies
from service.usecases.paging import Page
from service.usecases.records.attestation import check_attester, signature_of, vouched_for
from service.usecases.records.claimed_states import check_claim, check_start, creator_of
from service.usecases.records.provenance import Ledger, Origin, SourceKind
from service.usecases.records.single_records import (
    check_number,
    check_version,
    not_found,
    record_edit,
    refuse_findings,
    stale_as_precondition,
    taken,
)
from service.usecases.records.submission_guards import VACANCY_SUBMISSION, check_requirements

__all__ = ["Asked", "asked_by", "edit_vacancy", "get_vacancy", "list_vacancies", "register_vacancy"]

_LABEL = Text("岗位", "vacancy")


def list_vacancies(
    session: Session,
    *,
    actor: Actor,
    filters: Mapping[str, Any] | None = None,
    sort: str | None = None,
    page: int = 1,
    page_size: int = 20,
) -> Page[Vacancy]:
    """Return one page of vacancies.

    Filters: ``post_type``, ``vacancy_status``, ``is_open``, ``county_code``, ``township_code``, ``village_code``,
    ``industry`` (one term), ``vacancy_no``, ``is_thin`` (open, and fewer than three people are eligible). Orders:
    ``vacancy_no`` (default), ``updated_at``, ``post_type``, ``vacancy_status``, ``deadline_on``, ``start_date``,
    ``is_open`` (those first), ``n_eligible`` (as the last ranking told); ``-`` in front: descending, the undated and
    unranked last either way.

    Raises
    ------
    InvalidInput
        If a filter, an order or the page is unknown or out of range.
    """
    require(actor, "read_vacancies")
    items, total = read_page(session, VACANCIES, filters=filters, sort=sort, page=page, page_size=page_size)
    return Page(items, total, page, page_size)


def get_vacancy(session: Session, *, actor: Actor, vacancy_no: str) -> Vacancy:
    """Return one vacancy.

    Raises
    ------
    NotFound
        If no vacancy has this number.
    """
    require(actor, "read_vacancies")
    found = _found(session, vacancy_no)
    if hides_holders(actor):
        set_committed_value(found, "attested_by", None)  # read so, never written
    return found


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a vacancy asks beyond the rulebook: rules with a cited basis, and wishes that exclude nobody."""

    rules: tuple[Text, ...]
    wishes: tuple[Text, ...]


def asked_by(vacancy: Vacancy) -> Asked:
    """Tell a vacancy's own rules and its wishes apart."""
    return Asked(rules=requirements_of(vacancy), wishes=wishes_of(vacancy))


def register_vacancy(
    session: Session,
    *,
    actor: Actor,
    record: Mapping[str, Any],
    now: datetime,
    via: SourceKind = SourceKind.API,
) -> Vacancy:
    """Register a new vacancy; without a number one is generated, without a state it is submitted.

    Raises
    ------
    Conflict
        If the number is registered already.
    InvalidInput
        If it has no village, or a value cannot be taken, such as ``approved`` without a signature.
    """
    ledger = Ledger(session, Origin.of(actor, via), now)
    require(actor, "edit_vacancies")
    number = record.get("vacancy_no")
    if number and vacancy_by_number(session, number) is not None:
        raise taken(_LABEL, number, place="vacancy_no")
    check_attester(actor, record)
    claimed = _claimed(actor, record)
    check_claim(actor, machine="vacancy", place="vacancy_status", state=claimed, creator=actor.username)
    report = saving_vacancies.save(
        session, vouched_for(actor, [record]), actor=actor, now=now, attestation=None, ledger=ledger
    )
    (saved,) = report.records
    refuse_findings(saved)
    audit.record(
        session,
        actor=actor,
        action="register_vacancy",
        subject_kind="vacancy",
        subject_no=saved.number,
        now=now,
        detail={"n_provisional_places": len(report.provisional_places)},
    )
    session.flush()
    made = _found(session, saved.number)
    _check_start(session, made, actor=actor, before=None, now=now)
    return made


def edit_vacancy(
    session: Session,
    *,
    actor: Actor,
    vacancy_no: str,
    record: Mapping[str, Any],
    expected_version: int,
    now: datetime,
    via: SourceKind = SourceKind.API,
) -> Vacancy:
    """Change the fields that a record names; None erases one.

    An approved vacancy whose conditions or headcount change is submitted again, for a new approval.

    Raises
    ------
    NotFound
        If no vacancy has this number.
    PreconditionFailed
        If the vacancy is no longer at `expected_version`.
    InvalidInput
        If a value cannot be taken.
    Conflict
        If a condition may never be one, or the state cannot be claimed.
    """
    ledger = Ledger(session, Origin.of(actor, via), now)
    require(actor, "edit_vacancies")
    vacancy = _found(session, vacancy_no)
    check_version(session, vacancy, kind="vacancy", number=vacancy_no, expected=expected_version)
    check_number(record, key="vacancy_no", number=vacancy_no)
    check_attester(actor, record, current=vacancy.attested_by)
    (vouched,) = vouched_for(actor, [{**record, "vacancy_no": vacancy_no}])
    check_claim(
        actor,
        machine="vacancy",
        place="vacancy_status",
        state=record.get("vacancy_status"),
        current=vacancy.vacancy_status,
        creator=creator_of(session, "vacancy", vacancy.id),
        is_signed=signature_of(vouched, None) is not None,
    )
    before = vacancy.vacancy_status
    with stale_as_precondition(vacancy_no):
        report = saving_vacancies.save(session, [vouched], actor=actor, now=now, attestation=None, ledger=ledger)
    (saved,) = report.records
    refuse_findings(saved)
    record_edit(
        session,
        actor=actor,
        kind="vacancy",
        number=vacancy_no,
        version=vacancy.version,
        changed=saved.changed,
        now=now,
    )
    session.expire(vacancy)
    _check_start(session, vacancy, actor=actor, before=before, now=now)
    return _found(session, vacancy_no)


def _claimed(actor: Actor, record: Mapping[str, Any]) -> Any:
    """Return the state that a new vacancy is to begin in: one that is attested and says nothing, in ``approved``."""
    said = record.get("vacancy_status")
    is_attested = record.get("attested_by") and record.get("attested_document") and may(actor, "attest_files")
    return VacancyStatus.APPROVED if said is None and is_attested else said


def _check_start(
    session: Session, vacancy: Vacancy, *, actor: Actor, before: VacancyStatus | None, now: datetime
) -> None:
    check_start(
        session, actor=actor, machine="vacancy", row=vacancy, number=vacancy.vacancy_no, state=vacancy.vacancy_status,
        before=before, guards=VACANCY_SUBMISSION, now=now,
    )  # fmt: skip
    if vacancy.vacancy_status is not VacancyStatus.DRAFT:
        check_requirements(session, vacancy, now=now)


def _found(session: Session, vacancy_no: str) -> Vacancy:
    vacancy = vacancy_by_number(session, vacancy_no)
    if vacancy is None:
        raise _unknown(session, vacancy_no)
    return vacancy


def _unknown(session: Session, vacancy_no: str) -> NotFound:
    known = {number.casefold(): number for number in session.scalars(select(Vacancy.vacancy_no))}
    refusal = not_found(_LABEL, vacancy_no, place="vacancy_no")
    near = [known[number] for number in get_close_matches(vacancy_no.casefold(), known, n=3)]
    if near:
        refusal.remedy = Text(f"是否 {'、'.join(near)}？", f"Did you mean {', '.join(near)}?")
    return refusal
