"""Limits that hold before a file is parsed: size, inflation, cells, length of one text."""

import io
import re
import zipfile
import zlib
from pathlib import Path

from matching.vocabulary import Text
from service.errors import NotFound, ServiceError

__all__ = [
    "LONGEST_CELL",
    "MOST_CELLS",
    "MOST_COLUMNS",
    "UnreadableFile",
    "check_sizes",
    "check_workbook",
    "columns_up_to",
    "read_file",
    "too_large",
    "unreadable",
]

LONGEST_CELL = 32_767  # what Excel itself can hold
MOST_BYTES = 50_000_000
MOST_INFLATED = 150_000_000
MOST_RATIO = 200  # a real roster is packed 5 to 30 times
_SMALL = 10_000_000  # members below this size may be packed as tightly as they like
MOST_CELLS = 6_000_000
MOST_COLUMNS = 1_000
_PLACE = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{0,3})(\d{1,9})[\"']")
_DECLARATIONS = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_LONG_TEXT = re.compile(rb">[^<]{%d}" % (4 * LONGEST_CELL))


class UnreadableFile(ServiceError):
    """A file cannot be read, or is too large to be read safely; nothing of it was taken."""

    code = "unreadable_file"
    status = 422


def read_file(path: Path, *, most: int = MOST_BYTES) -> bytes:
    """Return the bytes of a file.

    Parameters
    ----------
    path : Path
    most : int
        Most bytes.

    Raises
    ------
    NotFound
        If there is no such file.
    UnreadableFile
        If it is empty, too large, or may not be read.
    """
    try:
        size = path.stat().st_size if path.is_file() else None
        if size is None and not path.exists():
            raise NotFound(
                Text("找不到这个文件。", "There is no such file."),
                remedy=Text("请核对路径和文件名。", "Check the path and the name."),
                place=str(path),
            )
        if size is None:
            raise unreadable(
                path, Text("这不是文件。", "This is not a file."), Text("请给出一个文件。", "Give a file.")
            )
        if size > most:
            raise too_large(path, f"{size / 1e6:,.0f} MB", f"{most / 1e6:,.0f} MB")
        data = path.read_bytes()
    except OSError as error:
        raise unreadable(
            path,
            Text("无法打开文件。", "The file cannot be opened."),
            Text(
                "请检查读取权限，或先关闭占用它的程序。", "Check the permissions, or close the program that holds it."
            ),
        ) from error
    if not data.strip(b"\0\xef\xbb\xbf \t\r\n"):
        raise unreadable(
            path,
            Text("文件是空的。", "The file is empty."),
            Text("请重新导出或保存后再试。", "Export or save it again."),
        )
    return data


def check_workbook(path: Path | str, data: bytes) -> None:
    """Refuse an .xlsx that would inflate beyond all measure, spread over too many cells, or hold an endless text.

    Raises
    ------
    UnreadableFile
        Before anything of it is parsed.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            check_sizes(path, archive.infolist())
            _check_kind(path, set(archive.namelist()))
            for member in archive.infolist():
                if member.filename.endswith((".xml", ".rels")):
                    _check_member(path, member.filename, archive.read(member))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise unreadable(
            path,
            Text("工作簿已损坏，无法解压。", "The workbook is damaged and cannot be unpacked."),
            Text("请用 Excel 或 WPS 打开并另存为 .xlsx。", "Open it in Excel or WPS and save it as .xlsx."),
        ) from error


def check_sizes(path: Path | str, members: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive that would inflate beyond all measure.

    Raises
    ------
    UnreadableFile
        Before anything of it is unpacked.
    """
    inflated = sum(member.file_size for member in members)
    packed_too_tightly = any(
        member.file_size > _SMALL and member.file_size > MOST_RATIO * max(member.compress_size, 1) for member in members
    )
    if inflated > MOST_INFLATED or packed_too_tightly:
        raise too_large(path, f"{inflated / 1e6:,.0f} MB", f"{MOST_INFLATED / 1e6:,.0f} MB")


def _check_kind(path: Path | str, names: set[str]) -> None:
    """Refuse workbooks whose cells cannot be counted before they are parsed."""
    if "[Content_Types].xml" not in names or any(name.endswith("workbook.bin") for name in names):
        raise unreadable(
            path,
            Text("不是 .xlsx 工作簿（可能是 .ods 或 .xlsb）。", "This is no .xlsx workbook; it may be .ods or .xlsb."),
            Text("请用 Excel 或 WPS 打开并另存为 .xlsx。", "Open it in Excel or WPS and save it as .xlsx."),
        )


def _check_member(path: Path | str, name: str, content: bytes) -> None:
    if _DECLARATIONS.search(content):
        raise unreadable(
            path,
            Text(
                "工作簿中含有 XML 实体或 DTD，出于安全不予解析。",
                "The workbook has XML entities or a DTD and is not parsed, for safety.",
            ),
            Text("请用 Excel 或 WPS 打开并另存为 .xlsx。", "Open it in Excel or WPS and save it as .xlsx."),
        )
    if _LONG_TEXT.search(content):
        raise too_large(path, f"> {LONGEST_CELL:,} 字/characters", f"{LONGEST_CELL:,} 字/characters")
    if not name.startswith("xl/worksheets/"):
        return
    places = _PLACE.findall(content)
    n_columns = max((columns_up_to(letters) for letters in {letters for letters, _ in places}), default=0)
    n_rows = max((int(number) for number in {number for _, number in places}), default=0)
    if n_columns > MOST_COLUMNS or n_columns * n_rows > MOST_CELLS:
        raise too_large(path, f"{n_rows:,} × {n_columns:,}", f"{MOST_CELLS:,}")


def columns_up_to(letters: bytes) -> int:
    """Return how many columns a sheet has up to the one of these letters, which counts too."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def unreadable(path: Path | str, problem: Text, remedy: Text) -> UnreadableFile:
    """Return the refusal of a file, which is given by its path or by the name that the reader knows."""
    return UnreadableFile(problem, remedy=remedy, place=path.name if isinstance(path, Path) else path)


def too_large(path: Path | str, size: str, limit: str) -> UnreadableFile:
    """Return the refusal of a file beyond a limit."""
    return unreadable(
        path,
        Text(f"文件过大：{size}，上限 {limit}。", f"The file is too large: {size}, the limit is {limit}."),
        Text("请删去多余的行列、图片，或拆成几个文件。", "Remove spare rows, columns and pictures, or split it."),
    )
