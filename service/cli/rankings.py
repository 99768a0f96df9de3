"""`talentpool rescore` and `talentpool export ranking`."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import click

from matching.vocabulary import Text
from service.access import OPERATOR
from service.cli.console import Console, pass_console
from service.errors import Stopped

__all__ = ["export", "rescore"]


@click.command()
@click.option("--all", "everything", is_flag=True, required=True, help="Every open vacancy. 全部在招岗位。")
@click.option("--top", default=50, show_default=True, type=click.IntRange(1, 1000), help="Places kept. 保留位次。")
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def rescore(console: Console, *, everything: bool, top: int, as_json: bool) -> None:  # noqa: ARG001 - --all says what is meant; other choices join it later
    """Rank everybody for every open vacancy. 为全部在招岗位重新评分。"""
    from service.installation import open_database
    from service.usecases import rankings

    database = open_database(console.settings)
    with _progress(console) as on_progress:
        try:
            done = rankings.rescore(
                database, actor=OPERATOR, now=lambda: datetime.now(UTC), top=top, on_progress=on_progress
            )
        except KeyboardInterrupt as stop:
            raise _stopped() from stop
    if as_json:
        console.print_json({"schema": "talentpool.rescore/1", **vars(done)})
    rate = done.n_people * done.n_vacancies / max(done.duration_s, 1e-9)
    console.done(
        Text(
            "{people:,} 人 × {vacancies} 个岗位已重新评分，用时 {seconds:.1f} 秒（每秒 {rate:,.0f} 对）。",
            "{people:,} people × {vacancies} vacancies rescored in {seconds:.1f} s ({rate:,.0f} pairs/s).",
        ).filled(people=done.n_people, vacancies=done.n_vacancies, seconds=done.duration_s, rate=rate)
    )


@click.group()
def export() -> None:
    """Write results to files. 导出。"""


@export.command()
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="CSV file, - for stdout. 文件，- 为标准输出。",
)
@click.option("--top", default=50, show_default=True, type=click.IntRange(1, 1000), help="Places. 位次上限。")
@pass_console
def ranking(console: Console, *, output: Path, top: int) -> None:
    """Write vacancy, person, rank, score and verdict of all open vacancies. 导出评分结果。"""
    import csv

    from service.files.replacing import replaced_file
    from service.installation import open_database
    from service.usecases.rankings import ranking_state, walk_rankings

    database = open_database(console.settings)
    n_rows = 0
    to_stdout = str(output) == "-"
    target: AbstractContextManager[TextIO] = nullcontext(sys.stdout) if to_stdout else replaced_file(output)
    with database.unit_of_work() as session, target as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["vacancy_no", "person_no", "rank", "score", "verdict"])
        for row in walk_rankings(session, actor=OPERATOR, top=top, now=datetime.now(UTC)):
            writer.writerow([row.vacancy_no, row.person_no, row.rank, f"{row.score / 100:.2f}", row.verdict])
            n_rows += 1
        state = ranking_state(session, actor=OPERATOR)
    console.done(Text(f"已写入 {output}：{n_rows:,} 行。", f"{output}: {n_rows:,} rows."))
    if n_rows and not state.is_current:
        console.say(
            Text(
                "  评分之后登记或评分卡有变动；如需最新结果，请运行 talentpool rescore --all。",
                "  The registry or a scorecard has changed since the scoring: talentpool rescore --all scores again.",
            )
        )
    if n_rows == 0:
        console.warn(
            Text(
                "没有评分结果，请先运行 talentpool rescore --all。",
                "There are no rankings yet: run talentpool rescore --all.",
            )
        )
        console.end()


def _stopped() -> Stopped:
    return Stopped(
        Text("已停止，已完成的岗位保留新结果。", "Stopped; vacancies that were done keep their new results."),
        remedy=Text("再次运行 talentpool rescore --all 即可补全。", "Run talentpool rescore --all again to finish."),
    )


def _progress(console: Console) -> AbstractContextManager[Callable[[int, int], None]]:
    if console.is_quiet:
        return nullcontext(lambda _done, _total: None)
    return _Bar(console) if sys.stderr.isatty() else nullcontext(_lines(console))


def _lines(console: Console) -> Callable[[int, int], None]:
    told = 0

    def tell(done: int, total: int) -> None:
        nonlocal told
        tenth = 10 * done // max(total, 1)
        if tenth > told:
            told = tenth
            console.say(Text(f"评分 {tenth * 10} %（{done}/{total}）", f"Scored {tenth * 10} % ({done}/{total})"))

    return tell


class _Bar(AbstractContextManager[Callable[[int, int], None]]):
    """A bar with the remaining time, on a terminal only."""

    def __init__(self, console: Console) -> None:
        from rich.console import Console as RichConsole
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._bar = Progress(
            TextColumn(Text("评分", "Scoring").in_(console.language)),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=RichConsole(stderr=True, no_color=not console.has_colour),
        )
        self._task = self._bar.add_task("", total=None)

    def __enter__(self) -> Callable[[int, int], None]:
        self._bar.start()
        return lambda done, total: self._bar.update(self._task, completed=done, total=total)

    def __exit__(self, *_error: Any) -> None:
        self._bar.stop()
