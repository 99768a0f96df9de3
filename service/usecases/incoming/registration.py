"""Registering many records at once: what imports and the demo city come through."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.access import Actor, require
from service.queries.veils import hidden_people
from service.usecases.auditing import audit
from service.usecases.incoming import (
    saving_decisions,
    saving_people,
    saving_training,
    saving_vacancies,
    saving_villages,
)
from service.usecases.incoming.import_kinds import require_kind
from service.usecases.incoming.reports import SaveReport
from service.usecases.records.attestation import Attestation, as_attested, vouched_for
from service.usecases.records.negative_list import tell_left_out, without_entries
from service.usecases.records.provenance import Ledger, Origin, SourceKind
from service.usecases.records.submission_guards import tell_protected, without_protected

__all__ = [
    "Attestation",
    "SaveReport",
    "save_decisions",
    "save_people",
    "save_training",
    "save_vacancies",
    "save_villages",
]

Records = Sequence[Mapping[str, Any]]


def save_people(
    session: Session,
    *,
    actor: Actor,
    records: Records,
    now: datetime,
    attest: Attestation | None = None,
    origin: Origin | None = None,
) -> SaveReport:
    """Register people, or change those whose number (else id number) is known.

    Parameters
    ----------
    session : Session
    actor : Actor
    records : sequence of mapping
        Keys are attributes of a person, and names of places; an absent key leaves a known person's field as it is,
        None erases it.
    now : datetime
    attest : Attestation, optional
        Vouches for ``verified`` records that name no one themselves; without it they come in as submitted.
    origin : Origin, optional
        Where the values come from; the command line unless given.

    Returns
    -------
    SaveReport
        One line for each record; nobody is left out because of an admission rule.

    Raises
    ------
    Forbidden
        If the actor may not import.
    InvalidInput
        If a record has an unknown key.
    """
    require(actor, "import_files")
    attest = as_attested(actor, attest)
    records, left_out = without_entries(session, actor=actor, records=vouched_for(actor, records))
    report, _ = saving_people.save(
        session,
        records,
        actor=actor,
        now=now,
        attestation=attest,
        ledger=_ledger(session, actor=actor, origin=origin, now=now),
        hidden=hidden_people(session, actor=actor),
    )
    for place in left_out:
        tell_left_out(report.records[place])
    _record(session, actor=actor, subject="people", report=report, now=now)
    return report


def save_villages(
    session: Session, *, actor: Actor, records: Records, now: datetime, origin: Origin | None = None
) -> SaveReport:
    """Register villages, or change those whose code (else name within the township) is known.

    A provisional village takes the code of its row. Parameters and errors as in `save_people`.
    """
    require(actor, "import_files")
    report = saving_villages.save(
        session, records, now=now, ledger=_ledger(session, actor=actor, origin=origin, now=now)
    )
    _record(session, actor=actor, subject="villages", report=report, now=now)
    return report


def save_vacancies(
    session: Session,
    *,
    actor: Actor,
    records: Records,
    now: datetime,
    attest: Attestation | None = None,
    origin: Origin | None = None,
) -> SaveReport:
    """Register vacancies, or change those whose number is known.

    A new vacancy without a state is approved if attested, else submitted. Parameters and errors as in `save_people`.
    """
    require(actor, "import_files")
    attest = as_attested(actor, attest)
    records, protected = without_protected(vouched_for(actor, records))
    report = saving_vacancies.save(
        session,
        records,
        actor=actor,
        now=now,
        attestation=attest,
        ledger=_ledger(session, actor=actor, origin=origin, now=now),
    )
    for place, found in protected.items():
        tell_protected(report.records[place], found)
    _record(session, actor=actor, subject="vacancies", report=report, now=now)
    return report


def save_decisions(
    session: Session, *, actor: Actor, records: Records, now: datetime, origin: Origin | None = None
) -> SaveReport:
    """Register review decisions about known people and vacancies. Parameters and errors as in `save_people`.

    They are what cards learn from, so whoever concludes reviews brings them in; what a list of this service concluded
    is left as it is.
    """
    require_kind(actor, "decisions")
    report = saving_decisions.save(
        session, records, now=now, ledger=_ledger(session, actor=actor, origin=origin, now=now)
    )
    _record(session, actor=actor, subject="decisions", report=report, now=now)
    return report


def save_training(
    session: Session, *, actor: Actor, records: Records, now: datetime, origin: Origin | None = None
) -> SaveReport:
    """Register courses of known people, or change those that are registered. Parameters and errors as in `save_people`.

    The hours never change a person's own ``training_hours``; where they come to more, a finding says so.
    """
    require(actor, "import_files")
    report = saving_training.save(
        session, records, now=now, ledger=_ledger(session, actor=actor, origin=origin, now=now)
    )
    _record(session, actor=actor, subject="training", report=report, now=now)
    return report


def _ledger(session: Session, *, actor: Actor, origin: Origin | None, now: datetime) -> Ledger:
    return Ledger(session, origin or Origin.of(actor, SourceKind.CLI), now)


def _record(session: Session, *, actor: Actor, subject: str, report: SaveReport, now: datetime) -> None:
    audit.record(
        session,
        actor=actor,
        action=f"save_{subject}",
        subject_kind=subject,
        subject_no="",
        now=now,
        detail=report.as_detail(),
    )
    session.flush()
