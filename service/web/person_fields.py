"""One field of a person's record: its history, changing it in place, asking to have it corrected."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from schemas.people import PersonSchema
from service.access import may
from service.context import current_actor, now, reading, unit_of_work
from service.errors import Conflict, InvalidInput, PreconditionFailed, VersionConflict
from service.usecases.records import corrections, people, villages
from service.usecases.records.histories import history_of
from service.usecases.records.provenance import SourceKind
from service.web.forms import asked_text, asked_version
from service.web.person_sections import FIELDS, HOME, field_row, named_fields, person_form_fields
from service.web.reader import is_fragment
from service.web.record_forms import Form, typed_in, written_value

__all__ = ["blueprint"]

blueprint = Blueprint("person_fields", __name__)
_CONFLICT = 409  # both versions are on the page


@blueprint.get("/people/<path:person_no>/fields/<field>")
def show(person_no: str, field: str) -> str:
    """Show a field with its history, and the forms that change it."""
    return _page(person_no, field, is_open=request.args.get("shut") != "1")


@blueprint.post("/people/<path:person_no>/fields/<field>")
def edit(person_no: str, field: str) -> Response | str | tuple[str, int]:
    """Change a field; somebody else's change in between is shown beside one's own."""
    current_actor()  # who is not signed in learns nothing, not even which fields there are
    names = _names(field)
    form = Form(typed=typed_in(request.form, names, person_form_fields(names)))
    record = form.load(PersonSchema(partial=True), names)
    if form.problems:
        return _page(person_no, field, form=form), InvalidInput.status
    version = asked_version(request.form)
    try:
        with unit_of_work() as session:
            people.edit_person(
                session,
                actor=current_actor(),
                person_no=person_no,
                record=record,
                expected_version=version,
                now=now(),
                via=SourceKind.FORM,
            )
    except PreconditionFailed:
        return _page(person_no, field, form=form, is_conflict=True), _CONFLICT
    except InvalidInput as error:
        form.refuse(error)
        return _page(person_no, field, form=form), error.status
    except Conflict as error:
        return _page(person_no, field, form=form, error=error), error.status
    if is_fragment():
        return _page(person_no, field, is_open=False)
    flash(_("Saved."), "done")
    return redirect(url_for("people.show", person_no=person_no, _anchor=f"r-{field}"), 303)


@blueprint.post("/people/<path:person_no>/fields/<field>/corrections")
def propose(person_no: str, field: str) -> Response | tuple[str, int]:
    """Ask to have a field corrected."""
    current_actor()  # who is not signed in learns nothing, not even which fields there are
    names = _names(field)
    form = Form(typed=typed_in(request.form, names, person_form_fields(names)))
    reason = asked_text(request.form, "reason", longest=500)
    value: Any = form.typed[field]
    try:
        with unit_of_work() as session:
            corrections.propose_correction(
                session,
                actor=current_actor(),
                person_no=person_no,
                field=field,
                value=value or None,
                reason=reason,
                seen_version=asked_version(request.form) if "version" in request.form else None,
                now=now(),
            )
    except InvalidInput as error:
        form.refuse(error)
        return _page(person_no, field, form=form, asked_reason=reason), error.status
    except VersionConflict as error:
        return _page(person_no, field, form=form, asked_reason=reason, is_conflict=True), error.status
    except Conflict as error:
        return _page(person_no, field, form=form, asked_reason=reason, error=error), error.status
    flash(_("The correction is asked for; an officer decides."), "done")
    return redirect(url_for("people.show", person_no=person_no, _anchor="corrections"), 303)


def _names(field: str) -> tuple[str, ...]:
    if field not in FIELDS:
        raise NotFound
    return named_fields(field)


def _page(
    person_no: str,
    field: str,
    *,
    form: Form | None = None,
    asked_reason: str | None = None,
    is_open: bool = True,
    is_conflict: bool = False,
    error: Conflict | None = None,
) -> str:
    """Return the page or the part of a field; `asked_reason` stands where a request for correction was refused."""
    actor = current_actor()
    names = _names(field)
    with reading() as session:
        person = people.get_person(session, actor=actor, person_no=person_no)
        history = history_of(session, actor=actor, kind="people", number=person.person_no)
        counties = villages.county_names(session, actor=actor)
        row = field_row(person, field, history=history, counties=counties, actor=actor)
        written = _written(person, names) if may(actor, "edit_people") or row.is_correctable else {}
        return render_template(
            "people/_field.html" if is_fragment() else "people/field.html",
            person=person,
            row=row,
            fields=person_form_fields(names),
            form=form or Form(typed=written),
            written=written,
            is_open=is_open,
            is_conflict=is_conflict,
            asked_reason=asked_reason,
            error=error,
        )


def _written(person: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """Return what stands in the record as somebody would type it."""
    if names == named_fields(HOME):
        places = (person.home_county, person.home_township, person.home_village)
        return {name: place.name if place else "" for name, place in zip(names, places, strict=True)}
    schema, (name,) = PersonSchema(partial=True), names
    is_month = name == "birth_date" and bool(person.birth_date_is_month)
    return {name: written_value(name, getattr(person, name), schema, is_month=is_month)}
