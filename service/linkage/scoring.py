"""The weights of the levels, and the probability that follows from them."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from service.linkage.comparison import Levels
from service.linkage.levels import LEVELS, REASONS

__all__ = ["Weights", "reasons_of"]

_PRIOR = ("prior", "")
_WORTH_TELLING = 0.5  # bits
# How numbers and names are near to one another is told in any case: it is what a clerk looks at first.
_ALWAYS_TOLD = ("id_number", "name", "phone")
_APART = ("different", "same_surname", "same_birth", "three_digits")
_LITTLE = -1.0  # a near level beside which other levels of its field speak louder against the pair


@dataclass(frozen=True, eq=False)
class Weights:
    """What each level says for or against, in bits: log2 of how much likelier it is for one person than for two.

    Parameters
    ----------
    prior : float
        Bits before anything is compared: a candidate pair is seldom one person.
    of : dict of str to ndarray of float64
        Field -> weight of each level.
    """

    prior: float
    of: Mapping[str, NDArray[np.float64]]

    @classmethod
    @cache
    def declared(cls) -> "Weights":
        """Read the declared table, seed_data/linkage/weights.csv."""
        text = resources.files("seed_data").joinpath("linkage", "weights.csv").read_text(encoding="utf-8")
        bits = {(row["field"], row["level"]): float(row["weight"]) for row in csv.DictReader(text.splitlines())}
        return cls(
            prior=bits[_PRIOR],
            of={field: np.array([bits.get((field, level), 0.0) for level in names]) for field, names in LEVELS.items()},
        )

    def probabilities(self, levels: Levels) -> NDArray[np.float64]:
        """Return the probability of each pair to be one person."""
        bits = self.prior + sum(self.of[field][places] for field, places in levels.of.items())
        return np.asarray(1 / (1 + np.exp2(-np.clip(bits, -60, 60))), dtype=np.float64)


def reasons_of(levels: Levels, pair: int, weights: Weights) -> tuple[str, ...]:
    """Return what speaks for a pair, the weightiest first, and then what speaks against it, as codes of `REASONS`."""
    told = []
    for field, places in levels.of.items():
        place = int(places[pair])
        code, bits = f"{field}.{LEVELS[field][place]}", float(weights.of[field][place])
        is_near = field in _ALWAYS_TOLD and not code.endswith(_APART)
        if code in REASONS and (is_near or abs(bits) >= _WORTH_TELLING):
            is_against = bits < (_LITTLE if is_near else 0)
            told.append((is_against, -abs(bits), code))
    return tuple(code for _, _, code in sorted(told))
