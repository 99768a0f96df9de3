"""Ranking quality on public learning-to-rank data: the scorecard beside its peers.

    python -m bench.public_ranking [--seeds 3] [--data ../shared/bench] [--only NAME ...] [--timing]

The data and their harness are kept beside the project and are never copied into it; without them the command says so
and ends. The intervals are of the scorecard's lead over the peer: a paired bootstrap over the test lists, 95 %.
"""

import argparse
import importlib.util
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time
from types import ModuleType

import numpy as np

from bench.figures import Figure, print_table
from bench.ranking_peers import MODELS, Model, Scores, boosted_by_lightgbm
from matching.scorecard import ScorecardRanker

BESIDE_THE_PROJECT = Path(__file__).parents[2] / "shared" / "bench"
OURS = "ScorecardRanker"
ALL_SETS = "mean"
N_RESAMPLES = 5_000
FOLD_LISTS, FOLD_LIST_ROWS, FOLD_FEATURES = 600, 115, 100
FOLD_SECONDS = 10.0


@dataclass(frozen=True, kw_only=True)
class Row:
    """One model on one data set.

    Attributes
    ----------
    dataset : str
        `ALL_SETS` for the mean over the sets.
    model : str
    ndcg10 : float
        Mean over the test lists of all folds, and over the seeds.
    seconds : float
        Of one fold, choosing and fitting and scoring together.
    lead : tuple of float, or None
        The scorecard's NDCG@10 minus this model's, with the two ends of its 95 % interval; None for the scorecard.
    """

    dataset: str
    model: str
    ndcg10: float
    seconds: float
    lead: tuple[float, float, float] | None


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


def measured(harness: ModuleType, dataset: str, model: Model, seeds: int) -> tuple[Scores, float]:
    """Return the NDCG@10 of every test list with a relevant row, averaged over the seeds, and the seconds of a fold."""
    found, began, n_fits = [], perf_counter(), 0
    for seed in range(seeds):
        of_seed = []
        for fold in harness.folds(dataset):
            y = fold["test"].pop("y")
            of_seed.append(harness.ndcg_queries(y, model(fold, seed), fold["test"]["group"])[:, harness.KS.index(10)])
            n_fits += 1
        found.append(np.concatenate(of_seed))
    gains = np.mean(found, axis=0)
    return gains[np.isfinite(gains)], (perf_counter() - began) / n_fits


def lead_of(ours: Iterable[Scores], theirs: Iterable[Scores]) -> tuple[float, float, float]:
    """Return the mean difference and its 95 % interval: a paired bootstrap over the lists of each set.

    Parameters
    ----------
    ours, theirs : iterable of ndarray of shape (n_lists,)
        NDCG of the same lists, one array for each set; the sets weigh the same.

    References
    ----------
    Efron, B., Tibshirani, R. (1993). An Introduction to the Bootstrap. Chapman & Hall.
    """
    random = np.random.default_rng(0)
    differences = [one - other for one, other in zip(ours, theirs, strict=True)]
    resampled = [gap[random.integers(0, len(gap), (N_RESAMPLES, len(gap)))].mean(axis=1) for gap in differences]
    low, high = np.percentile(np.mean(resampled, axis=0), [2.5, 97.5])
    return float(np.mean([gap.mean() for gap in differences])), float(low), float(high)


def rows(harness: ModuleType, *, seeds: int = 1, models: Collection[str] = tuple(MODELS)) -> Iterator[Row]:
    """Yield each model on every data set and on their mean, as soon as it is known; the scorecard first.

    Parameters
    ----------
    harness : module
        From `load_harness`.
    seeds : int
        Random seeds that are averaged over.
    models : collection of str
        Keys of `MODELS`; the scorecard is always measured.
    """
    ours: list[Scores] = []
    for name in (OURS, *(each for each in MODELS if each in models and each != OURS)):
        gains, seconds = [], []
        for dataset in harness.DATASETS:
            gain, duration = measured(harness, dataset, MODELS[name], seeds)
            gains.append(gain)
            seconds.append(duration)
        ours = ours or gains
        for at, dataset in enumerate(harness.DATASETS):
            lead = None if name == OURS else lead_of([ours[at]], [gains[at]])
            yield Row(dataset=dataset, model=name, ndcg10=float(gains[at].mean()), seconds=seconds[at], lead=lead)
        mean = float(np.mean([gain.mean() for gain in gains]))
        lead = None if name == OURS else lead_of(ours, gains)
        yield Row(dataset=ALL_SETS, model=name, ndcg10=mean, seconds=float(np.mean(seconds)), lead=lead)


