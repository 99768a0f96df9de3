"""The findings of an import as a workbook for the clerk."""

import io
from collections.abc import Sequence
from pathlib import Path

from matching.vocabulary import Text
from service.files.findings import EFFECTS, CellFinding
from service.files.replacing import replace_bytes

__all__ = ["FINDING_COLUMNS", "finding_row", "write_findings"]

FINDING_COLUMNS = (
    Text("工作表", "Sheet"),
    Text("单元格", "Cell"),
    Text("列", "Column"),
    Text("原值", "Value"),
    Text("处理", "Effect"),
    Text("问题", "Problem"),
    Text("建议", "Remedy"),
    Text("可改为", "Change to"),
)
_WIDTHS = (14, 10, 18, 24, 14, 60, 60, 24)


def finding_row(finding: CellFinding, language: str) -> list[str]:
    """Return one finding as the cells of a row, in the order of `FINDING_COLUMNS`."""
    return [
        finding.sheet,
        finding.cell,
        finding.column,
        finding.value,
        EFFECTS[finding.effect].in_(language),
        finding.problem.in_(language),
        finding.remedy.in_(language) if finding.remedy else "",
        finding.suggestion or "",
    ]


def write_findings(path: Path, findings: Sequence[CellFinding], *, language: str) -> None:
    """Write the findings as a table.

    Every cell is text: a value that begins with = or + is no formula.

    Raises
    ------
    ServiceError
        If the file cannot be written.
    """
    import xlsxwriter

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(Text("需修改", "To mend").in_(language))
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width, wrapped)
        headers = [column.in_(language) for column in FINDING_COLUMNS]
        rows = [headers, *(finding_row(finding, language) for finding in findings)]
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                sheet.write_string(row, column, cell)
        sheet.set_row(0, None, book.add_format({"bold": True}))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(findings), 1), len(headers) - 1)
    replace_bytes(path, content.getvalue())
