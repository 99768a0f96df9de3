"""Verification and waivers: what is to be verified of whom, what was found out, rules waived by two people."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from matching.outcomes import heading
from matching.vocabulary import PostType, Verdict
from service.access import may
from service.context import current_actor, now, reading, unit_of_work
from service.errors import ServiceError
from service.queries.rulebooks import rulebook_in_force
from service.usecases import checks, shortlists, waiver_records, waivers
from service.usecases.days import day_of
from service.usecases.override_reports import report_overrides
from service.usecases.waiver_reports import waiver_state
from service.web.forms import asked_day
from service.web.listing import PAGE_SIZE, asked_listing
from service.web.options import coded_options

__all__ = ["blueprint"]

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
            person_no=_text("person_no", 40),
            vacancy_no=_text("vacancy_no", 40),
            rule_id=_text("rule_id", 20),
            reason=_text("reason", 500),
            document=_text("document", 120),
            valid_until=_day("valid_until"),
            now=now(),
        )

    return _acted(act, _("Proposed: the rule is waived when somebody else signs."))


@blueprint.post("/waivers/<waiver_no>/sign")
def sign(waiver_no: str) -> Response | tuple[str, int]:
    """Sign what somebody else proposed."""

    def act(session: Session) -> None:
        waivers.sign_waiver(session, actor=current_actor(), waiver_no=waiver_no, now=now())

    return _acted(act, _("Signed: the rule is waived."))


@blueprint.post("/waivers/<waiver_no>/refuse")
def refuse(waiver_no: str) -> Response | tuple[str, int]:
    """Refuse what somebody else proposed."""

    def act(session: Session) -> None:
        reason = _text("reason", 500)
        waivers.refuse_waiver(session, actor=current_actor(), waiver_no=waiver_no, reason=reason, now=now())

    return _acted(act, _("Refused."))


@blueprint.post("/waivers/<waiver_no>/withdraw")
def withdraw(waiver_no: str) -> Response | tuple[str, int]:
    """Take a waiver back."""

    def act(session: Session) -> None:
        reason = _text("reason", 500)
        waivers.withdraw_waiver(session, actor=current_actor(), waiver_no=waiver_no, reason=reason, now=now())

    return _acted(act, _("Withdrawn."))


@blueprint.get("/checks")
def desk() -> str:
    """Show the lists, or of one list what is to be verified of whom."""
    return _desk()


@blueprint.post("/checks")
def record() -> Response | tuple[str, int]:
    """Record what was found out."""
    try:
        with unit_of_work() as session:
            checks.record_check(
                session,
                actor=current_actor(),
                person_no=_text("person_no", 40),
                vacancy_no=_text("vacancy_no", 40),
                rule_id=_text("rule_id", 20),
                result=_text("result", 10),
                document=_text("document", 120),
                checked_on=asked_day(request.form, "checked_on"),
                valid_until=_day("valid_until"),
                now=now(),
            )
    except ServiceError as error:
        return _desk(error), error.status
    flash(_("Recorded. What was to be verified is settled in rankings and new lists at once."), "done")
    return redirect(url_for(".desk", shortlist_no=_text("shortlist_no", 40) or None), 303)


@blueprint.get("/reports/overrides")
def overrides() -> str | tuple[str, int]:
    """Show recommendations against the rank, and waivers, of a period."""
    try:
        asked = (request.args.get(name) for name in ("since", "until"))
        since, until = (asked_day(request.args, name) if given else None
                        for name, given in zip(("since", "until"), asked, strict=True))  # fmt: skip
        with reading() as session:
            report = report_overrides(session, actor=current_actor(), since=since, until=until, now=now())
            return _overrides_page(report=report, since=since, until=until)
    except ServiceError as error:
        return _overrides_page(error=error), error.status


def _overrides_page(**shown: Any) -> str:
    nothing: dict[str, Any] = {"report": None, "since": None, "until": None, "error": None}
    return render_template("overrides.html", **{**nothing, **shown}, reasons=dict(coded_options("reason_code")))


def _acted(act: Callable[[Session], None], said: str) -> Response | tuple[str, int]:
    try:
        with unit_of_work() as session:
            act(session)
    except ServiceError as error:
        return _page(error), error.status
    flash(said, "done")
    return redirect(url_for(".index", state=request.form.get("state") or None), 303)


def _page(error: ServiceError | None = None) -> str:
    actor = current_actor()
    listing = asked_listing(filters=("state", "person_no", "vacancy_no", "rule_id"), sorts=(), default_sort="")
    filters = dict(listing.filters) if request.method == "GET" else {}
    if filters.get("state") not in _STATES:
        filters.pop("state", None)
    with reading() as session:
        page = waiver_records.list_waivers(
            session, actor=actor, filters=filters, page=listing.page, page_size=PAGE_SIZE
        )
        rules = _waivable(session)
        return render_template(
            "waivers/list.html",
            listing=listing,
            state=filters.get("state", ""),
            page=page,
            states={one.waiver_no: waiver_state(one, on=day_of(now())) for one in page.items},
            rules=rules,
            titles=dict(rules),
            may_propose=may(actor, "propose_waivers"),
            may_sign=may(actor, "sign_waivers"),
            written=request.values,
            error=error,
        )


def _desk(error: ServiceError | None = None) -> str:
    actor = current_actor()
    wanted = request.values.get("shortlist_no", "").strip()[:40]
    listing = asked_listing(filters=(), sorts=(), default_sort="")
    with reading() as session:
        if not wanted:
            page = shortlists.list_shortlists(session, actor=actor, page=listing.page, page_size=PAGE_SIZE)
            return render_template("waivers/checks.html", listing=listing, page=page, shortlist=None, error=error)
        shortlist = shortlists.get_shortlist(session, actor=actor, shortlist_no=wanted)
        found = checks.list_checks(session, actor=actor, vacancy_no=shortlist.vacancy.vacancy_no, now=now())
        settled = {(number, ground.rule_id): ground for ground, number in found}
        people = [(entry, _matters(entry, settled)) for entry in shortlist.entries]
        return render_template(
            "waivers/checks.html",
            listing=listing,
            page=None,
            shortlist=shortlist,
            people=[(entry, matters) for entry, matters in people if matters],
            n_open=sum(ground is None for _entry, matters in people for _outcome, ground in matters),
            today=day_of(now()),
            may_record=may(actor, "record_checks"),
            written=request.form,
            error=error,
        )


def _matters(entry: Any, settled: dict[tuple[str, str], Any]) -> list[tuple[Any, Any]]:
    """Return what of somebody is to be verified, each with the check that settled it since."""
    number = entry.person.person_no
    return [
        (outcome, settled.get((number, outcome["rule_id"])))
        for outcome in entry.outcomes
        if outcome["verdict"] == Verdict.TO_VERIFY
    ]


def _waivable(session: Session) -> list[tuple[str, Any]]:
    """Return the rules that the department may waive, with what they ask."""
    rulebook = rulebook_in_force(session)
    found = {rule.id: rule for post in PostType for rule in rulebook.rules_for(post) if rule.override == "org_dept"}
    return [(rule_id, heading(rule)) for rule_id, rule in sorted(found.items())]


def _day(name: str) -> date | None:
    return asked_day(request.form, name) if request.form.get(name, "").strip() else None


def _text(name: str, longest: int) -> str:
    return request.form.get(name, "").strip()[:longest]
