"""The people before they have facts: pool, home and the hidden traits that tie their facts together."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from matching.vocabulary import TalentSource
from seed_data.demo_city.draws import Mask, Numbers, Places
from seed_data.demo_city.geography import Geography
from seed_data.demo_city.pools import POOLS

__all__ = ["Crowd", "draw_crowd"]


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """Everybody's hidden traits, one row a person.

    Parameters
    ----------
    rng : Generator
    pools : ndarray of intp, shape (n,)
        Places in `POOLS`.
    homes : ndarray of intp, shape (n,)
        Places among the villages.
    counties : ndarray of intp, shape (n,)
    ability, closeness : ndarray of float64, shape (n,)
        Standard normal: what makes people good at several things, and close to their village.
    ages, work_years, village_years, trade_years : ndarray of float64, shape (n,)
        Years; filled in as they are drawn.
    """

    rng: np.random.Generator
    pools: Places
    homes: Places
    counties: Places
    ability: Numbers
    closeness: Numbers
    ages: Numbers = field(init=False)
    work_years: Numbers = field(init=False)
    village_years: Numbers = field(init=False)
    trade_years: Numbers = field(init=False)

    def __post_init__(self) -> None:
        for name in ("ages", "work_years", "village_years", "trade_years"):
            object.__setattr__(self, name, np.zeros(self.n))

    @property
    def n(self) -> int:
        """Number of people."""
        return len(self.pools)

    @property
    def office_factor(self) -> Numbers:
        """How much more often people of offices do what offices ask for, such as studying in service."""
        return self.by_pool((1, 0.6, 0.7, 3, 3, 1.5))

    def by_pool(self, figures: Sequence[float]) -> Numbers:
        """Spread one figure a pool over the people."""
        return np.asarray(figures, dtype=np.float64)[self.pools]

    def is_in(self, *sources: TalentSource) -> Mask:
        """Say who belongs to one of the pools."""
        wanted = [list(POOLS).index(source) for source in sources]
        return np.isin(self.pools, wanted)

    def normal(self) -> Numbers:
        """Draw an independent normal number for everybody."""
        return self.rng.normal(size=self.n)


def draw_crowd(rng: np.random.Generator, geography: Geography, *, n: int) -> Crowd:
    """Draw pool, home village and hidden traits of `n` people."""
    shares = np.array([pool.share for pool in POOLS.values()])
    pools = rng.permutation(np.searchsorted(np.cumsum(shares / shares.sum()), (np.arange(n) + 0.5) / n))
    populations = np.array([village["population"] or 1000 for village in geography.villages], dtype=np.float64)
    is_office = np.isin(pools, [list(POOLS).index(s) for s in _OFFICE_SOURCES])
    homes = rng.choice(len(populations), size=n, p=np.sqrt(populations) / np.sqrt(populations).sum())
    communities = np.flatnonzero([village["kind"] == "community" for village in geography.villages])
    in_town = is_office & (rng.random(n) < 0.6)
    homes = np.where(in_town, communities[rng.integers(0, len(communities), n)], homes)
    return Crowd(
        rng=rng,
        pools=pools,
        homes=homes,
        counties=geography.county_places[homes],
        ability=rng.normal(size=n),
        closeness=rng.normal(size=n),
    )


_OFFICE_SOURCES = (TalentSource.RETIRED_CADRE, TalentSource.ORGAN_CADRE, TalentSource.CAPABLE_PERSON)
