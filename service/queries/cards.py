"""The scorecards in force: the newest promotion of each kind of post, else the policy."""

import json
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matching.card import Scorecard
from matching.errors import MatchingError
from matching.rulebook import Rulebook
from matching.vocabulary import PostType, Text
from service.errors import NotConfigured
from service.models.training import CardPromotion, ScorecardModel
from service.queries.rulebooks import rulebook_in_force
from service.rulebooks import policy_cards

__all__ = ["cards_in_force", "champion_versions", "promotion_moments"]

_cards: dict[str, Scorecard] = {}  # a version is the hash of its card, so that one memory serves all databases


def champion_versions(session: Session) -> dict[PostType, str | None]:
    """Return the version of the learned card in force of each kind of post, None where the policy is."""
    newest = select(func.max(CardPromotion.id)).group_by(CardPromotion.post_type)
    query = select(CardPromotion.post_type, CardPromotion.card_version).where(CardPromotion.id.in_(newest))
    return {**dict.fromkeys(PostType), **dict(session.execute(query).all())}


def promotion_moments(session: Session) -> dict[PostType, list[datetime]]:
    """Return when the card in force of each kind of post was changed, the first change first."""
    found: dict[PostType, list[datetime]] = {post: [] for post in PostType}
    query = select(CardPromotion.post_type, CardPromotion.promoted_at).order_by(CardPromotion.id)
    for post, moment in session.execute(query):
        found[post].append(moment)
    return found


def cards_in_force(session: Session, *, rulebook: Rulebook | None = None) -> dict[PostType, Scorecard]:
    """Return one scorecard for each kind of post; the policy is that of `rulebook`, or of the one in force.

    A card that was learned under an earlier rulebook stays in force until somebody replaces it; `doctor` and the list
    of models say so.

    Raises
    ------
    NotConfigured
        If the card in force cannot be read: ranking by another one without a word would be worse than not ranking.
    """
    learned = {post: version for post, version in champion_versions(session).items() if version is not None}
    return {
        **policy_cards(rulebook or rulebook_in_force(session)),
        **{post: _learned(session, version) for post, version in learned.items()},
    }


def _learned(session: Session, version: str) -> Scorecard:
    if version not in _cards:
        content = session.scalars(select(ScorecardModel.content).where(ScorecardModel.version == version)).one()
        _cards[version] = _card_of(content, version)
    return _cards[version]


def _card_of(content: str, version: str) -> Scorecard:
    try:
        card = Scorecard.from_document(json.loads(content)["card"])
    except MatchingError as error:
        raise _unreadable(version, Text(*(f"{error.place} {one}".strip() for one in error.problem))) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _unreadable(version, Text("内容残缺", "its content is damaged")) from error
    if card.version != version:
        raise _unreadable(version, Text("内容是另一张评分卡", "its content is another card"))
    return card


def _unreadable(version: str, why: Text) -> NotConfigured:
    return NotConfigured(
        Text(
            f"现行评分卡 {version} 无法读取：{why.zh}",
            f"The card in force, {version}, cannot be read: {why.en}",
        ),
        remedy=Text(
            "请重新导入其模型文件（talentpool models import），或退回上一版（talentpool models rollback --post）。",
            "Import its model file again (talentpool models import), or go back (talentpool models rollback --post).",
        ),
        place="card_promotions",
    )
