"""Verification: what is to be verified of whom, and what was found out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from matching.outcomes import RuleOutcome
from matching.vocabulary import Stage, Text
from service.access import may
from service.context import current_actor, now, reading, unit_of_work
from service.errors import InvalidInput, ServiceError
from service.queries.checks import Ground
from service.usecases.days import day_of
from service.usecases.lists import shortlists
from service.usecases.rules import checks
from service.usecases.rules.verification import PersonMatters, desk_of
from service.usecases.workflow.round_guards import CONSIDERED
from service.web.forms import asked_day, asked_day_if_any, asked_number, asked_text
from service.web.listing import PAGE_SIZE, asked_listing
from service.web.versions import change_versions

__all__ = ["blueprint"]

blueprint = Blueprint("checks", __name__)


@dataclass
class _Rule:
    """A rule with who waits for it, and whom it was settled of."""

    outcome: RuleOutcome
    waiting: list[PersonMatters] = field(default_factory=list)
    settled: list[tuple[PersonMatters, Ground]] = field(default_factory=list)


@blueprint.get("/checks")
def index() -> str:
    """Show the lists, or of one list what is to be verified of whom."""
    return _page()


@blueprint.post("/checks")
def record() -> Response | tuple[str, int]:
    """Record what was found out: one matter, all that is open of somebody, or one rule of several people."""
    try:
        with unit_of_work() as session:
            for person_no in _asked_people():
                for rule_id in _asked_rules():
                    checks.record_check(
                        session,
                        actor=current_actor(),
                        person_no=person_no,
                        vacancy_no=asked_text(request.form, "vacancy_no", longest=40),
                        rule_id=rule_id,
                        result=asked_text(request.form, "result", longest=10),
                        document=asked_text(request.form, "document", longest=120),
                        checked_on=asked_day(request.form, "checked_on"),
                        valid_until=asked_day_if_any(request.form, "valid_until"),
                        seen_check=asked_number(request.form, "version") if "version" in request.form else None,
                        now=now(),
                    )
    except ServiceError as error:
        if not request.form.get("shortlist_no"):
            raise  # the page of the lists has no such form
        return _page(error), error.status
    flash(_("Recorded. What was to be verified is settled in rankings and new lists at once."), "done")
    back: dict[str, Any] = {"shortlist_no": asked_text(request.form, "shortlist_no", longest=40) or None, **_look()}
    return redirect(url_for(".index", **back), 303)


def _asked_people() -> list[str]:
    named = list(dict.fromkeys(number[:40] for number in request.form.getlist("person_no")))
    if not named:
        problem = Text("未勾选人员。", "Nobody is ticked.")
        remedy = Text("请勾选文件所列人员。", "Tick whom the paper names.")
        raise InvalidInput(problem, remedy=remedy, place="person_no")
    return named


def _asked_rules() -> list[str]:
    """Return the matter that a form is about, or the several that one document settles."""
    several = asked_text(request.form, "rule_ids", longest=200).split()
    return several or [asked_text(request.form, "rule_id", longest=20)]


def _look() -> dict[str, str | None]:
    """Return by what the matters are ordered and of whom, as the address or the form says."""
    by, who = request.values.get("by"), request.values.get("who")
    return {"by": "rule" if by == "rule" else None, "who": who if who in {"considered", "all"} else None}


def _page(error: ServiceError | None = None) -> str:
    actor = current_actor()
    wanted = request.values.get("shortlist_no", "").strip()[:40]
    listing = asked_listing(filters=(), sorts=(), default_sort="")
    with reading() as session:
        if not wanted:
            page = shortlists.list_shortlists(session, actor=actor, page=listing.page, page_size=PAGE_SIZE)
            return render_template("checks/lists.html", listing=listing, page=page, error=error)
        desk = desk_of(session, actor=actor, shortlist_no=wanted, now=now())
        considered = [one for one in desk.people if one.conclusion in CONSIDERED]
        look = _look()
        who = look["who"] or ("considered" if considered else "all")
        people = considered if who == "considered" else desk.people
        stages = Counter(str(matter.outcome.stage) for one in people for matter in one.waiting)
        return render_template(
            "checks/list.html",
            shortlist=desk.shortlist,
            people=people,
            rules=_by_rule(people),
            by=look["by"] or "person",
            who=who,
            n_considered=len(considered),
            n_all=len(desk.people),
            n_open=stages.total(),
            open_by_stage=[(str(stage), stages[str(stage)]) for stage in Stage if stages[str(stage)]],
            today=day_of(now()),
            may_record=may(actor, "record_checks"),
            written=request.form,
            error=error,
            versions=change_versions(error, request.form, words={"result": _result}),
        )


def _result(code: str) -> str:
    return str({"pass": _("Met"), "fail": _("Not met"), "waived": _("waived")}.get(code, code))


def _by_rule(people: Sequence[PersonMatters]) -> list[_Rule]:
    """Return the rules that somebody waits for first, the earlier due before the later."""
    found: dict[str, _Rule] = {}
    for one in people:
        for matter in one.matters:
            rule = found.setdefault(matter.outcome.rule_id, _Rule(matter.outcome))
            if matter.ground is None:
                rule.waiting.append(one)
            else:
                rule.settled.append((one, matter.ground))
    stages = list(Stage)

    def place(rule: _Rule) -> tuple[Any, ...]:
        return not rule.waiting, stages.index(rule.outcome.stage), rule.outcome.rule_id

    return sorted(found.values(), key=place)
