"""What is done on the review desk: beginning, saying something of a person, taking it back."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from matching.vocabulary import ReviewDecision, Text
from service.context import current_actor, now, reading, unit_of_work
from service.errors import Conflict, InvalidInput, ServiceError, VersionConflict
from service.usecases.records import drafts
from service.usecases.workflow import reviewing
from service.usecases.workflow.moving import Asked
from service.usecases.workflow.rounds import move_shortlist
from service.web.desk import Desk, Seat
from service.web.desk_making import desk_of, part_of_desk
from service.web.desk_pages import WRITTEN, after_act, refused_act, resumed_page, said_words
from service.web.forms import asked_text, asked_version
from service.web.looks import OFFICE, asked_look
from service.web.reader import is_fragment
from service.web.unsent import DRAFTED

__all__ = ["blueprint"]

blueprint = Blueprint("reviews", __name__)

Answer = Response | tuple[str, int]
_DRAFT = "review"


@blueprint.post("/shortlists/<shortlist_no>/review")
def begin(shortlist_no: str) -> Answer:
    """Open the review of a list."""
    try:
        asked = Asked(to="under_review", version=asked_version(request.form))
        with unit_of_work() as session:
            move_shortlist(session, actor=current_actor(), shortlist_no=shortlist_no, asked=asked, now=now())
    except (InvalidInput, Conflict) as error:
        return _refused(shortlist_no, error, written=None)
    return redirect(url_for("shortlists.show", shortlist_no=shortlist_no), 303)


@blueprint.post("/shortlists/<shortlist_no>/opinions")
def say(shortlist_no: str) -> Answer:
    """Say something of a person, in one's own name or for the office, and go on to the next."""
    written = _written()

    def act(session: Session, said: dict[str, Any]) -> object:
        is_office = asked_look(request.form, actor=current_actor()).voice == OFFICE
        write = reviewing.conclude if is_office else reviewing.give_opinion
        codes = tuple(written["reason_codes"])
        decision = _decision(written["decision"])
        words: dict[str, Any] = {"reason": written["reason"] or None, "document": written["document"] or None}
        return write(session, decision=decision, reason_codes=codes, **words, **said)

    return _acted(shortlist_no, act, written=written)


@blueprint.get("/shortlists/<shortlist_no>/unsent")
def resume(shortlist_no: str) -> Answer:
    """Show the desk with what was typed before the session ended, beside what others wrote since."""
    actor = current_actor()
    with unit_of_work() as session:
        kept = drafts.get_draft(session, actor=actor, kind=_DRAFT, subject_no=shortlist_no)
        if kept is None:
            return redirect(url_for("shortlists.show", shortlist_no=shortlist_no), 303)
        look, person, written = asked_look(kept.content, actor=actor), kept.content["person"], kept.content["written"]
        desk = desk_of(session, actor=actor, shortlist_no=shortlist_no, look=look, person=person)
        candidacy = desk.seat.candidacy
        if candidacy is None:
            return redirect(url_for("shortlists.show", shortlist_no=shortlist_no), 303)
        told = {"candidacy_no": candidacy.candidacy_no, "version": _version_of(kept.content), "now": now()}
        try:
            reviewing.refuse_overtaken(session, actor=actor, **told)
        except VersionConflict as error:
            return refused_act(desk, error, written={**WRITTEN, **written}, is_part=False)[0], 200
        return resumed_page(desk, written), 200


def _version_of(content: Mapping[str, Any]) -> int:
    written = str(content.get("version", ""))
    return int(written) if written.isascii() and written.isdigit() else 0


@blueprint.post("/shortlists/<shortlist_no>/undo")
def undo(shortlist_no: str) -> Answer:
    """Take back what the reader said last."""

    def act(session: Session, said: dict[str, Any]) -> object:
        is_office = asked_look(request.form, actor=current_actor()).voice == OFFICE
        return reviewing.undo_review(session, is_conclusion=is_office, **said)

    return _acted(shortlist_no, act, written=None)


def _acted(
    shortlist_no: str, act: Callable[[Session, dict[str, Any]], object], *, written: dict[str, Any] | None
) -> Answer:
    """Act and show what comes of it in one transaction: what cannot be shown was not done."""
    try:
        with unit_of_work() as session:
            version = asked_version(request.form)
            number = request.form.get("candidacy_no", "")
            # held, so that what it led to is not read again
            _done = act(session, {"actor": current_actor(), "candidacy_no": number, "version": version, "now": now()})
            desk, about = _part(session, shortlist_no, goes_on=written is not None)
            name = desk.name(about)
            said = _("Taken back: %(name)s", name=name) if written is None else said_words(desk, written, name=name)
            answer = after_act(desk, about=about, said=said, since=_seen_at()) if is_fragment() else None
    except (InvalidInput, Conflict) as error:
        return _refused(shortlist_no, error, written=written)
    if answer is None:
        flash(said, "done")
        answer = redirect(desk.url(), 303)
    return answer


def _refused(shortlist_no: str, error: ServiceError, *, written: dict[str, Any] | None) -> Answer:
    actor, person = current_actor(), request.form.get("person")
    with reading() as session:
        look = asked_look(request.form, actor=actor)
        # whole, also for a part of the page: a refusal names anybody on the list
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
    return {
        "decision": decision,
        "reason_codes": codes,
        "reason": asked_text(request.form, "reason", longest=2_000),
        "document": asked_text(request.form, "document", longest=120),
    }


def _unsent() -> dict[str, Any]:
    """Return what is kept of a form that came after its session had ended."""
    where = {name: request.form.get(name, "") for name in ("person", "as", "blind", "version")}
    return {**where, "written": _written()}


DRAFTED["reviews.say"] = (_DRAFT, "reviews.resume", _unsent)


def _decision(code: str) -> ReviewDecision:
    if code in set(map(str, ReviewDecision)):
        return ReviewDecision(code)
    problem = Text("请选择结论。", "Choose a decision.")
    raise InvalidInput(problem, place="decision", fields={"decision": [problem]})
