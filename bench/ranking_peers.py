"""The models that the scorecard is measured against on public ranking data.

Every peer learns from the training lists, chooses its setting from a small grid on the validation lists, and keeps the
same monotone directions as the scorecard where it can.
"""

from collections.abc import Callable, Iterable
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from matching.scorecard import ScorecardRanker
from matching.scorecard.lists import pairs_of
from matching.scorecard.objective import ListwiseGain

Fold = dict[str, Any]
Scores = NDArray[np.floating[Any]]
Model = Callable[[Fold, int], Scores]

LIGHTGBM_GRID = tuple(product((0.05, 0.1), (7, 15, 31), (5, 20, 50)))  # learning rate, leaves, rows per leaf
XGBOOST_GRID = tuple(product((0.05, 0.1), (3, 5), (0.1, 1.0)))  # learning rate, depth, curvature per leaf
HISTOGRAM_GRID = tuple(product((0.05, 0.1), (7, 15, 31)))  # learning rate, leaves
INVERSE_RIDGES = (0.01, 0.1, 1.0, 10.0)
MOST_ROUNDS, PATIENCE = 500, 50
PAIRS_PER_LIST = 500
N_BAGS = 8


def together(fold: Fold) -> tuple[Scores, NDArray[Any], NDArray[Any]]:
    """Return the rows, grades and list sizes of training and validation lists, one after the other."""
    train, valid = fold["train"], fold["vali"]
    stacked = np.vstack([train["X"], valid["X"]])
    return stacked, np.append(train["y"], valid["y"]), np.append(train["group"], valid["group"])


def directions(fold: Fold) -> list[int]:
    """Return the monotone direction of every feature."""
    return [int(direction) for direction in fold["meta"]["monotone"]]


def _best(models: Iterable[Any], score: Callable[[Any], Scores], valid: Fold) -> Any:
    """Return the model with the highest NDCG@10 on the validation lists."""
    gain = ListwiseGain(valid["y"].astype(float), np.asarray(valid["group"]))
    return max(models, key=lambda model: gain(score(model)).mean())


def scorecard(fold: Fold, seed: int) -> Scores:
    """Fit the scorecard as it is shipped to training and validation lists together: it chooses on lists of its own."""
    ranker = ScorecardRanker(monotonic_cst=fold["meta"]["monotone"], random_state=seed)
    rows, y, sizes = together(fold)
    return ranker.fit(rows, y, group=sizes).predict(fold["test"]["X"])


def boosted_by_lightgbm(
    train: Fold, valid: Fold, setting: tuple[float, int, int], *, monotone: list[int] | None, seed: int
) -> Any:
    """Fit LightGBM's LambdaRank, stopped early on the validation lists."""
    import lightgbm

    rate, leaves, leaf_rows = setting
    model = lightgbm.LGBMRanker(
        learning_rate=rate,
        num_leaves=leaves,
        min_child_samples=leaf_rows,
        n_estimators=MOST_ROUNDS,
        random_state=seed,
        monotone_constraints=monotone,
        n_jobs=1,
        deterministic=True,
        verbose=-1,
    )
    return model.fit(
        train["X"],
        train["y"],
        group=train["group"],
        eval_set=[(valid["X"], valid["y"])],
        eval_group=[valid["group"]],
        eval_at=[10],
        callbacks=[lightgbm.early_stopping(PATIENCE, verbose=False)],
    )


def tuned_lightgbm(fold: Fold, seed: int) -> Scores:
    """Return the scores of LightGBM's best model of the grid."""
    models = (
        boosted_by_lightgbm(fold["train"], fold["vali"], each, monotone=directions(fold), seed=seed)
        for each in LIGHTGBM_GRID
    )
    best = max(models, key=lambda model: model.best_score_["valid_0"]["ndcg@10"])
    return np.asarray(best.predict(fold["test"]["X"]), float)


def _resampled(fold: Fold, random: np.random.Generator) -> tuple[Fold, Fold]:
    """Split all training and validation lists anew: four fifths to learn from, one fifth to stop by."""
    rows, y, sizes = together(fold)
    of_list = np.repeat(np.arange(len(sizes)), sizes)
    out = random.permutation(len(sizes)) < len(sizes) // 5

    def part(lists: NDArray[np.bool_]) -> Fold:
        return {"X": rows[lists[of_list]], "y": y[lists[of_list]], "group": sizes[lists]}

    return part(~out), part(out)


