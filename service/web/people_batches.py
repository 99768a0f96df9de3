"""What is done with many people of the list: selecting them, taking them away, changing them; and saved views."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from service.access import Actor
from service.context import current_actor, current_language, now, reading, unit_of_work
from service.errors import InvalidInput, ServiceError
from service.usecases.outgoing.exporting_lists import export_list
from service.usecases.records import batch_edits, batch_moves, people, people_selection, saved_views
from service.web.downloads import download_of
from service.web.formatting import in_language, number
from service.web.people import list_page
from service.web.people_lists import PeopleQuery, asked_people
from service.web.reader import is_fragment

__all__ = ["blueprint"]

blueprint = Blueprint("people_batches", __name__)
_SHOWN_REFUSALS = 5
_SIGNED = ("signed_name", "document", "reason")
_LONGEST = 120


@blueprint.post("/people/selection")
def select() -> str | Response:
    """Take who is ticked on a page into the selection, or everybody whom the query finds, or clear it."""
    actor, query = current_actor(), _query()
    act, n_before = request.form.get("act", ""), 0
    with unit_of_work() as session:
        if act == "all":
            people_selection.select_found(session, actor=actor, filters=query.filters, now=now())
        elif act in {"clear", "restore"}:
            n_before = len(people_selection.selected_numbers(session, actor=actor))
            people_selection.clear_selection(session, actor=actor, is_undone=act == "restore", now=now())
        else:
            shown = request.form.getlist("shown")
            ticked = shown if act == "page" else request.form.getlist("pick")
            people_selection.change_selection(
                session, actor=actor, added=ticked, removed={*shown} - {*ticked}, now=now()
            )
    if is_fragment():
        return _bar(actor, query)
    if act == "clear" and n_before:
        flash(_("The selection is cleared."), f"undo {url_for('people_batches.select')} restore")
    return redirect(query.listing.url(page=query.listing.page), 303)


@blueprint.post("/people/export")
def export() -> Response:
    """Hand out exactly what the list shows, or who is selected of it, as a workbook."""
    actor, query = current_actor(), _query()
    with unit_of_work() as session:
        filters = dict(query.filters)
        if request.form.get("act") == "selected":
            filters = {"person_no": people_selection.selected_numbers(session, actor=actor)}
        made = export_list(
            session,
            actor=actor,
            subject="people",
            file_format="xlsx",
            filters=filters,
            columns=query.columns,
            sort=query.listing.sort,
            language=current_language(),
            now=now(),
        )
    return download_of(made)


@blueprint.post("/people/batch")
def edit() -> Response | tuple[str, int]:
    """Give one field of everybody who is selected one value, or take that back."""
    actor, query = current_actor(), _query()
    is_undone = request.form.get("act") == "undo"
    try:
        with unit_of_work() as session:
            outcome = (
                batch_edits.undo_last_edit(session, actor=actor, now=now())
                if is_undone
                else batch_edits.edit_people(
                    session,
                    actor=actor,
                    numbers=people_selection.selected_numbers(session, actor=actor),
                    name=request.form.get("field", ""),
                    value=request.form.get("value", "").strip() or None,
                    now=now(),
                )
            )
    except ServiceError as error:
        return list_page(query, error=error), error.status
    _tell(outcome, is_undone=is_undone)
    return redirect(query.listing.url(page=query.listing.page), 303)


@blueprint.post("/people/batch/moves")
def move() -> Response | tuple[str, int]:
    """Lead everybody who is selected to one state."""
    actor, query = current_actor(), _query()
    given = {name: request.form.get(name, "").strip()[:_LONGEST] or None for name in _SIGNED}
    try:
        with unit_of_work() as session:
            batch_moves.move_records(
                session,
                actor=actor,
                numbers=people_selection.selected_numbers(session, actor=actor),
                to=request.form.get("to", ""),
                now=now(),
                **given,
            )
    except ServiceError as error:
        return list_page(query, error=error), error.status
    return redirect(url_for("people_batches.outcome", state=query.state or None), 303)


@blueprint.get("/people/batch/moves")
def outcome() -> str | Response:
    """Show what became of each record that was led on last."""
    actor, query = current_actor(), asked_people(current_actor(), request.args.get("state", ""))
    with reading() as session:
        told = batch_moves.told_outcome(session, actor=actor)
        if told is None:
            return redirect(query.listing.url(), 303)
        to, found = told
        numbers = [*found.changed, *found.same, *(one for one, _why in found.refused)]
        seen = people.list_people(
            session, actor=actor, filters={"person_no": numbers}, page=1, page_size=len(numbers) or 1, now=now()
        )
        names = {person.person_no: person.name for person in seen.items}
        rows = [
            *((one, names.get(one), "bad", in_language(why)) for one, why in found.refused),
            *((one, names.get(one), "", _("Was in this state already.")) for one in found.same),
            *((one, names.get(one), "ok", _("Led on")) for one in found.changed),
        ]
        return render_template("people/moved.html", query=query, state=to, found=found, rows=rows)


@blueprint.post("/people/views")
def save_view() -> Response | tuple[str, int]:
    """Save what the list shows under a name."""
    query = _query()
    try:
        with unit_of_work() as session:
            saved = saved_views.save_view(
                session,
                actor=current_actor(),
                subject="people",
                name=request.form.get("name", ""),
                state=query.saved_state,
                is_shared=request.form.get("is_shared") == "yes",
                now=now(),
            )
    except InvalidInput as error:
        return list_page(query, error=error), error.status
    flash(_("Saved as “%(name)s”.", name=saved.name), "done")
    return redirect(query.listing.url(page=query.listing.page), 303)


@blueprint.post("/people/views/<int:view_id>/delete")
def delete_view(view_id: int) -> Response:
    """Delete an own view."""
    query = _query()
    with unit_of_work() as session:
        view = saved_views.delete_view(session, actor=current_actor(), view_id=view_id, now=now())
    flash(_("The view “%(name)s” is deleted.", name=view.name), "done")
    return redirect(query.listing.url(page=query.listing.page), 303)


def _query() -> PeopleQuery:
    return asked_people(current_actor(), request.form.get("state", ""))


def _bar(actor: Actor, query: PeopleQuery) -> str:
    with reading() as session:
        selected = set(people_selection.selected_numbers(session, actor=actor))
    n_found = request.form.get("found", "0")
    return render_template(
        "people/_batch.html",
        query=query,
        selected=selected,
        refused_form="",
        n_found=int(n_found) if n_found.isascii() and n_found.isdigit() else 0,
    )


def _tell(outcome: batch_edits.BatchOutcome, *, is_undone: bool) -> None:
    n, n_refused = len(outcome.changed), len(outcome.refused)
    if is_undone:
        flash(ngettext("%(n)s record is as before.", "%(n)s records are as before.", n, n=number(n)), "done")
    elif n:
        said = ngettext("%(n)s record is changed.", "%(n)s records are changed.", n, n=number(n))
        flash(said, f"undo {url_for('people_batches.edit')} undo")
    if outcome.same:
        n_same = len(outcome.same)
        told = ngettext("%(n)s record had this value already.", "%(n)s records had this value already.", n_same,
                        n=number(n_same))  # fmt: skip
        flash(told, "notice")
    if n_refused:
        numbers = _(", ").join(one for one, _why in outcome.refused[:_SHOWN_REFUSALS])
        flash(
            ngettext(
                "%(n)s record was not changed (%(numbers)s): %(why)s",
                "%(n)s records were not changed (%(numbers)s ...): %(why)s",
                n_refused,
                n=number(n_refused),
                numbers=numbers,
                why=in_language(outcome.refused[0][1]),
            ),
            "notice",
        )
