"""A trained model: the card with all that is needed to judge it, as one plain JSON document."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np

from matching.card import Scorecard
from matching.card_document import check_keys
from matching.errors import CardError
from matching.training.calibration import Calibration
from matching.training.model_document import calibration_at, counts_at, limits_at, metrics_at
from matching.training.record import TrainingRecord
from matching.vocabulary import Text

__all__ = ["SCHEMA", "CriterionChange", "Model", "TrainingRecord"]

SCHEMA = "talentpool.model/1"

_KEYS = frozenset(
    {"schema", "version", "card", "policy", "training", "n_telling", "metrics", "calibration", "limits", "hash"}
)


@dataclass(frozen=True, kw_only=True)
class CriterionChange:
    """What decisions made of one criterion.

    Parameters
    ----------
    criterion_id : str
    policy_points, learned_points : int
        Of the best level, hundredths.
    low, high : int
        5 % and 95 % of the bags, hundredths.
    n_decisions : int
        Decisions in lists whose people differ in this criterion.
    """

    criterion_id: str
    policy_points: int
    learned_points: int
    low: int
    high: int
    n_decisions: int


@dataclass(frozen=True, kw_only=True)
class Model:
    """A learned card, the policy it started from, and the evidence.

    Parameters
    ----------
    card, policy : Scorecard
    training : TrainingRecord
    n_telling : mapping of str to int
        Decisions in lists whose people differ in each criterion.
    metrics : mapping of str to float or int
        On lists that the bags never saw.
    calibration : Calibration
    limits : tuple of Text
        What the model may not be used for, and what it does not know.

    Raises
    ------
    CardError
        If card and policy are of different posts, criteria or rulebooks, the one is not learned or the other no policy,
        or the record does not tell of each bag what it left out.
    """

    card: Scorecard
    policy: Scorecard
    training: TrainingRecord
    n_telling: Mapping[str, int]
    metrics: Mapping[str, float]
    calibration: Calibration
    limits: tuple[Text, ...]

    def __post_init__(self) -> None:
        if self.card.post is not self.policy.post or tuple(self.card.points) != tuple(self.policy.points):
            problem = Text(
                "评分卡与政策卡的岗位或评分项不一致。", "Card and policy are of different posts or criteria."
            )
            raise CardError(problem, place="policy")
        if (self.card.source, self.policy.source) != ("learned", "policy"):
            problem = Text("应为学到的评分卡与政策卡各一张。", "One learned card and the policy are expected.")
            raise CardError(problem, place="source")
        if self.card.rulebook_version != self.policy.rulebook_version:
            problem = Text("评分卡与政策卡出自不同的规则手册。", "Card and policy are of different rulebooks.")
            raise CardError(problem, place="policy")
        n_told, n_bags = len(self.training.left_out), len(self.card.bags)
        if n_told != n_bags:
            problem = Text(
                f"记有 {n_told} 次抽样留出的岗位，评分卡有 {n_bags} 次抽样。",
                f"{n_told} bags say what they left out, the card has {n_bags}.",
            )
            raise CardError(problem, place="training, left_out")

    @property
    def version(self) -> str:
        """Version of the card: what stands under every list that it made."""
        return self.card.version

    def changes(self) -> tuple[CriterionChange, ...]:
        """Return policy points, learned points and their interval, criterion by criterion in the order of the card."""
        found = []
        for criterion_id, points in self.card.points.items():
            best = [max(bag[criterion_id]) for bag in self.card.bags] or [max(points)]
            low, high = np.percentile(best, 5, method="lower"), np.percentile(best, 95, method="higher")
            learned = max(points)
            found.append(
                CriterionChange(
                    criterion_id=criterion_id,
                    policy_points=max(self.policy.points[criterion_id]),
                    learned_points=learned,
                    low=min(int(low), learned),
                    high=max(int(high), learned),
                    n_decisions=self.n_telling[criterion_id],
                )
            )
        return tuple(found)

    def as_document(self) -> dict[str, object]:
        """Return the model as plain JSON values with its hash."""
        return {**self._body, "hash": self.hash}

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON of everything else."""
        canonical = json.dumps(self._body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(canonical.encode()).hexdigest()

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Read a model back.

        Raises
        ------
        CardError
            If a field is unknown, absent or no such value, the schema is another, the hash does not fit the content,
            or the card is not one of the criteria as they are now; the message names the place.
        """
        check_keys(document, _KEYS, place="model")
        if document["schema"] != SCHEMA:
            raise CardError(Text(f"格式应为 {SCHEMA}。", f"The schema must be {SCHEMA}."), place="schema")
        card = Scorecard.from_document(document["card"])
        model = cls(
            card=card,
            policy=Scorecard.from_document(document["policy"]),
            training=TrainingRecord.from_document(document["training"]),
            n_telling=counts_at(document["n_telling"], card.points, place="n_telling"),
            metrics=metrics_at(document["metrics"], place="metrics"),
            calibration=calibration_at(document["calibration"], place="calibration"),
            limits=limits_at(document["limits"], place="limits"),
        )
        if document["hash"] != model.hash or document["version"] != model.version:
            problem = Text(
                "内容与校验值不符，文件可能损坏或被改动；请使用训练时保存的文件。",
                "The content does not fit its hash: the file is damaged or was changed; use the file as it was saved.",
            )
            raise CardError(problem, place="hash")
        return model

    @cached_property
    def _body(self) -> dict[str, object]:
        return {
            "schema": SCHEMA,
            "version": self.version,
            "card": self.card.as_document(),
            "policy": self.policy.as_document(),
            "training": self.training.as_document(),
            "n_telling": dict(self.n_telling),
            "metrics": dict(self.metrics),
            "calibration": {"at": list(self.calibration.at), "share": list(self.calibration.share)},
            "limits": [limit._asdict() for limit in self.limits],
        }
