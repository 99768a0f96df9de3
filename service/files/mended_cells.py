"""Cells that somebody mended while a file was checked: put into its sheets before anything is read from them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from matching.vocabulary import Text
from service.files.findings import CellFinding, Effect
from service.files.spreadsheets import Sheet, cell_place

__all__ = ["with_mended_cells"]


def with_mended_cells(sheets: Iterable[Sheet], cells: Mapping[str, str]) -> list[Sheet]:
    """Return sheets with other values in some cells; each such cell is noted.

    Parameters
    ----------
    sheets : iterable of Sheet
    cells : mapping of str to str
        What stands in a cell now, by its place as findings tell it: ``名册!D17``, in a CSV file ``D17``. A place that
        no sheet has is left alone.
    """
    wanted: dict[str, dict[str, str]] = {}
    for place, value in cells.items():
        sheet_name, _, cell = place.rpartition("!")
        wanted.setdefault(sheet_name, {})[cell] = value
    return [_mended(sheet, wanted[sheet.name]) if sheet.name in wanted else sheet for sheet in sheets]


def _mended(sheet: Sheet, cells: Mapping[str, str]) -> Sheet:
    rows = list(sheet.rows)
    notes = []
    for cell, value in cells.items():
        place = cell_place(cell)
        if place is None or place[0] >= len(rows):
            continue
        row, column = place
        copied = list(rows[row]) + [""] * (column + 1 - len(rows[row]))
        copied[column] = value
        rows[row] = copied
        notes.append(CellFinding(effect=Effect.NOTE, problem=_MENDED, sheet=sheet.name, cell=cell))
    return replace(sheet, rows=rows, findings=(*sheet.findings, *notes))


_MENDED = Text("核对时已更正此格，以更正后的内容为准。", "This cell was mended while the file was checked.")
