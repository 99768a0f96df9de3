"""Promoting: which card is in force, by whom and why; every change is one more line, none is rewritten."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from math import isfinite
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.training import Comparison, Model
from matching.vocabulary import PostType, Text
from service.access import Actor, require
from service.access.masking import hides_holders
from service.db import allocate_ids
from service.errors import Conflict, InvalidInput
from service.models.training import CardPromotion
from service.queries.cards import cards_in_force, champion_versions
from service.queries.training import load_history
from service.usecases.auditing import audit
from service.usecases.cards.evaluating import compare_with_champion
from service.usecases.cards.model_figures import keep_figures
from service.usecases.cards.models import find_model, of_another_rulebook, readable_model, unusable
from service.usecases.days import day_of
from service.usecases.workflow.signing import signed_by_holder

__all__ = ["Promotion", "list_promotions", "promote_model", "roll_back"]


@dataclass(frozen=True, kw_only=True)
class Promotion:
    """One change of the card in force.

    Parameters
    ----------
    post : PostType
    version : str or None
        The card in force from now on; None is the policy.
    former_version : str or None
    kind : {"promote", "rollback"}
    promoted_by : str
        The account.
    promoted_at : datetime
    reason, signed_by : str or None
    comparison : mapping or None
        With the former card, as in `matching.training.Comparison`.
    """

    post: PostType
    version: str | None
    former_version: str | None
    kind: str
    promoted_by: str
    promoted_at: datetime
    reason: str | None
    signed_by: str | None
    comparison: dict[str, Any] | None


def promote_model(
    session: Session,
    *,
    actor: Actor,
    version: str,
    now: datetime,
    reason: str | None = None,
    signed_by: str | None = None,
) -> Promotion:
    """Put a model's card in force for its kind of post.

    Parameters
    ----------
    session : Session
    actor : Actor
    version : str
    now : datetime
    reason, signed_by : str, optional
        Why, and who answers for it, the holder of the account; both are needed where the card is not at least as good
        as the one in force on lists that neither has seen.

    Raises
    ------
    NotFound
        If there is no such model.
    InvalidInput
        If it is damaged or of another rulebook, it is not at least as good and no person answers for it, or somebody
        else than the account's holder shall.
    Conflict
        If it is in force already.
    """
    require(actor, "promote_models")
    reason, signed_by = _stripped(reason), _stripped(signed_by)
    if signed_by is not None:
        signed_by = signed_by_holder(actor, signed_by, place="signed_by")
    model = readable_model(session, version)
    if (other := of_another_rulebook(session, model)) is not None:
        raise unusable(version, other)
    post = model.card.post
    former = champion_versions(session)[post]
    if former == version:
        raise Conflict(
            Text(f"评分卡 {version} 已经在用。", f"The card {version} is in force already."),
            remedy=Text("无需再次启用。", "There is nothing to do."),
            place="version",
            value=version,
        )
    history = load_history(session, card=model.policy, as_of=day_of(now))
    compared = compare_with_champion(session, model=model, history=history, now=now)
    if not compared.is_at_least_as_good and not (reason and signed_by):
        raise _not_as_good(model, compared)
    before = cards_in_force(session)[post]
    made = _appended(
        session, actor=actor, post=post, former=former, now=now,
        kind="promote", version=version, reason=reason, signed_by=signed_by, comparison=_plain(compared),
    )  # fmt: skip
    keep_figures(session, model=model, before=before, lists=history.lists, now=now)
    return made


def roll_back(session: Session, *, actor: Actor, post: PostType, now: datetime, reason: str | None = None) -> Promotion:
    """Go back to the card that was in force before the present one.

    A card that cannot be read, or was learned under another rulebook than the one in force, is passed over: neither
    could be promoted.

    Raises
    ------
    Conflict
        If the policy is in force and nothing came before it.
    """
    require(actor, "promote_models")
    steps = _steps(session, post)
    former = steps.pop()
    if not steps:
        raise Conflict(
            Text(
                "现行的是政策评分卡，没有更早的评分卡可退回。", "The policy card is in force; nothing came before it."
            ),
            remedy=Text("如需启用学到的评分卡，请用 talentpool models promote。", "To use a learned card: promote it."),
            place=str(post),
        )
    while steps[-1] is not None and find_model(session, actor=actor, version=steps[-1]).problem is not None:
        steps.pop()
    return _appended(
        session, actor=actor, post=post, former=former, now=now,
        kind="rollback", version=steps[-1], reason=_stripped(reason), signed_by=None, comparison=None,
    )  # fmt: skip


def list_promotions(session: Session, *, actor: Actor, post: PostType | None = None) -> list[Promotion]:
    """Return every change of the cards in force, the newest first."""
    require(actor, "read_models")
    former: dict[PostType, str | None] = {}
    found = []
    for row in session.scalars(select(CardPromotion).order_by(CardPromotion.id)):
        if post in {None, row.post_type}:
            told = _promotion(row, former.get(row.post_type))
            found.append(replace(told, signed_by=None) if hides_holders(actor) else told)
        former[row.post_type] = row.card_version
    return found[::-1]


def _steps(session: Session, post: PostType) -> list[str | None]:
    """Return the cards that led to the one in force: a rollback takes back what it left."""
    steps: list[str | None] = [None]
    rows = session.scalars(select(CardPromotion).where(CardPromotion.post_type == post).order_by(CardPromotion.id))
    for row in rows:
        if row.kind == "promote":
            steps.append(row.card_version)
            continue
        steps.pop()
        while steps and steps[-1] != row.card_version:
            steps.pop()
    return steps


def _appended(
    session: Session, *, actor: Actor, post: PostType, former: str | None, now: datetime, **values: Any
) -> Promotion:
    (promotion_id,) = allocate_ids(session, CardPromotion.__tablename__)
    version = values.pop("version")
    row = CardPromotion(
        id=promotion_id, post_type=post, card_version=version, promoted_by=actor.username, promoted_at=now, **values
    )
    session.add(row)
    audit.record(
        session,
        actor=actor,
        action="promote_model" if row.kind == "promote" else "roll_back_model",
        subject_kind="model",
        subject_no=version or "policy",
        now=now,
        detail={
            "post": str(post),
            "former": former or "policy",
            "reason": row.reason,
            "is_signed": row.signed_by is not None,
            "comparison": row.comparison,
        },
    )
    session.flush()
    return _promotion(row, former)


def _promotion(row: CardPromotion, former: str | None) -> Promotion:
    return Promotion(
        post=row.post_type,
        version=row.card_version,
        former_version=former,
        kind=row.kind,
        promoted_by=row.promoted_by,
        promoted_at=row.promoted_at,
        reason=row.reason,
        signed_by=row.signed_by,
        comparison=row.comparison,
    )


def _not_as_good(model: Model, compared: Comparison) -> InvalidInput:
    if not compared.n_lists:
        problem = Text(
            "没有可比的审阅名单，无法证明不低于现行评分卡。",
            "There is no list to compare on: nothing shows that it is as good as the card in force.",
        )
    else:
        problem = Text(
            f"在 {compared.n_lists} 份未见过的名单上低于现行评分卡：NDCG@10 {compared.challenger:.3f}，"
            f"现行 {compared.champion:.3f}（差 {compared.difference:+.3f}，95% 区间 "
            f"{compared.low:+.3f} 至 {compared.high:+.3f}）。",
            f"It is worse than the card in force on {compared.n_lists} lists that it never saw: NDCG@10 "
            f"{compared.challenger:.3f}, in force {compared.champion:.3f} (difference {compared.difference:+.3f}, "
            f"95 % {compared.low:+.3f} to {compared.high:+.3f}).",
        )
    return InvalidInput(
        problem,
        remedy=Text(
            "现行评分卡不变。确需启用的，由专人写明理由（reason）并署名（命令行 --reason 理由 --signed-by 姓名）。",
            "The card in force stays. If it must be used, a person gives a reason and signs "
            "(command line: --reason TEXT --signed-by NAME).",
        ),
        place=f"model {model.version}",
        value=model.version,
    )


def _stripped(text: str | None) -> str | None:
    return (text or "").strip() or None


def _plain(compared: Comparison) -> dict[str, Any]:
    """Return a comparison as JSON values; what cannot be told is null."""
    figures: dict[str, Any] = asdict(compared)
    return {name: round(value, 6) if isfinite(value) else None for name, value in figures.items()}
