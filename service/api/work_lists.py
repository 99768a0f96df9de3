"""/api/v1/work-lists: what waits for somebody to look at it."""

from typing import Any

from flask import Response
from marshmallow import Schema, fields

from matching.vocabulary import Text
from schemas.base import PageQuerySchema
from service.api.blueprint import Resource
from service.api.lists import page_answer, page_of, page_schema
from service.context import current_actor, reading
from service.usecases import work_lists

__all__ = ["resource"]

resource = Resource("work_lists", title=Text("待办", "Work lists"))


class UnmappedTermSchema(Schema):
    """A word of an industry field that no trade is known for."""

    word = fields.String(required=True)
    n_uses = fields.Integer(required=True)
    first_seen_at = fields.AwareDateTime(required=True)
    last_seen_at = fields.AwareDateTime(required=True)


_TERM = UnmappedTermSchema()


@resource.operation(
    "GET",
    "/unmapped-terms",
    Text("列出未能归类的产业词", "List industry words that no trade is known for"),
    query=PageQuerySchema,
    answer=page_schema(_TERM),
)
def list_unmapped_terms(query: dict[str, Any]) -> Response:
    """Answer with one page of words, the most used first."""
    with reading() as session:
        page = work_lists.list_unmapped_terms(session, actor=current_actor(), **page_of(query))
        return page_answer(page, _TERM).response()
