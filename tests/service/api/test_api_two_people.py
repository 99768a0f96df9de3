"""Over the API: an officer proposes, a leader signs; waivers, rulebooks, the work that waits."""

from collections.abc import Callable
from datetime import datetime

import pytest
from builders_api import PEOPLE, VACANCIES, VILLAGES, person_json, problem_of, registered, vacancy_json, village_json
from builders_offices import hired, token_of
from flask import Flask
from flask.testing import FlaskClient

from service.access import EVERYWHERE, Role
from service.db import Database

BOOKS, WAIVERS, WORK = "/api/v1/rulebook-proposals", "/api/v1/waivers", "/api/v1/me/work"
WAIVER = {"person_no": "P1", "rule_id": "FS-02", "reason": "差半年", "document": "示组5号"}

As = Callable[[Role], FlaskClient]

NAMED = {"signed_name": "样例署名"}


@pytest.fixture
def account(app: Flask, database: Database, api: FlaskClient, now: datetime) -> As:
    """Return a program of an account with one role; a town with somebody who is new in the Party."""
    registered(api, VILLAGES, village_json())
    registered(api, PEOPLE, person_json(party_join_date="2026-06-01"))
    registered(api, VACANCIES, vacancy_json())

    def program(role: Role) -> FlaskClient:
        name = role.value[:20]
        hired(database, username=name, roles=frozenset({role}), territory=EVERYWHERE, now=now)
        token = token_of(database, name)
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return client

    return program


def test_a_waiver_goes_from_officer_to_leader_and_onto_the_list(account: As, api: FlaskClient) -> None:
    officer, leader = account(Role.OFFICER), account(Role.LEADER)
    made = officer.post(f"{VACANCIES}/V1/waivers", json=WAIVER)
    assert made.status_code == 201, made.text
    assert made.json is not None
    path = made.headers["Location"]
    problem_of(officer.post(f"{path}/sign", json=NAMED), 403)
    work = leader.get(WORK).json
    assert work is not None
    assert [(line["key"], line["n"]) for line in work["items"]] == [("waivers_to_sign", 1)]
    assert leader.post(f"{path}/sign", json=NAMED).json["state"] == "signed"  # type: ignore[index]  # a waiver
    problem_of(leader.post(f"{path}/sign", json=NAMED), 409)
    listed = api.post(f"{VACANCIES}/V1/shortlists", json={"k": 5}).json
    assert listed is not None
    (ground,) = listed["entries"][0]["grounds"]
    assert (listed["entries"][0]["verdict"], ground["waiver_no"], "check_id" in ground) == (
        "waived",
        made.json["waiver_no"],
        False,
    )
    report = leader.get(f"{WAIVERS}/report").json
    assert report is not None
    assert (report["n_signed"], report["by_rule"]) == (1, {"FS-02": 1})
    assert leader.get(WAIVERS, query_string={"state": "signed"}).json["total"] == 1  # type: ignore[index]  # a page
    assert officer.get(f"{VACANCIES}/V1/checks").json["items"][0]["result"] == "waived"  # type: ignore[index]  # JSON


def test_a_rulebook_goes_from_effect_to_force(account: As, api: FlaskClient) -> None:
    officer, leader = account(Role.OFFICER), account(Role.LEADER)
    wish = {"changes": "FS-02.limit = 0\n"}
    tried = officer.post(f"{BOOKS}/effects", json=wish)
    assert tried.status_code == 200, tried.text
    assert tried.json["effect"]["n_entered"] == 1  # type: ignore[index]  # an effect
    made = officer.post(BOOKS, json={**wish, "reason": "样例理由"})
    assert made.status_code == 201, made.text
    path, proposal = made.headers["Location"], made.json
    assert proposal is not None
    assert proposal["differences"] == [{"path": "FS-02.limit", "before": 1, "after": 0}]
    problem_of(officer.post(f"{path}/sign", json=NAMED), 403)
    signed = leader.post(f"{path}/sign", json=NAMED).json
    assert signed is not None
    assert (signed["state"], signed["in_force_no"]) == ("signed", 1)
    assert api.get("/api/v1/rulebook").json["version"] == proposal["rulebook_version"]  # type: ignore[index]  # JSON
    assert leader.get(BOOKS).json["total"] == 1  # type: ignore[index]  # a page


@pytest.mark.parametrize(
    ("wish", "place"),
    [
        ({}, ""),
        ({"changes": "FS-02.limit = 2", "document": "version = 1"}, ""),
        ({"changes": "XX.limit = 2"}, "changes[0]"),
        ({"document": "= 1"}, "document"),
        ({"document": "version = 1"}, "rulebook"),
        ({"document": "[]"}, "document"),
        ({"document": '{"document": 1}'}, "document"),
    ],
)
def test_a_wish_that_is_no_rulebook_is_a_422_with_its_place(account: As, wish: dict[str, str], place: str) -> None:
    officer = account(Role.OFFICER)
    assert problem_of(officer.post(f"{BOOKS}/effects", json=wish), 422)["place"].startswith(place)


def test_an_account_says_where_its_mails_go(account: As) -> None:
    leader = account(Role.LEADER)
    assert leader.put("/api/v1/me/notifications", json={"email": "leader@example.cn"}).json == {
        "email": "leader@example.cn"
    }
    problem_of(leader.put("/api/v1/me/notifications", json={"email": "nowhere"}), 422)
    assert leader.put("/api/v1/me/notifications", json={"email": None}).json == {"email": None}
