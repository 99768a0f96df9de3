"""/api/v1/{people, vacancies, villages}/{number}/history: where each value of a record comes from."""

from flask import Response

from matching.vocabulary import Text
from schemas.provenance import HistorySchema
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.context import current_actor, reading
from service.usecases.records import histories

__all__ = ["resource"]

resource = Resource("histories", title=Text("来源与变更", "Sources and changes"), path="")

_HISTORY = HistorySchema()


@resource.operation(
    "GET", "/people/<path:person_no>/history", Text("一人的来源与变更", "History of a person"), answer=HistorySchema
)
def show_person_history(person_no: str) -> Response:
    """Answer with every change of a person, by field."""
    return _history("people", person_no)


@resource.operation(
    "GET",
    "/vacancies/<path:vacancy_no>/history",
    Text("一个岗位的来源与变更", "History of a vacancy"),
    answer=HistorySchema,
)
def show_vacancy_history(vacancy_no: str) -> Response:
    """Answer with every change of a vacancy, by field."""
    return _history("vacancies", vacancy_no)


@resource.operation(
    "GET",
    "/villages/<path:village_code>/history",
    Text("一个村的来源与变更", "History of a village"),
    answer=HistorySchema,
)
def show_village_history(village_code: str) -> Response:
    """Answer with every change of a village, by field."""
    return _history("villages", village_code)


def _history(kind: str, number: str) -> Response:
    with reading() as session:
        found = histories.history_of(session, actor=current_actor(), kind=kind, number=number)
    return Answer.of(_HISTORY.dump({"number": number, "fields_": found})).response()
