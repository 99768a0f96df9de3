"""Versions over HTTP: strong entity tags, conditional reads and guarded changes (RFC 9110, section 13)."""

import hashlib
import re

from flask import Request, Response, request

from matching.vocabulary import Text
from service.api.answers import Answer
from service.errors import PreconditionFailed, ServiceError

__all__ = ["PreconditionRequired", "conditional", "expected_version", "tag_of", "tagged"]

_TAG = re.compile(r'"(\d{1,15})-[0-9a-f]{16}"')


class PreconditionRequired(ServiceError):
    """A change must say which version it was made for."""

    code = "precondition_required"
    status = 428


def tag_of(answer: Answer, *, version: int) -> str:
    """Return the entity tag of a record: its version, and a digest of its representation.

    The digest makes the tag strong (a record may look different at the same version, when its village is renamed);
    the version is what a change is guarded by.
    """
    return f'"{version}-{hashlib.sha256(answer.body).hexdigest()[:16]}"'


def tagged(answer: Answer, *, version: int) -> Answer:
    """Return the answer with its entity tag."""
    return Answer(answer.body, answer.status, {**answer.headers, "ETag": tag_of(answer, version=version)})


def conditional(response: Response) -> Response:
    """Answer 304 without a body when the reader already has this representation (If-None-Match)."""
    response.make_conditional(request)
    return response


def expected_version(incoming: Request) -> int:
    """Return the version that a change was made for, from If-Match.

    Raises
    ------
    PreconditionRequired
        If the header is missing, or names no version (``*``).
    PreconditionFailed
        If it is not one strong tag of ours: no record can ever match it.
    """
    given = incoming.headers.get("If-Match", "").strip()
    if given in {"", "*"}:
        raise PreconditionRequired(
            Text("修改时须说明所依据的版本。", "A change must name the version it was made for."),
            remedy=Text("请先读取记录，并把其 ETag 放入 If-Match。", "Read the record and send its ETag as If-Match."),
            place="If-Match",
        )
    tag = _TAG.fullmatch(given)
    if tag is None:
        raise PreconditionFailed(
            Text("If-Match 不是本服务给出的版本标识。", "If-Match is not an entity tag of this service."),
            remedy=Text("请先读取记录，并原样使用其 ETag。", "Read the record and send its ETag as it is."),
            place="If-Match",
            value=given,
        )
    return int(tag.group(1))
