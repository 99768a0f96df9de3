"""/api/v1/runs: long work with its progress, and asking a run to stop."""

from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate

from matching.vocabulary import Text
from schemas.base import PageQuerySchema
from service.api.acts import answered_once
from service.api.blueprint import Resource
from service.api.lists import page_answer, page_of, page_schema
from service.api.wording import meant
from service.context import current_actor, now, reading
from service.usecases.long_work import run_lists, run_stops
from service.usecases.long_work.run_terms import Kind, Unit

__all__ = ["resource"]

resource = Resource("runs", title=Text("任务", "Runs"))


class RunSchema(Schema):
    """One run, how far it has come, and who asked it to stop."""

    run_id = fields.Integer(required=True, attribute="run.id")
    kind = fields.String(
        required=True,
        validate=validate.OneOf([str(kind) for kind in Kind]),
        metadata=meant(
            "种类：评分、全库查重、学习评分卡、审计日志校验",
            "Rescoring, search for duplicates, training of cards, check of the audit log",
        ),
    )
    mode = fields.String(
        required=True,
        attribute="run.mode",
        metadata=meant("评分方式：all、changed、resume；其他任务为空", "Of a rescoring: all, changed, resume"),
    )
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
    n_vacancies = fields.Integer(required=True, allow_none=True)
    n_vacancies_done = fields.Integer(required=True, allow_none=True)
    unit = fields.String(
        required=True,
        attribute="kind.unit",
        validate=validate.OneOf([str(unit) for unit in Unit]),
        metadata=meant("步数的单位", "What the steps are"),
    )
    n_steps = fields.Integer(
        required=True,
        attribute="run.n_vacancies",
        metadata=meant("总步数；开始时可能尚不知道，为 0", "All steps; 0 as long as it is not known"),
    )
    n_steps_done = fields.Integer(required=True, attribute="run.n_vacancies_done")
    left_s = fields.Integer(
        required=True, allow_none=True, metadata=meant("预计剩余秒数", "Seconds it will still take")
    )
    result = fields.Dict(
        keys=fields.String(),
        required=True,
        allow_none=True,
        metadata=meant(
            "结果数字；查重结果只告知发起人", "What came of it, in numbers; of a search only who began it is told"
        ),
    )


_RUN = RunSchema()


@resource.operation(
    "GET",
    "",
    Text("列出各项任务及进度", "List the runs with their progress"),
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
    Text("停止正在运行的任务", "Ask a run to stop"),
    answer=_RUN,
    headers=("Idempotency-Replayed",),
)
def stop_run(run_id: int) -> Response:
    """Ask a run to stop after the step it is at; asking again changes nothing; one that has ended is a 409."""
    return answered_once(run_stops.stop_run, _RUN, run_id=run_id)
