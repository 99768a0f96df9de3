"""The workflow over HTTP: moves, opinions, conflicts that say what changed, appointments, reports."""

import pytest
from builders import an_actor
from builders_workflow import all_of, conclude_all, lead_to, proposed, register_city, tokens_for

from service.access import Role

PEOPLE = {
    "officer": Role.OFFICER,
    "second": Role.OFFICER,
    "leader": Role.LEADER,
    "discipline": Role.DISCIPLINE,
    "auditor": Role.AUDITOR,
}
VOTES = {
    "meeting": "部务会", "held_on": "2026-11-23", "n_entitled": 9, "n_present": 8, "n_for": 8, "n_against": 0,
    "n_abstained": 0,
}  # fmt: skip
SIGNED = {"signed_name": "样例署名", "document": "示组〔2026〕7号"}


@pytest.fixture
def office(app, database, now):
    """Send a request as somebody of an office whose officer has just made a list; return status and body."""
    with database.unit_of_work() as session:
        tokens = tokens_for(session, PEOPLE, now=now)
        register_city(session, actor=an_actor(), now=now, n_people=3)
    client = app.test_client()

    def send(who, path, body=None, **headers):
        headers["Authorization"] = f"Bearer {tokens[who]}"
        way = client.get if body is None else client.post
        answer = way(f"/api/v1{path}", headers=headers, **({} if body is None else {"json": body}))
        return answer.status_code, answer.json

    return send


LIST = "/shortlists/S2026-000001"


def begin(office):
    status, review = office("officer", f"{LIST}/moves", {"to": "under_review", "version": 2})
    assert status == 200, review
    return review


def about_to_decide(office, database, *, place, now):
    """Lead the person in a place up to the decision; return their number, and what the leader asks for."""
    begin(office)
    with database.unit_of_work() as session:
        found = all_of(session, "S2026-000001")
        conclude_all(session, found, now=now)
        proposed(session, "S2026-000001", now=now)
        lead_to(session, found[place], "discipline_opinion", now=now)
        number = found[place].candidacy_no
    version = office("leader", f"{LIST}/candidacies")[1]["version"]
    return number, {"to": "decided", "version": version, "votes": VOTES, "chosen": [number], **SIGNED}


def test_a_list_is_reviewed_and_a_slower_reviewer_is_told_what_changed(office):
    review = begin(office)
    assert (review["state"], [one["shown_rank"] for one in review["candidacies"]]) == ("under_review", [1, 2, 3])
    first = review["candidacies"][0]
    path = f"/candidacies/{first['candidacy_no']}"
    body = {"decision": "拟推荐", "version": first["version"]}
    status, said = office("second", f"{path}/opinions", {**body, "decision": "备选"})
    assert (status, said["opinions"][0]["decision"], said["next_stage"]) == (200, "reserve", None)
    status, problem = office("officer", f"{path}/opinions", body)
    assert (status, problem["code"], problem["place"]) == (409, "conflict", "version")
    (change,) = problem["changes"]
    assert (change["username"], change["role"], change["fields"]) == (
        "second", "org_dept_officer", {"opinion": [None, "reserve"]},
    )  # fmt: skip
    assert office("officer", f"{path}/opinions", {**body, "version": said["version"]})[0] == 200
    assert office("auditor", f"{path}/opinions", {**body, "version": 3})[0] == 403


def test_a_repetition_with_the_same_key_says_the_same_and_does_nothing_twice(office):
    first = begin(office)["candidacies"][0]
    path, key = f"/candidacies/{first['candidacy_no']}", {"Idempotency-Key": "k1"}
    body = {"decision": "recommend", "version": first["version"]}
    once, again = (office("officer", f"{path}/opinions", body, **key) for _ in range(2))
    assert once == again
    assert len(office("officer", path)[1]["opinions"]) == 1


