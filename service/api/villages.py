"""/api/v1/villages: the villages and communities of the city."""

from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from schemas.villages import VillageQuerySchema, VillageSchema
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.api.etags import conditional, expected_version
from service.api.idempotency import once
from service.api.lists import filters_of, page_answer, page_of, page_schema
from service.api.records import created, shown
from service.context import current_actor, now, reading
from service.usecases.records import villages

__all__ = ["resource"]

resource = Resource("villages", title=Text("村（社区）", "Villages and communities"))

_VILLAGE = VillageSchema()
_CHANGES = VillageSchema(partial=True)


@resource.operation("GET", "", Text("列出村", "List villages"), query=VillageQuerySchema, answer=page_schema(_VILLAGE))
def list_villages(query: dict[str, Any]) -> Response:
    """Answer with one page of villages."""
    with reading() as session:
        page = villages.list_villages(
            session, actor=current_actor(), filters=filters_of(query), sort=query["sort"], **page_of(query)
        )
        return page_answer(page, _VILLAGE).response()


@resource.operation(
    "POST",
    "",
    Text("登记一村", "Register a village"),
    body=_VILLAGE,
    answer=_VILLAGE,
    status=201,
    headers=("Location", "ETag", "Idempotency-Replayed"),
)
def register_village(record: dict[str, Any]) -> Response:
    """Register a village; its county and township are registered with it if nobody knows them."""

    def work(session: Session) -> Answer:
        village = villages.register_village(session, actor=current_actor(), record=record, now=now())
        location = url_for("api_villages.show_village", village_code=village.village_code)
        return created(village, _VILLAGE, location=location)

    return once(work)


@resource.operation("GET", "/<village_code>", Text("查看一村", "Show a village"), answer=_VILLAGE, headers=("ETag",))
def show_village(village_code: str) -> Response:
    """Answer with one village."""
    with reading() as session:
        village = villages.get_village(session, actor=current_actor(), village_code=village_code)
        answer = shown(village, _VILLAGE)
    return conditional(answer.response())


@resource.operation(
    "PATCH",
    "/<village_code>",
    Text("修改一村的若干字段", "Change some fields of a village"),
    body=_CHANGES,
    answer=_VILLAGE,
    headers=("ETag", "Idempotency-Replayed"),
)
def edit_village(record: dict[str, Any], village_code: str) -> Response:
    """Change the fields that are named; null erases one."""
    version = expected_version(request)

    def work(session: Session) -> Answer:
        village = villages.edit_village(
            session,
            actor=current_actor(),
            village_code=village_code,
            record=record,
            expected_version=version,
            now=now(),
        )
        return shown(village, _VILLAGE)

    return once(work)
