"""The records of the demo city: complete, canonical, consistent and nobody's."""

from collections import Counter
from dataclasses import fields
from datetime import date
from types import NoneType

import pytest

from matching.vocabulary import PostType, RecordStatus, ReviewDecision, RuleProfile, TalentSource, VacancyStatus
from matching.vocabulary.codes import code_table
from matching.vocabulary.industries import IndustryTerms
from seed_data.demo_city import DemoCity, generate

AS_OF = date(2026, 11, 1)
ENUMERATIONS = (PostType, RecordStatus, ReviewDecision, RuleProfile, TalentSource, VacancyStatus)
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


def test_the_same_seed_gives_the_same_city_and_another_seed_another() -> None:
    drawn = [generate(seed, n_people=400, n_villages=452).fingerprint() for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]


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


@pytest.mark.parametrize("kind", [field.name for field in fields(DemoCity)])
def test_values_are_plain_python_values(city: DemoCity, kind: str) -> None:
    plain = {str, int, float, bool, tuple, date, NoneType, *ENUMERATIONS}
    found = {type(value) for record in getattr(city, kind) for value in record.values()}
    assert found <= plain


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
