"""Unknown headers are guessed by sign and sound and never taken unasked; sensitive ones are known by their words."""

import pytest
from builders_workbooks import write_rows

from service.errors import InvalidInput
from service.files.columns import Treatment, column_table
from service.files.findings import Effect
from service.files.tables import read_table

HEADER = ["姓名", "人才类别"]


@pytest.mark.parametrize(
    ("header", "meant"),
    [
        *(
            ("姓明", "姓名"),
            ("xingming", "姓名"),
            ("sfzh", "身份证号"),
            ("政治面貎", "政治面貌"),
            ("Phone number", "Phone"),
        ),
        *(
            ("从事产业情况", "从事产业"),
            ("工作单位全称", "工作单位"),
            ("联系电话号码", "联系电话"),
            ("lxdh", "联系电话"),
        ),
    ],
)
def test_an_unknown_header_is_guessed_and_not_taken(tmp_path, header, meant):
    assert column_table("people").find(header) is None
    table = read_table(write_rows(tmp_path / "a.xlsx", [*HEADER, header], ["甲", "村官", "某某"]), kind="people")
    assert table.drafts[0].values == {"name": "甲", "talent_source": "村官"}
    (finding,) = table.findings
    assert (finding.effect, finding.suggestion) == (Effect.COLUMN_LEFT_OUT, meant)
    assert "%" in finding.remedy.zh


def test_a_guess_that_somebody_confirmed_is_taken(tmp_path):
    path = write_rows(tmp_path / "a.xlsx", ["姓明", "类别", "从事产业情况"], ["甲", "村官", "水稻"])
    columns = {"姓明": "name", "从事产业情况": "industry_text"}
    table = read_table(path, kind="people", columns=columns)
    assert table.drafts[0].values == {"name": "甲", "talent_source": "村官", "industry_text": "水稻"}
    assert table.findings == []


def test_a_header_of_two_rows_is_confirmed_by_its_joined_name(tmp_path):
    rows = [*HEADER, "供职"], ["", "", "全称"], ["甲", "村官", "某某中心"]
    path = write_rows(tmp_path / "a.xlsx", *rows)
    (draft,) = read_table(path, kind="people", columns={"供职/全称": "employer"}).drafts
    assert draft.values["employer"] == "某某中心"


@pytest.mark.parametrize(("header", "field"), [("爱好", "hobby"), ("宗教信仰", "note"), ("本人信教情况", "note")])
def test_no_mapping_leads_to_no_field_or_brings_in_what_must_stay_outside(header, field):
    with pytest.raises(InvalidInput):
        column_table("people").with_mapping({header: field})


@pytest.mark.parametrize(
    ("kind", "header", "key"),
    [
        ("people", "本人有无宗教信仰", "religion"),
        ("people", "姓名（配偶）", "family_members"),
        ("people", "父亲姓名", "family_members"),
        ("people", "户口性质（农业/非农）", "household_type"),
        ("people", "健康状况（有无病史）", "health_detail"),
        ("people", "婚姻情况", "marital_status"),
        ("people", "开户银行及账号", "bank_account"),
        ("vacancies", "对性别的要求", "sex_req"),
        ("vacancies", "籍贯限制", "birthplace_req"),
        ("vacancies", "户籍条件", "household_req"),
    ],
)
def test_a_sensitive_column_is_known_by_the_words_inside_its_header(kind, header, key):
    column = column_table(kind).find(header)
    assert column.key == key
    assert column.treatment in {Treatment.DROP, Treatment.REFUSE}


def test_a_family_under_a_common_header_stays_outside(tmp_path):
    rows = ["姓名", "人才类别", "家庭成员", ""], ["", "", "姓名", "工作单位"], ["甲", "村官", "甲父", "某厂"]
    path = write_rows(tmp_path / "a.xlsx", *rows, merged=["A1:A2", "B1:B2", "C1:D1"])
    table = read_table(path, kind="people")
    assert table.drafts[0].values == {"name": "甲", "talent_source": "村官"}
    assert [finding.cell for finding in table.findings] == ["C1", "D1"]
