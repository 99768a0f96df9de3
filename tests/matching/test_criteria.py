import inspect

import numpy as np
import pytest
from builders_pool import COUNTY, TOWNSHIP, VILLAGE, a_pool, criteria_frame, some_vacancies, vacancy_facts
from hypothesis import given
from hypothesis import strategies as st

from matching.criteria import CRITERIA, MISSING
from matching.errors import MatchingError
from matching.frames import CRITERIA_COLUMNS
from matching.vocabulary.industries import IndustryTerms

INDUSTRIES = IndustryTerms.shipped()


def level_of(criterion_id, person, **vacancy):
    criterion = CRITERIA[criterion_id]
    known = criterion.encode(criteria_frame(person), industries=INDUSTRIES)
    return int(criterion.levels(known.values, [vacancy_facts(**vacancy)])[known.codes[0], 0])


def fact_of(criterion_id, person, **vacancy):
    criterion = CRITERIA[criterion_id]
    known = criterion.encode(criteria_frame(person), industries=INDUSTRIES)
    return criterion.fact(known.values, int(known.codes[0]), vacancy_facts(**vacancy))


def share_of(criterion_id, person, **vacancy):
    return CRITERIA[criterion_id].level(level_of(criterion_id, person, **vacancy)).share


@pytest.mark.parametrize("criterion", CRITERIA.values(), ids=lambda criterion: criterion.id)
def test_every_ladder_rises_to_the_full_share(criterion):
    shares = [level.share for level in criterion.ladder]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert criterion.missing.share == 0.0


@pytest.mark.parametrize("criterion", CRITERIA.values(), ids=lambda criterion: criterion.id)
def test_every_level_speaks_both_languages(criterion):
    assert criterion.label.zh
    assert criterion.label.en.isascii()
    for level in (criterion.missing, *criterion.ladder):
        sentence = level.sentence.filled(fact="F", points="0")
        assert sentence.zh.endswith("。")
        assert sentence.en.endswith(".")
        assert level.label.zh
        assert level.label.en
        assert sentence.en.isascii()


@pytest.mark.parametrize("criterion", CRITERIA.values(), ids=lambda criterion: criterion.id)
def test_missing_sentences_speak_of_the_data_and_state_the_points(criterion):
    assert criterion.missing.sentence.zh.startswith("未登记")
    assert "{points}" in criterion.missing.sentence.zh
    assert "{points}" in criterion.missing.sentence.en


@pytest.mark.parametrize("criterion", CRITERIA.values(), ids=lambda criterion: criterion.id)
def test_a_person_without_any_data_is_missing_everywhere(criterion):
    assert level_of(criterion.id, {}) == MISSING
    assert fact_of(criterion.id, {}) == criterion.missing.label


def test_every_criterion_reads_declared_columns_only():
    declared = {column.name for column in CRITERIA_COLUMNS}
    assert {column for criterion in CRITERIA.values() for column in criterion.columns} <= declared


@pytest.mark.parametrize(
    ("criterion_id", "column", "shares"),
    [
        ("rural_work", "rural_work_years", {0: 0, 1: 0.17, 3: 0.5, 5.9: 0.83, 6: 1, 30: 1}),
        ("party_building", "party_building_experience", {0: 0, 1: 0.5, 2: 1}),
        ("mass_work", "mass_work_experience", {0: 0, 1: 0.5, 2: 1}),
        ("market_channels", "market_channels", {0: 0, 1: 0.5, 2: 1}),
        ("projects_won", "n_projects_won", {0: 0, 1: 0.29, 3: 0.52, 9: 0.8, 10: 1}),
        ("appraisals", "appraisal_score", {0: 0.1, 0.4: 0.45, (0.6 + 0.6 + 0.6) / 3: 0.6, 2.2 / 3: 0.8, 1: 1}),
        ("training", "training_hours", {0: 0, 10: 0.1, 40: 0.35, 119: 0.75, 120: 1}),
        ("honours", "honours_level", {0: 0, 1: 0.25, 2: 0.5, 3: 0.75, 4: 1}),
        ("visit_days", "visit_days_per_year", {0: 0, 5: 0.17, 10: 0.5, 29: 0.83, 30: 1}),
        ("service_days", "visit_days_per_year", {0: 0, 5: 0.12, 10: 0.38, 39: 0.75, 40: 1}),
        ("industry_results", "households_led", {0: 0, 4: 0.3, 5: 0.52, 99: 0.83, 100: 1}),
        ("title", "title_rank", {0: 0, 1: 0.25, 2: 0.5, 3: 0.75, 4: 1}),
        ("years_in_industry", "years_in_industry", {0: 0, 2.9: 0.1, 3: 0.3, 9: 0.53, 14: 0.83, 15: 1}),
    ],
)
def test_numbers_fall_into_the_declared_steps(criterion_id, column, shares):
    assert {number: share_of(criterion_id, {column: float(number)}) for number in shares} == shares


