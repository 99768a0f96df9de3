import openpyxl
import pytest
import xlsxwriter
from builders_workbooks import SAMPLES, a_roster_row, write_records, write_rows

from matching.vocabulary import Text
from service.files.columns import Treatment, column_table
from service.files.findings import Effect
from service.files.limits import UnreadableFile
from service.files.tables import read_table

HEADER = ["姓名", "性别", "人才类别"]


def test_the_sample_roster_has_five_rows_under_its_two_row_header():
    table = read_table(SAMPLES / "roster_synthetic.xlsx", kind="people")
    assert [draft.values["name"] for draft in table.drafts] == ["样例 乙", "样例丙", "样例丁", "样例戊", "样例己"]
    last = table.drafts[-1]
    assert (last.values["fulltime_education"], last.values["inservice_education"]) == ("中专", "中央党校大学")
    assert last.finding("inservice_education", Effect.NOTE, Text("", "")).cell == "K9"
    assert [note.cell for note in table.findings if "合计" in note.problem.zh] == ["A10"]
    assert "清河镇党委" in table.preamble


def test_the_sample_vacancies_are_read():
    table = read_table(SAMPLES / "vacancies_synthetic.xlsx", kind="vacancies")
    assert [draft.values["post_type"] for draft in table.drafts] == ["第一书记", "产业顾问", "名誉村长"]
    assert not [finding for finding in table.findings if finding.is_open]


def test_a_two_row_header_is_found_without_any_merged_cell(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "花名册,,,,\n姓名,人才类别,学历学位,,备注\n,,全日制教育,在职教育,\n样例甲,村官,大专,大学,无事\n",
        encoding="utf-8",
    )
    (draft,) = read_table(path, kind="people").drafts
    assert draft.values == {
        "name": "样例甲",
        "talent_source": "村官",
        "fulltime_education": "大专",
        "inservice_education": "大学",
        "note": "无事",
    }


def test_the_upper_header_tells_two_equal_lower_ones_apart(tmp_path):
    rows = ["姓名", "人才类别", "全日制教育", "", "在职教育", ""], ["", "", "学历", "学位", "学历", "学位"]
    merged = ["A1:A2", "B1:B2", "C1:D1", "E1:F1"]
    data = ["样例甲", "村官", "大学", "农学学士", "研究生", "管理学硕士"]
    (draft,) = read_table(write_rows(tmp_path / "a.xlsx", *rows, data, merged=merged), kind="people").drafts
    assert draft.values["fulltime_education"] == "大学"
    assert draft.values["fulltime_degree"] == "农学学士"
    assert draft.values["inservice_education"] == "研究生"
    assert draft.values["inservice_degree"] == "管理学硕士"


def test_columns_may_stand_in_any_order(tmp_path):
    row = a_roster_row()
    forth = read_table(write_records(tmp_path / "a.xlsx", row), kind="people").drafts[0]
    back = read_table(write_records(tmp_path / "b.xlsx", dict(reversed(row.items()))), kind="people").drafts[0]
    assert forth.values == back.values


def test_a_village_merged_over_several_people_counts_for_each(tmp_path):
    rows = ["所在村", "姓名"], ["东岗村", "样例甲"], ["", "样例乙"], ["", "样例丙"]
    table = read_table(write_rows(tmp_path / "a.xlsx", *rows, merged=["A2:A3"]), kind="people")
    assert [draft.values.get("village") for draft in table.drafts] == ["东岗村", "东岗村", None]


def test_totals_notes_blank_rows_and_repeated_headers_are_skipped_and_said_so(tmp_path):
    rows = (
        HEADER,
        ["样例甲", "男", "村官"],
        [],
        ["小 计", 1],
        HEADER,
        ["样例乙", "女", "村官"],
        ["填表人：某某"],
        ["注", "说明"],
    )
    table = read_table(write_rows(tmp_path / "a.xlsx", *rows), kind="people")
    assert [draft.values["name"] for draft in table.drafts] == ["样例甲", "样例乙"]
    assert {(note.cell, note.problem.en) for note in table.findings} == {
        ("A4", "A row of totals was skipped."),
        ("A5", "A repeated header was skipped."),
        ("A7", "A footnote was skipped."),
        ("A8", "A footnote was skipped."),
        ("", "1 blank rows were skipped."),
    }


def test_unknown_repeated_and_nameless_columns_are_reported_with_a_suggestion(tmp_path):
    rows = [*HEADER, "从事产业情况", "性别", ""], ["样例甲", "男", "村官", "水稻", "女", "x"]
    findings = read_table(write_rows(tmp_path / "a.xlsx", *rows), kind="people").findings
    assert [(found.effect, found.cell, found.column) for found in findings] == [
        (Effect.COLUMN_LEFT_OUT, "D1", "从事产业情况"),
        (Effect.COLUMN_LEFT_OUT, "E1", "性别"),
        (Effect.COLUMN_LEFT_OUT, "F1", ""),
    ]
    assert "从事产业" in findings[0].remedy.zh


