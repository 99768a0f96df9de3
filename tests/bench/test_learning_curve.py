"""Learning from decisions, held against the truth of the demo city that no model sees."""

import pytest

from bench.learning_curve import METHODS, measure
from bench.reviewed_city import ReviewedCity
from matching.training import FEWEST_LISTS

LEAST = 0.97


def ndcg_of(rows):
    return {(row.scenario, row.method, row.n_vacancies): (row.ndcg, row.worst) for row in rows}


@pytest.mark.prove
def test_with_the_whole_history_the_card_is_near_the_truth():
    found = ndcg_of(measure((2399,), (150,), ("policy", "shipped card"), ("no reasons",)))
    _, worst = found["no reasons", "shipped card", 150]
    assert worst >= LEAST
    assert worst > found["no reasons", "policy", 150][0]


def test_history_grows_by_whole_lists_the_oldest_first():
    city = ReviewedCity(2399)
    few, more = city.history(20), city.history(60)
    assert sum(len(lists) for lists, _ in few.values()) == 20
    for post, (lists, _) in few.items():
        assert set(lists.vacancy_nos) <= set(more[post][0].vacancy_nos)
        assert list(lists.decided_on) == sorted(lists.decided_on)


@pytest.mark.prove
@pytest.mark.parametrize("seed", [2399, 7, 11, 23])
def test_no_amount_of_history_makes_the_card_worse_than_the_policy(seed):
    sizes = (5, 20, 40, 60, 150)
    found = ndcg_of(measure((seed,), sizes, ("policy", "shipped card")))
    for scenario in ("reasons", "no reasons"):
        for size in sizes:
            assert found[scenario, "shipped card", size] >= found[scenario, "policy", size]
        assert found[scenario, "shipped card", 150][1] >= LEAST


@pytest.mark.prove
def test_naive_learning_fails_where_the_anchored_fit_does_not():
    rows = ndcg_of(measure((2399,), (20,), tuple(METHODS)))
    ours = rows["reasons", "the fit alone", 20][0]
    for peer in ("without the prior", "naive pairwise logistic", "LightGBM LambdaRank", "HistGradientBoosting"):
        assert ours > rows["reasons", peer, 20][0] + 0.05
    assert FEWEST_LISTS == 10
