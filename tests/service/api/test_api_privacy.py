"""The rights of people over the API."""

from builders import a_person, a_vacancy, a_village
from builders_api import problem_of
from builders_offices import reader_of
from builders_registry import save
from sqlalchemy import select

from matching.vocabulary import Text
from service.access import Role, Territory, TerritoryKind
from service.models.people import Person
from service.usecases.privacy.consents import publish_consent_text

PERSON, VACANCY = "/api/v1/people/P1", "/api/v1/vacancies/V1"
SIGNED = {"purpose": "matching", "signed_by": "样例甲", "document": "同意书1", "signed_on": "2026-11-20"}


def _filled(database, actor, now):
    save(database, actor, now, villages=[a_village()], people=[a_person()], vacancies=[a_vacancy()])
    with database.unit_of_work() as session:
        publish_consent_text(session, actor=actor, purpose="matching", text=Text("同意。", "Yes."), now=now)


def _sent(api, path, body, status):
    answer = api.post(path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json


def test_consent_correction_hold_and_erasure_from_beginning_to_end(api, app, database, actor, now):
    _filled(database, actor, now)
    assert _sent(api, f"{PERSON}/consents", SIGNED, 201)["version"] == 1
    (gone,) = _sent(api, f"{PERSON}/consents/withdrawals", SIGNED, 201)["items"]
    assert gone["withdrawn_on"] == "2026-11-20"
    assert [one["version"] for one in api.get(f"{PERSON}/consents").json["items"]] == [1]
    asked = {"field": "employer", "value": "新单位", "reason": "已调动"}
    number = _sent(api, f"{PERSON}/corrections", asked, 201)["correction_id"]
    decided = api.post(f"/api/v1/corrections/{number}/decision", json={"accept": True})
    assert problem_of(decided, 409)["place"] == "decided_by"
    hold = _sent(api, f"{PERSON}/holds", {"reason": "申诉", "document": "函1"}, 201)["hold_id"]
    wanted = {"document": "函2", "on_request": True}
    assert problem_of(api.post(f"{PERSON}/erasure", json=wanted), 409)["place"] == "hold"
    _sent(api, f"{PERSON}/holds/{hold}/lift", {"reason": "已结"}, 200)
    assert api.get("/api/v1/retention").json == {"items": []}
    document = api.get(f"{PERSON}/file").json
    assert document["record"]["name"] == "样例甲"
    clear = _sent(api, f"{PERSON}/file", {"reason": "本人申请查阅"}, 200)
    assert clear["record"]["name"] == "样例甲"
    assert {one["action"] for one in document["accesses"]} >= {"give_consent", "place_hold"}
    assert problem_of(api.post(f"{PERSON}/erasure", json=wanted), 403)["place"] == "person_no"
    other = reader_of(app, database, Role.OFFICER, now=now)
    assert _sent(other, f"{PERSON}/erasure", wanted, 201)["ground"] == "request"
    assert api.get(PERSON).json["name"] == "（已删除）"


def test_a_blind_review_over_the_api(api, database, actor, now):
    _filled(database, actor, now)
    made = _sent(api, f"{VACANCY}/shortlists", {"k": 1}, 201)["shortlist_no"]
    _sent(api, f"{VACANCY}/blind-review", {}, 200)
    assert api.get(f"/api/v1/shortlists/{made}").json["entries"][0]["name"] == "***P1"
    _sent(api, f"{VACANCY}/blind-review/lifts", {"reason": "核对回避"}, 200)
    assert api.get(f"/api/v1/shortlists/{made}").json["entries"][0]["name"] == "样例甲"
    assert api.get("/api/v1/blind-lifts").json["items"][0]["n_lifts"] == 1
    for nothing in ({}, {"reason": None}, {"reason": " "}):
        assert problem_of(api.post(f"{VACANCY}/blind-review/close", json=nothing), 422)["place"] == "reason"
    _sent(api, f"{VACANCY}/blind-review/close", {"reason": "改为实名审阅"}, 200)
    assert api.get("/api/v1/blind-lifts").json["items"][0]["n_lifts"] == 2


def test_an_erasure_is_asked_for_confirmed_and_refused(api, app, database, actor, now):
    _filled(database, actor, now)
    other, asking = reader_of(app, database, Role.OFFICER, now=now), f"{PERSON}/erasure-requests"
    assert problem_of(api.post(f"{asking}/confirmation", json={"reason": "核对"}), 409)["place"] == "person_no"
    wanted = {"document": "函2", "on_request": True}
    made = _sent(api, asking, wanted, 201)
    assert (made["person_no"], made["state"], made["decided_by"]) == ("P1", "open", None)
    assert [one["person_no"] for one in other.get("/api/v1/erasure-requests").json["items"]] == ["P1"]
    assert _sent(other, f"{asking}/refusal", {"reason": "尚需保留"}, 200)["state"] == "refused"
    _sent(api, asking, wanted, 201)
    problem_of(api.post(f"{asking}/confirmation", json={"reason": "核对"}), 403)
    problem_of(other.post(f"{asking}/confirmation", json={}), 422)
    assert _sent(other, f"{asking}/confirmation", {"reason": "核对"}, 201)["ground"] == "request"


def test_a_person_takes_back_and_gives_the_own_consent_over_the_api(api, app, database, actor, now):
    _filled(database, actor, now)
    with database.reading() as session:
        own = Territory(TerritoryKind.OWN, person_id=session.scalar(select(Person.id).where(Person.person_no == "P1")))
    herself = reader_of(app, database, Role.CANDIDATE, territory=own, now=now)
    _sent(herself, f"{PERSON}/consents/withdrawals", {"purpose": "matching"}, 201)
    assert api.get(PERSON).json["consent_matching"] is False
    assert _sent(herself, f"{PERSON}/consents", {"purpose": "matching"}, 201)["recorded_by"] == "candidate"
    assert api.get(PERSON).json["consent_matching"] is True
    assert problem_of(api.post(f"{PERSON}/consents", json={"purpose": "matching"}), 422)["place"] == "signed_by"
