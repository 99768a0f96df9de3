"""Asking a run that is at work to stop; it hears it between two steps, so that nothing is left half-written."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, require, require_any
from service.errors import Conflict, NotFound
from service.models.runs import Run
from service.usecases.auditing import audit
from service.usecases.long_work.run_lists import RunShown, is_at_work, show_run
from service.usecases.long_work.run_terms import Kind

__all__ = ["stop_newest_run", "stop_run"]

MOST = 2**31 - 1  # the largest number that a key of a run can be


def stop_run(session: Session, *, actor: Actor, run_id: int, now: datetime) -> RunShown:
    """Ask a run to stop after the step that it is at; asking again changes nothing.

    Of a rescoring what was ranked stays, the other vacancies keep their former rankings, and a later run goes on from
    there; of a training the cards that are ready; of a search for duplicates and a check of the log nothing. A run
    whose last step is being written comes to its end.

    Parameters
    ----------
    session : Session
    actor : Actor
    run_id : int
    now : datetime

    Raises
    ------
    Forbidden
        If the actor may not begin such work.
    NotFound
        If there is no such run.
    Conflict
        If it has ended.
    """
    require_any(actor, *(kind.right for kind in Kind))
    run = session.get(Run, run_id, with_for_update=True, populate_existing=True) if run_id <= MOST else None
    if run is None:
        raise NotFound(
            Text(f"没有第 {run_id} 次任务。", f"There is no run {run_id}."),
            remedy=Text("请在任务页查看编号。", "See the numbers on the page of jobs."),
            value=run_id,
        )
    kind = Kind(run.kind)
    require(actor, kind.right)
    if run.state != "running" or not is_at_work(session, kind, now=now):
        raise Conflict(
            Text(f"第 {run_id} 次任务已结束，无需停止。", f"Run {run_id} has ended; there is nothing to stop."),
            remedy=Text("请在任务页查看它的结果。", "See on the page of jobs how it ended."),
            value=run_id,
        )
    if run.asked_to_stop_at is None:
        run.asked_to_stop_at, run.asked_to_stop_by = now, actor.username
        audit.record(
            session, actor=actor, action="stop_run", subject_kind="run", subject_no=str(run_id), now=now,
            detail={"kind": kind, "n_done": run.n_vacancies_done, "n_all": run.n_vacancies},
        )  # fmt: skip
        session.flush()
    return show_run(session, run, actor=actor, now=now)


def stop_newest_run(session: Session, *, actor: Actor, now: datetime, kind: Kind = Kind.RESCORE) -> RunShown:
    """Ask the run of a kind that is at work to stop, whichever it is; parameters and errors as for `stop_run`."""
    require(actor, kind.right)
    running = select(Run.id).where(Run.kind == kind, Run.state == "running")
    run_id = session.scalar(running.order_by(Run.id.desc()).limit(1))
    if run_id is None:
        named = kind.text
        raise Conflict(
            Text(
                f"当前没有{named.zh}任务在运行，无需停止。",
                f"No {named.en.lower()} is at work; there is nothing to stop.",
            ),
            remedy=Text("请在任务页查看以往任务。", "See on the page of jobs which there were."),
            place="--stop",
        )
    return stop_run(session, actor=actor, run_id=run_id, now=now)
