"""Documents as .docx: A4, fonts by the names that offices have, the same content gives the same bytes."""

import io
import zipfile
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from service.files.documents import Document, Facts, Grid, Heading, Lines, Signatures
from service.files.marks import Mark

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

__all__ = ["BODY_FONT", "TITLE_FONT", "finished", "new_page", "set_font", "word_document"]

#: 仿宋 for the text and 方正小标宋 in the title are what official papers ask for; 宋体 is on every machine.
BODY_FONT, TITLE_FONT, _HEADING_FONT = "仿宋", "SimSun", "黑体"
_LATIN_FONT = "Times New Roman"
_MARGINS_MM = {"top_margin": 22, "bottom_margin": 20, "left_margin": 18, "right_margin": 18}
_DAWN = (1980, 1, 1, 0, 0, 0)  # the earliest moment of a zip file


def word_document(document: Document, *, mark: Mark) -> bytes:
    """Return a document as .docx with its mark at the foot of every page and in its properties."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    made = new_page(mark, language=document.language)
    title = made.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = Pt(14)
    set_font(title.add_run(document.title), size_pt=22, font=TITLE_FONT, is_bold=True)
    for block in document.blocks:
        if isinstance(block, Heading):
            paragraph = made.add_paragraph()
            paragraph.paragraph_format.keep_with_next = True
            paragraph.paragraph_format.space_before = Pt(14 if block.level == 1 else 8)
            set_font(paragraph.add_run(block.text), size_pt=14 if block.level == 1 else 12, font=_HEADING_FONT)
        elif isinstance(block, Lines):
            for text in block.texts:
                set_font(made.add_paragraph().add_run(text), size_pt=9 if block.is_small else 11)
        elif isinstance(block, Facts):
            _add_facts(made, block)
        elif isinstance(block, Signatures):
            _add_signatures(made, block)
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
    _speak_chinese(style.element.get_or_add_rPr())
    set_font(section.footer.paragraphs[0].add_run(mark.sentence.in_(language)), size_pt=8)
    _number_pages(section.footer.add_paragraph())
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


def _speak_chinese(properties: Any) -> None:
    """Say that the text is simplified Chinese: where a font is missing, others draw it with their own forms."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), "en-US")
    spoken.set(qn("w:eastAsia"), "zh-CN")
    properties.append(spoken)


def _number_pages(paragraph: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for field, after in (("PAGE", " / "), ("NUMPAGES", "")):
        counter = OxmlElement("w:fldSimple")
        counter.set(qn("w:instr"), field)
        run = paragraph.add_run("1")  # until the program that opens it has counted
        set_font(run, size_pt=8)
        counter.append(run._element)  # noqa: SLF001 - the library has no name for fields
        paragraph._p.append(counter)  # noqa: SLF001 - the same
        set_font(paragraph.add_run(after), size_pt=8)


def _add_grid(made: "WordDocument", grid: Grid) -> None:
    from docx.oxml import OxmlElement

    table = _add_table(made, grid.widths_mm)
    for place, texts in enumerate([grid.headers, *grid.rows]):
        row = table.add_row()
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - the library has no name for it
        for cell, text, width in zip(row.cells, texts, grid.widths_mm, strict=True):
            _write(cell, text, width_mm=width, size_pt=9.5, is_label=place == 0)
        if place == 0:
            row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - the same
    made.add_paragraph()


def _add_facts(made: "WordDocument", facts: Facts) -> None:
    widths = (facts.label_mm, _TEXT_MM - facts.label_mm)
    table = _add_table(made, widths)
    for texts in facts.rows:
        cells = table.add_row().cells
        for place, (cell, text, width) in enumerate(zip(cells, texts, widths, strict=True)):
            _write(cell, text, width_mm=width, size_pt=11, is_label=place == 0)
    made.add_paragraph()


def _add_signatures(made: "WordDocument", signatures: Signatures) -> None:
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    widths = (_OPINION_MM, _TEXT_MM - _OPINION_MM)
    table = _add_table(made, widths)
    for label in signatures.labels:
        row = table.add_row()
        row.height = Mm(signatures.height_mm)
        for place, (cell, text, width) in enumerate(zip(row.cells, (label, signatures.line), widths, strict=True)):
            _write(cell, text, width_mm=width, size_pt=11, is_label=place == 0)
        box = row.cells[1]
        box.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.BOTTOM
        box.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    made.add_paragraph()


_TEXT_MM, _OPINION_MM = 174, 44  # between the margins; the label of an opinion


def _add_table(made: "WordDocument", widths_mm: Sequence[float]) -> Any:
    from docx.shared import Mm

    table: Any = made.add_table(rows=0, cols=len(widths_mm))
    table.style, table.autofit = made.styles["Table Grid"], False
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
    return table


def _write(cell: Any, text: str, *, width_mm: float, size_pt: float, is_label: bool) -> None:
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    cell.width, cell.vertical_alignment = Mm(width_mm), WD_CELL_VERTICAL_ALIGNMENT.CENTER
    for place, line in enumerate(text.split("\n")):
        paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
        paragraph.paragraph_format.space_before = Pt(2)
        if is_label:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        set_font(paragraph.add_run(line), size_pt=size_pt, font=_HEADING_FONT if is_label else BODY_FONT)
