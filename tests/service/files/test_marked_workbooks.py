"""The same workbook comes back: marked where it has to be, untouched everywhere else."""

import io
import re
import zipfile
from datetime import date

import openpyxl
import pytest
import xlsxwriter
from builders_workbooks import a_roster_row, write_records, write_rows
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from matching.vocabulary import Text
from service.files.finding_sheets import SUMMARY_NAME
from service.files.findings import CellFinding, Effect
from service.files.marked_styles import COLOURS
from service.files.marked_workbooks import GivenNumber, write_marked
from service.files.spreadsheets import read_sheets

PROBLEM, REMEDY = Text("日期不对。", "No date."), Text("请改正。", "Correct it.")


def a_finding(cell, effect=Effect.CELL_REFUSED, sheet="名册", **told):
    return CellFinding(effect=effect, problem=PROBLEM, remedy=REMEDY, sheet=sheet, cell=cell, column="列", **told)


def mark(source, target, *findings, numbers=(), language="zh", encoding=None):
    write_marked(
        target,
        source=source,
        findings=findings,
        listed=findings,
        numbers=numbers,
        number_header="人员编号",
        counts=Text("共 1 行", "1 row"),
        language=language,
        encoding=encoding,
    )
    return openpyxl.load_workbook(target)


def colour_of(cell):
    return cell.fill.fgColor.rgb[2:] if cell.fill.patternType == "solid" else None


