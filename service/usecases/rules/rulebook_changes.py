"""Another rulebook as an act of two people: proposed with its effect, signed by somebody else."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from matching.errors import MatchingError
from matching.lint import lint
from matching.rulebook import Rulebook
from matching.versions import canonical_json
from matching.vocabulary import Text
from service.access import Actor, require
from service.access.masking import hides_holders
from service.db import allocate_ids
from service.errors import Conflict, Forbidden, InvalidInput
from service.models.rulebooks import ProposalState, RulebookProposal
from service.queries.rulebooks import document_of, number_in_force, rulebook_in_force, rulebook_of
from service.rulebooks import policy_cards
from service.usecases.auditing import audit
from service.usecases.days import day_of
from service.usecases.paging import Page
from service.usecases.pending.announcing import announce
from service.usecases.privacy.hidden_words import hide_words
from service.usecases.records.single_records import not_found
from service.usecases.rules.rulebook_edits import Difference, check_texts, differences, read_rulebook_file, with_changes
from service.usecases.rules.rulebook_effects import seen_effect
from service.usecases.rules.rulebooks import keep_rulebook
from service.usecases.workflow.signing import signed_by_holder

__all__ = [
    "changes_of",
    "get_proposal",
    "list_proposals",
    "propose_rulebook",
    "read_proposed",
    "reject_rulebook",
    "show_rulebook",
    "sign_rulebook",
    "wished_document",
]

_IN_FORCE = "rulebooks_in_force"
_MOST_FINDINGS = 20


def read_proposed(session: Session, *, actor: Actor, document: Mapping[str, Any]) -> Rulebook:
    """Read a rulebook as strictly as the one that ships, lint it, and make its policy cards.

    Raises
    ------
    InvalidInput
        With the place of everything that a rulebook must not have or lacks; or if nothing differs from the one in
        force.
    """
    require(actor, "propose_rulebooks")
    try:
        check_texts(document)
        rulebook = Rulebook.from_document(document, name="rulebook")
        policy_cards(rulebook)
    except (MatchingError, RecursionError) as error:
        problem = error.problem if isinstance(error, MatchingError) else Text("层数过多。", "It is nested too deeply.")
        raise InvalidInput(problem, remedy=_MEND, place=getattr(error, "place", "") or "document") from error
    findings = lint(rulebook)
    if findings:
        told: dict[str, list[Text]] = {}
        for finding in findings[:_MOST_FINDINGS]:
            told.setdefault(finding.place, []).append(finding.problem)
        raise InvalidInput(findings[0].problem, remedy=_MEND, place=findings[0].place, fields=told)
    if rulebook.version == rulebook_in_force(session).version:
        raise InvalidInput(
            Text("与现行规则手册相同，没有改动。", "It is the rulebook in force: nothing is changed."),
            remedy=Text("请修改后再提出。", "Change something first."),
            place="document",
        )
    return rulebook


def wished_document(
    session: Session, *, actor: Actor, whole: str | None = None, changes: Sequence[str] = ()
) -> Mapping[str, Any]:
    """Return the document of a rulebook that is wished for: a whole one, or the one in force with changes.

    Raises
    ------
    InvalidInput
        If it is no TOML, or a change names what there is not.
    """
    require(actor, "propose_rulebooks")
    if whole is not None:
        return read_rulebook_file(whole)
    return with_changes(rulebook_in_force(session).document, [change for change in changes if change.strip()])


def propose_rulebook(
    session: Session, *, actor: Actor, rulebook: Rulebook, effect: Mapping[str, Any], reason: str, now: datetime
) -> RulebookProposal:
    """Propose a rulebook; nothing changes until somebody else signs.

    Parameters
    ----------
    session : Session
    actor : Actor
    rulebook : Rulebook
        From `read_proposed`.
    effect : mapping
        From `service.usecases.rules.rulebook_effects.effect_of`: what the signer is shown.
    reason : str
    now : datetime

    Raises
    ------
    InvalidInput
        Without a reason.
    Conflict
        If another rulebook has come into force since the effect was computed.
    """
    require(actor, "propose_rulebooks")
    if not reason.strip():
        raise _without_reason()
    base = rulebook_in_force(session).version
    if (effect["base_version"], effect["version"]) != (base, rulebook.version):
        raise _overtaken(Text("提议", "the proposal"), base)
    (proposal_id,) = allocate_ids(session, RulebookProposal.__tablename__)
    proposal = RulebookProposal(
        id=proposal_id,
        proposal_no=f"R{day_of(now):%Y}-{proposal_id:06d}",
        state=ProposalState.PROPOSED,
        base_version=base,
        rulebook_version=rulebook.version,
        content=canonical_json(rulebook.document).decode(),
        reason=reason.strip(),
        effect=dict(effect),
        proposed_by=actor.username,
        proposed_at=now,
    )
    session.add(proposal)
    _note(session, actor, "propose_rulebook", proposal, now=now)
    announce(
        session,
        topic="rulebook_proposed",
        subject_no=proposal.proposal_no,
        rights=["sign_rulebooks"],
        actor=actor,
        now=now,
    )
    return proposal


def sign_rulebook(
    session: Session, *, actor: Actor, proposal_no: str, signed_name: str, now: datetime
) -> RulebookProposal:
    """Sign a proposed rulebook in one's own name: it is in force from this moment, in every process.

    Rankings are out of date by it and are made anew by the next rescoring; frozen lists keep theirs.

    Raises
    ------
    NotFound
        If there is no such proposal.
    Forbidden
        If the actor proposed it, or has no name to sign with.
    InvalidInput
        If it is signed with another name than that of the account's holder.
    Conflict
        If it does not wait for a signature, or was proposed against a rulebook that is no longer in force.
    """
    require(actor, "sign_rulebooks")
    # Two who sign at once are served one after the other.
    (number,) = allocate_ids(session, _IN_FORCE)
    proposal = _waiting(session, actor, proposal_no)
    own = signed_by_holder(actor, signed_name)
    base = rulebook_in_force(session)
    if proposal.base_version != base.version:
        raise _overtaken(Text(proposal_no, proposal_no), base.version)
    rulebook = rulebook_of(proposal)
    for book in (base, rulebook):
        keep_rulebook(session, book, now=now)
    proposal.state, proposal.in_force_no = ProposalState.SIGNED, number
    proposal.signed_name = own
    proposal.decided_by, proposal.decided_at = actor.username, now
    _note(session, actor, "sign_rulebook", proposal, now=now)
    return proposal


def reject_rulebook(
    session: Session, *, actor: Actor, proposal_no: str, reason: str, now: datetime
) -> RulebookProposal:
    """Reject a proposed rulebook; errors as for `sign_rulebook`, and InvalidInput without a reason."""
    require(actor, "sign_rulebooks")
    proposal = _waiting(session, actor, proposal_no)
    if not reason.strip():
        raise _without_reason()
    proposal.state, proposal.decision_reason = ProposalState.REJECTED, reason.strip()
    proposal.decided_by, proposal.decided_at = actor.username, now
    _note(session, actor, "reject_rulebook", proposal, now=now)
    return proposal


def get_proposal(session: Session, *, actor: Actor, proposal_no: str) -> RulebookProposal:
    """Return one proposal.

    Raises
    ------
    NotFound
        If there is no such proposal.
    """
    require(actor, "read_rulebooks")
    query = select(RulebookProposal).where(RulebookProposal.proposal_no == proposal_no)
    found = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise not_found(Text("规则提议", "proposal"), proposal_no, place="proposal_no")
    set_committed_value(found, "effect", seen_effect(session, found.effect, actor=actor))
    if hides_holders(actor):
        hide_words([found])
    return found


def show_rulebook(session: Session, *, actor: Actor) -> tuple[int, Rulebook]:
    """Return the rulebook in force with its number; 0 is the one that ships."""
    require(actor, "read_rulebooks")
    return number_in_force(session), rulebook_in_force(session)


def list_proposals(
    session: Session, *, actor: Actor, state: str | None = None, page: int = 1, page_size: int = 50
) -> Page[RulebookProposal]:
    """Return proposals, signed ones with their number in force among them, the newest first."""
    require(actor, "read_rulebooks")
    query = select(RulebookProposal)
    if state:
        query = query.where(RulebookProposal.state == state)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    newest_first = query.order_by(RulebookProposal.id.desc()).offset((page - 1) * page_size).limit(page_size)
    found = list(session.scalars(newest_first))
    if hides_holders(actor):
        hide_words(found)
    return Page(found, total, page, page_size)


def changes_of(session: Session, *, actor: Actor, proposal_no: str) -> list[Difference]:
    """Return every value that a proposal changes in the rulebook that it was made on."""
    proposal = get_proposal(session, actor=actor, proposal_no=proposal_no)
    return differences(document_of(session, proposal.base_version), rulebook_of(proposal).document)


_MEND = Text("请改正后再提出。", "Mend it and propose again.")


def _waiting(session: Session, actor: Actor, proposal_no: str) -> RulebookProposal:
    proposal = get_proposal(session, actor=actor, proposal_no=proposal_no)
    if proposal.state is not ProposalState.PROPOSED:
        raise Conflict(
            Text(f"提议 {proposal_no} 已办理（{proposal.state}）。", f"{proposal_no} is settled: {proposal.state}."),
            remedy=Text("如需改回，请另行提出。", "To go back, propose anew."),
            place="proposal_no",
            value=proposal_no,
        )
    if proposal.proposed_by == actor.username:
        raise Forbidden(
            Text("提出人不能签署或退回自己的提议。", "Who proposed a rulebook neither signs nor rejects it."),
            remedy=Text("请由另一位有签署权的人办理。", "Let somebody else who may sign decide."),
            place=proposal_no,
        )
    return proposal


def _overtaken(what: Text, base: str) -> Conflict:
    return Conflict(
        Text(
            f"{what.zh}所依据的规则手册已被取代，现行为 {base}。",
            f"{base} came into force meanwhile.",
        ),
        remedy=Text("请在现行手册上重新提出，并重看影响。", "Propose it anew on that one."),
        place="base_version",
        value=base,
    )


def _without_reason() -> InvalidInput:
    problem = Text("须写明理由。", "It needs a reason.")
    return InvalidInput(problem, remedy=_MEND, place="reason", fields={"reason": [problem]})


def _note(session: Session, actor: Actor, action: str, proposal: RulebookProposal, *, now: datetime) -> None:
    detail = {
        "base_version": proposal.base_version,
        "rulebook_version": proposal.rulebook_version,
        "in_force_no": proposal.in_force_no,
    }
    audit.record(
        session, actor=actor, action=action, subject_kind="rulebook", subject_no=proposal.proposal_no, now=now,
        detail=detail,
    )  # fmt: skip
    session.flush()
