"""Which state a record may be registered in: verified and approved need a named person and a document."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matching.vocabulary import RecordStatus, Text, VacancyStatus
from service.usecases.reports import SavedRecord, Severity

__all__ = ["Attestation", "settle_record_status", "settle_vacancy_status"]

_NEEDS_SIGNATURE = frozenset({VacancyStatus.APPROVED, VacancyStatus.SHORTLISTING})


@dataclass(frozen=True)
class Attestation:
    """Who vouches for the states in a file, and by which document.

    Parameters
    ----------
    signed_by : str
    document : str
    """

    signed_by: str
    document: str


def settle_record_status(
    record: Mapping[str, Any],
    *,
    current: RecordStatus | None,
    attestation: Attestation | None,
    now: datetime,
    saved: SavedRecord,
) -> dict[str, Any]:
    """Return the values about a person's state that may be written.

    Parameters
    ----------
    record : mapping
    current : RecordStatus or None
        State of the person so far; None for a new one.
    attestation : Attestation or None
        Vouches for records that name nobody themselves.
    now : datetime
    saved : SavedRecord
        Takes the finding if ``verified`` is not taken.
    """
    status = record.get("record_status")
    if "record_status" in record and status is None:
        return {}
    if status is RecordStatus.ERASED and current is not RecordStatus.ERASED:
        saved.find("record_status", _NO_ERASURE, Severity.REFUSED)
        return {}
    if status is not RecordStatus.VERIFIED or current is RecordStatus.VERIFIED:
        return {key: record[key] for key in ("record_status", *_SIGNATURE) if key in record}
    signature = _signature(record, attestation)
    if signature is not None:
        return {"record_status": RecordStatus.VERIFIED, "verified_at": now, **signature}
    saved.find("record_status", _UNSIGNED_PERSON, Severity.LEFT_OUT)
    return {"record_status": RecordStatus.SUBMITTED} if current is None else {}


def settle_vacancy_status(
    record: Mapping[str, Any], *, current: VacancyStatus | None, attestation: Attestation | None, saved: SavedRecord
) -> dict[str, Any]:
    """Return the values about a vacancy's state that may be written; without a word it is approved if attested."""
    status = record.get("vacancy_status")
    signature = _signature(record, attestation)
    if status is None and current is None:
        status = VacancyStatus.APPROVED if signature else VacancyStatus.SUBMITTED
    if status is None or status is current:
        return {key: record[key] for key in _SIGNATURE if key in record}
    if status not in _NEEDS_SIGNATURE:
        return {"vacancy_status": status, **{key: record[key] for key in _SIGNATURE if key in record}}
    if signature is not None:
        return {"vacancy_status": status, **signature}
    saved.find("vacancy_status", _UNSIGNED_VACANCY, Severity.LEFT_OUT)
    return {"vacancy_status": VacancyStatus.SUBMITTED} if current is None else {}


_SIGNATURE = ("attested_by", "attested_document")


def _signature(record: Mapping[str, Any], attestation: Attestation | None) -> dict[str, str] | None:
    own = {key: record[key] for key in _SIGNATURE if record.get(key)}
    if len(own) == len(_SIGNATURE):
        return own
    if attestation is None:
        return None
    return {"attested_by": attestation.signed_by, "attested_document": attestation.document}


_NO_ERASURE = Text(
    "不能通过登记删除档案，请走删除流程。", "A record is not erased by registering it; use the erasure procedure."
)
_UNSIGNED_PERSON = Text(
    "“已核验”需要核验人和依据文件；未提供，未按已核验登记。",
    "'Verified' needs who verified it and the document; without them it was not taken.",
)
_UNSIGNED_VACANCY = Text(
    "“已核定”“人选比选中”需要核定人和依据文件；未提供，未按该状态登记。",
    "'Approved' and 'shortlisting' need who approved it and the document; without them the state was not taken.",
)
