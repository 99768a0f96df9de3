"""Learn the weights of seed_data/linkage/weights.csv from planted sets: ``python -m bench.duplicate_weights``.

The weights are log-likelihood ratios in bits, fitted together (logistic regression over the levels), because the fields
are not independent of one another: an id number tells the birth date, a village its county. m and u, the shares of each
level among one person's pairs and among two people's candidate pairs, stand beside them.
"""

import sys
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from bench.duplicate_kinds import TUNED
from bench.duplicate_sets import draw_set, identity_of
from service.linkage.blocking import candidate_pairs
from service.linkage.comparison import Holders, compare
from service.linkage.levels import LEVELS
from service.linkage.roll import Roll

TABLE = Path(__file__).parents[1] / "seed_data" / "linkage" / "weights.csv"
SEEDS = (11, 12, 13)
STYLES = ("demo", "common")
PENALTY = 1.5  # of a weight's square, in natural logarithms: a level that was seldom seen says little
# Bits of levels that no learning set has, by what they are: a number of which one sign is missing, or wrong at the end,
# is as good as the number. Without them they would say nothing at all.
EXPECTED = {("id_number", "check_sign"): 8.0, ("id_number", "digit_more_or_less"): 7.0}


def main() -> None:
    """Learn and write the table."""
    columns = [(field, level) for field, levels in LEVELS.items() for level in levels]
    parts = [
        _learning_pairs(seed, names, is_bare=is_bare) for seed in SEEDS for names in STYLES for is_bare in (False, True)
    ]
    places = np.concatenate([part[0] for part in parts])
    is_one = np.concatenate([part[1] for part in parts])
    print(f"{len(is_one)} candidate pairs, {is_one.sum()} of one person", file=sys.stderr)
    expected = np.array([EXPECTED.get(column, 0.0) for column in columns]) * np.log(2)
    weights, prior = _fitted(places, is_one, expected=expected)
    m = np.bincount(places[is_one].ravel(), minlength=len(columns)) / is_one.sum()
    u = np.bincount(places[~is_one].ravel(), minlength=len(columns)) / (~is_one).sum()
    lines = ["field,level,m,u,weight", f"prior,,,,{prior:.3f}"]
    for row, (field, level) in enumerate(columns):
        lines.append(f"{field},{level},{m[row]:.5f},{u[row]:.5f},{weights[row]:.3f}")
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _learning_pairs(seed: int, names: str, *, is_bare: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return the columns of the levels of each candidate pair, and whether it is one person."""
    drawn = draw_set(seed, names=names, kinds=TUNED, n_planted=2_000)
    roll = Roll.of([identity_of(record, place, is_bare=is_bare) for place, record in enumerate(drawn.records)])
    ones, others = candidate_pairs(roll)
    levels = compare(roll, ones, roll, others, n_holders=Holders.of(roll))
    starts = np.cumsum([0, *(len(level) for level in LEVELS.values())])
    places = np.stack([levels.of[field] + start for field, start in zip(LEVELS, starts, strict=False)], axis=1)
    pairs = set(drawn.planted)
    is_one = np.array([pair in pairs for pair in zip(ones.tolist(), others.tolist(), strict=True)])
    print(f"seed {seed}, {names}: {len(ones)} candidates, blocked {is_one.sum()} of {len(pairs)}", file=sys.stderr)
    return places.astype(np.int32), is_one


def _fitted(places: np.ndarray, is_one: np.ndarray, *, expected: np.ndarray) -> tuple[np.ndarray, float]:
    n = len(expected)
    # Alike pairs are counted once, with their number.
    both, counts = np.unique(np.column_stack([places, is_one.astype(np.int32)]), axis=0, return_counts=True)
    rows, sides = both[:, :-1], np.where(both[:, -1] == 1, 1.0, -1.0)

    def loss(x: np.ndarray) -> tuple[float, np.ndarray]:
        margins = sides * (x[n] + x[rows].sum(axis=1))
        slopes = -sides * counts / (1 + np.exp(np.clip(margins, -500, 500)))
        gradient = np.zeros(n + 1)
        for column in rows.T:
            gradient[:n] += np.bincount(column, weights=slopes, minlength=n)
        gradient[n] = slopes.sum()
        gradient[:n] += 2 * PENALTY * (x[:n] - expected)
        return float((counts * np.logaddexp(0, -margins)).sum() + PENALTY * ((x[:n] - expected) ** 2).sum()), gradient

    fitted = minimize(loss, np.append(expected, 0.0), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x / np.log(
        2
    )
    return fitted[:n], float(fitted[n])


if __name__ == "__main__":
    main()
