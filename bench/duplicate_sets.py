"""Sets of people with planted duplicates, and what a search finds of them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from bench.duplicate_kinds import HELD_OUT, TUNED, Kind, plant
from bench.duplicate_people import Record, draw_people_with_kin
from service.linkage import Identity, Roll, find_pairs

__all__ = ["Found", "PlantedSet", "draw_set", "identity_of", "search"]

_CAREER = ("ethnicity", "education", "employer", "work_start_date", "party_join_date")
N_PEOPLE, N_PLANTED = 10_000, 1_000


@dataclass(frozen=True, kw_only=True)
class PlantedSet:
    """People and their second registrations.

    Parameters
    ----------
    records : list of dict
    planted : mapping of (int, int) to str
        Places of a person and the second registration among `records` -> the kind.
    """

    records: list[Record]
    planted: Mapping[tuple[int, int], str]


def draw_set(
    seed: int, *, names: str, kinds: Mapping[str, Kind], n_people: int = N_PEOPLE, n_planted: int = N_PLANTED
) -> PlantedSet:
    """Plant `n_planted` duplicates, as many of each kind, among `n_people` people.

    Parameters
    ----------
    seed : int
    names : {"demo", "common"}
    kinds : mapping of str to callable
    n_people, n_planted : int
    """
    people = draw_people_with_kin(seed, names=names, n=n_people)
    rng = np.random.Generator(np.random.PCG64([seed, 78]))
    order = iter(rng.permutation(n_people).tolist())
    planted: dict[tuple[int, int], str] = {}
    records = list(people)
    for step in range(n_planted):
        kind = list(kinds)[step % len(kinds)]
        for place in order:
            second = plant(rng, people[place], kinds[kind], number=f"D{step + 1:07}")
            if second is not None:
                planted[place, len(records)] = kind
                records.append(second)
                break
    return PlantedSet(records=records, planted=planted)


def identity_of(record: Record, place: int, *, is_bare: bool = False) -> Identity:
    """Return what is compared of a record; of a bare one only name, numbers, birth, sex and home are known."""
    if is_bare:
        record = record | dict.fromkeys(_CAREER)
    code = record["home_village_code"]
    return Identity(
        person_id=place,
        name=record["name"],
        id_number=record["id_number"],
        phone=record["phone"],
        birth_date=record["birth_date"],
        birth_date_is_month=bool(record["birth_date_is_month"]),
        sex=record["sex"],
        ethnicity=record["ethnicity"],
        education=record["education"],
        village_id=int(code) if code else None,
        township_id=int(code[:9]) if code else None,
        county_id=int(code[:6]) if code else None,
        work_start_date=record["work_start_date"],
        party_join_date=record["party_join_date"],
        employer=record["employer"],
    )


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a search found in a set.

    Parameters
    ----------
    n_by_kind, n_found_by_kind : mapping of str to int
    n_pairs : int
        Pairs that were called likely.
    wrong : list of (int, int)
        Those among them that are two people.
    missed : list of (int, int)
    """

    n_by_kind: Mapping[str, int]
    n_found_by_kind: Mapping[str, int]
    n_pairs: int
    wrong: list[tuple[int, int]]
    missed: list[tuple[int, int]]

    @property
    def recall(self) -> float:
        """Share of the planted that was found."""
        return sum(self.n_found_by_kind.values()) / max(sum(self.n_by_kind.values()), 1)

    @property
    def precision(self) -> float:
        """Share of the pairs that are one person."""
        return 1 - len(self.wrong) / max(self.n_pairs, 1)


def search(drawn: PlantedSet, *, is_bare: bool = False) -> Found:
    """Search a set for duplicates; see `identity_of` for bare ones."""
    roll = Roll.of([identity_of(record, place, is_bare=is_bare) for place, record in enumerate(drawn.records)])
    pairs = {(pair.first_id, pair.second_id) for pair in find_pairs(roll)}
    n_by_kind = dict.fromkeys(drawn.planted.values(), 0)
    n_found = dict(n_by_kind)
    for pair, kind in drawn.planted.items():
        n_by_kind[kind] += 1
        n_found[kind] += pair in pairs
    return Found(
        n_by_kind=n_by_kind,
        n_found_by_kind=n_found,
        n_pairs=len(pairs),
        wrong=sorted(pairs - drawn.planted.keys()),
        missed=sorted(drawn.planted.keys() - pairs),
    )


assert not TUNED.keys() & HELD_OUT.keys()
