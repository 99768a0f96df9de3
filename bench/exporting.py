"""How long a roster of 10,000 people takes to leave the house, how much memory, and the list of repairs."""

import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from bench.figures import Figure
from bench.imports import N_ROWS, NOW, write_roster
from bench.offices import OFFICE
from matching.repairs import find_repairs
from seed_data.demo_city import generate
from seed_data.demo_city.geography import Geography
from seed_data.demo_city.policy import Desk
from service.installation import initialise
from service.settings import Settings
from service.usecases.incoming.imports import ImportOptions, import_file
from service.usecases.outgoing.exporting_lists import export_list
from service.usecases.outgoing.exporting_rosters import export_roster
from service.usecases.records.attestation import Attestation

_MOST_MB = 700


def measure() -> list[Figure]:
    """Import a roster of 10,000 people, export it, and make sure that it comes back identical."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "roster.xlsx"
        write_roster(path, n_rows=N_ROWS)
        database = initialise(
            Settings(database_url=f"sqlite:///{directory}/bench.db", key_file=Path(directory) / "bench.key")
        )
        options = ImportOptions(attestation=Attestation("bench", "bench"))
        with database.unit_of_work() as session:
            import_file(session, actor=OFFICE, kind="people", path=path, now=NOW, options=options)

        def roster(file_format: str) -> Any:
            with database.unit_of_work() as session:
                return export_roster(session, actor=OFFICE, table="people", file_format=file_format, now=NOW)

        def people() -> Any:
            with database.unit_of_work() as session:
                return export_list(session, actor=OFFICE, subject="people", file_format="xlsx", now=NOW)

        timed = {name: _timed(work) for name, work in {
            "roster of 10,000 people as .xlsx": lambda: roster("xlsx"),
            "roster of 10,000 people as .csv": lambda: roster("csv"),
            "list of 10,000 people as .xlsx": people,
        }.items()}  # fmt: skip
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        path.write_bytes(timed["roster of 10,000 people as .xlsx"][1].content)
        with database.unit_of_work() as session:
            report = import_file(session, actor=OFFICE, kind="people", path=path, now=NOW)
        database.dispose()
    if report.n_same != N_ROWS:
        raise RuntimeError(f"{report.n_same} of {N_ROWS} rows came back the same: {report.findings[:3]}")
    return [
        *(Figure(name=f"export a {name}", value=seconds, unit="s", bar=10) for name, (seconds, _) in timed.items()),
        Figure(name="memory at its highest, import included", value=peak_mb, unit="MB", bar=_MOST_MB),
        _repairs(),
    ]


def _repairs() -> Figure:
    """Find the 20 records that are worth completing most among the people of the demo city."""
    city = generate()
    geography = Geography(city.counties, city.townships, city.villages, {}, np.zeros(0, dtype=np.intp))
    desk = Desk(geography, people=city.people, vacancies=city.vacancies)
    is_open = [vacancy["vacancy_status"].is_open for vacancy in city.vacancies]
    vacancies = [facts for facts, counts in zip(desk.facts, is_open, strict=True) if counts]
    desk.matcher.shortlist(vacancies[0], k=1)  # what is worked out once for a pool is no part of the figure
    seconds, found = _timed(lambda: find_repairs(desk.matcher, vacancies, n=20))
    name = f"find {len(found)} repairs, {len(city.people):,} people, {len(vacancies)} vacancies"
    return Figure(name=name, value=seconds, unit="s", bar=3)


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


if __name__ == "__main__":
    for figure in measure():
        print(figure.row())
