"""Which state a record may be registered in: verified and approved need a named person and a document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matching.vocabulary import RecordStatus, Text, VacancyStatus
from service.access import Actor, may, require
from service.usecases.accounts.holders import folded_name
from service.usecases.incoming.reports import SavedRecord, Severity
from service.usecases.workflow.signing import check_has_holder, signed_by_holder

__all__ = [
    "REQUIREMENTS",
    "SIGNATURE",
    "UNREAD_KEYS",
    "Attestation",
    "as_attested",
    "check_attester",
    "settle_record_status",
    "settle_vacancy_status",
    "signature_of",
    "vouched_for",
]

#: Key of a record that came from a file: the fields whose cells could not be read.
UNREAD_KEYS = "unread_keys"

_NEEDS_SIGNATURE = frozenset({VacancyStatus.APPROVED, VacancyStatus.SHORTLISTING})


@dataclass(frozen=True)
class Attestation:
    """Who vouches for the states in a file, and by which document.

    Parameters
    ----------
    signed_by : str or None
        The holder of the account that brings the file, and nobody else; None is the same, said without the name.
    document : str
    """

    signed_by: str | None
    document: str


def as_attested(actor: Actor, attestation: Attestation | None) -> Attestation | None:
    """Return who vouches for a whole file with the name of the account's holder.

    Raises
    ------
    Forbidden
        If the account may not attest files, or has no name.
    InvalidInput
        If it attests in the name of somebody else.
    """
    if attestation is None:
        return None
    require(actor, "attest_files")
    own = check_has_holder(actor)
    if attestation.signed_by is not None:
        signed_by_holder(actor, attestation.signed_by, place="attested_by")
    return Attestation(own, attestation.document)


def check_attester(actor: Actor, record: Mapping[str, Any], *, current: str | None = None) -> None:
    """Refuse one record that names somebody else than the account's holder as its attester.

    Parameters
    ----------
    actor : Actor
    record : mapping
    current : str or None
        Who attested the record before: to repeat that is no act.

    Raises
    ------
    Forbidden
        If the account has no name.
    InvalidInput
        Naming the right one.
    """
    named = record.get("attested_by")
    if named and named != current and may(actor, "attest_files"):
        signed_by_holder(actor, named, place="attested_by")


def vouched_for(actor: Actor, records: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """Return records without the attesters that they name, except the account's own holder who may attest.

    A file may say anything: its 已核验 and 已核定 count only when a named account that may attest files brings it, and
    in the name of nobody else.
    """
    own = folded_name(actor.holder_name) if actor.holder_name and may(actor, "attest_files") else None
    return [
        record
        if own is not None and folded_name(record.get("attested_by") or "") == own
        else {key: value for key, value in record.items() if key not in SIGNATURE}
        for record in records
    ]


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
    n_unread = _n_unread(record, saved, _READ_BY_RULES)
    if n_unread and RecordStatus.VERIFIED in {status, None if status else current}:
        saved.find("record_status", _UNREAD_PERSON.filled(n=n_unread), Severity.NOTE, remedy=_MEND_CELLS)
        # What is led somewhere else, such as a suspension, stays there.
        return {"record_status": RecordStatus.SUBMITTED} if current in {None, RecordStatus.VERIFIED} else {}
    if status is not RecordStatus.VERIFIED or current is RecordStatus.VERIFIED:
        return {key: record[key] for key in ("record_status", *SIGNATURE) if key in record}
    signature = signature_of(record, attestation)
    if signature is not None:
        return {"record_status": RecordStatus.VERIFIED, "verified_at": now, **signature}
    saved.find("record_status", _UNSIGNED_PERSON, Severity.LEFT_OUT)
    return {"record_status": RecordStatus.SUBMITTED} if current is None else {}


def settle_vacancy_status(
    record: Mapping[str, Any], *, current: VacancyStatus | None, attestation: Attestation | None, saved: SavedRecord
) -> dict[str, Any]:
    """Return the values about a vacancy's state that may be written; without a word it is approved if attested."""
    status = record.get("vacancy_status")
    signature = signature_of(record, attestation)
    if status is None and current is None:
        status = VacancyStatus.APPROVED if signature else VacancyStatus.SUBMITTED
    if status is None or status is current:
        return {key: record[key] for key in SIGNATURE if key in record}
    if status not in _NEEDS_SIGNATURE:
        return {"vacancy_status": status, **{key: record[key] for key in SIGNATURE if key in record}}
    n_unread = _n_unread(record, saved, REQUIREMENTS)
    if signature is not None and not n_unread:
        return {"vacancy_status": status, **signature}
    if n_unread:
        saved.find("vacancy_status", _UNREAD_VACANCY.filled(n=n_unread), Severity.NOTE, remedy=_MEND_CELLS)
    else:
        saved.find("vacancy_status", _UNSIGNED_VACANCY, Severity.LEFT_OUT)
    return {"vacancy_status": VacancyStatus.SUBMITTED} if current is None else {}


