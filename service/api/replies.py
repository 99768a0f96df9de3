"""/api/v1/replies: whom the account is asked about, and what it says."""

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from matching.vocabulary.replies import ReplyKind
from schemas.replies import QuestionSchema, QuestionsSchema, ReplyRequestSchema
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.api.idempotency import once
from service.context import current_actor, now, reading
from service.usecases.workflow import questions, replies

__all__ = ["resource"]

resource = Resource("replies", title=Text("征求意见与答复", "Questions and replies"))

_QUESTION = QuestionSchema()
_QUESTIONS = QuestionsSchema()


@resource.operation("GET", "", Text("查看待答复的人选", "List whom one is asked about"), answer=_QUESTIONS)
def list_questions() -> Response:
    """Answer with everybody of whom the unit, the village or the person is asked, and what they said last."""
    with reading() as session:
        found = questions.list_questions(session, actor=current_actor())
        return Answer.of(_QUESTIONS.dump({"items": found})).response()


@resource.operation(
    "POST",
    "/<candidacy_no>",
    Text("答复", "Reply"),
    body=ReplyRequestSchema,
    answer=_QUESTION,
    headers=("Idempotency-Replayed",),
)
def give_reply(body: dict[str, Any], candidacy_no: str) -> Response:
    """Say what one thinks; a consent counts as the signature that the post asks for."""
    votes = {name: value for name in replies.VOTES if (value := body.pop(name, None)) is not None}
    kind = ReplyKind(body.pop("reply"))

    def work(session: Session) -> Answer:
        said = replies.give_reply(
            session,
            actor=current_actor(),
            candidacy_no=candidacy_no,
            reply=kind,
            votes=votes or None,
            now=now(),
            **body,
        )
        return Answer.of(_QUESTION.dump(said))

    return once(work)
