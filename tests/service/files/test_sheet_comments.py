"""The box of a comment shows its whole text when somebody points at the cell."""

import re

import pytest

from service.files.sheet_comments import EMPTY_COMMENTS, EMPTY_DRAWING, add_comments, commented_cells, with_shapes

LINE = 18  # Han characters at most in a line of a box of four columns, 256 pixels wide


def _n_rows(text):
    cells = commented_cells(add_comments(EMPTY_COMMENTS, {(2, 1): text}))
    assert cells == {(2, 1): text}
    anchor = re.search(r"<x:Anchor>([^<]+)<", with_shapes(EMPTY_DRAWING, cells).decode())[1].split(",")
    assert int(anchor[4]) - int(anchor[0]) >= 4
    return int(anchor[6]) - int(anchor[2])


@pytest.mark.parametrize("n", [1, 60, 200, 900])
@pytest.mark.parametrize("sign", ["错", "w"])
def test_a_box_is_as_large_as_its_text_needs(n, sign):
    n_lines = n / (LINE if sign == "错" else 2 * LINE)
    assert _n_rows(sign * n) >= n_lines
    assert _n_rows(sign * n) <= 2 * n_lines + 5


def test_each_line_of_a_text_has_a_row_of_the_box():
    assert _n_rows("日期 <不对> & 请改正。\n" * 12) >= 12
