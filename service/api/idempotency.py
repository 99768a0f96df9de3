"""Writes that may be repeated: header ``Idempotency-Key`` on POST and PATCH."""

import re
from collections.abc import Callable

from flask import Request, Response, request
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.api.answers import Answer
from service.context import current_actor, now, unit_of_work
from service.errors import InvalidInput
from service.usecases.idempotency import Claim, KeptAnswer, claim_key, keep_answer, request_digest

__all__ = ["REPLAYED", "once"]

REPLAYED = "Idempotency-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,120}")


def once(work: Callable[[Session], Answer]) -> Response:
    """Do a write in one transaction; with a key, at most once, and a repetition gets the first answer again.

    A refusal rolls everything back, the key included: the same key may then be used for the mended request.

    Parameters
    ----------
    work : callable
        Gets the session and returns the answer.
    """
    key = _key_of(request)
    with unit_of_work() as session:
        if key is None:
            return work(session).response()
        claim = _claimed(session, key)
        if claim.kept is not None:
            return _again(claim.kept)
        answer = work(session)
        keep_answer(session, claim=claim, answer=KeptAnswer(answer.status, answer.headers, answer.body))
    return answer.response()


def _key_of(incoming: Request) -> str | None:
    key = incoming.headers.get("Idempotency-Key")
    if key is None or _KEY.fullmatch(key):
        return key
    raise InvalidInput(
        Text("幂等键应为 1 至 120 个可见的 ASCII 字符。", "An idempotency key has 1 to 120 visible ASCII characters."),
        remedy=Text("建议每个请求使用一个新的 UUID。", "A new UUID for each request does well."),
        place="Idempotency-Key",
    )


def _claimed(session: Session, key: str) -> Claim:
    digest = request_digest(request.method, request.full_path, request.get_data(cache=True))
    return claim_key(session, actor=current_actor(), key=key, digest=digest, now=now())


def _again(kept: KeptAnswer) -> Response:
    response = Answer(kept.body, kept.status, kept.headers).response()
    response.headers[REPLAYED] = "true"
    return response
