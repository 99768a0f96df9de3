"""`talentpool export ranking`."""

import sys
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import click

from matching.vocabulary import Text
from service.access import OPERATOR
from service.cli import wrong_usage
from service.cli.console import Console, pass_console

__all__ = ["ranking"]


@click.command()
@click.argument("out", required=False, type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="CSV file, - for stdout. 文件，- 为标准输出。",
)
@click.option("--top", default=50, show_default=True, type=click.IntRange(1, 1000), help="Places. 位次上限。")
@pass_console
def ranking(console: Console, *, out: Path | None, output: Path | None, top: int) -> None:
    """Write vacancy, person, rank, score and verdict of all open vacancies. 导出评分结果。"""
    import csv

    from service.files.replacing import replaced_file
    from service.installation import open_database
    from service.usecases.rankings import ranking_state, walk_rankings

    output = _one_of(out, output)
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
                "  评分之后登记、规则或评分卡有变动；如需最新结果，请运行 talentpool rescore --changed。",
                "  The registry, the rules or a scorecard have changed since: talentpool rescore --changed brings it "
                "up to date.",
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


def _one_of(out: Path | None, output: Path | None) -> Path:
    if out is not None and output is None:
        return out
    if output is not None and out is None:
        return output
    raise wrong_usage(Text("请给出输出文件，只给一次。", "Give the file to write, once."), place="OUT")
