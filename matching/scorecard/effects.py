"""From values to points: by the ladders of a prior, or by shares and bins without one."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from matching.scorecard.anchored import Ladder
from matching.scorecard.arrays import Codes, Floats
from matching.scorecard.bins import Bins
from matching.scorecard.columns import Column

__all__ = ["Binned", "Effects", "Laddered"]


class Effects(Protocol):
    """How the learned slopes and tables become points."""

    def contributions(self, X: Floats, slopes: Floats, tables: Floats) -> Floats:  # noqa: N803 - X is scikit-learn's name for the rows
        """Return the points of every value, shape (n_rows, n_features)."""

    def by_bag(self, X: Floats, slopes: Floats, tables: Floats) -> Floats:  # noqa: N803 - X is scikit-learn's name for the rows
        """Return the score of every row by every bag, shape (n_rows, n_bags)."""


@dataclass(frozen=True)
class Laddered:
    """Points of declared levels, linear between them; there are no slopes.

    Attributes
    ----------
    ladders : list of Ladder
    """

    ladders: list[Ladder]

    def contributions(self, X: Floats, slopes: Floats, tables: Floats) -> Floats:  # noqa: ARG002, N803 - no slopes
        """Return the points of every value, shape (n_rows, n_features)."""
        columns = zip(self.ladders, tables, X.T, strict=True)
        return np.column_stack([ladder.earned(values, table) for ladder, table, values in columns])

    def by_bag(self, X: Floats, slopes: Floats, tables: Floats) -> Floats:  # noqa: N803 - X is scikit-learn's name for the rows
        """Return the score of every row by every bag, shape (n_rows, n_bags)."""
        bags = zip(slopes, tables, strict=True)
        return np.column_stack([self.contributions(X, *bag).sum(axis=1) for bag in bags])


@dataclass(frozen=True)
class Binned:
    """Slopes on shares plus tables on bins.

    Attributes
    ----------
    columns : list of Column
    bins : Bins
    """

    columns: list[Column]
    bins: Bins

    def shares(self, X: Floats) -> Floats:  # noqa: N803 - X is scikit-learn's name for the rows
        """Return the share of every value, shape (n_rows, n_features)."""
        return np.column_stack([column.shares(values) for column, values in zip(self.columns, X.T, strict=True)])

    def contributions(self, X: Floats, slopes: Floats, tables: Floats) -> Floats:  # noqa: N803 - X is scikit-learn's name for the rows
        """Return the points of every value, shape (n_rows, n_features)."""
        found = np.ascontiguousarray(self.shares(X) * slopes)
        for feature, codes in enumerate(self.bins.encode(X)):
            found[:, feature] += tables[feature, codes]
        return found

    def by_bag(self, X: Floats, slopes: Floats, tables: Floats) -> Floats:  # noqa: N803 - X is scikit-learn's name for the rows
        """Return the score of every row by every bag, shape (n_rows, n_bags)."""
        return self.bag_scores(self.shares(X), self.bins.encode(X), slopes, tables)

    @staticmethod
    def bag_scores(shares: Floats, codes: Codes, slopes: Floats, tables: Floats) -> Floats:
        """Return the same of rows whose shares and bins are known."""
        scores = np.zeros((len(shares), len(slopes)))
        for feature, (share, code) in enumerate(zip(shares.T, codes, strict=True)):
            scores += share[:, None] * slopes[:, feature]
            scores += tables[:, feature].T[code]
        return scores
