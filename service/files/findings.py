"""What an import has to say about a file, cell by cell."""

from dataclasses import dataclass
from enum import StrEnum

from matching.vocabulary import Text

__all__ = ["EFFECTS", "CellFinding", "Effect"]


class Effect(StrEnum):
    """What a finding did."""

    FILE_LEFT_OUT = "file_left_out"  # one file of a zip
    ROW_REFUSED = "row_refused"
    CELL_REFUSED = "cell_refused"  # the row went in without this value
    COLUMN_LEFT_OUT = "column_left_out"
    TO_CONFIRM = "to_confirm"  # taken, but somebody should look at it
    NOTE = "note"  # said so; nothing to do


EFFECTS = {
    Effect.FILE_LEFT_OUT: Text("此文件未导入", "file left out"),
    Effect.ROW_REFUSED: Text("整行未导入", "row refused"),
    Effect.CELL_REFUSED: Text("此格未导入", "cell refused"),
    Effect.COLUMN_LEFT_OUT: Text("此列未导入", "column left out"),
    Effect.TO_CONFIRM: Text("请核对", "to confirm"),
    Effect.NOTE: Text("说明", "note"),
}


@dataclass(frozen=True, kw_only=True)
class CellFinding:
    """One finding with its place.

    Parameters
    ----------
    effect : Effect
    problem : Text
        One sentence: what is wrong.
    remedy : Text or None
        One sentence: what to do about it.
    sheet, cell, column : str
        Where; "" where it does not apply. `column` is the header as written.
    value : str
        The value as given, masked where it tells who somebody is.
    suggestion : str or None
        What to put into the cell with one click, where one value is likely meant; it is never applied unasked.
    """

    effect: Effect
    problem: Text
    remedy: Text | None = None
    sheet: str = ""
    cell: str = ""
    column: str = ""
    value: str = ""
    suggestion: str | None = None

    @property
    def place(self) -> str:
        """Sheet and cell in one word, as Excel writes it."""
        return f"{self.sheet}!{self.cell}" if self.sheet and self.cell else self.sheet or self.cell

    @property
    def is_open(self) -> bool:
        """Whether somebody has to do something about it."""
        return self.effect is not Effect.NOTE
