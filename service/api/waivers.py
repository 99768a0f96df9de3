"""/api/v1/waivers: rules waived for one person and one vacancy by two people."""

from typing import Any

from flask import Response, url_for
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from schemas.waivers import (
    ClosingSchema,
    ProposedWaiverSchema,
    ReportQuerySchema,
    SigningSchema,
    WaiverSchema,
    WaiversQuerySchema,
    WaiversReportSchema,
)
from service.api.acts import answered, answered_once
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.api.idempotency import once
from service.api.lists import filters_of, page_answer, page_of, page_schema
from service.context import current_actor, now, reading
from service.usecases.rules import waiver_reports, waivers

__all__ = ["proposals", "resource"]

resource = Resource("waivers", title=Text("放宽", "Waivers"))
proposals = Resource("waiver_proposals", title=Text("提出放宽", "Proposing a waiver"), path="/vacancies")

_WAIVER, _REPORT = WaiverSchema(), WaiversReportSchema()


@proposals.operation(
    "POST",
    "/<path:vacancy_no>/waivers",
    Text("提出放宽", "Propose a waiver"),
    body=ProposedWaiverSchema,
    answer=WaiverSchema,
    status=201,
    headers=("Location", "Idempotency-Replayed"),
)
def propose_waiver(wanted: dict[str, Any], vacancy_no: str) -> Response:
    """Propose it; nothing changes until somebody else signs."""

    def work(session: Session) -> Answer:
        made = waivers.propose_waiver(session, actor=current_actor(), vacancy_no=vacancy_no, now=now(), **wanted)
        location = url_for("api_waivers.show_waiver", waiver_no=made.waiver_no)
        return Answer.of(_WAIVER.dump(made), status=201, location=location)

    return once(work)


@resource.operation("GET", "", Text("列出放宽", "List waivers"), query=WaiversQuerySchema, answer=page_schema(_WAIVER))
def list_waivers(query: dict[str, Any]) -> Response:
    """Answer with one page of waivers, the newest first."""
    with reading() as session:
        page = waivers.list_waivers(session, actor=current_actor(), filters=filters_of(query), **page_of(query))
        return page_answer(page, _WAIVER).response()


@resource.operation(
    "GET",
    "/report",
    Text("统计放宽", "Count waivers"),
    query=ReportQuerySchema,
    answer=WaiversReportSchema,
)
def report_waivers(query: dict[str, Any]) -> Response:
    """Answer with the waivers signed in a period, by rule, county, proposer and signer."""
    return answered(waiver_reports.report_waivers, _REPORT, now=now(), **query)


@resource.operation("GET", "/<waiver_no>", Text("查看一项放宽", "Show a waiver"), answer=WaiverSchema)
def show_waiver(waiver_no: str) -> Response:
    """Answer with one waiver."""
    return answered(waivers.get_waiver, _WAIVER, waiver_no=waiver_no)


@resource.operation(
    "POST",
    "/<waiver_no>/sign",
    Text("签署放宽", "Sign a waiver"),
    body=SigningSchema,
    answer=WaiverSchema,
    headers=("Idempotency-Replayed",),
)
def sign_waiver(wanted: dict[str, Any], waiver_no: str) -> Response:
    """Sign what somebody else proposed: from now on the rule is waived."""
    return answered_once(waivers.sign_waiver, _WAIVER, waiver_no=waiver_no, **wanted)


@resource.operation(
    "POST",
    "/<waiver_no>/refuse",
    Text("退回放宽", "Refuse a waiver"),
    body=ClosingSchema,
    answer=WaiverSchema,
    headers=("Idempotency-Replayed",),
)
def refuse_waiver(wanted: dict[str, Any], waiver_no: str) -> Response:
    """Refuse what somebody else proposed."""
    return answered_once(waivers.refuse_waiver, _WAIVER, waiver_no=waiver_no, **wanted)


@resource.operation(
    "POST",
    "/<waiver_no>/withdraw",
    Text("撤回放宽", "Withdraw a waiver"),
    body=ClosingSchema,
    answer=WaiverSchema,
    headers=("Idempotency-Replayed",),
)
def withdraw_waiver(wanted: dict[str, Any], waiver_no: str) -> Response:
    """Take it back, at once."""
    return answered_once(waivers.withdraw_waiver, _WAIVER, waiver_no=waiver_no, **wanted)
