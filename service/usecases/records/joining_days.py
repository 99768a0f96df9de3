"""The day on which somebody joined the pools: kept once it is known, for the pace of the plan is measured by it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from matching.vocabulary import Text
from service.models.people import Person
from service.usecases.incoming.reports import SavedRecord, Severity

__all__ = ["completed_day", "tell_kept_day"]


def completed_day(record: Mapping[str, Any], person: Person | None) -> dict[str, date]:
    """Return the day of somebody who was registered by a release that kept none, if the record tells it."""
    day = record.get("registered_on")
    return {"registered_on": day} if day and person is not None and person.registered_on is None else {}


def tell_kept_day(record: Mapping[str, Any], person: Person | None, *, saved: SavedRecord) -> None:
    """Say that another day than is known of somebody is not taken; nobody is less verified by it."""
    given, known = record.get("registered_on"), person.registered_on if person else None
    if given is not None and known is not None and given != known:
        problem = Text(
            f"已登记的入库日期是 {known.isoformat()}，保持不变。",
            f"The day of joining is known as {known.isoformat()} and stays.",
        )
        saved.find("registered_on", problem, Severity.LEFT_OUT, remedy=_LEAVE_IT)


_LEAVE_IT = Text("请留空，或填原日期。", "Leave it empty, or give that day.")
