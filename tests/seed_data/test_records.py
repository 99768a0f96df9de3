"""The records of the demo city: complete, canonical, consistent and nobody's."""

import re
from collections import Counter
from datetime import date

import pytest

from matching.vocabulary import PostType, RecordStatus, TalentSource
from matching.vocabulary.codes import code_table
from matching.vocabulary.industries import IndustryTerms
from seed_data.demo_city import DemoCity, generate
from seed_data.demo_city.names import RARE_CHARACTERS, checksum

AS_OF = date(2026, 11, 1)
TABLE_OF = {
    "people": {
        "talent_source": "talent_source",
        "record_status": "record_status",
        "sex": "sex",
        "ethnicity": "ethnicity",
        "political_status": "political_status",
        "negative_flags": "negative_list",
        "fulltime_education": "education",
        "inservice_education": "education",
        "education": "education",
        "degree": "degree",
        "title": "professional_title",
        "employer_type": "employer_type",
        "personal_identity": "personal_identity",
        "return_intention": "return_intention",
        "work_themes": "work_theme",
        "resources_offered": "resource",
        "willing_posts": "post_type",
        "party_building_experience": "party_building_experience",
        "mass_work_experience": "mass_work_experience",
        "honours_level": "honours_level",
        "market_channels": "market_channels",
    },
    "villages": {
        "kind": "village_kind",
        "coordinate_source": "coordinate_source",
        "settlement_type": "settlement_type",
        "village_needs": "village_need",
    },
    "vacancies": {
        "post_type": "post_type",
        "rule_profile": "rule_profile",
        "vacancy_status": "vacancy_status",
        "themes": "work_theme",
        "five": "five_understandings",
        "resources": "resource",
        "education_min": "education_rank",
        "political_req": "political_status",
    },
    "decisions": {
        "decision": "review_decision",
        "reason_codes": "reason_code",
        "stage_reached": "stage_reached",
        "appraisal": "appraisal",
    },
}
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


def test_the_city_has_its_promised_size(city: DemoCity) -> None:
    sizes = len(city.counties), len(city.townships), len(city.villages), len(city.people)
    assert sizes == (10, 113, 1300, 10_000)


def test_open_and_closed_vacancies_cover_the_three_posts(city: DemoCity) -> None:
    counts = Counter((v["post_type"], v["vacancy_status"].is_open) for v in city.vacancies)
    assert [counts[post, True] for post in PostType] == [200, 120, 180]
    assert [counts[post, False] for post in PostType] == [50, 50, 50]


def test_the_three_pools_hold_nearly_everybody(city: DemoCity) -> None:
    counts = Counter(person["talent_source"] for person in city.people)
    pools = [counts[TalentSource(code)] for code in ("T1", "T2", "T3")]
    assert min(pools) > 2000
    assert 0.9 < sum(pools) / len(city.people) < 0.96


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_seed_gives_the_same_city(seed: int) -> None:
    assert generate(seed, n_people=400).fingerprint() == generate(seed, n_people=400).fingerprint()


def test_another_seed_gives_another_city() -> None:
    assert generate(1, n_people=400).fingerprint() != generate(2, n_people=400).fingerprint()


def test_too_few_villages_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 452 villages"):
        generate(n_villages=100, n_people=10)


@pytest.mark.parametrize(
    ("records", "key"), [("people", "person_no"), ("villages", "village_code"), ("vacancies", "vacancy_no")]
)
def test_stable_keys_are_unique(city: DemoCity, records: str, key: str) -> None:
    keys = [record[key] for record in getattr(city, records)]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    "records", ["counties", "townships", "villages", "people", "vacancies", "decisions", "checks", "appointments"]
)
def test_records_of_one_kind_have_the_same_keys(city: DemoCity, records: str) -> None:
    assert len({tuple(record) for record in getattr(city, records)}) == 1


@pytest.mark.parametrize(("records", "field"), [(r, f) for r, fields in TABLE_OF.items() for f in fields])
def test_every_code_stands_in_its_table(city: DemoCity, records: str, field: str) -> None:
    known = set(code_table(TABLE_OF[records][field]).codes)
    used: set[str] = set()
    for record in getattr(city, records):
        value = record[field]
        used |= set(value) if isinstance(value, tuple) else {str(value)} - {"None"}
    assert used
    assert used <= known


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


def test_everything_named_is_there(city: DemoCity) -> None:
    villages = {village["village_code"] for village in city.villages}
    people = {person["person_no"] for person in city.people}
    vacancies = {vacancy["vacancy_no"] for vacancy in city.vacancies}
    for person in city.people:
        assert person["home_village_code"] in villages | {None}
        assert set(person["tie_village_codes"] or ()) <= villages
    assert {vacancy["village_code"] for vacancy in city.vacancies} <= villages
    assert {appointment["village_code"] for appointment in city.appointments} <= villages
    for record in (*city.decisions, *city.checks, *city.appointments):
        assert record["person_no"] in people
        assert record["vacancy_no"] in vacancies | {None}


def test_id_numbers_are_well_formed_but_of_no_region_and_fit_the_record(city: DemoCity) -> None:
    numbers = [person["id_number"] for person in city.people if person["id_number"]]
    assert len(set(numbers)) == len(numbers) > 9000
    for person in city.people:
        if number := person["id_number"]:
            assert number.startswith("2399")
            assert number[17] == checksum(number[:17])
            assert person["birth_date"] is None or number[6:14] == f"{person['birth_date']:%Y%m%d}"
            assert person["sex"] in {None, "1" if int(number[16]) % 2 else "2"}


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


def test_industries_are_what_the_text_says(city: DemoCity) -> None:
    terms = IndustryTerms.shipped()
    for record in (*city.people, *city.villages, *city.vacancies):
        found, _ = terms.find_in(record["industry_text"] or "")
        assert (record["industries"] or ()) == found


def test_life_happens_in_order(city: DemoCity) -> None:
    for person in city.people:
        born, started, joined = person["birth_date"], person["work_start_date"], person["party_join_date"]
        if born and started:
            assert (started - born).days > 15.5 * 365
            assert started <= AS_OF
        if born and joined:
            assert (joined - born).days > 17.9 * 365
            assert joined <= AS_OF
        if joined:
            assert person["political_status"] in {"01", "02", None}
        if person["political_status"] == "02" and joined:
            assert (AS_OF - joined).days <= 366


def test_only_verified_records_are_attested(city: DemoCity) -> None:
    for person in city.people:
        is_verified = person["record_status"] is RecordStatus.VERIFIED
        assert (person["attested_by"] is not None) == (person["attested_document"] is not None) == is_verified


@pytest.mark.parametrize(
    ("field", "low", "high"),
    [
        ("consent_matching", 0.02, 0.04),
        ("duty_health_ok", 0.15, 0.25),
        ("negative_flags", 0.15, 0.35),
        ("work_start_date", 0.03, 0.1),
        ("home_village_code", 0.02, 0.06),
        ("u1_agriculture", 0.08, 0.16),
        ("industries", 0.005, 0.04),
    ],
)
def test_records_have_the_gaps_of_real_rosters(city: DemoCity, field: str, low: float, high: float) -> None:
    assert low < sum(person[field] is None for person in city.people) / len(city.people) < high
