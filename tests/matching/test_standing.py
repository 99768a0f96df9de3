"""How everybody stands for a vacancy, and two people side by side."""

from itertools import pairwise

import numpy as np
import pytest
from builders_pool import a_pool, some_vacancies
from builders_standing import a_matcher, a_standing
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from matching.bands import bands
from matching.comparison import compare
from matching.errors import MatchingError
from matching.rules import FAIL

SEEDS = st.integers(0, 10_000)
_FEW = hypothesis_settings(max_examples=20)  # each example judges a whole pool


@_FEW
@given(SEEDS)
def test_a_list_says_of_its_places_what_the_standing_says(seed):
    matcher = a_matcher(seed=seed)
    (vacancy,) = some_vacancies(1, seed=seed)
    standing, result = matcher.standing(vacancy), matcher.shortlist(vacancy, k=20)
    assert result.average_score == standing.average_score
    assert len(result.entries) == min(20, len(standing.eligible))
    for entry in result.entries:
        placed = standing.placed(standing.row_of(entry.person_id))
        assert (placed.place, placed.band, placed.score) == (entry.rank, entry.band, entry.score)
        assert (placed.interval, placed.verdict) == (entry.interval, entry.verdict)
        low, high = entry.interval
        assert low <= entry.score <= high
        assert sum(part.above_average for part in entry.contributions) == entry.score - result.average_score
        own = [part.above_average for part in entry.contributions]
        assert own == sorted(own, reverse=True)


@_FEW
@given(SEEDS)
def test_the_bands_of_a_list_are_those_of_the_bags(seed):
    standing = a_standing(seed)
    rows = standing.order
    by_bag = standing.card.bag_scores(standing.levels_of(rows))
    assert standing.bands.tolist() == bands(standing.scores[rows], by_bag).tolist()


def test_a_policy_card_gives_no_intervals_and_bands_of_equal_scores_only():
    matcher = a_matcher(seed=3, n=200, is_learned=False)
    entries = matcher.shortlist(some_vacancies(1, seed=3)[0], k=50).entries
    assert {entry.interval for entry in entries} == {None}
    for before, after in pairwise(entries):
        assert (before.band == after.band) == (before.score == after.score)


def test_reasons_say_whether_the_record_is_verified():
    eligibility, criteria = a_pool(40, seed=1, unknown_share=0.05)
    matcher = a_matcher(seed=1, n=40)
    standing = matcher.standing(some_vacancies(1, seed=1)[0])
    expected = (eligibility["record_status"] == "verified").tolist()
    rows = np.arange(len(criteria))
    assert [{part.is_verified for part in parts} for parts in standing.reasons(rows)] == [{one} for one in expected]
    assert set(expected) == {True, False}


def test_who_is_not_eligible_has_a_score_but_no_place():
    standing = a_standing(2)
    row = int(np.flatnonzero(standing.eligibility.verdict == FAIL)[0])
    placed = standing.placed(row)
    assert (placed.place, placed.band) == (None, None)
    assert placed.score == sum(part.points for part in standing.reasons(np.array([row]))[0])


@_FEW
@given(SEEDS)
def test_places_are_those_of_the_total_order(seed):
    standing = a_standing(seed)
    assert [standing.place_of(int(row)) for row in standing.order] == list(range(1, len(standing.order) + 1))


@_FEW
@given(SEEDS)
def test_under_the_same_card_everybody_stands_the_same(seed):
    standing = a_standing(seed)
    assert standing.under(standing.card).scores.tolist() == standing.scores.tolist()


@_FEW
@given(SEEDS)
def test_differences_of_two_people_add_up_to_the_difference_of_their_scores(seed):
    standing = a_standing(seed)
    first, second = (int(one) for one in np.random.default_rng(seed).choice(standing.people.index, 2, replace=False))
    found, mirrored = compare(standing, first, second), compare(standing, second, first)
    assert found.difference == sum(part.difference for part in found.criteria) == found.first.score - found.second.score
    assert found.difference == -mirrored.difference
    assert (found.n_for_first, found.n_for_second) == (mirrored.n_for_second, mirrored.n_for_first)
    assert found.n_for_first + found.n_for_second <= found.n_bags == 8
    for part in found.criteria:
        assert part.difference == part.first.points - part.second.points
        assert part.first.fact.zh
        assert part.second.fact.en
    is_known = found.first.band is not None and found.second.band is not None
    assert found.is_same_band == (found.first.band == found.second.band if is_known else None)


def test_of_two_neighbours_in_different_bands_three_quarters_of_the_bags_prefer_the_first():
    for seed in range(20):
        standing = a_standing(seed)
        ids = standing.people.index[standing.order]
        for place in np.flatnonzero(np.diff(standing.bands)).tolist():
            found = compare(standing, int(ids[place]), int(ids[place + 1]))
            assert found.is_same_band is False
            assert found.n_for_first >= 0.75 * found.n_bags


def test_somebody_who_is_not_in_the_pool_cannot_be_compared():
    standing = a_standing(0)
    with pytest.raises(MatchingError, match="not in the pool"):
        compare(standing, int(standing.people.index[0]), 99_999)
