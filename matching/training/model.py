"""A trained model: the card with all that is needed to judge it, as one plain JSON document."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np

from matching.card import Scorecard
from matching.card_document import check_keys, list_at
from matching.errors import CardError
from matching.training.calibration import Calibration
from matching.vocabulary import Text

__all__ = ["SCHEMA", "CriterionChange", "Model", "TrainingRecord"]

SCHEMA = "talentpool.model/1"

_KEYS = frozenset(
    {"schema", "version", "card", "policy", "training", "n_telling", "metrics", "calibration", "limits", "hash"}
)
_TRAINING_KEYS = frozenset(
    {
        "data_hash",
        "trained_at",
        "random_state",
        "n_lists",
        "n_informative_lists",
        "n_decisions",
        "n_not_of_fit",
        "n_unexplained",
        "n_by_hand",
        "n_frozen",
        "n_of_today",
        "n_gone",
        "first_decided_on",
        "last_decided_on",
        "strength",
        "place_slope",
        "vacancy_nos",
        "left_out",
    }
)
_CALIBRATION_KEYS = frozenset({"at", "share"})
_TEXT_KEYS = frozenset({"zh", "en"})


@dataclass(frozen=True, kw_only=True)
class TrainingRecord:
    """What a model was trained on.

    Parameters
    ----------
    data_hash : str
        Of the training lists.
    trained_at : str
        ISO moment in UTC.
    random_state : int
    n_lists, n_informative_lists : int
        Reviewed lists, and those whose people got different grades.
    n_decisions, n_not_of_fit, n_unexplained, n_by_hand : int
        See `matching.training.labels.Labels`.
    n_frozen, n_of_today, n_gone : int
        Graded people whose levels are those of the frozen list, those of the day of training, and those of whom no
        levels are left, who were not learned from.
    first_decided_on, last_decided_on : str
        ISO days.
    strength, place_slope : float
    vacancy_nos : tuple of str
        All vacancies of the training.
    left_out : tuple of tuple of str
        Of each bag.
    """

    data_hash: str
    trained_at: str
    random_state: int
    n_lists: int
    n_informative_lists: int
    n_decisions: int
    n_not_of_fit: int
    n_unexplained: int
    n_by_hand: int
    n_frozen: int = 0
    n_of_today: int = 0
    n_gone: int = 0
    first_decided_on: str
    last_decided_on: str
    strength: float
    place_slope: float
    vacancy_nos: tuple[str, ...]
    left_out: tuple[tuple[str, ...], ...]


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
        If card and policy are of different posts or criteria.
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
            If a field is unknown or absent, the schema is another, the hash does not fit the content, or the card is
            not one of the criteria as they are now; the message names the place.
        """
        check_keys(document, _KEYS, place="model")
        if document["schema"] != SCHEMA:
            raise CardError(Text(f"格式应为 {SCHEMA}。", f"The schema must be {SCHEMA}."), place="schema")
        training = document["training"]
        check_keys(training, _TRAINING_KEYS, place="training")
        check_keys(document["calibration"], _CALIBRATION_KEYS, place="calibration")
        for limit in list_at(document["limits"], place="limits"):
            check_keys(limit, _TEXT_KEYS, place="limits")
        model = cls(
            card=Scorecard.from_document(document["card"]),
            policy=Scorecard.from_document(document["policy"]),
            training=TrainingRecord(
                **{**training, "vacancy_nos": tuple(training["vacancy_nos"]), "left_out": _nested(training["left_out"])}
            ),
            n_telling=dict(document["n_telling"]),
            metrics=dict(document["metrics"]),
            calibration=Calibration(tuple(document["calibration"]["at"]), tuple(document["calibration"]["share"])),
            limits=tuple(Text(limit["zh"], limit["en"]) for limit in document["limits"]),
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
        record = {**vars(self.training), "vacancy_nos": list(self.training.vacancy_nos)}
        record["left_out"] = [list(bag) for bag in self.training.left_out]
        return {
            "schema": SCHEMA,
            "version": self.version,
            "card": self.card.as_document(),
            "policy": self.policy.as_document(),
            "training": record,
            "n_telling": dict(self.n_telling),
            "metrics": dict(self.metrics),
            "calibration": {"at": list(self.calibration.at), "share": list(self.calibration.share)},
            "limits": [limit._asdict() for limit in self.limits],
        }


def _nested(bags: Any) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(list_at(bag, place="training, left_out")) for bag in list_at(bags, place="training, left_out"))
