import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from matching.vocabulary import PostType, TalentSource
from schemas.codes import Appraisals, Code, CodeNumber, Codes, EnumCode, FitForDuty, IndustryWords, Rank, YesNo
from schemas.fields import Key, Name, PlainText, Words
from schemas.numbers import DAYS, PEOPLE, WAN_YUAN, YEARS, AgeLimit, Amount, Months, Whole, years_of_work_in
from schemas.problems import problems_by_path
from schemas.sorting import SortKey
from schemas.vacancies import PoliticalRequirement


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        (Name(), "样例 乙", "样例乙"),
        (Name(), "\u3000样例\u3000丙 ", "样例丙"),
        (Name(), " John  Smith ", "John Smith"),
        (Name(), "䶮𠮷", "䶮𠮷"),
        (PlainText(), " 村支书\r\n助理 ", "村支书 助理"),
        (PlainText(multiline=True), "甲\r\n乙_x000D_\n丙", "甲\n乙\n\n丙"),
        (PlainText(), "   ", None),
        (Key(), "Ｐ－０１ ", "P-01"),
        (Words(), "东岗村、西岗村;东岗村", ("东岗村", "西岗村")),
        (Words(), "无", ()),
        (Code("education"), "大专", "31"),
        (EnumCode("post_type", PostType), "第一书记", PostType.FIRST_SECRETARY),
        (EnumCode("talent_source", TalentSource), "退居二线/离退休干部", TalentSource.RETIRED_CADRE),
        (Codes("work_theme"), "建强组织、推动产业", ("W1", "W2")),
        (Codes("work_theme"), ["W3"], ("W3",)),
        (Codes("work_theme"), "推动精准扶贫/产业发展", ("W2",)),
        (Codes("negative_list"), "无", ()),
        (Codes("negative_list"), "NG01；NG03", ("NG01", "NG03")),
        (Codes("village_need"), "无", ("N0",)),
        (YesNo(), "是", True),
        (YesNo(), False, False),
        (FitForDuty(), "健康", True),
        (FitForDuty(), "否", False),
        (CodeNumber("honours_level"), "市级", 2),
        (CodeNumber("honours_level"), 3, 3),
        (Rank("education_rank"), "大专及以上", 6),
        (Rank("education_rank"), "本科以上学历", 7),
        (Rank("education_rank"), "不限", None),
        (Rank("education_rank"), 6, 6),
        (Rank("degree"), "学士及以上", 1),
        (Whole({"年": 1}), "12年", 12),
        (Whole(), 86.0, 86),
        (Whole(DAYS), "１２天", 12),
        (Amount(YEARS), "12年", 12.0),
        (Amount(WAN_YUAN), "50万元", 50.0),
        (Amount(WAN_YUAN), "500,000元", 50.0),
        (Amount(), 3, 3.0),
        (AgeLimit(), "45周岁以下", 45),
        (AgeLimit(), "不超过50岁（含）", 50),
        (AgeLimit(), "不限", None),
        (Months(), "2年", 24),
        (Months(), "一年半", 18),
        (Months(), "18个月", 18),
        (Months(), "十二个月", 12),
        (Months(), "18 months", 18),
        (Months(), "1 year", 12),
        (Months(), "2.5 years", 30),
        (Months(), "1 Year, 6 Months", 18),
        (Months(), 24, 24),
        (PoliticalRequirement("political_status"), "不限", None),
        (PoliticalRequirement("political_status"), "中共党员", "01"),
        (IndustryWords(), "水稻", ("水稻",)),
        (Appraisals(), "2023年年度考核称职；2024年年度考核优秀。", ("2023:competent", "2024:excellent")),
        (Appraisals(), "2023 competent; 2024 Not competent", ("2023:competent", "2024:incompetent")),
        (Appraisals(), "2024年度基本称职、2023不称职", ("2023:incompetent", "2024:basically_competent")),
        (Appraisals(), ["2025:excellent"], ("2025:excellent",)),
        (SortKey("name"), "-name", "-name"),
    ],
)
def test_what_offices_write_is_read(field, value, expected):
    read = field.deserialize(value)
    assert read == expected
    assert type(read) is type(expected)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (PlainText(), 5),
        (PlainText(), "a\x00b"),
        (Name(), "样例\u202e甲"),
        (PlainText(), "甲\u2066乙\u2069"),
        (PlainText(multiline=True), "甲\u200f乙"),
        (PlainText(10), "x" * 11),
        (Key(6, pattern=r"\d{6}"), "12345a"),
        (Code("education"), "大学肄业"),
        (Code("education"), 21),
        (Codes("work_theme"), "建强组织、唱歌"),
        (Codes("work_theme"), [1]),
        (YesNo(), "也许"),
        (CodeNumber("honours_level"), True),
        (CodeNumber("honours_level"), 9),
        (Rank("education_rank"), 12),
        (Rank("education_rank"), "中级以上职称"),
        (Whole(), 2.5),
        (Whole(), True),
        (Whole(), -1),
        (Whole(PEOPLE), "约30人"),
        (Whole(PEOPLE), "1,2"),
        (Amount(YEARS), "3，5年"),
        (Amount(WAN_YUAN), "1234,567元"),
        (Whole(PEOPLE), "30户"),
        (Amount(), float("nan")),
        (Amount(), float("inf")),
        (AgeLimit(), "中青年"),
        (Months(), "2"),
        (Months(), "长期"),
        (Months(), 2.0),
        (Months(), 0),
        (IndustryWords(), "不知道什么"),
        (Words(), "东岗村、" + "长" * 61),
        (Words(), "东岗\x00村"),
        (Words(), ["东岗\u202e村"]),
        (Appraisals(), "优秀、称职"),
        (Appraisals(), "2023年优秀，2024年未定等次"),
        (SortKey("name"), "phone"),
    ],
)
def test_what_could_mean_something_else_is_refused_with_both_languages(field, value):
    with pytest.raises(ValidationError) as refused:
        field.deserialize(value)
    ((path, (problem,)),) = problems_by_path(refused.value.messages).items()
    assert path == ""
    assert problem.problem.zh != problem.problem.en


