"""Comparing records: what counts as the same writing, and who is told apart."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.linkage import Identity, Roll, find_pairs, matches_of
from service.linkage.levels import LEVELS, REASONS
from service.linkage.scoring import Weights
from service.linkage.writing import plain_id_number, plain_name, plain_phone, spellings

NUMBER = "239901199005010038"


def _one(person_id: int = 1, **changes: Any) -> Identity:
    known: dict[str, Any] = {
        "name": "样例甲子", "id_number": None, "phone": "00012345678", "birth_date": date(1990, 5, 1), "sex": "1",
        "village_id": 7, "township_id": 3, "county_id": 1,
    }  # fmt: skip
    return Identity(person_id=person_id, **{**known, **changes})


def _is_pair(one: Identity, other: Identity) -> bool:
    crowd = [
        _one(100 + k, name=f"虚构{'丙丁戊己庚辛壬癸'[k % 8]}{'寅卯辰巳'[k % 4]}", phone=f"0009{k:07}",
             birth_date=date(1960 + k, 1 + k % 12, 1 + k % 28), village_id=50 + k)
        for k in range(40)
    ]  # fmt: skip
    return (one.person_id, other.person_id) in {
        (p.first_id, p.second_id) for p in find_pairs(Roll.of([one, other, *crowd]))
    }


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("张 伟", "张伟"), ("\u3000張偉 ", "张伟"), ("阿卜杜拉·买买提", "阿卜杜拉买买提"),
        ("阿卜杜拉•买买提", "阿卜杜拉买买提"), ("李强（曾用名李刚）", "李强"), ("李强(男", "李强"),
        ("Zhāng Wěi", "ZHANGWEI"), ("吕Lǚ", "吕LV"), ("王喆", "王哲"), ("", ""), (None, ""),
    ],
)  # fmt: skip
def test_names_are_brought_to_one_form(written: str | None, meant: str) -> None:
    assert plain_name(written) == meant


def test_numbers_are_brought_to_one_form() -> None:
    assert plain_id_number("239901900501003") == NUMBER
    assert plain_id_number("２３９９０１１９９００５０１００３８") == NUMBER
    assert plain_id_number("2399O1 l99005O10038") == NUMBER
    assert plain_id_number("12345") == ""
    assert plain_phone("+86 138-0000-0000") == plain_phone("13800000000") == "13800000000"


def test_surnames_are_read_as_surnames() -> None:
    assert spellings(plain_name("单雄")) == ("SHANXIONG", "XIONGSHAN")
    assert spellings(plain_name("曾好"))[0] == "ZENGHAO"


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "样例甲梓"}, {"name": "Yang Li Jia Zi"}, {"name": "甲子样例"}, {"name": "樣例甲子"}, {"phone": None},
        {"birth_date": date(1990, 5, 1), "birth_date_is_month": True}, {"village_id": None, "township_id": None},
        {"phone": "00012345687"}, {"name": "样例甲孑"}, {"birth_date": None}, {"sex": "2"},
    ],
)  # fmt: skip
def test_one_slip_does_not_hide_a_person(changes: dict[str, Any]) -> None:
    assert _is_pair(_one(1), _one(2, **changes))


@pytest.mark.parametrize(
    "changes",
    [
        # twins; kin and colleagues on one phone; a namesake in the village
        {"name": "样例甲丑", "id_number": "239901199005010058"},
        {"name": "样例卯辰", "birth_date": date(1964, 2, 3)},
        {"id_number": "239901196203040017", "birth_date": date(1962, 3, 4), "phone": "00099999999"},
    ],
)
def test_who_only_shares_something_is_told_apart(changes: dict[str, Any]) -> None:
    assert not _is_pair(_one(1, id_number=NUMBER), _one(2, **changes))


def test_one_id_number_is_one_person_under_any_name() -> None:
    assert _is_pair(
        _one(1, id_number=NUMBER), _one(2, name="拟名酉", id_number="239901900501003", phone=None, village_id=9)
    )


@pytest.mark.parametrize("written", [NUMBER[:-1], NUMBER[1:], NUMBER[:-1] + "1", NUMBER[:9] + NUMBER[10:]])
def test_a_number_with_one_sign_missing_or_a_wrong_check_sign_is_as_good_as_the_number(written: str) -> None:
    assert _is_pair(
        _one(1, id_number=NUMBER),
        _one(2, name="样例甲丑", id_number=written, birth_date=None, phone=None),
    )


@given(st.lists(st.builds(_one, name=st.text(max_size=14), id_number=st.text(max_size=20), phone=st.text(max_size=20))))
def test_anything_can_be_written_into_a_record(people: list[Identity]) -> None:
    numbered = [_one(place, name=p.name, id_number=p.id_number, phone=p.phone) for place, p in enumerate(people)]
    roll = Roll.of(numbered)
    assert all(pair.first_id < pair.second_id for pair in find_pairs(roll))
    matches_of(numbered[:2], roll)


def test_a_record_is_compared_the_same_way_from_both_sides() -> None:
    one, other = _one(1), _one(2, name="样例甲梓", birth_date=None)
    (ahead,), (back,) = (matches_of([x], Roll.of([y]))[0] for x, y in ((one, other), (other, one)))
    assert ahead.probability == pytest.approx(back.probability)


def test_every_level_has_a_declared_weight_and_every_told_one_a_sentence() -> None:
    weights = Weights.declared()
    assert {field: len(levels) for field, levels in LEVELS.items()} == {f: len(w) for f, w in weights.of.items()}
    assert REASONS.keys() <= {f"{field}.{level}" for field, levels in LEVELS.items() for level in levels}
    assert weights.prior < 0
