from datetime import date

import pytest
from builders import a_person, a_vacancy, a_village

from matching.frames import CHECK_COLUMNS
from matching.vocabulary import PostType, RuleProfile, VacancyStatus
from service.queries.checks import load_checks
from service.queries.place_pages import vacancy_by_number
from service.queries.vacancies import load_vacancy_facts, wishes_of
from service.usecases.incoming.registration import save_people, save_vacancies, save_villages
from service.usecases.rules.checks import record_check

AS_OF = date(2026, 11, 23)


@pytest.fixture
def facts(any_database, actor, now):
    """Register vacancies; return what reads their facts."""

    def register(*vacancies, **asked):
        with any_database.unit_of_work() as session:
            save_villages(session, actor=actor, records=[a_village()], now=now)
            save_people(session, actor=actor, records=[a_person()], now=now)
            save_vacancies(session, actor=actor, records=vacancies, now=now)
        with any_database.reading() as session:
            return load_vacancy_facts(session, as_of=AS_OF, **asked)

    return register


def test_a_vacancy_lies_where_its_village_lies(facts):
    (vacancy,) = facts(a_vacancy(themes=("W1",), five=("U1", "U2"), resources=("funds",)))
    assert (vacancy.village_code, vacancy.township_code, vacancy.county_code) == (
        "239901100201",
        "239901100",
        "239901",
    )
    assert (vacancy.latitude, vacancy.longitude) == (46.6, 127.0)
    assert (vacancy.themes, vacancy.five, vacancy.resources) == (("W1",), ("U1", "U2"), ("funds",))
    assert (vacancy.post, vacancy.rule_profile) == (PostType.FIRST_SECRETARY, RuleProfile.CITY_PLAN)
    assert (vacancy.as_of, vacancy.term_months) == (AS_OF, 24)


def test_without_industries_of_its_own_a_vacancy_has_those_of_its_village(facts):
    own, from_village = facts(
        a_vacancy(vacancy_no="V1", industries=("玉米",)), a_vacancy(vacancy_no="V2", industries=None)
    )
    assert own.industries == ("玉米",)
    assert from_village.industries == ("水稻",)


def test_a_vacancy_with_words_that_nobody_mapped_is_marked(facts):
    (vacancy,) = facts(a_vacancy(industries=None, industry_text="玉米、星际采矿"))
    assert vacancy.industries == ("玉米", "?")


def test_requirements_are_rules_only_with_a_cited_basis(facts):
    asked = {"education_min": 6, "age_max": 45}
    cited, wished = facts(
        a_vacancy(vacancy_no="V1", requirement_basis="示组〔2026〕3号", **asked), a_vacancy(vacancy_no="V2", **asked)
    )
    assert [rule.id for rule in cited.requirements] == ["V-EDU", "V-AGE"]
    assert wished.requirements == ()


def test_what_is_not_a_rule_is_shown_as_a_wish(any_database, facts):
    facts(a_vacancy(education_min=6, majors="农学", political_req="01", experience="有基层工作经历"))
    with any_database.reading() as session:
        wishes = wishes_of(vacancy_by_number(session, "V1"))
    assert len(wishes) == 4
    assert any("农学" in wish.zh for wish in wishes)
    assert all(wish.zh and wish.en for wish in wishes)


def test_closed_vacancies_are_left_out_on_request(facts):
    closed = a_vacancy(vacancy_no="V2", vacancy_status=VacancyStatus.FILLED)
    draft = a_vacancy(vacancy_no="V3", vacancy_status=VacancyStatus.DRAFT)
    assert [vacancy.vacancy_no for vacancy in facts(a_vacancy(), closed, draft, open_only=True)] == ["V1"]


def test_vacancies_come_by_number_in_code_point_order(facts):
    known = [a_vacancy(vacancy_no=number) for number in ("V10", "V9", "v1", "岗1")]
    found = facts(*known, vacancy_nos=["岗1", "v1", "V9", "V0"])
    assert [vacancy.vacancy_no for vacancy in found] == ["V9", "v1", "岗1"]


def test_checks_come_in_the_order_of_recording(any_database, facts, actor, now):
    facts(a_vacancy())
    with any_database.unit_of_work() as session:
        for result in ("fail", "pass"):
            record_check(
                session,
                actor=actor,
                person_no="P1",
                vacancy_no="V1",
                rule_id="C-06",
                result=result,
                document="示组〔2026〕4号",
                checked_on=AS_OF,
                now=now,
            )
    with any_database.reading() as session:
        vacancy = vacancy_by_number(session, "V1")
        found = load_checks(session, [vacancy.id], as_of=AS_OF)
    assert tuple(found.columns) == CHECK_COLUMNS
    assert list(found["result"]) == ["fail", "pass"]
    assert found["person_id"].dtype == "int64"


def test_a_vacancy_without_checks_has_an_empty_frame(any_database):
    with any_database.reading() as session:
        found = load_checks(session, [], as_of=AS_OF)
    assert tuple(found.columns) == CHECK_COLUMNS
    assert found.empty
