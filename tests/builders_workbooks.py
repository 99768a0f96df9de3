"""Workbooks for tests: rows in, a file out."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

SAMPLES = Path(__file__).parents[0] / "samples"
ROSTER_HEADER = ["人员编号", "姓名", "人才类别", "县区", "乡镇", "所在村"]


def a_roster_row(number: str = "P1", **changes: Any) -> dict[str, Any]:
    """Return one row of a roster by header."""
    places = {"县区": "示范县", "乡镇": "清河镇", "所在村": "东岗村"}
    return {"人员编号": number, "姓名": "样例甲", "人才类别": "大学生村官", **places, **changes}


def write_rows(path: Path, *rows: Sequence[Any], sheet: str = "名册", merged: Sequence[str] = ()) -> Path:
    """Write rows as one sheet; numbers stay numbers, the rest is text."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        page = book.add_worksheet(sheet)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, int | float) and not isinstance(value, bool):
                    page.write_number(r, c, value)
                elif value is not None and value != "":
                    page.write_string(r, c, str(value))
        for cells in merged:
            page.merge_range(cells, _first(rows, cells))
    return path


def write_records(path: Path, *records: dict[str, Any]) -> Path:
    """Write records under the union of their headers."""
    header = list(dict.fromkeys(key for record in records for key in record))
    return write_rows(path, header, *([record.get(key, "") for key in header] for record in records))


def write_zip(path: Path, **members: bytes) -> Path:
    """Write a zip whose members are packed as tightly as they go."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    path.write_bytes(packed.getvalue())
    return path


def _first(rows: Sequence[Sequence[Any]], cells: str) -> Any:
    start = cells.partition(":")[0]
    column, row = ord(start[0]) - ord("A"), int(start[1:]) - 1
    return rows[row][column]
