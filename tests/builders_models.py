"""A learned model without a training: the policy with some points moved."""

from matching.card import FULL_SCORE, Scorecard
from matching.training import Model, TrainingRecord
from matching.training.calibration import Calibration
from matching.vocabulary import PostType, Text
from service.rulebooks import shipped_cards

__all__ = ["a_model"]


def a_model(post: PostType = PostType.FIRST_SECRETARY) -> Model:
    """Return a model whose first criterion gave half its points to the last one."""
    policy = shipped_cards()[post]
    first, last = next(iter(policy.points)), list(policy.points)[-1]
    points = dict(policy.points)
    points[first] = tuple(value // 2 for value in points[first])
    missing = FULL_SCORE - sum(max(own) for own in points.values())
    points[last] = (*points[last][:-1], points[last][-1] + missing)
    card = Scorecard(
        post=post,
        source="learned",
        rulebook_version=policy.rulebook_version,
        points=points,
        bags=(points, dict(policy.points)),
    )
    return Model(card=card, policy=policy, training=_RECORD, **_evidence(policy))  # type: ignore[arg-type]  # evidence of several types by name


_RECORD = TrainingRecord(
    data_hash="0" * 64,
    trained_at="2026-11-23T02:00:00+00:00",
    random_state=0,
    n_lists=12,
    n_informative_lists=11,
    n_decisions=150,
    n_not_of_fit=6,
    n_unexplained=4,
    n_by_hand=2,
    n_frozen=90,
    n_of_today=48,
    n_gone=1,
    first_decided_on="2025-01-06",
    last_decided_on="2026-09-30",
    strength=3.0,
    place_slope=-0.5,
    vacancy_nos=("C01", "C02"),
    left_out=(("C01",), ("C02",)),
)


def _evidence(policy: Scorecard) -> dict[str, object]:
    return {
        "n_telling": dict.fromkeys(policy.points, 120),
        "metrics": {
            "n_held_out_lists": 11,
            "ndcg_at_10": 0.85,
            "ndcg_at_10_policy": 0.7,
            "difference": 0.15,
            "difference_low": 0.1,
            "difference_high": 0.2,
            "pair_agreement": 0.8,
            "pair_agreement_policy": 0.6,
            "ndcg_at_10_yardstick": 0.83,
        },
        "calibration": Calibration((4000, 9000), (0.05, 0.95)),
        "limits": (Text("仅供比选。", "Only helps to compare."),),
    }
