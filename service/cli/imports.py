"""`talentpool import`: a file comes in, and the cells to mend come out."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from matching.vocabulary import Text
from service.cli.acting import writing
from service.cli.column_mappings import settled_columns
from service.cli.console import Console, pass_console
from service.cli.import_output import print_report
from service.cli.import_progress import shown_progress
from service.errors import ServiceError
from service.usecases.incoming.import_kinds import IMPORT_KINDS

if TYPE_CHECKING:
    from service.usecases.incoming.import_reports import ImportReport
    from service.usecases.records.attestation import Attestation

__all__ = ["import_command"]

_MARKED = Text(
    "带标注的原表：{path}；改正后直接导入它即可。",
    "The table with its marks: {path}. Correct it and import it again.",
)
_WITHOUT_FORMATS = Text(
    "原文件不是常见写法的 .xlsx，返回的是同样内容的新表，格式未保留。",
    "The file is no .xlsx of the common kind: this is a new table with the same cells, without the formats.",
)


@click.command("import")
@click.argument("kind", type=click.Choice(IMPORT_KINDS))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--attest", metavar="NAME", help="With --document: your own name, as a check. 核验人本人姓名，可不填。")
@click.option(
    "--document", metavar="REF", help="You vouch for 已核验 and 已核定, by this document. 本人核验的依据文号。"
)
@click.option("--county", metavar="C", help="County of rows that name none. 未写县区的行所在县区。")
@click.option("--township", metavar="T", help="Township of rows that name none. 未写乡镇的行所在乡镇。")
@click.option(
    "--talent-source",
    metavar="S",
    help="Pool of rows that name none, such as T2. 未写人才类别的行。",
)
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
@click.option(
    "--marked",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the same workbook with its bad cells marked to OUT.xlsx. 带标注的原表。",
)
@click.option("--all-or-nothing", is_flag=True, help="Save nothing if anything is refused. 有一处不合格即全部不导入。")
@click.option(
    "--blanks",
    type=click.Choice(("keep", "erase")),
    default="keep",
    show_default=True,
    help="What a blank cell does to a known value. 空格保留还是清空。",
)
@click.option(
    "--conflicts",
    type=click.Choice(("take", "keep")),
    default="take",
    show_default=True,
    help="The file or the present value, where that was set by hand or verified. 冲突取文件还是现值。",
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
    marked: Path | None,
    all_or_nothing: bool,
    blanks: str,
    conflicts: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Import people, vacancies, villages, decisions or training from a file. 导入表格。

    Reads .xlsx, .xls, .et, .csv, for people .lrmx and .lrm, and zips of them.
    Good rows go in; every cell that cannot be read safely is named.
    Exit code 3: done, with findings.

    Decisions are brought in by accounts that conclude reviews. 审阅结论仅由有结论权的账号导入。
    """
    from service.files.finding_tables import write_findings
    from service.usecases.incoming.import_documents import import_document
    from service.usecases.incoming.imports import ImportOptions, import_file
    from service.usecases.incoming.marked_imports import check_markable

    if marked is not None:
        check_markable(file.name, place="--marked")
    for target, option in ((errors, "--errors"), (marked, "--marked")):
        if target is not None:
            _check_target(target, file, option)
    options = ImportOptions(
        attestation=_attestation(attest, document),
        county=county,
        township=township,
        talent_source=_known_source(talent_source),
        is_dry_run=dry_run,
        is_all_or_nothing=all_or_nothing,
        erases_blanks=blanks == "erase",
        keeps_conflicts=conflicts == "keep",
        encoding=encoding,
        columns=settled_columns(console, kind, columns, office=office, save_as=save_mapping, is_trial=dry_run),
    )
    with shown_progress(console) as progress, writing(console) as (session, actor):
        now = datetime.now(UTC)
        report = import_file(session, actor=actor, kind=kind, path=file, now=now, options=options, progress=progress)
    if as_json:
        console.print_json(import_document(report))
    else:
        print_report(console, report, errors)
    # Last: the file is in by now, and that has been said even if these cannot be written.
    if errors is not None:
        write_findings(errors, report.findings, language=console.language)
        console.say(Text(f"问题清单：{errors}", f"Findings: {errors}"))
    if marked is not None:
        _write_marked(console, marked, report, file=file, encoding=encoding)
    console.findings += report.n_open
    console.end()


def _check_target(target: Path, file: Path, option: str) -> None:
    if not target.resolve().parent.is_dir():
        raise _wrong(Text("目录不存在。", "The directory does not exist."), option)
    if not os.access(target.resolve().parent, os.W_OK):
        raise _wrong(Text("目录不可写入。", "The directory may not be written to."), option)
    if target.resolve() == file.resolve():
        raise _wrong(Text("不能写入导入的文件本身。", "It cannot replace the file that is imported."), option)
    if target.suffix.lower() != ".xlsx":
        raise _wrong(Text("文件名应以 .xlsx 结尾。", "The name must end in .xlsx."), option)


def _write_marked(console: Console, target: Path, report: "ImportReport", *, file: Path, encoding: str | None) -> None:
    from service.files.replacing import replace_bytes
    from service.usecases.incoming.marked_imports import marked_import

    made = marked_import(report, path=file, language=console.language, encoding=encoding)
    replace_bytes(target, made.content)
    console.say(_MARKED.filled(path=target))
    if not made.is_same:
        console.say(_WITHOUT_FORMATS)


def _attestation(name: str | None, document: str | None) -> "Attestation | None":
    from service.usecases.records.attestation import Attestation

    if name and not document:
        raise _wrong(Text("--attest 须同时给出 --document。", "--attest needs its --document."), "--attest")
    return Attestation(name, document) if document else None


def _known_source(word: str | None) -> str | None:
    from matching.vocabulary.codes import code_table

    if word and code_table("talent_source").find(word) is None:
        table = code_table("talent_source").labels
        raise _wrong(
            Text(
                f"没有人才类别“{word}”；可填：{'、'.join(f'{code} {label.zh}' for code, label in table.items())}。",
                f"There is no talent source '{word}'; there are: "
                f"{', '.join(f'{code} {label.en}' for code, label in table.items())}.",
            ),
            "--talent-source",
        )
    return word


def _wrong(problem: Text, place: str) -> ServiceError:
    error = ServiceError(problem, place=place)
    error.exit_code = 2
    return error