@pytest.mark.parametrize(
    ("person", "share"),
    [
        ({"donations_wan": 0.0, "n_jobs_created": 0.0}, 0.0),
        ({"donations_wan": 2.0}, 0.24),
        ({"n_jobs_created": 30.0}, 0.83),
        ({"donations_wan": 80.0, "n_jobs_created": 20.0}, 1.0),
    ],
)
def test_a_contribution_is_donations_plus_jobs(person, share):
    assert share_of("contribution", person) == share


def test_what_is_not_recorded_of_a_contribution_is_said():
    assert fact_of("contribution", {"donations_wan": 2.5}).zh == "捐助 2.5 万元，带动就业未登记"
    assert fact_of("contribution", {"n_jobs_created": 1.0}).en == "donations not recorded, created 1 job"


UNDERSTANDINGS = ("u1_agriculture", "u2_industry", "u3_city", "u4_enterprise", "u5_economy")


@pytest.mark.parametrize("level", range(6))
@pytest.mark.parametrize("asked", [("U1",), ("U2", "U4"), ("U1", "U3", "U5"), ()])
def test_understandings_of_one_level_earn_a_fifth_for_each_step(level, asked):
    person = dict.fromkeys(UNDERSTANDINGS, float(level))
    assert level_of("five_understandings", person, five=asked) != MISSING
    assert share_of("five_understandings", person, five=asked) == level / 5


@pytest.mark.parametrize(
    ("person", "asked", "share"),
    [
        ({"u1_agriculture": 5.0, "u2_industry": 0.0}, ("U1",), 1.0),
        ({"u1_agriculture": 3.0, "u2_industry": 4.0}, ("U1", "U2"), 0.8),  # a mean between two levels: the upper one
        ({"u1_agriculture": 5.0}, ("U1", "U2", "U5"), 0.4),  # one 5 and two blanks: a mean of 1.7
        ({"u1_agriculture": 3.0}, ("U1", "U5"), 0.4),
        ({"u3_city": 2.0}, (), 0.0),  # none asked: all five count
    ],
)
def test_what_is_asked_and_not_assessed_costs_points(person, asked, share):
    assert level_of("five_understandings", person, five=asked) != MISSING
    assert share_of("five_understandings", person, five=asked) == share


def test_understandings_are_missing_only_where_nothing_asked_for_is_assessed():
    assert level_of("five_understandings", {"u2_industry": 5.0}, five=("U1", "U5")) == MISSING


def test_unassessed_understandings_are_named():
    fact = fact_of("five_understandings", {"u1_agriculture": 3.0}, five=("U1", "U5"))
    assert fact.zh == "岗位所需 2 项平均 1.5 级（满分 5 级；未评定按 0 级计：懂现代经济）"
    assert fact.en == (
        "1.5 of 5 on average over the 2 asked for (not assessed, counted as 0: understands the modern economy)"
    )


def test_an_unknown_understanding_is_refused_with_its_vacancy():
    with pytest.raises(MatchingError, match="V1, five: There is no understanding 'U9'"):
        level_of("five_understandings", {}, five=("U9",))


