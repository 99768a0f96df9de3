"""`talentpool export ranking`."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from matching.vocabulary import Text, counted
from service.cli.acting import writing
from service.cli.console import Console, pass_console
from service.cli.wrong_use import wrong_usage

__all__ = ["ranking"]


@click.command()
@click.argument("out", required=False, type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="File .csv .xlsx .json, - for CSV to stdout. 文件，- 为标准输出。",
)
@click.option("--top", default=50, show_default=True, type=click.IntRange(1, 1000), help="Places. 位次上限。")
@click.option("--mark", "has_mark", is_flag=True, help="End a CSV file with the line of the mark. CSV 末行写导出说明。")
@pass_console
def ranking(console: Console, *, out: Path | None, output: Path | None, top: int, has_mark: bool) -> None:
    """Write vacancy, person, rank, score and verdict of all open vacancies. 导出评分结果。"""
    from service.files.replacing import replace_bytes
    from service.usecases.lists.rankings import ranking_state
    from service.usecases.outgoing.exports import Wanted, make_export

    output = _one_of(out, output)
    wanted = Wanted(
        kind="ranking", file_format=_format_of(output), top=top, has_mark=has_mark, language=console.language
    )
    with writing(console) as (session, actor):
        made = make_export(session, wanted, actor=actor, now=datetime.now(UTC))
        state = ranking_state(session, actor=actor)
    # Recorded first: a record without a file does no harm, a file without a record does.
    if str(output) == "-":
        sys.stdout.write(made.content.decode())
    else:
        replace_bytes(output, made.content)
    console.done(
        Text(
            f"已写入 {output}：{made.n_rows:,} 行，含 {made.n_people:,} 人；导出编号 {made.export_no}。",
            f"{output}: {counted(made.n_rows, 'row', 'rows')}, {counted(made.n_people, 'person', 'people')}; "
            f"export {made.export_no}.",
        )
    )
    if made.n_rows and not state.is_current:
        console.say(
            Text(
                "  评分之后登记、规则或评分卡有变动；如需最新结果，请运行 talentpool rescore --changed。",
                "  The registry, the rules or a scorecard have changed since: talentpool rescore --changed brings it "
                "up to date.",
            )
        )
    if made.n_rows == 0:
        console.warn(
            Text(
                "没有评分结果，请先运行 talentpool rescore --all。",
                "There are no rankings yet: run talentpool rescore --all.",
            )
        )
        console.end()


def _format_of(output: Path) -> str:
    """Return the format that the ending says; whatever is none of ours, such as a device, gets CSV."""
    ending = output.suffix.lower().removeprefix(".")
    return ending if ending in {"xlsx", "json"} else "csv"


def _one_of(out: Path | None, output: Path | None) -> Path:
    if out is not None and output is None:
        return out
    if output is not None and out is None:
        return output
    raise wrong_usage(Text("请给出输出文件，只给一次。", "Give the file to write, once."), place="OUT")
