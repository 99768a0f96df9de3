"""The size that the matching core is built for."""

import pytest

from bench.million import measure


@pytest.mark.prove
def test_a_million_people_fit_in_memory_and_take_time_in_proportion():
    barred = [figure for figure in measure() if figure.bar is not None]
    assert len(barred) == 2
    assert [figure.row() for figure in barred if not figure.is_held] == []
