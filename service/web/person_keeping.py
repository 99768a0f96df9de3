"""How long a record is kept and who may see its numbers in full, from the page of a person."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from matching.vocabulary import Text
from service.context import current_actor, now, settings, unit_of_work
from service.errors import Conflict, Forbidden, InvalidInput
from service.usecases.privacy import erasing, erasure_requests, legal_holds, unmasking
from service.web.forms import asked_day_if_any, asked_text
from service.web.people import record_page

__all__ = ["blueprint"]

blueprint = Blueprint("person_keeping", __name__)
_LONGEST = 500

Answer = Response | tuple[str, int]


@blueprint.post("/people/<path:person_no>/unmaskings")
def unmask(person_no: str) -> str | tuple[str, int]:
    """Show one number in full, on this answer only; who, whose and why is a line of the audit log."""
    field = asked_text(request.form, "field", longest=20)
    reason = asked_text(request.form, "reason", longest=_LONGEST)
    try:
        with unit_of_work() as session:
            value = unmasking.unmask_field(
                session, actor=current_actor(), person_no=person_no, field=field, reason=reason, now=now()
            )
    except (InvalidInput, Conflict, Forbidden) as error:
        return record_page(person_no, error=error), error.status
    return record_page(person_no, unmasked={field: value})


@blueprint.post("/people/<path:person_no>/holds")
def place(person_no: str) -> Answer:
    """Order that a record is kept, whatever the retention clock says."""

    def act(session: Session) -> None:
        legal_holds.place_hold(
            session,
            actor=current_actor(),
            person_no=person_no,
            reason=asked_text(request.form, "reason", longest=_LONGEST),
            document=asked_text(request.form, "document", longest=120),
            until_on=asked_day_if_any(request.form, "until_on"),
            now=now(),
        )

    return _acted(person_no, act, said=_("The record is kept until the hold is lifted."))


@blueprint.post("/people/<path:person_no>/holds/<int:hold_id>/lift")
def lift(person_no: str, hold_id: int) -> Answer:
    """Lift a hold with a reason."""

    def act(session: Session) -> None:
        reason = asked_text(request.form, "reason", longest=_LONGEST)
        legal_holds.lift_hold(
            session, actor=current_actor(), person_no=person_no, hold_id=hold_id, reason=reason, now=now()
        )

    return _acted(person_no, act, said=_("The hold is lifted."))


@blueprint.post("/people/<path:person_no>/erasure")
def erase(person_no: str) -> Answer:
    """Erase a person whose record is due, or who asks for it; where it takes two, ask another to confirm it."""
    kept = settings().retention

    def act(session: Session) -> None:
        _check_sure()
        ask: Callable[..., object] = erasing.erase_person
        if kept.is_erased_by_two:
            ask = erasure_requests.request_erasure
        ask(
            session,
            actor=current_actor(),
            person_no=person_no,
            document=asked_text(request.form, "document", longest=120),
            settings=kept,
            on_request=request.form.get("on_request") == "yes",
            now=now(),
        )

    asked = _("Another officer has to confirm the erasure.")
    return _acted(person_no, act, said=asked if kept.is_erased_by_two else _("The record is erased."))


@blueprint.post("/people/<path:person_no>/erasure/confirmation")
def confirm(person_no: str) -> Answer:
    """Erase a person as another officer asks for."""

    def act(session: Session) -> None:
        _check_sure()
        reason, kept = asked_text(request.form, "reason", longest=_LONGEST), settings().retention
        erasing.confirm_erasure(
            session, actor=current_actor(), person_no=person_no, reason=reason, settings=kept, now=now()
        )

    return _acted(person_no, act, said=_("The record is erased."))


@blueprint.post("/people/<path:person_no>/erasure/refusal")
def refuse(person_no: str) -> Answer:
    """Let a record stay that somebody asks to erase."""

    def act(session: Session) -> None:
        reason = asked_text(request.form, "reason", longest=_LONGEST)
        erasure_requests.refuse_erasure(session, actor=current_actor(), person_no=person_no, reason=reason, now=now())

    return _acted(person_no, act, said=_("The record stays."))


def _check_sure() -> None:
    if request.form.get("sure") != "yes":
        problem = Text("删除后不能恢复，请勾选确认。", "An erasure cannot be undone: tick the box that says so.")
        raise InvalidInput(problem, place="sure", fields={"sure": [problem]})


def _acted(person_no: str, act: Callable[[Session], None], *, said: str) -> Answer:
    try:
        with unit_of_work() as session:
            act(session)
    except (InvalidInput, Conflict, Forbidden) as error:
        return record_page(person_no, error=error), error.status
    flash(said, "done")
    return redirect(url_for("people.show", person_no=person_no, _anchor="keeping"), 303)
