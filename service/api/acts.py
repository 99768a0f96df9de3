"""The one shape of most addresses: a use case is asked or writes, and what it returns is the answer."""

from collections.abc import Callable
from typing import Any

from flask import Response
from marshmallow import Schema
from sqlalchemy.orm import Session

from service.api.answers import Answer
from service.api.idempotency import once
from service.context import current_actor, now, reading

__all__ = ["answered", "answered_items", "answered_once"]


def answered(ask: Callable[..., Any], shape: Schema, **arguments: Any) -> Response:
    """Answer with what a use case that only reads returns.

    Parameters
    ----------
    ask : callable
        Gets the session, the ``actor`` and `arguments`.
    shape : Schema
    **arguments
    """
    with reading() as session:
        return Answer.of(shape.dump(ask(session, actor=current_actor(), **arguments))).response()


def answered_items(ask: Callable[..., Any], shape: Schema, **arguments: Any) -> Response:
    """Answer with a list as ``items``; parameters as for `answered`."""
    with reading() as session:
        found = ask(session, actor=current_actor(), **arguments)
        return Answer.of({"items": shape.dump(found, many=True)}).response()


def answered_once(act: Callable[..., Any], shape: Schema, *, status: int = 200, **arguments: Any) -> Response:
    """Let a use case write, at most once for each ``Idempotency-Key``, and answer with what came of it.

    Parameters
    ----------
    act : callable
        Gets the session, the ``actor``, ``now`` and `arguments`.
    shape : Schema
    status : int
    **arguments
    """

    def work(session: Session) -> Answer:
        made = act(session, actor=current_actor(), now=now(), **arguments)
        return Answer.of(shape.dump(made), status=status)

    return once(work)
