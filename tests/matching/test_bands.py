import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from matching.bands import bands, intervals

SEEDS = st.integers(0, 10_000)


def bands_of(scores, bags=None):
    scores = np.array(scores, dtype=np.int32)
    bags = np.empty((len(scores), 0)) if bags is None else bags
    return bands(scores, np.array(bags, dtype=np.int32)).tolist()


def a_list(seed, *, n=12, n_bags=8, spread=60):
    rng = np.random.default_rng(seed)
    scores = np.sort(rng.integers(6_000, 6_400, n))[::-1].astype(np.int32)
    return scores, scores[:, None] + rng.integers(-spread, spread + 1, (n, n_bags)).astype(np.int32)


@pytest.mark.parametrize(
    ("n_agreeing", "expected"),
    [(0, [1, 1]), (2, [1, 1]), (3, [1, 2]), (4, [1, 2])],
    ids=["no bag agrees", "half", "three quarters", "all"],
)
def test_neighbours_are_apart_from_three_quarters_of_the_bags_on(n_agreeing, expected):
    first = [70 if bag < n_agreeing else 50 for bag in range(4)]
    assert bands_of([70, 60], [first, [60] * 4]) == expected


def test_a_bag_that_sees_a_tie_does_not_agree():
    assert bands_of([70, 60], [[70, 70, 60, 60], [60, 60, 60, 60]]) == [1, 1]


def test_equal_scores_share_a_band_whatever_the_bags_say():
    assert bands_of([60, 60], [[70] * 4, [50] * 4]) == [1, 1]


def test_bands_are_runs_of_neighbours():
    #          90 > 80 in all, 80 > 75 in one, 75 > 74 in two, 74 > 60 in all, 60 = 60
    bags = [[9, 9, 9, 9], [8, 6, 6, 6], [7, 7, 7, 7], [6, 6, 8, 8], [5, 5, 5, 5], [1, 1, 1, 1]]
    assert bands_of([90, 80, 75, 74, 60, 60], bags) == [1, 2, 2, 2, 3, 3]


def test_without_bags_only_equal_scores_share_a_band():
    assert bands_of([90, 80, 80, 79]) == [1, 2, 2, 3]


@pytest.mark.parametrize(("scores", "expected"), [([], []), ([50], [1])])
def test_short_lists_have_bands_too(scores, expected):
    assert bands_of(scores) == expected
    assert bands_of(scores, np.zeros((len(scores), 8))) == expected


@given(SEEDS)
def test_bands_count_from_one_without_gaps(seed):
    found = bands(*a_list(seed))
    assert found[0] == 1
    assert set(np.diff(found).tolist()) <= {0, 1}


@given(SEEDS, st.integers(1, 12))
def test_the_bands_of_the_head_do_not_depend_on_the_tail(seed, k):
    scores, bags = a_list(seed)
    assert bands(scores[:k], bags[:k]).tolist() == bands(scores, bags)[:k].tolist()


@given(SEEDS)
def test_what_every_bag_adds_to_everybody_changes_nothing(seed):
    scores, bags = a_list(seed)
    shifted = bags + np.random.default_rng(seed).integers(-500, 500, bags.shape[1])
    assert bands(scores, shifted).tolist() == bands(scores, bags).tolist()
    assert bands(scores, np.repeat(bags, 3, axis=1)).tolist() == bands(scores, bags).tolist()


@given(SEEDS)
def test_bags_that_repeat_the_card_part_all_but_equal_scores(seed):
    scores, _ = a_list(seed)
    same = np.repeat(scores[:, None], 8, axis=1)
    assert bands(scores, same).tolist() == bands(scores, same[:, :0]).tolist()


@given(SEEDS)
def test_bands_agree_with_counting_by_hand(seed):
    scores, bags = a_list(seed, n_bags=7)
    band, expected = 1, [1]
    for i in range(len(scores) - 1):
        n_agreeing = sum(int(bags[i, bag]) > int(bags[i + 1, bag]) for bag in range(7))
        band += scores[i] != scores[i + 1] and n_agreeing / 7 >= 0.75
        expected.append(band)
    assert bands(scores, bags).tolist() == expected


def test_an_interval_is_made_of_scores_that_bags_gave():
    bags = np.arange(100, 4_100, 100, dtype=np.int32)[None, :]  # forty bags: 100 to 4,000
    # positions 0.05 * 39 = 1.95 and 0.95 * 39 = 37.05, rounded outwards to 1 and 38
    assert intervals(np.array([2_000]), bags) == [(200, 3_900)]


@pytest.mark.parametrize(("score", "expected"), [(5, (5, 30)), (45, (10, 45)), (20, (10, 30))])
def test_an_interval_is_widened_to_hold_the_score(score, expected):
    assert intervals(np.array([score]), np.array([[10, 20, 30]])) == [expected]


def test_a_policy_card_has_no_intervals():
    assert intervals(np.array([70, 60]), np.empty((2, 0), dtype=np.int32)) == [None, None]


@given(arrays(np.int32, (6, 9), elements=st.integers(0, 10_000)), st.data())
def test_an_interval_holds_the_score_and_nine_bags_of_ten(bags, data):
    scores = np.array(data.draw(st.lists(st.integers(0, 10_000), min_size=6, max_size=6)))
    for score, own, (low, high) in zip(scores.tolist(), bags, intervals(scores, bags), strict=True):
        assert low <= score <= high
        assert np.mean((own >= low) & (own <= high)) >= 0.9
