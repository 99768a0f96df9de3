"""Ranking quality on public learning-to-rank data: the scorecard beside LightGBM.

    python -m bench.public_ranking [--seeds 3] [--data ../shared/bench]

The data and their harness are kept beside the project and are never copied into it; without them the command says so
and ends. LightGBM is tuned over a small grid, with early stopping on the validation lists; "8 bags" is the mean of
eight models on resampled lists.
"""

import argparse
import importlib.util
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from time import perf_counter
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.scorecard import ScorecardRanker

Fold = dict[str, Any]
Scores = NDArray[np.floating[Any]]
Model = Callable[[Fold, int], Scores]

BESIDE_THE_PROJECT = Path(__file__).parents[2] / "shared" / "bench"
GRID = tuple(product((0.05, 0.1), (7, 15, 31), (5, 20, 50)))  # learning rate, leaves, rows per leaf
N_BAGS = 8


def load_harness(folder: Path) -> ModuleType | None:
    """Import the harness from its folder, or return None where it or its data are absent."""
    if not (folder / "harness.py").is_file() or not (folder / "data").is_dir():
        return None
    spec = importlib.util.spec_from_file_location("harness", folder / "harness.py")
    if spec is None or spec.loader is None:
        return None
    harness = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(harness)
    return harness


def scorecard(fold: Fold, seed: int) -> Scores:
    """Fit the scorecard as it is shipped to training and validation lists together."""
    train, valid = fold["train"], fold["vali"]
    ranker = ScorecardRanker(monotonic_cst=fold["meta"]["monotone"], n_jobs=-1, random_state=seed)
    rows, y = np.vstack([train["X"], valid["X"]]), np.append(train["y"], valid["y"])
    ranker.fit(rows, y, group=np.append(train["group"], valid["group"]))
    return ranker.predict(fold["test"]["X"])


def _boosted(train: Fold, valid: Fold, setting: tuple[float, int, int], monotone: Any, seed: int) -> Any:
    import lightgbm

    rate, leaves, leaf_rows = setting
    model = lightgbm.LGBMRanker(
        learning_rate=rate,
        num_leaves=leaves,
        min_child_samples=leaf_rows,
        n_estimators=500,
        random_state=seed,
        monotone_constraints=[int(direction) for direction in monotone],
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
        callbacks=[lightgbm.early_stopping(50, verbose=False)],
    )


def tuned_lightgbm(fold: Fold, seed: int) -> Scores:
    """Return the scores of the best model of the grid on the validation lists."""
    models = [_boosted(fold["train"], fold["vali"], each, fold["meta"]["monotone"], seed) for each in GRID]
    best = max(models, key=lambda model: model.best_score_["valid_0"]["ndcg@10"])
    return np.asarray(best.predict(fold["test"]["X"]), float)


def _resampled(fold: Fold, random: np.random.Generator) -> tuple[Fold, Fold]:
    """Split all training and validation lists anew: four fifths to learn from, one fifth to stop by."""
    train, valid = fold["train"], fold["vali"]
    rows, y = np.vstack([train["X"], valid["X"]]), np.append(train["y"], valid["y"])
    sizes = np.append(train["group"], valid["group"])
    of_list = np.repeat(np.arange(len(sizes)), sizes)
    out = random.permutation(len(sizes)) < len(sizes) // 5

    def part(lists: NDArray[np.bool_]) -> Fold:
        return {"X": rows[lists[of_list]], "y": y[lists[of_list]], "group": sizes[lists]}

    return part(~out), part(out)


def bagged_lightgbm(fold: Fold, seed: int) -> Scores:
    """Return the mean scores of eight models, each stopped on its own lists left out."""
    random, total = np.random.default_rng(seed), np.zeros(len(fold["test"]["X"]))
    for bag in range(N_BAGS):
        model = _boosted(*_resampled(fold, random), (0.05, 15, 20), fold["meta"]["monotone"], seed + bag)
        total += model.predict(fold["test"]["X"])
    return total


MODELS: dict[str, Model] = {
    "ScorecardRanker": scorecard,
    "LightGBM tuned": tuned_lightgbm,
    "LightGBM, 8 bags": bagged_lightgbm,
}


def results(harness: ModuleType, dataset: str, model: Model, seeds: int) -> tuple[float, float]:
    """Return the mean NDCG@10 over all test lists and seeds, and the seconds of a fit."""
    found, began, n_fits = [], perf_counter(), 0
    for seed in range(seeds):
        for fold in harness.folds(dataset):
            y = fold["test"].pop("y")
            found.append(harness.ndcg_queries(y, model(fold, seed), fold["test"]["group"])[:, harness.KS.index(10)])
            n_fits += 1
    return float(np.nanmean(np.concatenate(found))), (perf_counter() - began) / n_fits


def table(harness: ModuleType, seeds: int) -> Iterator[str]:
    """Yield the lines of the table, each as soon as it is known."""
    yield "| NDCG@10 (seconds a fold) | " + " | ".join(harness.DATASETS) + " | mean |"
    yield "|---" * (len(harness.DATASETS) + 2) + "|"
    for name, model in MODELS.items():
        cells = [results(harness, dataset, model, seeds) for dataset in harness.DATASETS]
        shown = " | ".join(f"{quality:.4f} ({seconds:.1f})" for quality, seconds in cells)
        yield f"| {name} | {shown} | {np.mean([quality for quality, _ in cells]):.4f} |"


def main() -> None:
    """Print the table, or say why there is none."""
    parser = argparse.ArgumentParser(description="Ranking quality on public data, as a table.")
    parser.add_argument("--seeds", type=int, default=1, help="random seeds averaged over")
    parser.add_argument("--data", type=Path, default=BESIDE_THE_PROJECT, help="folder with harness.py and data/")
    arguments = parser.parse_args()
    harness = load_harness(arguments.data)
    if harness is None:
        print(f"Skipped: no ranking data in {arguments.data}; they are kept beside the project, not in it.")
        return
    for line in table(harness, arguments.seeds):
        print(line, flush=True)


if __name__ == "__main__":
    main()
