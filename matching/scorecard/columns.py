"""From values to the shares that the linear start works on, and the prior points of each share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matching.scorecard.arrays import Floats, Integers

PriorOfColumn = float | Mapping[float | None, float]


@dataclass(frozen=True)
class Column:
    """How one column enters the linear start: its points are ``prior * share`` before anything is learned.

    Attributes
    ----------
    at, share : ndarray of shape (n_knots,)
        The share runs linearly between the knots; beyond them it is constant if `is_declared`, else it goes on.
    share_if_missing : float
    prior : float
        Points of share 1 in the prior, 0 where there is none.
    is_declared : bool
        Whether the knots are declared levels.
    """

    at: Floats
    share: Floats
    share_if_missing: float
    prior: float
    is_declared: bool

    def shares(self, values: Floats) -> Floats:
        """Return the share of every value, shape (n_rows,)."""
        if self.is_declared:
            found = np.interp(values, self.at, self.share)
        else:
            steepness = (self.share[1] - self.share[0]) / (self.at[1] - self.at[0])
            found = self.share[0] + (values - self.at[0]) * steepness
        return np.where(np.isnan(values), self.share_if_missing, found)


def declared_levels(points: Mapping[float | None, float]) -> Column:
    """Read a mapping from level to points; the key None stands for a missing value.

    Raises
    ------
    ValueError
        If no level is declared, or a level or its points are not finite.
    """
    levels = np.sort(np.array([level for level in points if level is not None], float))
    earned = np.array([points[level] for level in levels.tolist()], float)
    if_missing = float(points.get(None, 0.0))
    if not len(levels) or not np.isfinite([*levels, *earned, if_missing]).all():
        msg = f"prior_points: declare at least one level, and only finite levels and points; got {dict(points)!r}"
        raise ValueError(msg)
    most = max(np.abs(earned).max(), abs(if_missing))
    scale = most if most > 0 else 1.0
    return Column(levels, earned / scale, if_missing / scale, float(most), is_declared=True)


def linear_prior(points_per_unit: float) -> Column:
    """Read a number of points per unit of the column, which is itself the share; a missing value earns none.

    Raises
    ------
    ValueError
        If the number is not finite.
    """
    if not np.isfinite(points_per_unit):
        msg = f"prior_points: points per unit must be finite, got {points_per_unit!r}"
        raise ValueError(msg)
    return Column(np.array([0.0, 1.0]), np.array([0.0, 1.0]), 0.0, float(points_per_unit), is_declared=False)


def standardised(values: Floats) -> Column:
    """Centre a column without prior and scale it to unit deviation; a missing value counts as the mean."""
    known = values[~np.isnan(values)]
    centre = float(known.mean()) if len(known) else 0.0
    spread = float(known.std()) if len(known) else 0.0
    # spread of rounding errors only: a constant column must not be blown up
    unit = spread if spread > 1e-12 * max(1.0, abs(centre)) else 1.0
    return Column(np.array([centre, centre + unit]), np.array([0.0, 1.0]), 0.0, 0.0, is_declared=False)


def columns_of(X: Floats, prior_points: Sequence[PriorOfColumn] | None) -> list[Column]:  # noqa: N803 - X is scikit-learn's name for the rows
    """Return one Column for each feature.

    Raises
    ------
    ValueError
        If `prior_points` has not one entry per feature, or an entry is malformed.
    """
    if prior_points is None:
        return [standardised(values) for values in X.T]
    if len(prior_points) != X.shape[1]:
        msg = f"prior_points has {len(prior_points)} entries, X has {X.shape[1]} features: give one entry per feature"
        raise ValueError(msg)
    return [declared_levels(p) if isinstance(p, Mapping) else linear_prior(p) for p in prior_points]


def check_prior(columns: Sequence[Column], directions: Integers) -> None:
    """Check that no prior runs against a monotone direction.

    Raises
    ------
    ValueError
        If prior points run against the direction that `monotonic_cst` asks for.
    """
    for feature, (column, direction) in enumerate(zip(columns, directions, strict=True)):
        rises = np.diff(column.share) * (np.sign(column.prior) or 1.0)
        if direction and (column.prior or column.is_declared) and (rises * direction < 0).any():
            msg = f"prior_points of feature {feature} run against monotonic_cst = {direction}: change one of the two"
            raise ValueError(msg)


def slope_bounds(directions: Integers) -> Floats:
    """Return the smallest and largest slope of each share, shape (n_features, 2)."""
    return np.column_stack([np.where(directions > 0, 0.0, -np.inf), np.where(directions < 0, 0.0, np.inf)])
