"""Documents as PDF: A4, fonts embedded, rare characters intact or refused by name."""

import re
import unicodedata
from functools import cache
from html import escape
from typing import Any, NoReturn

from matching.vocabulary import Text
from service.errors import NotConfigured
from service.files.documents import Block, Document, Facts, Grid, Heading, Lines, Signatures
from service.files.marks import Mark

__all__ = ["pdf_document"]

# The text in a Song face, headings in a black face, as official papers have them.
_FONTS = '"Noto Serif CJK SC", "Source Han Serif SC", "Songti SC", SimSun, serif'
_HEADING_FONTS = '"Noto Sans CJK SC", "Source Han Sans SC", "Heiti SC", SimHei, sans-serif'
_FIRST_RARE = 0x3400  # CJK extensions; what is older is in every Chinese font
_COMMON = range(0x4E00, 0x9FA6)
_INSTALL = Text(
    "请在程序目录运行 .venv/bin/python -m pip install '.[reports]'，并运行 apt-get install libpango-1.0-0 "
    "libpangoft2-1.0-0 fonts-noto-cjk；或改为导出 .docx。",
    "Install it: .venv/bin/python -m pip install '.[reports]' in the folder of the program, and apt-get install "
    "libpango-1.0-0 libpangoft2-1.0-0 fonts-noto-cjk; or export .docx.",
)
_STYLE = """
@page { size: A4; margin: 22mm 18mm 20mm; font-family: %(fonts)s;
        @bottom-left { content: string(mark); font-size: 8pt; }
        @bottom-right { content: counter(page) " / " counter(pages); font-size: 8pt; } }
body { font-family: %(fonts)s; font-size: 10.5pt; line-height: 1.5; }
h1 { font-size: 22pt; text-align: center; margin: 2mm 0 7mm; letter-spacing: 1pt; }
h2 { font-family: %(heading_fonts)s; font-size: 13.5pt; margin: 7mm 0 2.5mm; break-after: avoid; }
h3 { font-family: %(heading_fonts)s; font-size: 11pt; margin: 5mm 0 1.5mm; break-after: avoid; }
p { margin: 0 0 1mm; } p.small { font-size: 9pt; color: #333; }
.mark { string-set: mark content(); height: 0; overflow: hidden; font-size: 0; }
table { border-collapse: collapse; width: 100%%; table-layout: fixed; font-size: 9pt; margin-bottom: 3mm; }
th, td { border: 0.5pt solid #444; padding: 1.1mm 1.6mm; vertical-align: middle; text-align: left;
         overflow-wrap: anywhere; }
th { font-family: %(heading_fonts)s; font-weight: 500; background: #f0f0f0; }
thead th { text-align: center; }
tr { break-inside: avoid; } thead { display: table-header-group; }
td.number { text-align: right; white-space: nowrap; }
table.facts { font-size: 10.5pt; }
tr.part > * { border-top: 1.4pt solid #000; }
table.sign { font-size: 10.5pt; break-inside: avoid; } table.sign td { vertical-align: bottom; text-align: right; }
"""
_SHEET = """
@page { size: A4 landscape; margin: 12mm 14mm 13mm; }
body { font-size: 9pt; line-height: 1.35; }
h1 { font-size: 15pt; margin: 0 0 2mm; }
p.small { font-size: 8pt; color: #000; }
table { font-size: 8.2pt; line-height: 1.28; margin-bottom: 2mm; }
th, td { padding: .6mm 1mm; overflow-wrap: break-word; }
:lang(en) table { font-size: 7pt; line-height: 1.2; }
p { white-space: pre-wrap; }
table + p.small + p { margin-top: 4mm; }
"""


def pdf_document(document: Document, *, mark: Mark) -> bytes:
    """Return a document as PDF with its mark at the foot of every page; the same content gives the same bytes.

    Raises
    ------
    NotConfigured
        If what makes PDFs is not installed, or no font of this machine has one of the characters.
    """
    html = _html(document, mark)
    fonts = _library()
    _refuse_missing(html)
    made = fonts.HTML(string=html, url_fetcher=_fetch_nothing).write_pdf(
        pdf_identifier=mark.export_no.encode(), optimize_images=False
    )
    return bytes(made)


def _library() -> Any:
    try:
        import weasyprint
    except (ImportError, OSError) as error:  # the package, or the system's Pango that it loads
        raise NotConfigured(
            Text("本机未安装生成 PDF 的组件。", "What makes PDFs is not installed on this machine."),
            remedy=_INSTALL,
            place="pdf",
        ) from error
    return weasyprint


