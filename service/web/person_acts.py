"""What is owed to a person, on the pages: consent, correction, who saw the record, the own file."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from matching.vocabulary import Text
from service.context import current_actor, current_language, now, reading, unit_of_work
from service.errors import NotFound, ServiceError
from service.files.person_files import action_label, person_file_page
from service.usecases.auditing.audit_groups import together
from service.usecases.auditing.audit_lines import LogQuery, read_log
from service.usecases.days import day_of
from service.usecases.outgoing.exporting_lists import list_columns
from service.usecases.privacy import consents, own_files
from service.usecases.records import corrections, people
from service.usecases.records.provenance import SourceKind
from service.web.downloads import file_answer
from service.web.forms import asked_day_if_any, asked_number, asked_text
from service.web.people import record_page

__all__ = ["blueprint"]

blueprint = Blueprint("person_acts", __name__)
_SHOWN_VIEWS = 200


@blueprint.post("/people/<path:person_no>/consents")
def consent(person_no: str) -> Response | tuple[str, int]:
    """Record that a person agreed, or withdrew."""
    is_withdrawn = request.form.get("act") == "withdraw"
    try:
        on = asked_day_if_any(request.form, "on")
        with unit_of_work() as session:
            given: dict[str, Any] = {
                "actor": current_actor(),
                "person_no": person_no,
                "purpose": request.form.get("purpose", consents.MATCHING),
                "signed_by": asked_text(request.form, "signed_by", longest=60),
                "document": asked_text(request.form, "document", longest=120),
                "now": now(),
                "via": SourceKind.FORM,
            }
            if is_withdrawn:
                consents.withdraw_consent(session, **given, withdrawn_on=on)
            else:
                consents.give_consent(session, **given, given_on=on)
    except NotFound:  # there is no page to say it on, and asking for it would be a second attempt
        raise
    except ServiceError as error:
        return record_page(person_no, error=error), error.status
    flash(_("The withdrawal is recorded; it acts at once.") if is_withdrawn else _("The consent is recorded."), "done")
    return redirect(url_for("people.show", person_no=person_no, _anchor="consent"), 303)


@blueprint.post("/people/<path:person_no>/corrections")
def decide(person_no: str) -> Response | tuple[str, int]:
    """Accept or refuse a correction that was asked for."""
    try:
        with unit_of_work() as session:
            corrections.decide_correction(
                session,
                actor=current_actor(),
                correction_id=asked_number(request.form, "correction"),
                accept=request.form.get("act") == "accept",
                reason=asked_text(request.form, "reason", longest=500),
                now=now(),
            )
    except ServiceError as error:
        return record_page(person_no, error=error), error.status
    flash(_("Decided."), "done")
    return redirect(url_for("people.show", person_no=person_no, _anchor="corrections"), 303)


@blueprint.get("/people/<path:person_no>/views")
def views(person_no: str) -> str:
    """Show who saw a record; looking at it is a line of its own."""
    actor = current_actor()
    with reading() as session:
        person = people.get_person(session, actor=actor, person_no=person_no)
        lines = read_log(session, LogQuery(person_no=person.person_no, limit=_SHOWN_VIEWS), actor=actor)
        return render_template("people/views.html", person=person, lines=together(lines), action_label=action_label)


@blueprint.get("/people/<path:person_no>/file")
def own_file(person_no: str) -> Response:
    """Hand out everything that is held about a person."""
    with unit_of_work() as session:
        document = own_files.person_file(session, actor=current_actor(), person_no=person_no, now=now())
    labels = list_columns("people").labels
    page = person_file_page(document, language=current_language(), label=lambda key: labels.get(key, Text(key, key)))
    stem = f"{day_of(now()):%Y%m%d}.html"
    name = f"{_('Own file')}_{document['person_no']}_{stem}"
    return file_answer(page.encode(), media_type="text/html; charset=utf-8", name=name, plain=f"file_{stem}")
