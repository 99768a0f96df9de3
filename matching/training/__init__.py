"""Learning from review decisions: labels, lists, the fit, the model file, evaluation and drift."""

from matching.training.drift import Drift, drift
from matching.training.evaluation import Comparison, compare, held_out_scores
from matching.training.fitting import FEWEST_LISTS, Fit, fit_card
from matching.training.labels import DECISION_COLUMNS, Labels, label
from matching.training.lists import TrainingLists
from matching.training.model import Model, TrainingRecord
from matching.training.movement import LevelMove, Movement, movement
from matching.training.trainer import Training, train

__all__ = [
    "DECISION_COLUMNS",
    "FEWEST_LISTS",
    "Comparison",
    "Drift",
    "Fit",
    "Labels",
    "LevelMove",
    "Model",
    "Movement",
    "Training",
    "TrainingLists",
    "TrainingRecord",
    "compare",
    "drift",
    "fit_card",
    "held_out_scores",
    "label",
    "movement",
    "train",
]
