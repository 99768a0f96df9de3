"""The log over HTTP: whatever address names a person leaves a line that names the person."""

import re

from builders_api import PEOPLE, VACANCIES, VILLAGES, person_json, registered, vacancy_json, village_json
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from service.db import Database
from service.models.audit import AuditEntry
from service.queries.audit import lines_about

AUDIT = "/api/v1/audit"
_ADDRESSES = (
    "/people",
    "/people/{number}",
    "/people/{number}/history",
    "/vacancies/V1/ranking",
    "/vacancies/V1/explanations/{number}",
    "/vacancies/V1/comparisons?person_no={number}&versus=P-TWO",
    "/shortlists/{shortlist}",
    "/shortlists/{shortlist}/candidacies",
    "/shortlists/{shortlist}/replay",
    "/work-lists/repairs",
    "/work-lists/stale?months=1",
    "/work-lists/expiring",
    "/duplicates",
    "/appointments",
    "/waivers",
    "/vacancies/V1/checks",
)


def test_every_answer_that_names_a_person_is_a_line_about_that_person(api: FlaskClient, database: Database) -> None:
    registered(api, VILLAGES, village_json())
    registered(api, VACANCIES, vacancy_json())
    for number in ("P-ONE", "P-TWO"):
        registered(api, PEOPLE, person_json(person_no=number, phone="13900000001"))
    shortlist = registered(api, f"{VACANCIES}/V1/shortlists", {"k": 2}).json["shortlist_no"]
    unlogged, n_named = [], 0
    for address in _ADDRESSES:
        with database.reading() as session:
            last = session.scalars(select(AuditEntry.id).order_by(AuditEntry.id.desc())).first()
        answer = api.get("/api/v1" + address.format(number="P-ONE", shortlist=shortlist))
        for number in set(re.findall(r"P-(?:ONE|TWO)", answer.text)) if answer.status_code == 200 else ():
            n_named += 1
            with database.reading() as session:
                newest = lines_about(session, kind="person", number=number, limit=1)
            if not newest or newest[0].id <= last:
                unlogged.append((address, number))
    assert unlogged == []
    assert n_named == 9


def test_the_log_is_read_by_an_auditor_and_by_nobody_else(app: Flask, api: FlaskClient, database: Database) -> None:
    registered(api, VILLAGES, village_json())
    registered(api, PEOPLE, person_json(person_no="P-ONE"))
    api.get(f"{PEOPLE}/P-ONE")
    answer = api.get(AUDIT, query_string={"username": "admin", "limit": 2})
    assert answer.status_code == 200, answer.text
    assert [line["action"] for line in answer.json["items"]] == ["view_person", "register_person"]
    assert answer.json["next_before"] == answer.json["items"][-1]["id"]
    refused = api.get(AUDIT)
    assert refused.status_code == 403
    with database.reading() as session:
        line = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert line is not None
        assert (line.action, line.subject_no, line.actor) == ("refused", "read_whole_audit", "admin")
        assert line.detail["place"].startswith("GET api_audit.read_lines")
        assert line.request_id
