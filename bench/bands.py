"""How often the truth agrees with the order of neighbours on a list: inside a tie band, and across its edge.

``python -m bench.bands``; a minute on the demo city. The truth is `seed_data.demo_city.truth`, which no card has seen.
Pairs that the truth holds equal say nothing and are left out.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.figures import Figure, print_table
from bench.reviewed_city import ReviewedCity
from matching.bands import bands
from matching.card import Scorecard
from matching.frames import VacancyFacts
from matching.training import fit_card
from matching.vocabulary import PostType
from seed_data.demo_city.policy import Desk
from seed_data.demo_city.truth import true_utility

__all__ = ["NeighbourOrder", "measure", "measure_cards", "order_of_neighbours"]

TOPS = (10, 50)  # places of each list
SEED, N_VACANCIES = 2399, 150


class NeighbourOrder(NamedTuple):
    """How many neighbouring pairs the truth orders as the list does.

    Parameters
    ----------
    share_in_band, share_across : float
        Of the pairs that share a band, and of those that do not; NaN where there are none.
    n_in_band, n_across : int
        How many pairs the truth tells apart.
    """

    share_in_band: float
    share_across: float
    n_in_band: int
    n_across: int

    @classmethod
    def together(cls, parts: Sequence["NeighbourOrder"]) -> "NeighbourOrder":
        """Count the pairs of several lists as those of one."""
        n_in, n_out = sum(part.n_in_band for part in parts), sum(part.n_across for part in parts)
        right_in = sum(part.share_in_band * part.n_in_band for part in parts if part.n_in_band)
        right_out = sum(part.share_across * part.n_across for part in parts if part.n_across)
        return cls(right_in / n_in if n_in else np.nan, right_out / n_out if n_out else np.nan, n_in, n_out)


def order_of_neighbours(
    card: Scorecard, levels: NDArray[np.int8], utility: NDArray[np.floating], *, top: int = TOPS[-1]
) -> NeighbourOrder:
    """Hold the order of neighbours on a list against the truth.

    Parameters
    ----------
    card : Scorecard
    levels : ndarray of int8, shape (n_people, n_criteria)
        Of the eligible, in the order of person_no.
    utility : ndarray of float, shape (n_people,)
        What they are truly worth.
    top : int
        Length of the list.
    """
    scores = card.score(levels)
    order = np.argsort(-scores, kind="stable")[:top]
    found = bands(scores[order], card.bag_scores(levels[order]))
    gaps = -np.diff(utility[order])
    is_told, is_across = gaps != 0, np.diff(found) > 0
    (share_in, n_in), (share_out, n_out) = (_share(gaps[is_told & chosen]) for chosen in (~is_across, is_across))
    return NeighbourOrder(share_in, share_out, n_in, n_out)


def measure_cards(
    desk: Desk, cards: Mapping[PostType, Scorecard], *, top: int = TOPS[-1]
) -> dict[PostType, NeighbourOrder]:
    """Hold the lists of all open vacancies of a desk against the truth, by kind of post."""
    parts: dict[PostType, list[NeighbourOrder]] = {post: [] for post in cards}
    for facts in _open(desk):
        standing = desk.matcher.standing(facts)
        utility = true_utility(standing.people.iloc[standing.eligible], facts, facts.post)
        levels = standing.levels_of(standing.eligible)
        parts[facts.post].append(order_of_neighbours(cards[facts.post], levels, utility, top=top))
    return {post: NeighbourOrder.together(several) for post, several in parts.items()}


def measure() -> list[Figure]:
    """Learn a card of each post from the whole history of the demo city, and hold its lists against the truth."""
    city = ReviewedCity(SEED)
    history = city.history(N_VACANCIES)
    cards = {post: fit_card(policy, history[post][0], n_jobs=-1).card for post, policy in city.policies.items()}
    figures = []
    for top in TOPS:
        found = measure_cards(city.desk, cards, top=top)
        rows = [*found.items(), ("all posts", NeighbourOrder.together(list(found.values())))]
        figures += [figure for name, order in rows for figure in _figures(f"first {top}, {name}", order)]
    return figures


def _figures(name: str, order: NeighbourOrder) -> list[Figure]:
    return [
        Figure(
            name=f"{name}: neighbours of one band, truly ordered",
            value=100 * order.share_in_band,
            unit="%",
            peer=f"{order.n_in_band:,} pairs; 50 % is a coin flip",
        ),
        Figure(
            name=f"{name}: neighbours of different bands, truly ordered",
            value=100 * order.share_across,
            unit="%",
            peer=f"{order.n_across:,} pairs",
        ),
    ]


def _open(desk: Desk) -> list[VacancyFacts]:
    pairs = zip(desk.facts, desk.vacancies, strict=True)
    return [facts for facts, vacancy in pairs if vacancy["vacancy_status"].is_open]


def _share(gaps: NDArray[np.floating]) -> tuple[float, int]:
    return (float(np.mean(gaps > 0)) if len(gaps) else float("nan")), len(gaps)


if __name__ == "__main__":
    print_table(measure())
