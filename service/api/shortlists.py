"""/api/v1/shortlists: frozen lists with every reason, and what is asked of one vacancy to get them."""

from typing import Any

from flask import Response, url_for
from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from schemas.shortlists import (
    ExcludedQuerySchema,
    ShortlistRequestSchema,
    ShortlistSchema,
    ShortlistsQuerySchema,
)
from schemas.texts import TextSchema
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.api.etags import conditional, tagged
from service.api.idempotency import once
from service.api.lists import page_answer, page_of, page_schema
from service.context import current_actor, now, reading
from service.usecases.lists import shortlists

__all__ = ["requests", "resource"]

resource = Resource("shortlists", title=Text("建议名单", "Shortlists"))
requests = Resource("shortlist_requests", title=Text("申请建议名单", "Asking for a shortlist"), path="/vacancies")

_SHORTLIST = ShortlistSchema()
_IN_LISTS = ShortlistSchema(exclude=("entries", "exclusions", "notes", "n_bands", "vacancy_facts"))
_REQUEST = ShortlistRequestSchema(exclude=("vacancy_no",))
_FROZEN = 1  # a list is never rewritten, so its first version is its last


class ExcludedPersonSchema(Schema):
    """A person who was not listed, and the first rule that says why."""

    person_no = fields.String(required=True, attribute="person.person_no")
    name = fields.String(required=True, attribute="person.name")
    rule_id = fields.String(required=True)
    title = fields.Nested(TextSchema, required=True)  # what the rule asks
    sentence = fields.Nested(TextSchema, required=True)  # why this person does not meet it
    basis = fields.Nested(TextSchema, required=True)


_EXCLUDED = ExcludedPersonSchema()


@requests.operation(
    "POST",
    "/<path:vacancy_no>/shortlists",
    Text("为岗位申请建议名单", "Ask for a shortlist"),
    body=_REQUEST,
    answer=_SHORTLIST,
    status=201,
    headers=("Location", "ETag", "Idempotency-Replayed"),
)
def request_shortlist(wanted: dict[str, Any], vacancy_no: str) -> Response:
    """Make and freeze a list of the `k` best eligible people; it decides nothing."""

    def work(session: Session) -> Answer:
        actor = current_actor()
        made = shortlists.request_shortlist(session, actor=actor, vacancy_no=vacancy_no, k=wanted["k"], now=now())
        whole = shortlists.get_shortlist(session, actor=actor, shortlist_no=made.shortlist_no)
        answer = tagged(Answer.of(_SHORTLIST.dump(whole)), version=_FROZEN)
        location = url_for("api_shortlists.show_shortlist", shortlist_no=made.shortlist_no)
        return Answer(answer.body, 201, {**answer.headers, "Location": location})

    return once(work)


@resource.operation(
    "GET", "", Text("列出建议名单", "List shortlists"), query=ShortlistsQuerySchema, answer=page_schema(_IN_LISTS)
)
def list_shortlists(query: dict[str, Any]) -> Response:
    """Answer with one page of lists, the newest first."""
    with reading() as session:
        page = shortlists.list_shortlists(
            session, actor=current_actor(), vacancy_no=query.get("vacancy_no"), **page_of(query)
        )
        return page_answer(page, _IN_LISTS).response()


@resource.operation(
    "GET",
    "/<shortlist_no>",
    Text("查看建议名单及每一条理由", "Show a shortlist with every reason"),
    answer=_SHORTLIST,
    headers=("ETag",),
)
def show_shortlist(shortlist_no: str) -> Response:
    """Answer with a list as it was frozen."""
    with reading() as session:
        shortlist = shortlists.get_shortlist(session, actor=current_actor(), shortlist_no=shortlist_no)
        answer = tagged(Answer.of(_SHORTLIST.dump(shortlist)), version=_FROZEN)
    return conditional(answer.response())


@resource.operation(
    "GET",
    "/<shortlist_no>/excluded",
    Text("按首个不符合的规则列出未列入人员", "List who was not listed, by first failing rule"),
    query=ExcludedQuerySchema,
    answer=page_schema(_EXCLUDED),
)
def list_excluded(query: dict[str, Any], shortlist_no: str) -> Response:
    """Answer with one page of the people that a rule kept off the list."""
    with reading() as session:
        page = shortlists.list_excluded(
            session,
            actor=current_actor(),
            shortlist_no=shortlist_no,
            rule_id=query.get("rule_id"),
            **page_of(query),
        )
        return page_answer(page, _EXCLUDED).response()
