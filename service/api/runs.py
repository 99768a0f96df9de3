"""/api/v1/runs: the rescorings with their progress, and asking one to stop."""

from typing import Any

from flask import Response
from marshmallow import Schema, fields

from matching.vocabulary import Text
from schemas.base import PageQuerySchema
from service.api.acts import answered_once
from service.api.blueprint import Resource
from service.api.lists import page_answer, page_of, page_schema
from service.api.wording import meant
from service.context import current_actor, now, reading
from service.usecases import run_lists, run_stops

__all__ = ["resource"]

resource = Resource("runs", title=Text("评分任务", "Runs"))


class RunSchema(Schema):
    """One run, how far it has come, and who asked it to stop."""

    run_id = fields.Integer(required=True, attribute="run.id")
    kind = fields.String(required=True, attribute="run.kind")
    mode = fields.String(required=True, attribute="run.mode")
    state = fields.String(
        required=True,
        attribute="run.state",
        metadata=meant("状态：running、done、stopped、failed、killed", "running, done, stopped, failed or killed"),
    )
    is_at_work = fields.Boolean(required=True)
    started_by = fields.String(required=True, attribute="run.started_by")
    started_at = fields.AwareDateTime(required=True, attribute="run.started_at")
    ended_at = fields.AwareDateTime(required=True, allow_none=True, attribute="run.ended_at")
    asked_to_stop_by = fields.String(required=True, allow_none=True, attribute="run.asked_to_stop_by")
    asked_to_stop_at = fields.AwareDateTime(required=True, allow_none=True, attribute="run.asked_to_stop_at")
    n_people = fields.Integer(required=True, attribute="run.n_people")
    n_vacancies = fields.Integer(required=True, attribute="run.n_vacancies")
    n_vacancies_done = fields.Integer(required=True, attribute="run.n_vacancies_done")
    left_s = fields.Integer(
        required=True, allow_none=True, metadata=meant("预计剩余秒数", "Seconds it will still take")
    )


_RUN = RunSchema()


@resource.operation(
    "GET",
    "",
    Text("列出评分任务及进度", "List the runs with their progress"),
    query=PageQuerySchema,
    answer=page_schema(_RUN),
)
def list_runs(query: dict[str, Any]) -> Response:
    """Answer with one page of runs, the newest first."""
    with reading() as session:
        page = run_lists.list_runs(session, actor=current_actor(), now=now(), **page_of(query))
        return page_answer(page, _RUN).response()


@resource.operation(
    "POST",
    "/<int:run_id>/stop",
    Text("停止正在运行的评分任务", "Ask a run to stop"),
    answer=_RUN,
    headers=("Idempotency-Replayed",),
)
def stop_run(run_id: int) -> Response:
    """Ask a run to stop after the block it is writing; asking again changes nothing; one that has ended is a 409."""
    return answered_once(run_stops.stop_run, _RUN, run_id=run_id)
