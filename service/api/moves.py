"""Moves between states: /shortlists/{no}/moves, /people/{no}/moves, /vacancies/{no}/moves."""

from typing import Any

from flask import Response
from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from schemas.workflow import MoveRequestSchema, ReviewSchema, ShortlistMoveRequestSchema, label_of
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.api.idempotency import once
from service.context import current_actor, now
from service.usecases.records.record_moves import move_record
from service.usecases.records.vacancy_moves import move_vacancy as lead_vacancy
from service.usecases.workflow.candidacy_views import list_candidacies
from service.usecases.workflow.moving import Asked
from service.usecases.workflow.rounds import move_shortlist as lead_shortlist

__all__ = ["asked_in", "people_moves", "shortlist_moves", "vacancy_moves"]

shortlist_moves = Resource("shortlist_moves", title=Text("名单的环节", "Stages of a shortlist"), path="/shortlists")
people_moves = Resource("people_moves", title=Text("档案的状态", "States of a record"), path="/people")
vacancy_moves = Resource("vacancy_moves", title=Text("岗位的状态", "States of a vacancy"), path="/vacancies")

_REVIEW = ReviewSchema()


class RecordStateSchema(Schema):
    """Where a person's record stands."""

    person_no = fields.String(required=True)
    state = fields.Function(lambda person: str(person.record_status.value))
    state_label = fields.Function(lambda person: label_of("record_status", str(person.record_status.value)))
    version = fields.Integer(required=True)


class VacancyStateSchema(Schema):
    """Where a vacancy stands."""

    vacancy_no = fields.String(required=True)
    state = fields.Function(lambda vacancy: str(vacancy.vacancy_status.value))
    state_label = fields.Function(lambda vacancy: label_of("vacancy_status", str(vacancy.vacancy_status.value)))
    version = fields.Integer(required=True)


_RECORD, _VACANCY = RecordStateSchema(), VacancyStateSchema()


def asked_in(body: dict[str, Any]) -> Asked:
    """Return what a body asks for; what is beyond a plain move goes to the conditions of the machine."""
    more = {key: body[key] for key in ("votes", "chosen", "appraisal", "started_on", "term_ends_on") if body.get(key)}
    plain: dict[str, Any] = {key: body.get(key) for key in ("to", "version", "signed_name", "reason", "document")}
    return Asked(**plain, reason_codes=tuple(body.get("reason_codes") or ()), more=more)


@shortlist_moves.operation(
    "POST",
    "/<shortlist_no>/moves",
    Text("推进建议名单：审阅、退回、提出建议、研究决定", "Lead a shortlist on: review, return, proposal, decision"),
    body=ShortlistMoveRequestSchema,
    answer=_REVIEW,
    headers=("Idempotency-Replayed",),
)
def move_shortlist(body: dict[str, Any], shortlist_no: str) -> Response:
    """Lead the round of a list on; a named person signs what has to be signed."""

    def work(session: Session) -> Answer:
        actor = current_actor()
        lead_shortlist(session, actor=actor, shortlist_no=shortlist_no, asked=asked_in(body), now=now())
        return Answer.of(_REVIEW.dump(list_candidacies(session, actor=actor, shortlist_no=shortlist_no)))

    return once(work)


@people_moves.operation(
    "POST",
    "/<path:person_no>/moves",
    Text("推进人才档案的状态", "Lead a person's record on"),
    body=MoveRequestSchema,
    answer=_RECORD,
    headers=("Idempotency-Replayed",),
)
def move_person(body: dict[str, Any], person_no: str) -> Response:
    """Lead a record to its next state; a suspended one is matched with nothing any more."""

    def work(session: Session) -> Answer:
        person = move_record(session, actor=current_actor(), person_no=person_no, asked=asked_in(body), now=now())
        return Answer.of(_RECORD.dump(person))

    return once(work)


@vacancy_moves.operation(
    "POST",
    "/<path:vacancy_no>/moves",
    Text("推进岗位的状态", "Lead a vacancy on"),
    body=MoveRequestSchema,
    answer=_VACANCY,
    headers=("Idempotency-Replayed",),
)
def move_vacancy(body: dict[str, Any], vacancy_no: str) -> Response:
    """Lead a vacancy to its next state."""

    def work(session: Session) -> Answer:
        vacancy = lead_vacancy(session, actor=current_actor(), vacancy_no=vacancy_no, asked=asked_in(body), now=now())
        return Answer.of(_VACANCY.dump(vacancy))

    return once(work)
