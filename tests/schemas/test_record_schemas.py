from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from matching.vocabulary import PostType, TalentSource, VacancyStatus
from schemas.decisions import DecisionSchema
from schemas.people import PeopleQuerySchema, PersonSchema
from schemas.problems import problems_by_path
from schemas.shortlists import ShortlistRequestSchema, ShortlistSchema
from schemas.vacancies import VacanciesQuerySchema, VacancySchema
from schemas.villages import VillageSchema

PERSON = {"name": "样例甲", "talent_source": "T1"}
VACANCY = {"village": "西岗村", "post_type": "第一书记", "headcount": 1, "industry_text": "水稻"}


def refusals(schema, data, **options):
    with pytest.raises(ValidationError) as refused:
        schema.load(data, **options)
    return problems_by_path(refused.value.messages)


def test_a_person_is_read_to_canonical_values():
    record = PersonSchema().load({**PERSON, "sex": "女", "birth_date": "1996.10", "work_themes": "建强组织"})
    assert record == {
        "name": "样例甲",
        "talent_source": TalentSource.COLLEGE_VILLAGE_OFFICIAL,
        "sex": "2",
        "birth_date": date(1996, 10, 1),
        "birth_date_is_month": True,
        "work_themes": ("W1",),
    }


def test_unknown_fields_and_missing_ones_are_refused_by_name():
    found = refusals(PersonSchema(), {"name": " ", "religion": "x"})
    assert set(found) == {"name", "talent_source", "religion"}
    assert found["religion"][0].problem.en == "There is no such field."


def test_null_erases_but_not_what_is_required():
    assert PersonSchema().load({**PERSON, "phone": None})["phone"] is None
    assert "name" in refusals(PersonSchema(), {**PERSON, "name": None})


def test_no_object_is_refused_in_both_languages():
    assert refusals(PersonSchema(), [])[""][0].problem.zh == "应为一个 JSON 对象。"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sex": "男"}, "sex"),
        ({"birth_date": "1986.10"}, "birth_date"),
        ({"birth_date": "1996-10-13"}, "birth_date"),
        ({"birth_date": "1996.10", "work_start_date": "1990.1"}, "work_start_date"),
        ({"political_status": "群众", "party_join_date": "2017.06"}, "party_join_date"),
    ],
)
def test_contradictions_are_named_at_their_field(changes, field):
    assert set(refusals(PersonSchema(), {**PERSON, "id_number": "23990119961012042X", **changes})) == {field}


def test_a_missing_birth_date_comes_from_the_id_number():
    record = PersonSchema().load({**PERSON, "id_number": "23990119961012042X"})
    assert record["birth_date"] == date(1996, 10, 12)
    assert record["birth_date_is_month"] is False
    assert "birth_date" not in PersonSchema().load({"id_number": "23990119961012042X"}, partial=True)


def test_the_highest_education_is_found():
    record = PersonSchema().load({**PERSON, "fulltime_education": "中专", "inservice_education": "中央党校大学"})
    assert record["education"] == "22"


def a_person_row():
    place = SimpleNamespace
    row = dict.fromkeys(PersonSchema().dump_fields)
    row |= {
        "name": "样例甲",
        "talent_source": TalentSource.COLLEGE_VILLAGE_OFFICIAL,
        "id_number": "23990119961012042X",
        "phone": "00000000001",
        "birth_date": date(1996, 10, 1),
        "birth_date_is_month": True,
        "work_themes": ("W1", "W2"),
        "honours_level": 2,
        "home_county": place(name="示范县"),
        "home_township": None,
        "home_village": None,
        "updated_at": datetime(2026, 11, 23, tzinfo=UTC),
    }
    return SimpleNamespace(**row)


def test_a_person_leaves_masked_and_labelled():
    sent = PersonSchema().dump(a_person_row())
    assert sent["id_number"] == "239901********042X"
    assert sent["phone"] == "000****0001"
    assert sent["birth_date"] == "1996-10"
    assert sent["county"] == "示范县"
    assert sent["village"] is None
    assert sent["work_themes"] == ["W1", "W2"]
    assert sent["labels"]["talent_source"] == {"zh": "大学生村官", "en": "college-student village official"}
    assert sent["labels"]["work_themes"][0]["zh"] == "建强基层组织"
    assert sent["labels"]["honours_level"]["en"] == "city level"


def test_what_leaves_comes_in_again():
    sent = PersonSchema().dump(a_person_row())
    masked = {"id_number", "phone"}
    known = {name: value for name, value in sent.items() if value is not None and name not in masked}
    again = PersonSchema().load({name: known[name] for name in known if name in PersonSchema().load_fields})
    assert again["birth_date"] == date(1996, 10, 1)
    assert again["birth_date_is_month"] is True
    assert again["work_themes"] == ("W1", "W2")


