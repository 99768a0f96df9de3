"""How near the truth a card comes with how much history, beside its peers and without its parts.

    python -m bench.learning_curve [--seeds 2399 7] [--sizes 5 20 60 150]

The demo city's reviewers have a taste that no model sees. A model learns from the lists of the first vacancies that
were decided; it is judged by NDCG@10 against the taste, over everybody eligible for open vacancies.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.ensemble import HistGradientBoostingRegressor

from bench.reviewed_city import ReviewedCity, truth_ndcg
from matching.card import Scorecard
from matching.scorecard import ScorecardRanker
from matching.scorecard.anchored import Anchored, Ladder
from matching.scorecard.columns import columns_of
from matching.training import FEWEST_LISTS, TrainingLists, fit_card
from matching.training.fitting import declared_points
from matching.vocabulary import PostType

__all__ = ["METHODS", "SIZES", "Row", "measure"]

SIZES = (5, 20, 60, 150)
SEEDS = (2399, 7)
SCENARIOS = ("reasons", "no reasons")
Levels = NDArray[np.int8]
Scorer = Callable[[Levels], NDArray[np.number]]
Method = Callable[[Scorecard, TrainingLists], Scorer]


@dataclass(frozen=True)
class Row:
    """One model with one amount of history.

    Parameters
    ----------
    scenario : str
        "reasons" or "no reasons": whether reviewers gave any.
    method : str
    n_vacancies : int
        Of history, all posts together.
    ndcg : float
        Mean over posts, vacancies and cities.
    worst : float
        Of the means of one post in one city.
    """

    scenario: str
    method: str
    n_vacancies: int
    ndcg: float
    worst: float


def policy(card: Scorecard, lists: TrainingLists) -> Scorer:  # noqa: ARG001 - it learns nothing
    """Score by the policy."""
    return card.score


def shipped(card: Scorecard, lists: TrainingLists) -> Scorer:
    """Score by the card as `talentpool train` makes it."""
    return fit_card(card, lists, n_jobs=-1).card.score


def anchored(card: Scorecard, lists: TrainingLists) -> Scorer:
    """Score by the same fit without the rule of ten lists, so that the ablations are of one kind."""
    return _ranker(card, lists, prior=True, position=True)


def no_prior(card: Scorecard, lists: TrainingLists) -> Scorer:
    """Leave the policy out: monotone, additive, learned from nothing."""
    return _ranker(card, lists, prior=False, position=True)


def no_place_term(card: Scorecard, lists: TrainingLists) -> Scorer:
    """Take every place as looked at."""
    return _ranker(card, lists, prior=True, position=False)


def one_bag(card: Scorecard, lists: TrainingLists) -> Scorer:
    """Learn once, from four fifths of the lists."""
    return _ranker(card, lists, prior=True, position=True, n_bags=1)


class FreeLadder(Ladder):
    """A ladder whose steps may go down."""

    def bounds(self, direction: int) -> NDArray[np.float64]:  # noqa: ARG002 - that is what is left out
        """Return no bounds."""
        return np.tile([-np.inf, np.inf], (self.n_levels, 1))


def no_monotone(card: Scorecard, lists: TrainingLists) -> Scorer:
    """Let a higher level cost points."""
    columns = columns_of(lists.rows, [declared_points(points) for points in card.points.values()])
    ladders: list[Ladder] = [
        FreeLadder(one.at, one.points, one.if_missing)
        for one in (Ladder.of(column, values) for column, values in zip(columns, lists.rows.T, strict=True))
    ]
    free = np.zeros(len(ladders), dtype=int)
    fit = Anchored(
        ladders, lists.rows, free, lists.grades, np.log(lists.places), lists.sizes, 16, 0.2, np.random.default_rng(0)
    )
    with ThreadPoolExecutor(2) as pool:
        tables = fit.run(pool).tables.mean(axis=0)
    return lambda levels: np.sum(
        [ladder.earned(values, table) for ladder, table, values in zip(ladders, tables, _rows(levels).T, strict=True)],
        axis=0,
    )


def naive_pairwise(card: Scorecard, lists: TrainingLists) -> Scorer:
    """Fit an unconstrained pairwise logistic regression on the levels: no prior, no bounds, no place term."""
    del card
    rows = np.nan_to_num(_rows(lists.levels))
    better, worse = _pairs(lists)
    differences = rows[better] - rows[worse]

    def loss(slopes: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        gaps = differences @ slopes
        gradient = -expit(-gaps) @ differences / max(len(gaps), 1) + 1e-3 * slopes
        return float(np.logaddexp(0, -gaps).mean() + 5e-4 * slopes @ slopes), gradient

    slopes = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B").x if len(better) else np.zeros(1)
    return lambda levels: np.nan_to_num(_rows(levels)) @ slopes if len(better) else np.zeros(len(levels))


def lightgbm(card: Scorecard, lists: TrainingLists) -> Scorer:
    """Train LightGBM's LambdaRank on the levels."""
    import lightgbm as library

    del card
    model = library.LGBMRanker(
        n_estimators=100,
        learning_rate=0.05,
        num_leaves=15,
        min_child_samples=10,
        random_state=0,
        n_jobs=1,
        deterministic=True,
        verbose=-1,
    )
    model.fit(_rows(lists.levels), np.round(lists.grades).astype(int), group=lists.sizes)
    return lambda levels: np.asarray(model.predict(_rows(levels)), dtype=np.float64)


