"""Charts: figures drawn to scale, named for those who do not see them."""

import itertools
import re
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.web import charts, plan_charts


def _widths(svg: str, kind: str) -> list[float]:
    return [float(width) for width in re.findall(rf'<rect class="{kind}"[^>]* width="([\d.]+)"', svg)]


@pytest.mark.parametrize(("score", "width"), [(0, []), (5_000, [52.0]), (10_000, [104.0])])
def test_a_score_bar_is_as_long_as_its_score(score, width):
    assert _widths(charts.score_bar(score), "fill") == width


def test_a_contribution_is_drawn_inside_what_it_can_give_at_most():
    svg = charts.contribution(900, max_points=1_000, widest=2_000, is_missing=False, width=160)
    assert _widths(svg, "track") == [80.0]
    assert _widths(svg, "fill") == [72.0]


def test_what_is_missing_is_an_open_bar_not_an_empty_one():
    svg = charts.contribution(0, max_points=1_000, widest=2_000, is_missing=True)
    assert 'class="gap"' in svg
    assert 'class="track"' not in svg


def test_an_average_is_a_stroke_on_the_same_scale():
    svg = charts.contribution(900, max_points=1_000, widest=2_000, is_missing=False, average=500, width=160)
    assert re.findall(r'<line class="av" x1="([\d.]+)" x2="([\d.]+)"', svg) == [("40", "40")]
    assert 'class="av"' not in charts.contribution(900, max_points=1_000, widest=2_000, is_missing=False)


def test_a_score_with_an_interval_is_a_dot_on_its_range():
    svg = charts.dot_range(7_000, low=6_500, high=7_250, scale=(6_000, 8_000), label="<x>", width=110)
    assert 'aria-label="&lt;x&gt;"' in svg
    assert re.findall(r'class="wk" x1="([\d.]+)" x2="([\d.]+)"', svg) == [("30", "67.5")]
    assert re.findall(r'class="dot" cx="([\d.]+)"', svg) == ["55"]


@pytest.mark.parametrize(
    ("scale", "labels"),
    [
        ((6_000, 8_000), ["60", "65", "70", "75", "80"]),
        ((5_500, 9_000), ["60", "70", "80", "90"]),
        ((0, 10_000), ["0", "50", "100"]),
        ((7_000, 7_000), ["70"]),
    ],
)
def test_an_axis_names_round_values_only(scale, labels):
    assert re.findall(r">(\d+)</text>", charts.axis(scale)) == labels


def test_the_pools_together_are_as_long_as_their_share_of_the_target():
    svg = charts.progress([("cv", 2_000), ("rm", 3_000)], target=10_000, label="<5,000 of 10,000>")
    assert _widths(svg, "p-cv") == [198.5]
    assert 'aria-label="&lt;5,000 of 10,000&gt;"' in svg


def test_a_sieve_shows_every_step_with_its_figure():
    svg = charts.sieve([charts.Step("在库", 100, "100"), charts.Step("列入", 0, "0", "last")], label="x")
    assert re.findall(r'<text class="vl"[^>]*>(\d+)<', svg) == ["100", "0"]


def test_an_understanding_that_is_not_recorded_is_left_open():
    svg = charts.radar([5, None, 3, 0, 1], list("abcde"), pool="cv", label="x")
    assert svg.count("<circle") == 4
    assert ">—</tspan>" in svg
    assert charts.radar([None] * 5, list("abcde"), pool="cv", label="x").count("<circle") == 0


@given(
    st.lists(st.one_of(st.none(), st.integers(0, 5)), min_size=5, max_size=5),
    st.text(min_size=1, max_size=8).filter(lambda text: text.isprintable()),
)
def test_any_chart_is_well_formed_and_has_no_inline_style(values, label):
    for svg in (
        charts.radar(values, list("abcde"), pool="ot", label=label),
        charts.sieve([charts.Step(label, 3, label)], label=label),
        charts.meter(3, of=0, pool="cv"),
        charts.part(0, of=0),
        charts.progress([("cv", 0)], target=0, label=label),
    ):
        assert ET.fromstring(str(svg)).tag == "svg"  # noqa: S314 - our own text
        assert "style=" not in svg


def test_a_pace_that_meets_the_target_after_the_picture_ends_below_it():
    plan = [(date(2025, 1, 1), 0), (date(2027, 12, 31), 1_000)]

    def end_of(met_on):
        line = plan_charts.GrowthLine(
            months=[date(2026, 1, 1), date(2026, 12, 31)],
            stacks=[("cv", "a", [0, 200])],
            plan=plan,
            projected=(met_on, 1_000),
            target=1_000,
        )
        return float(re.search(r'class="proj".*? y2="([\d.]+)"', plan_charts.growth(line, label="a"))[1])

    assert end_of(date(2027, 12, 31)) == end_of(date(2027, 6, 30)) == 22, "at the target"
    assert 100 < end_of(date(2036, 12, 31)) < 190


def test_a_place_without_a_plan_is_drawn_on_a_scale_of_its_own():
    months = [date(2025, 1, 1), date(2026, 11, 27)]
    line = plan_charts.GrowthLine(months=months, stacks=[("cv", "a", [3, 38])], plan=[], projected=None, target=None)
    svg = plan_charts.growth(line, label="a")
    assert re.findall(r'class="ax"[^>]*text-anchor="end">([\d,]+)<', svg) == ["0", "10", "20", "30", "40"]
    assert not re.search('class="plan"|class="proj"|g tgt', svg)


def test_months_below_a_picture_do_not_touch_one_another():
    months = [date(2022, 12, 1), date(2026, 11, 27)]
    line = plan_charts.GrowthLine(months=months, stacks=[("cv", "a", [1, 2])], plan=[], projected=None, target=None)
    for width in (330, 520):
        svg = plan_charts.growth(line, label="a", width=width)
        places = [float(x) for x in re.findall(r'class="ax" x="([\d.]+)" y="230"', svg)]
        assert len(places) >= 3, "a year between the ends"
        assert all(right - left > 40 for left, right in itertools.pairwise(places))


def test_only_a_post_is_in_the_red_of_the_seal():
    steps, urls = [("Registered", 3, ""), ("In a ranking", 1, "33%")], ["/a", "/b"]
    assert 'class="step last"' in plan_charts.funnel(steps, urls=urls, ends_in_post=True, label="a")
    assert 'class="step last"' not in plan_charts.funnel(steps, urls=urls, ends_in_post=False, label="a")
