"""The table of ranking quality: what its rows and intervals say."""

import numpy as np
import pytest

from bench.public_ranking import Row, lead_of, table


def test_a_model_has_no_lead_over_itself():
    gains = [np.linspace(0, 1, 30), np.linspace(0.2, 0.4, 10)]
    assert lead_of(gains, gains) == (0.0, 0.0, 0.0)


def test_sets_weigh_the_same_however_many_lists_they_have():
    mean, low, high = lead_of([np.full(100, 0.6), np.full(4, 0.5)], [np.full(100, 0.5), np.full(4, 0.2)])
    assert (mean, low, high) == pytest.approx((0.2, 0.2, 0.2))


def test_the_interval_is_that_of_the_normal_law_where_there_are_many_lists():
    gaps = np.random.default_rng(0).normal(0.01, 0.1, 1000)
    mean, low, high = lead_of([gaps], [np.zeros(1000)])
    error = gaps.std() / np.sqrt(1000)
    assert mean == pytest.approx(gaps.mean())
    assert (low, high) == pytest.approx((mean - 1.96 * error, mean + 1.96 * error), abs=0.1 * error)


def test_a_model_has_one_line_with_its_sets_its_mean_and_the_lead():
    found = [
        Row(dataset="a", model="peer", ndcg10=0.5, seconds=1.0, lead=(0.1, 0.0, 0.2)),
        Row(dataset="mean", model="peer", ndcg10=0.5, seconds=1.0, lead=(0.1, -0.05, 0.2)),
    ]
    *_, line = table(found, ["a"])
    assert line == "| peer | 0.5000 (1.0) | 0.5000 (1.0) | +0.1000 [-0.0500, +0.2000] |"
