"""Who is who: pairs that may be one person, decided by keyboard, merged field by field, parted again."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from service.access import Actor, may
from service.context import (
    current_actor,
    current_language,
    database,
    now,
    occasion,
    reading,
    service,
    unit_of_work,
)
from service.errors import ServiceError, VersionConflict
from service.usecases.identity import duplicates, merging, pair_sides, parting
from service.usecases.identity.duplicate_search import find_duplicates
from service.usecases.identity.merge_fields import GROUPS
from service.usecases.identity.pair_decisions import decide_pair
from service.usecases.long_work.run_terms import Kind
from service.usecases.records.histories import history_of
from service.usecases.records.recorded_values import field_label, value_in_words
from service.web.beside import PATIENCE_S, begin_beside
from service.web.formatting import moment
from service.web.forms import asked_number, asked_text
from service.web.listing import Listing, asked_listing
from service.web.versions import Deed, FieldVersions, both_versions, change_versions, deeds_of_record

__all__ = ["blueprint"]

blueprint = Blueprint("duplicates", __name__, url_prefix="/duplicates")

_PAGE_SIZE = 50
_LONGEST = 500
_IS_MONTH = "birth_date_is_month"
_GROUP_NAMES = {"home": "home_village_id", "verification": "record_status", "industries": "industries"}


@blueprint.get("")
def index() -> str:
    """Show the pairs, one of them side by side."""
    return _desk()


@blueprint.get("/<int:pair_id>")
def show(pair_id: int) -> str:
    """Show one pair side by side, beside the list."""
    return _desk(pair_id)


@blueprint.post("/search")
def search() -> Response | tuple[str, int]:
    """Search the whole registry for pairs; a long search goes on beside the requests."""
    order: dict[str, Any] = {"actor": current_actor(), "now": service().clock, "occasion": occasion()}
    store = database()
    try:
        found = begin_beside(Kind.DUPLICATES, lambda: find_duplicates(store, **order), patience_s=PATIENCE_S)
    except ServiceError as error:
        return _desk(error=error), error.status
    if found is None:
        flash(_("The search has begun; this page tells how far it is."), "done")
        return redirect(url_for("jobs.index"), 303)
    flash(
        _("Records compared: %(people)s; new pairs: %(new)s, pairs no longer: %(gone)s.",
          people=found.n_people, new=found.n_new, gone=found.n_gone), "done",
    )  # fmt: skip
    return redirect(url_for(".index"), 303)


@blueprint.post("/<int:pair_id>/decision")
def decide(pair_id: int) -> Response | tuple[str, int]:
    """Say of a pair what it is, and go on to the next."""
    decision = request.form.get("decision", "")
    try:
        with unit_of_work() as session:
            decide_pair(
                session,
                actor=current_actor(),
                pair_id=pair_id,
                decision=decision,
                seen_state=request.form.get("was"),
                note=asked_text(request.form, "note", longest=_LONGEST) or None,
                now=now(),
            )
    except ServiceError as error:
        return _desk(pair_id, error=error), error.status
    if decision == "same":
        return redirect(url_for(".show", pair_id=pair_id, merge="1"), 303)
    flash(_("Said: two people.") if decision == "different" else _("Put off."), "done")
    return redirect(url_for(".index", state=request.form.get("state") or None), 303)


@blueprint.post("/<int:pair_id>/merge")
def merge(pair_id: int) -> Response | tuple[str, int]:
    """Merge the two records as picked."""
    picks = {
        name.removeprefix("pick:"): side for name, side in request.form.items() if name.startswith("pick:") and side
    }
    try:
        with unit_of_work() as session:
            actor = current_actor()
            found = duplicates.get_pair(session, actor=actor, pair_id=pair_id)
            numbers = {found.first.person_no, found.second.person_no}
            kept = request.form.get("keep", "")
            survivor_no = kept if kept in numbers else found.first.person_no
            (absorbed_no,) = numbers - {survivor_no}
            done = merging.merge_people(
                session,
                actor=actor,
                survivor_no=survivor_no,
                absorbed_no=absorbed_no,
                picks=picks,
                note=asked_text(request.form, "note", longest=_LONGEST) or None,
                seen=_seen(found),
                now=now(),
            )
            told = {"absorbed": done.absorbed_no, "survivor": done.survivor_no, "n": len(done.changed)}
    except ServiceError as error:
        return _desk(pair_id, error=error), error.status
    flash(_("%(absorbed)s is merged into %(survivor)s; fields taken over: %(n)s.", **told), "done")
    return redirect(url_for(".merges"), 303)


@blueprint.get("/merges")
def merges() -> str:
    """Show the merges of before."""
    listing = asked_listing(filters=(), sorts=(), default_sort="")
    return _merges_page(listing)


@blueprint.post("/merges/<int:merge_id>/undo")
def undo(merge_id: int) -> Response | tuple[str, int]:
    """Part two records again."""
    try:
        with unit_of_work() as session:
            done = parting.undo_merge(session, actor=current_actor(), merge_id=merge_id, now=now())
            told = {"survivor": done.survivor_no, "absorbed": done.absorbed_no, "kept": len(done.kept)}
    except ServiceError as error:
        listing = Listing(path=url_for(".merges"))
        return _merges_page(listing, error), error.status
    flash(
        _(
            "%(survivor)s and %(absorbed)s are two records again; fields that keep what was written later: %(kept)s.",
            **told,
        ),
        "done",
    )
    return redirect(url_for(".merges"), 303)


def _merges_page(listing: Listing, error: ServiceError | None = None) -> str:
    with reading() as session:
        page = merging.list_merges(session, actor=current_actor(), page=listing.page)
        return render_template("duplicates/merges.html", listing=listing, page=page, error=error)


def _desk(pair_id: int | None = None, *, error: ServiceError | None = None) -> str:
    actor = current_actor()
    listing = asked_listing(filters=("state",), sorts=(), default_sort="")
    state = listing.asked("state") if listing.asked("state") in duplicates.STATES else "open"
    with reading() as session:
        page = duplicates.list_pairs(session, actor=actor, state=state, page=listing.page, page_size=_PAGE_SIZE)
        found = None
        if pair_id is not None:
            found = duplicates.get_pair(session, actor=actor, pair_id=pair_id)
        elif page.items:
            found = page.items[0]
        listed = [one.pair.id for one in page.items]
        at = listed.index(found.pair.id) if found is not None and found.pair.id in listed else -1
        kept = _kept(found)
        return render_template(
            "duplicates/desk.html",
            listing=listing,
            state=state,
            state_names=_state_names(),
            page=page,
            found=found,
            kept=kept,
            rows=_rows(session, found, kept) if found is not None else [],
            before=listed[at - 1] if at > 0 else None,
            after=listed[at + 1] if 0 <= at < len(listed) - 1 else None,
            is_merging=request.args.get("merge") == "1" or request.endpoint == "duplicates.merge",
            may_decide=may(actor, "decide_duplicates"),
            may_merge=may(actor, "merge_people"),
            error=error,
            written=request.form if error else {},
            versions=_versions(session, error, found, actor=actor),
        )


def _seen(found: duplicates.PairFound) -> dict[str, int]:
    """Return the versions of the two records that the form was made from."""
    numbers = (found.first.person_no, found.second.person_no)
    return {number: asked_number(request.form, f"of:{number}") for number in numbers if f"of:{number}" in request.form}


def _versions(
    session: Session, error: ServiceError | None, found: duplicates.PairFound | None, *, actor: Actor
) -> list[FieldVersions]:
    """Return what others made of the pair or of its records meanwhile, beside what was said or picked."""
    if not isinstance(error, VersionConflict) or found is None:
        return []
    if request.endpoint == "duplicates.decide":
        return change_versions(error, request.form, words={"decision": lambda code: _state_names().get(code, code)})
    groups = {name: group for group, names in GROUPS.items() for name in names}
    seen, deeds = _seen(found), list[Deed]()
    for number, version in seen.items():
        history = history_of(session, actor=actor, kind="people", number=number)
        deeds += deeds_of_record(history, kind="people", since_version=version)
    rows = _rows(session, found, _kept(found))
    picked: MultiDict[str, str] = MultiDict({"keep": _kept(found), "note": request.form.get("note", "")})
    for row in rows:
        side = request.form.get(f"pick:{row['group']}", "")
        if side:
            picked[row["group"]] = _("both together") if side == "both" else str(row.get(side, ""))
    titles = {row["group"]: row["label"] for row in rows}
    return both_versions((replace(one, field=groups.get(one.field, one.field)) for one in deeds), picked, titles=titles)


def _state_names() -> dict[str, str]:
    """Return what the states of pairs are called."""
    return {"open": _("To be decided"), "later": _("Put off"), "different": _("Two people"), "same": _("One person")}


def _kept(found: duplicates.PairFound | None) -> str:
    """Return which record stays: the one that was asked for, else the one that is verified or changed last."""
    if found is None:
        return ""
    asked = request.values.get("keep", "")
    numbers = {found.first.person_no, found.second.person_no}
    if asked in numbers:
        return asked
    ranked = sorted(
        (found.first, found.second), key=lambda one: (one.record_status != "verified", -one.updated_at.timestamp())
    )
    return ranked[0].person_no


def _rows(session: Session, found: duplicates.PairFound, kept: str) -> list[dict[str, Any]]:
    """Return the groups of fields in words, those that differ first."""
    language = current_language()

    def words(values: Mapping[str, Any]) -> str:
        if values.get(_IS_MONTH):
            return str(values["birth_date"])[: len("2026-11")]
        told = [
            moment(datetime.fromisoformat(value))
            if name.endswith("_at") and isinstance(value, str)
            else value_in_words("people", name, value, language=language)
            for name, value in values.items()
            if value is not None and name != _IS_MONTH  # said by the day, which is then none
        ]
        return " · ".join(told) or "—"

    rows = [
        {
            "group": one.group,
            "label": field_label("people", _GROUP_NAMES.get(one.group, one.group)).in_(language),
            "survivor": words(one.survivor),
            "absorbed": words(one.absorbed),
            "taken": one.taken,
            "may_unite": one.may_unite,
            "may_take": one.may_take,
        }
        for one in pair_sides.sides_of_pair(session, found, actor=current_actor(), survivor_no=kept)
    ]
    return sorted(rows, key=lambda row: row["taken"] == "same")