SIGNATURE = ("attested_by", "attested_document")
#: What the rules and the requirements of vacancies read of a person. No rule reads an id number or a wish, and a place
#: that is not known leaves its rules to be verified.
_READ_BY_RULES = frozenset(
    {
        "birth_date",
        "political_status",
        "party_join_date",
        "duty_health_ok",
        "negative_flags",
        "work_start_date",
        "retirement_month",
        "recruited_on",
        "student_leader",
        "months_outside",
        "residence_in_city",
        "return_intention",
        "education",
        "fulltime_education",
        "inservice_education",
        "degree",
        "fulltime_degree",
        "inservice_degree",
        "title",
        "employer_type",
        "industries",
        "industry_text",
        "years_in_industry",
        "skill_certificate",
        "households_led",
        "consent_matching",
    }
)
#: What a vacancy asks for, and what its rules are measured with.
REQUIREMENTS = frozenset(
    {
        "education_min",
        "degree_min",
        "majors",
        "political_req",
        "age_max",
        "work_years_min",
        "experience",
        "requirement_basis",
        "rule_profile",
        "term_months",
        "start_date",
        "industries",
        "village_needs",
    }
)


def _n_unread(record: Mapping[str, Any], saved: SavedRecord, read: frozenset[str]) -> int:
    """Count the fields among `read` that came with a value which could not be taken."""
    left_out = {finding.place for finding in saved.findings if finding.severity is Severity.LEFT_OUT}
    return len(read & {*record.get(UNREAD_KEYS, ()), *left_out})


def signature_of(record: Mapping[str, Any], attestation: Attestation | None) -> dict[str, str] | None:
    """Return who vouches for a record and by which document: its own word, else that for the whole file."""
    own = {key: record[key] for key in SIGNATURE if record.get(key)}
    if len(own) == len(SIGNATURE):
        return own
    if attestation is None:
        return None
    return {"attested_by": attestation.signed_by or "", "attested_document": attestation.document}


_NO_ERASURE = Text(
    "不能通过登记删除档案，请走删除流程。", "A record is not erased by registering it; use the erasure procedure."
)
_UNSIGNED_PERSON = Text(
    "“已核验”须由有核验权的账号提交，核验人须为该账号持有人本人，并附依据文件；未按已核验登记。",
    "'Verified' needs an account that may attest, its own holder as who verified it, and the document; not taken.",
)
_UNREAD_PERSON = Text(
    "有 {n} 个单元格未能读取，先不按已核验登记。", "{n} cells could not be read; not taken as verified for now."
)
_UNREAD_VACANCY = Text(
    "有 {n} 个要求单元格未能读取，先不按已核定登记。",
    "{n} cells of requirements could not be read; not taken as approved for now.",
)
_MEND_CELLS = Text("请改正这些单元格后再导入。", "Mend these cells and import again.")
_UNSIGNED_VACANCY = Text(
    "“已核定”“人选比选中”须由有核定权的账号提交，核定人须为该账号持有人本人，并附依据文件；未按该状态登记。",
    "'Approved' and 'shortlisting' need an account that may attest, its own holder as who approved it, and the "
    "document; not taken.",
)
