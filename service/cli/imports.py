"""`talentpool import`: a file comes in, and the cells to mend come out."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matching.vocabulary import Text
from service.access import OPERATOR
from service.cli.column_mappings import settled_columns
from service.cli.console import Console, pass_console
from service.errors import ServiceError

if TYPE_CHECKING:
    from service.files.findings import CellFinding
    from service.usecases.attestation import Attestation
    from service.usecases.import_reports import ImportReport

__all__ = ["import_command"]

_KINDS = ("people", "vacancies", "villages", "decisions", "training")
_SHOWN = 20
_NAMES = {
    "people": Text("人员", "people"),
    "vacancies": Text("岗位", "vacancies"),
    "villages": Text("村", "villages"),
    "decisions": Text("审阅结论", "decisions"),
    "training": Text("培训记录", "training"),
}


@click.command("import")
@click.argument("kind", type=click.Choice(_KINDS))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--attest", metavar="NAME", help="Who vouches for 已核验 and 已核定 in the file. 核验人。")
@click.option("--document", metavar="REF", help="The document of --attest. 核验依据文号。")
@click.option("--county", metavar="C", help="County of rows that name none. 未写县区的行所在县区。")
@click.option("--township", metavar="T", help="Township of rows that name none. 未写乡镇的行所在乡镇。")
@click.option("--talent-source", metavar="S", help="Pool of people without one, as on cadre forms. 人才类别。")
@click.option("--encoding", metavar="E", help="Of a CSV file, such as gbk; found out unless given. 文件编码。")
@click.option(
    "--map",
    "columns",
    multiple=True,
    metavar="HEADER=FIELD",
    help="What an unknown header means; may be repeated. 列名对应的字段。",
)
@click.option("--mapping", "office", metavar="OFFICE", help="Headers saved for an office. 使用某单位已保存的列名对应。")
@click.option("--save-mapping", metavar="OFFICE", help="Save --map for an office. 把 --map 保存到某单位名下。")
@click.option(
    "--errors", type=click.Path(path_type=Path, dir_okay=False), help="Write the findings to OUT.xlsx. 问题清单。"
)
@click.option("--dry-run", is_flag=True, help="Check everything, keep nothing. 只检查，不保存。")
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def import_command(
    console: Console,
    *,
    kind: str,
    file: Path,
    attest: str | None,
    document: str | None,
    county: str | None,
    township: str | None,
    talent_source: str | None,
    encoding: str | None,
    columns: tuple[str, ...],
    office: str | None,
    save_mapping: str | None,
    errors: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Import people, vacancies, villages, decisions or training from a file. 导入表格。

    Reads .xlsx, .xls, .et, .csv, for people .lrmx and .lrm, and zips of them.
    Good rows go in; every cell that cannot be read safely is named.
    Exit code 3: done, with findings.
    """
    from service.files.finding_tables import write_findings
    from service.installation import open_database
    from service.usecases.imports import ImportOptions, import_file

    options = ImportOptions(
        attestation=_attestation(attest, document),
        county=county,
        township=township,
        talent_source=_known_source(talent_source),
        is_dry_run=dry_run,
        encoding=encoding,
        columns=settled_columns(console, kind, columns, office=office, save_as=None if dry_run else save_mapping),
    )
    if errors is not None:
        _check_target(errors, file)
    with open_database(console.settings).unit_of_work() as session:
        now = datetime.now(UTC)
        report = import_file(session, actor=OPERATOR, kind=kind, path=file, now=now, options=options)
    if errors is not None:
        write_findings(errors, report.findings, language=console.language)
    if as_json:
        console.print_json(_document(report))
    else:
        _print(console, report, errors)
    console.findings += report.n_open
    console.end()


def _check_target(errors: Path, file: Path) -> None:
    if not errors.resolve().parent.is_dir():
        raise _wrong(Text("目录不存在。", "The directory does not exist."), "--errors")
    if errors.resolve() == file.resolve():
        raise _wrong(
            Text("问题清单不能写入导入的文件本身。", "The findings cannot replace the file itself."), "--errors"
        )
    if errors.suffix.lower() != ".xlsx":
        raise _wrong(
            Text("问题清单的文件名应以 .xlsx 结尾。", "The name of the findings must end in .xlsx."), "--errors"
        )


def _attestation(name: str | None, document: str | None) -> "Attestation | None":
    from service.usecases.attestation import Attestation

    if bool(name) != bool(document):
        raise _wrong(
            Text("--attest 和 --document 须同时给出。", "--attest and --document belong together."), "--attest"
        )
    return Attestation(name, document) if name and document else None


def _known_source(word: str | None) -> str | None:
    from matching.vocabulary.codes import code_table

    if word and code_table("talent_source").find(word) is None:
        raise _wrong(Text(f"没有人才类别“{word}”。", f"There is no talent source '{word}'."), "--talent-source")
    return word


def _wrong(problem: Text, place: str) -> ServiceError:
    error = ServiceError(problem, place=place)
    error.exit_code = 2
    return error


def _print(console: Console, report: "ImportReport", errors: Path | None) -> None:
    from service.files.finding_tables import FINDING_COLUMNS, finding_row

    shown = [finding for finding in report.findings if finding.is_open][:_SHOWN]
    shown = shown or report.findings[:_SHOWN]
    if shown:
        console.table(list(FINDING_COLUMNS), [finding_row(finding, console.language) for finding in shown])
    if len(report.findings) > len(shown):
        more = Text("另有 {n:,} 条", "{n:,} more").filled(n=len(report.findings) - len(shown))
        where = (
            Text("，见 {path}。", ", see {path}.")
            if errors
            else Text("，加 --errors 清单.xlsx 查看。", "; see all with --errors OUT.xlsx.")
        )
        console.say(Text(more.zh + where.zh, more.en + where.en).filled(path=errors))
    console.done(_counts(report))
    if report.is_dry_run:
        console.say(Text("试运行：没有保存任何内容。", "Dry run: nothing was kept."))
    if errors is not None:
        console.say(Text(f"问题清单：{errors}", f"Findings: {errors}"))


def _counts(report: "ImportReport") -> Text:
    return Text(
        "{kind} {n_rows:,} 行：新增 {n_new:,}，更新 {n_changed:,}，未变 {n_same:,}，未导入 {n_refused:,}；"
        "跳过 {n_skipped:,} 处；需处理 {n_open:,} 条。",
        "{n_rows:,} rows of {kind}: {n_new:,} new, {n_changed:,} changed, {n_same:,} the same, {n_refused:,} refused; "
        "{n_skipped:,} skipped; {n_open:,} to look at.",
    ).filled(n_open=report.n_open, **{**vars(report), "kind": _NAMES[report.kind]})


def _document(report: "ImportReport") -> dict[str, Any]:
    counts = ("kind", "n_rows", "n_skipped", "n_new", "n_changed", "n_same", "n_refused", "n_open", "is_dry_run")
    return {
        "schema": "talentpool.import/1",
        **{name: getattr(report, name) for name in counts},
        "findings": [_finding(finding) for finding in report.findings],
        "provisional_places": [vars(place) for place in report.provisional_places],
        "generated": [{"row": row, "number": number} for row, number in report.generated],
    }


def _finding(finding: "CellFinding") -> dict[str, Any]:
    return {
        "effect": finding.effect.value,
        "sheet": finding.sheet,
        "cell": finding.cell,
        "column": finding.column,
        "value": finding.value,
        "problem": finding.problem._asdict(),
        "remedy": finding.remedy._asdict() if finding.remedy else None,
        "suggestion": finding.suggestion,
    }
