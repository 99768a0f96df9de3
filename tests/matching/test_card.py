import copy
import json

import numpy as np
import pytest
from builders_pool import WEIGHTS, PlainRulebook
from hypothesis import given
from hypothesis import strategies as st

from matching.card import FULL_SCORE, Scorecard, policy_card
from matching.criteria import CRITERIA
from matching.errors import CardError
from matching.vocabulary import PostType

POST = PostType.FIRST_SECRETARY
POSTS = pytest.mark.parametrize("post", PostType)


def a_card(post=POST):
    return policy_card(PlainRulebook(), post)


def card_of(weights):
    return policy_card(PlainRulebook({POST: weights}), POST)


@POSTS
def test_the_best_levels_make_a_hundred_points(post):
    assert sum(max(points) for points in a_card(post).points.values()) == FULL_SCORE


@POSTS
def test_points_are_weight_times_share(post):
    for criterion_id, points in a_card(post).points.items():
        weight = WEIGHTS[post][criterion_id]
        assert points[0] == 0
        assert list(points[1:]) == [round(100 * weight * level.share) for level in CRITERIA[criterion_id].ladder]


@given(st.dictionaries(st.sampled_from(sorted(CRITERIA)), st.floats(0.01, 100), min_size=1))
def test_any_weights_make_whole_rising_points_that_add_up(raw):
    total = sum(raw.values())
    card = card_of({criterion_id: 100 * weight / total for criterion_id, weight in raw.items()})
    assert sum(max(points) for points in card.points.values()) == FULL_SCORE
    assert all(list(points) == sorted(points) for points in card.points.values())


@given(st.data())
def test_a_higher_level_never_lowers_the_score(data):
    card = a_card(data.draw(st.sampled_from(PostType)))
    levels = [data.draw(st.integers(0, len(points) - 1)) for points in card.points.values()]
    raised = list(levels)
    place = data.draw(st.integers(0, len(levels) - 1))
    raised[place] = data.draw(st.integers(levels[place], len(card.criteria[place].ladder)))
    low, high = card.score(np.array([levels, raised], dtype=np.int8))
    assert high >= low


@POSTS
def test_a_card_survives_the_journey_through_json(post):
    card = a_card(post)
    again = Scorecard.from_document(json.loads(json.dumps(card.as_document())))
    assert again == card
    assert again.version == card.version


def test_the_version_changes_with_any_point():
    card = a_card()
    points = {**card.points, "training": tuple(sorted([0, *card.points["training"][:-2], 400]))}
    other = Scorecard(post=card.post, source="policy", rulebook_version=card.rulebook_version, points=points)
    assert other.version != card.version
    assert len(card.version) == 16


def spoiled(change):
    document = copy.deepcopy(a_card().as_document())
    change(document)
    return document


@pytest.mark.parametrize(
    ("change", "place", "problem"),
    [
        (lambda d: d.update(extra=1), "card", "Unknown field 'extra'"),
        (lambda d: d.pop("post"), "card", "'post' is absent"),
        (lambda d: d.update(schema="talentpool.scorecard/9"), "schema 'talentpool.scorecard/9'", "must be"),
        (lambda d: d.update(post="mayor"), "post", "no post 'mayor'"),
        (lambda d: d.update(source="guess"), "source", "Unknown source"),
        (lambda d: d.update(version="0" * 16), "version '0000000000000000'", "does not fit"),
        (lambda d: d.update(criteria="x"), "criteria", "list is expected"),
        (lambda d: d.update(criteria=["x"]), "criteria", "object is expected"),
        (lambda d: d["criteria"][0].update(id="age"), "criteria", "no criterion 'age'"),
        (lambda d: d["criteria"][0].update(id=[]), "criteria", "no criterion"),
        (lambda d: d["criteria"][0].update(extra=1), "criteria", "Unknown field 'extra'"),
        (lambda d: d["criteria"][0]["levels"][1].update(extra=1), "rural_work", "Unknown field 'extra'"),
        (lambda d: d["criteria"][0]["levels"][1].update(zh="别的"), "rural_work", "not those"),
        (lambda d: d["criteria"][0]["levels"].pop(), "rural_work", "not those"),
        (lambda d: d["criteria"][0]["levels"][1].update(points=1.5), "rural_work", "whole"),
        (lambda d: d["criteria"][0]["levels"][1].update(points=True), "rural_work", "whole"),
        (lambda d: d["criteria"][0].update(missing=-1), "rural_work", "not negative"),
        (lambda d: d["criteria"][0]["levels"][1].update(points=1400), "rural_work", "never earn fewer"),
        (lambda d: d["criteria"][0].update(missing=1501), "rural_work", "never earn fewer"),
        (lambda d: d["criteria"].pop(), "criteria", "add up to 97.00"),
    ],
)
def test_a_document_that_does_not_fit_is_refused_with_its_place(change, place, problem):
    with pytest.raises(CardError, match=problem) as caught:
        Scorecard.from_document(spoiled(change))
    assert caught.value.place == place
    assert caught.value.problem.zh


def test_a_document_that_is_no_object_is_refused():
    with pytest.raises(CardError, match="object is expected"):
        Scorecard.from_document([])


@pytest.mark.parametrize(
    ("weights", "problem"),
    [
        ({"age": 100}, "no criterion 'age'"),
        ({"title": 60, "training": 30}, "sum to 90"),
        ({"title": 110, "training": -10}, "above 0"),
        ({"title": float("nan")}, "above 0"),
        ({}, "sum to 0"),
    ],
)
def test_weights_that_make_no_card_are_refused(weights, problem):
    with pytest.raises(CardError, match=problem):
        card_of(weights)


# ------------------------------------------------------------------ bags


def a_bagged_card(n_bags=3):
    policy = a_card()
    names = list(policy.points)
    bags = []
    for bag in range(n_bags):
        points = {name: list(earned) for name, earned in policy.points.items()}
        points[names[0]][-1] += 100 * bag  # moves weight from the second criterion to the first
        points[names[1]] = [min(p, points[names[1]][-1] - 100 * bag) for p in points[names[1]]]
        bags.append({name: tuple(earned) for name, earned in points.items()})
    return Scorecard(post=POST, source="learned", rulebook_version="r", points=policy.points, bags=tuple(bags))


def test_a_bagged_card_survives_the_journey_through_json():
    card = a_bagged_card()
    read = Scorecard.from_document(json.loads(json.dumps(card.as_document())))
    assert read == card
    assert read.version == card.version != a_card().version


def test_bags_score_like_cards_of_their_own():
    card = a_bagged_card()
    levels = np.array([[len(points) - 1 for points in card.points.values()], [1] * len(card.points)], dtype=np.int8)
    expected = [
        [sum(points[level] for points, level in zip(bag.values(), row, strict=True)) for bag in card.bags]
        for row in levels
    ]
    assert card.bag_scores(levels).tolist() == expected
    assert a_card().bag_scores(levels).shape == (2, 0)


def test_a_bag_that_does_not_make_a_hundred_points_is_refused():
    card = a_bagged_card()
    broken = {**card.bags[0], next(iter(card.points)): card.bags[1][next(iter(card.points))]}
    with pytest.raises(CardError, match=r"100\.00"):
        Scorecard(post=POST, source="learned", rulebook_version="r", points=card.points, bags=(broken, card.bags[1]))


def test_a_bag_of_other_criteria_is_refused():
    document = copy.deepcopy(a_bagged_card().as_document())
    document["bags"][0].pop()
    with pytest.raises(CardError, match="criteria where the card has"):
        Scorecard.from_document(document)
