"""Evaluating: is a card at least as good as the one in force, on lists that it never saw; and do decisions drift."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from matching.card import Scorecard
from matching.training import Comparison, Drift, Model, compare, drift, held_out_scores
from matching.vocabulary import PostType
from service.access import Actor, require
from service.queries.cards import cards_in_force, promotion_moments
from service.queries.rulebooks import policy_cards_in_force
from service.queries.training import History, load_history
from service.usecases.cards.models import LATEST, latest_versions, readable_model
from service.usecases.days import day_of

__all__ = ["Evaluation", "compare_with_champion", "drift_document", "evaluate_models", "watch_drift"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """How a model does beside the card in force and beside the policy.

    Parameters
    ----------
    post : PostType
    version, champion_version : str
    is_champion : bool
        Whether the model's own card is in force.
    against_champion, against_policy : Comparison
    """

    post: PostType
    version: str
    champion_version: str
    is_champion: bool
    against_champion: Comparison
    against_policy: Comparison


def evaluate_models(
    session: Session, *, actor: Actor, version: str = LATEST, post: PostType | None = None, now: datetime
) -> list[Evaluation]:
    """Compare models with the cards in force on today's reviewed lists.

    A list that a card was trained on is scored by the bags that never saw it, and left out where every bag did.

    Parameters
    ----------
    session : Session
    actor : Actor
    version : str
        ``latest``: the newest of each kind of post.
    post : PostType, optional
        Only this one, with ``latest``.
    now : datetime

    Raises
    ------
    NotFound
        If there is no such model, or none at all.
    InvalidInput
        If the stored file is damaged.
    """
    require(actor, "read_models")
    versions = list(latest_versions(session, actor=actor, post=post).values()) if version == LATEST else [version]
    found = []
    for one in versions:
        model = readable_model(session, one)
        history = load_history(session, card=model.policy, as_of=day_of(now))
        champion = cards_in_force(session)[model.card.post]
        found.append(
            Evaluation(
                post=model.card.post,
                version=one,
                champion_version=champion.version,
                is_champion=champion.version == one,
                against_champion=compare_with_champion(session, model=model, history=history, now=now),
                against_policy=_compared(
                    history,
                    champion=held_out_scores(policy_cards_in_force(session)[model.card.post], history.lists),
                    challenger=_honest(model, history),
                ),
            )
        )
    return found


def compare_with_champion(session: Session, *, model: Model, history: History, now: datetime) -> Comparison:
    """Compare a model with the card in force of its post.

    Parameters
    ----------
    session : Session
    model : Model
    history : History
        With the levels of the model's criteria.
    now : datetime
    """
    card = cards_in_force(session)[model.card.post]
    return _compared(
        history,
        champion=_scores_of(session, card, history, now=now),
        challenger=_honest(model, history),
    )


def watch_drift(
    session: Session, *, actor: Actor, post: PostType | None = None, now: datetime
) -> dict[PostType, Drift]:
    """Return, for each kind of post or for one, how often decisions went against the rank, quarter by quarter.

    The alarm line begins anew with every change of the card in force.
    """
    require(actor, "read_models")
    posts = tuple(PostType) if post is None else (post,)
    changed_at = promotion_moments(session)
    found = {}
    for one in posts:
        lists = load_history(session, card=policy_cards_in_force(session)[one], as_of=day_of(now)).lists
        found[one] = drift(lists, promoted_on=sorted({day_of(at).isoformat() for at in changed_at[one]}))
    return found


def drift_document(found: Mapping[PostType, Drift]) -> list[dict[str, Any]]:
    """Return drift as plain JSON values; what cannot be told is null."""
    return [
        {
            "post_type": str(post),
            "is_alarming": drifted.is_alarming,
            "periods": [
                {
                    "name": period.name,
                    "since": period.since or None,
                    "n_lists": period.n_lists,
                    "n_pairs": period.n_pairs,
                    "against": period.against,
                    "limit": period.limit,
                    "is_alarming": period.is_alarming,
                    "by_criterion": {key: one if one == one else None for key, one in period.by_criterion.items()},
                }
                for period in drifted.periods
            ],
        }
        for post, drifted in found.items()
    ]


def _compared(history: History, *, champion: Floats, challenger: Floats) -> Comparison:
    return compare(history.lists, champion=champion, challenger=challenger)


def _honest(model: Model, history: History) -> Floats:
    """Score a model's card, each list by what was learned without it."""
    return held_out_scores(model.card, history.lists, left_out=model.training.left_out, seen=model.training.vacancy_nos)


def _scores_of(session: Session, card: Scorecard, history: History, *, now: datetime) -> Floats:
    """Score the card in force; NaN, so that nothing is proven, where it judges by criteria that the lists lack."""
    if card.source == "policy":
        return held_out_scores(card, history.lists)
    own = history
    if tuple(card.points) != history.lists.criteria:
        own = load_history(session, card=card, as_of=day_of(now))
        if own.lists.vacancy_nos != history.lists.vacancy_nos or len(own.lists.grades) != len(history.lists.grades):
            return np.full(len(history.lists.grades), np.nan)
    return _honest(readable_model(session, card.version), own)
