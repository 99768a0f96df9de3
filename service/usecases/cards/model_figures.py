"""What a model's page tells of the decisions, kept with it: which moved its points, and how many go against the rank.

Told when a model is trained or put in force, and for the models in force once a day; pages read it and compute nothing.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.card import Scorecard
from matching.training import LevelMove, Model, TrainingLists, drift, movement
from matching.vocabulary import Text
from service.access import Actor, require
from service.errors import Conflict, InvalidInput
from service.models.training import ScorecardModel
from service.queries.cards import champion_versions, promotion_moments
from service.queries.training import load_history
from service.usecases.cards.evaluating import drift_document, watch_drift
from service.usecases.cards.models import find_model, readable_model
from service.usecases.days import day_of

__all__ = ["figures_of", "keep_figures", "movement_document", "movement_of", "renew_figures"]

_N_LISTS, _N_OF_LEVEL, _N_DECISIONS = 12, 3, 3


def figures_of(session: Session, *, actor: Actor, version: str, now: datetime) -> dict[str, Any]:
    """Return drift and movement as they were kept with a model; a model without them is told of now, and only drift.

    Returns
    -------
    dict
        ``drift`` as in `drift_document`, ``movement`` as in `movement_document` or None, ``told_at`` an ISO moment.

    Raises
    ------
    NotFound
        If there is no such model.
    """
    listed = find_model(session, actor=actor, version=version)
    kept = session.scalar(select(ScorecardModel.figures).where(ScorecardModel.version == version))
    if kept is not None:
        return dict(kept)
    (told,) = drift_document(watch_drift(session, actor=actor, post=listed.post, now=now))
    return {"drift": told, "movement": None, "told_at": _moment(now)}


def movement_of(session: Session, *, actor: Actor, version: str) -> dict[str, Any]:
    """Return which decisions moved the points of a model, as in `movement_document`.

    Raises
    ------
    NotFound
        If there is no such model.
    Conflict
        If that was not kept: the model was handed in and never put in force, or comes from an earlier release.
    """
    find_model(session, actor=actor, version=version)
    kept = session.scalar(select(ScorecardModel.figures).where(ScorecardModel.version == version)) or {}
    if kept.get("movement") is None:
        raise Conflict(
            Text(
                f"没有留存评分卡 {version} 的分值变动依据。",
                f"What moved the points of the card {version} was not kept.",
            ),
            remedy=Text(
                "启用该评分卡时，或次日的每日任务之后即有。",
                "It is when the card is put in force, or after the daily work of the next day.",
            ),
            place="version",
            value=version,
        )
    return dict(kept["movement"])


def keep_figures(
    session: Session, *, model: Model, before: Scorecard, lists: TrainingLists, now: datetime
) -> dict[str, Any] | None:
    """Keep with a model what its page tells; the caller has read the lists already.

    Parameters
    ----------
    session : Session
    model : Model
    before : Scorecard
        The card that this one would replace, or has replaced.
    lists : TrainingLists
        All that were decided on for its kind of post.
    now : datetime

    Returns
    -------
    dict or None
        The movement; None where the cards have other criteria.
    """
    row = session.scalars(select(ScorecardModel).where(ScorecardModel.version == model.version)).one()
    moments = promotion_moments(session)[model.card.post]
    told = drift(lists, promoted_on=sorted({day_of(at).isoformat() for at in moments}))
    moved = None
    if tuple(before.points) == tuple(model.card.points) == lists.criteria:
        moved = movement_document(model, before, lists)
    row.figures = {
        "drift": drift_document({model.card.post: told})[0],
        "movement": moved,
        "told_at": _moment(now),
    }
    session.flush()
    return moved


def renew_figures(session: Session, *, actor: Actor, now: datetime) -> tuple[str, ...]:
    """Tell the figures of the models in force anew, of all decisions until now; return their versions.

    A movement keeps the card that it was told against.
    """
    require(actor, "do_daily_work")
    renewed = []
    for version in champion_versions(session).values():
        if version is None:
            continue
        try:
            model = readable_model(session, version)
        except InvalidInput:  # a damaged one is told of by the list of models and by doctor
            continue
        history = load_history(session, card=model.policy, as_of=day_of(now))
        before = _card_before(session, model)
        keep_figures(session, model=model, before=before, lists=history.lists, now=now)
        renewed.append(version)
    return tuple(renewed)


def movement_document(model: Model, before: Scorecard, lists: TrainingLists) -> dict[str, Any]:
    """Return the way from one card to the next as plain JSON values, see `matching.training.movement`.

    Lists that the model learned from count. Gains are in hundredths of a nat of log-likelihood; what is not named
    stands under ``others``, so that lists and levels each sum to ``gain`` but for rounding to a thousandth.
    """
    learned = set(model.training.vacancy_nos)
    lists = lists.taken([place for place, number in enumerate(lists.vacancy_nos) if number in learned])
    moved = movement(before, model.card, lists, place_slope=model.training.place_slope)
    strongest = _strongest(moved.by_list, _N_LISTS)
    return {
        "before": before.version,
        "before_source": before.source,
        "after": model.version,
        "n_lists": len(lists),
        "n_decisions": len(lists.grades),
        "gain": _gain(moved.gain),
        "levels": [_level(level, lists) for level in moved.levels],
        "lists": [_list(place, moved.by_list, moved.by_row.sum(axis=1), lists) for place in strongest],
        "others": {
            "n_lists": len(lists) - len(strongest),
            "gain": _gain(moved.gain - float(moved.by_list[strongest].sum())),
        },
    }


def _level(level: LevelMove, lists: TrainingLists) -> dict[str, Any]:
    strongest = _strongest(level.by_list, _N_OF_LEVEL)
    return {
        "criterion_id": level.criterion_id,
        "level": level.level,
        "before": level.before,
        "after": level.after,
        "gain": _gain(level.gain),
        "n_for": int((level.by_list > 0).sum()),
        "n_against": int((level.by_list < 0).sum()),
        "lists": [{"vacancy_no": lists.vacancy_nos[place], "gain": _gain(level.by_list[place])} for place in strongest],
    }


def _list(
    place: int, by_list: NDArray[np.float64], by_row: NDArray[np.float64], lists: TrainingLists
) -> dict[str, Any]:
    part = lists.parts()[place]
    rows = [part.start + row for row in _strongest(by_row[part], _N_DECISIONS)]
    return {
        "vacancy_no": lists.vacancy_nos[place],
        "decided_on": lists.decided_on[place] or None,
        "gain": _gain(by_list[place]),
        "decisions": [
            {"place": int(lists.places[row]), "grade": float(lists.grades[row]), "gain": _gain(by_row[row])}
            for row in rows
        ],
    }


def _strongest(parts: NDArray[np.float64], n: int) -> list[int]:
    """Return the places of the largest parts, for or against."""
    order: Sequence[int] = np.argsort(-np.abs(parts), kind="stable").tolist()
    return [place for place in order[:n] if parts[place]]


def _gain(nats: float) -> float:
    return round(100 * float(nats), 3)


def _card_before(session: Session, model: Model) -> Scorecard:
    """Return the card that a model was told against, while it can be read; else the policy it started from."""
    kept = session.scalar(select(ScorecardModel.figures).where(ScorecardModel.version == model.version)) or {}
    version = (kept.get("movement") or {}).get("before")
    stored = session.scalar(select(ScorecardModel.version).where(ScorecardModel.version == version))
    if stored is None:
        return model.policy
    return readable_model(session, stored).card


def _moment(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="seconds")
