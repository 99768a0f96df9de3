"""Workbooks to fill in: drop-downs from the code tables, a note on every column, an example on a sheet of its own."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from marshmallow import fields

from matching.vocabulary import Text
from matching.vocabulary.codes import CodeTable
from schemas.base import RecordSchema
from schemas.codes import Appraisals, Codes, FitForDuty, YesNo
from schemas.dates import Day
from schemas.identity import IdNumber, Phone
from schemas.numbers import AgeLimit, Months, Number, Scale
from service.files.columns import Column, Treatment, column_table
from service.files.template_examples import EXAMPLES, HINTS

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

__all__ = ["template"]

_ROWS = 5_000  # that carry the drop-downs
_LISTED_BESIDE = 200  # characters that a drop-down may hold itself; a longer list stands on the hidden sheet
_LISTS = "代码表"
_EXAMPLE_SHEET = Text("填写示例", "Example")
_TABLE_SHEETS = {
    "people": Text("人员", "People"),
    "vacancies": Text("岗位需求", "Vacancies"),
    "villages": Text("村", "Villages"),
    "decisions": Text("审阅结论", "Decisions"),
    "training": Text("培训记录", "Training"),
}


@dataclass(frozen=True)
class _Asked:
    """One column of a template."""

    column: Column
    field: fields.Field[Any] | None
    is_required: bool
    words: tuple[str, ...]
    example: str


def template(kind: str, *, schema: RecordSchema, needed: frozenset[str], language: str = "zh") -> bytes:
    """Return an .xlsx to fill in.

    Parameters
    ----------
    kind : {"people", "vacancies", "villages", "decisions", "training"}
    schema : RecordSchema
        That the rows will be read with.
    needed : frozenset of str
        Fields without which a row is refused.
    language : {"zh", "en"}
        Of the notes; the headers and words are those of the offices.

    Returns
    -------
    bytes
        The same bytes for the same arguments. Importing it untouched finds no row.
    """
    import xlsxwriter

    asked = _asked(kind, schema, needed)
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": _MADE})
        page = book.add_worksheet(_TABLE_SHEETS[kind].in_(language))
        example = book.add_worksheet(_EXAMPLE_SHEET.in_(language))
        lists = _write_lists(book, asked)
        _write_head(book, page, asked, language)
        _write_rows(book, page, asked, lists)
        _write_example(book, example, asked, language)
    return content.getvalue()


def _asked(kind: str, schema: RecordSchema, needed: frozenset[str]) -> list[_Asked]:
    required = needed | {name for name, field in schema.load_fields.items() if field.required}
    example = EXAMPLES[kind]
    return [
        _Asked(
            column,
            schema.load_fields.get(column.key),
            column.key in required and column.key not in _NOT_ASKED,
            _words(schema.load_fields.get(column.key)),
            example.get(column.key, ""),
        )
        for column in column_table(kind).columns
        if column.treatment is Treatment.IMPORT
    ]


#: A wrong one refuses the row, a blank one does not.
_NOT_ASKED = frozenset({"village_code", "shortlist_no", "reviewer_no"})


def _words(field: fields.Field[Any] | None) -> tuple[str, ...]:
    """Return the words that a drop-down offers."""
    if isinstance(field, FitForDuty | YesNo):
        return ("是", "否")
    table = getattr(field, "table", None)
    if not isinstance(table, CodeTable):
        return ()
    return tuple(table.label(code).zh for code in table.codes)


def _write_lists(book: "Workbook", asked: Sequence[_Asked]) -> dict[str, str]:
    """Write the longer lists on a hidden sheet and return where each of them stands, by field."""
    ranges: dict[str, str] = {}
    long = [one for one in asked if sum(map(len, one.words)) + len(one.words) > _LISTED_BESIDE]
    if not long:
        return ranges
    sheet = book.add_worksheet(_LISTS)
    sheet.hide()
    for place, one in enumerate(long):
        sheet.write_column(0, place, one.words)
        letter = chr(ord("A") + place)
        ranges[one.column.key] = f"='{_LISTS}'!${letter}$1:${letter}${len(one.words)}"
    return ranges


def _write_head(book: "Workbook", page: "Worksheet", asked: Sequence[_Asked], language: str) -> None:
    shape = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1}
    styles = [book.add_format({**shape, "bg_color": colour}) for colour in _COLOURS]
    page.set_row(0, 32)
    page.freeze_panes(1, 0)
    for place, one in enumerate(asked):
        page.write_string(0, place, one.column.label.zh, styles[one.is_required])
        page.write_comment(0, place, _note(one, language), {"x_scale": 2, "y_scale": 1.5})


def _write_rows(book: "Workbook", page: "Worksheet", asked: Sequence[_Asked], lists: Mapping[str, str]) -> None:
    as_text = book.add_format({"num_format": "@"})
    for place, one in enumerate(asked):
        page.set_column(place, place, max(10, min(24, 2 * len(one.column.label.zh) + 4)), as_text)
        if not one.words:
            continue
        # Several words of a list may stand in one cell, which a drop-down cannot offer: it warns and lets them pass.
        strict = not isinstance(one.field, Codes)
        page.data_validation(
            1,
            place,
            _ROWS,
            place,
            {
                "validate": "list",
                "source": lists.get(one.column.key) or list(one.words),
                "error_type": "stop" if strict else "information",
                "error_title": _CHOOSE.zh,
                "error_message": _CHOOSE_LONG.zh,
            },
        )


def _write_example(book: "Workbook", page: "Worksheet", asked: Sequence[_Asked], language: str) -> None:
    """Write columns as lines, so that nobody takes the sheet for a table to import."""
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    page.set_column(0, 1, 28, wrapped)
    page.set_column(2, 2, 80, wrapped)
    page.write_row(0, 0, [part.in_(language) for part in _EXAMPLE_HEAD], bold)
    for row, one in enumerate(asked, start=1):
        page.write_row(row, 0, [one.column.label.zh, one.example, _note(one, language).replace("\n", " ")])


def _note(one: _Asked, language: str) -> str:
    parts = [one.column.label.in_(language)]
    parts.append((_REQUIRED if one.is_required else _OPTIONAL).in_(language))
    hint = HINTS.get(one.column.key) or next((said for kind, said in _SAID if isinstance(one.field, kind)), None)
    if hint is not None:
        parts.append(hint.in_(language))
    if one.example:
        parts.append(_FOR_EXAMPLE.filled(example=one.example).in_(language))
    return "\n".join(parts)


_SAID: tuple[tuple[type, Text], ...] = (
    (Day, Text("日期或年月，如 1985-10 或 1985-10-05。", "A day or month, such as 1985-10 or 1985-10-05.")),
    (IdNumber, Text("18 位，单元格须为文本。", "18 characters, in a cell formatted as text.")),
    (Phone, Text("只填一个号码。", "One number only.")),
    (Appraisals, Text("逐年写明结果。", "The result of each year.")),
    (Codes, Text("可填几项，用“、”隔开。", "Several may be given, separated by 、.")),
    (FitForDuty, Text("只填是或否，不写病情。", "Yes or no only, nothing about illness.")),
    (AgeLimit, Text("须在“要求依据”列注明文件。", "Needs a document under 要求依据.")),
    (Months, Text("写明年或月。", "Say years or months.")),
    (Scale, Text("写明单位。", "Give the unit.")),
    (Number, Text("数字，可带单位。", "A number; its unit may follow.")),
)
_MADE = datetime(2026, 1, 1)  # noqa: DTZ001 - the writer wants no zone; fixed, so that the same template is the same file
_COLOURS = ("#F2F2F2", "#FFE8CC")  # optional, required
_REQUIRED = Text("必填", "Required")
_OPTIONAL = Text("选填，留空表示未知", "Optional; blank means unknown")
_FOR_EXAMPLE = Text("例如：{example}", "For example: {example}")
_CHOOSE = Text("请从列表中选择", "Choose from the list")
_CHOOSE_LONG = Text("此列只接受列表中的词，别名请改为列表中的写法。", "This column takes the words of the list only.")

_EXAMPLE_HEAD = (
    Text("列名说明", "What a column is"),
    Text("示例内容", "An example"),
    Text("怎样填写", "How to fill it in"),
)
