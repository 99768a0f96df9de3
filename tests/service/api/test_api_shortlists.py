"""The main job over the API: register, ask for a shortlist, read every reason, and who was not listed and why."""

from decimal import Decimal
from typing import Any

import pytest
from builders_api import PEOPLE, VACANCIES, VILLAGES, person_json, problem_of, registered, vacancy_json, village_json
from flask.testing import FlaskClient


@pytest.fixture
def city(api: FlaskClient) -> FlaskClient:
    registered(api, VILLAGES, village_json())
    registered(api, VACANCIES, vacancy_json())
    for number, changes in {
        "P1": {"rural_work_years": 1},
        "P2": {"rural_work_years": 7},
        "P3": {"rural_work_years": 4, "negative_flags": None},
        "P4": {"consent_matching": False},
    }.items():
        registered(api, PEOPLE, person_json(person_no=number, name=f"样例{number[1]}", **changes))
    return api


def a_list(api: FlaskClient, **wanted: Any) -> dict[str, Any]:
    answer = api.post(f"{VACANCIES}/V1/shortlists", json=wanted)
    assert answer.status_code == 201, answer.text
    assert answer.json is not None
    return dict(answer.json)


def test_a_shortlist_ranks_the_eligible_and_tells_who_was_not_listed(city: FlaskClient) -> None:
    made = a_list(city, k=10)
    assert [entry["person_no"] for entry in made["entries"]] == ["P2", "P3", "P1"]
    assert [entry["rank"] for entry in made["entries"]] == [1, 2, 3]
    assert {entry["person_no"]: entry["verdict"] for entry in made["entries"]}["P3"] == "to_verify"
    assert made["sieve"]["n_pool"] == 4
    excluded = city.get(f"/api/v1/shortlists/{made['shortlist_no']}/excluded").json
    assert excluded is not None
    assert [(person["person_no"], person["rule_id"]) for person in excluded["items"]] == [("P4", "C-01")]
    assert excluded["items"][0]["title"]["en"] == "Agrees to be matched with posts"
    assert excluded["items"][0]["sentence"]["zh"] == "本人未同意参与人岗匹配"
    assert excluded["items"][0]["basis"]["en"]


def test_every_point_of_a_score_is_accounted_for(city: FlaskClient) -> None:
    for entry in a_list(city, k=10)["entries"]:
        parts = sum(Decimal(str(part["points"])) for part in entry["contributions"])
        assert parts == Decimal(str(entry["score"]))
        assert all(part["sentence"]["zh"] and part["sentence"]["en"] for part in entry["contributions"])


def test_a_list_is_found_where_the_answer_says_and_stays_as_it_was(city: FlaskClient) -> None:
    answer = city.post(f"{VACANCIES}/V1/shortlists", json={"k": 2})
    place = answer.headers["Location"]
    tag = city.get(f"{PEOPLE}/P2").headers["ETag"]
    assert city.patch(f"{PEOPLE}/P2", json={"rural_work_years": 0}, headers={"If-Match": tag}).status_code == 200
    shown = city.get(place)
    assert shown.data == answer.data
    assert shown.headers["ETag"] == answer.headers["ETag"]
    assert city.get(place, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert [entry["person_no"] for entry in a_list(city, k=2)["entries"]] != ["P2", "P3"]


def test_no_person_number_of_the_database_leaves(city: FlaskClient) -> None:
    made = a_list(city, k=10)
    assert "person_ids" not in str(made)
    assert "person_id" not in made["entries"][0]


def test_ten_are_listed_unless_somebody_says_otherwise(city: FlaskClient) -> None:
    assert a_list(city)["k"] == 10
    assert len(a_list(city, k=1)["entries"]) == 1


def test_a_list_of_an_impossible_length_is_refused(city: FlaskClient) -> None:
    for k in (0, -1, 201, 10**30, 1.5, True, "many", None, [], {}):
        problem = problem_of(city.post(f"{VACANCIES}/V1/shortlists", json={"k": k}), 422)
        assert problem["place"] == "k", k
    assert city.get("/api/v1/shortlists").json["total"] == 0  # type: ignore[index]  # a page is an object


def test_an_unknown_vacancy_has_no_lists(city: FlaskClient) -> None:
    problem_of(city.post(f"{VACANCIES}/V404/shortlists", json={"k": 3}), 404)
    problem_of(city.get("/api/v1/shortlists/S404"), 404)
    problem_of(city.get("/api/v1/shortlists/S404/excluded"), 404)
    problem_of(city.get(f"{VACANCIES}/V404/ranking"), 404)


def test_lists_of_one_vacancy_are_listed_newest_first(city: FlaskClient) -> None:
    numbers = [a_list(city, k=k)["shortlist_no"] for k in (1, 2, 3)]
    page = city.get("/api/v1/shortlists", query_string={"vacancy_no": "V1", "page_size": 2}).json
    assert page is not None
    assert [row["shortlist_no"] for row in page["items"]] == numbers[:0:-1]
    assert page["total"] == 3


def test_the_excluded_are_filtered_by_rule(city: FlaskClient) -> None:
    number = a_list(city, k=1)["shortlist_no"]
    path = f"/api/v1/shortlists/{number}/excluded"
    assert city.get(path, query_string={"rule_id": "C-01"}).json["total"] == 1  # type: ignore[index]  # a page
    assert city.get(path, query_string={"rule_id": "C-99"}).json["total"] == 0  # type: ignore[index]  # a page


def test_a_check_changes_the_next_list(city: FlaskClient) -> None:
    check = {
        "person_no": "P1",
        "rule_id": "C-04",
        "result": "pass",
        "document": "示组函〔2026〕9号",
        "checked_on": "2026-11-20",
    }
    answer = city.post(f"{VACANCIES}/V1/checks", json=check)
    assert answer.status_code == 201, answer.text
    assert answer.json == {**check, "vacancy_no": "V1", "signed_by": "admin", "valid_until": "2028-11-22"}
    problem = problem_of(city.post(f"{VACANCIES}/V1/checks", json={**check, "result": "perhaps"}), 422)
    assert problem["place"] == "result"
    problem_of(city.post(f"{VACANCIES}/V1/checks", json={**check, "person_no": "P404"}), 404)


def test_a_ranking_is_empty_before_the_first_rescoring(city: FlaskClient) -> None:
    assert city.get(f"{VACANCIES}/V1/ranking").json == {
        "vacancy_no": "V1",
        "scored_at": None,
        "is_current": False,
        "items": [],
    }
    problem_of(city.get(f"{VACANCIES}/V1/ranking", query_string={"top": 0}), 422)
