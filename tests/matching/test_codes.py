import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import MatchingError
from matching.vocabulary import (
    PostType,
    RecordStatus,
    ReviewDecision,
    RuleProfile,
    TalentSource,
    VacancyStatus,
)
from matching.vocabulary.codes import CODE_TABLES, CodeTable, code_table


@pytest.mark.parametrize("name", CODE_TABLES)
def test_every_table_loads_and_finds_its_own_codes_and_labels(name):
    table = code_table(name)
    assert table.codes
    for code in table.codes:
        assert table.find(code) == code
        assert table.find(table.label(code).zh) == code
        assert table.label(code).en


@pytest.mark.parametrize(
    ("name", "enumeration"),
    [
        ("talent_source", TalentSource),
        ("post_type", PostType),
        ("rule_profile", RuleProfile),
        ("vacancy_status", VacancyStatus),
        ("record_status", RecordStatus),
        ("review_decision", ReviewDecision),
    ],
)
def test_tables_and_enumerations_name_the_same_codes(name, enumeration):
    assert set(code_table(name).codes) == {member.value for member in enumeration}


@pytest.mark.parametrize(
    ("name", "word", "code"),
    [
        ("ethnicity", "汉", "01"),
        ("political_status", "党员", "01"),
        ("political_status", "预备党员", "02"),
        ("talent_source", "致富能手", "T3"),
        ("talent_source", "退休干部", "T4"),
        ("talent_source", " 大学生 村官　", "T1"),
        ("education", "中央党校大学", "22"),
        ("education", "大专", "31"),
        ("degree", "农学学士", "409"),
        ("professional_title", "农艺师", "093"),
        ("professional_title", "讲师", "013"),
        ("village_need", "集体经济薄弱村", "N5"),
        ("work_theme", "建强组织", "W1"),
        ("yes_no", "Ｙ", "true"),
    ],
)
def test_words_of_real_rosters_are_found(name, word, code):
    assert code_table(name).find(word) == code


@pytest.mark.parametrize(("name", "word"), [("education", "大学肄业"), ("professional_title", "高级教师"), ("sex", "")])
def test_words_that_could_mean_several_things_are_not_guessed(name, word):
    assert code_table(name).find(word) is None


def test_ranks_are_columns_of_their_tables():
    assert code_table("education").attribute("31", "rank") == "6"
    assert code_table("degree").attribute("409", "rank") == "1"
    assert code_table("professional_title").attribute("093", "title_rank") == "2"
    assert code_table("professional_title").attribute("nope", "title_rank") is None


def test_every_title_has_a_rank_from_0_to_4():
    titles = code_table("professional_title")
    assert {titles.attribute(code, "title_rank") for code in titles.codes} == {"0", "1", "2", "3", "4"}


def test_words_inside_a_sentence_are_found_without_counting_twice():
    assert code_table("resource").find_inside("育苗技术、销售渠道") == ("market", "technology")
    assert code_table("resource").find_inside("项目资金") == ("funds",)


def test_a_word_for_two_codes_is_refused_by_name():
    rows = [
        {"code": "1", "zh": "甲", "en": "a", "aliases": "丙"},
        {"code": "2", "zh": "乙", "en": "b", "aliases": "丙"},
    ]
    with pytest.raises(MatchingError, match=r"t\.csv.*丙"):
        CodeTable("t", rows)


def test_an_unknown_table_is_refused_by_name():
    with pytest.raises(MatchingError, match="nope"):
        code_table("nope")


@given(st.sampled_from(CODE_TABLES), st.text())
def test_whatever_is_found_is_a_code_of_the_table(name, word):
    table = code_table(name)
    assert table.find(word) in {None, *table.codes}
