"""Other weights, other facts, and what would help most: exact, and nothing of it is kept."""

import dataclasses

import numpy as np
import pytest
from builders_pool import PlainRulebook, a_learned_card, a_pool, some_vacancies
from builders_standing import a_standing
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from matching.card import FULL_SCORE, policy_card
from matching.errors import CardError, MatchingError
from matching.improvements import improvements
from matching.matcher import Matcher
from matching.reweighting import reweighted, weights_of
from matching.rules import FAIL
from matching.vocabulary import PostType
from matching.vocabulary.industries import IndustryTerms
from matching.what_if import PLACES, changeable_columns, with_facts, with_weights
from service.rulebooks import shipped_rulebook

SEEDS = st.integers(0, 10_000)
_FEW = hypothesis_settings(max_examples=20)  # each example judges a whole pool
POST = PostType.FIRST_SECRETARY


@_FEW
@given(SEEDS, st.sampled_from(PostType))
def test_other_weights_make_whole_cards(seed, post):
    rng = np.random.default_rng(seed)
    card = a_learned_card(post, seed=seed)
    chosen = {key: float(rng.integers(0, 80)) for key in card.points if rng.random() < 0.5}
    other = reweighted(card, {**chosen, next(iter(card.points)): 30.0})
    for points in (other.points, *other.bags):
        assert sum(max(earned) for earned in points.values()) == FULL_SCORE
        assert all(list(earned[1:]) == sorted(earned[1:]) for earned in points.values())
    assert (len(other.bags), tuple(other.points)) == (len(card.bags), tuple(card.points))


@_FEW
@given(SEEDS)
def test_its_own_weights_leave_a_card_as_it_is(seed):
    card = a_learned_card(seed=seed)
    assert reweighted(card, {}) == card
    assert reweighted(card, weights_of(card)) == card


def test_named_weights_count_against_the_others_and_all_are_rescaled():
    card = policy_card(PlainRulebook(), POST)
    other = reweighted(card, {"training": 54.0})  # 4 points become 54 of 150
    assert max(other.points["training"]) == 3600
    assert max(other.points["rural_work"]) == 1000
    assert other.points["rural_work"] == (0, 0, 170, 500, 830, 1000)


def test_a_criterion_without_weight_earns_nothing_and_can_come_back_with_the_shares_of_the_policy():
    none = reweighted(policy_card(PlainRulebook(), POST), {"training": 0.0})
    assert set(none.points["training"]) == {0}
    back = reweighted(none, {"training": 100.0})
    assert back.points["training"] == (0, 0, 500, 1750, 3750, 5000)


@pytest.mark.parametrize(
    ("weights", "place", "reason"),
    [
        ({"age": 5.0}, "weights.age", "It has: rural_work"),
        ({"training": -1.0}, "weights.training", "from 0 up"),
        ({"training": float("nan")}, "weights.training", "from 0 up"),
        (dict.fromkeys(policy_card(PlainRulebook(), POST).points, 0.0), "weights", "all be 0"),
    ],
)
def test_weights_that_cannot_be_used_are_refused_by_name(weights, place, reason):
    with pytest.raises(CardError, match=reason) as refused:
        reweighted(policy_card(PlainRulebook(), POST), weights)
    assert refused.value.place == place


def a_matcher(eligibility, criteria, card):
    return Matcher(
        eligibility=eligibility,
        criteria=criteria,
        rulebook=shipped_rulebook(),
        cards={card.post: card},
        industries=IndustryTerms.shipped(),
    )


@_FEW
@given(SEEDS, st.integers(1, 15))
def test_a_list_under_other_weights_is_the_list_of_that_card(seed, k):
    card = a_learned_card(seed=seed)
    eligibility, criteria = a_pool(60, seed=seed, unknown_share=0.05)
    (vacancy,) = some_vacancies(1, seed=seed, post=POST)
    weights = {"training": 30.0, "rural_work": 0.0}
    standing = a_matcher(eligibility, criteria, card).standing(vacancy)
    found = with_weights(standing, weights, k=k, row=0)
    before = [entry.person_id for entry in a_matcher(eligibility, criteria, card).shortlist(vacancy, k=k).entries]
    other = a_matcher(eligibility, criteria, reweighted(card, weights)).shortlist(vacancy, k=k).entries
    after = [entry.person_id for entry in other]
    assert [move.person_id for move in found.moves if move.place_after <= k] == after
    assert [one.score_after for one in found.moves if one.place_after <= k] == [entry.score for entry in other]
    assert {move.person_id for move in found.moves if move.place_before <= k} == set(before)
    assert set(found.entered) == set(after) - set(before)
    assert set(found.left) == set(before) - set(after)
    assert sum(change.before for change in found.weights) == sum(change.after for change in found.weights) == FULL_SCORE
    assert (found.person.person_id, found.person.place_before) == (1_000, standing.place_of(0))


