"""The stages of a list, step by step: proposal, decision with its vote, and each person's way to it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from matching.vocabulary import Text
from service.access import Actor, may
from service.context import current_actor, now, reading, unit_of_work
from service.errors import Conflict, Forbidden, InvalidInput, ServiceError
from service.usecases.days import day_of
from service.usecases.workflow import candidacies
from service.usecases.workflow.admissibility import standing_obstacles
from service.usecases.workflow.appointing import begin_appointment
from service.usecases.workflow.candidacy_views import CandidacyView, Review
from service.usecases.workflow.notice_fields import unrecorded_before_notice
from service.usecases.workflow.post_paths import path_of
from service.usecases.workflow.recorders import recordable_by
from service.usecases.workflow.round_guards import CONSIDERED
from service.usecases.workflow.rounds import move_shortlist
from service.usecases.workflow.terms import appointments_of_list
from service.usecases.workflow.waiting_steps import WaitingStep, following_stage, unsigned_before, waiting_steps
from service.web.desk_making import desk_of
from service.web.forms import asked_day, asked_number, asked_text, asked_version
from service.web.looks import asked_look
from service.web.moves import asked_of, steps_from, waits_for
from service.web.naming import named, refusal_of
from service.web.options import coded_options
from service.web.replies import party_name, reply_name
from service.web.versions import move_versions
from service.workflow import Machine, Transition, workflow_in_force

__all__ = ["blueprint"]

blueprint = Blueprint("rounds", __name__)

Answer = Response | tuple[str, int]

_STAGES = ("generated", "under_review", "proposed", "decided", "closed")
_VOTES = ("n_entitled", "n_present", "n_for", "n_against", "n_abstained")
_LONGEST = 2_000
_LED_BY_HAND = ("proposed", "returned", "decided")


@blueprint.get("/shortlists/<shortlist_no>/round")
def show(shortlist_no: str) -> str:
    """Show where a list stands, who led it there, and what comes next."""
    return _page(shortlist_no)


@blueprint.post("/shortlists/<shortlist_no>/moves")
def move(shortlist_no: str) -> Answer:
    """Propose, return or decide."""

    def act(session: Session) -> None:
        asked = asked_of(request.form, more=_decision() if request.form.get("to") == "decided" else {})
        move_shortlist(session, actor=current_actor(), shortlist_no=shortlist_no, asked=asked, now=now())

    return _acted(shortlist_no, act)


@blueprint.post("/shortlists/<shortlist_no>/additions")
def add(shortlist_no: str) -> Answer:
    """Add somebody by hand."""

    def act(session: Session) -> None:
        candidacies.add_candidacy(
            session,
            actor=current_actor(),
            shortlist_no=shortlist_no,
            person_no=asked_text(request.form, "person_no", longest=40),
            reason=asked_text(request.form, "reason", longest=_LONGEST),
            version=asked_version(request.form),
            now=now(),
        )

    return _acted(shortlist_no, act)


@blueprint.post("/shortlists/<shortlist_no>/candidacies/<candidacy_no>/moves")
def move_candidacy(shortlist_no: str, candidacy_no: str) -> Answer:
    """Lead one person to the next stage, or out."""

    def act(session: Session) -> None:
        candidacies.move_candidacy(
            session, actor=current_actor(), candidacy_no=candidacy_no, asked=asked_of(request.form), now=now()
        )

    return _acted(shortlist_no, act)


@blueprint.post("/shortlists/<shortlist_no>/candidacies/<candidacy_no>/signatures")
def sign(shortlist_no: str, candidacy_no: str) -> Answer:
    """Record a signature with the paper that bears it."""

    def act(session: Session) -> None:
        candidacies.record_signature(
            session,
            actor=current_actor(),
            candidacy_no=candidacy_no,
            signatory=asked_text(request.form, "signatory", longest=30),
            signed_name=asked_text(request.form, "signed_name", longest=60),
            document=asked_text(request.form, "document", longest=120),
            signed_on=asked_day(request.form, "signed_on"),
            version=asked_version(request.form),
            now=now(),
        )

    return _acted(shortlist_no, act)


@blueprint.post("/shortlists/<shortlist_no>/candidacies/<candidacy_no>/notice")
def publish(shortlist_no: str, candidacy_no: str) -> Answer:
    """Make public who is to be appointed."""

    def act(session: Session) -> None:
        office = asked_text(request.form, "office", longest=60)
        phone = asked_text(request.form, "office_phone", longest=40)
        if not office or not phone:
            problem = Text(
                "公示须写明受理单位和电话。", "A notice names the office that takes objections, and its phone."
            )
            raise InvalidInput(problem, place="office")
        begin_appointment(
            session,
            actor=current_actor(),
            candidacy_no=candidacy_no,
            version=asked_version(request.form),
            office=office,
            office_phone=phone,
            now=now(),
        )

    return _acted(shortlist_no, act)


def _acted(shortlist_no: str, act: Callable[[Session], None]) -> Answer:
    try:
        with unit_of_work() as session:
            act(session)
    except (InvalidInput, Conflict, Forbidden) as error:
        return _page(shortlist_no, error=error), error.status
    flash(_("Saved."), "done")
    anchor = asked_text(request.form, "anchor", longest=40) or None
    return redirect(url_for("rounds.show", shortlist_no=shortlist_no, _anchor=anchor), 303)


def _decision() -> dict[str, Any]:
    votes: dict[str, Any] = {name: asked_number(request.form, name) for name in _VOTES}
    votes |= {"meeting": asked_text(request.form, "meeting", longest=60), "held_on": asked_day(request.form, "held_on")}
    return {"votes": votes, "chosen": tuple(request.form.getlist("chosen"))}


def _page(shortlist_no: str, *, error: ServiceError | None = None) -> str:
    actor = current_actor()
    waiting = _waiting(shortlist_no, actor=actor)
    with reading() as session:
        look = asked_look(request.args, actor=actor)
        desk = desk_of(session, actor=actor, shortlist_no=shortlist_no, look=look)
        review = desk.review
        if review is None:
            raise Forbidden(Text("当前账号不能查看审阅进展。", "This account may not see the stages of lists."))
        rules, state = workflow_in_force(), review.round.state
        names = {seat.candidacy.candidacy_no: desk.name(seat) for seat in desk.seats if seat.candidacy}
        return render_template(
            "shortlists/round.html",
            review=review,
            desk=desk,
            names=names,
            shortlist=desk.shortlist,
            signatory_names=_signatory_names(review),
            vacancy=desk.shortlist.vacancy,
            state=state,
            stages=_STAGES,
            done={one.to_state: one for one in review.moves},
            steps=_steps(rules.machines["shortlist"], state, actor),
            waits_for=waits_for(rules.machines["shortlist"], state),
            **_words(),
            written=request.form,
            error=refusal_of(error, names) if error else None,
            versions=move_versions(error, request.form, states=_states_of(request.form), names=names),
            obstacles=standing_obstacles(
                session,
                vacancy=desk.shortlist.vacancy,
                candidacies=[view.candidacy for view in review.candidacies],
                state=state,
                now=now(),
            ),
            **_of_waiting(waiting, review=review, names=names),
            **_of_people(review, actor=actor),
            **_rights(session, shortlist_no, state, actor=actor),
        )


def _signatory_names(review: Review) -> dict[str, Text]:
    return {one.key: one.label for view in review.candidacies for one in path_of(view.candidacy).signatories}


def _words() -> dict[str, Any]:
    return {
        "reason_options": coded_options("reason_code"),
        "considered": CONSIDERED,
        "party_name": party_name,
        "reply_name": reply_name,
        "today": day_of(now()),
    }


def _states_of(form: Mapping[str, str]) -> str:
    """Return the table of the states that a form is about: those of one person, or of the list."""
    return "candidacy_state" if form.get("anchor") else "shortlist_state"


def _of_people(review: Review, *, actor: Actor) -> dict[str, Any]:
    rules, found = workflow_in_force(), [view.candidacy for view in review.candidacies]
    return {
        "ways": {
            view.candidacy.candidacy_no: _ways(rules.machines["candidacy"], view, actor) for view in review.candidacies
        },
        "n_open": sum(one.conclusion is None for one in found),
        "n_considered": sum(one.conclusion in CONSIDERED for one in found),
        "n_wanted": rules.ratio * (review.shortlist.vacancy.headcount or 1),
        "following": {one.candidacy_no: following_stage(one) for one in found},
        "unsigned": {one.candidacy_no: unsigned_before(one) for one in found},
        "signable": {
            view.candidacy.candidacy_no: recordable_by(actor, view.missing_signatures) for view in review.candidacies
        },
    }


def _rights(session: Session, shortlist_no: str, state: str, *, actor: Actor) -> dict[str, Any]:
    sees_appointments = may(actor, "read_appointments")
    return {
        "unrecorded": _unrecorded(shortlist_no, actor=actor) if state == "decided" else {},
        "may_add": state == "under_review" and may(actor, "add_candidacies"),
        "appointments": (
            appointments_of_list(session, actor=actor, shortlist_no=shortlist_no) if sees_appointments else {}
        ),
    }


def _waiting(shortlist_no: str, *, actor: Actor) -> dict[str, WaitingStep]:
    with reading() as session:  # of its own: the conditions read people anew, and unveiled
        return waiting_steps(session, actor=actor, shortlist_no=shortlist_no, targets=_LED_BY_HAND, now=now())


def _unrecorded(shortlist_no: str, *, actor: Actor) -> dict[str, list[Text]]:
    """Return what a notice about each person who was decided on would leave out, where the account may publish it."""
    if not may(actor, "publish_notices"):
        return {}
    with reading() as session:  # of its own, as above
        return unrecorded_before_notice(session, actor=actor, shortlist_no=shortlist_no)


def _of_waiting(waiting: Mapping[str, WaitingStep], *, review: Review, names: Mapping[str, str]) -> dict[str, Any]:
    """Return what is missing before each step, people by their names, and who can be decided on today."""
    decision = waiting.get("decided")
    found = [view.candidacy for view in review.candidacies if view.candidacy.conclusion in CONSIDERED]
    return {
        "waiting": {
            target: replace(one, missing=[named(said, names) for said in one.missing])
            for target, one in waiting.items()
        },
        "ready": {one.candidacy_no for one in found if decision and one.candidacy_no not in decision.unready},
    }


def _steps(machine: Machine, state: str, actor: Actor) -> list[Transition]:
    """Return where the actor can lead the list from here; beginning the review is a button of the desk."""
    found = [one for one in steps_from(machine, state, actor) if one.target != "under_review"]
    return sorted(found, key=lambda one: one.target == "returned")


def _ways(machine: Machine, view: CandidacyView, actor: Actor) -> list[Transition]:
    """Return where the actor can lead a person: to the next stage of the post once it is signed for, or out."""
    due = None if unsigned_before(view.candidacy) else view.next_stage
    wanted = {due, "withdrawn", "rejected"} - {None, "reviewed", "decided"}
    return [one for one in steps_from(machine, view.candidacy.state, actor) if one.target in wanted]
