"""Who is who over HTTP: list, decide, check before registering, merge and part."""

from datetime import datetime

from builders import a_person, a_village
from flask.testing import FlaskClient

from service.access import Actor
from service.db import Database
from service.usecases.identity import duplicate_search
from service.usecases.incoming import registration


def _twice(database: Database, actor: Actor, now: datetime) -> None:
    same = {"phone": "00012345678", "name": "样例甲子"}
    with database.unit_of_work() as session:
        registration.save_villages(session, actor=actor, records=[a_village()], now=now)
        people = [a_person(person_no=number, **same) for number in ("P1", "P2")]
        registration.save_people(session, actor=actor, records=people, now=now)
    duplicate_search.find_duplicates(database, actor=actor, now=lambda: now)


def test_pairs_are_listed_decided_and_merged_and_parted(
    api: FlaskClient, database: Database, actor: Actor, now: datetime
) -> None:
    _twice(database, actor, now)
    (pair,) = api.get("/api/v1/duplicates").json["items"]
    assert {pair["first"]["person_no"], pair["second"]["person_no"]} == {"P1", "P2"}
    assert {"zh": "手机号相同", "en": "the same phone"} in pair["reasons"]
    address = f"/api/v1/duplicates/{pair['pair_id']}"
    assert api.post(f"{address}/decision", json={"decision": "later", "note": "待电话核实"}).status_code == 200
    assert api.get(address).json["state"] == "later"
    done = api.post("/api/v1/people/P1/merge", json={"absorbed_no": "P2", "picks": {"phone": "absorbed"}})
    assert done.status_code == 201, done.json
    assert api.get("/api/v1/people/P2").json["person_no"] == "P1"
    listed = api.get("/api/v1/merges?person_no=P2").json
    assert [(one["merge_id"], one["survivor_no"], one["undone_at"]) for one in listed["items"]] == [
        (done.json["merge_id"], "P1", None)
    ]
    parted = api.post(f"/api/v1/merges/{done.json['merge_id']}/undo")
    assert (parted.status_code, parted.json["absorbed_no"]) == (200, "P2")
    assert api.get("/api/v1/people/P2").json["person_no"] == "P2"
    again = api.post(f"/api/v1/merges/{done.json['merge_id']}/undo")
    assert again.status_code == 409


def test_a_record_is_checked_before_it_is_registered(
    api: FlaskClient, database: Database, actor: Actor, now: datetime
) -> None:
    _twice(database, actor, now)
    found = api.post(
        "/api/v1/duplicates/check", json={"name": "样例甲子", "phone": "000-1234-5678", "village": "东岗村"}
    )
    assert found.status_code == 200, found.json
    assert [one["person_no"] for one in found.json["items"]] == ["P1", "P2"]


def test_what_nobody_knows_is_refused_in_both_languages(
    api: FlaskClient, database: Database, actor: Actor, now: datetime
) -> None:
    _twice(database, actor, now)
    for address, body, status in (
        ("/api/v1/duplicates/999/decision", {"decision": "same"}, 404),
        ("/api/v1/duplicates/1/decision", {"decision": "maybe"}, 422),
        ("/api/v1/people/P1/merge", {"absorbed_no": "P1"}, 422),
        ("/api/v1/people/P1/merge", {"absorbed_no": "P2", "picks": {"phone": "mine"}}, 422),
        ("/api/v1/people/P1/merge", {"absorbed_no": "P2", "picks": {"horoscope": "survivor"}}, 422),
        ("/api/v1/people/P1/merge", {"absorbed_no": "P2", "picks": []}, 422),
        ("/api/v1/merges/999/undo", None, 404),
    ):
        answer = api.post(address, json=body) if body is not None else api.post(address)
        assert answer.status_code == status, (address, body, answer.json)
