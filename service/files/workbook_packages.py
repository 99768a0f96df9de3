"""The parts of an .xlsx file: found by their relations, replaced or added, all others copied as they are."""

import io
import posixpath
import re
import zipfile
from xml.sax.saxutils import quoteattr

from defusedxml.ElementTree import fromstring

__all__ = ["COMMENTS", "DRAWING", "Package"]

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORKSHEET = f"{_RELATIONS}/worksheet"
COMMENTS = f"{_RELATIONS}/comments"
DRAWING = f"{_RELATIONS}/vmlDrawing"
_TYPES = {
    _WORKSHEET: "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml",
    COMMENTS: "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml",
    DRAWING: "application/vnd.openxmlformats-officedocument.vmlDrawing",
}
_CONTENT_TYPES = "[Content_Types].xml"
_MACRO_BOOK = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_PLAIN_BOOK = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_OF_MACROS = re.compile(rb"<(?:Relationship|Override|Default)\b[^>]*vbaProject[^>]*/>")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_EMPTY_RELATIONS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)
_AFTER_COMMENTS = re.compile(
    rb"<(?:legacyDrawingHF|drawingHF|picture|oleObjects|controls|webPublishItems|tableParts|extLst)\b|</worksheet>"
)
_MAY_NEST = (b"sheetData", b"conditionalFormatting", b"dataValidations", b"customSheetViews", b"autoFilter")


