"""Notes about rows that are passed over."""

from matching.vocabulary import Text
from schemas.problems import shown
from service.files.findings import CellFinding, Effect
from service.files.spreadsheets import Sheet, cell_name

__all__ = ["blank_rows", "row_of", "skipped_row"]


def skipped_row(sheet: Sheet, position: int, reason: Text, value: str) -> CellFinding:
    """Return the note about a row that holds no data."""
    return CellFinding(
        effect=Effect.NOTE,
        problem=reason,
        sheet=sheet.name,
        cell=cell_name(position, 0),
        value=shown(value)[:40],
    )


def row_of(finding: CellFinding) -> int:
    """Return the row of a finding, counted from 0."""
    return int(finding.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) - 1


def blank_rows(sheet: Sheet, n_rows: int) -> CellFinding:
    """Return the note about blank rows between the others."""
    problem = Text(f"跳过 {n_rows} 个空行。", f"{n_rows} blank rows were skipped.")
    return CellFinding(effect=Effect.NOTE, problem=problem, sheet=sheet.name)
