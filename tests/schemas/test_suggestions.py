"""One click mends a cell: what is suggested is taken, and nothing personal is ever suggested."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from schemas.codes import Code, Codes
from schemas.dates import read_date
from schemas.identity import IdNumber, Phone
from schemas.numbers import HOUSEHOLDS, WAN_YUAN, Amount, Scale, Whole
from schemas.people import PersonSchema
from schemas.problems import problems_by_path


def suggestion(read, value):
    with pytest.raises(ValidationError) as refused:
        read(value)
    return refused.value.messages[0].suggestion


@pytest.mark.parametrize(
    ("value", "likely"),
    [
        (31234, "1985-07-06"),
        ("31234", "1985-07-06"),
        ("85.10", "1985-10"),
        ("1985、10", "1985-10"),
        ("1985年10月左右", "1985-10"),
        ("25/12/1985", "1985-12-25"),
        ("1985/10/05 08:30", "1985-10-05"),
        ("1985-10-05.", "1985-10-05"),
        *((unclear, None) for unclear in ("10/5/1985", "至今", "1985.13", "1985.2.30", "1985", 1985.1)),
    ],
)
def test_a_date_is_suggested_only_where_it_can_be_one_day(value, likely):
    assert suggestion(read_date, value) == likely


@pytest.mark.parametrize(
    ("value", "likely"),
    [("约200", "200"), ("200余户", "200"), ("1.2万户", "12000"), ("二十三户", "23"), ("10-20", None), ("许多", None)],
)
def test_a_number_of_households_is_suggested(value, likely):
    assert suggestion(Whole(HOUSEHOLDS, most=1e6).read, value) == likely


def test_money_keeps_its_unit():
    assert suggestion(Amount(WAN_YUAN).read, "约12万") == "12"
    assert suggestion(Amount(WAN_YUAN).read, "约50亩") is None


def test_a_size_without_a_unit_is_refused_and_no_unit_is_guessed():
    assert Scale().read("生猪200头") == "生猪200头"
    assert suggestion(Scale().read, "50") is None


@pytest.mark.parametrize(
    ("table", "value", "likely"),
    [
        ("education", "研究牲", "研究生"),
        ("education", "大学肄业", None),
        ("political_status", "中共党园", "中共党员"),
        ("ethnicity", "朝鲜组", "朝鲜族"),
        ("professional_title", "高级农艺帅", "高级农艺师"),
        ("talent_source", "村干", None),
    ],
)
def test_the_nearest_word_of_a_table_is_suggested_never_its_contrary(table, value, likely):
    assert suggestion(Code(table).read, value) == likely


def test_of_several_words_the_whole_cell_is_suggested():
    assert suggestion(Codes("resource").read, "资金、市厂") == "资金、市场"
    assert suggestion(Codes("resource").read, "资金、炒房") is None


@pytest.mark.parametrize(("read", "value"), [(IdNumber().read, "23990119961012042Y"), (Phone().read, "13800000001/2")])
def test_what_tells_who_somebody_is_is_never_suggested(read, value):
    assert suggestion(read, value) is None


@given(
    st.sampled_from(sorted(PersonSchema().load_fields)),
    st.text(alphabet="约余多万元户一二十年月村官党员大学研究0189./-、", max_size=8),
)
def test_every_suggestion_is_taken_by_its_field(field, value):
    reader = PersonSchema(only=[field])
    try:
        reader.load({field: value})
    except ValidationError as refused:
        for said in problems_by_path(refused.messages).get(field, []):
            if said.suggestion is not None:
                reader.load({field: said.suggestion})