@pytest.mark.parametrize(
    ("offered", "asked", "share"),
    [("W1|W2", ("W1", "W2"), 1), ("W1", ("W1", "W2"), 0.6), ("W1", ("W1", "W2", "W3"), 0.3), ("", ("W1",), 0)],
)
def test_need_themes_are_the_share_of_the_vacancys(offered, asked, share):
    assert share_of("need_theme", {"work_themes": offered}, themes=asked) == share


@pytest.mark.parametrize(
    ("criterion_id", "nothing"),
    [("need_theme", {"themes": ()}), ("resource_fit", {"resources": ()}), ("industry_fit", {"industries": ()})],
)
def test_a_vacancy_that_asks_nothing_gives_everybody_the_same_level_and_says_so(criterion_id, nothing):
    _, people = a_pool(50, seed=3, unknown_share=0.4)
    criterion = CRITERIA[criterion_id]
    known = criterion.encode(people, industries=INDUSTRIES)
    levels = criterion.levels(known.values, [vacancy_facts(**nothing)])
    assert set(levels.ravel().tolist()) == {len(criterion.ladder)}
    assert "人人同分" in criterion.ladder[-1].sentence.zh


def test_the_industry_of_a_person_is_shown_beside_the_vacancys():
    fact = fact_of("industry_fit", {"industries": "小麦|香菇"})
    assert fact.zh == "小麦、香菇（岗位：水稻）"
    assert fact.en == "wheat, shiitake (vacancy: rice)"


HERE = {"home_village_code": VILLAGE, "home_township_code": TOWNSHIP, "home_county_code": COUNTY}


@pytest.mark.parametrize(
    ("person", "kilometres", "level"),
    [
        ({"latitude": 46.6, "longitude": 127.0}, "0 公里", 6),
        ({"latitude": 46.6, "longitude": 127.2}, "15.3 公里", 5),
        ({"latitude": 46.9, "longitude": 127.0}, "33.4 公里", 4),
        ({"latitude": 47.1, "longitude": 127.0}, "55.6 公里", 3),
        ({"latitude": 46.6, "longitude": 129.0}, "152.8 公里", 2),
        ({"latitude": 39.9, "longitude": 116.4}, "1,134.9 公里", 1),
        (HERE, "约 0 公里（同村，估算）", 6),
        ({**HERE, "home_village_code": "x"}, "约 8 公里（同乡镇，估算）", 5),
        ({"home_county_code": COUNTY}, "约 35 公里（同县，估算）", 4),
        ({"home_county_code": "x"}, "约 120 公里（不同县区，估算）", 2),
        ({"latitude": 46.6, "home_county_code": COUNTY}, "约 35 公里（同县，估算）", 4),  # half a position is none
    ],
)
def test_distances_are_measured_or_marked_as_estimated(person, kilometres, level):
    assert fact_of("distance_resident", person).zh == kilometres
    assert level_of("distance_resident", person) == level


def test_a_vacancy_without_position_is_estimated_too():
    at_home = {**HERE, "latitude": 46.6, "longitude": 127.0}
    assert level_of("distance_visiting", at_home, latitude=None, longitude=None) == 6
    assert "估算" in fact_of("distance_visiting", at_home, latitude=None, longitude=None).zh
    nowhere = {"latitude": None, "longitude": None, "county_code": None, "township_code": None, "village_code": None}
    assert level_of("distance_visiting", at_home, **nowhere) == MISSING
    assert fact_of("distance_visiting", at_home, **nowhere).zh == "未登记"