def boosting(card: Scorecard, lists: TrainingLists) -> Scorer:
    """Train the yardstick: gradient boosting of the grades, monotone."""
    monotone = [1] * len(card.points)
    model = HistGradientBoostingRegressor(
        max_iter=100, learning_rate=0.05, max_leaf_nodes=15, min_samples_leaf=10, monotonic_cst=monotone, random_state=0
    )
    model.fit(_rows(lists.levels), lists.grades)
    return lambda levels: model.predict(_rows(levels))


METHODS: Mapping[str, Method] = {
    "policy": policy,
    "shipped card": shipped,
    "the fit alone": anchored,
    "without the prior": no_prior,
    "without monotone bounds": no_monotone,
    "without the place term": no_place_term,
    "without bagging": one_bag,
    "naive pairwise logistic": naive_pairwise,
    "LightGBM LambdaRank": lightgbm,
    "HistGradientBoosting": boosting,
}


def measure(
    seeds: Sequence[int] = SEEDS,
    sizes: Sequence[int] = SIZES,
    methods: Sequence[str] = tuple(METHODS),
    scenarios: Sequence[str] = SCENARIOS,
) -> Iterator[Row]:
    """Yield a row for each scenario, method and amount of history."""
    for scenario in scenarios:
        cities = [ReviewedCity(seed, gives_reasons=scenario == "reasons") for seed in seeds]
        for n_vacancies in sizes:
            histories = [city.history(n_vacancies) for city in cities]
            for name in methods:
                found = [
                    _judged(city, post, METHODS[name], history[post][0])
                    for city, history in zip(cities, histories, strict=True)
                    for post in city.policies
                ]
                yield Row(scenario, name, n_vacancies, float(np.mean(found)), float(np.min(found)))


def _judged(city: ReviewedCity, post: PostType, method: Method, lists: TrainingLists) -> float:
    card, trials = city.policies[post], city.trials[post]
    score = method(card, lists) if len(lists) else card.score
    return float(np.mean([truth_ndcg(score(trial.levels), trial.utility) for trial in trials]))


def _ranker(card: Scorecard, lists: TrainingLists, *, prior: bool, position: bool, n_bags: int = 16) -> Scorer:
    ranker = ScorecardRanker(
        monotonic_cst=[1] * len(card.points),
        prior_points=[declared_points(points) for points in card.points.values()] if prior else None,
        n_bags=n_bags,
        n_jobs=-1,
        random_state=0,
    )
    ranker.fit(lists.rows, lists.grades, group=lists.sizes, position=lists.places if position else None)
    return lambda levels: ranker.predict(_rows(levels))


def _rows(levels: Levels) -> NDArray[np.float64]:
    return np.where(levels == 0, np.nan, levels.astype(np.float64))


def _pairs(lists: TrainingLists) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    found = []
    for part in lists.parts():
        grades = lists.grades[part]
        better, worse = np.nonzero(grades[:, None] > grades[None, :])
        found.append((better + part.start, worse + part.start))
    return tuple(np.concatenate(side) for side in zip(*found, strict=True))  # type: ignore[return-value]  # zip does not tell how many parts there are


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description="NDCG@10 against the truth of the demo city, by amount of history.")
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--methods", nargs="+", default=list(METHODS), choices=list(METHODS))
    arguments = parser.parse_args()
    print(f"posts with fewer than {FEWEST_LISTS} informative lists keep the policy (shipped card)")
    for row in measure(arguments.seeds, arguments.sizes, arguments.methods):
        print(
            f"{row.scenario:<11} {row.n_vacancies:>4} {row.method:<26} {row.ndcg:.4f}  worst {row.worst:.4f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
