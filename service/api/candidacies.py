"""/api/v1/candidacies and /shortlists/{no}/candidacies: who is on the way, what was said of them, who signed."""

from collections.abc import Callable
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from schemas.workflow import (
    AdditionSchema,
    CandidacySchema,
    MoveRequestSchema,
    OpinionRequestSchema,
    ReviewSchema,
    SignatureRequestSchema,
    UndoRequestSchema,
)
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.api.idempotency import once
from service.api.moves import asked_in
from service.context import current_actor, now, reading
from service.usecases.workflow import candidacies, candidacy_views, reviewing

__all__ = ["of_shortlists", "resource"]

resource = Resource("candidacies", title=Text("人选", "Candidacies"))
of_shortlists = Resource(
    "candidacies_of_shortlists", title=Text("名单上的人选", "Candidacies of a list"), path="/shortlists"
)

_CANDIDACY = CandidacySchema()
_REVIEW = ReviewSchema()
_REPLAYED = ("Idempotency-Replayed",)


@of_shortlists.operation(
    "GET",
    "/<shortlist_no>/candidacies",
    Text("查看名单的审阅进展", "Show the round of a list"),
    answer=_REVIEW,
)
def list_candidacies(shortlist_no: str) -> Response:
    """Answer with the round of a list: every opinion, signature and move."""
    with reading() as session:
        found = candidacy_views.list_candidacies(session, actor=current_actor(), shortlist_no=shortlist_no)
        return Answer.of(_REVIEW.dump(found)).response()


@of_shortlists.operation(
    "POST",
    "/<shortlist_no>/candidacies",
    Text("增补人选", "Add a person by hand"),
    body=AdditionSchema,
    answer=_CANDIDACY,
    status=201,
    headers=_REPLAYED,
)
def add_candidacy(body: dict[str, Any], shortlist_no: str) -> Response:
    """Add a person who is not on the list; the reason stays on record. The version is that of the round."""

    def work(session: Session) -> Answer:
        actor = current_actor()
        made = candidacies.add_candidacy(session, actor=actor, shortlist_no=shortlist_no, now=now(), **body)
        return _shown(session, made.candidacy_no, status=201)

    return once(work)


@resource.operation("GET", "/<candidacy_no>", Text("查看人选", "Show a candidacy"), answer=_CANDIDACY)
def show_candidacy(candidacy_no: str) -> Response:
    """Answer with one candidacy."""
    with reading() as session:
        return _shown(session, candidacy_no).response()


@resource.operation(
    "POST",
    "/<candidacy_no>/opinions",
    Text("给出本人意见", "Give one's own opinion"),
    body=OpinionRequestSchema,
    answer=_CANDIDACY,
    headers=_REPLAYED,
)
def give_opinion(body: dict[str, Any], candidacy_no: str) -> Response:
    """Say one's own opinion; a later one takes the place of an earlier one."""
    return _write(candidacy_no, lambda session: reviewing.give_opinion(session, **_said(body, candidacy_no)))


@resource.operation(
    "POST",
    "/<candidacy_no>/conclusions",
    Text("给出审阅结论", "Conclude for the office"),
    body=OpinionRequestSchema,
    answer=_CANDIDACY,
    headers=_REPLAYED,
)
def conclude(body: dict[str, Any], candidacy_no: str) -> Response:
    """Say the office's conclusion; against the rank it needs a reason code and the reason in words."""
    return _write(candidacy_no, lambda session: reviewing.conclude(session, **_said(body, candidacy_no)))


@resource.operation(
    "POST",
    "/<candidacy_no>/undo",
    Text("撤回意见或结论", "Take back an opinion or the conclusion"),
    body=UndoRequestSchema,
    answer=_CANDIDACY,
    headers=_REPLAYED,
)
def undo_review(body: dict[str, Any], candidacy_no: str) -> Response:
    """Take back the last one that stands; it stays on record with who took it back."""
    return _write(candidacy_no, lambda session: reviewing.undo_review(session, **_said(body, candidacy_no)))


@resource.operation(
    "POST",
    "/<candidacy_no>/signatures",
    Text("登记签署", "Record a signature"),
    body=SignatureRequestSchema,
    answer=_CANDIDACY,
    headers=_REPLAYED,
)
def record_signature(body: dict[str, Any], candidacy_no: str) -> Response:
    """Record a signature that the post asks for, and the paper that bears it."""
    return _write(candidacy_no, lambda session: candidacies.record_signature(session, **_said(body, candidacy_no)))


@resource.operation(
    "POST",
    "/<candidacy_no>/moves",
    Text("推进人选的环节", "Lead a candidacy on"),
    body=MoveRequestSchema,
    answer=_CANDIDACY,
    headers=_REPLAYED,
)
def move_candidacy(body: dict[str, Any], candidacy_no: str) -> Response:
    """Lead a candidacy to the next stage of its post, or out."""

    def work(session: Session) -> None:
        candidacies.move_candidacy(
            session, actor=current_actor(), candidacy_no=candidacy_no, asked=asked_in(body), now=now()
        )

    return _write(candidacy_no, work)


def _said(body: dict[str, Any], candidacy_no: str) -> dict[str, Any]:
    return {"actor": current_actor(), "candidacy_no": candidacy_no, "now": now(), **body}


def _write(candidacy_no: str, act: Callable[[Session], object]) -> Response:
    def work(session: Session) -> Answer:
        act(session)
        return _shown(session, candidacy_no)

    return once(work)


def _shown(session: Session, candidacy_no: str, *, status: int = 200) -> Answer:
    view = candidacy_views.get_candidacy(session, actor=current_actor(), candidacy_no=candidacy_no)
    return Answer.of(_CANDIDACY.dump(view), status=status)
