"""Rows are read as the schema would read them, only faster."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from schemas.people import PersonSchema
from schemas.problems import problems_by_path
from schemas.rows import RowReader
from schemas.vacancies import VacancySchema

WORDS = [
    "",
    "无",
    "男",
    "样例甲",
    "村官",
    "1985.1",
    "1985-10",
    "党员",
    "239901198703150025",
    "一年半",
    "资金、市厂",
    "不限",
]
VALUES = st.one_of(
    st.sampled_from(WORDS), st.integers(-1, 30_000), st.booleans(), st.floats(0, 90), st.text(max_size=4)
)


def by_marshmallow(schema, row):
    try:
        return schema.load(row), {}
    except ValidationError as refused:
        problems = problems_by_path(refused.messages)
        good = {key: value for key, value in refused.valid_data.items() if key not in problems}
        return schema.complete(good, refused={path.partition("[")[0] for path in problems}), problems


@pytest.mark.parametrize("kind", [PersonSchema, VacancySchema])
@given(st.data())
def test_a_row_is_read_as_marshmallow_reads_it_at_first_and_again(kind, data):
    schema = kind()
    names = st.sampled_from(sorted(schema.load_fields))
    rows = data.draw(st.lists(st.dictionaries(names, VALUES, max_size=12), min_size=1, max_size=4))
    reader = RowReader(schema)
    for row in rows * 2:
        assert reader.read(row) == by_marshmallow(schema, row)


def test_a_number_and_a_truth_that_are_equal_to_python_are_told_apart():
    reader = RowReader(PersonSchema())
    assert reader.read({"u1_agriculture": 1})[0] == {"u1_agriculture": 1}
    assert "u1_agriculture" in reader.read({"u1_agriculture": True})[1]


def test_a_field_that_the_table_does_not_have_is_named():
    row = {"hobby": "x", "name": "甲", "talent_source": "T1"}
    assert list(RowReader(PersonSchema()).read(row)[1]) == ["hobby"]
