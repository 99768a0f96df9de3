"""The cadre form 干部任免审批表 as .docx: two A4 pages in the layout that everybody knows."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from matching.vocabulary.codes import code_table
from service.files.form_parts import Remainder, text_of
from service.files.marks import Mark
from service.files.word_documents import TITLE_FONT, finished, new_page, set_font

if TYPE_CHECKING:
    from docx.table import Table

__all__ = ["form_document"]

_WIDTHS_MM = (22, 24, 20, 26, 24, 26, 32)
_FIRST = (  # label, element; the last column of these rows is the photo
    (("姓名", "XingMing"), ("性别", "XingBie"), ("出生年月\n（岁）", "ChuShengNianYue")),
    (("民族", "MinZu"), ("籍贯", "JiGuan"), ("出生地", "ChuShengDi")),
    (("入党时间", "RuDangShiJian"), ("参加工\n作时间", "CanJiaGongZuoShiJian"), ("健康状况", "JianKangZhuangKuang")),
)
_POSTS = (("现任职务", "XianRenZhiWu"), ("拟任职务", "NiRenZhiWu"), ("拟免职务", "NiMianZhiWu"))
_BACK = (
    ("奖惩情况", "JiangChengQingKuang", 34),
    ("年度考核结果", "NianDuKaoHeJieGuo", 22),
    ("任免理由", "RenMianLiYou", 28),
)
_FAMILY = ("称谓", "姓名", "出生年月", "政治面貌", "工作单位及职务")
_FAMILY_LINES = 7
_RESUME_MM = 112
_ROW_MM = 12


def form_document(
    person: Any, *, remainder: Remainder | None, filled: Mapping[str, str], today: date, mark: Mark
) -> bytes:
    """Return the form of one person; parameters as for `service.files.lrmx_writing.write_lrmx`."""
    form = _Form(person, remainder, filled, today)
    made: Any = new_page(mark, language="zh")
    _title(made, "干部任免审批表")
    form.front(_table(made))
    made.add_page_break()
    form.back(_table(made))
    line = made.add_paragraph()
    set_font(
        line.add_run(f"填表人：{form.text('TianBiaoRen')}　　填表时间：{_dotted(form.text('TianBiaoShiJian'))}"),
        size_pt=10.5,
    )
    return finished(made)


def _title(made: Any, text: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    title = made.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    set_font(title.add_run(text), size_pt=20, font=TITLE_FONT, is_bold=True)


def _table(made: Any) -> "Table":
    from docx.shared import Mm

    table: Table = made.add_table(rows=0, cols=len(_WIDTHS_MM))
    table.style, table.autofit = made.styles["Table Grid"], False
    for column, width in zip(table.columns, _WIDTHS_MM, strict=True):
        column.width = Mm(width)
    return table


class _Form:
    """One person's form on its way into tables."""

    def __init__(self, person: Any, remainder: Remainder | None, filled: Mapping[str, str], today: date) -> None:
        self._person = person
        self._remainder = remainder
        self._filled = filled
        self._today = today

    def text(self, tag: str) -> str:
        return self._filled.get(tag) or text_of(tag, self._person, today=self._today, remainder=self._remainder)

    def front(self, table: "Table") -> None:
        first = [self._row(table) for _ in range(len(_FIRST) + 1)]
        for cells, parts in zip(first, _FIRST, strict=False):
            for place, (label, tag) in enumerate(parts):
                _write(cells[2 * place], label, is_label=True)
                _write(cells[2 * place + 1], self._shown(tag))
        last = first[-1]
        _write(last[0], "专业技\n术职务", is_label=True)
        _write(last[1].merge(last[2]), self.text("ZhuanYeJiShuZhiWu"))
        _write(last[3], "熟悉专业\n有何专长", is_label=True)
        _write(last[4].merge(last[5]), self.text("ShuXiZhuanYeYouHeZhuanChang"))
        _write(first[0][6].merge(last[6]), "（照片）", is_label=True)
        self._education(table)
        for label, tag in _POSTS:
            cells = self._row(table)
            _write(cells[0], label, is_label=True)
            _write(cells[1].merge(cells[6]), self.text(tag))
        cells = self._row(table, _RESUME_MM)
        _write(cells[0], "简\n\n历", is_label=True)
        _write(cells[1].merge(cells[6]), self.text("JianLi").replace("<br>", "\n"), size_pt=9.5)

    def back(self, table: "Table") -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        for label, tag, height in _BACK:
            cells = self._row(table, height)
            _write(cells[0], label, is_label=True)
            _write(cells[1].merge(cells[6]), self.text(tag))
        lines = [self._row(table, 9) for _ in range(_FAMILY_LINES + 1)]
        _write(lines[0][0].merge(lines[-1][0]), "家庭\n主要成员\n及重要\n社会关系", is_label=True)
        for place, cells in enumerate(lines):
            wide = (*cells[1:5], cells[5].merge(cells[6]))
            for cell, text in zip(wide, _FAMILY, strict=True):
                _write(cell, "" if place else text, is_label=True)
        for label, height in (("呈报单位", 22), ("审批机\n关意见", 26), ("行政机关\n任免意见", 26)):
            cells = self._row(table, height)
            _write(cells[0], label, is_label=True)
            text = self.text("ChengBaoDanWei") if label == "呈报单位" else ""
            box = cells[1].merge(cells[6])
            _write(box, f"{text}\n（盖章）　　　　年　　月　　日")
            box.paragraphs[-1].alignment = WD_ALIGN_PARAGRAPH.RIGHT

    def _education(self, table: "Table") -> None:
        rows = [self._row(table, 13), self._row(table, 13)]
        _write(rows[0][0].merge(rows[1][0]), "学历\n学位", is_label=True)
        for cells, label, kind in zip(rows, ("全日制\n教育", "在职\n教育"), ("QuanRiZhi", "ZaiZhi"), strict=True):
            _write(cells[1], label, is_label=True)
            levels = [self.text(f"{kind}JiaoYu_XueLi"), self.text(f"{kind}JiaoYu_XueWei")]
            if kind == "QuanRiZhi" and not any(self.text(f"{one}JiaoYu_XueLi") for one in ("QuanRiZhi", "ZaiZhi")):
                levels[0] = self._highest()
            _write(cells[2].merge(cells[3]), "\n".join(filter(None, levels)))
            _write(cells[4], "毕业院校\n系及专业", is_label=True)
            schools = [self.text(f"{kind}JiaoYu_{part}_BiYeYuanXiaoXi") for part in ("XueLi", "XueWei")]
            _write(cells[5].merge(cells[6]), "\n".join(dict.fromkeys(filter(None, schools))))

    def _highest(self) -> str:
        """Return an education of which the record does not say whether it was full-time: the form must not claim it."""
        code = self._person.education
        return f"{code_table('education').label(code).zh}（未注明全日制或在职）" if code else ""

    def _shown(self, tag: str) -> str:
        text = self.text(tag)
        if tag == "ChuShengNianYue" and self._person.birth_date:
            born = self._person.birth_date
            years = self._today.year - born.year - ((self._today.month, self._today.day) < (born.month, born.day))
            return f"{_month(text)}\n（{years}岁）"
        return _month(text)

    def _row(self, table: "Table", height_mm: float = _ROW_MM) -> Sequence[Any]:
        from docx.shared import Mm

        row: Any = table.add_row()  # type: ignore[no-untyped-call]  # of the library
        row.height = Mm(height_mm)
        for cell, width in zip(row.cells, _WIDTHS_MM, strict=True):
            cell.width = Mm(width)
        return list(row.cells)


def _write(cell: Any, text: str, *, is_label: bool = False, size_pt: float = 10.5) -> None:
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    for place, line in enumerate(text.split("\n")):
        paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
        if is_label:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        set_font(paragraph.add_run(line), size_pt=size_pt)


def _month(text: str) -> str:
    """Write 198703 and 19870315 as 1987.03: the printed form has months, the record keeps the day."""
    return _dotted(text[:6]) if len(text) in {6, 8} and text.isdigit() else text


def _dotted(text: str) -> str:
    """Write 198703 as 1987.03, as the printed form does."""
    if len(text) in {6, 8} and text.isdigit():
        return ".".join(filter(None, (text[:4], text[4:6], text[6:])))
    return text
