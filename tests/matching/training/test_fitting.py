"""From lists to a card: the policy is the prior."""

from dataclasses import replace

import numpy as np
import pytest
from builders_training import a_crowd, a_policy, reviewed_lists, taste_of, utility
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.card import FULL_SCORE, Scorecard
from matching.errors import MatchingError
from matching.training import fit_card


def agreement(card, *, seed=99):
    """Rank correlation of a card with the taste of the reviewers, over everybody."""
    policy = a_policy()
    crowd = a_crowd(seed, n=500, policy=policy)
    return np.corrcoef(card.score(crowd), utility(taste_of(policy), crowd))[0, 1]


@pytest.mark.parametrize("n_lists", [0, 1, 9])
def test_below_ten_lists_the_policy_stays_whatever_they_say(n_lists):
    lists, _ = reviewed_lists(0, n_lists=max(n_lists, 1))
    fit = fit_card(a_policy(), lists.taken(range(n_lists)))
    assert fit.card == a_policy()
    assert f"Only {n_lists} lists" in fit.why_policy.en


def test_lists_whose_grades_are_all_equal_teach_nothing():
    lists, _ = reviewed_lists(0, n_lists=20)
    even = replace(lists, grades=np.ones(len(lists.grades)))
    fit = fit_card(a_policy(), even)
    assert fit.card == a_policy()
    assert "Only 0 lists" in fit.why_policy.en


def test_random_grades_do_not_leave_the_policy_far_behind():
    lists, _ = reviewed_lists(1, n_lists=20)
    shuffled = replace(lists, grades=np.random.default_rng(0).permutation(lists.grades))
    policy = a_policy()
    card = fit_card(policy, shuffled).card
    crowd = a_crowd(3, n=500, policy=policy)
    assert np.corrcoef(card.score(crowd), policy.score(crowd))[0, 1] > 0.9


def test_decisions_move_the_card_from_the_policy_to_what_reviewers_value():
    lists, _ = reviewed_lists(2, n_lists=40)
    fit = fit_card(a_policy(), lists)
    assert agreement(fit.card) > max(0.9, agreement(a_policy()) + 0.2)


def test_it_learns_also_where_nobody_explains_and_lower_places_were_overlooked():
    lists, _ = reviewed_lists(3, n_lists=40, explains=False)
    fit = fit_card(a_policy(), lists)
    assert fit.place_slope < 0
    assert agreement(fit.card) > agreement(a_policy()) + 0.1


@given(st.integers(0, 1000))
@settings(max_examples=3, deadline=None)
def test_a_learned_card_and_its_bags_are_whole_monotone_and_make_a_hundred_points(seed):
    lists, _ = reviewed_lists(seed, n_lists=12, size=10, noise=0.5)
    card = fit_card(a_policy(), lists).card  # Scorecard refuses anything else at construction
    for points in (card.points, *card.bags):
        assert sum(max(earned) for earned in points.values()) == FULL_SCORE
        assert all(list(earned[1:]) == sorted(earned[1:]) for earned in points.values())
    assert Scorecard.from_document(card.as_document()) == card


def test_a_gap_in_the_record_never_earns_more_than_the_lowest_level():
    lists, _ = reviewed_lists(10, n_lists=15)
    levels = lists.levels.copy()
    levels[lists.grades == lists.grades.max(), 2] = 0  # whoever was liked best has nothing on record there
    card = fit_card(a_policy(), replace(lists, levels=levels)).card
    for points in (card.points, *card.bags):
        assert all(earned[0] <= earned[1] for earned in points.values())


@pytest.fixture(scope="module")
def learned():
    lists, _ = reviewed_lists(4, n_lists=20)
    return lists, fit_card(a_policy(), lists)


def test_the_card_is_the_mean_of_its_bags_up_to_rounding(learned):
    card = learned[1].card
    for criterion_id, points in card.points.items():
        mean = np.mean([bag[criterion_id] for bag in card.bags], axis=0)
        assert np.abs(mean - points).max() <= 1


def test_the_same_lists_and_seed_give_the_same_card_on_any_number_of_threads():
    lists, _ = reviewed_lists(5, n_lists=11)
    cards = [fit_card(a_policy(), lists, n_jobs=n_jobs).card for n_jobs in (1, 2)]
    assert cards[0].version == cards[1].version
    assert cards[0].version != fit_card(a_policy(), lists, random_state=1).card.version


def test_every_informative_list_is_left_out_by_some_bag(learned):
    lists, fit = learned
    told = {no for no, tells in zip(lists.vacancy_nos, lists.is_informative, strict=True) if tells}
    assert set().union(*fit.left_out) == told


def test_a_criterion_that_nobody_has_on_record_keeps_the_fit_going():
    lists, _ = reviewed_lists(7, n_lists=11)
    levels = lists.levels.copy()
    levels[:, 1] = 0
    card = fit_card(a_policy(), replace(lists, levels=levels)).card
    assert card.source == "learned"


def test_a_level_that_was_never_seen_earns_points_between_its_neighbours():
    lists, _ = reviewed_lists(8, n_lists=12)
    levels = lists.levels.copy()
    top = len(next(iter(a_policy().points.values()))) - 1
    levels[levels[:, 0] == top - 1, 0] = top - 2
    points = next(iter(fit_card(a_policy(), replace(lists, levels=levels)).card.points.values()))
    assert points[top - 2] <= points[top - 1] <= points[top]


def test_lists_of_other_criteria_are_refused_by_name():
    lists, _ = reviewed_lists(9, n_lists=1)
    other = replace(lists, criteria=(*lists.criteria[1:], lists.criteria[0]))
    with pytest.raises(MatchingError, match="other criteria"):
        fit_card(a_policy(), other)


def test_parts_that_do_not_fit_are_refused():
    lists, _ = reviewed_lists(9, n_lists=2)
    with pytest.raises(MatchingError, match="do not fit"):
        replace(lists, places=lists.places[:-1])
