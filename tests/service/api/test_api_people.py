"""People over the API: registered, found, shown masked, changed without losing anybody's work."""

from datetime import datetime

import pytest
from builders_api import PEOPLE, VILLAGES, person_json, problem_of, registered, village_json
from builders_offices import reader_of
from flask import Flask
from flask.testing import FlaskClient

from service.access import Role
from service.db import Database

ID_NUMBER, PHONE = "239901199005010017", "13900000000"


def with_checksum(first_17: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(first_17, weights, strict=True))
    return first_17 + "10X98765432"[total % 11]


@pytest.fixture
def people(api: FlaskClient) -> FlaskClient:
    registered(api, VILLAGES, village_json())
    registered(api, PEOPLE, person_json())
    return api


def test_a_registered_person_is_found_where_the_answer_says(api: FlaskClient) -> None:
    registered(api, VILLAGES, village_json())
    answer = registered(api, PEOPLE, person_json())
    assert answer.headers["Location"] == f"{PEOPLE}/P1"
    shown = api.get(answer.headers["Location"])
    assert shown.status_code == 200
    assert shown.headers["ETag"] == answer.headers["ETag"]
    assert shown.json is not None
    assert (shown.json["name"], shown.json["talent_source"], shown.json["village"]) == ("样例甲", "T1", "东岗村")


def test_a_registration_says_what_the_admission_rules_say(api: FlaskClient) -> None:
    answer = registered(api, PEOPLE, person_json(home_village_code=None))
    assert answer.json is not None
    outcomes = answer.json["admission"]
    assert outcomes
    assert all(outcome["sentence"]["zh"] and outcome["sentence"]["en"] for outcome in outcomes)


def test_a_person_without_a_number_gets_one(api: FlaskClient) -> None:
    answer = registered(api, PEOPLE, {"name": "样例乙", "talent_source": "返乡人员"})
    assert answer.json is not None
    assert answer.json["person_no"]
    assert answer.json["talent_source"] == "T2"


def test_id_number_and_phone_leave_masked_for_who_did_not_enter_them(
    people: FlaskClient, app: Flask, database: Database, now: datetime
) -> None:
    id_number = with_checksum("23990119900501001")
    registered(people, PEOPLE, person_json(person_no="P2", id_number=id_number, phone=PHONE, sex=None))
    leader = reader_of(app, database, Role.LEADER, now=now)
    everything = leader.get(f"{PEOPLE}/P2").text + leader.get(PEOPLE).text
    assert id_number not in everything
    assert PHONE not in everything
    assert f"{id_number[:6]}********{id_number[-4:]}" in everything
    assert "139****0000" in everything


def test_people_are_searched_by_personal_data_in_the_body_only(people: FlaskClient) -> None:
    registered(people, PEOPLE, person_json(person_no="P2", name="样例乙", phone=PHONE))
    found = people.post(f"{PEOPLE}/search", json={"phone": PHONE}).json
    assert found is not None
    assert [person["person_no"] for person in found["items"]] == ["P2"]
    problem = problem_of(people.get(PEOPLE, query_string={"phone": PHONE}), 422)
    assert problem["place"] == "phone"
    assert PHONE not in str(problem)


def test_lists_are_filtered_sorted_and_paged(people: FlaskClient) -> None:
    for number in ("P3", "P2", "P4"):
        registered(people, PEOPLE, person_json(person_no=number, talent_source="T2"))
    page = people.get(PEOPLE, query_string={"talent_source": "T2", "sort": "-person_no", "page_size": 2}).json
    assert page is not None
    assert [person["person_no"] for person in page["items"]] == ["P4", "P3"]
    assert (page["total"], page["page"], page["page_size"]) == (3, 1, 2)
    page = people.get(PEOPLE, query_string={"talent_source": "T2", "page": 2, "page_size": 2}).json
    assert page is not None
    assert [person["person_no"] for person in page["items"]] == ["P4"]


WRONG_FILTERS = {
    "colour": "red",
    "sort": "birth_date",
    "page": "0",
    "page_size": "201",
    "talent_source": "T9",
    "consent_matching": "maybe",
    "county_code": "12",
}


def test_a_wrong_filter_is_refused_with_its_place(people: FlaskClient) -> None:
    for name, value in {**WRONG_FILTERS, "page": "9" * 30}.items():
        problem = problem_of(people.get(PEOPLE, query_string={name: value}), 422)
        assert (problem["place"], bool(problem["remedy"])) == (name, True)


