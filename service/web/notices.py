"""The public notice before an appointment: exactly what was made public, to read, to print and to take away."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from matching.vocabulary import Text
from service.context import current_actor, current_language, now, reading, unit_of_work
from service.errors import NotFound
from service.usecases.outgoing.exporting_notices import export_notice
from service.usecases.workflow.notice_fields import printed_fields
from service.usecases.workflow.terms import appointment_by_number, get_appointment
from service.web.downloads import download_of
from service.workflow.working_days import MANUAL_CHECK

__all__ = ["blueprint"]

blueprint = Blueprint("notices", __name__)


@blueprint.get("/appointments/<appointment_no>/notice")
def show(appointment_no: str) -> str:
    """Show the latest notice of an appointment."""
    with reading() as session:
        view = get_appointment(session, actor=current_actor(), appointment_no=appointment_no)
        appointment = view.appointment
        notice = appointment.notices[-1] if appointment.notices else None
        candidacy = appointment.candidacy
        return render_template(
            "shortlists/notice.html",
            appointment=appointment,
            notice=notice,
            rows=printed_fields(notice.shown) if notice else [],
            shortlist_no=candidacy.shortlist.shortlist_no if candidacy else None,
            manual_check=MANUAL_CHECK,
        )


@blueprint.post("/appointments/<appointment_no>/notice/file")
def take(appointment_no: str) -> Response:
    """Hand out the latest notice as a file: PDF, or Word where it is asked for."""
    file_format = "docx" if request.form.get("format") == "docx" else "pdf"
    actor = current_actor()
    with unit_of_work() as session:
        appointment = appointment_by_number(session, actor=actor, appointment_no=appointment_no)
        if not appointment.notices:
            raise NotFound(
                Text("这次任用还没有公示。", "No notice of this appointment has been made."),
                remedy=Text("请先进行公示。", "Lead it to publicity first."),
                place="notice",
            )
        made = export_notice(
            session,
            actor=actor,
            notice_no=appointment.notices[-1].notice_no,
            file_format=file_format,
            language=current_language(),
            now=now(),
        )
    return download_of(made)
