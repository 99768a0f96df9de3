"""Documents as .docx: A4, fonts by the names that offices have, the same content gives the same bytes."""

import io
import zipfile
from typing import TYPE_CHECKING, Any

from service.files.documents import Document, Grid, Heading, Lines
from service.files.marks import Mark

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

__all__ = ["BODY_FONT", "TITLE_FONT", "finished", "new_page", "set_font", "word_document"]

#: 仿宋 for the text and 方正小标宋 in the title are what official papers ask for; 宋体 is on every machine.
BODY_FONT, TITLE_FONT = "仿宋", "SimSun"
_LATIN_FONT = "Times New Roman"
_MARGINS_MM = {"top_margin": 22, "bottom_margin": 20, "left_margin": 18, "right_margin": 18}
_DAWN = (1980, 1, 1, 0, 0, 0)  # the earliest moment of a zip file


def word_document(document: Document, *, mark: Mark) -> bytes:
    """Return a document as .docx with its mark at the foot of every page and in its properties."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    made = new_page(mark, language=document.language)
    title = made.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    set_font(title.add_run(document.title), size_pt=18, font=TITLE_FONT, is_bold=True)
    for block in document.blocks:
        if isinstance(block, Heading):
            paragraph = made.add_paragraph()
            paragraph.paragraph_format.keep_with_next = True
            set_font(paragraph.add_run(block.text), size_pt=14 if block.level == 1 else 12, is_bold=True)
        elif isinstance(block, Lines):
            for text in block.texts:
                set_font(made.add_paragraph().add_run(text), size_pt=9 if block.is_small else 11)
        else:
            _add_grid(made, block)
    return finished(made)


def new_page(mark: Mark, *, language: str) -> "WordDocument":
    """Return an empty A4 document that carries the mark."""
    import docx
    from docx.shared import Mm, Pt

    made = docx.Document()
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for name, width in _MARGINS_MM.items():
        setattr(section, name, Mm(width))
    style: Any = made.styles["Normal"]
    style.paragraph_format.space_after = Pt(2)
    style.font.name, style.font.size = _LATIN_FONT, Pt(11)
    _set_east_asian(style.element.get_or_add_rPr(), BODY_FONT)
    set_font(section.footer.paragraphs[0].add_run(mark.sentence.in_(language)), size_pt=8)
    properties = made.core_properties
    properties.title, properties.author = mark.title.in_(language), mark.exported_by
    properties.subject, properties.comments = mark.export_no, mark.sentence.in_(language)
    properties.last_modified_by = mark.exported_by
    properties.created = properties.modified = mark.exported_at.replace(tzinfo=None)
    return made


def set_font(run: Any, *, size_pt: float, font: str = BODY_FONT, is_bold: bool = False) -> None:
    """Set the size and the Chinese font of a run."""
    from docx.shared import Pt

    run.font.size, run.font.bold, run.font.name = Pt(size_pt), is_bold, _LATIN_FONT
    _set_east_asian(run._element.get_or_add_rPr(), font)  # noqa: SLF001 - the library has no name for the Chinese font


def finished(made: "WordDocument") -> bytes:
    """Return the file; its parts bear no time, so that the same content gives the same bytes."""
    written, content = io.BytesIO(), io.BytesIO()
    made.save(written)
    with zipfile.ZipFile(written) as parts, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in parts.namelist():
            packed.writestr(zipfile.ZipInfo(name, _DAWN), parts.read(name), compress_type=zipfile.ZIP_DEFLATED)
    return content.getvalue()


def _set_east_asian(properties: Any, font: str) -> None:
    from docx.oxml.ns import qn

    properties.get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _add_grid(made: "WordDocument", grid: Grid) -> None:
    from docx.oxml import OxmlElement
    from docx.shared import Mm

    header = [grid.headers] if grid.headers else []
    table = made.add_table(rows=0, cols=len(grid.widths_mm))
    table.style, table.autofit = made.styles["Table Grid"], False
    for place, texts in enumerate([*header, *grid.rows]):
        is_header = place < len(header)
        row = table.add_row()
        if grid.row_height_mm and not is_header:
            row.height = Mm(grid.row_height_mm)
        for cell, text, width in zip(row.cells, texts, grid.widths_mm, strict=True):
            cell.width = Mm(width)
            set_font(cell.paragraphs[0].add_run(text), size_pt=9.5, is_bold=is_header)
        if is_header:
            row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - the library has no name for it
    made.add_paragraph()
