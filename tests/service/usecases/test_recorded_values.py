"""What a reader of a history or a preview sees instead of attribute names and codes."""

import pytest

from service.usecases.records.histories import COLUMNS_OF
from service.usecases.records.recorded_values import field_label, value_in_words


@pytest.mark.parametrize(
    ("field", "value", "zh", "en"),
    [
        ("sex", "2", "女", "female"),
        ("n_jobs_created", 30.0, "30", "30"),
        ("match_consent", True, "是", "yes"),
        ("appraisals", None, "—", "—"),
    ],
)
def test_a_value_is_told_in_words(field, value, zh, en):
    assert value_in_words("people", field, value, language="zh") == zh
    assert value_in_words("people", field, value, language="en") == en


def test_a_code_that_no_table_knows_is_shown_as_it_is():
    assert value_in_words("people", "sex", "77", language="en") == "77"


def test_a_home_is_called_as_in_the_table_and_never_by_its_attribute():
    assert field_label("people", "home_village_id").zh == "所在村"
    assert field_label("people", "home_county_id").en == "County"
    for kind, fields in {"people": COLUMNS_OF.keys() - {"township_id", "village_id"}}.items():
        assert [field for field in fields if field_label(kind, field).en == field] == []
