"""Erasing by two people, over the API: one officer asks, another confirms or refuses."""

from typing import Any

from flask import Response

from matching.vocabulary import Text
from schemas import privacy as shapes
from service.api.acts import answered_items, answered_once
from service.api.blueprint import Resource
from service.context import settings
from service.usecases.privacy import erasing, erasure_requests

__all__ = ["resource"]

resource = Resource("erasures", title=Text("两人删除", "Erasing by two"), path="")

_ONCE = ("Idempotency-Replayed",)
_ASKED = shapes.ErasureRequestSchema()


@resource.operation(
    "GET",
    "/erasure-requests",
    Text("列出待确认的删除申请", "List the erasures that wait for another officer"),
    answer=shapes.ErasureRequestsSchema,
)
def list_requests() -> Response:
    """Answer with what waits in one's territory, the oldest first."""
    return answered_items(erasure_requests.list_requests, _ASKED)


@resource.operation(
    "POST",
    "/people/<path:person_no>/erasure-requests",
    Text("申请删除一人", "Ask to erase a person"),
    body=shapes.ErasureRequestSchema,
    answer=_ASKED,
    status=201,
    headers=_ONCE,
)
def request_erasure(asked: dict[str, Any], person_no: str) -> Response:
    """Ask to erase a person whose record is due, or who asks for it; nothing is gone until another confirms it."""
    kept = settings().retention
    return answered_once(
        erasure_requests.request_erasure, _ASKED, status=201, person_no=person_no, settings=kept, **asked
    )


@resource.operation(
    "POST",
    "/people/<path:person_no>/erasure-requests/confirmation",
    Text("确认并删除一人", "Confirm an erasure, and erase"),
    body=shapes.ErasureReasonSchema,
    answer=shapes.ErasureSchema,
    status=201,
    headers=_ONCE,
)
def confirm_erasure(asked: dict[str, Any], person_no: str) -> Response:
    """Erase a person as another officer asks for; it cannot be undone."""
    kept, shape = settings().retention, shapes.ErasureSchema()
    return answered_once(erasing.confirm_erasure, shape, status=201, person_no=person_no, settings=kept, **asked)


@resource.operation(
    "POST",
    "/people/<path:person_no>/erasure-requests/refusal",
    Text("驳回或撤回删除申请", "Refuse an erasure, or take one's own request back"),
    body=shapes.ErasureReasonSchema,
    answer=_ASKED,
    headers=_ONCE,
)
def refuse_erasure(asked: dict[str, Any], person_no: str) -> Response:
    """Let the record stay."""
    return answered_once(erasure_requests.refuse_erasure, _ASKED, person_no=person_no, **asked)
