"""Training: a challenger for each kind of post that has enough reviewed lists."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.training import FEWEST_LISTS, Comparison, Model, Training, train
from matching.vocabulary import PostType, Text
from service.access import Actor, require
from service.db import Database
from service.errors import ServiceError
from service.models.training import ScorecardModel
from service.queries.cards import cards_in_force
from service.queries.protected_attributes import leaks_of, leaks_worded
from service.queries.rulebooks import policy_cards_in_force
from service.queries.training import History, count_decisions, load_history
from service.usecases.auditing import audit
from service.usecases.cards.evaluating import compare_with_champion
from service.usecases.cards.model_figures import keep_figures
from service.usecases.cards.model_files import store_model
from service.usecases.days import day_of
from service.usecases.long_work.run_terms import PERCENT, Kind
from service.usecases.long_work.run_work import Watch, Work, begin_run, carried_out

__all__ = ["FEWEST_LISTS", "Challenger", "NoDecisions", "train_challengers"]

_UNWATCHED = Watch()
_SHARE_OF_FIT = 0.9  # of the time for one kind of post


class NoDecisions(ServiceError):
    """Nobody has registered a review decision yet."""

    code = "no_decisions"
    status = 409


@dataclass(frozen=True, kw_only=True, eq=False)
class Challenger:
    """What came of the training for one kind of post.

    Parameters
    ----------
    post : PostType
    history : History
    n_informative : int
        Lists with people of different grades; `FEWEST_LISTS` are needed.
    model : Model or None
        None where the policy stays; `why_policy` says why.
    why_policy : Text or None
    is_new : bool
        False where the same lists and seed had given this version before.
    against_champion : Comparison or None
        With the card in force, on lists that neither has seen; None where nothing was learned.
    unrecorded : tuple of str
        Ids of criteria that are recorded for nobody on the lists: nothing can be learned of them.
    leaks : tuple of Text
        Criteria whose levels tell a protected attribute of the people on the lists; somebody must say why they stay.
    """

    post: PostType
    history: History
    n_informative: int
    model: Model | None
    why_policy: Text | None
    is_new: bool
    against_champion: Comparison | None
    unrecorded: tuple[str, ...]
    leaks: tuple[Text, ...] = ()


def train_challengers(
    database: Database,
    *,
    actor: Actor,
    now: Callable[[], datetime],
    posts: Sequence[PostType] = tuple(PostType),
    random_state: int = 0,
    n_jobs: int | None = None,
    watch: Watch = _UNWATCHED,
) -> list[Challenger]:
    """Train a challenger for each kind of post; none comes into force by itself.

    Parameters
    ----------
    database : Database
        Read before each fit and written after it, so that nobody waits for the fit.
    actor : Actor
    now : callable
        Gives the moment; the lease needs the clock to go on, the cards have that of the beginning.
    posts : sequence of PostType
    random_state : int
        The same lists and number give the same card, hence the same version.
    n_jobs : int or None
        Threads.
    watch : Watch
        Told in percent.

    Raises
    ------
    NoDecisions
        If no review decision is registered at all.
    WorkLocked
        If another process is training.
    Stopped
        If somebody said so; the challengers that were ready are kept.
    """
    require(actor, "train_models")
    work = begin_run(
        database, kind=Kind.TRAINING, actor=actor, now=now, watch=watch, n_all=PERCENT, make_sure=_refuse_without
    )
    moment, found = now(), list[Challenger]()
    with carried_out(work):
        work.step(0)
        for place, post in enumerate(posts):
            share = PERCENT / len(posts)
            found.append(
                _trained(
                    work, place * share, share, actor=actor, post=post, now=moment,
                    random_state=random_state, n_jobs=n_jobs,
                )
            )  # fmt: skip
            work.result = {"n_new": sum(one.is_new for one in found), "n_posts": len(found)}
        work.n_done = PERCENT
    return found


def _refuse_without(session: Session) -> None:
    if not count_decisions(session):
        raise _no_decisions()


def _trained(
    work: Work,
    begun: float,
    share: float,
    *,
    actor: Actor,
    post: PostType,
    now: datetime,
    random_state: int,
    n_jobs: int | None,
) -> Challenger:
    """Learn for one kind of post, from `begun` percent of the work on."""
    with work.database.reading() as session:
        policy = policy_cards_in_force(session)[post]
        history = load_history(session, card=policy, as_of=day_of(now))
        person_ids = history.labels.frame["person_id"].astype("int64").tolist()
        leaks = leaks_worded(leaks_of(session, history.lists, person_ids=person_ids, as_of=day_of(now)))
    training = train(
        policy,
        history.lists,
        history.labels,
        now=now,
        random_state=random_state,
        leaks=leaks,
        n_jobs=n_jobs,
        n_frozen=history.n_frozen,
        n_gone=history.n_gone,
        on_progress=lambda done: work.step(int(begun + _SHARE_OF_FIT * share * done)),
    )
    work.heed()
    with work.database.unit_of_work() as session:
        made = _kept(session, actor=actor, post=post, history=history, training=training, now=now)
    work.step(int(begun + share))
    return replace(made, leaks=leaks)


def _kept(
    session: Session, *, actor: Actor, post: PostType, history: History, training: Training, now: datetime
) -> Challenger:
    model, is_new, compared = training.model, False, None
    if model is not None:
        stored = session.scalar(select(ScorecardModel.version).where(ScorecardModel.version == model.version))
        is_new = stored is None
        store_model(session, model=model, actor=actor, origin="trained", now=now)
        compared = compare_with_champion(session, model=model, history=history, now=now)
        champion = cards_in_force(session)[post]
        if champion.version != model.version:  # of the card in force it was told when it came into force
            keep_figures(session, model=model, before=champion, lists=history.lists, now=now)
    audit.record(
        session,
        actor=actor,
        action="train_models",
        subject_kind="model",
        subject_no=model.version if model else "",
        now=now,
        detail={"post": str(post), "n_lists": len(history.lists), "is_new": is_new},
    )
    return Challenger(
        post=post,
        history=history,
        n_informative=int(history.lists.is_informative.sum()),
        model=model,
        why_policy=training.fit.why_policy,
        is_new=is_new,
        against_champion=compared,
        unrecorded=_unrecorded(history),
    )


def _unrecorded(history: History) -> tuple[str, ...]:
    levels = history.lists.levels
    is_recorded = np.any(levels > 0, axis=0).tolist()
    return tuple(key for key, known in zip(history.lists.criteria, is_recorded, strict=True) if not known)


def _no_decisions() -> NoDecisions:
    return NoDecisions(
        Text(
            "没有任何审阅结论可供学习，沿用政策评分卡。", "There is no review decision to learn from: the policy stays."
        ),
        remedy=Text(
            "请先登记审阅结论：talentpool import decisions 文件。",
            "Register some first: talentpool import decisions FILE.",
        ),
        place="decisions",
    )
