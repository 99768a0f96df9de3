"""Places, names and numbers of the demo city follow the rules of real ones and are nobody's."""

import re

from seed_data.demo_city import DemoCity
from seed_data.demo_city.names import RARE_CHARACTERS, checksum

COMMON_GIVEN_NAMES = [
    "建国",
    "建军",
    "志强",
    "志刚",
    "国强",
    "国庆",
    "秀英",
    "秀兰",
    "桂英",
    "玉兰",
    "淑珍",
    "淑华",
    "玉梅",
    "红梅",
    "丽华",
    "丽娟",
    "海燕",
    "晓燕",
    "春梅",
    "文革",
    "小平",
    "子涵",
    "子轩",
    "梓涵",
    "浩宇",
    "浩然",
    "欣怡",
    "雨桐",
    "宇轩",
    "伟",
    "芳",
    "娜",
    "敏",
    "静",
    "丽",
    "强",
    "磊",
    "军",
    "洋",
    "勇",
    "艳",
    "杰",
    "娟",
    "涛",
    "明",
    "超",
    "霞",
    "平",
    "刚",
    "鹏",
    "斌",
    "辉",
    "玲",
    "桂",
    "华",
    "英",
]
REAL_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"


def test_places_nest_by_their_codes(city: DemoCity) -> None:
    counties = {county["county_code"]: county["name"] for county in city.counties}
    townships = {township["township_code"]: township["name"] for township in city.townships}
    assert all(t["township_code"].startswith(t["county_code"]) and t["county_code"] in counties for t in city.townships)
    for village in city.villages:
        code = village["village_code"]
        assert re.fullmatch(r"2399\d{8}", code)
        assert (village["county"], village["township"]) == (counties[code[:6]], townships[code[:9]])


def test_place_codes_follow_the_national_structure(city: DemoCity) -> None:
    for township in city.townships:
        kind = int(township["township_code"][6:])
        ending = "街道" if kind < 100 else "镇" if kind < 200 else "乡"
        assert township["name"].endswith(ending)
    for village in city.villages:
        assert (village["kind"] == "community") == (int(village["village_code"][9:]) < 200)


def test_village_names_are_distinct_within_a_township(city: DemoCity) -> None:
    assert len({(v["village_code"][:9], v["village"]) for v in city.villages}) == len(city.villages)


def test_villages_lie_within_120_km_of_the_centre_in_the_open_sea(city: DemoCity) -> None:
    for village in city.villages:
        if village["latitude"] is not None:
            assert abs(village["latitude"] - 35.2) < 1.4
            assert abs(village["longitude"] - 123.3) < 1.7
    unknown = sum(village["latitude"] is None for village in city.villages)
    assert 0 < unknown < 60


def test_id_numbers_are_well_formed_but_of_no_region_and_fit_the_record(city: DemoCity) -> None:
    numbers = [person["id_number"] for person in city.people if person["id_number"]]
    assert len(set(numbers)) == len(numbers) > 9000
    for person in city.people:
        if number := person["id_number"]:
            assert number.startswith("2399")
            assert weighted_sum(number) % 11 == 1
            assert person["birth_date"] is None or number[6:14] == f"{person['birth_date']:%Y%m%d}"
            assert person["sex"] in {None, "1" if int(number[16]) % 2 else "2"}


def weighted_sum(number: str) -> int:
    """Weigh the digits as ISO 7064 MOD 11-2 does; X is ten."""
    digits = [10 if sign == "X" else int(sign) for sign in number]
    return sum(digit * 2 ** (17 - place) for place, digit in enumerate(digits))


def test_the_checksum_is_the_published_one() -> None:
    assert checksum("11010519491231002") == "X"  # the example of GB 11643-1999


def test_phones_cannot_be_dialled(city: DemoCity) -> None:
    phones = [person["phone"] for person in city.people if person["phone"]]
    assert len(set(phones)) == len(phones)
    assert all(re.fullmatch(r"000\d{8}", phone) for phone in phones)


def test_no_name_is_a_real_one(city: DemoCity) -> None:
    for person in city.people:
        assert person["name"][0] not in REAL_SURNAMES
        assert person["name"][2:] not in COMMON_GIVEN_NAMES
        assert person["name"][:2] in {"样例", "示例", "演示", "虚构", "样本", "试样", "拟名", "举例"}


def test_names_exercise_fonts_and_namesakes(city: DemoCity) -> None:
    names = [person["name"] for person in city.people]
    assert set(RARE_CHARACTERS) <= set("".join(names))
    assert 50 < len(names) - len(set(names)) < 400
    assert sum("·" in name for name in names) >= 10
