"""Whatever a clerk hands over: one table, one form, or a zip of many."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from matching.vocabulary import Text
from service.files.archives import Member, is_workbook_archive, read_archive
from service.files.columns import ColumnTable, column_table
from service.files.findings import CellFinding, Effect
from service.files.forms import FORMS, MOST_FORM_BYTES, PHOTO, form_of, is_form, photo_left_out, read_form
from service.files.limits import UnreadableFile, read_file, too_large
from service.files.mended_cells import with_mended_cells
from service.files.spreadsheets import WORKBOOKS, sheets_of
from service.files.tables import Draft, DraftTable, table_of

__all__ = ["read_source"]

_ZIP = b"PK"
_TEXTS = frozenset({".csv", ".txt", ".tsv"})
_ARCHIVES = frozenset({".zip", ".rar", ".7z", ".gz", ".tar"})


def read_source(
    path: Path,
    *,
    kind: str,
    encoding: str | None = None,
    columns: Mapping[str, str] | None = None,
    cells: Mapping[str, str] | None = None,
) -> DraftTable:
    """Read all rows of a file.

    Parameters
    ----------
    path : Path
        A workbook (.xlsx, .xls, .et), a CSV file, for people a cadre form (.lrmx, .lrm), or a zip of them.
    kind, encoding, columns
        As in `service.files.tables.read_table`.
    cells : mapping of str to str, optional
        What somebody mended while checking, as in `with_mended_cells`; the parts of forms are left alone.

    Returns
    -------
    DraftTable
        The findings and rows of a zip name the file inside; one of its files that cannot be read is left out and
        said so.

    Raises
    ------
    NotFound, UnreadableFile, InvalidInput
        As in `read_table`; of a zip, if nothing in it can be read.
    """
    table = column_table(kind).with_mapping(columns or {})
    if kind == "people" and is_form(path):
        return read_form(path, encoding=encoding)
    data = read_file(path)
    if data.startswith(_ZIP) and path.suffix.lower() not in WORKBOOKS and not is_workbook_archive(data):
        return _Zip(kind, table, encoding, cells or {}).read(path.name, data)
    sheets = with_mended_cells(sheets_of(path.name, data, encoding=encoding), cells or {})
    return table_of(path.name, sheets, kind=kind, table=table)


class _Zip:
    """The files of one zip, gathered into one table."""

    def __init__(self, kind: str, table: ColumnTable, encoding: str | None, cells: Mapping[str, str]) -> None:
        self.kind = kind
        self.table = table
        self.encoding = encoding
        self.cells = cells
        self.drafts: list[Draft] = []
        self.findings: list[CellFinding] = []
        self.n_skipped = 0
        self.refusals: list[UnreadableFile] = []

    def read(self, name: str, data: bytes) -> DraftTable:
        """Read every file that can be read."""
        preambles = []
        for member in read_archive(name, data):
            try:
                found = self._member(member)
            except UnreadableFile as refused:
                self.refusals.append(refused)
                self.findings.append(_left_out(member.name, refused.problem, refused.remedy or _PACK_PLAIN))
                continue
            self.drafts.extend(found.drafts)
            self.n_skipped += found.n_skipped
            self.findings.extend(found.findings)
            preambles.append(found.preamble)
        if not self.drafts:
            raise self._nothing(name)
        return DraftTable(self.drafts, self.findings, "\n".join(preambles), self.n_skipped)

    def _member(self, member: Member) -> DraftTable:
        suffix = PurePosixPath(member.name).suffix.lower()
        if suffix in FORMS:
            return self._form(member)
        if suffix == PHOTO:
            return DraftTable([], [photo_left_out(member.name)], "", 0)
        if suffix in _ARCHIVES or (member.data.startswith(_ZIP) and not is_workbook_archive(member.data)):
            return DraftTable([], [_left_out(member.name, _NESTED, _PACK_PLAIN)], "", 0)
        if suffix not in WORKBOOKS | _TEXTS:
            return DraftTable([], [CellFinding(effect=Effect.NOTE, problem=_OTHER, sheet=member.name)], "", 0)
        return self._table(member)

    def _form(self, member: Member) -> DraftTable:
        if self.kind != "people":
            return DraftTable([], [_left_out(member.name, _FORM_OF_A_PERSON, _IMPORT_PEOPLE)], "", 0)
        if len(member.data) > MOST_FORM_BYTES:
            raise too_large(member.name, f"{len(member.data) / 1e6:,.0f} MB", f"{MOST_FORM_BYTES / 1e6:,.0f} MB")
        return form_of(member.name, member.data, sheet=member.name, encoding=self.encoding)

    def _table(self, member: Member) -> DraftTable:
        sheets = [sheet.inside(member.name) for sheet in sheets_of(member.name, member.data, encoding=self.encoding)]
        return table_of(member.name, with_mended_cells(sheets, self.cells), kind=self.kind, table=self.table)

    def _nothing(self, name: str) -> UnreadableFile:
        if self.refusals:
            first = self.refusals[0]
            return UnreadableFile(first.problem, remedy=first.remedy, place=f"{name} / {first.place}")
        return UnreadableFile(_NO_FILE, remedy=_PACK_PLAIN, place=name)


def _left_out(name: str, problem: Text, remedy: Text) -> CellFinding:
    return CellFinding(effect=Effect.FILE_LEFT_OUT, problem=problem, remedy=remedy, sheet=name)


_NESTED = Text("压缩包里又有压缩包，未解压。", "A zip inside the zip was not unpacked.")
_PACK_PLAIN = Text("请把表格或任免审批表直接压缩。", "Pack the tables or forms themselves.")
_OTHER = Text("不是表格，也不是任免审批表，已跳过。", "This is neither a table nor a form and was skipped.")
_NO_FILE = Text("压缩包里没有可导入的文件。", "There is no file in the zip that could be imported.")
_FORM_OF_A_PERSON = Text("任免审批表只能作为人员导入。", "A cadre form is imported as a person only.")
_IMPORT_PEOPLE = Text("请改用 import people。", "Use import people.")