def test_a_decision_leads_over_the_notice_to_the_post(office, database, now):
    number, asked = about_to_decide(office, database, place=0, now=now)
    assert office("officer", f"{LIST}/moves", asked)[0] == 403
    status, review = office("leader", f"{LIST}/moves", asked)
    assert (status, review["state"]) == (200, "decided")
    assert review["moves"][-1]["vote"]["n_for"] == 8
    chosen = review["candidacies"][0]
    assert (chosen["state"], chosen["missing_signatures"]) == ("decided", [])
    wanted = {"candidacy_no": number, "version": chosen["version"], "office": "组织部", "office_phone": "0000-123"}
    status, made = office("officer", "/appointments", wanted)
    assert status == 201, made
    assert set(made["notices"][0]["shown"]) & {"id_number", "phone", "score", "rank"} == set()
    appointment_no = made["appointment"]["appointment_no"]
    status, problem = office(
        "officer", f"/appointments/{appointment_no}/moves",
        {"to": "confirmed", "version": made["appointment"]["version"], **SIGNED},
    )  # fmt: skip
    assert (status, problem["place"]) == (409, "publicity")
    assert office("leader", f"/appointments/{appointment_no}")[0] == 200
    assert office("leader", "/appointments?state=publicity")[1]["total"] == 1
    assert office("leader", "/appointments/terms-ending") == (200, {"items": []})
    for path in (f"/appointments/{appointment_no}", "/appointments"):
        found = office("auditor", path)[1]
        appointment = found.get("appointment") or found["items"][0]
        assert appointment["name"] == appointment["person_no"]
    export = {"kind": "notice", "format": "docx", "subject_no": made["notices"][0]["notice_no"]}
    assert office("officer", "/exports", export)[0] == 201
    assert office("auditor", "/exports", export)[0] == 403


def test_a_decision_for_a_worse_place_needs_code_and_words_and_is_reported(office, database, now):
    _number, asked = about_to_decide(office, database, place=1, now=now)
    status, problem = office("leader", f"{LIST}/moves", asked)
    assert (status, {one["place"] for one in problem["fields"]}) == (422, {"reason_codes", "reason"})
    why = {"reason_codes": ["R01"], "reason": "更懂当地产业"}
    assert office("leader", f"{LIST}/moves", {**asked, **why})[1]["state"] == "decided"
    report = office("leader", "/reports/overrides")[1]
    assert (report["n_decided"], report["n_against_rank"]) == (1, 1)
    (one,) = report["overrides"]
    assert (one["person_no"], one["is_decision"], one["reason"]) == ("P2", True, "更懂当地产业")


def test_records_and_vacancies_are_moved_and_told_back(office):
    people, vacancies = "/people/P3/moves", "/vacancies/V1/moves"
    status, told = office("discipline", people, {"to": "suspended", "version": 1, "reason": "核查"})
    assert (status, told["state"], told["version"]) == (200, "suspended", 2)
    status, problem = office("officer", people, {"to": "verified", "version": 1, **SIGNED})
    assert (status, problem["changes"][0]["fields"]) == (409, {"state": ["verified", "suspended"]})
    assert office("officer", vacancies, {"to": "cancelled", "version": 1, "reason": "撤并"})[0] == 403
    assert office("leader", vacancies, {"to": "cancelled", "version": 1, "reason": "撤并"})[1]["state"] == "cancelled"


def test_overrides_are_reported_to_who_may_see_them(office):
    begin(office)
    assert office("leader", "/reports/overrides?since=2026-11-01")[1]["n_against_rank"] == 0
    assert office("leader", "/reports/overrides?since=yesterday")[0] == 422


def test_who_may_not_know_people_reads_rounds_by_number(office):
    review = begin(office)
    names = {one["name"] for one in review["candidacies"]}
    assert not names & {one["person_no"] for one in review["candidacies"]}
    seen = office("auditor", f"{LIST}/candidacies")[1]
    one = office("auditor", f"/candidacies/{review['candidacies'][0]['candidacy_no']}")[1]
    assert [each["name"] for each in seen["candidacies"]] == [each["person_no"] for each in seen["candidacies"]]
    assert one["name"] == one["person_no"]
    assert not [name for name in names if name in str(seen) + str(one)]
