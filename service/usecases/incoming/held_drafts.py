"""Records of files that may not be submitted yet: they come in as drafts, and what is missing is told."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from matching.vocabulary import RecordStatus, Text
from service.models.people import Person
from service.usecases.incoming.reports import SavedRecord, Severity
from service.usecases.records.submission_guards import lacks_consent, lacks_id_number
from service.workflow import workflow_in_force

__all__ = ["LOOKS", "held_back", "submission_conditions"]


class _Look(NamedTuple):
    place: str
    lacks: Callable[[Any], Text | None]
    remedy: Text


#: How a file is looked at for each condition of being submitted; nobody gives a reason for an exception in one.
LOOKS: Mapping[str, _Look] = {
    "consent_recorded": _Look(
        "consent_matching",
        lacks_consent,
        Text(
            "先存为草稿；请登记本人同意后再提交，或补填此列后重新导入。",
            "Kept as a draft: record the consent and submit it, or fill in this column and import again.",
        ),
    ),
    "id_number_sound": _Look(
        "id_number",
        lacks_id_number,
        Text(
            "先存为草稿；请补填后重新导入，或在档案中补填、写明例外理由后提交。",
            "Kept as a draft: fill it in and import again, or submit the record by hand, with number or reason.",
        ),
    ),
}


def submission_conditions(*, is_known: bool) -> tuple[str, ...]:
    """Return the conditions of leading a draft on to submitted, or, of somebody new, of beginning there."""
    declared = workflow_in_force().machines["talent_record"]
    way = declared.find("draft", "submitted") if is_known else None
    return tuple(way.guards if way else declared.start_guards.get("submitted", ()))


def held_back(values: Mapping[str, Any], *, person: Person | None, saved: SavedRecord) -> dict[str, Any]:
    """Return the state draft for a record that may not be submitted yet; nothing where its state may stay as it is.

    Parameters
    ----------
    values : mapping
        What is to be written of the record.
    person : Person or None
        The known one; None: somebody new.
    saved : SavedRecord
        Takes a finding for each thing that is missing, and whether the record is a draft afterwards.
    """
    current = person.record_status if person is not None else RecordStatus.DRAFT
    state = values.get("record_status", current)
    held: dict[str, Any] = {}
    if state is RecordStatus.SUBMITTED and current is RecordStatus.DRAFT:
        for name in submission_conditions(is_known=person is not None):
            look = LOOKS[name]
            problem = look.lacks(values.get(look.place, getattr(person, look.place, None)))
            if problem is not None:
                saved.find(look.place, problem, Severity.TO_COMPLETE, remedy=look.remedy)
                held = {"record_status": RecordStatus.DRAFT}
    saved.is_draft = (held or values).get("record_status", current) is RecordStatus.DRAFT
    return held
