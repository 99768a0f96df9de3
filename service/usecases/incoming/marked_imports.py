"""The workbook that goes back to the clerk: the file of an import with its bad cells marked."""

from pathlib import Path

from matching.vocabulary import Text
from service.errors import InvalidInput
from service.files.columns import column_table
from service.files.marked_workbooks import MarkedWorkbook, marked_workbook
from service.usecases.incoming.import_reports import NUMBER_KEYS, ImportReport
from service.usecases.incoming.import_wording import counts_text

__all__ = ["check_markable", "is_markable", "marked_import", "marked_name"]

_NO_TABLES = frozenset({".lrmx", ".lrm", ".zip"})


def is_markable(name: str) -> bool:
    """Whether a file of this name is a table that can be marked; forms and archives are none."""
    return Path(name).suffix.lower() not in _NO_TABLES


def check_markable(name: str, *, place: str) -> None:
    """Refuse, before anything comes in, a file that is no table.

    Parameters
    ----------
    name : str
        Of the file.
    place : str
        What asked for the marks.

    Raises
    ------
    InvalidInput
        If it is a form or an archive.
    """
    if not is_markable(name):
        raise InvalidInput(
            Text("任免审批表和压缩包没有可标注的原表。", "Forms and archives are no table that could be marked."),
            remedy=Text("请改取问题清单。", "Take the list of findings instead."),
            place=place,
        )


def marked_name(name: str) -> str:
    """Return what the marked workbook of a file is called."""
    return f"{Path(name).stem}_标注.xlsx"


def marked_import(report: ImportReport, *, path: Path, language: str, encoding: str | None = None) -> MarkedWorkbook:
    """Return the workbook of an import with its marks, the numbers that were given out, and the summary.

    Parameters
    ----------
    report : ImportReport
        What came of `path`, kept or not; whoever has it was allowed to import the file.
    path : Path
        The file as it came in.
    language : {"zh", "en"}
    encoding : str, optional
        Of a CSV file, as it was read.
    """
    labels = column_table(report.kind).labels
    number = labels.get(NUMBER_KEYS.get(report.kind, ""), Text("编号", "Number"))
    return marked_workbook(
        path,
        findings=report.cell_findings,
        listed=report.findings,
        numbers=report.numbers,
        number_header=number.zh,
        counts=counts_text(report),
        language=language,
        encoding=encoding,
    )