@given(st.floats(45, 47), st.floats(126, 128), st.floats(45, 47), st.floats(126, 128))
def test_levels_of_distance_agree_with_the_distance_shown(latitude, longitude, other_latitude, other_longitude):
    person = {"latitude": latitude, "longitude": longitude}
    village = {"latitude": other_latitude, "longitude": other_longitude}
    shown = float(fact_of("distance_resident", person, **village).en.removesuffix(" km").replace(",", ""))
    a, b = (np.radians([v["latitude"], v["longitude"]]) for v in (person, village))
    half = np.sin((b - a) / 2) ** 2
    haversine = 2 * 6371.0088 * np.arcsin(np.sqrt(half[0] + np.cos(a[0]) * np.cos(b[0]) * half[1]))
    assert shown == pytest.approx(haversine, abs=0.051)
    limits = CRITERIA["distance_resident"].limits_km
    if min(abs(haversine - limit) for limit in limits) > 1e-3:
        assert level_of("distance_resident", person, **village) == 1 + sum(haversine < limit for limit in limits)


@pytest.mark.parametrize(
    ("person", "share"),
    [
        (HERE, 1.0),
        ({**HERE, "home_village_code": "x"}, 0.8),
        ({"home_county_code": COUNTY}, 0.5),
        ({"home_county_code": "x"}, 0.0),
        ({"home_county_code": "x", "tie_codes": f"y|{TOWNSHIP}"}, 0.8),
        ({"home_county_code": COUNTY, "tie_codes": VILLAGE}, 1.0),
        ({"tie_codes": COUNTY}, 0.5),
        ({"tie_codes": "x"}, 0.0),
    ],
)
def test_the_narrowest_tie_counts(person, share):
    assert level_of("local_tie", person) != MISSING
    assert share_of("local_tie", person) == share


@pytest.mark.parametrize("ties", [None, ""])
def test_a_person_without_home_and_ties_is_unknown_and_not_untied(ties):
    assert level_of("local_tie", {"tie_codes": ties}) == MISSING


def test_the_kind_of_tie_is_said():
    assert fact_of("local_tie", HERE).zh == "同村（住所在本地）"
    assert fact_of("local_tie", {"tie_codes": COUNTY}).en == "same county (work, investment or aid)"
    assert fact_of("local_tie", {"tie_codes": "x"}).zh == "无联系"


@pytest.mark.parametrize("criterion", CRITERIA.values(), ids=lambda criterion: criterion.id)
def test_levels_for_a_block_are_the_levels_one_by_one(criterion):
    _, people = a_pool(120, seed=5)
    vacancies = some_vacancies(17, seed=6)
    known = criterion.encode(people, industries=INDUSTRIES)
    block = criterion.levels(known.values, vacancies)
    singly = np.stack([criterion.levels(known.values, [vacancy])[:, 0] for vacancy in vacancies], axis=1)
    assert block.dtype == np.int8
    assert np.array_equal(block, singly)
    assert 0 <= block.min() <= block.max() <= len(criterion.ladder)


@pytest.mark.parametrize("criterion", CRITERIA.values(), ids=lambda criterion: criterion.id)
def test_distinct_values_tell_everybodys_levels(criterion):
    _, people = a_pool(60, seed=7)
    vacancies = some_vacancies(3, seed=8)
    known = criterion.encode(people, industries=INDUSTRIES)
    together = criterion.levels(known.values, vacancies)[known.codes]
    for row in range(len(people)):
        alone = criterion.encode(people.iloc[[row]], industries=INDUSTRIES)
        assert np.array_equal(criterion.levels(alone.values, vacancies)[0], together[row])


@pytest.mark.parametrize("criterion", CRITERIA.values(), ids=lambda criterion: criterion.id)
def test_nobody_is_a_pool_too(criterion):
    known = criterion.encode(criteria_frame(), industries=INDUSTRIES)
    assert known.codes.shape == (0,)
    assert criterion.levels(known.values, some_vacancies(2)).shape == (0, 2)


def test_criteria_never_see_protected_attributes():
    protected = {"age", "sex", "political", "ethnic", "birth", "party_age"}
    columns = {column for criterion in CRITERIA.values() for column in criterion.columns}
    assert not [column for column in columns for word in protected if column.startswith(word)]
    assert inspect.signature(CRITERIA["title"].encode).parameters.keys() == {"people", "industries"}
