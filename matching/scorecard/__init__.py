"""The learned scorecard."""

from matching.scorecard.estimator import ScorecardRanker

__all__ = ["ScorecardRanker"]
