"""Facts that are computed from recorded ones, whole columns at a time; unknown stays NaN."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "appraisal_score",
    "by_distinct",
    "column_of_days",
    "full_months",
    "full_years",
    "months_until",
    "numbers_of",
    "party_age_years",
]

Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]

_FIRST_DAY = date(1970, 1, 1).toordinal()  # from which NumPy counts
_PROBATION_MONTHS = 12
_APPRAISAL_YEARS = 3
_APPRAISAL_SHARES = {"excellent": 1.0, "competent": 0.6}


def numbers_of(values: Sequence[Any] | NDArray[Any]) -> Floats:
    """Turn numbers, flags and None into float64."""
    return np.array(values, dtype=np.float64)


def column_of_days(values: Sequence[date | str | None]) -> Days:
    """Turn dates (or their ISO text, as SQLite keeps them) and None into days."""
    # NumPy takes six times as long over date objects as over their numbers.
    days = [value.toordinal() - _FIRST_DAY if isinstance(value, date) else value for value in values]
    return np.array(days, dtype="datetime64[D]")


def full_months(since: Days, as_of: date) -> Floats:
    """Count completed months (足月) from each day to `as_of`; unknown and future days give NaN.

    A day that stands for a month is its first, so the running month counts as completed.
    """
    months = since.astype("datetime64[M]")
    day_of_month = (since - months.astype("datetime64[D]")).astype(np.float64) + 1
    today = np.datetime64(as_of, "D").astype("datetime64[M]")
    count: Floats = np.where(np.isnat(since), np.nan, (today - months).astype(np.float64)) - (as_of.day < day_of_month)
    count[count < 0] = np.nan
    return count


def full_years(since: Days, as_of: date) -> Floats:
    """Count completed years (足年) from each day to `as_of`."""
    return np.floor(full_months(since, as_of) / 12)


def months_until(month: Days, as_of: date) -> Floats:
    """Count calendar months from the month of `as_of` to each month; negative when it is over."""
    today = np.datetime64(as_of, "D").astype("datetime64[M]")
    return np.where(np.isnat(month), np.nan, (month.astype("datetime64[M]") - today).astype(np.float64))


def party_age_years(political_status: Sequence[str | None], joined: Days, as_of: date) -> Floats:
    """Count completed years since full membership (党龄): a year of probation after joining.

    Probationary members and people outside the Party have 0; unknown status or unknown joining date gives NaN.
    """
    status = np.array(political_status, dtype=object)
    as_member = np.floor(np.maximum(full_months(joined, as_of) - _PROBATION_MONTHS, 0) / 12)
    known = np.array([code is not None for code in political_status], dtype=np.bool_)
    return np.where(status == "01", as_member, np.where(known, 0.0, np.nan))


def appraisal_score(recorded: str | None, as_of: date) -> float:
    """Average the newest three appraisals of the last years: excellent 1, competent 0.6, anything else 0.

    Parameters
    ----------
    recorded : str or None
        ``2024:competent|2025:excellent``.
    as_of : date

    Returns
    -------
    float
        NaN if nothing is recorded of the three years before `as_of` and the running one.
    """
    years = dict(entry.split(":", 1) for entry in (recorded or "").split("|") if ":" in entry)
    recent = sorted((y for y in years if y.isdigit() and 0 <= as_of.year - int(y) <= _APPRAISAL_YEARS), reverse=True)
    shares = [_APPRAISAL_SHARES.get(years[year], 0.0) for year in recent[:_APPRAISAL_YEARS]]
    return sum(shares) / len(shares) if shares else float("nan")


def by_distinct(values: Sequence[str | None], parse: Callable[[str | None], object]) -> list[object]:
    """Apply `parse` to each distinct value once."""
    parsed = {value: parse(value) for value in set(values)}
    return [parsed[value] for value in values]
