"""Refusing bad input by name, with what to do about it."""

import os
from collections.abc import Collection, Mapping
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from matching.scorecard.arrays import Floats, Integers

HIGHEST_GRADE = 31  # gains are 2 ** grade - 1


def checked_grades(y: ArrayLike) -> Floats:
    """Return the grades as floats.

    Raises
    ------
    ValueError
        If a grade is negative or above `HIGHEST_GRADE`.
    """
    grades = np.asarray(y, float)
    bad = np.flatnonzero((grades < 0) | (grades > HIGHEST_GRADE))
    if len(bad):
        msg = (
            f"y[{bad[0]}] is {grades[bad[0]]:g}: grades run from 0 (irrelevant) to {HIGHEST_GRADE}; "
            "shift or rank them, for instance to 0, 1, 2, 3"
        )
        raise ValueError(msg)
    return grades


def checked_sizes(group: ArrayLike | None, n_rows: int) -> Integers:
    """Return the list sizes; all rows are one list where they are not given.

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1, or the sizes do not add up to the rows.
    """
    if group is None:
        return np.array([n_rows])
    sizes = np.asarray(group)
    whole = (
        sizes.ndim == 1 and sizes.dtype.kind in "iuf" and bool(np.all(sizes == np.floor(sizes)) and np.all(sizes > 0))
    )
    if not whole:
        msg = "group must hold one whole number >= 1 for each list: its number of rows (not a list id per row)"
        raise ValueError(msg)
    if sizes.sum() != n_rows:
        msg = f"group adds up to {sizes.sum():g} rows, X has {n_rows}: give the size of every list, in order"
        raise ValueError(msg)
    return sizes.astype(int)


def checked_log_places(position: ArrayLike | None, n_rows: int) -> Floats:
    """Return the logarithm of the shown places; zeros where they are not known.

    Raises
    ------
    ValueError
        If there is not one finite place of at least 1 for each row.
    """
    if position is None:
        return np.zeros(n_rows)
    places = np.asarray(position, float)
    if places.shape != (n_rows,) or not np.isfinite(places).all() or (places < 1).any():
        msg = f"position must hold {n_rows} places, counted from 1: one for each row of X; leave it out if not known"
        raise ValueError(msg)
    log_places: Floats = np.log(places)
    return log_places


def checked_directions(monotonic_cst: ArrayLike | None, n_features: int) -> Integers:
    """Return the monotone direction of every feature, 0 where free.

    Raises
    ------
    ValueError
        If there is not one of -1, 0 and 1 for each feature.
    """
    if monotonic_cst is None:
        return np.zeros(n_features, int)
    directions = np.asarray(monotonic_cst)
    if directions.shape != (n_features,) or not np.isin(directions, (-1, 0, 1)).all():
        msg = f"monotonic_cst must hold one of -1, 0, 1 for each of the {n_features} features, got {monotonic_cst!r}"
        raise ValueError(msg)
    return directions.astype(int)


def check_parameters(
    values: Mapping[str, Any], ranges: Mapping[str, tuple[float, float]], *, whole: Collection[str]
) -> None:
    """Check that numeric parameters lie in their ranges, and that those named in `whole` are whole numbers.

    Raises
    ------
    ValueError
        If one does not, or is no number at all.
    """
    for name, (least, most) in ranges.items():
        kind, told = (Integral, "a whole number") if name in whole else (Real, "a number")
        value: Any = values[name]
        is_number = isinstance(value, kind) and not isinstance(value, bool)
        if not is_number:
            msg = f"{name} must be {told}, got {value!r}"
        elif not least <= value <= most:
            msg = f"{name} must lie between {least:g} and {most:g}, got {value!r}"
        else:
            continue
        raise ValueError(msg)


def n_threads(n_jobs: int | None) -> int:
    """Return how many threads `n_jobs` asks for: None is one, -1 all processors, -2 all but one."""
    if n_jobs is None:
        return 1
    if n_jobs == 0:
        msg = "n_jobs must not be 0: give a number of threads, or -1 for all processors"
        raise ValueError(msg)
    return n_jobs if n_jobs > 0 else max(1, (os.cpu_count() or 1) + 1 + n_jobs)
