"""Which decisions moved the points."""

from dataclasses import replace

import numpy as np
import pytest
from builders_training import a_policy, reviewed_lists
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import log_expit

from matching.card import FULL_SCORE, Scorecard
from matching.errors import MatchingError
from matching.training.movement import movement


def a_card(seed):
    """A card whose steps are drawn at random."""
    policy, random = a_policy(), np.random.default_rng(seed)
    best = np.sort(random.choice(np.arange(1, FULL_SCORE), len(policy.points) - 1, replace=False))
    tops = np.diff([0, *best.tolist(), FULL_SCORE]).tolist()
    points = {
        key: (0, *sorted(random.integers(0, top + 1, len(own) - 2).tolist()), top)
        for top, (key, own) in zip(tops, policy.points.items(), strict=True)
    }
    return Scorecard(post=policy.post, source="learned", rulebook_version="1" * 16, points=points, bags=(points,))


def explained(card, lists, *, scale, slope):
    """The log-likelihood of each list, pair by pair as one would by hand."""
    score = sum(np.array(own)[lists.levels[:, at]] for at, own in enumerate(card.points.values()))
    found = []
    for part in lists.parts():
        grades, own, places = lists.grades[part], score[part], np.log(lists.places[part])
        better, worse = np.nonzero(grades[:, None] > grades[None, :])
        logit = scale * (own[better] - own[worse]) + slope * (places[better] - places[worse])
        gaps = 2.0 ** grades[better] - 2.0 ** grades[worse]
        found.append(len(better) ** 0.5 * (gaps @ log_expit(logit)) / gaps.sum() if len(better) else 0.0)
    return np.array(found)


@given(seed=st.integers(0, 2**20), slope=st.floats(-2, 0))
def test_the_parts_of_decisions_levels_and_lists_sum_to_what_the_later_card_explains_better(seed, slope):
    lists, _ = reviewed_lists(seed, n_lists=4, size=8)
    before, after = a_card(seed), a_card(seed + 1)
    moved = movement(before, after, lists, place_slope=slope)
    gained = explained(after, lists, scale=moved.scale, slope=slope) - explained(
        before, lists, scale=moved.scale, slope=slope
    )
    assert moved.by_list == pytest.approx(gained, abs=1e-8)
    assert moved.gain == pytest.approx(gained.sum(), abs=1e-8)
    assert sum(level.gain for level in moved.levels) == pytest.approx(moved.gain, abs=1e-9)
    assert sum(level.by_list for level in moved.levels) == pytest.approx(moved.by_list, abs=1e-9)
    assert moved.by_row.sum() == pytest.approx(moved.gain, abs=1e-9)


def test_a_level_that_did_not_move_has_no_part_and_a_list_of_one_grade_none_either():
    lists, _ = reviewed_lists(1, n_lists=3, size=8)
    grades = lists.grades.copy()
    grades[lists.parts()[1]] = 2.0
    lists = replace(lists, grades=grades)
    card = a_card(7)
    points = dict(card.points)
    first, second = list(points)[:2]
    points[first] = (*points[first][:-1], points[first][-1] + 10)
    points[second] = tuple(max(0, value - 10) if value == points[second][-1] else value for value in points[second])
    after = Scorecard(post=card.post, source="learned", rulebook_version="1" * 16, points=points, bags=(points,))
    moved = movement(card, after, lists)
    assert {level.criterion_id for level in moved.levels} == {first, second}
    assert moved.by_list[1] == 0
    assert not moved.by_row[:, 2:].any()


def test_a_card_beside_itself_moved_nothing():
    lists, _ = reviewed_lists(1, n_lists=3, size=8)
    moved = movement(a_card(3), a_card(3), lists)
    assert (moved.levels, moved.gain) == ((), 0)
    assert not moved.by_list.any()


def test_cards_of_other_criteria_are_refused():
    lists, _ = reviewed_lists(1, n_lists=3, size=8)
    other = replace(lists, criteria=lists.criteria[::-1])
    with pytest.raises(MatchingError):
        movement(a_policy(), a_card(3), other)
