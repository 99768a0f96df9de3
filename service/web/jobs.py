"""Jobs: the runs with their progress, beginning one and asking one to stop where the right allows."""

import os

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from service.access import may
from service.context import current_actor, database, now, reading, service, unit_of_work
from service.errors import ServiceError
from service.usecases.auditing.audit_verification import Break, BreakKind
from service.usecases.cards.training import train_challengers
from service.usecases.long_work.rescoring import Mode, Plan, Reason, plan_rescoring, rescore
from service.usecases.long_work.run_lists import RunShown, list_runs, runs_at_work
from service.usecases.long_work.run_stops import stop_run
from service.usecases.long_work.run_terms import Kind, Unit
from service.web.beside import begin_beside, is_beginning
from service.web.listing import PAGE_SIZE, asked_listing

__all__ = ["blueprint"]

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs")


@blueprint.get("")
def index() -> str:
    """Show the runs."""
    return _page()


@blueprint.post("/rescoring")
def begin() -> Response | tuple[str, int]:
    """Begin a rescoring beside the requests."""
    actor, store, clock = current_actor(), database(), service().clock
    wanted = request.form.get("mode", "")
    mode = Mode(wanted) if wanted in set(Mode) else Mode.CHANGED
    try:
        begin_beside(Kind.RESCORE, lambda: rescore(store, actor=actor, now=clock, mode=mode))
    except ServiceError as error:
        return _page(error), error.status
    flash(_("The rescoring has begun."), "done")
    return redirect(url_for(".index"), 303)


@blueprint.post("/training")
def train() -> Response | tuple[str, int]:
    """Begin to learn a card for each kind of post beside the requests."""
    actor, store, clock = current_actor(), database(), service().clock
    n_jobs = max(1, (os.cpu_count() or 1) // 2)  # the pages go on

    def work() -> bool:
        return bool(train_challengers(store, actor=actor, now=clock, n_jobs=n_jobs))

    try:
        is_done = begin_beside(Kind.TRAINING, work, patience_s=0.5)  # no decisions to learn from: said at once
    except ServiceError as error:
        return _page(error), error.status
    flash(_("The training has ended.") if is_done else _("The training has begun."), "done")
    return redirect(url_for(".index"), 303)


@blueprint.post("/<int:run_id>/stop")
def stop(run_id: int) -> Response | tuple[str, int]:
    """Ask a run to stop after its step."""
    try:
        with unit_of_work() as session:
            stop_run(session, actor=current_actor(), run_id=run_id, now=now())
    except ServiceError as error:
        return _page(error), error.status
    flash(_("Run %(number)s is asked to stop; it ends after the step it is at.", number=run_id), "done")
    return redirect(url_for(".index"), 303)


def _page(error: ServiceError | None = None) -> str:
    actor = current_actor()
    listing = asked_listing(filters=(), sorts=(), default_sort="")
    with reading() as session:
        page = list_runs(session, actor=actor, now=now(), page=listing.page, page_size=PAGE_SIZE)
        at_work = runs_at_work(session, actor=actor, now=now())
    busy = {one.kind for one in at_work}
    beginning = [kind for kind in Kind if may(actor, kind.right) and kind not in busy and is_beginning(kind)]
    return render_template(
        "jobs.html",
        listing=listing,
        page=page,
        at_work=at_work,
        beginning=beginning,
        idle={kind for kind in Kind if kind not in busy and kind not in beginning},
        plan=_plan() if Kind.RESCORE not in busy and Kind.RESCORE not in beginning else None,
        kinds=Kind,
        units=Unit,
        reason_texts={str(one): one.text for one in Reason},
        breaks_of=_breaks_of,
        error=error,
    )


def _plan() -> Plan | None:
    if not may(current_actor(), Kind.RESCORE.right):
        return None
    return plan_rescoring(database(), actor=current_actor(), now=now, mode=Mode.CHANGED)


def _breaks_of(one: RunShown) -> list[Break]:
    """Return the places where a check found the log changed."""
    return [Break(BreakKind(kind), first, last) for kind, first, last in (one.result or {}).get("breaks", ())]
