"""House style: numbers, days, scores, spaces, masks."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.vocabulary import Text
from service.web import formatting


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("满18岁", "满\u200918\u2009岁"),
        ("用htmx写", "用\u2009htmx\u2009写"),
        ("100%的人", "100%\u2009的人"),
        ("甲、乙", "甲、乙"),
        ("", ""),
    ],
)
def test_one_thin_space_between_han_and_others(written, shown):
    assert formatting.spaced(written) == shown


@given(st.text(alphabet="村官18aZ%、 \u2009", max_size=30))
def test_spacing_twice_is_spacing_once(written):
    assert formatting.spaced(formatting.spaced(written)) == formatting.spaced(written)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (10_000, "10,000"), (-3.25, "\u22123.2"), (4.0, "4"), (2.5, "2.5"), (1234.5, "1,234.5")],
)
def test_numbers_have_commas_and_a_true_minus(value, shown):
    assert formatting.number(value) == shown


@pytest.mark.parametrize(
    ("hundredths", "shown", "exact"),
    [(8255, "82.6", "82.55"), (8254, "82.5", "82.54"), (10_000, "100.0", "100"), (0, "0.0", "0")],
)
def test_scores_have_one_decimal_and_points_add_up_by_hand(hundredths, shown, exact):
    assert formatting.score(hundredths) == shown
    assert formatting.points(hundredths) == exact


@pytest.mark.parametrize(
    ("hundredths", "shown"), [(590, "5.90"), (2_167, "21.67"), (0, "0.00"), (None, formatting.NOTHING)]
)
def test_points_below_one_another_have_the_same_decimals(hundredths, shown):
    assert formatting.aligned_points(hundredths) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("cli:root", "命令行，root"), (None, formatting.NOTHING)],
)
def test_where_an_act_came_from_is_said_in_words(app, address, shown):
    with app.test_request_context(headers={"Accept-Language": "zh"}):
        assert formatting.origin(address) == shown


def test_moments_are_shown_in_the_time_of_the_house():
    assert formatting.moment(datetime(2026, 11, 22, 16, 5, tzinfo=UTC)) == "2026-11-23 00:05"
    assert formatting.day(date(2026, 1, 2)) == "2026-01-02"
    assert formatting.month(date(1985, 10, 1)) == "1985-10"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("23990119900501001X", "239901********001X"),
        ("00012345678", "000****5678"),
        ("123456789012345", "123456******345"),
        ("12", "**"),
        ("x" * 20, "*" * 20),
    ],
)
def test_the_middle_of_a_number_is_hidden_and_odd_ones_wholly(value, shown):
    assert formatting.masked(value) == shown


def test_what_is_not_recorded_is_a_dash(app):
    with app.test_request_context():
        for shown in (
            formatting.text(None),
            formatting.number(None),
            formatting.label(None, "sex"),
            formatting.masked(""),
        ):
            assert shown == formatting.NOTHING


def test_labels_follow_the_language(app):
    with app.test_request_context(headers={"Cookie": "language=en"}):
        assert formatting.label("first_secretary", "post_type") == "First secretary"
        assert formatting.labels((), "work_theme") == "None"
        assert formatting.in_language({"zh": "满18岁", "en": "aged 18"}) == "aged 18"
    with app.test_request_context(headers={"Cookie": "language=zh"}):
        assert formatting.label("first_secretary", "post_type") == "第一书记"
        assert formatting.labels(("W1", "W3"), "work_theme") == "建强基层组织、为民办事服务"
        assert formatting.in_language(Text("满18岁", "aged 18")) == "满\u200918\u2009岁"
        assert formatting.words(["水稻", "香菇"]) == "水稻、香菇"