@_FEW
@given(SEEDS, st.sampled_from(PostType))
def test_other_facts_give_the_place_that_a_new_ranking_would_give(seed, post):
    card = a_learned_card(post, seed=seed)
    eligibility, criteria = a_pool(50, seed=seed, unknown_share=0.05)
    (vacancy,) = some_vacancies(1, seed=seed, post=post)
    standing = a_matcher(eligibility, criteria, card).standing(vacancy)
    rng = np.random.default_rng(seed)
    row, (_, donor) = int(rng.integers(50)), a_pool(1, seed=seed + 1)
    columns = [name for name in changeable_columns(card) if rng.random() < 0.5]
    facts = {name: None if isinstance(donor[name].iloc[0], float) and np.isnan(donor[name].iloc[0]) else
             donor[name].iloc[0] for name in columns}  # fmt: skip
    found = with_facts(standing, row, facts)
    edited = criteria.copy()
    for name in facts:
        edited.loc[edited.index[row], name] = donor[name].iloc[0]
    after = a_matcher(eligibility, edited, card).standing(vacancy).placed(row)
    assert (found.score_after, found.place_after) == (after.score, after.place)
    assert (found.score_before, found.place_before) == (int(standing.scores[row]), standing.place_of(row))
    assert found.gain == found.score_after - found.score_before == sum(part.gain for part in found.criteria)


@_FEW
@given(SEEDS)
def test_the_same_facts_change_nothing(seed):
    standing = a_standing(seed)
    found = with_facts(standing, 0, {})
    assert (found.gain, found.criteria, found.place_after) == (0, (), found.place_before)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        *(({name: "239901"}, f"'{name}' is a place or a tie") for name in sorted(PLACES - {"latitude", "longitude"})),
        ({"latitude": 46.0}, "a place or a tie"),
        ({"longitude": 46.0}, "a place or a tie"),
        ({"training_hours": 40.0}, "does not read 'training_hours'"),
        ({"age_years": 30.0}, "does not read 'age_years'"),
        ({"visit_days_per_year": "often"}, "must be a number"),
        ({"visit_days_per_year": -1.0}, "must be a number"),
        ({"visit_days_per_year": float("inf")}, "must be a number"),
        ({"industries": 3.0}, "must be codes"),
    ],
)
def test_facts_that_cannot_be_tried_are_refused_by_name(facts, reason):
    (name,) = facts
    with pytest.raises(MatchingError, match=reason) as refused:
        with_facts(a_standing(0), 0, facts)
    assert refused.value.place == f"facts.{name}"


@_FEW
@given(SEEDS)
def test_what_would_help_are_the_higher_levels_with_their_exact_gain_and_place(seed):
    standing = a_standing(seed)
    found = improvements(standing, 0)
    criteria = {one.id: one for one in standing.card.criteria}
    for one in found:
        points = standing.card.points[one.criterion_id]
        assert not set(criteria[one.criterion_id].columns) <= PLACES
        gains = [step.gain for step in one.steps]
        assert gains == sorted(set(gains))
        for step in one.steps:
            assert one.level < step.level <= criteria[one.criterion_id].best_level
            assert step.gain == points[step.level] - points[one.level] > 0
            assert step.place == standing.place_of(0, score=int(standing.scores[0]) + step.gain)
    assert [one.steps[0].gain for one in found] == sorted((one.steps[0].gain for one in found), reverse=True)


def test_what_would_help_can_be_tried_out_and_comes_true():
    standing = a_standing(4, n=600)
    row = next(int(row) for row in standing.order[::-1] if standing.people["visit_days_per_year"].iloc[row] < 10)
    days = next(one for one in improvements(standing, row) if one.criterion_id == "visit_days")
    step = days.steps[-1]
    found = with_facts(standing, row, {"visit_days_per_year": 30.0})
    assert (found.gain, found.place_after) == (step.gain, step.place)
    assert found.place_after < found.place_before


def test_a_what_if_makes_nobody_eligible():
    standing = a_standing(2)
    row = int(np.flatnonzero(standing.eligibility.verdict == FAIL)[0])
    assert with_facts(standing, row, {"visit_days_per_year": 30.0}).place_after is None
    assert {step.place for one in improvements(standing, row) for step in one.steps} == {None}
    assert with_weights(standing, {"honours": 50.0}, k=5, row=row).person.place_after is None


def test_nobody_is_told_to_reach_a_level_that_the_vacancy_alone_decides():
    eligibility, criteria = a_pool(40, seed=0)
    policy = policy_card(PlainRulebook(), POST)
    open_top = {key: (*policy.points[key][:-2], policy.points[key][-2] - 1, policy.points[key][-1])
                for key in ("need_theme", "industry_fit")}  # fmt: skip
    card = dataclasses.replace(policy, points={**policy.points, **open_top})
    for vacancy in some_vacancies(12, post=POST):
        standing = a_matcher(eligibility, criteria, card).standing(vacancy)
        for row in range(6):
            for one in improvements(standing, row):
                assert all("asked" not in step.level_label.en for step in one.steps)
