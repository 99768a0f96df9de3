"""/api/v1/negative-list: who is on it, for discipline officers alone."""

from typing import Any

from flask import Response

from matching.vocabulary import Text
from schemas.negative_list import (
    NegativeEndingSchema,
    NegativeEntryRequestSchema,
    NegativeEntrySchema,
    NegativeListingSchema,
    NegativeListQuerySchema,
)
from schemas.privacy import NothingSchema
from service.api.acts import answered_once
from service.api.blueprint import Resource
from service.api.lists import page_answer, page_of, page_schema
from service.context import current_actor, now, reading
from service.usecases.records import negative_entries

__all__ = ["resource"]

resource = Resource("negative_list", title=Text("负面清单", "Negative list"))

_LISTED = NegativeListingSchema()
_MADE = NegativeEntrySchema(exclude=("is_due",))


@resource.operation(
    "GET",
    "",
    Text("列出负面清单", "List who is on the negative list"),
    query=NegativeListQuerySchema,
    answer=page_schema(_LISTED),
)
def list_entries(query: dict[str, Any]) -> Response:
    """Answer with one page of people with their entries, by number; each look is in the audit log."""
    with reading() as session:
        page = negative_entries.list_entries(
            session, actor=current_actor(), only_due=query["due"], now=now(), **page_of(query)
        )
        return page_answer(page, _LISTED).response()


@resource.operation(
    "POST",
    "",
    Text("登记负面清单条目", "Enter somebody on the negative list"),
    body=NegativeEntryRequestSchema,
    answer=_MADE,
    status=201,
    headers=("Idempotency-Replayed",),
)
def add_entry(asked: dict[str, Any]) -> Response:
    """Enter somebody on a document; whoever is on the list drops out of matching where the rules say so."""
    return answered_once(negative_entries.add_entry, _MADE, status=201, **asked)


@resource.operation(
    "POST",
    "/end",
    Text("终止负面清单条目", "End an entry of the negative list"),
    body=NegativeEndingSchema,
    answer=NothingSchema,
    headers=("Idempotency-Replayed",),
)
def end_entry(asked: dict[str, Any]) -> Response:
    """Take an entry away with a reason: its time is over, or it was wrong."""
    return answered_once(negative_entries.end_entry, NothingSchema(), **asked)
