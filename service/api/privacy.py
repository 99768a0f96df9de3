"""What is owed to people, over the API: their own file, consent, corrections, holds, erasure; and blind review."""

from typing import Any

from flask import Response
from marshmallow import Schema
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from schemas import privacy as shapes
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.api.idempotency import once
from service.context import current_actor, now, reading, settings, unit_of_work
from service.usecases import blind_reviews, consents, corrections, erasing, legal_holds, own_files, retention

__all__ = ["resource"]

resource = Resource("privacy", title=Text("个人信息权利", "Rights of the people on record"), path="")

_ONCE = ("Idempotency-Replayed",)


@resource.operation(
    "GET",
    "/people/<path:person_no>/file",
    Text("导出本人档案", "Hand out a person's own file"),
    answer={"type": "object"},
)
def show_file(person_no: str) -> Response:
    """Answer with everything that is held about a person, in clear; it is itself an access."""
    with unit_of_work() as session:
        document = own_files.person_file(session, actor=current_actor(), person_no=person_no, now=now())
    return Answer.of(document).response()


@resource.operation(
    "GET", "/people/<path:person_no>/consents", Text("列出同意", "List consents"), answer=shapes.ConsentListSchema
)
def list_consents(person_no: str) -> Response:
    """Answer with what a person agreed to and withdrew."""
    with reading() as session:
        found = consents.list_consents(session, actor=current_actor(), person_no=person_no)
        return _items(shapes.ConsentSchema(), found)


@resource.operation(
    "POST",
    "/people/<path:person_no>/consents",
    Text("登记同意", "Record a consent"),
    body=shapes.SignedSchema,
    answer=shapes.ConsentSchema,
    status=201,
    headers=_ONCE,
)
def give_consent(signed: dict[str, Any], person_no: str) -> Response:
    """Record that a person agreed to the newest text of a purpose."""

    def work(session: Session) -> Answer:
        given_on = signed.pop("signed_on")
        made = consents.give_consent(
            session, actor=current_actor(), person_no=person_no, given_on=given_on, now=now(), **signed
        )
        session.refresh(made, ["text"])
        return Answer.of(shapes.ConsentSchema().dump(made), status=201)

    return once(work)


@resource.operation(
    "POST",
    "/people/<path:person_no>/consents/withdrawals",
    Text("登记撤回同意", "Record a withdrawal"),
    body=shapes.SignedSchema,
    answer=shapes.ConsentListSchema,
    status=201,
    headers=_ONCE,
)
def withdraw_consent(signed: dict[str, Any], person_no: str) -> Response:
    """Record that a person withdrew; they leave the matching at once."""

    def work(session: Session) -> Answer:
        withdrawn_on = signed.pop("signed_on")
        gone = consents.withdraw_consent(
            session, actor=current_actor(), person_no=person_no, withdrawn_on=withdrawn_on, now=now(), **signed
        )
        return Answer.of({"items": shapes.ConsentSchema(many=True).dump(gone)}, status=201)

    return once(work)


@resource.operation(
    "GET",
    "/people/<path:person_no>/corrections",
    Text("列出更正申请", "List requests for correction"),
    answer=shapes.CorrectionListSchema,
)
def list_corrections(person_no: str) -> Response:
    """Answer with every request to correct a person's record."""
    with reading() as session:
        found = corrections.list_corrections(session, actor=current_actor(), person_no=person_no, state=None)
        return _items(shapes.CorrectionSchema(), found)


@resource.operation(
    "POST",
    "/people/<path:person_no>/corrections",
    Text("申请更正", "Ask for a correction"),
    body=shapes.CorrectionSchema,
    answer=shapes.CorrectionSchema,
    status=201,
    headers=_ONCE,
)
def propose_correction(asked: dict[str, Any], person_no: str) -> Response:
    """Take a request for correction; nothing changes until somebody decides."""

    def work(session: Session) -> Answer:
        made = corrections.propose_correction(session, actor=current_actor(), person_no=person_no, now=now(), **asked)
        return Answer.of(shapes.CorrectionSchema().dump(made), status=201)

    return once(work)


@resource.operation(
    "POST",
    "/corrections/<int:correction_id>/decision",
    Text("处理更正申请", "Decide on a request for correction"),
    body=shapes.DecisionOnCorrectionSchema,
    answer=shapes.CorrectionSchema,
    headers=_ONCE,
)
def decide_correction(decided: dict[str, Any], correction_id: int) -> Response:
    """Accept or refuse a correction."""

    def work(session: Session) -> Answer:
        made = corrections.decide_correction(
            session,
            actor=current_actor(),
            correction_id=correction_id,
            accept=decided["accept"],
            reason=decided.get("reason") or "",
            now=now(),
        )
        return Answer.of(shapes.CorrectionSchema().dump(made))

    return once(work)


