"""The figure of the bench about tie bands, by hand."""

from dataclasses import replace

import numpy as np

from bench.bands import NeighbourOrder, order_of_neighbours
from matching.card import Scorecard, policy_card
from matching.vocabulary import PostType
from service.rulebooks import shipped_rulebook

POST = PostType.INDUSTRIAL_CONSULTANT


def a_card() -> Scorecard:
    """Return a card of which three of four bags agree about title, and two about service days."""
    card = policy_card(shipped_rulebook(), POST)
    points = {key: (0,) * len(earned) for key, earned in card.points.items()}
    own = {**points, "title": (0, 0, 0, 0, 0, 6_000), "service_days": (0, 0, 0, 0, 0, 4_000)}
    no_title = {**own, "title": (0,) * 6, "service_days": (0, 0, 0, 0, 0, 10_000)}
    no_days = {**own, "title": (0, 0, 0, 0, 0, 10_000), "service_days": (0,) * 6}
    return replace(card, source="learned", points=own, bags=(own, no_days, no_days, no_title))


def levels_of(*people: dict[str, int]) -> np.ndarray:
    criteria = list(a_card().points)
    return np.array([[person.get(key, 1) for key in criteria] for person in people], dtype=np.int8)


def test_neighbours_are_counted_inside_and_across_bands() -> None:
    # 10000 | 6000 | 4000, 0: title parts the second from the third in three bags of four, days part 4000 from 0 in two
    people = levels_of({"title": 5, "service_days": 5}, {"title": 5}, {"service_days": 5}, {})
    found = order_of_neighbours(a_card(), people, np.array([3.0, 4.0, 2.0, 1.0]))
    assert found == NeighbourOrder(share_in_band=0.5, share_across=1.0, n_in_band=2, n_across=1)


def test_pairs_that_the_truth_holds_equal_and_places_beyond_the_list_are_left_out() -> None:
    people = levels_of({"title": 5, "service_days": 5}, {"title": 5}, {"service_days": 5}, {})
    found = order_of_neighbours(a_card(), people, np.array([3.0, 3.0, 2.0, 1.0]), top=3)
    assert (found.n_in_band, found.n_across, found.share_across) == (0, 1, 1.0)
    assert np.isnan(found.share_in_band)


def test_several_lists_count_as_one() -> None:
    nobody = NeighbourOrder(np.nan, 1.0, 0, 1)
    assert NeighbourOrder.together([nobody, NeighbourOrder(0.5, 0.0, 4, 1)]) == NeighbourOrder(0.5, 0.5, 4, 2)
