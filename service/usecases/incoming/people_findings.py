"""Findings about records that may be of one person."""

from matching.vocabulary import RecordStatus, Text
from service.models.people import Person
from service.usecases.incoming.reports import SavedRecord, Severity

__all__ = [
    "ERASED",
    "ERASED_REMEDY",
    "note_somebody_else",
    "refuse_erased",
    "said_twice",
    "same_id_number",
    "same_id_number_as",
]


def refuse_erased(saved: SavedRecord, person: Person | None) -> None:
    """Refuse what is to be written under the number of somebody whose record was erased."""
    if person is not None and person.record_status is RecordStatus.ERASED:
        saved.find("person_no", ERASED, Severity.REFUSED, remedy=ERASED_REMEDY)


def note_somebody_else(saved: SavedRecord) -> None:
    """Say that what was verified is of somebody else now, as far as the record tells."""
    saved.find("person_no", _SOMEBODY_ELSE, Severity.NOTE, remedy=_WHO_REMEDY)


def said_twice(index: int) -> Text:
    """Return the finding about a record of somebody whom another record of the same call names."""
    return Text(
        f"与第{index + 1}条记录是同一个人，未重复登记。",
        f"The same person as record {index + 1}; not registered twice.",
    )


def same_id_number(person_no: str) -> Text:
    """Return the finding about an id number that somebody else is registered with."""
    return Text(
        f"身份证号与 {person_no} 相同，两条都已保留，请核对是否同一人。",
        f"The same id number as {person_no}; both are kept, please check whether it is one person.",
    )


def same_id_number_as(index: int) -> Text:
    """Return the finding about an id number that another record of the same call has."""
    return Text(
        f"身份证号与第{index + 1}条记录相同，两条都已保留，请核对是否同一人。",
        f"The same id number as record {index + 1}; both are kept, please check whether it is one person.",
    )


_SOMEBODY_ELSE = Text(
    "姓名、身份证号、出生年月或人才类别与已核验的登记不同，档案改为待核验。",
    "Name, id number, birth date or pool differ from the verified record, which has to be verified again.",
)
_WHO_REMEDY = Text(
    "请核对人员编号是否填错；确为同一人的，重新核验。",
    "Check the person number; if it is the same person, verify the record again.",
)
ERASED = Text(
    "该编号的档案已删除，不能再写入。", "The record of this number was erased; nothing is written there again."
)
ERASED_REMEDY = Text(
    "本人重新同意的，请不填人员编号，作为新人员登记。",
    "If the person consents anew, register them as somebody new, without this number.",
)
