"""Jobs: the runs with their progress, and beginning one where the right allows."""

import threading

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from matching.vocabulary import Text
from service.access import may, require
from service.context import current_actor, database, now, reading, service, unit_of_work
from service.errors import ServiceError, Stopped, WorkLocked
from service.usecases.rescoring import Mode, Reason, plan_rescoring, rescore
from service.usecases.run_lists import is_rescoring, list_runs
from service.usecases.run_stops import stop_run
from service.web.listing import PAGE_SIZE, asked_listing

__all__ = ["blueprint"]

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs")

#: One run at a time in one process; between processes the lease decides.
_ours = threading.Lock()


@blueprint.get("")
def index() -> str:
    """Show the runs."""
    return _page()


@blueprint.post("/rescoring")
def begin() -> Response | tuple[str, int]:
    """Begin a rescoring beside the requests."""
    actor, store, clock, logger = current_actor(), database(), service().clock, current_app.logger
    wanted = request.form.get("mode", "")
    mode = Mode(wanted) if wanted in set(Mode) else Mode.CHANGED
    try:
        require(actor, "rescore")
        with reading() as session:
            if is_rescoring(session, now=now()) or not _ours.acquire(blocking=False):
                raise WorkLocked(
                    Text("已有评分任务在运行。", "A rescoring is at work."),
                    remedy=Text("请等它结束。", "Wait until it has ended."),
                    place="mode",
                )
    except ServiceError as error:
        return _page(error), error.status

    def beside() -> None:
        try:
            rescore(store, actor=actor, now=clock, mode=mode)
        except Stopped as stopped:
            logger.info("the rescoring was stopped: %s", stopped.problem.en)
        except ServiceError as refused:
            logger.warning("the rescoring was refused: %s", refused.problem.en)
        except Exception:
            logger.exception("the rescoring failed")
        finally:
            _ours.release()

    threading.Thread(target=beside, name="rescoring").start()
    flash(_("The rescoring has begun."), "done")
    return redirect(url_for(".index"), 303)


@blueprint.post("/<int:run_id>/stop")
def stop(run_id: int) -> Response | tuple[str, int]:
    """Ask a run to stop after its block."""
    try:
        with unit_of_work() as session:
            stop_run(session, actor=current_actor(), run_id=run_id, now=now())
    except ServiceError as error:
        return _page(error), error.status
    flash(_("Run %(number)s is asked to stop; it ends after the block it is writing.", number=run_id), "done")
    return redirect(url_for(".index"), 303)


def _page(error: ServiceError | None = None) -> str:
    actor = current_actor()
    listing = asked_listing(filters=(), sorts=(), default_sort="")
    may_rescore = may(actor, "rescore")
    plan = None
    with reading() as session:
        page = list_runs(session, actor=actor, now=now(), page=listing.page, page_size=PAGE_SIZE)
        at_work = next((one for one in page.items if one.is_at_work), None)
    if may_rescore and at_work is None:
        plan = plan_rescoring(database(), actor=actor, now=now, mode=Mode.CHANGED)
    return render_template(
        "jobs.html",
        listing=listing,
        page=page,
        at_work=at_work,
        is_beginning=_ours.locked() and at_work is None,
        plan=plan,
        may_rescore=may_rescore,
        reason_texts={str(one): one.text for one in Reason},
        error=error,
    )