def test_an_unknown_filter_names_the_known_ones(people: FlaskClient) -> None:
    problem = problem_of(people.get(PEOPLE, query_string={"colour": "red"}), 422)
    assert "talent_source" in problem["remedy"]
    assert "page_size" in problem["remedy"]


def test_an_unknown_field_names_the_known_ones(people: FlaskClient) -> None:
    problem = problem_of(people.post(PEOPLE, json=person_json(person_no="P2", nmae="样例乙")), 422)
    assert problem["place"] == "nmae"
    assert "talent_source" in problem["remedy"]
    assert "样例乙" not in str(problem)
    problem_of(people.get(f"{PEOPLE}/P2"), 404)


def test_every_wrong_field_is_named_at_once(people: FlaskClient) -> None:
    wrong = person_json(person_no="P2", talent_source="T9", birth_date="1985.13", u1_agriculture=9)
    problem = problem_of(people.post(PEOPLE, json=wrong), 422)
    assert {field["place"] for field in problem["fields"]} == {"talent_source", "birth_date", "u1_agriculture"}


def test_a_taken_number_is_a_conflict(people: FlaskClient) -> None:
    problem_of(people.post(PEOPLE, json=person_json()), 409)


def test_an_unknown_number_is_not_found(api: FlaskClient) -> None:
    for number in ("P404", "%00", "%F0%9F%98%80", "x" * 500):
        problem_of(api.get(f"{PEOPLE}/{number}"), 404)


def test_a_reader_who_is_up_to_date_gets_no_body(people: FlaskClient) -> None:
    tag = people.get(f"{PEOPLE}/P1").headers["ETag"]
    answer = people.get(f"{PEOPLE}/P1", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.data) == (304, b"")
    assert answer.headers["ETag"] == tag


def test_a_record_that_looks_different_has_another_tag(people: FlaskClient) -> None:
    tag = people.get(f"{PEOPLE}/P1").headers["ETag"]
    village = f"{VILLAGES}/239901100201"
    headers = {"If-Match": people.get(village).headers["ETag"]}
    renamed = people.patch(village, json={"village": "西岗村"}, headers=headers)
    assert renamed.status_code == 200, renamed.text
    shown = people.get(f"{PEOPLE}/P1", headers={"If-None-Match": tag})
    assert shown.status_code == 200
    assert shown.headers["ETag"].partition("-")[0] == tag.partition("-")[0]


def test_a_change_is_made_for_a_version(people: FlaskClient) -> None:
    tag = people.get(f"{PEOPLE}/P1").headers["ETag"]
    answer = people.patch(f"{PEOPLE}/P1", json={"rural_work_years": 5}, headers={"If-Match": tag})
    assert answer.status_code == 200
    assert answer.headers["ETag"] != tag
    assert answer.json is not None
    assert (answer.json["rural_work_years"], answer.json["name"]) == (5, "样例甲")


def test_a_change_of_an_old_version_is_refused_and_changes_nothing(people: FlaskClient) -> None:
    tag = people.get(f"{PEOPLE}/P1").headers["ETag"]
    people.patch(f"{PEOPLE}/P1", json={"rural_work_years": 5}, headers={"If-Match": tag})
    problem = problem_of(people.patch(f"{PEOPLE}/P1", json={"rural_work_years": 9}, headers={"If-Match": tag}), 412)
    assert problem["code"] == "precondition_failed"
    shown = people.get(f"{PEOPLE}/P1").json
    assert shown is not None
    assert shown["rural_work_years"] == 5


def test_a_change_must_name_its_version(people: FlaskClient) -> None:
    wrong = {"": 428, "*": 428, 'W/"1-0123456789abcdef"': 412, "nonsense": 412, '"99-0123456789abcdef"': 412}
    for if_match, status in wrong.items():
        answer = people.patch(f"{PEOPLE}/P1", json={"rural_work_years": 9}, headers={"If-Match": if_match})
        problem_of(answer, status)
    problem_of(people.patch(f"{PEOPLE}/P1", json={"rural_work_years": 9}), 428)


def test_null_erases_and_absence_keeps(people: FlaskClient) -> None:
    tag = people.get(f"{PEOPLE}/P1").headers["ETag"]
    people.patch(f"{PEOPLE}/P1", json={"political_status": None, "party_join_date": None}, headers={"If-Match": tag})
    shown = people.get(f"{PEOPLE}/P1").json
    assert shown is not None
    assert (shown["political_status"], shown["birth_date"]) == (None, "1990-05-01")