def fold_seconds() -> list[Figure]:
    """Time one fit to 69,000 made rows of 100 features on one thread, in processor seconds, beside LightGBM."""
    random = np.random.default_rng(0)
    stacked = random.normal(size=(FOLD_LISTS * FOLD_LIST_ROWS, FOLD_FEATURES))
    truth = stacked[:, :20] @ random.normal(size=20) + np.abs(stacked[:, 0]) + 4 * random.normal(size=len(stacked))
    y, sizes = np.digitize(truth, np.quantile(truth, [0.5, 0.8, 0.93, 0.98])), np.full(FOLD_LISTS, FOLD_LIST_ROWS)
    began = process_time()
    ScorecardRanker(random_state=0).fit(stacked, y, group=sizes)
    seconds = process_time() - began
    cut = FOLD_LIST_ROWS * (FOLD_LISTS * 3 // 4)
    train = {"X": stacked[:cut], "y": y[:cut], "group": sizes[: FOLD_LISTS * 3 // 4]}
    valid = {"X": stacked[cut:], "y": y[cut:], "group": sizes[FOLD_LISTS * 3 // 4 :]}
    began = process_time()
    boosted_by_lightgbm(train, valid, (0.05, 15, 20), monotone=None, seed=0)
    peer = f"LightGBM, one setting: {process_time() - began:.2f} s"
    name = f"fit {len(stacked):,} rows x {FOLD_FEATURES} features, one thread"
    return [Figure(name=name, value=seconds, unit="s", bar=FOLD_SECONDS, peer=peer)]


def table(found: Iterable[Row], datasets: Collection[str]) -> Iterator[str]:
    """Yield the lines of a table, one for each model, as soon as it is known."""
    yield "| NDCG@10 (seconds a fold) | " + " | ".join(datasets) + f" | {ALL_SETS} | lead of the scorecard, 95 % |"
    yield "|---" * (len(datasets) + 3) + "|"
    cells: list[str] = []
    for row in found:
        cells.append(f"{row.ndcg10:.4f} ({row.seconds:.1f})")
        if row.dataset == ALL_SETS:
            lead = "" if row.lead is None else "{:+.4f} [{:+.4f}, {:+.4f}]".format(*row.lead)
            yield f"| {row.model} | " + " | ".join(cells) + f" | {lead} |"
            cells = []


def main() -> None:
    """Print the table, or say why there is none."""
    parser = argparse.ArgumentParser(description="Ranking quality on public data, as a table.")
    parser.add_argument("--seeds", type=int, default=1, help="random seeds averaged over")
    parser.add_argument("--data", type=Path, default=BESIDE_THE_PROJECT, help="folder with harness.py and data/")
    parser.add_argument("--only", nargs="+", choices=tuple(MODELS), default=tuple(MODELS), help="models to measure")
    parser.add_argument("--timing", action="store_true", help="only time one large fold of made data")
    arguments = parser.parse_args()
    if arguments.timing:
        print_table(fold_seconds())
        return
    harness = load_harness(arguments.data)
    if harness is None:
        print(f"Skipped: no ranking data in {arguments.data}; they are kept beside the project, not in it.")
        return
    for line in table(rows(harness, seeds=arguments.seeds, models=arguments.only), harness.DATASETS):
        print(line, flush=True)


if __name__ == "__main__":
    main()
