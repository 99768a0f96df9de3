"""The form of a vacancy, with who would be eligible while it is being written."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from schemas.vacancies import VacancySchema
from service.context import current_actor, now, reading, unit_of_work
from service.errors import Conflict, InvalidInput, PreconditionFailed
from service.usecases.records import drafts, vacancies
from service.usecases.records.provenance import SourceKind
from service.usecases.records.vacancy_prospects import Prospects, prospects_of
from service.usecases.records.villages import own_place
from service.web.forms import asked_version
from service.web.reader import is_fragment
from service.web.record_forms import Form, FormField, form_fields, typed_in, written_value
from service.web.unsent import DRAFTED

__all__ = ["blueprint"]

blueprint = Blueprint("vacancy_forms", __name__)
_DRAFT = "vacancy"
_CONFLICT = 409
_SECTIONS = (
    ("place", lazy_gettext("Village and post"),
     ("county", "township", "village", "post_type", "rule_profile", "headcount", "term_months", "start_date",
      "deadline_on")),
    ("rules", lazy_gettext("Requirements"),
     ("age_max", "education_min", "degree_min", "work_years_min", "political_req", "majors", "requirement_basis",
      "experience")),
    ("needs", lazy_gettext("What the village needs"),
     ("industry_text", "industry_need", "themes", "five", "resources", "resource_text", "village_needs",
      "settlement_type")),
    ("more", lazy_gettext("More"), ("accommodation", "contact", "note")),
)  # fmt: skip
_NAMES = tuple(name for _key, _title, names in _SECTIONS for name in names)
#: Without these a new vacancy is refused, by more than one field at a time.
_NEEDED = frozenset({"village", "industry_text"})
_AHEAD = frozenset({"start_date", "deadline_on"})
_OF_VILLAGE = {"county": "township.county.name", "township": "township.name", "village": "name"}


@blueprint.get("/vacancies/new")
def new() -> str:
    """Show an empty form, or what was begun."""
    with reading() as session:
        place = own_place(session, actor=current_actor())
    return _shown("", Form(typed={**dict.fromkeys(_NAMES, ""), **place}), version=None)


@blueprint.get("/vacancies/<path:vacancy_no>/edit")
def edit(vacancy_no: str) -> str:
    """Show the form of a registered vacancy."""
    with reading() as session:
        vacancy = vacancies.get_vacancy(session, actor=current_actor(), vacancy_no=vacancy_no)
        return _shown(vacancy_no, Form(typed=_written(vacancy)), version=vacancy.version)


@blueprint.post("/vacancies/new")
def register() -> Response | tuple[str, int]:
    """Register a vacancy."""
    return _send("")


@blueprint.post("/vacancies/<path:vacancy_no>/edit")
def change(vacancy_no: str) -> Response | tuple[str, int]:
    """Change a vacancy; somebody else's change in between is shown beside one's own."""
    return _send(vacancy_no)


@blueprint.post("/vacancies/prospects")
def prospects() -> str:
    """Keep what is typed so far, and say who would be eligible."""
    actor, typed, number = current_actor(), _typed(), request.form.get("vacancy_no", "")
    with unit_of_work() as session:
        drafts.keep_draft(session, actor=actor, kind=_DRAFT, subject_no=number[:40], content=typed, now=now())
    if is_fragment():
        return render_template("vacancies/_prospects.html", prospects=_prospects(typed), kept_at=now())
    version = request.form.get("version", "")
    return _page(number, Form(typed=typed), version=int(version) if version.isdigit() else None, kept_at=now())


@blueprint.post("/vacancies/discard")
def discard() -> Response:
    """Throw away what was begun."""
    number = request.form.get("vacancy_no", "")
    with unit_of_work() as session:
        drafts.drop_draft(session, actor=current_actor(), kind=_DRAFT, subject_no=number[:40])
    flash(_("The draft is discarded."), "done")
    return redirect(_address(number), 303)


def _send(vacancy_no: str) -> Response | tuple[str, int]:
    actor, form = current_actor(), Form(typed=_typed())
    record = form.load(VacancySchema(partial=bool(vacancy_no)), _NAMES)
    version = asked_version(request.form) if vacancy_no else None
    status, theirs = InvalidInput.status, None
    if not form.problems:
        try:
            with unit_of_work() as session:
                number = _save(session, record, vacancy_no, version=version)
                drafts.drop_draft(session, actor=actor, kind=_DRAFT, subject_no=vacancy_no)
            flash(_("Saved."), "done")
            return redirect(url_for("vacancies.show", vacancy_no=number), 303)
        except InvalidInput as error:
            form.refuse(error)
        except PreconditionFailed:
            status, theirs = _CONFLICT, _now_on_record(vacancy_no)
        except Conflict as error:
            form.problems[error.place or "vacancy_no"] = [error.problem]
    with unit_of_work() as session:
        drafts.keep_draft(session, actor=actor, kind=_DRAFT, subject_no=vacancy_no, content=form.typed, now=now())
    version = theirs[1] if theirs else version
    return _page(vacancy_no, form, version=version, theirs=theirs[0] if theirs else None), status


def _save(session: Any, record: dict[str, Any], vacancy_no: str, *, version: int | None) -> str:
    common: dict[str, Any] = {"actor": current_actor(), "record": record, "now": now(), "via": SourceKind.FORM}
    if version is None:
        return vacancies.register_vacancy(session, **common).vacancy_no
    return vacancies.edit_vacancy(session, vacancy_no=vacancy_no, expected_version=version, **common).vacancy_no


def _now_on_record(vacancy_no: str) -> tuple[dict[str, Any], int]:
    with reading() as session:
        vacancy = vacancies.get_vacancy(session, actor=current_actor(), vacancy_no=vacancy_no)
        return _written(vacancy), vacancy.version


def _prospects(typed: dict[str, Any]) -> Prospects | None:
    """Count with what can be read so far; None until the post is chosen."""
    schema, record = VacancySchema(partial=True), dict[str, Any]()
    for name in _NAMES:
        record |= Form(typed=typed).load(schema, [name]) if typed.get(name) else {}
    if not record.get("post_type"):
        return None
    with reading() as session:
        return prospects_of(session, actor=current_actor(), record=record, now=now())


def _typed() -> dict[str, Any]:
    return typed_in(request.form, _NAMES, _fields())


def _fields(names: Iterable[str] = _NAMES) -> dict[str, FormField]:
    fields = form_fields(VacancySchema(), "vacancies", list(names))
    ahead = f"{now().year + 1}-01-31"
    return {
        name: replace(one, is_required=one.is_required or name in _NEEDED, hint=ahead if name in _AHEAD else one.hint)
        for name, one in fields.items()
    }


def _written(vacancy: Any) -> dict[str, Any]:
    """Return what stands in the record as somebody would type it."""
    schema, written = VacancySchema(partial=True), dict[str, Any]()
    for name in _NAMES:
        value: Any = vacancy
        path = _OF_VILLAGE.get(name) or (name if name in {"village_needs", "settlement_type"} else "")
        for step in ("village", *path.split(".")) if path else (name,):
            value = getattr(value, step, None)
        written[name] = written_value(name, value, schema)
    return written


def _shown(vacancy_no: str, form: Form, *, version: int | None) -> str:
    with reading() as session:
        kept = drafts.get_draft(session, actor=current_actor(), kind=_DRAFT, subject_no=vacancy_no)
    if kept is not None:
        form = Form(typed={**form.typed, **kept.content})
    return _page(vacancy_no, form, version=version, kept_at=kept.changed_at if kept else None)


def _page(
    vacancy_no: str, form: Form, *, version: int | None, kept_at: Any = None, theirs: dict[str, Any] | None = None
) -> str:
    return render_template(
        "vacancies/form.html",
        vacancy_no=vacancy_no,
        form=form,
        fields=_fields(),
        sections=_SECTIONS,
        version=version,
        kept_at=kept_at,
        theirs=theirs,
        prospects=_prospects(form.typed),
        address=_address(vacancy_no),
    )


def _address(vacancy_no: str) -> str:
    if vacancy_no:
        return url_for("vacancy_forms.edit", vacancy_no=vacancy_no)
    return url_for("vacancy_forms.new")


DRAFTED["vacancy_forms.register"] = (_DRAFT, "vacancy_forms.new", _typed)
DRAFTED["vacancy_forms.change"] = (_DRAFT, "vacancy_forms.edit", _typed)
DRAFTED["vacancy_forms.prospects"] = (_DRAFT, _address, _typed)
