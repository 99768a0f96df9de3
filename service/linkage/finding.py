"""Finding the pairs of a whole roll, and whom a record that is being entered may speak of."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np

from service.linkage.blocking import candidate_pairs, candidates_of
from service.linkage.comparison import Holders, Levels, compare
from service.linkage.identity import Identity
from service.linkage.roll import Roll
from service.linkage.scoring import Weights, reasons_of

__all__ = ["WORTH_A_LOOK", "Match", "Pair", "find_pairs", "matches_of"]

#: A pair is told from this probability on: missing one costs more than looking at five.
WORTH_A_LOOK = 0.2
_IN_ONE_STEP = 100_000  # pairs compared at a time: it bounds the memory
_SHARE_OF_KEYS = 0.65  # of the time, before the first pair is compared


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two records that may speak of one person.

    Parameters
    ----------
    first_id, second_id : int
        Surrogate ids, the smaller first.
    probability : float
    reasons : tuple of str
        Codes of `service.linkage.levels.REASONS`, what speaks for it first.
    """

    first_id: int
    second_id: int
    probability: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Match:
    """A registered person of whom a record may speak."""

    person_id: int
    probability: float
    reasons: tuple[str, ...]


def find_pairs(
    roll: Roll,
    *,
    least: float = WORTH_A_LOOK,
    only: Collection[int] | None = None,
    on_progress: Callable[[float], None] = lambda _share: None,
) -> list[Pair]:
    """Return the pairs of a roll that are likely one person, the likeliest first.

    Parameters
    ----------
    roll : Roll
    least : float
        Smallest probability.
    only : collection of int, optional
        Pairs of these people with anybody.
    on_progress : callable
        Called after each step with the share of the work that is done, from 0 to 1; what it raises ends the search.
    """
    weights, holders = Weights.declared(), Holders.of(roll)
    ones, others = candidate_pairs(roll, on_progress=lambda share: on_progress(_SHARE_OF_KEYS * share))
    if only is not None:
        is_asked = np.isin(roll.person_ids, sorted(only))
        wanted = is_asked[ones] | is_asked[others]
        ones, others = ones[wanted], others[wanted]
    pairs: list[Pair] = []
    for start in range(0, len(ones), _IN_ONE_STEP):
        part = slice(start, start + _IN_ONE_STEP)
        levels = compare(roll, ones[part], roll, others[part], n_holders=holders)
        probabilities = weights.probabilities(levels)
        for place in np.flatnonzero(probabilities >= least).tolist():
            ids = sorted(int(roll.person_ids[rows[part][place]]) for rows in (ones, others))
            pairs.append(
                Pair(
                    first_id=ids[0],
                    second_id=ids[1],
                    probability=float(probabilities[place]),
                    reasons=reasons_of(levels, place, weights),
                )
            )
        share = min(part.stop / len(ones), 1.0)
        on_progress(_SHARE_OF_KEYS + (1 - _SHARE_OF_KEYS) * share)
    return sorted(pairs, key=lambda pair: (-pair.probability, pair.first_id, pair.second_id))


def matches_of(
    records: Sequence[Identity], roll: Roll, *, least: float = WORTH_A_LOOK, most: int = 5
) -> list[list[Match]]:
    """Return for each record whom of a roll it may speak of, the likeliest first.

    A record is compared with those who share a name, a home or something of a number or a day with it.

    Parameters
    ----------
    records : sequence of Identity
        A record is never compared with the person of its own surrogate id.
    roll : Roll
    least : float
    most : int
        Matches of one record.
    """
    weights, holders, asked = Weights.declared(), Holders.of(roll), Roll.of(records)
    found = []
    for row in range(len(asked)):
        others = candidates_of(asked, row, roll)
        ones = np.full(len(others), row, dtype=np.intp)
        levels = compare(asked, ones, roll, others, n_holders=holders)
        is_other = roll.person_ids[others] != asked.person_ids[row]
        probabilities = np.where(is_other, weights.probabilities(levels), 0.0)
        found.append(_best(levels, probabilities, roll.person_ids[others], weights, least=least, most=most))
    return found


def _best(
    levels: Levels, probabilities: np.ndarray, ids: np.ndarray, weights: Weights, *, least: float, most: int
) -> list[Match]:
    likely = np.flatnonzero(probabilities >= least)
    likely = likely[np.argsort(-probabilities[likely], kind="stable")][:most]
    return [
        Match(
            person_id=int(ids[place]),
            probability=float(probabilities[place]),
            reasons=reasons_of(levels, int(place), weights),
        )
        for place in likely
    ]
