import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.ordering import NOT_LISTED, best_rows, ranks_of

SCORES = st.lists(st.integers(NOT_LISTED, 40), max_size=400)  # few distinct values: many ties


def full_sort(scores, k):
    listed = [row for row in range(len(scores)) if scores[row] > NOT_LISTED]
    return sorted(listed, key=lambda row: (-scores[row], row))[:k]


@given(SCORES, st.integers(1, 60))
def test_the_best_rows_are_those_of_the_full_sort(scores, k):
    assert best_rows(np.array(scores, dtype=np.int16), k).tolist() == full_sort(scores, k)


@pytest.mark.parametrize("seed", range(5))
def test_the_best_rows_of_many_people_are_those_of_the_full_sort(seed):
    scores = np.random.default_rng(seed).integers(NOT_LISTED, 300, 20_000).astype(np.int16)
    scores[scores < 150 * (seed % 2)] = NOT_LISTED
    assert best_rows(scores, 50).tolist() == full_sort(scores.tolist(), 50)


def test_equal_scores_stay_in_the_order_of_person_no():
    assert best_rows(np.array([5, 7, 5, 7, 5], dtype=np.int16), 4).tolist() == [1, 3, 0, 2]


def test_nobody_is_listed_when_nobody_may_be():
    assert best_rows(np.full(1000, NOT_LISTED, dtype=np.int16), 3).tolist() == []
    assert best_rows(np.empty(0, dtype=np.int16), 3).tolist() == []


def test_somebody_with_no_points_may_be_listed():
    assert best_rows(np.array([NOT_LISTED, 0], dtype=np.int16), 3).tolist() == [1]


def test_ranks_follow_the_total_order():
    assert ranks_of(np.array([5, 7, 5, 9], dtype=np.int16)).tolist() == [3, 2, 4, 1]
