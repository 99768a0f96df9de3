"""The rulebook on which somebody worked, and what others put in force since."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, require
from service.errors import Change, VersionConflict
from service.models.rulebooks import RulebookProposal
from service.queries.rulebooks import document_of, rulebook_in_force, rulebook_of
from service.usecases.rules.rulebook_edits import differences

__all__ = ["base_document", "refuse_overtaken_base"]


def base_document(session: Session, *, actor: Actor, version: str) -> Mapping[str, Any]:
    """Return the rulebook that somebody was shown; the one in force where that one is not known."""
    require(actor, "propose_rulebooks")
    return document_of(session, version) or rulebook_in_force(session).document


def refuse_overtaken_base(session: Session, *, actor: Actor, version: str) -> None:
    """Refuse what was worked out on a rulebook that is no longer in force.

    Raises
    ------
    VersionConflict
        Says who signed what since, value by value.
    """
    require(actor, "propose_rulebooks")
    in_force = rulebook_in_force(session).version
    if version == in_force or not document_of(session, version):
        return
    raise VersionConflict(
        Text(
            "打开本页后，另一版规则手册已生效；尚未提出任何改动。",
            "Another rulebook came into force since this page was opened; nothing is proposed yet.",
        ),
        remedy=Text("请对照两版内容，再次检查影响后提出。", "Compare both, check the effect again and propose."),
        place="base_version",
        value=version,
        changes=_signed_since(session, version),
    )


def _signed_since(session: Session, version: str) -> list[Change]:
    signed = select(RulebookProposal).where(RulebookProposal.in_force_no.is_not(None))
    after = select(RulebookProposal.in_force_no).where(
        RulebookProposal.rulebook_version == version, RulebookProposal.in_force_no.is_not(None)
    )
    number = session.scalar(after.order_by(RulebookProposal.in_force_no.desc()).limit(1)) or 0
    found = session.scalars(signed.where(RulebookProposal.in_force_no > number).order_by(RulebookProposal.in_force_no))
    changes = []
    for one in found:
        told = differences(document_of(session, one.base_version), rulebook_of(one).document)
        fields = {each.path: (each.before, each.after) for each in told}
        number = one.in_force_no or 0
        at, by = one.decided_at or one.proposed_at, one.decided_by or one.proposed_by
        changes.append(Change(version=number, at=at, username=by, fields=fields))
    return changes
