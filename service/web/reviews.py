"""What is done on the review desk: beginning, saying something of a person, taking it back."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from matching.vocabulary import ReviewDecision, Text
from service.context import current_actor, now, reading, unit_of_work
from service.errors import Conflict, InvalidInput, ServiceError
from service.usecases import reviewing
from service.usecases.moving import Asked
from service.usecases.rounds import move_shortlist
from service.web.desk import Desk, desk_of
from service.web.desk_pages import after_act, refused_act, said_words
from service.web.forms import asked_version
from service.web.looks import OFFICE, asked_look
from service.web.reader import is_fragment

__all__ = ["blueprint"]

blueprint = Blueprint("reviews", __name__)

Answer = Response | tuple[str, int]


@blueprint.post("/shortlists/<shortlist_no>/review")
def begin(shortlist_no: str) -> Response:
    """Open the review of a list."""
    asked = Asked(to="under_review", version=asked_version(request.form))
    with unit_of_work() as session:
        move_shortlist(session, actor=current_actor(), shortlist_no=shortlist_no, asked=asked, now=now())
    return redirect(url_for("shortlists.show", shortlist_no=shortlist_no), 303)


@blueprint.post("/shortlists/<shortlist_no>/opinions")
def say(shortlist_no: str) -> Answer:
    """Say something of a person, in one's own name or for the office, and go on to the next."""
    written = _written()

    def act(session: Session, said: dict[str, Any]) -> None:
        is_office = asked_look(request.form, actor=current_actor()).voice == OFFICE
        write = reviewing.conclude if is_office else reviewing.give_opinion
        codes = tuple(written["reason_codes"])
        decision = _decision(written["decision"])
        write(session, decision=decision, reason_codes=codes, reason=written["reason"] or None, **said)

    return _acted(shortlist_no, act, written=written)


@blueprint.post("/shortlists/<shortlist_no>/undo")
def undo(shortlist_no: str) -> Answer:
    """Take back what the reader said last."""

    def act(session: Session, said: dict[str, Any]) -> None:
        is_office = asked_look(request.form, actor=current_actor()).voice == OFFICE
        reviewing.undo_review(session, is_conclusion=is_office, **said)

    return _acted(shortlist_no, act, written=None)


def _acted(
    shortlist_no: str, act: Callable[[Session, dict[str, Any]], None], *, written: dict[str, Any] | None
) -> Answer:
    try:
        with unit_of_work() as session:
            version = asked_version(request.form)
            number = request.form.get("candidacy_no", "")
            act(session, {"actor": current_actor(), "candidacy_no": number, "version": version, "now": now()})
    except (InvalidInput, Conflict) as error:
        return _refused(shortlist_no, error, written=written)
    with reading() as session:
        desk = _desk(session, shortlist_no)
        if written is None:
            said = _("Taken back: %(name)s", name=desk.name(desk.seat))
        else:
            said = said_words(desk, written["decision"], name=desk.name(desk.seat))
            desk = desk.at(desk.next_place)
        if is_fragment():
            return after_act(desk, said=said)
        flash(said, "done")
        return redirect(desk.url(), 303)


def _refused(shortlist_no: str, error: ServiceError, *, written: dict[str, Any] | None) -> Answer:
    with reading() as session:
        desk = _desk(session, shortlist_no)
        return refused_act(desk, error, written=written, is_part=is_fragment())


def _desk(session: Session, shortlist_no: str) -> Desk:
    actor = current_actor()
    look = asked_look(request.form, actor=actor)
    return desk_of(session, actor=actor, shortlist_no=shortlist_no, look=look, person=request.form.get("person"))


def _written() -> dict[str, Any]:
    """Return what the form says; a reason that was pressed says the decision as well."""
    pressed = request.form.get("why", "")
    codes = [pressed] if pressed else [code for code in request.form.getlist("reason_codes") if code]
    decision = str(ReviewDecision.NOT_SUITABLE) if pressed else request.form.get("decision", "")
    return {"decision": decision, "reason_codes": codes, "reason": request.form.get("reason", "").strip()[:2_000]}


def _decision(code: str) -> ReviewDecision:
    if code in set(map(str, ReviewDecision)):
        return ReviewDecision(code)
    problem = Text("请选择结论。", "Choose a decision.")
    raise InvalidInput(problem, place="decision", fields={"decision": [problem]})
