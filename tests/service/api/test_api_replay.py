"""Replays and differences over the API."""

import pytest
from builders_api import PEOPLE, VACANCIES, VILLAGES, person_json, problem_of, registered, vacancy_json, village_json
from flask.testing import FlaskClient


@pytest.fixture
def listed(api: FlaskClient) -> str:
    """The address of a list of two: P2, P1."""
    registered(api, VILLAGES, village_json())
    registered(api, VACANCIES, vacancy_json())
    for number, years in (("P1", 1), ("P2", 7), ("P3", 0)):
        registered(api, PEOPLE, person_json(person_no=number, name=f"样例{number}", rural_work_years=years))
    return str(api.post(f"{VACANCIES}/V1/shortlists", json={"k": 2}).headers["Location"])


def test_a_replay_answers_with_its_hashes(api: FlaskClient, listed: str) -> None:
    found, made = api.get(f"{listed}/replay").json, api.get(listed).json
    assert found is not None
    assert made is not None
    assert (found["agrees"], found["n_people"], found["n_places"]) == (True, 3, 2)
    assert found["versions"]["rulebook"] == made["rulebook_version"]
    assert found["versions"]["data"] == made["data_version"]
    assert "person_id" not in str(found)


def test_what_changed_since_is_answered_with_its_reasons(api: FlaskClient, listed: str) -> None:
    before = api.get(f"{listed}/changes").json
    assert before is not None
    assert (before["is_same_list"], before["people"]) == (True, [])
    tag = api.get(f"{PEOPLE}/P3").headers["ETag"]
    assert api.patch(f"{PEOPLE}/P3", json={"rural_work_years": 9}, headers={"If-Match": tag}).status_code == 200
    changes = api.get(f"{listed}/changes").json
    assert changes is not None
    kinds = {person["person_no"]: person["kind"] for person in changes["people"]}
    assert kinds == {"P3": "entered", "P2": "moved", "P1": "left"} or kinds == {"P3": "entered", "P1": "left"}
    entered = changes["people"][[person["person_no"] for person in changes["people"]].index("P3")]
    assert entered["name"] == "样例P3"
    assert round(entered["score_now"] - entered["score_then"], 2) == entered["through_facts"]
    assert entered["criteria"][0]["criterion_id"] == "rural_work"
    assert entered["heading"]["zh"].startswith("P3　进入")
    assert "person_id" not in str(changes)


def test_unknown_lists_and_strangers_get_nothing(api: FlaskClient, listed: str) -> None:
    for what in ("replay", "changes"):
        problem_of(api.get(f"/api/v1/shortlists/S404/{what}"), 404)
        problem_of(api.get(f"{listed}/{what}?page=1"), 422)
        problem_of(api.get(f"{listed}/{what}", headers={"Authorization": "Bearer x"}), 401)