class Package:
    """An .xlsx file in memory.

    Parameters
    ----------
    data : bytes

    Raises
    ------
    ValueError, KeyError
        If a part is missing, or the workbook is not built in the common form.
    """

    def __init__(self, data: bytes) -> None:
        self._source = zipfile.ZipFile(io.BytesIO(data))
        self._changed: dict[str, bytes] = {}
        self._left: frozenset[str] = frozenset()
        self.workbook = self._target("", "_rels/.rels", "/officeDocument")
        self._names = {info.filename for info in self._source.infolist()}
        book = self.read(self.workbook)
        if b"<sheets" not in book or b"</sheets>" not in book:
            raise ValueError("an uncommon workbook")
        by_id = self._relations(self.workbook)
        self.sheets: dict[str, str] = {}  # part by name of the sheet
        for sheet in fromstring(book, forbid_dtd=True).iter(f"{_MAIN}sheet"):
            self.sheets[sheet.attrib["name"]] = by_id[sheet.attrib[f"{{{_RELATIONS}}}id"]][1]

    @property
    def styles(self) -> str:
        """The part with the styles."""
        return self._target(self.workbook, _relations_of(self.workbook), "/styles")

    def read(self, part: str) -> bytes:
        """Return a part as it is now."""
        return self._changed[part] if part in self._changed else self._source.read(part)

    def write(self, part: str, content: bytes) -> None:
        """Replace or add a part."""
        self._changed[part] = content
        self._names.add(part)

    def related(self, part: str, kind: str) -> str | None:
        """Return the part of a kind that another one refers to."""
        return next((target for found, target in self._relations(part).values() if found == kind), None)

    def target(self, part: str, relation: str) -> str:
        """Return the part that a relation of another one leads to."""
        return self._relations(part)[relation][1]

    def add(self, part: str, kind: str, stem: str, content: bytes) -> str:
        """Add a part that another one refers to, and return the id of the relation."""
        folder, extension = posixpath.split(stem)[0], "vml" if kind == DRAWING else "xml"
        number = next(n for n in range(1, 100_000) if f"{stem}{n}.{extension}" not in self._names)
        name = f"{stem}{number}.{extension}"
        self.write(name, content)
        relations = _relations_of(part)
        known = self.read(relations) if relations in self._names else _EMPTY_RELATIONS
        target = posixpath.relpath(name, posixpath.dirname(part) or ".") if folder else name
        relation = f"rIdTalentpool{len(self._relations(part)) + 1}"
        entry = f'<Relationship Id="{relation}" Type="{kind}" Target={quoteattr(target)}/>'.encode()
        self.write(relations, _inserted(known, b"Relationships", entry))
        override = f'<Override PartName="/{name}" ContentType="{_TYPES[kind]}"/>'.encode()
        self.write(_CONTENT_TYPES, _inserted(self.read(_CONTENT_TYPES), b"Types", override))
        return relation

    def add_sheet(self, name: str, content: bytes) -> None:
        """Add a sheet at the end, or replace the content of the sheet with this name."""
        if name in self.sheets:
            self.write(self.sheets[name], content)
            return
        relation = self.add(
            self.workbook, _WORKSHEET, f"{posixpath.dirname(self.workbook)}/worksheets/findings", content
        )
        book = self.read(self.workbook)
        numbers = [int(number) for number in re.findall(rb'\bsheetId="(\d+)"', book)]
        entry = (
            f'<sheet xmlns:r="{_RELATIONS}" name={quoteattr(name)} sheetId="{max(numbers, default=0) + 1}" '
            f'r:id="{relation}"/>'
        ).encode()
        self.write(self.workbook, book.replace(b"</sheets>", entry + b"</sheets>", 1))
        self.sheets[name] = self._relations(self.workbook)[relation][1]

    def link_drawing(self, part: str, relation: str) -> None:
        """Make a sheet show the drawing of its comments."""
        sheet = self.read(part)
        # Rules of formats and choices may have lists of extensions of their own, which are not the sheet's.
        start = max(0, *(sheet.rfind(b"</" + name + b">") for name in _MAY_NEST))
        place = _AFTER_COMMENTS.search(sheet, start)
        if place is None:
            raise ValueError("an uncommon sheet")
        entry = f'<legacyDrawing xmlns:r="{_RELATIONS}" r:id="{relation}"/>'.encode()
        self.write(part, sheet[: place.start()] + entry + sheet[place.start() :])

    def _leave_macros(self) -> None:
        """Leave macros out: a program opens no .xlsx that has some."""
        types = self.read(_CONTENT_TYPES)
        if _MACRO_BOOK not in types:
            return
        self.write(_CONTENT_TYPES, _OF_MACROS.sub(b"", types.replace(_MACRO_BOOK, _PLAIN_BOOK)))
        relations = _relations_of(self.workbook)
        self.write(relations, _OF_MACROS.sub(b"", self.read(relations)))
        self._left = frozenset(name for name in self._names if "vbaProject" in name)

    def content(self) -> bytes:
        """Return the file as .xlsx."""
        self._leave_macros()
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
            for info in self._source.infolist():
                if info.filename in self._left:
                    continue
                content = self._changed.pop(info.filename, None)
                archive.writestr(info.filename, self._source.read(info) if content is None else content)
            for name, content in self._changed.items():
                archive.writestr(name, content)
        return packed.getvalue()

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return kind and part by the id of the relation."""
        name = _relations_of(part)
        if name not in self._names:
            return {}
        root = fromstring(self.read(name), forbid_dtd=True)
        base = posixpath.dirname(part)
        return {
            entry.attrib["Id"]: (entry.attrib["Type"], _resolved(base, entry.attrib["Target"]))
            for entry in root
            if entry.attrib.get("TargetMode") != "External"
        }

    def _target(self, part: str, relations: str, ending: str) -> str:
        root = fromstring(self.read(relations), forbid_dtd=True)
        target = next(entry.attrib["Target"] for entry in root if entry.attrib["Type"].endswith(ending))
        return _resolved(posixpath.dirname(part), target)


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _resolved(base: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(base, target))


def _inserted(xml: bytes, root: bytes, entry: bytes) -> bytes:
    """Put an entry at the end of the root element, which may be written as empty."""
    if b"</" + root + b">" in xml:
        before, end, after = xml.rpartition(b"</" + root + b">")
        return before + entry + end + after
    opened, count = re.subn(
        rb"(<" + root + rb"\b[^>]*)/>\s*$", lambda found: found[1] + b">" + entry + b"</" + root + b">", xml
    )
    if not count:
        raise ValueError("an uncommon package")
    return opened
