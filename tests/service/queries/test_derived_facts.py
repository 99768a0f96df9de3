import math
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.queries.derived_facts import (
    appraisal_score,
    column_of_days,
    full_months,
    full_years,
    months_until,
    party_age_years,
)

AS_OF = date(2026, 11, 23)
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1))


def years(day, as_of=AS_OF):
    return full_years(column_of_days([day]), as_of)[0]


@pytest.mark.parametrize(
    ("born", "as_of", "age"),
    [
        (date(1990, 11, 22), AS_OF, 36),
        (date(1990, 11, 23), AS_OF, 36),  # the birthday itself counts
        (date(1990, 11, 24), AS_OF, 35),
        (date(1990, 11, 1), AS_OF, 36),  # a month-only birth: the running month counts as completed
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (AS_OF, AS_OF, 0),
    ],
)
def test_an_age_is_in_completed_years(born, as_of, age):
    assert years(born, as_of) == age


def test_what_is_unknown_or_lies_in_the_future_has_no_age():
    assert np.isnan(full_years(column_of_days([None, date(2026, 11, 24)]), AS_OF)).all()


@given(DAYS, DAYS)
def test_completed_years_follow_the_calendar(since, as_of):
    expected = as_of.year - since.year - ((as_of.month, as_of.day) < (since.month, since.day))
    assert years(since, as_of) == expected or (since > as_of and math.isnan(years(since, as_of)))


@given(DAYS, DAYS, st.integers(0, 3000))
def test_time_never_takes_months_away(since, as_of, later):
    column = column_of_days([since])
    before, after = full_months(column, as_of)[0], full_months(column, as_of + timedelta(days=later))[0]
    assert math.isnan(before) or after >= before


def test_days_read_alike_as_dates_and_as_the_text_that_sqlite_keeps():
    assert (column_of_days(["1990-05-01"]) == column_of_days([date(1990, 5, 1)])).all()


def test_months_to_retirement_count_calendar_months_and_go_below_zero():
    months = months_until(column_of_days([date(2028, 11, 1), date(2026, 11, 30), date(2026, 9, 1), None]), AS_OF)
    assert months[:3].tolist() == [24.0, 0.0, -2.0]
    assert np.isnan(months[3])


def test_party_age_counts_from_full_membership():
    status = ["01", "01", "01", "02", "13", None, "01"]
    joined = [date(2015, 11, 23), date(2015, 11, 24), date(2026, 1, 1), date(2026, 1, 1), None, date(2015, 1, 1), None]
    found = party_age_years(status, column_of_days(joined), AS_OF)
    assert found[:5].tolist() == [10.0, 9.0, 0.0, 0.0, 0.0]
    assert np.isnan(found[5:]).all()


@pytest.mark.parametrize(
    ("recorded", "score"),
    [
        ("2025:excellent", 1.0),
        ("2023:excellent|2024:competent|2025:incompetent", (1 + 0.6) / 3),
        ("2020:excellent|2025:competent", 0.6),  # six years ago does not count
        ("2022:excellent|2023:competent|2024:competent|2025:competent", 0.6),  # only the newest three
    ],
)
def test_appraisals_of_three_years_are_averaged(recorded, score):
    assert appraisal_score(recorded, AS_OF) == pytest.approx(score)


@pytest.mark.parametrize("recorded", [None, "", "2019:excellent", "2030:excellent"])
def test_no_recent_appraisal_is_unknown_and_not_zero(recorded):
    assert math.isnan(appraisal_score(recorded, AS_OF))
