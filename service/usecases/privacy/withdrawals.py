"""Consents that were withdrawn: only a new consent with its paper brings one back, no file, edit or undo."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.models.audit import AuditEntry
from service.models.identity import WITH_ABSORBED
from service.models.people import Person
from service.models.privacy import Consent, ConsentText
from service.queries.merges import merged_into
from service.usecases.incoming.reports import SavedRecord, Severity

__all__ = ["CONSENT", "MATCHING", "has_withdrawn", "stays_withdrawn", "without_withdrawn"]

CONSENT = "consent_matching"
MATCHING = "matching"  # the purpose without which nobody is matched


def without_withdrawn(
    session: Session, record: Mapping[str, Any], *, person: Person | None, saved: SavedRecord
) -> Mapping[str, Any]:
    """Return a record without a consent, or a blank in its place, that meets the withdrawal of a known person.

    Parameters
    ----------
    session : Session
    record : mapping
    person : Person or None
        Whom it is about; None: somebody new.
    saved : SavedRecord
        Takes the finding.
    """
    if person is None or CONSENT not in record or record[CONSENT] in {False, person.consent_matching}:
        return record
    if not has_withdrawn(session, person.id):
        return record
    saved.find(CONSENT, _WITHDRAWN, Severity.LEFT_OUT, remedy=_ANEW)
    return {key: value for key, value in record.items() if key != CONSENT}


def stays_withdrawn(session: Session, row: object, name: str) -> bool:
    """Whether a field of a row is a consent that was withdrawn, which the undoing of an import leaves as it is."""
    return (
        name == CONSENT and isinstance(row, Person) and row.consent_matching is False and has_withdrawn(session, row.id)
    )


def has_withdrawn(session: Session, person_id: int) -> bool:
    """Whether a person, also under records merged into theirs, withdrew the consent to matching and gave no new one."""
    ids = merged_into(session, person_id)
    of_matching = select(Consent.recorded_at, Consent.withdrawn_on).join(Consent.text)
    rows = session.execute(of_matching.where(Consent.person_id.in_(ids), ConsentText.purpose == MATCHING)).all()
    given = [row.recorded_at for row in rows if row.withdrawn_on is None]
    withdrawn = _withdrawn_at(session, ids)
    return bool(withdrawn and max(withdrawn) > max(given)) if given else bool(rows or withdrawn)


def _withdrawn_at(session: Session, ids: Sequence[int]) -> list[datetime]:
    """Return when withdrawals were recorded; of a consent that was only ever noted in a record the log alone tells."""
    numbers = select(Person.person_no).where(Person.id.in_(ids))
    lines = select(AuditEntry.at, AuditEntry.detail).where(
        AuditEntry.subject_kind == "person",
        AuditEntry.subject_no.in_(session.scalars(numbers, execution_options={WITH_ABSORBED: True}).all()),
        AuditEntry.action == "withdraw_consent",
    )
    return [line.at for line in session.execute(lines) if line.detail.get("purpose") == MATCHING]


_WITHDRAWN = Text(
    "本人已撤回参加匹配的同意，此项未读取。", "The person has withdrawn the consent to matching: not taken."
)
_ANEW = Text(
    "本人重新同意的，请在档案“同意”中按新签的同意书登记。",
    "If the person agrees again, record the newly signed consent in their record.",
)
