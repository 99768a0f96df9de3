"""docs/scoring.md shows the levels and shares as they are declared, each beside the formula that it stands for."""

import math
import re
from pathlib import Path

import pytest
from builders_rules import a_rulebook

from matching.criteria import CRITERIA

DOCUMENT = (Path(__file__).parents[2] / "docs" / "scoring.md").read_text(encoding="utf-8")
ROWS = [line for line in DOCUMENT.splitlines() if line.startswith("| `")]

#: The formulas that are a curve: by the number at which a level starts, for every ladder with numbered starts.
CURVES = {
    "rural_work": lambda x: min(x, 6) / 6,
    "projects_won": lambda x: math.log1p(x) / math.log(11),
    "training": lambda x: min(x, 120) / 120,
    "visit_days": lambda x: min(x, 30) / 30,
    "service_days": lambda x: min(x, 40) / 40,
    "industry_results": lambda x: math.log1p(x) / math.log(101),
    "title": lambda x: x / 4,
    "honours": lambda x: x / 4,
    "party_building": lambda x: x / 2,
    "mass_work": lambda x: x / 2,
    "market_channels": lambda x: x / 2,
    "years_in_industry": lambda x: min(x, 15) / 15,
}


def printed(criterion):
    """Return the columns of a criterion's row that its declaration decides."""
    levels = "<br>".join(f"{level.label.zh} {level.label.en}: {level.share:g}" for level in criterion.ladder)
    return f"| `{criterion.id}` {criterion.label.zh}, {criterion.label.en} | {levels} |"


@pytest.mark.parametrize("criterion", CRITERIA.values(), ids=lambda criterion: criterion.id)
def test_the_table_shows_the_declared_levels_and_shares(criterion):
    assert [row for row in ROWS if row.startswith(printed(criterion))], f"the row must begin: {printed(criterion)}"


def test_the_table_has_each_criterion_once_with_its_formula_and_its_deviation():
    assert [re.findall("`(.+?)`", row)[0] for row in ROWS] == list(CRITERIA)
    for row in ROWS:
        *_, formula, deviation = row.strip("| ").split(" | ")
        assert len(row.strip("| ").split(" | ")) == 4
        assert formula.startswith("`")
        assert deviation


def test_the_weights_shown_are_those_of_the_rulebook():
    rulebook = a_rulebook()
    for post in rulebook.posts:
        said = ", ".join(f"`{criterion}` {weight:g}" for criterion, weight in rulebook.soft_weights(post).items())
        assert f"* `{post}`: {said}\n" in DOCUMENT, f"write: * `{post}`: {said}"


@pytest.mark.parametrize("criterion_id", CURVES)
def test_the_share_of_a_level_lies_on_the_curve_within_it(criterion_id):
    criterion, curve = CRITERIA[criterion_id], CURVES[criterion_id]
    ends = (*criterion.starts[1:], math.inf)
    for level, start, end in zip(criterion.ladder, criterion.starts, ends, strict=True):
        top = 1.0 if end == math.inf else curve(end)
        assert curve(start) - 0.01 <= level.share <= top + 0.01