@resource.operation(
    "GET", "/people/<path:person_no>/holds", Text("列出保全", "List holds"), answer=shapes.HoldListSchema
)
def list_holds(person_no: str) -> Response:
    """Answer with every order to keep a person's record."""
    with reading() as session:
        found = legal_holds.list_holds(session, actor=current_actor(), person_no=person_no)
        return _items(shapes.HoldSchema(), found)


@resource.operation(
    "POST",
    "/people/<path:person_no>/holds",
    Text("保全一份档案", "Order to keep a record"),
    body=shapes.HoldSchema,
    answer=shapes.HoldSchema,
    status=201,
    headers=_ONCE,
)
def place_hold(asked: dict[str, Any], person_no: str) -> Response:
    """Order that a record is kept whatever the retention clock says."""

    def work(session: Session) -> Answer:
        made = legal_holds.place_hold(
            session, actor=current_actor(), person_no=person_no, now=now(), **{"until_on": None, **asked}
        )
        return Answer.of(shapes.HoldSchema().dump(made), status=201)

    return once(work)


@resource.operation(
    "POST",
    "/people/<path:person_no>/holds/<int:hold_id>/lift",
    Text("解除保全", "Lift a hold"),
    body=shapes.LiftSchema,
    answer=shapes.HoldSchema,
    headers=_ONCE,
)
def lift_hold(asked: dict[str, Any], person_no: str, hold_id: int) -> Response:
    """End a hold."""

    def work(session: Session) -> Answer:
        made = legal_holds.lift_hold(
            session, actor=current_actor(), person_no=person_no, hold_id=hold_id, reason=asked["reason"], now=now()
        )
        return Answer.of(shapes.HoldSchema().dump(made))

    return once(work)


@resource.operation(
    "POST",
    "/people/<path:person_no>/erasure",
    Text("删除一人", "Erase a person"),
    body=shapes.ErasureSchema,
    answer=shapes.ErasureSchema,
    status=201,
    headers=_ONCE,
)
def erase_person(asked: dict[str, Any], person_no: str) -> Response:
    """Erase a person whose record is due, or who asks for it; it cannot be undone."""

    def work(session: Session) -> Answer:
        made = erasing.erase_person(
            session, actor=current_actor(), person_no=person_no, settings=settings().retention, now=now(), **asked
        )
        return Answer.of(shapes.ErasureSchema().dump(made), status=201)

    return once(work)


@resource.operation(
    "GET", "/retention", Text("列出到期档案", "List records that are due"), answer=shapes.RetentionListSchema
)
def list_due() -> Response:
    """Answer with whose record is due for erasure."""
    with reading() as session:
        found = retention.list_due(session, actor=current_actor(), settings=settings().retention, now=now())
        return _items(shapes.RetentionSchema(), found)


@resource.operation(
    "POST",
    "/vacancies/<path:vacancy_no>/blind-review",
    Text("改为盲审", "Make a review blind"),
    body=shapes.NothingSchema,
    answer=shapes.NothingSchema,
    headers=_ONCE,
)
def open_blind_review(_nothing: dict[str, Any], vacancy_no: str) -> Response:
    """Hide who the people are for a vacancy until its round is closed."""

    def work(session: Session) -> Answer:
        blind_reviews.open_blind_review(session, actor=current_actor(), vacancy_no=vacancy_no, now=now())
        return Answer.of({})

    return once(work)


@resource.operation(
    "POST",
    "/vacancies/<path:vacancy_no>/blind-review/close",
    Text("结束盲审", "Close a blind review"),
    body=shapes.NothingSchema,
    answer=shapes.NothingSchema,
    headers=_ONCE,
)
def close_blind_review(_nothing: dict[str, Any], vacancy_no: str) -> Response:
    """Show who the people are again."""

    def work(session: Session) -> Answer:
        blind_reviews.close_blind_review(session, actor=current_actor(), vacancy_no=vacancy_no, now=now())
        return Answer.of({})

    return once(work)


@resource.operation(
    "POST",
    "/vacancies/<path:vacancy_no>/blind-review/lifts",
    Text("解除对本人的盲审", "Look behind a blind review"),
    body=shapes.LiftSchema,
    answer=shapes.NothingSchema,
    headers=_ONCE,
)
def lift_blind(asked: dict[str, Any], vacancy_no: str) -> Response:
    """Let the account see who the people are; it is counted."""

    def work(session: Session) -> Answer:
        blind_reviews.lift_blind(
            session, actor=current_actor(), vacancy_no=vacancy_no, reason=asked["reason"], now=now()
        )
        return Answer.of({})

    return once(work)


@resource.operation(
    "GET", "/blind-lifts", Text("解除盲审统计", "Who looked behind blind reviews"), answer=shapes.BlindLiftListSchema
)
def count_lifts() -> Response:
    """Answer with how often each reviewer looked behind a blind review."""
    with reading() as session:
        return _items(shapes.BlindLiftSchema(), blind_reviews.count_lifts(session, actor=current_actor()))


def _items(shape: Schema, found: Any) -> Response:
    return Answer.of({"items": shape.dump(found, many=True)}).response()
