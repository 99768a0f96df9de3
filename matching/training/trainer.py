"""One training: fit, judge on lists left out, calibrate, and write it all down."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from matching.card import Scorecard
from matching.training.calibration import calibrate
from matching.training.evaluation import Comparison, compare, held_out_scores, list_ndcg, yardstick_scores
from matching.training.fitting import Fit, fit_card
from matching.training.labels import Labels
from matching.training.lists import TrainingLists
from matching.training.model import Model, TrainingRecord
from matching.vocabulary import Text

__all__ = ["Training", "train"]

_LIMITS = (
    Text(
        "只用于本类岗位的人选比选排序；不作出任何决定，由有权人员审阅、决定并署名。",
        "Only ranks people for this kind of post; it decides nothing: named people review, decide and sign.",
    ),
    Text(
        "学到的是过去审阅人的偏好，包括其偏差；没有被列入名单的人，没有任何结论可学。",
        "It has learned what reviewers preferred, bias included; of people who were never listed it knows nothing.",
    ),
    Text(
        "没有冻结名单可依的历史结论，按训练之日的档案取等级，而非当时的档案。",
        "For past decisions without a frozen list, levels are those of the day of training, not of that time.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Training:
    """What came of a training.

    Parameters
    ----------
    fit : Fit
    model : Model or None
        None where the policy stays; `fit.why_policy` says why.
    against_policy : Comparison or None
    """

    fit: Fit
    model: Model | None
    against_policy: Comparison | None


def train(
    policy: Scorecard,
    lists: TrainingLists,
    labels: Labels,
    *,
    now: datetime,
    random_state: int = 0,
    leaks: Sequence[Text] = (),
    n_jobs: int | None = None,
    n_frozen: int = 0,
    n_gone: int = 0,
    on_progress: Callable[[float], None] = lambda _share: None,
) -> Training:
    """Train a challenger for one kind of post.

    Parameters
    ----------
    policy : Scorecard
    lists : TrainingLists
    labels : Labels
        What the lists were made of; its counts go into the record.
    now : datetime
        Aware moment of the training.
    random_state : int
    leaks : sequence of Text
        What the criteria tell about protected attributes; it joins the limits of the model.
    n_jobs : int or None
    n_frozen, n_gone : int
        How many rows have the levels of a frozen list, and how many graded people had none; for the record.
    on_progress : callable
        Called with the share of the fit that is done; what it raises ends the training.

    Raises
    ------
    MatchingError
        If the lists were read for other criteria.
    """
    fit = fit_card(policy, lists, random_state=random_state, n_jobs=n_jobs, on_progress=on_progress)
    if fit.why_policy is not None:
        return Training(fit=fit, model=None, against_policy=None)
    seen = tuple(no for no, tells in zip(lists.vacancy_nos, lists.is_informative.tolist(), strict=True) if tells)
    honest = held_out_scores(fit.card, lists, left_out=fit.left_out, seen=seen)
    compared = compare(lists, champion=held_out_scores(policy, lists), challenger=honest, random_state=random_state)
    days = [day for day in lists.decided_on if day]
    record = TrainingRecord(
        data_hash=lists.data_hash,
        trained_at=now.astimezone(UTC).isoformat(timespec="seconds"),
        random_state=random_state,
        n_lists=len(lists),
        n_informative_lists=len(seen),
        n_decisions=labels.n_decisions,
        n_not_of_fit=labels.n_not_of_fit,
        n_unexplained=labels.n_unexplained,
        n_by_hand=labels.n_by_hand,
        n_frozen=n_frozen,
        n_of_today=len(lists.grades) - n_frozen,
        n_gone=n_gone,
        first_decided_on=min(days, default=""),
        last_decided_on=max(days, default=""),
        strength=fit.strength,
        place_slope=round(fit.place_slope, 6),
        vacancy_nos=seen,
        left_out=fit.left_out,
    )
    model = Model(
        card=fit.card,
        policy=policy,
        training=record,
        n_telling=lists.n_telling(),
        metrics=_metrics(lists, compared, random_state),
        calibration=calibrate(honest, lists.grades),
        limits=(*_LIMITS, *leaks),
    )
    return Training(fit=fit, model=model, against_policy=compared)


def _metrics(lists: TrainingLists, compared: Comparison, random_state: int) -> dict[str, float]:
    """Return the figures of the model file, rounded so that they read the same on every machine."""
    ndcg = list_ndcg(lists, yardstick_scores(lists, random_state=random_state))
    told = ndcg[~(ndcg != ndcg)]
    found = {
        "n_held_out_lists": compared.n_lists,
        "ndcg_at_10": compared.challenger,
        "ndcg_at_10_policy": compared.champion,
        "difference": compared.difference,
        "difference_low": compared.low,
        "difference_high": compared.high,
        "pair_agreement": compared.challenger_agreement,
        "pair_agreement_policy": compared.champion_agreement,
        "ndcg_at_10_yardstick": float(told.mean()) if len(told) else float("nan"),
    }
    return {name: round(value, 4) for name, value in found.items() if not math.isnan(value)}
