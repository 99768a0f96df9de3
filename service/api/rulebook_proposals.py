"""/api/v1/rulebook-proposals: another rulebook, with its effect, by two people."""

from collections.abc import Mapping
from typing import Any

from flask import Response, url_for
from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from schemas.rulebooks import (
    ProposalSchema,
    ProposalsQuerySchema,
    ProposedRulebookSchema,
    RulebookWishSchema,
    WholeProposalSchema,
)
from schemas.waivers import ClosingSchema, SigningSchema
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.api.idempotency import once
from service.api.lists import page_answer, page_of, page_schema
from service.context import current_actor, now, reading
from service.usecases.rules import rulebook_changes, rulebook_effects

__all__ = ["resource"]

resource = Resource("rulebook_proposals", title=Text("规则变更", "Rulebook changes"), path="/rulebook-proposals")


class EffectSchema(Schema):
    """What another rulebook would do."""

    effect = fields.Raw(required=True)


_PROPOSAL, _WHOLE = ProposalSchema(), WholeProposalSchema()
_IN_LISTS = ProposalSchema(exclude=("effect",))


@resource.operation(
    "GET",
    "",
    Text("列出规则变更", "List proposed and signed rulebooks"),
    query=ProposalsQuerySchema,
    answer=page_schema(_IN_LISTS),
)
def list_proposals(query: dict[str, Any]) -> Response:
    """Answer with one page, the newest first; the highest `in_force_no` is in force, none is the shipped rulebook."""
    with reading() as session:
        page = rulebook_changes.list_proposals(
            session, actor=current_actor(), state=query.get("state"), **page_of(query)
        )
        return page_answer(page, _IN_LISTS).response()


@resource.operation(
    "POST",
    "/effects",
    Text("试算规则变更的影响，不写入", "Show what another rulebook would do; nothing is written"),
    body=RulebookWishSchema,
    answer=EffectSchema,
)
def show_effect(wanted: dict[str, Any]) -> Response:
    """Answer with who would enter, leave and move, over the registry as it stands."""
    with reading() as session:
        _, effect = _tried(session, wanted)
    return Answer.of({"effect": effect}).response()


@resource.operation(
    "POST",
    "",
    Text("提出规则变更", "Propose another rulebook"),
    body=ProposedRulebookSchema,
    answer=_WHOLE,
    status=201,
    headers=("Location", "Idempotency-Replayed"),
)
def propose_rulebook(wanted: dict[str, Any]) -> Response:
    """Propose it with its effect; nothing changes until somebody else signs."""
    with reading() as session:  # before the write: ranking everybody takes a moment
        rulebook, effect = _tried(session, wanted)

    def work(session: Session) -> Answer:
        made = rulebook_changes.propose_rulebook(
            session, actor=current_actor(), rulebook=rulebook, effect=effect, reason=wanted["reason"], now=now()
        )
        location = url_for("api_rulebook_proposals.show_proposal", proposal_no=made.proposal_no)
        return Answer.of(_document(session, made.proposal_no), status=201, location=location)

    return once(work)


@resource.operation(
    "GET", "/<proposal_no>", Text("查看规则变更及影响", "Show a proposal with its effect"), answer=_WHOLE
)
def show_proposal(proposal_no: str) -> Response:
    """Answer with every value that differs, and with the effect."""
    with reading() as session:
        return Answer.of(_document(session, proposal_no)).response()


@resource.operation(
    "POST",
    "/<proposal_no>/sign",
    Text("签署规则变更，立即生效", "Sign: it is in force from now on"),
    body=SigningSchema,
    answer=_PROPOSAL,
    headers=("Idempotency-Replayed",),
)
def sign_rulebook(wanted: dict[str, Any], proposal_no: str) -> Response:
    """Put what somebody else proposed in force."""

    def work(session: Session) -> Answer:
        signed = rulebook_changes.sign_rulebook(
            session, actor=current_actor(), proposal_no=proposal_no, signed_name=wanted["signed_name"], now=now()
        )
        return Answer.of(_PROPOSAL.dump(signed))

    return once(work)


@resource.operation(
    "POST",
    "/<proposal_no>/reject",
    Text("退回规则变更", "Reject a proposal"),
    body=ClosingSchema,
    answer=_PROPOSAL,
    headers=("Idempotency-Replayed",),
)
def reject_rulebook(wanted: dict[str, Any], proposal_no: str) -> Response:
    """Reject what somebody else proposed."""

    def work(session: Session) -> Answer:
        rejected = rulebook_changes.reject_rulebook(
            session, actor=current_actor(), proposal_no=proposal_no, reason=wanted["reason"], now=now()
        )
        return Answer.of(_PROPOSAL.dump(rejected))

    return once(work)


def _tried(session: Session, wanted: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    actor = current_actor()
    document = rulebook_changes.wished_document(
        session, actor=actor, whole=wanted.get("document"), changes=(wanted.get("changes") or "").splitlines()
    )
    rulebook = rulebook_changes.read_proposed(session, actor=actor, document=document)
    return rulebook, rulebook_effects.effect_of(session, actor=actor, rulebook=rulebook, now=now())


def _document(session: Session, proposal_no: str) -> dict[str, Any]:
    proposal = rulebook_changes.get_proposal(session, actor=current_actor(), proposal_no=proposal_no)
    told = rulebook_changes.changes_of(session, actor=current_actor(), proposal_no=proposal_no)
    document: dict[str, Any] = _PROPOSAL.dump(proposal)
    return {**document, "differences": [one._asdict() for one in told]}
