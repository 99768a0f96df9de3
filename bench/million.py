"""A million people and a thousand vacancies in memory: how long it takes, and how much it holds.

``python -m bench.million`` measures each size in a process of its own, so that its peak is its own;
``python -m bench.million 250000`` is such a process.
"""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from bench.figures import Figure, print_table
from bench.kernel import TOP, checks_of, facts_of, frames_of, matcher_of
from matching.frames import VacancyFacts
from seed_data.demo_city import generate

__all__ = ["measure"]

SIZES = (250_000, 500_000, 1_000_000)
N_VACANCIES = 1_000
_ROOT = Path(__file__).parents[1]


def measure() -> list[Figure]:
    """Rank each size, the people of the demo city repeated, for a thousand vacancies on one core."""
    runs = [_in_a_child(n_people) for n_people in SIZES]
    first, last = runs[0], runs[-1]
    return [
        *(
            Figure(
                name=f"{n_people:,} people x {N_VACANCIES:,} vacancies",
                value=run["seconds"],
                unit="s",
                peer=f"{n_people * N_VACANCIES / run['seconds'] / 1e6:.0f} M pairs/s, {run['peak_gb']:.2f} GB",
            )
            for n_people, run in zip(SIZES, runs, strict=True)
        ),
        Figure(
            name="time of four times as many people",
            value=last["seconds"] / first["seconds"],
            unit="times",
            bar=5,
            peer="linear is 4",
        ),
        Figure(name="peak memory of a million people", value=last["peak_gb"], unit="GB", bar=4),
    ]


def _in_a_child(n_people: int) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.million", str(n_people)]
    printed = subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own command
    measured: dict[str, float] = json.loads(printed)
    return measured


def _rank(n_people: int) -> dict[str, float]:
    """Make a matcher and rank everybody for every vacancy; everything counts but the drawing of the people.

    Seconds are those of the processor, so that sizes compare while neighbours work.
    """
    city = generate()
    eligibility, criteria = (_repeated(frame, n_people) for frame in frames_of(city))
    eligibility["person_no"] = _numbers(eligibility["person_no"])
    vacancies, checks = _many(facts_of(city)), checks_of(city)
    with threadpool_limits(limits=1):
        began = time.process_time()
        matcher = matcher_of(eligibility, criteria)
        n_rankings = sum(1 for _ in matcher.rank(vacancies, top=TOP, checks=checks))
        seconds = time.process_time() - began
    if n_rankings != N_VACANCIES:
        raise RuntimeError(f"{n_rankings} rankings")
    return {"seconds": seconds, "peak_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9}


def _repeated(frame: pd.DataFrame, n_people: int) -> pd.DataFrame:
    """Repeat each row in its place, so that the order of person_no stays."""
    rows = np.arange(n_people) * len(frame) // n_people
    ids = pd.Index(np.arange(n_people, dtype=np.int64) + 1, name=frame.index.name)
    return frame.iloc[rows].set_axis(ids, axis=0)


def _numbers(repeated: pd.Series) -> list[str]:
    """Tell the copies apart; "/" sorts before every digit and letter."""
    return [f"{number}/{place:07}" for place, number in enumerate(repeated)]


def _many(vacancies: list[VacancyFacts]) -> list[VacancyFacts]:
    chosen = [vacancies[place % len(vacancies)] for place in range(N_VACANCIES)]
    return [
        vacancy if place < len(vacancies) else VacancyFacts(**{**vacancy.__dict__, "vacancy_id": 1_000_000 + place})
        for place, vacancy in enumerate(chosen)
    ]


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(_rank(int(sys.argv[1]))))
    else:
        print_table(measure())
