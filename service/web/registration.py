"""Registering a person: one form, kept as a draft after every pause, and a hint when somebody is known already."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from matching.vocabulary import RecordStatus, Text
from schemas.people import PersonSchema
from service.access import Actor, may
from service.context import current_actor, now, reading, unit_of_work
from service.errors import Conflict, InvalidInput, ServiceError
from service.usecases.identity.duplicate_hints import Hint, duplicates_of
from service.usecases.records import drafts, people
from service.usecases.records.provenance import SourceKind
from service.usecases.records.record_moves import move_record
from service.usecases.records.villages import own_place
from service.usecases.workflow.moving import Asked
from service.web.formatting import in_language
from service.web.person_sections import TYPED_SECTIONS, person_form_fields
from service.web.reader import is_fragment
from service.web.record_forms import Form, FormField, typed_in
from service.web.unsent import DRAFTED

__all__ = ["DRAFT", "blueprint", "typed_person"]

blueprint = Blueprint("registration", __name__)
DRAFT = "person"
_NAMES = tuple(name for _key, _title, names in TYPED_SECTIONS for name in names)
_MOST_HINTS = 3
_TOLD = "told"  # of the form: whom the hints that were shown speak of
_ASKED = 409


@blueprint.get("/people/new")
def form() -> str:
    """Show the form, with what was begun and not sent."""
    with reading() as session:
        kept = drafts.get_draft(session, actor=current_actor(), kind=DRAFT)
        begun = kept.content if kept else own_place(session, actor=current_actor())
    return _page(Form(typed=_whole(begun)), kept_at=kept.changed_at if kept else None)


@blueprint.post("/people/new")
def register() -> Response | tuple[str, int]:
    """Register the person; whatever is refused stays typed, and stays a draft."""
    actor, form = current_actor(), Form(typed=typed_person())
    record = form.load(PersonSchema(), _NAMES)
    hints = _unseen(actor, form.typed) if not form.problems else []
    if not form.problems and not hints:
        try:
            with unit_of_work() as session:
                made = people.register_person(session, actor=actor, record=record, now=now(), via=SourceKind.FORM)
                if request.form.get("act") == "submit":
                    _submit(session, made.person.person_no, made.person.version, actor=actor)
                drafts.drop_draft(session, actor=actor, kind=DRAFT)
                number, name = made.person.person_no, made.person.name
        except InvalidInput as error:
            form.refuse(error)
            if "reason" in form.problems:
                form.problems["reason"] = [_with_remedy(error)]
        except Conflict as error:
            form.problems[error.place] = [_with_remedy(error)]
        else:
            for finding in made.findings:
                flash(in_language(finding.text), "notice")
            flash(_("%(name)s is registered.", name=name), "done")
            return redirect(url_for("people.show", person_no=number), 303)
    with unit_of_work() as session:
        drafts.keep_draft(session, actor=actor, kind=DRAFT, content=form.typed, now=now())
    asked = {"hints": hints, "is_asked": True} if hints else {"hints": _hints(actor, form.typed)}
    return _page(form, **asked), _ASKED if hints else InvalidInput.status


def _submit(session: Session, person_no: str, version: int, *, actor: Actor) -> None:
    """Lead a new record on as its own step: without a sound id number it needs a reason, which the step keeps."""
    reason = request.form.get("reason", "").strip() or None
    asked = Asked(to=RecordStatus.SUBMITTED, version=version, reason=reason)
    move_record(session, actor=actor, person_no=person_no, asked=asked, now=now(), via=SourceKind.FORM)


def _with_remedy(error: ServiceError) -> Text:
    remedy = error.remedy or Text("", "")
    return Text(f"{error.problem.zh}{remedy.zh}", f"{error.problem.en} {remedy.en}".rstrip())


@blueprint.post("/people/new/draft")
def keep() -> Response | str:
    """Keep what is typed so far, and say of whom it may speak."""
    actor, typed = current_actor(), typed_person()
    with unit_of_work() as session:
        drafts.keep_draft(session, actor=actor, kind=DRAFT, content=typed, now=now())
    if not is_fragment():
        flash(_("The draft is kept; it is here when you come back."), "done")
        return redirect(url_for("registration.form"), 303)
    return render_template("people/_hints.html", hints=_hints(actor, typed), kept_at=now())


@blueprint.post("/people/new/discard")
def discard() -> Response:
    """Throw away what was begun."""
    with unit_of_work() as session:
        drafts.drop_draft(session, actor=current_actor(), kind=DRAFT)
    flash(_("The draft is discarded."), "done")
    return redirect(url_for("registration.form"), 303)


def typed_person() -> dict[str, Any]:
    """Return what is typed into the form that was sent."""
    return typed_in(request.form, _NAMES, _fields())


def _fields() -> dict[str, FormField]:
    return person_form_fields(_NAMES)


def _whole(content: dict[str, Any]) -> dict[str, Any]:
    return {name: content.get(name, "") for name in _NAMES}


def _hints(actor: Actor, typed: dict[str, Any]) -> list[Hint]:
    """Compare what can be read of it with everybody; what cannot be read yet is left out."""
    if not may(actor, "read_duplicates") or len(str(typed.get("name", ""))) < 2:
        return []
    schema, record = PersonSchema(partial=True), dict[str, Any]()
    for name in ("name", "id_number", "phone", "birth_date", "sex", "education", "employer"):
        one = Form(typed=typed)
        record |= one.load(schema, [name]) if typed.get(name) else {}
    record |= {name: typed.get(name) or None for name in ("county", "township", "village")}
    with reading() as session:
        return duplicates_of(session, actor=actor, record=record)[:_MOST_HINTS]


def _unseen(actor: Actor, typed: dict[str, Any]) -> list[Hint]:
    """Return of whom it may speak, if somebody of them was not told of before: without a script nobody was."""
    found = _hints(actor, typed)
    told = set(request.form.getlist(_TOLD))
    return found if any(hint.person_no not in told for hint in found) else []


def _page(form: Form, *, kept_at: Any = None, hints: list[Hint] | None = None, is_asked: bool = False) -> str:
    return render_template(
        "people/new.html",
        form=form,
        fields=_fields(),
        sections=TYPED_SECTIONS,
        kept_at=kept_at,
        hints=hints or [],
        reason=request.form.get("reason", ""),
        is_asked=is_asked,
    )


DRAFTED |= dict.fromkeys(("registration.register", "registration.keep"), (DRAFT, "registration.form", typed_person))
