"""/api/v1/{people, vacancies, villages}/{number}/history: where each value of a record comes from."""

from flask import Response

from matching.vocabulary import Text
from schemas.provenance import HistorySchema
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.context import current_actor, reading
from service.usecases import histories

__all__ = ["resource"]

resource = Resource("histories", title=Text("来源与变更", "Sources and changes"), path="")

_HISTORY = HistorySchema()


@resource.operation(
    "GET", "/people/<path:number>/history", Text("一人的来源与变更", "History of a person"), answer=HistorySchema
)
def show_person_history(number: str) -> Response:
    """Answer with every change of a person, by field."""
    return _history("people", number)


@resource.operation(
    "GET",
    "/vacancies/<path:number>/history",
    Text("一个岗位的来源与变更", "History of a vacancy"),
    answer=HistorySchema,
)
def show_vacancy_history(number: str) -> Response:
    """Answer with every change of a vacancy, by field."""
    return _history("vacancies", number)


@resource.operation(
    "GET", "/villages/<path:number>/history", Text("一个村的来源与变更", "History of a village"), answer=HistorySchema
)
def show_village_history(number: str) -> Response:
    """Answer with every change of a village, by field."""
    return _history("villages", number)


def _history(kind: str, number: str) -> Response:
    with reading() as session:
        found = histories.history_of(session, actor=current_actor(), kind=kind, number=number)
    return Answer.of(_HISTORY.dump({"number": number, "fields_": found})).response()
