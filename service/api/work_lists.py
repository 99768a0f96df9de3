"""/api/v1/work-lists: what waits for somebody to look at it."""

from typing import Any

from flask import Response
from marshmallow import Schema, fields

from matching.vocabulary import Text
from schemas.base import PageQuerySchema, StrictSchema
from schemas.numbers import Whole
from schemas.points import Points
from schemas.texts import TextSchema
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.api.lists import page_answer, page_of, page_schema
from service.api.wording import meant
from service.context import current_actor, now, reading, settings
from service.usecases.pending import work_lists
from service.usecases.records import record_quality

__all__ = ["resource"]

resource = Resource("work_lists", title=Text("待办", "Work lists"))


class UnmappedTermSchema(Schema):
    """A word of an industry field that no trade is known for."""

    word = fields.String(required=True)
    n_uses = fields.Integer(required=True)
    first_seen_at = fields.AwareDateTime(required=True)
    last_seen_at = fields.AwareDateTime(required=True)


class RepairsQuerySchema(StrictSchema):
    """How many records."""

    n = Whole(least=1, most=record_quality.MOST_REPAIRS, load_default=20, allow_none=False)


class RepairSchema(Schema):
    """A record that is worth completing."""

    person_no = fields.String(required=True, attribute="person.person_no")
    name = fields.String(required=True, attribute="person.name")
    worth = Points(required=True, metadata=meant("仅用于排序", "For the order only"))
    n_blocked = fields.Integer(
        required=True, metadata=meant("因缺项无法判断资格的在招岗位数", "Open vacancies that wait")
    )
    fields_ = fields.List(fields.String(), required=True, data_key="fields", attribute="fields")
    sentence = fields.Nested(TextSchema, required=True)


class RepairsSchema(Schema):
    """The records that are worth completing, the best first."""

    items = fields.List(fields.Nested(RepairSchema), required=True)


class StaleQuerySchema(PageQuerySchema):
    """After how many months a record is old; the setting of the installation unless given."""

    months = Whole(least=1, most=600)


class ExpiringQuerySchema(StaleQuerySchema):
    """For how long a verification counts, and how far to look ahead."""

    within_days = Whole(least=0, most=3660, load_default=30, allow_none=False)


class DuePersonSchema(Schema):
    """A record that waits for somebody to look at it again."""

    person_no = fields.String(required=True, attribute="person.person_no")
    name = fields.String(required=True, attribute="person.name")
    since_on = fields.Date(required=True)
    due_on = fields.Date(required=True)


_TERM, _REPAIRS, _DUE = UnmappedTermSchema(), RepairsSchema(), DuePersonSchema()
_DUE_PAGE = page_schema(_DUE)


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


@resource.operation(
    "GET",
    "/repairs",
    Text("列出补全后最能改善匹配的档案", "List the records whose completion improves matching most"),
    query=RepairsQuerySchema,
    answer=_REPAIRS,
)
def list_repairs(query: dict[str, Any]) -> Response:
    """Answer with what to fill in on which record, and what it brings on the open vacancies."""
    with reading() as session:
        found = record_quality.list_repairs(session, actor=current_actor(), n=query["n"], now=now())
        return Answer.of(_REPAIRS.dump({"items": found})).response()


@resource.operation(
    "GET",
    "/stale",
    Text("列出久未更新的档案", "List records that nobody has touched for long"),
    query=StaleQuerySchema,
    answer=_DUE_PAGE,
)
def list_stale(query: dict[str, Any]) -> Response:
    """Answer with one page of records, the oldest first."""
    months = query.get("months") or settings().stale_months
    with reading() as session:
        page = record_quality.list_stale(session, actor=current_actor(), months=months, now=now(), **page_of(query))
        return page_answer(page, _DUE).response()


@resource.operation(
    "GET",
    "/expiring",
    Text("列出核验即将到期的档案", "List records whose verification expires"),
    query=ExpiringQuerySchema,
    answer=_DUE_PAGE,
)
def list_expiring(query: dict[str, Any]) -> Response:
    """Answer with one page of verified records, the first to expire first."""
    months = query.get("months") or settings().verification_months
    with reading() as session:
        page = record_quality.list_expiring(
            session,
            actor=current_actor(),
            months=months,
            within_days=query["within_days"],
            now=now(),
            **page_of(query),
        )
        return page_answer(page, _DUE).response()