def test_a_vacancy_is_read_to_canonical_values():
    wish = {
        "education_min": "大专及以上",
        "political_req": "中共党员",
        "term_months": "2年",
        "resource_text": "项目资金",
    }
    record = VacancySchema().load({**VACANCY, **wish, "experience": "2年以上工作经历", "themes": "建强组织、推动产业"})
    assert record["post_type"] is PostType.FIRST_SECRETARY
    assert (record["education_min"], record["political_req"], record["term_months"]) == (6, "01", 24)
    assert record["resources"] == ("funds",)
    assert record["themes"] == ("W1", "W2")
    assert record["work_years_min"] == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"village": None}, "village"),
        ({"industry_text": ""}, "industry_text"),
        ({"headcount": 0}, "headcount"),
        ({"post_type": "产业顾问", "political_req": "中共党员"}, "political_req"),
        ({"post_type": "名誉村长", "rule_profile": "国家选派口径"}, "rule_profile"),
        ({"sex_req": "男"}, "sex_req"),
    ],
)
def test_what_a_vacancy_may_not_ask_or_lack_is_refused(changes, field):
    assert set(refusals(VacancySchema(), {**VACANCY, **changes})) == {field}


def test_a_correction_of_a_vacancy_needs_nothing_else():
    assert VacancySchema().load({"headcount": 2}, partial=True) == {"headcount": 2}


def test_villages_and_decisions_are_read():
    village = VillageSchema().load({"county": "示范县", "township": "清河镇", "village": "东岗村", "kind": "行政村"})
    assert village["kind"] == "village"
    decision = DecisionSchema().load(
        {"vacancy_no": "V1", "person_no": "P1", "decision": "暂不考虑", "reason_codes": "R01、R03", "appraisal": "称职"}
    )
    assert decision["reason_codes"] == ("R01", "R03")
    assert decision["appraisal"] == "competent"


def test_queries_know_their_filters_and_keys():
    asked = PeopleQuerySchema().load({"page": "2", "sort": "-updated_at", "consent_matching": "true"})
    assert asked == {"page": 2, "page_size": 20, "sort": "-updated_at", "consent_matching": True}
    assert VacanciesQuerySchema().load({"is_open": "true"})["is_open"] is True
    assert set(refusals(PeopleQuerySchema(), {"page_size": "500", "sort": "phone", "nope": "1"})) == {
        "page_size",
        "sort",
        "nope",
    }


def test_a_list_of_nobody_cannot_be_asked_for():
    assert set(refusals(ShortlistRequestSchema(), {"vacancy_no": "V1", "k": 0})) == {"k"}
    assert ShortlistRequestSchema().load({"vacancy_no": "V1"}) == {"vacancy_no": "V1", "k": 10}


def a_listed_entry():
    person = SimpleNamespace(person_no="P1", name="样例甲", talent_source=TalentSource.RICH_LEADER)
    part = {"points": 125, "max_points": 1500, "average": 100, "above_average": 25}
    return SimpleNamespace(
        rank=1,
        person=person,
        score=8745,
        verdict="pass",
        flags=(),
        present_flags=(),
        grounds={},
        contributions=[part],
        shown_contributions=[part],
        outcomes=[],
        score_low=8600,
        score_high=8890,
        band=1,
    )


def test_a_shortlist_leaves_with_points_and_without_surrogate_ids():
    row = SimpleNamespace(
        shortlist_no="S1",
        vacancy=SimpleNamespace(vacancy_no="V1"),
        requested_by="admin",
        requested_at=datetime(2026, 11, 23, tzinfo=UTC),
        as_of=date(2026, 11, 23),
        k=10,
        rulebook_version="a",
        card_version="b",
        data_version="c",
        vacancy_facts={},
        sieve={"n_pool": 5},
        exclusions=[{"rule_id": "C-01", "n_people": 1, "person_ids": [7]}],
        entries=[a_listed_entry()],
        average_score=5012,
        n_bands=1,
        notes={"bands": None, "interval": None},
    )
    sent = ShortlistSchema().dump(row)
    assert sent["exclusions"] == [{"rule_id": "C-01", "n_people": 1}]
    assert sent["entries"][0]["score"] == 87.45
    assert sent["entries"][0]["contributions"] == [
        {"points": 1.25, "max_points": 15.0, "average": 1.0, "above_average": 0.25, "is_verified": None}
    ]
    assert sent["entries"][0]["interval"] == {"low": 86.0, "high": 88.9}
    assert (sent["average_score"], sent["n_bands"]) == (50.12, 1)
    assert sent["entries"][0]["talent_source_label"]["en"] == "local rich leader"


def test_a_vacancy_says_whether_it_is_open():
    row = SimpleNamespace(**dict.fromkeys(VacancySchema().dump_fields))
    row.vacancy_status, row.post_type = VacancyStatus.FILLED, PostType.FIRST_SECRETARY
    assert VacancySchema().dump(row)["is_open"] is False


@given(st.dictionaries(st.sampled_from(sorted(PersonSchema().load_fields)), st.text() | st.integers() | st.none()))
def test_any_object_is_read_or_refused_with_messages_of_ours(data):
    try:
        PersonSchema().load(data)
    except ValidationError as refused:
        for problems in problems_by_path(refused.messages).values():
            assert all(problem.problem.zh for problem in problems)
