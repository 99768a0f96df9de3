"""The audit trail: who saw a person, what an account did, whether the log is whole; and what was exported."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from matching.vocabulary import Text
from schemas.exports import KINDS
from service.access import may
from service.context import current_actor, current_language, database, now, occasion, reading, service, unit_of_work
from service.errors import InvalidInput, ServiceError
from service.usecases.auditing.audit_checks import check_log
from service.usecases.auditing.audit_details import detail_text
from service.usecases.auditing.audit_groups import TogetherLine, together
from service.usecases.auditing.audit_lines import LogQuery, export_log, read_log
from service.usecases.auditing.audit_places import address_text
from service.usecases.auditing.audit_words import action_text, subject_text
from service.usecases.long_work.run_terms import Kind
from service.usecases.outgoing.exports import list_exports, selection_shown
from service.web.beside import PATIENCE_S, begin_beside
from service.web.downloads import download_of
from service.web.formatting import in_language
from service.web.holders import know_holders
from service.web.listing import PAGE_SIZE, asked_listing

__all__ = ["blueprint"]

blueprint = Blueprint("audit", __name__)

_N_LINES = 50
_LONGEST = 60
_PAGES = {"person": ("people.show", "person_no"), "vacancy": ("vacancies.show", "vacancy_no"),
          "shortlist": ("shortlists.show", "shortlist_no")}  # fmt: skip


@blueprint.get("/audit")
def index() -> str | tuple[str, int]:
    """Show lines of the log."""
    return _page()


@blueprint.post("/audit/verification")
def verify() -> str | tuple[str, int] | WerkzeugResponse:
    """Check the whole log and say what was found; of a long log the page of jobs says it."""
    order: dict[str, Any] = {"actor": current_actor(), "now": service().clock, "occasion": occasion()}
    store = database()
    try:
        found = begin_beside(Kind.AUDIT, lambda: check_log(store, **order), patience_s=PATIENCE_S)
    except ServiceError as error:
        shown = _page(error=error)
        return shown if isinstance(shown, tuple) else (shown, error.status)
    if found is None:
        flash(_("The check has begun; this page tells how far it is."), "done")
        return redirect(url_for("jobs.index"), 303)
    return _page(found)


@blueprint.post("/audit/export")
def export() -> Response | tuple[str, int]:
    """Hand out the lines that the query finds, as a workbook."""
    try:
        with unit_of_work() as session:
            made = export_log(
                session,
                _query(request.form),
                actor=current_actor(),
                file_format="xlsx",
                language=current_language(),
                now=now(),
            )
    except ServiceError as error:
        shown = _page(error=error)
        return shown if isinstance(shown, tuple) else (shown, error.status)
    return download_of(made)


@blueprint.get("/exports")
def exports() -> str:
    """Show what was taken out, by whom, and what was selected."""
    listing = asked_listing(filters=("kind", "by"), sorts=(), default_sort="")
    kind = listing.asked("kind")
    with reading() as session:
        page = list_exports(
            session,
            actor=current_actor(),
            kind=kind if kind in KINDS else None,
            exported_by=listing.asked("by") or None,
            page=listing.page,
            page_size=PAGE_SIZE,
        )
        return render_template(
            "exports.html",
            listing=listing,
            page=page,
            kinds=[(one, in_language(Text(_KINDS.get(one, one), one))) for one in KINDS],
            kind_names={one: Text(_KINDS.get(one, one), one) for one in KINDS},
            selections={one.id: _told(selection_shown(one)) for one in page.items},
        )


def _page(found: Any = None, error: ServiceError | None = None) -> str | tuple[str, int]:
    actor = current_actor()
    wanted: dict[str, Any] = {
        name: request.values.get(name, "").strip()[:_LONGEST] for name in ("person_no", "username")
    }
    may_all, may_people = may(actor, "read_whole_audit"), may(actor, "read_audit")
    asked_own = not may_all and not wanted["person_no"] and not wanted["username"]
    lines, status = [], 200
    try:
        query = _query(request.values)
        with reading() as session:
            lines = list(read_log(session, query, actor=actor))
            know_holders(session, {line.actor for line in lines})
    except ServiceError as refused:
        error, status = error or refused, refused.status
    shown = render_template(
        "audit.html",
        lines=[_row(one) for one in together(lines)],
        n_lines=len(lines),
        wanted=wanted,
        is_own=asked_own,
        may_all=may_all,
        may_people=may_people,
        next_before=lines[-1].id if len(lines) == _N_LINES else None,
        is_first="before" not in request.values,
        found=found,
        error=error,
    )
    return (shown, status) if status != 200 else shown


def _row(one: TogetherLine) -> dict[str, Any]:
    line = one.line
    told = detail_text(line.detail, subject_kind=line.subject_kind).in_(current_language())
    is_page = line.subject_kind == "address"
    return {
        "line": line,
        "n_times": one.n_times,
        "first_at": one.first_at,
        "action": action_text(line.action),
        "kind": subject_text(line.subject_kind),
        "number": address_text(line.subject_no) if is_page else line.subject_no,
        "address": _address(line),
        "told": told,
    }


def _query(asked: Any) -> LogQuery:
    """Return which lines are asked for: who may not read all of them sees the own deeds unless a person is named."""
    actor = current_actor()
    person_no, username = (asked.get(name, "").strip()[:_LONGEST] or None for name in ("person_no", "username"))
    if person_no is None and username is None and not may(actor, "read_whole_audit"):
        username = actor.username
    before = asked.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < 16):
        raise InvalidInput(Text("页码不对。", "There is no such page."), place="before")
    return LogQuery.checked(
        person_no=person_no, username=username, before=int(before) if before else None, limit=_N_LINES
    )


def _address(line: Any) -> str | None:
    """Return where the record of a line is shown, if its reader may see such records."""
    endpoint, name = _PAGES.get(line.subject_kind, ("", ""))
    rights = {"person": "read_people", "vacancy": "read_vacancies", "shortlist": "read_shortlists"}
    if not endpoint or line.subject_no in {"", "-"} or not may(current_actor(), rights[line.subject_kind]):
        return None
    return url_for(endpoint, **{name: line.subject_no})


def _told(detail: dict[str, Any]) -> str:
    return detail_text(detail).in_(current_language())


_KINDS = {
    "people": "人员列表", "vacancies": "岗位列表", "villages": "村列表", "roster": "名册", "form": "任免审批表",
    "dossier": "比选材料", "shortlist": "建议名单", "ranking": "排序", "audit": "审计日志", "notice": "公示",
    "sheet": "比选表",
    "excluded": "未列入人员",
}  # fmt: skip
