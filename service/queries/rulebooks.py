"""The rulebook in force: the newest signed one, else the one that ships.

Every reader asks the database for its number, so that all processes change at once; what was read is kept by its hash.
"""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.card import Scorecard
from matching.errors import RulebookError
from matching.rulebook import Rulebook
from matching.vocabulary import PostType, Text
from service.errors import NotConfigured
from service.models.rulebooks import KeptRulebook, RulebookProposal
from service.rulebooks import policy_cards, shipped_rulebook

__all__ = ["document_of", "number_in_force", "policy_cards_in_force", "rulebook_in_force", "rulebook_of"]

_NEWEST = (
    select(RulebookProposal.rulebook_version)
    .where(RulebookProposal.in_force_no.is_not(None))
    .order_by(RulebookProposal.in_force_no.desc())
    .limit(1)
)
_read: dict[str, Rulebook] = {}  # a version is the hash of its document, so that one memory serves all databases


def rulebook_in_force(session: Session) -> Rulebook:
    """Return the rulebook in force.

    Raises
    ------
    NotConfigured
        If it cannot be read: judging by another one without a word would be worse than not judging.
    """
    version = session.scalar(_NEWEST)
    return shipped_rulebook() if version is None else _rulebook(session, version)


def number_in_force(session: Session) -> int:
    """Return the number of the rulebook in force; 0 is the one that ships."""
    numbers = select(RulebookProposal.in_force_no).where(RulebookProposal.in_force_no.is_not(None))
    return session.scalar(numbers.order_by(RulebookProposal.in_force_no.desc()).limit(1)) or 0


def policy_cards_in_force(session: Session) -> dict[PostType, Scorecard]:
    """Return the scorecards that the weights of the rulebook in force make."""
    return policy_cards(rulebook_in_force(session))


def document_of(session: Session, version: str) -> Mapping[str, Any]:
    """Return the document of a rulebook that is or was in force; empty where it is not kept any more."""
    if version == shipped_rulebook().version:
        return shipped_rulebook().document
    proposed = session.scalar(
        select(RulebookProposal.content).where(RulebookProposal.rulebook_version == version).limit(1)
    )
    kept = proposed or session.scalar(select(KeptRulebook.content).where(KeptRulebook.version == version))
    return {} if kept is None else _read_whole(kept, version).document


def rulebook_of(proposal: RulebookProposal) -> Rulebook:
    """Return the rulebook of a proposal; errors as for `rulebook_in_force`."""
    version = proposal.rulebook_version
    if version not in _read:
        _read[version] = _read_whole(proposal.content, version)
    return _read[version]


def _rulebook(session: Session, version: str) -> Rulebook:
    if version not in _read:
        content = select(RulebookProposal.content).where(RulebookProposal.rulebook_version == version).limit(1)
        _read[version] = _read_whole(session.scalars(content).one(), version)
    return _read[version]


def _read_whole(content: str, version: str) -> Rulebook:
    try:
        rulebook = Rulebook.from_document(json.loads(content), name="rulebook.toml")
    except (RulebookError, ValueError, RecursionError) as error:
        raise _unreadable(version) from error
    if rulebook.version != version:
        raise _unreadable(version)
    return rulebook


def _unreadable(version: str) -> NotConfigured:
    return NotConfigured(
        Text(f"规则手册 {version} 内容残缺，无法读取。", f"The rulebook {version} is damaged and cannot be read."),
        remedy=Text("请从备份恢复 rulebook_proposals 中的该行。", "Restore its row from a backup."),
        place="rulebook_proposals",
    )
