"""Since when the invented people are in the pools: some from older registers, most since the plan."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np

from seed_data.demo_city.draws import AS_OF

__all__ = ["draw_registered_days"]

_PLAN_STARTS_ON = date(2025, 1, 1)
_OLD_SHARE = 0.22  # taken over from registers that were kept before the plan
_OLD_DAYS = 1_100
_DAYS_BEFORE_FIRST_LIST = 45


def draw_registered_days(city: Any, *, today: date, seed: int = 2399) -> dict[str, date]:
    """Return on which day each person was registered; who was decided on, or held a post, was there before.

    Parameters
    ----------
    city : DemoCity
    today : date
        Nobody was registered later; before the day to which the city is drawn, that day counts.
    seed : int

    Returns
    -------
    dict of str to date
        By person number.
    """
    rng = np.random.default_rng([seed, len(city.people)])
    last = max(today, AS_OF)
    is_old = rng.random(len(city.people)) < _OLD_SHARE
    since = rng.integers(0, (last - _PLAN_STARTS_ON).days + 1, len(city.people))
    before = rng.integers(1, _OLD_DAYS, len(city.people))
    first = _first_seen(city)
    drawn = {}
    for place, person in enumerate(city.people):
        days = -int(before[place]) if is_old[place] else int(since[place])
        day, number = _PLAN_STARTS_ON + timedelta(days=days), person["person_no"]
        drawn[number] = min(day, first[number]) if number in first else day
    return drawn


def _first_seen(city: Any) -> Mapping[str, date]:
    """Return the latest day on which somebody with a history can have been registered."""
    first: dict[str, date] = {}
    for key, records in (("decided_on", city.decisions), ("started_on", city.appointments)):
        for record in records:
            number, day = record["person_no"], record[key] - timedelta(days=_DAYS_BEFORE_FIRST_LIST)
            first[number] = min(day, first.get(number, day))
    return first