@pytest.mark.parametrize(
    ("kind", "header", "law"),
    [
        ("people", "宗教信仰", "《个人信息保护法》第二十八条"),
        ("people", "户口性质", "不收集户口性质"),
        ("people", "家庭主要成员", "不导入第三人信息"),
        ("people", "疾病史", "《个人信息保护法》第二十八条"),
        ("people", "带动人数", "带动农户数"),
        ("vacancies", "性别要求", "《就业促进法》第三条"),
        ("vacancies", "民族", "《劳动法》第十二条"),
    ],
)
def test_what_must_not_come_in_is_left_out_by_name_with_the_law(tmp_path, kind, header, law):
    rows = {"people": (HEADER, ["样例甲", "男", "村官"]), "vacancies": (["村名", "岗位"], ["东岗村", "第一书记"])}[kind]
    path = write_rows(tmp_path / "a.xlsx", [*rows[0], header], [*rows[1], "x"])
    table = read_table(path, kind=kind)
    (finding,) = table.findings
    assert finding.effect is Effect.COLUMN_LEFT_OUT
    assert law in finding.problem.zh
    assert "x" not in table.drafts[0].values.values()


def test_an_income_in_yuan_does_not_pass_for_ten_thousand_yuan():
    table = column_table("people")
    assert table.find("年收入（万元）").key == "annual_revenue_wan"
    assert table.find("年收入（元）") is None


def test_formula_errors_are_refused_at_their_cell(tmp_path):
    (finding,) = read_table(write_rows(tmp_path / "a.xlsx", HEADER, ["样例甲", "#N/A", "村官"]), kind="people").findings
    assert (finding.effect, finding.cell, finding.value) == (Effect.CELL_REFUSED, "B2", "#N/A")


@pytest.mark.parametrize("kind", ["people", "vacancies", "villages", "decisions", "training"])
def test_every_known_header_is_found_and_every_import_has_a_field(kind):
    from service.usecases.incoming.import_rows import SCHEMAS

    table = column_table(kind)
    fields = set(SCHEMAS[kind]().load_fields) | {"fulltime_degree", "inservice_degree"}
    for header, column in table._by_header.items():
        assert table.find(header) is column
        assert column.treatment is not Treatment.IMPORT or column.key in fields
        assert column.treatment not in {Treatment.DROP, Treatment.REFUSE} or column.reason


def test_a_table_of_another_kind_and_one_without_header_are_refused(tmp_path):
    with pytest.raises(UnreadableFile, match="Name"):
        read_table(SAMPLES / "vacancies_synthetic.xlsx", kind="people")
    with pytest.raises(UnreadableFile, match="header"):
        read_table(write_rows(tmp_path / "a.xlsx", ["甲", "乙"], [1, 2]), kind="people")


def test_a_sheet_that_is_no_table_is_skipped_and_said_so(tmp_path):
    import xlsxwriter

    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("说明").write(0, 0, "请先阅读")
        page = book.add_worksheet("名册")
        page.write_row(0, 0, HEADER)
        page.write_row(1, 0, ["样例甲", "男", "村官"])
    table = read_table(path, kind="people")
    assert len(table.drafts) == 1
    assert [(note.sheet, note.effect) for note in table.findings] == [("说明", Effect.NOTE)]


def test_a_formula_whose_result_was_never_saved_is_no_blank(tmp_path):
    book = openpyxl.Workbook()  # it writes formulas and computes none
    book.active.append(["姓名", "人才类别", "从业年限"])
    book.active.append(["样例甲", "村官", "=1+2"])
    book.active.append(["样例乙", "村官", None])
    book.save(tmp_path / "a.xlsx")
    table = read_table(tmp_path / "a.xlsx", kind="people")
    (finding,) = [one for one in table.findings if one.effect is Effect.CELL_REFUSED]
    assert (finding.cell, "没有保存结果" in finding.problem.zh) == ("C2", True)
    assert table.drafts[0].refused == {"years_in_industry"}


def test_a_formula_with_a_result_even_an_empty_text_is_read_as_its_result(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["姓名", "人才类别", "从业年限", "特长"])
        page.write_row(1, 0, ["样例甲", "村官"])
        page.write_formula(1, 2, "=1+2", None, 3)
        page.write_formula(1, 3, '=IF(A1="","",A1)', None, "育种")
        page.write_row(2, 0, ["样例乙", "村官"])
        page.write_formula(2, 3, '=IF(A1="","",A1)', None, " ")
    table = read_table(tmp_path / "a.xlsx", kind="people")
    assert not [one for one in table.findings if one.effect is Effect.CELL_REFUSED]
    assert (table.drafts[0].values["years_in_industry"], table.drafts[0].values["specialties"]) == (3, "育种")
    assert "specialties" not in table.drafts[1].values
