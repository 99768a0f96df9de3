"""Waivers: rules that are waived for somebody by two people."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from matching.outcomes import heading
from matching.vocabulary import PostType
from service.access import Actor, may
from service.context import current_actor, now, reading, unit_of_work
from service.errors import Conflict, ServiceError
from service.queries.rulebooks import rulebook_in_force
from service.usecases.days import day_of
from service.usecases.rules import waiver_records, waivers
from service.usecases.rules.waiver_reports import waiver_state
from service.web.formatting import day
from service.web.forms import asked_day_if_any, asked_text
from service.web.listing import PAGE_SIZE, asked_listing
from service.web.versions import Deed, FieldVersions, both_versions

__all__ = ["blueprint", "waivable_rules"]

blueprint = Blueprint("waivers", __name__)

_STATES = ("proposed", "signed", "refused", "withdrawn")


@blueprint.get("/waivers")
def index() -> str:
    """Show the waivers."""
    return _page()


@blueprint.post("/waivers")
def propose() -> Response | tuple[str, int]:
    """Propose a waiver; nothing changes until somebody else signs it."""

    def act(session: Session) -> None:
        waivers.propose_waiver(
            session,
            actor=current_actor(),
            person_no=asked_text(request.form, "person_no", longest=40),
            vacancy_no=asked_text(request.form, "vacancy_no", longest=40),
            rule_id=asked_text(request.form, "rule_id", longest=20),
            reason=asked_text(request.form, "reason", longest=500),
            document=asked_text(request.form, "document", longest=120),
            valid_until=asked_day_if_any(request.form, "valid_until"),
            now=now(),
        )

    return _acted(act, _("Proposed: the rule is waived when somebody else signs."))


@blueprint.post("/waivers/<waiver_no>/sign")
def sign(waiver_no: str) -> Response | tuple[str, int]:
    """Sign what somebody else proposed."""

    def act(session: Session) -> None:
        name = asked_text(request.form, "signed_name", longest=60)
        waivers.sign_waiver(session, actor=current_actor(), waiver_no=waiver_no, signed_name=name, now=now())

    return _acted(act, _("Signed: the rule is waived."), waiver_no=waiver_no)


@blueprint.post("/waivers/<waiver_no>/refuse")
def refuse(waiver_no: str) -> Response | tuple[str, int]:
    """Refuse what somebody else proposed."""

    def act(session: Session) -> None:
        reason = asked_text(request.form, "reason", longest=500)
        waivers.refuse_waiver(session, actor=current_actor(), waiver_no=waiver_no, reason=reason, now=now())

    return _acted(act, _("Refused."), waiver_no=waiver_no)


@blueprint.post("/waivers/<waiver_no>/withdraw")
def withdraw(waiver_no: str) -> Response | tuple[str, int]:
    """Take a waiver back."""

    def act(session: Session) -> None:
        reason = asked_text(request.form, "reason", longest=500)
        waivers.withdraw_waiver(session, actor=current_actor(), waiver_no=waiver_no, reason=reason, now=now())

    return _acted(act, _("Withdrawn."), waiver_no=waiver_no)


def _acted(act: Callable[[Session], None], said: str, *, waiver_no: str = "") -> Response | tuple[str, int]:
    try:
        with unit_of_work() as session:
            act(session)
    except ServiceError as error:
        return _page(error, waiver_no=waiver_no), error.status
    flash(said, "done")
    return redirect(url_for(".index", state=request.form.get("state") or None), 303)


def _page(error: ServiceError | None = None, *, waiver_no: str = "") -> str:
    actor = current_actor()
    listing = asked_listing(filters=("state", "person_no", "vacancy_no", "rule_id"), sorts=(), default_sort="")
    filters = dict(listing.filters) if request.method == "GET" else {}
    if filters.get("state") not in _STATES:
        filters.pop("state", None)
    with reading() as session:
        page = waiver_records.list_waivers(
            session, actor=actor, filters=filters, page=listing.page, page_size=PAGE_SIZE
        )
        rules, versions = waivable_rules(session), _versions(session, error, actor=actor, waiver_no=waiver_no)
        if error is not None and waiver_no and not versions and waiver_no not in {one.waiver_no for one in page.items}:
            raise error  # its page shows what was typed; here its form is not among those that are shown
        return render_template(
            "waivers.html",
            listing=listing,
            state=filters.get("state", ""),
            page=page,
            state_names=_state_titles(),
            states={one.waiver_no: waiver_state(one, on=day_of(now())) for one in page.items},
            rules=rules,
            titles=dict(rules),
            may_propose=may(actor, "propose_waivers"),
            may_sign=may(actor, "sign_waivers"),
            written=request.values,
            closing_no=waiver_no,
            error=error,
            versions=versions,
        )


def _versions(session: Session, error: ServiceError | None, *, actor: Actor, waiver_no: str) -> list[FieldVersions]:
    """Return what became of the waiver meanwhile, or the one that is in the way, beside what was written."""
    if not isinstance(error, Conflict) or error.place not in {"rule_id", "waiver_no"}:
        return []
    number = waiver_no or str(error.value)
    found = waiver_records.get_waiver(session, actor=actor, waiver_no=number)
    title = _state_titles()[waiver_state(found, on=day_of(now()))]
    by, at = found.withdrawn_by or found.decided_by, found.withdrawn_at or found.decided_at
    if by is None:  # it was proposed meanwhile
        by, at = found.proposed_by, found.proposed_at
    told = {"state": title, "reason": found.closing_reason or ("" if waiver_no else found.reason or "")}
    if not waiver_no:
        told |= {"document": found.document, "valid_until": str(day(found.valid_until))}
    deeds = [Deed(field=name, after=words, username=by, at=at) for name, words in told.items() if words]
    return both_versions(deeds, request.form)


def _state_titles() -> dict[str, str]:
    """Return what the states of waivers are called."""
    return {
        "proposed": _("waits for a signature"),
        "signed": _("waived"),
        "refused": _("turned down"),
        "withdrawn": _("withdrawn"),
        "expired": _("run out"),
    }


def waivable_rules(session: Session) -> list[tuple[str, Any]]:
    """Return the rules that the department may waive, with what they ask."""
    rulebook = rulebook_in_force(session)
    found = {rule.id: rule for post in PostType for rule in rulebook.rules_for(post) if rule.override == "org_dept"}
    return [(rule_id, heading(rule)) for rule_id, rule in sorted(found.items())]
