"""What is owed to people, over the API: their own file, consent, corrections, holds, erasure; and blind review."""

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from schemas import privacy as shapes
from service.api.acts import answered_items, answered_once
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.api.idempotency import once
from service.context import current_actor, now, settings, unit_of_work
from service.usecases.privacy import blind_reviews, consents, erasing, legal_holds, own_files, retention
from service.usecases.records import corrections

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
    """Answer with everything that is held about a person, to others with masked numbers; it is itself an access."""
    with unit_of_work() as session:
        document = own_files.person_file(session, actor=current_actor(), person_no=person_no, now=now())
    return Answer.of(document).response()


@resource.operation(
    "POST",
    "/people/<path:person_no>/file",
    Text("说明理由后导出本人完整档案", "Hand out a person's own file in clear, for a reason that is logged"),
    body=shapes.LiftSchema,
    answer={"type": "object"},
)
def hand_out_file(asked: dict[str, Any], person_no: str) -> Response:
    """Answer with the same in clear; the answer is never kept for repetitions."""
    with unit_of_work() as session:
        document = own_files.person_file(
            session, actor=current_actor(), person_no=person_no, reason=asked["reason"], now=now()
        )
    return Answer.of(document).response()


@resource.operation(
    "GET", "/people/<path:person_no>/consents", Text("列出同意", "List consents"), answer=shapes.ConsentListSchema
)
def list_consents(person_no: str) -> Response:
    """Answer with what a person agreed to and withdrew."""
    return answered_items(consents.list_consents, shapes.ConsentSchema(), person_no=person_no)


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
    return answered_once(
        consents.give_consent,
        shapes.ConsentSchema(),
        status=201,
        person_no=person_no,
        given_on=signed.pop("signed_on"),
        **signed,
    )


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
    withdrawn_on = signed.pop("signed_on")

    def work(session: Session) -> Answer:
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
    return answered_items(corrections.list_corrections, shapes.CorrectionSchema(), person_no=person_no, state=None)


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
    return answered_once(
        corrections.propose_correction, shapes.CorrectionSchema(), status=201, person_no=person_no, **asked
    )


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
    return answered_once(
        corrections.decide_correction,
        shapes.CorrectionSchema(),
        correction_id=correction_id,
        accept=decided["accept"],
        reason=decided.get("reason") or "",
    )


@resource.operation(
    "GET", "/people/<path:person_no>/holds", Text("列出保全", "List holds"), answer=shapes.HoldListSchema
)
def list_holds(person_no: str) -> Response:
    """Answer with every order to keep a person's record."""
    return answered_items(legal_holds.list_holds, shapes.HoldSchema(), person_no=person_no)


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
    return answered_once(
        legal_holds.place_hold, shapes.HoldSchema(), status=201, person_no=person_no, **{"until_on": None, **asked}
    )


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
    return answered_once(legal_holds.lift_hold, shapes.HoldSchema(), person_no=person_no, hold_id=hold_id, **asked)


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
    return answered_once(
        erasing.erase_person,
        shapes.ErasureSchema(),
        status=201,
        person_no=person_no,
        settings=settings().retention,
        **asked,
    )


@resource.operation(
    "GET", "/retention", Text("列出到期档案", "List records that are due"), answer=shapes.RetentionListSchema
)
def list_due() -> Response:
    """Answer with whose record is due for erasure."""
    return answered_items(retention.list_due, shapes.RetentionSchema(), settings=settings().retention, now=now())


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
    return answered_once(blind_reviews.open_blind_review, shapes.NothingSchema(), vacancy_no=vacancy_no)


@resource.operation(
    "POST",
    "/vacancies/<path:vacancy_no>/blind-review/close",
    Text("结束盲审", "Close a blind review"),
    body=shapes.EarlyClosingSchema,
    answer=shapes.NothingSchema,
    headers=_ONCE,
)
def close_blind_review(asked: dict[str, Any], vacancy_no: str) -> Response:
    """Show who the people are again; before the lists are decided on with a reason, counted for every reviewer."""
    return answered_once(blind_reviews.close_blind_review, shapes.NothingSchema(), vacancy_no=vacancy_no, **asked)


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
    return answered_once(blind_reviews.lift_blind, shapes.NothingSchema(), vacancy_no=vacancy_no, **asked)


@resource.operation(
    "GET", "/blind-lifts", Text("解除盲审统计", "Who looked behind blind reviews"), answer=shapes.BlindLiftListSchema
)
def count_lifts() -> Response:
    """Answer with how often each reviewer looked behind a blind review."""
    return answered_items(blind_reviews.count_lifts, shapes.BlindLiftSchema())
