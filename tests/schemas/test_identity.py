from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from schemas.identity import IdNumber, Phone, birth_of, checksum_of, mask_id_number, mask_phone, sex_of
from schemas.problems import problems_by_path

# 2399xx is assigned to no place, so no number here can be a person's.
FIRST_17 = st.builds(
    lambda day, order: f"239901{day:%Y%m%d}{order:03d}",
    st.dates(date(1930, 1, 1), date(2008, 1, 1)),
    st.integers(0, 999),
)


@given(FIRST_17)
def test_a_number_with_its_check_character_is_taken(first_17):
    number = first_17 + checksum_of(first_17)
    assert IdNumber().deserialize(f" {number.lower()} ") == number


@given(FIRST_17, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(first_17, place, shift):
    number = first_17 + checksum_of(first_17)
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    with pytest.raises(ValidationError):
        IdNumber().deserialize(wrong)


def test_fifteen_digits_become_eighteen():
    assert IdNumber().deserialize("239901680801071") == "239901196808010716"
    assert IdNumber().deserialize(239901680801071.0) == "239901196808010716"


def test_the_demo_numbers_are_taken_and_tell_birth_and_sex():
    number = IdNumber().deserialize("23990119961012042X")
    assert birth_of(number) == date(1996, 10, 12)
    assert sex_of(number) == "2"


def test_a_number_typed_as_a_number_is_refused():
    with pytest.raises(ValidationError) as refused:
        IdNumber().deserialize(2.399011979040205e17)
    assert "丢失" in problems_by_path(refused.value.messages)[""][0].problem.zh


@pytest.mark.parametrize(
    "value", ["23990119961012042", "239901199613120426", "23990119961012O42X", "abc", [], True, -5]
)
def test_anything_else_is_refused(value):
    with pytest.raises(ValidationError):
        IdNumber().deserialize(value)


@given(FIRST_17)
def test_a_refusal_never_shows_the_whole_number(first_17):
    right = checksum_of(first_17)
    wrong = first_17 + ("1" if right != "1" else "2")
    with pytest.raises(ValidationError) as refused:
        IdNumber().deserialize(wrong)
    assert wrong not in str(refused.value.messages)
    assert first_17[6:14] not in str(refused.value.messages)


def test_phones_lose_their_dashes():
    assert Phone().deserialize("000-0000001") == "0000000001"
    assert Phone().deserialize(" ") is None
    for wrong in ("12", "000-0000001、000-0000002", 5):
        with pytest.raises(ValidationError):
            Phone().deserialize(wrong)


def test_numbers_leave_masked():
    assert IdNumber().serialize("id_number", {"id_number": "23990119961012042X"}) == "239901********042X"
    assert Phone().serialize("phone", {"phone": "00000000001"}) == "000****0001"
    assert mask_id_number("12345678") == "12****78"
    assert mask_phone("1") == "*"
