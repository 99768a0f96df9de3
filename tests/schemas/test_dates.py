from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from schemas.dates import Day, read_date
from schemas.problems import problems_by_path


@pytest.mark.parametrize(
    ("value", "day", "is_month"),
    [
        ("1996.10", date(1996, 10, 1), True),
        ("1985.01", date(1985, 1, 1), True),
        ("1985.10", date(1985, 10, 1), True),
        ("1985.3", date(1985, 3, 1), True),
        ("1985-1", date(1985, 1, 1), True),
        ("199610", date(1996, 10, 1), True),
        (199610, date(1996, 10, 1), True),
        (199610.0, date(1996, 10, 1), True),
        (19961012.0, date(1996, 10, 12), False),
        (1985.11, date(1985, 11, 1), True),
        (1985.02, date(1985, 2, 1), True),
        ("1990年3月", date(1990, 3, 1), True),
        ("1990年3月18日", date(1990, 3, 18), False),
        ("1990年3月生", date(1990, 3, 1), True),
        ("１９９０．０３", date(1990, 3, 1), True),
        ("1968-08-01", date(1968, 8, 1), False),
        ("1968/8/1", date(1968, 8, 1), False),
        ("1968-08-01 00:00:00", date(1968, 8, 1), False),
        ("2000.02.29", date(2000, 2, 29), False),
        (date(1968, 8, 1), date(1968, 8, 1), False),
        (datetime(1968, 8, 1, 12), date(1968, 8, 1), False),  # noqa: DTZ001 - calamine gives naive dates of cells
    ],
)
def test_dates_in_the_shapes_of_offices(value, day, is_month):
    assert read_date(value) == (day, is_month)


@pytest.mark.parametrize(
    "value",
    [
        1985.1,
        "1985.1",
        "１９８５．１",
        "1985.1生",
        1985,
        "1985",
        "1985.13",
        "1985.00",
        "1999-02-29",
        "85.10",
        "1850-01-01",
        "二〇〇一年",
        "abc",
        True,
        None,
        [],
    ],
)
def test_what_is_no_certain_date_is_refused(value):
    with pytest.raises(ValidationError) as refused:
        read_date(value)
    assert problems_by_path(refused.value.messages)


@pytest.mark.parametrize("value", [1985.1, "1985.1"])
def test_the_remedy_for_an_unclear_month_names_both_months(value):
    with pytest.raises(ValidationError) as refused:
        Day().deserialize(value)
    ((_, (problem,)),) = problems_by_path(refused.value.messages).items()
    assert "1985.01" in problem.remedy.zh
    assert "1985.10" in problem.remedy.zh


def refused_well(error):
    """Every refusal has both languages."""
    for problems in problems_by_path(error.messages).values():
        assert all(problem.problem.zh != problem.problem.en for problem in problems)


@given(
    st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日"]),
)
def test_every_day_is_read_back_from_every_shape(day, shape):
    assert read_date(day.strftime(shape)) == (day, False)


@given(st.text() | st.floats() | st.integers())
def test_any_value_is_a_date_or_refused(value):
    try:
        read_date(value)
    except ValidationError as refused:
        refused_well(refused)
