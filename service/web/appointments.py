"""Appointments: who holds which post until when, and each step from the public notice to the end of the term."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from service.access import may
from service.context import current_actor, now, reading, unit_of_work
from service.errors import Conflict, Forbidden, InvalidInput, ServiceError
from service.usecases.days import day_of
from service.usecases.workflow.appointing import move_appointment
from service.usecases.workflow.appraisals import appraisal_year, list_appraisals_due
from service.usecases.workflow.terms import get_appointment, list_appointments, terms_ending
from service.web.listing import PAGE_SIZE, asked_listing
from service.web.moves import asked_of, steps_from, waits_for
from service.web.options import coded_options
from service.web.versions import move_versions
from service.workflow import workflow_in_force

__all__ = ["blueprint"]

blueprint = Blueprint("appointments", __name__)


@blueprint.get("/appointments")
def index() -> str:
    """Show the appointments, the newest first, or those of one state."""
    listing = asked_listing(filters=("state",), sorts=(), default_sort="")
    known = dict(coded_options("appointment_state"))
    state = listing.asked("state") if listing.asked("state") in known else None
    with reading() as session:
        page = list_appointments(session, actor=current_actor(), state=state, page=listing.page, page_size=PAGE_SIZE)
        return render_template("appointments/list.html", listing=listing, page=page, state=state, states=known)


@blueprint.get("/appointments/terms-ending")
def ending() -> str:
    """Show the terms that end soon, the soonest first."""
    with reading() as session:
        found = terms_ending(session, actor=current_actor(), now=now())
        return render_template("appointments/ending.html", found=found, states=dict(coded_options("appointment_state")))


@blueprint.get("/appointments/appraisals-due")
def appraisals() -> str:
    """Show whose yearly appraisal is due."""
    listing = asked_listing(filters=(), sorts=(), default_sort="")
    with reading() as session:
        page = list_appraisals_due(session, actor=current_actor(), page=listing.page, page_size=PAGE_SIZE, now=now())
        return render_template(
            "appointments/appraisals.html",
            listing=listing,
            page=page,
            year=appraisal_year(now()),
            may_appraise=may(current_actor(), "publish_notices"),
            states=dict(coded_options("appointment_state")),
        )


@blueprint.get("/appointments/<appointment_no>")
def show(appointment_no: str) -> str:
    """Show one appointment, how it came to where it stands, and what comes next."""
    return _page(appointment_no)


@blueprint.post("/appointments/<appointment_no>/moves")
def move(appointment_no: str) -> Response | tuple[str, int]:
    """Lead an appointment on: objection, confirmation, post, appraisal, renewal, recall, end."""
    try:
        asked = asked_of(request.form)
        with unit_of_work() as session:
            move_appointment(session, actor=current_actor(), appointment_no=appointment_no, asked=asked, now=now())
    except (InvalidInput, Conflict, Forbidden) as error:
        return _page(appointment_no, error=error), error.status
    flash(_("Saved."), "done")
    return redirect(url_for("appointments.show", appointment_no=appointment_no), 303)


def _page(appointment_no: str, *, error: ServiceError | None = None) -> str:
    actor, machine = current_actor(), workflow_in_force().machines["appointment"]
    with reading() as session:
        view = get_appointment(session, actor=actor, appointment_no=appointment_no)
        candidacy = view.appointment.candidacy
        return render_template(
            "appointments/one.html",
            appointment=view.appointment,
            notice=view.appointment.notices[-1] if view.appointment.notices else None,
            moves=view.moves,
            due=view.moves[-1] if view.moves else None,
            shortlist_no=candidacy.shortlist.shortlist_no if candidacy else None,
            steps=steps_from(machine, view.appointment.state, actor),
            waits_for=waits_for(machine, view.appointment.state),
            today=day_of(now()),
            written=request.form if error else {},
            error=error,
            versions=move_versions(error, request.form, states="appointment_state"),
        )
