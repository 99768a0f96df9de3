"""Who is who among 10,000 people with 1,000 planted duplicates: found, wrongly found, time and memory.

``python -m bench.duplicates`` prints the table of docs/identity.md: seeds on which nothing was learnt, and kinds that
were not looked at while the weights were learnt.
"""

import resource
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from bench.duplicate_fresh_kinds import FRESH
from bench.duplicate_kinds import HELD_OUT, TUNED, Kind
from bench.duplicate_sets import draw_set, identity_of, search
from bench.figures import Figure, median_seconds, print_table
from bench.offices import OFFICE
from seed_data.demo_city import generate
from service.installation import initialise
from service.linkage import Roll, find_pairs, matches_of
from service.settings import Settings
from service.usecases.identity.duplicate_search import find_duplicates
from service.usecases.incoming import registration

__all__ = ["measure"]

SEEDS = (101, 102)  # never learnt from
STYLES = ("demo", "common")
RECALL_BAR, PRECISION_BAR = 99.0, 95.0  # percent
SECONDS_BAR, MEMORY_BAR = 10.0, 700.0
HINT_BAR_MS = 50.0
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def measure() -> list[Figure]:
    """Search planted sets, and the demo city in a database."""
    figures = [*_in_a_database(), *_of_one_record()]
    for label, kinds in (("tuned kinds", TUNED), ("kinds not learnt from", HELD_OUT), ("kinds run once", FRESH)):
        figures += _of_sets(label, kinds)
    return figures


def _of_sets(label: str, kinds: Mapping[str, Kind]) -> list[Figure]:
    found = [search(draw_set(seed, names=names, kinds=kinds)) for seed in SEEDS for names in STYLES]
    n_planted = sum(sum(one.n_by_kind.values()) for one in found)
    n_found = sum(sum(one.n_found_by_kind.values()) for one in found)
    n_pairs, n_wrong = sum(one.n_pairs for one in found), sum(len(one.wrong) for one in found)
    bars = (None, None) if kinds is FRESH else (RECALL_BAR, PRECISION_BAR)  # told as it came out
    by_kind = [
        Figure(
            name=f"  {kind}",
            value=100 * sum(one.n_found_by_kind[kind] for one in found) / sum(one.n_by_kind[kind] for one in found),
            unit="%",
            peer=f"of {sum(one.n_by_kind[kind] for one in found)}",
        )
        for kind in kinds
    ]
    return [
        Figure(name=f"{label}: found", value=100 * n_found / n_planted, unit="%", bar=bars[0], at_most=False),
        Figure(name=f"{label}: right", value=100 - 100 * n_wrong / n_pairs, unit="%", bar=bars[1], at_most=False),
        *by_kind,
    ]


def _in_a_database() -> list[Figure]:
    city = generate()
    with tempfile.TemporaryDirectory() as directory:
        database = initialise(
            Settings(database_url=f"sqlite:///{directory}/bench.db", key_file=Path(directory) / "bench.key")
        )
        with database.unit_of_work() as session:
            registration.save_villages(session, actor=OFFICE, records=city.villages, now=NOW)
            registration.save_people(session, actor=OFFICE, records=city.people, now=NOW)
        began = time.perf_counter()
        find_duplicates(database, actor=OFFICE, now=lambda: NOW)
        seconds = time.perf_counter() - began
        database.dispose()
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        Figure(name="find duplicates among 10,000 registered", value=seconds, unit="s", bar=SECONDS_BAR),
        Figure(name="memory at most, import of them included", value=megabytes, unit="MB", bar=MEMORY_BAR),
    ]


def _of_one_record() -> list[Figure]:
    drawn = draw_set(SEEDS[0], names="common", kinds=TUNED)
    roll = Roll.of([identity_of(record, place) for place, record in enumerate(drawn.records[:10_000])])
    asked = [identity_of(drawn.records[-1], 0)]
    milliseconds = 1_000 * median_seconds(lambda: matches_of(asked, roll), times=20)
    began = time.perf_counter()
    find_pairs(roll)
    return [
        Figure(name="hint at one record, median", value=milliseconds, unit="ms", bar=HINT_BAR_MS),
        Figure(name="compare 10,000 with one another", value=time.perf_counter() - began, unit="s", bar=SECONDS_BAR),
    ]


if __name__ == "__main__":
    print_table(measure())
