"""The sheet of a list: a header names what somebody has, and nothing that nobody has."""

from datetime import date

import pytest

from service.files.list_sheets import SheetHead, SheetRow, list_sheet

_HEAD = SheetHead(
    shortlist_no="S2026-000001",
    village="东岗村",
    post_type="first_secretary",
    headcount=1,
    sieve={"n_pool": 3, "n_eligible": 2, "n_listed": 1},
    card_version="x",
    average_score=4000,
    has_bands=False,
    as_of=date(2026, 11, 23),
)
_NOBODYS = dict.fromkeys(("sex", "age_years", "education", "talent_source", "current_post"))


@pytest.mark.parametrize(("low", "is_told"), [(None, False), (4100, True)])
def test_the_header_of_scores_names_an_interval_only_where_somebody_has_one(low, is_told):
    row = SheetRow(rank=1, name="样例甲", score=4200, score_low=low, score_high=low and 4300, **_NOBODYS)
    _facts, grid, *_others = list_sheet(_HEAD, [row], language="zh").blocks
    assert any("区间" in header for header in grid.headers) is is_told
