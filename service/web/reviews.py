"""What is done on the review desk: beginning, saying something of a person, taking it back."""

from collections.abc import Callable
from datetime import UTC, datetime
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
from service.web.desk import Desk, Seat
from service.web.desk_making import desk_of, part_of_desk
from service.web.desk_pages import after_act, refused_act, said_words
from service.web.forms import asked_text, asked_version
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
        desk, about = _part(session, shortlist_no, goes_on=written is not None)
        name = desk.name(about)
        said = _("Taken back: %(name)s", name=name) if written is None else said_words(desk, written, name=name)
        if is_fragment():
            return after_act(desk, about=about, said=said, since=_seen_at())
        flash(said, "done")
        return redirect(desk.url(), 303)


def _refused(shortlist_no: str, error: ServiceError, *, written: dict[str, Any] | None) -> Answer:
    actor, person = current_actor(), request.form.get("person")
    with reading() as session:
        look = asked_look(request.form, actor=actor)
        if is_fragment():
            desk, _about = part_of_desk(session, actor=actor, shortlist_no=shortlist_no, look=look, person=person)
        else:
            desk = desk_of(session, actor=actor, shortlist_no=shortlist_no, look=look, person=person)
        return refused_act(desk, error, written=written, is_part=is_fragment())


def _part(session: Session, shortlist_no: str, *, goes_on: bool) -> tuple[Desk, Seat]:
    """Return the desk with one seat laid open, the next to be spoken of where it goes on, and the seat of the act."""
    actor, person = current_actor(), request.form.get("person")
    look = asked_look(request.form, actor=actor)
    on = (lambda desk: desk.next_place) if goes_on else None
    return part_of_desk(session, actor=actor, shortlist_no=shortlist_no, look=look, person=person, goes_on=on)


def _seen_at() -> datetime:
    """Return when the rows of the page were last told; this very moment where it does not say."""
    try:
        return datetime.fromisoformat(request.form.get("seen", "")).astimezone(UTC)
    except ValueError:
        return now()


def _written() -> dict[str, Any]:
    """Return what the form says; a reason that was pressed says the decision as well."""
    pressed = request.form.get("why", "")
    codes = [pressed] if pressed else [code for code in request.form.getlist("reason_codes") if code]
    decision = str(ReviewDecision.NOT_SUITABLE) if pressed else request.form.get("decision", "")
    return {"decision": decision, "reason_codes": codes, "reason": asked_text(request.form, "reason", longest=2_000)}


def _decision(code: str) -> ReviewDecision:
    if code in set(map(str, ReviewDecision)):
        return ReviewDecision(code)
    problem = Text("请选择结论。", "Choose a decision.")
    raise InvalidInput(problem, place="decision", fields={"decision": [problem]})
