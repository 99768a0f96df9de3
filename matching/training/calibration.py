"""What a score has meant so far: the share graded recommend or better among the judged. For display only."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression

from matching.training.labels import DECISION_GRADES
from matching.vocabulary import ReviewDecision

__all__ = ["Calibration", "calibrate"]

RECOMMENDED = DECISION_GRADES[ReviewDecision.RECOMMEND]
_FEWEST = 50  # people, below which shares would be guesses


@dataclass(frozen=True)
class Calibration:
    """A rising curve from score to the share graded recommend or better; it never puts a list in order.

    Parameters
    ----------
    at : tuple of int
        Rising scores in hundredths.
    share : tuple of float
        0 to 1, never falling.
    """

    at: tuple[int, ...]
    share: tuple[float, ...]

    def share_of(self, score: int) -> float | None:
        """Return the share at a score, None where nothing was learned."""
        return float(np.interp(score, self.at, self.share)) if self.at else None


def calibrate(scores: NDArray[np.float64], grades: NDArray[np.float64]) -> Calibration:
    """Fit the curve on scores that did not see their own list.

    Parameters
    ----------
    scores : ndarray of shape (n_rows,)
        Hundredths; NaN is left out.
    grades : ndarray of shape (n_rows,)

    References
    ----------
    Zadrozny, B., Elkan, C. (2002). Transforming classifier scores into accurate multiclass probability estimates. KDD.
    """
    is_told = np.isfinite(scores)
    if is_told.sum() < _FEWEST:
        return Calibration((), ())
    fit = IsotonicRegression(y_min=0.0, y_max=1.0).fit(scores[is_told], (grades[is_told] >= RECOMMENDED).astype(float))
    at, first = np.unique(np.round(fit.X_thresholds_).astype(int), return_index=True)
    shares = np.maximum.accumulate(fit.y_thresholds_)[first]
    return Calibration(tuple(at.tolist()), tuple(round(share, 4) for share in shares.tolist()))