def test_health_is_neither_kept_nor_shown():
    with pytest.raises(ValidationError) as refused:
        FitForDuty().deserialize("高血压三级")
    ((_, (problem,)),) = problems_by_path(refused.value.messages).items()
    assert problem.value is None
    assert "高血压" not in str(refused.value.messages)


def test_only_plain_years_of_work_become_a_number():
    assert years_of_work_in("2年以上工作经历") == 2
    assert years_of_work_in("两年及以上工作经验") == 2
    assert years_of_work_in("中级以上职称或3年以上从业经历") is None
    assert years_of_work_in("2年以上基层工作经历") is None


def refused_well(error):
    """Every refusal has both languages."""
    for problems in problems_by_path(error.messages).values():
        assert all(problem.problem.zh != problem.problem.en for problem in problems)


EVERY_FIELD = [
    PlainText(),
    Name(),
    Key(),
    Words(),
    Code("education"),
    Codes("resource"),
    YesNo(),
    FitForDuty(),
    CodeNumber("honours_level"),
    Rank("education_rank"),
    Rank("degree"),
    Whole(PEOPLE),
    Amount(WAN_YUAN),
    AgeLimit(),
    Months(),
    Appraisals(),
]
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(), inside, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(EVERY_FIELD), JSON_VALUES)
def test_any_value_is_read_or_refused_and_never_breaks_a_field(field, value):
    try:
        field.deserialize(value)
    except ValidationError as refused:
        refused_well(refused)


def test_a_name_that_would_read_backwards_is_refused_by_the_sign_that_turns_it() -> None:
    with pytest.raises(ValidationError) as refused:
        Name().deserialize("样例\u202e甲")
    assert "U+202E" in str(refused.value.messages)
