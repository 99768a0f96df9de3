"""Cutting columns into ordered bins; a missing value has a bin of its own."""

from dataclasses import dataclass

import numpy as np

from matching.scorecard.arrays import Codes, Floats
from matching.scorecard.columns import Column

MISSING = 0  # code of the bin of missing values; the ordered bins start at 1
MOST_BINS = 254


@dataclass(frozen=True)
class Bins:
    """Ordered bins of every column.

    Attributes
    ----------
    cuts : list of ndarray
        Ascending cut points of each column; a value equal to a cut lies above it.
    """

    cuts: list[Floats]

    @classmethod
    def of(cls, X: Floats, columns: list[Column], *, most: int) -> "Bins":  # noqa: N803 - X is scikit-learn's name for the rows
        """Cut declared columns between their levels, others between their values or at quantiles.

        Parameters
        ----------
        X : ndarray of shape (n_rows, n_features)
            NaN where missing.
        columns : list of Column
        most : int
            Bins of a column with many values, without the one of missing values.

        Raises
        ------
        ValueError
            If a column declares more levels than a code can number.
        """
        cuts = []
        for feature, (values, column) in enumerate(zip(X.T, columns, strict=True)):
            if column.is_declared and len(column.at) > MOST_BINS:
                msg = f"prior_points of feature {feature} declare {len(column.at)} levels, the most are {MOST_BINS}"
                raise ValueError(msg)
            known = values[~np.isnan(values)]
            cuts.append(_between(column.at) if column.is_declared else _cuts(known, most))
        return cls(cuts)

    @property
    def width(self) -> int:
        """Return the number of bins of the column with most of them, with the one of missing values."""
        return max(len(cuts) for cuts in self.cuts) + 2

    def encode(self, X: Floats) -> Codes:  # noqa: N803 - X is scikit-learn's name for the rows
        """Return the bin of every value, shape (n_features, n_rows)."""
        codes = np.empty(X.shape[::-1], np.uint8)
        for code, values, cuts in zip(codes, X.T, self.cuts, strict=True):
            code[:] = np.where(np.isnan(values), MISSING, 1 + np.searchsorted(cuts, values, "right"))
        return codes


def _between(distinct: Floats) -> Floats:
    return np.unique(distinct[:-1] + np.diff(distinct) / 2)


def _cuts(known: Floats, most: int) -> Floats:
    distinct = np.unique(known)
    if len(distinct) <= most:
        return _between(distinct)
    return np.unique(np.quantile(known, np.linspace(0, 1, most + 1)[1:-1], method="higher"))