@pytest.fixture
def laden(tmp_path):
    """A workbook with all that an office puts into one."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "名册"
    sheet.append(["××县花名册", None, None, None])
    sheet.merge_cells("A1:D1")
    sheet.append(["姓名", "出生年月", "人才类别", "备注"])
    sheet.append(["样例甲", "一九九零", "大学生村官", "=1+1"])
    sheet.append(["样例乙", date(1990, 5, 1), "返乡人员", None])
    sheet.column_dimensions["B"].width = 33
    sheet.row_dimensions[3].height = 40
    sheet["B3"].font = Font(bold=True, color="FF0000FF")
    sheet["A4"].fill = PatternFill("solid", fgColor="FF00FF00")
    sheet["A3"].comment = Comment("原有批注", "某人")
    choices = DataValidation(type="list", formula1='"大学生村官,返乡人员"')
    choices.add("C3:C9")
    sheet.add_data_validation(choices)
    sheet.freeze_panes = "A3"
    hidden = book.create_sheet("码表")
    hidden["A1"] = "留"
    hidden.sheet_state = "hidden"
    path = tmp_path / "laden.xlsx"
    book.save(path)
    return path


def test_bad_cells_are_coloured_and_commented_in_the_readers_language(laden, tmp_path):
    for language, told in (("zh", "日期不对。\n请改正。"), ("en", "No date.\nCorrect it.")):
        sheet = mark(laden, tmp_path / f"{language}.xlsx", a_finding("B3"), language=language)["名册"]
        assert colour_of(sheet["B3"]) == COLOURS["refused"]
        assert sheet["B3"].comment.text == told


def test_formats_merges_widths_choices_and_hidden_sheets_stay(laden, tmp_path):
    book = mark(laden, tmp_path / "out.xlsx", a_finding("B3"), a_finding("C4", Effect.TO_CONFIRM))
    sheet = book["名册"]
    assert [str(merged) for merged in sheet.merged_cells.ranges] == ["A1:D1"]
    assert (sheet.column_dimensions["B"].width, sheet.row_dimensions[3].height, sheet.freeze_panes) == (33, 40, "A3")
    assert sheet.data_validations.dataValidation[0].sqref.ranges
    assert (sheet["B3"].font.b, sheet["B3"].font.color.rgb) == (True, "FF0000FF")
    assert (colour_of(sheet["A4"]), colour_of(sheet["C4"])) == ("00FF00", COLOURS["to_confirm"])
    assert book["码表"].sheet_state == "hidden"
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        [cell.value for cell in row] for row in openpyxl.load_workbook(laden)["名册"].iter_rows()
    ]


def test_parts_that_are_not_marked_stay_byte_by_byte(laden, tmp_path):
    mark(laden, tmp_path / "out.xlsx", a_finding("B3"))
    with zipfile.ZipFile(laden) as before, zipfile.ZipFile(tmp_path / "out.xlsx") as after:
        same = {name for name in before.namelist() if before.read(name) == after.read(name)}
        changed = set(before.namelist()) - same
    assert "xl/worksheets/sheet2.xml" in same
    assert changed <= {
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/_rels/sheet1.xml.rels",
        "xl/comments/comment1.xml",
        "xl/drawings/commentsDrawing1.vml",
    }


def test_a_comment_of_somebody_else_stays_beside_ours(laden, tmp_path):
    sheet = mark(laden, tmp_path / "out.xlsx", a_finding("A3"), a_finding("B3"))["名册"]
    assert sheet["A3"].comment.text == "原有批注\n日期不对。\n请改正。"
    assert sheet["B3"].comment.author == "talentpool"


def test_a_blank_cell_is_marked_where_a_value_is_missing(laden, tmp_path):
    sheet = mark(laden, tmp_path / "out.xlsx", a_finding("D4"))["名册"]
    assert (sheet["D4"].value, colour_of(sheet["D4"])) == (None, COLOURS["refused"])


def test_generated_numbers_get_a_column_of_their_own_as_text(laden, tmp_path):
    given = [GivenNumber("名册", 2, None, 1, "P00000001"), GivenNumber("名册", 3, None, 1, "=P2")]
    sheet = mark(laden, tmp_path / "out.xlsx", a_finding("B3"), numbers=given)["名册"]
    assert [sheet[f"E{row}"].value for row in range(1, 5)] == [None, "人员编号", "P00000001", "=P2"]
    assert sheet["E4"].data_type in {"s", "inlineStr"}
    assert sheet.column_dimensions["E"].width == 14  # the sheet says nothing of the width of E
    assert sheet.column_dimensions["B"].width == 33


def test_generated_numbers_go_into_the_column_of_numbers(tmp_path):
    path = write_records(tmp_path / "a.xlsx", a_roster_row(number=""))
    sheet = mark(path, tmp_path / "out.xlsx", numbers=[GivenNumber("名册", 1, 0, 0, "P7")])["名册"]
    assert (sheet["A2"].value, sheet["B2"].value) == ("P7", "样例甲")


def test_marking_again_takes_the_marks_of_before_away(laden, tmp_path):
    mark(laden, tmp_path / "first.xlsx", a_finding("B3"), a_finding("C4"))
    book = mark(tmp_path / "first.xlsx", tmp_path / "second.xlsx", a_finding("C4"))
    sheet = book["名册"]
    assert (colour_of(sheet["B3"]), sheet["B3"].comment, sheet["B3"].font.b) == (None, None, True)
    assert colour_of(sheet["C4"]) == COLOURS["refused"]
    assert sheet["C4"].comment.text == "日期不对。\n请改正。"
    assert [name for name in book.sheetnames if name == SUMMARY_NAME.zh] == [SUMMARY_NAME.zh]


def test_the_summary_tells_the_counts_and_each_finding_as_text(laden, tmp_path):
    summary = mark(laden, tmp_path / "out.xlsx", a_finding("B3", value="=cmd()"))[SUMMARY_NAME.zh]
    rows = [[cell.value for cell in row] for row in summary.iter_rows()]
    assert rows[0][0] == "共 1 行"
    assert rows[4][:4] == ["名册", "B3", "列", "=cmd()"]
    assert summary["D5"].data_type in {"s", "inlineStr"}
    assert summary["B5"].hyperlink.location == "'名册'!B3"


def test_a_csv_comes_back_as_a_new_workbook_with_the_same_texts(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text("姓名,电话\n样例甲,00123\n=1+1,\n", encoding="gb18030")
    sheet = mark(path, tmp_path / "out.xlsx", a_finding("B2", sheet="")).worksheets[0]
    assert colour_of(sheet["B2"]) == COLOURS["refused"]
    assert (sheet.title, sheet["B2"].value, sheet["A3"].value, sheet["A3"].data_type) == ("数据", "00123", "=1+1", "s")


def test_a_marked_workbook_is_read_as_before(laden, tmp_path):
    mark(laden, tmp_path / "out.xlsx", a_finding("B3"), a_finding("D4"))
    before = read_sheets(laden)
    after = [sheet for sheet in read_sheets(tmp_path / "out.xlsx") if sheet.name != SUMMARY_NAME.zh]
    assert [(sheet.name, sheet.rows, sheet.merged) for sheet in after] == [
        (sheet.name, sheet.rows, sheet.merged) for sheet in before
    ]


def test_a_workbook_without_a_finding_comes_back_with_a_summary_only(tmp_path):
    path = write_rows(tmp_path / "a.xlsx", ["姓名"], ["样例甲"])
    book = mark(path, tmp_path / "out.xlsx")
    assert book.sheetnames == ["名册", SUMMARY_NAME.zh]


def test_a_cell_gets_back_the_colour_that_the_office_had_put_behind_it(laden, tmp_path):
    mark(laden, tmp_path / "one.xlsx", a_finding("A4"))
    mark(tmp_path / "one.xlsx", tmp_path / "two.xlsx", a_finding("A4", Effect.TO_CONFIRM))
    sheet = mark(tmp_path / "two.xlsx", tmp_path / "three.xlsx", a_finding("C4"))["名册"]
    assert (colour_of(sheet["A4"]), colour_of(sheet["C4"])) == ("00FF00", COLOURS["refused"])
    assert mark(tmp_path / "three.xlsx", tmp_path / "four.xlsx")["名册"]["C4"].fill.patternType is None


def parts_of(path, ending):
    with zipfile.ZipFile(path) as archive:
        return [archive.read(name).decode() for name in archive.namelist() if name.endswith(ending)]


def test_no_shape_stays_behind_without_its_comment_and_none_has_the_number_of_another(laden, tmp_path):
    mark(laden, tmp_path / "one.xlsx", a_finding("B3"), a_finding("C3"))
    mark(tmp_path / "one.xlsx", tmp_path / "two.xlsx", a_finding("C3"), a_finding("D4"))
    expected = {"one.xlsx": {(2, 0), (2, 1), (2, 2)}, "two.xlsx": {(2, 0), (2, 2), (3, 3)}}
    for name, cells in expected.items():
        (drawing,) = parts_of(tmp_path / name, ".vml")
        places = re.findall(r"<x:Row>(\d+)</x:Row>.*?<x:Column>(\d+)</x:Column>", drawing, re.DOTALL)
        numbers = re.findall(r"<v:shape [^>]*?id=\"([^\"]+)\"", drawing)
        assert sorted((int(row), int(column)) for row, column in places) == sorted(cells)
        assert len(set(numbers)) == len(numbers) == len(cells)


def test_a_picture_in_the_header_keeps_its_drawing_to_itself(tmp_path):
    path = tmp_path / "seal.xlsx"
    pixel = bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
        "5a5cc6b00000000049454e44ae426082"
    )
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("名册")
        page.write_row(0, 0, ["姓名", "出生年月"])
        page.write_row(1, 0, ["样例甲", "不详"])
        page.set_header("&L&G", {"image_left": "seal.png", "image_data_left": io.BytesIO(pixel)})
    (former,) = parts_of(path, ".vml")
    sheet = mark(path, tmp_path / "out.xlsx", a_finding("B2"))["名册"]
    drawings = parts_of(tmp_path / "out.xlsx", ".vml")
    assert former in drawings
    assert sum("<x:Row>1</x:Row>" in drawing for drawing in drawings) == 1
    assert sheet["B2"].comment is not None


def test_data_bars_with_extensions_of_their_own_do_not_swallow_the_comments(tmp_path):
    path = tmp_path / "bars.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("名册")
        page.write_row(0, 0, ["姓名", "从业年限"])
        page.write_row(1, 0, ["样例甲", 3])
        page.conditional_format("B2:B9", {"type": "data_bar", "data_bar_2010": True})
    with pytest.warns(UserWarning, match="extension"):  # openpyxl, which only looks
        mark(path, tmp_path / "out.xlsx", a_finding("B2"))
    (xml,) = (part for part in parts_of(tmp_path / "out.xlsx", "worksheets/sheet1.xml"))
    assert xml.index("</conditionalFormatting>") < xml.index("<legacyDrawing ") < xml.rindex("<extLst>")


def test_a_workbook_with_macros_comes_back_without_them_as_what_its_name_says(tmp_path):
    project = tmp_path / "vbaProject.bin"
    project.write_bytes(b"no macros, but a part of that name")
    path = tmp_path / "macros.xlsm"
    with xlsxwriter.Workbook(path) as book:
        book.add_vba_project(project)
        page = book.add_worksheet("名册")
        page.write_row(0, 0, ["姓名", "出生年月"])
        page.write_row(1, 0, ["样例甲", "不详"])
    assert colour_of(mark(path, tmp_path / "out.xlsx", a_finding("B2"))["名册"]["B2"]) == COLOURS["refused"]
    with zipfile.ZipFile(tmp_path / "out.xlsx") as archive:
        assert not [name for name in archive.namelist() if "vba" in name.lower()]
        told = archive.read("[Content_Types].xml") + archive.read("xl/_rels/workbook.xml.rels")
    assert b"macroEnabled" not in told
    assert b"vba" not in told.lower()


def test_a_marked_table_that_another_program_saved_in_an_uncommon_form_is_marked_again(tmp_path):
    path = write_rows(tmp_path / "a.xlsx", ["姓名", "出生年月"], ["样例甲", "不详"])
    mark(path, tmp_path / "one.xlsx", a_finding("B2"))
    older = tmp_path / "uncommon.xlsx"  # names of elements with a prefix: as some other programs write it
    with zipfile.ZipFile(tmp_path / "one.xlsx") as before, zipfile.ZipFile(older, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            if name == "xl/workbook.xml":
                main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
                content = re.sub(rb"<(/?)(?=[a-z])", rb"<\1x:", content).replace(b'xmlns="' + main, b'xmlns:x="' + main)
            after.writestr(name, content)
    book = mark(older, tmp_path / "two.xlsx", a_finding("B2"))
    assert book.sheetnames == ["名册", SUMMARY_NAME.zh]


def test_a_csv_comes_back_in_the_encoding_that_was_given(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("姓名,出生年月\n樣例甲,不詳\n".encode("big5"))
    book = mark(path, tmp_path / "out.xlsx", a_finding("B2", sheet=""), encoding="big5")
    assert book.worksheets[0]["A2"].value == "樣例甲"


def test_a_sheet_without_widths_gets_one_for_the_numbers_and_the_summary_prints_on_the_width_of_a_page(tmp_path):
    path = write_records(tmp_path / "a.xlsx", {"姓名": "样例甲"})
    book = mark(path, tmp_path / "out.xlsx", numbers=[GivenNumber("名册", 1, None, 0, "P00000001")])
    assert book["名册"].column_dimensions["B"].width == 14
    summary = book[SUMMARY_NAME.zh]
    assert summary.sheet_properties.pageSetUpPr.fitToPage
    assert (summary.page_setup.orientation, summary.page_setup.fitToHeight) == ("landscape", 0)
