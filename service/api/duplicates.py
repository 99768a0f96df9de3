"""/api/v1/duplicates and merges: who is who."""

from typing import Any

from flask import Response, url_for
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from schemas.duplicates import (
    HintsSchema,
    MergeDoneSchema,
    MergeRequestSchema,
    MergeSchema,
    MergesQuerySchema,
    MergeUndoneSchema,
    PairDecisionSchema,
    PairSchema,
    PairsQuerySchema,
)
from schemas.people import PersonSchema
from service.api.acts import answered, answered_once
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.api.idempotency import once
from service.api.lists import page_answer, page_of, page_schema
from service.context import current_actor, now, reading
from service.usecases.identity import duplicate_hints, duplicates, merging, pair_decisions, parting

__all__ = ["duplicates_resource", "merges_resource", "people_resource"]

duplicates_resource = Resource("duplicates", title=Text("疑似重复", "Duplicates"))
people_resource = Resource("people_merges", title=Text("合并档案", "Merging records"), path="/people")
merges_resource = Resource("merges", title=Text("合并记录", "Merges"))

_PAIR, _HINTS, _DONE, _UNDONE = PairSchema(), HintsSchema(), MergeDoneSchema(), MergeUndoneSchema()
_MERGE = MergeSchema()


@duplicates_resource.operation(
    "GET",
    "",
    Text("列出疑似同一人的记录对", "List pairs of records that may be one person"),
    query=PairsQuerySchema,
    answer=page_schema(_PAIR),
)
def list_pairs(query: dict[str, Any]) -> Response:
    """Answer with one page of pairs, the likeliest first."""
    state = None if query["state"] == "all" else query["state"]
    with reading() as session:
        page = duplicates.list_pairs(
            session, actor=current_actor(), state=state, person_no=query.get("person_no"), **page_of(query)
        )
        return page_answer(page, _PAIR).response()


@duplicates_resource.operation(
    "POST",
    "/check",
    Text("登记前查重，不写入", "Before registering: who may this be? Nothing is written"),
    body=PersonSchema(partial=True),
    answer=HintsSchema,
)
def check_record(record: dict[str, Any]) -> Response:
    """Answer with the people of whom a record may speak."""
    with reading() as session:
        hints = duplicate_hints.duplicates_of(session, actor=current_actor(), record=record)
        return Answer.of(_HINTS.dump({"items": hints})).response()


@duplicates_resource.operation("GET", "/<int:pair_id>", Text("查看一对记录", "Show a pair"), answer=PairSchema)
def show_pair(pair_id: int) -> Response:
    """Answer with one pair."""
    return answered(duplicates.get_pair, _PAIR, pair_id=pair_id)


@duplicates_resource.operation(
    "POST",
    "/<int:pair_id>/decision",
    Text("认定同一人、不是同一人或稍后再定", "Say that a pair is one person, two people, or to be looked at later"),
    body=PairDecisionSchema,
    answer=PairSchema,
    headers=("Idempotency-Replayed",),
)
def decide_pair(wanted: dict[str, Any], pair_id: int) -> Response:
    """Keep what was decided; "different" is remembered by later searches."""
    return answered_once(pair_decisions.decide_pair, _PAIR, pair_id=pair_id, **wanted)


@people_resource.operation(
    "POST",
    "/<path:person_no>/merge",
    Text("把另一条记录并入本记录", "Merge another record into this one"),
    body=MergeRequestSchema,
    answer=MergeDoneSchema,
    status=201,
    headers=("Location", "Idempotency-Replayed"),
)
def merge_people(wanted: dict[str, Any], person_no: str) -> Response:
    """Merge field by field; both records are kept, and the merge can be undone at any time."""

    def work(session: Session) -> Answer:
        done = merging.merge_people(session, actor=current_actor(), survivor_no=person_no, now=now(), **wanted)
        location = url_for("api_people.show_person", person_no=done.survivor_no)
        return Answer.of(_DONE.dump(done), status=201, location=location)

    return once(work)


@merges_resource.operation(
    "GET",
    "",
    Text("列出合并，含已撤销的", "List merges, undone ones among them"),
    query=MergesQuerySchema,
    answer=page_schema(_MERGE),
)
def list_merges(query: dict[str, Any]) -> Response:
    """Answer with one page of merges, the newest first."""
    with reading() as session:
        page = merging.list_merges(session, actor=current_actor(), person_no=query.get("person_no"), **page_of(query))
        return page_answer(page, _MERGE).response()


@merges_resource.operation(
    "POST",
    "/<int:merge_id>/undo",
    Text("撤销合并", "Undo a merge"),
    answer=MergeUndoneSchema,
    headers=("Idempotency-Replayed",),
)
def undo_merge(merge_id: int) -> Response:
    """Part the two records: each field and each row is where it would be without the merge."""
    return answered_once(parting.undo_merge, _UNDONE, merge_id=merge_id)
