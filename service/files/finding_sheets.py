"""The sheet that sums up what was found in a workbook; the reader of imports passes it over."""

from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

from matching.vocabulary import Text
from service.files.finding_tables import FINDING_COLUMNS, finding_row
from service.files.findings import CellFinding
from service.files.marked_sheets import written_text
from service.files.spreadsheets import cell_name

__all__ = ["SUMMARY_NAME", "SUMMARY_NAMES", "summary_rows", "summary_sheet"]

SUMMARY_NAME = Text("导入问题清单", "Import findings")
SUMMARY_NAMES = frozenset(SUMMARY_NAME)

_HINT = Text(
    "红色：未导入，请改正；黄色：已导入，请核对。改正后直接导入本文件即可，本页不会被导入。",
    "Red: not imported, correct it. Yellow: imported, check it. Import this file again; this sheet is passed over.",
)
_MOST_LINKS = 2_000
_WIDTHS = (14, 10, 18, 24, 14, 60, 60, 24)


def summary_rows(findings: Sequence[CellFinding], *, counts: Text, language: str) -> list[list[str]]:
    """Return the texts of the sheet, row by row."""
    header = [column.in_(language) for column in FINDING_COLUMNS]
    rows = [[counts.in_(language)], [_HINT.in_(language)], [], header]
    return rows + [finding_row(finding, language) for finding in findings]


def summary_sheet(findings: Sequence[CellFinding], *, counts: Text, language: str) -> bytes:
    """Return the sheet as XML: every cell is text, whatever it begins with, and each place leads to its cell."""
    rows = summary_rows(findings, counts=counts, language=language)
    lines, links = [], []
    for number, row in enumerate(rows):
        cells = "".join(
            f'<c r="{cell_name(number, column)}" t="inlineStr"><is>{written_text(text)}</is></c>'
            for column, text in enumerate(row)
            if text
        )
        lines.append(f'<row r="{number + 1}">{cells}</row>')
    for position, finding in enumerate(findings[:_MOST_LINKS], start=len(rows) - len(findings)):
        if finding.sheet and finding.cell.isascii() and finding.cell.isalnum():
            place = "'{}'!{}".format(finding.sheet.replace("'", "''"), finding.cell)
            links.append(f'<hyperlink ref="{cell_name(position, 1)}" location={quoteattr(place)}/>')
    widths = "".join(
        f'<col min="{column}" max="{column}" width="{width}" customWidth="1"/>'
        for column, width in enumerate(_WIDTHS, start=1)
    )
    linked = f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f"<cols>{widths}</cols><sheetData>{''.join(lines)}</sheetData>{linked}"
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    ).encode()