def _fetch_nothing(url: str, *_: Any, **__: Any) -> NoReturn:
    raise ValueError(f"a document fetches nothing: {url[:60]}")


def _html(document: Document, mark: Mark) -> str:
    language = "zh-CN" if document.language == "zh" else "en"
    body, wide = "".join(map(_block, document.blocks)), _SHEET if document.is_sheet else ""
    sentence = escape(mark.sentence.in_(document.language))
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(document.title)}</title>'
        f'<meta name="author" content="{escape(mark.exported_by)}"><meta name="description" content="{sentence}">'
        f'<meta name="dcterms.created" content="{mark.exported_at:%Y-%m-%dT%H:%M:%SZ}">'
        f"<style>{_STYLE % {'fonts': _FONTS, 'heading_fonts': _HEADING_FONTS}}{wide}</style></head><body>"
        f'<div class="mark">{sentence}</div><h1>{escape(document.title)}</h1>{body}</body></html>'
    )


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"<h{block.level + 1}>{escape(block.text)}</h{block.level + 1}>"
    if isinstance(block, Lines):
        kind = ' class="small"' if block.is_small else ""
        return "".join(f"<p{kind}>{escape(text)}</p>" for text in block.texts)
    if isinstance(block, Facts):
        return _facts(block)
    return _signatures(block) if isinstance(block, Signatures) else _table(block)


def _table(grid: Grid) -> str:
    total = sum(grid.widths_mm)
    columns = "".join(f'<col style="width: {width / total:.2%}">' for width in grid.widths_mm)
    head = "".join(f"<th>{_lines(header)}</th>" for header in grid.headers)
    parts = dict.fromkeys(grid.parted_before, ' class="part"')
    rows = "".join(f"<tr{parts.get(at, '')}>{''.join(map(_cell, row))}</tr>" for at, row in enumerate(grid.rows))
    return f"<table><colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead>{rows}</table>"


def _cell(text: str) -> str:
    kind = ' class="number"' if _NUMBER.fullmatch(text) else ""
    return f"<td{kind}>{_lines(text)}</td>"


_NUMBER = re.compile(r"[+\N{MINUS SIGN}]?[0-9][0-9.,]*(?: ?[/\N{EN DASH}] ?[0-9.,]+)?")


def _facts(facts: Facts) -> str:
    rows = "".join(f"<tr><th>{_lines(label)}</th><td>{_lines(value)}</td></tr>" for label, value in facts.rows)
    return f'<table class="facts"><colgroup><col style="width: {facts.label_mm}mm"><col></colgroup>{rows}</table>'


def _lines(text: str) -> str:
    return "<br>".join(map(escape, text.split("\n")))


def _signatures(signatures: Signatures) -> str:
    line = escape(signatures.line)
    rows = "".join(
        f'<tr style="height: {signatures.height_mm}mm"><th>{escape(label)}</th><td>{line}</td></tr>'
        for label in signatures.labels
    )
    return f'<table class="sign"><colgroup><col style="width: 44mm"><col></colgroup>{rows}</table>'


def _refuse_missing(text: str) -> None:
    """Refuse a text with a character that would come out as an empty box."""
    rare = {sign for sign in text if ord(sign) >= _FIRST_RARE and ord(sign) not in _COMMON and _is_ideograph(sign)}
    if not rare:
        return
    missing = sorted(sign for sign in rare if not _is_drawn(ord(sign)))
    if missing:
        listed = "、".join(missing)
        raise NotConfigured(
            Text(f"本机字库没有这些字：{listed}。", f"No font of this machine has these characters: {listed}."),
            remedy=Text(
                "请安装更大的字库（如 fonts-hanazono）后重试，或改为导出 .docx。",
                "Install a larger font (such as fonts-hanazono) and try again, or export .docx.",
            ),
            place="pdf",
        )


def _is_ideograph(sign: str) -> bool:
    return unicodedata.name(sign, "CJK UNIFIED").startswith("CJK UNIFIED")


@cache
def _is_drawn(code_point: int) -> bool:
    """Ask the machine's font list whether any font has a character; without the tool nobody is refused."""
    import shutil
    import subprocess

    tool = shutil.which("fc-list")
    if tool is None:
        return True
    found = subprocess.run(  # noqa: S603 - a fixed command with a number
        [tool, f":charset={code_point:x}", "family"], capture_output=True, check=False, timeout=20
    )
    return found.returncode != 0 or bool(found.stdout.strip())
