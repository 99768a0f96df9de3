"""The review desk as pages and parts of pages."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import make_response, render_template
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from matching.vocabulary import ReviewDecision
from matching.vocabulary.codes import code_table
from service.access import may
from service.context import now
from service.errors import ServiceError, VersionConflict
from service.usecases.records.vacancy_guards import OPEN
from service.web import charts
from service.web.desk import Desk, Seat, age_on
from service.web.formatting import label, number
from service.web.looks import OWN
from service.web.naming import refusal_of
from service.web.options import coded_options

__all__ = ["WRITTEN", "after_act", "desk_page", "emphases", "refused_act", "resumed_page", "said_words", "sieve_chart"]

#: What the form of a conclusion in words holds before anything is written.
WRITTEN: dict[str, Any] = {"decision": "", "reason_codes": [], "reason": "", "document": ""}
_OTHER = "R09"


def desk_page(desk: Desk, *, is_part: bool = False, **extra: Any) -> str:
    """Return the page of a desk, or only what lies open on it."""
    template = "shortlists/_detail.html" if is_part and desk.seats else "shortlists/one.html"
    return render_template(template, **_shown(desk, is_part=is_part, **extra))


def resumed_page(desk: Desk, written: Mapping[str, Any]) -> str:
    """Return the page of a desk with what was typed before the session ended, to be saved or left."""
    return desk_page(desk, written={**WRITTEN, **written}, is_resumed=True)


def after_act(desk: Desk, *, about: Seat, said: str, since: datetime) -> Response:
    """Return what has changed on a page after an act: who is open now, the progress, and a word about it.

    Parameters
    ----------
    desk : Desk
    about : Seat
        Whom the act was about.
    said : str
        What is told of it.
    since : datetime
        The rows of which somebody else said something since then are told again too.
    """
    changed = desk.changed_since(since, about=about)
    last = desk.last_said
    can_undo = last is not None and last[0].key == about.key  # what the toast tells is what the button takes back
    shown = _shown(desk, is_part=True, said=said, changed=changed, can_undo=can_undo)
    answer = make_response(render_template("shortlists/_after.html", **shown))
    answer.headers["HX-Push-Url"] = desk.url()
    return answer


def refused_act(desk: Desk, error: ServiceError, *, written: dict[str, Any] | None, is_part: bool) -> tuple[str, int]:
    """Return the desk with what was refused, why, and everything that was written."""
    theirs = error.changes if isinstance(error, VersionConflict) else ()
    shown: dict[str, Any]
    names = {seat.candidacy.candidacy_no: desk.name(seat) for seat in desk.seats if seat.candidacy and seat.person}
    told = refusal_of(error, names)
    shown = {"error": told, "theirs": theirs}
    if written is not None:
        shown["written"] = written
    if is_part:  # with the mark of the row as it stands: the page has drawn another already
        return render_template("shortlists/_refusal.html", **_shown(desk, is_part=True, **shown)), error.status
    return desk_page(desk, **shown), error.status


def sieve_chart(sieve: dict[str, Any]) -> Markup:
    """Draw how the pool became the list."""
    steps = [
        charts.Step(name, sieve[key], str(number(sieve[key])), kind)
        for key, name, kind in (
            ("n_pool", _("In the pools"), ""),
            ("n_eligible", _("Meet the rules"), ""),
            ("n_to_verify", _("To be verified"), "part"),
            ("n_listed", _("Listed"), "last"),
        )
    ]
    sentence = _(
        "Of %(pool)s people in the pools %(eligible)s meet the rules, %(check)s of them still to be verified; "
        "%(listed)s are listed.",
        pool=number(sieve["n_pool"]),
        eligible=number(sieve["n_eligible"]),
        check=number(sieve["n_to_verify"]),
        listed=number(sieve["n_listed"]),
    )
    return charts.sieve(steps, label=sentence)


def emphases(desk: Desk) -> list[tuple[str, Any, int]]:
    """Return key, label and the most (hundredths) of each criterion of the list's card."""
    return [(part["criterion_id"], part["label"], part["max_points"]) for part in desk.criteria]


def _shown(desk: Desk, *, is_part: bool = False, **extra: Any) -> dict[str, Any]:
    shortlist = desk.shortlist
    shown: dict[str, Any] = {
        "desk": desk,
        "shortlist": shortlist,
        "vacancy": shortlist.vacancy,
        "seen_at": now().isoformat(),
        "is_part": is_part,
        "error": None,
        "theirs": (),
        "trial": None,
        "menu_refused": None,
        "is_resumed": False,
        "quick_codes": [code for code in code_table("reason_code").codes if code != _OTHER],
        "reason_options": coded_options("reason_code"),
        "decision_options": coded_options("review_decision", ReviewDecision),
        "written": _prefilled(desk),
        "may_begin": may(desk.actor, "move_shortlists") and desk.shortlist.vacancy.vacancy_status in OPEN,
        "asked_five": shortlist.vacancy_facts.get("five") or (),
    }
    if not is_part:
        shown |= {"sieve": sieve_chart(shortlist.sieve), "shares": {}, "emphases": emphases(desk)}
    if desk.seats:
        shown |= {"seat": desk.seat, "entry": desk.seat.entry, "age": age_on(desk.seat.person, shortlist.as_of)}
    return shown | extra


def _prefilled(desk: Desk) -> dict[str, Any]:
    """Return what the form of a conclusion in words begins with: what stands, or the code that was asked for."""
    code = desk.look.wording
    if code in code_table("reason_code").codes:
        return {**WRITTEN, "decision": str(ReviewDecision.NOT_SUITABLE), "reason_codes": [code]}
    standing = desk.said(desk.seat) if desk.seats else None
    if standing is None:
        return WRITTEN
    return {
        "decision": str(standing.decision.value),
        "reason_codes": list(standing.reason_codes or ()),
        "reason": standing.reason or "",
        "document": standing.document or "",
    }


def said_words(desk: Desk, written: dict[str, Any], *, name: str) -> str:
    """Say what was just written."""
    wording = label(written["decision"], "review_decision")
    if desk.look.voice == OWN:
        return str(_("Own opinion noted: %(name)s, %(decision)s", name=name, decision=wording))
    return str(_("Noted: %(name)s, %(decision)s", name=name, decision=wording))