def bagged_lightgbm(fold: Fold, seed: int) -> Scores:
    """Return the mean scores of eight models, each stopped on its own lists left out."""
    random, total = np.random.default_rng(seed), np.zeros(len(fold["test"]["X"]))
    for bag in range(N_BAGS):
        train, valid = _resampled(fold, random)
        model = boosted_by_lightgbm(train, valid, (0.05, 15, 20), monotone=directions(fold), seed=seed + bag)
        total += model.predict(fold["test"]["X"])
    return total


def tuned_xgboost(fold: Fold, seed: int) -> Scores:
    """Return the scores of XGBoost's best model of the grid (rank:ndcg), each stopped early."""
    import xgboost

    train, valid = fold["train"], fold["vali"]

    def boosted(rate: float, depth: int, curvature: float) -> Any:
        model = xgboost.XGBRanker(
            objective="rank:ndcg",
            eval_metric="ndcg@10",
            learning_rate=rate,
            max_depth=depth,
            min_child_weight=curvature,
            n_estimators=MOST_ROUNDS,
            early_stopping_rounds=PATIENCE,
            monotone_constraints=tuple(directions(fold)),
            random_state=seed,
            n_jobs=1,
        )
        data = {"eval_set": [(valid["X"], valid["y"])], "eval_group": [valid["group"]], "verbose": False}
        return model.fit(train["X"], train["y"], group=train["group"], **data)

    best = max((boosted(*setting) for setting in XGBOOST_GRID), key=lambda model: model.best_score)
    return np.asarray(best.predict(fold["test"]["X"]), float)


def pointwise_histograms(fold: Fold, seed: int) -> Scores:
    """Return the scores of the best of the grid of regressions on the grade, each stopped early."""
    train, valid = fold["train"], fold["vali"]

    def boosted(rate: float, leaves: int) -> Any:
        model = HistGradientBoostingRegressor(
            learning_rate=rate,
            max_leaf_nodes=leaves,
            max_iter=MOST_ROUNDS,
            early_stopping=True,
            n_iter_no_change=PATIENCE,
            monotonic_cst=directions(fold),
            random_state=seed,
        )
        return model.fit(train["X"], train["y"], X_val=valid["X"], y_val=valid["y"])

    best = _best((boosted(*each) for each in HISTOGRAM_GRID), lambda model: model.predict(valid["X"]), valid)
    return np.asarray(best.predict(fold["test"]["X"]), float)


def _logistic_on_pairs(part: Fold, inverse_ridge: float, seed: int) -> Scores:
    """Return one weight per feature: logistic regression on the differences of pairs, each list weighing the same."""
    sizes = np.asarray(part["group"])
    better, worse = pairs_of(part["y"], sizes, most=PAIRS_PER_LIST, random=np.random.default_rng(seed))
    of_list = np.repeat(np.arange(len(sizes)), sizes)[better]
    weight = 1.0 / np.bincount(of_list, minlength=len(sizes))[of_list]
    swapped = np.where(np.arange(len(better)) % 2, 1.0, -1.0)  # the regression wants both classes
    differences = (part["X"][better] - part["X"][worse]) * swapped[:, None]
    model = LogisticRegression(C=inverse_ridge, fit_intercept=False, max_iter=1000)
    weights: Scores = model.fit(differences, swapped > 0, sample_weight=weight).coef_[0]
    return weights


def linear_on_pairs(fold: Fold, seed: int) -> Scores:
    """Return the scores of a linear model of pairs; the ridge is chosen, then all lists are fitted together."""
    scale = StandardScaler().fit(fold["train"]["X"])
    train, valid = ({**fold[name], "X": scale.transform(fold[name]["X"])} for name in ("train", "vali"))
    ridge = _best(INVERSE_RIDGES, lambda each: valid["X"] @ _logistic_on_pairs(train, each, seed), valid)
    rows, y, sizes = together({"train": train, "vali": valid})
    weights = _logistic_on_pairs({"X": rows, "y": y, "group": sizes}, ridge, seed)
    return np.asarray(scale.transform(fold["test"]["X"]) @ weights, float)


MODELS: dict[str, Model] = {
    "ScorecardRanker": scorecard,
    "LightGBM, tuned": tuned_lightgbm,
    "LightGBM, 8 bags": bagged_lightgbm,
    "XGBoost, tuned": tuned_xgboost,
    "HistGradientBoosting, pointwise": pointwise_histograms,
    "Linear, pairwise": linear_on_pairs,
}
