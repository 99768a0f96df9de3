"""The state of the scoring for the overview: which card judges each kind of post, how old, and who answers for it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matching.card import Scorecard
from matching.vocabulary import PostType
from service.access import Actor, require
from service.models.rulebooks import RulebookProposal
from service.models.training import CardPromotion, ScorecardModel
from service.queries.cards import cards_in_force
from service.queries.rulebooks import rulebook_in_force
from service.usecases.days import day_of

__all__ = ["CardHealth", "cards_health"]

_SIGNED = (
    select(RulebookProposal)
    .where(RulebookProposal.in_force_no.is_not(None))
    .order_by(RulebookProposal.in_force_no.desc())
    .limit(1)
)


@dataclass(frozen=True, kw_only=True)
class CardHealth:
    """The card in force of one kind of post.

    Parameters
    ----------
    post : PostType
    version : str
        Of the learned card, or of the policy's card.
    is_learned : bool
    in_force_on : date or None
        None: since the service was installed.
    approved_by : str or None
        The account that put it in force; None for what ships with the program.
    signed_by : str or None
        Who answers for a card that is not proven better.
    fitted_on : date or None
        When it was learned; None for a policy.
    age_days : int or None
        Since it was learned or came into force.
    is_drifting : bool or None
        Whether decisions of the newest quarter go against its ranks more than its limit; None where nothing is known.
    against, limit : float or None
        Of the newest quarter: part of pairs decided against the rank, and its alarm line.
    drift_told_at : datetime or None
    is_of_another_rulebook : bool
        Whether it was learned under another rulebook than the one in force.
    """

    post: PostType
    version: str
    is_learned: bool
    in_force_on: date | None = None
    approved_by: str | None = None
    signed_by: str | None = None
    fitted_on: date | None = None
    age_days: int | None = None
    is_drifting: bool | None = None
    against: float | None = None
    limit: float | None = None
    drift_told_at: datetime | None = None
    is_of_another_rulebook: bool = False


def cards_health(session: Session, *, actor: Actor, now: datetime) -> list[CardHealth]:
    """Return the state of the card in force of every kind of post; only what is kept is read, nothing is computed.

    Parameters
    ----------
    session : Session
    actor : Actor
    now : datetime

    Raises
    ------
    NotConfigured
        If a card in force cannot be read.
    """
    require(actor, "read_models")
    newest = select(func.max(CardPromotion.id)).group_by(CardPromotion.post_type)
    promoted = {
        row.post_type: row for row in session.scalars(select(CardPromotion).where(CardPromotion.id.in_(newest)))
    }
    rulebook, signed = rulebook_in_force(session), session.scalars(_SIGNED).first()
    found = []
    for post, card in cards_in_force(session, rulebook=rulebook).items():
        own = promoted.get(post)
        if card.source == "policy":
            found.append(_policy(card, own, signed, now=now))
        elif own is not None:
            found.append(_learned(session, card, own, is_current=card.rulebook_version == rulebook.version, now=now))
    return found


def _policy(
    card: Scorecard, own: CardPromotion | None, signed: RulebookProposal | None, *, now: datetime
) -> CardHealth:
    """Tell of a card of the policy: in force since the rulebook was signed, or since somebody went back to it."""
    steps = [(own.promoted_at, own.promoted_by)] if own is not None else []
    if signed is not None and signed.decided_at is not None:
        steps.append((signed.decided_at, signed.decided_by or ""))
    since, by = max(steps, default=(None, None))
    return CardHealth(
        post=card.post,
        version=card.version,
        is_learned=False,
        in_force_on=day_of(since) if since else None,
        approved_by=by,
        age_days=_age_days(since, now),
    )


def _learned(session: Session, card: Scorecard, own: CardPromotion, *, is_current: bool, now: datetime) -> CardHealth:
    kept = session.execute(
        select(ScorecardModel.trained_at, ScorecardModel.figures).where(ScorecardModel.version == card.version)
    ).one()
    figures = kept.figures or {}
    told = figures.get("drift") or {}
    newest = (told.get("periods") or [{}])[-1]
    return CardHealth(
        post=card.post,
        version=card.version,
        is_learned=True,
        in_force_on=day_of(own.promoted_at),
        approved_by=own.promoted_by,
        signed_by=own.signed_by,
        fitted_on=day_of(kept.trained_at),
        age_days=_age_days(kept.trained_at, now),
        is_drifting=told.get("is_alarming") if newest else None,
        against=newest.get("against"),
        limit=newest.get("limit"),
        drift_told_at=datetime.fromisoformat(figures["told_at"]) if figures else None,
        is_of_another_rulebook=not is_current,
    )


def _age_days(since: datetime | None, now: datetime) -> int | None:
    return None if since is None else (day_of(now) - day_of(since)).days
