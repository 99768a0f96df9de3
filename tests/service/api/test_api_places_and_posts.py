"""Villages and vacancies over the API; the rulebook, the cards and the work list."""

from decimal import Decimal

from builders_api import PEOPLE, VACANCIES, VILLAGES, person_json, problem_of, registered, vacancy_json, village_json
from flask.testing import FlaskClient

from matching.vocabulary import PostType
from service.rulebooks import shipped_cards, shipped_rulebook


def test_a_village_is_registered_shown_changed_and_listed(api: FlaskClient) -> None:
    answer = registered(api, VILLAGES, village_json())
    place, tag = answer.headers["Location"], answer.headers["ETag"]
    assert api.get(place).headers["ETag"] == tag
    changed = api.patch(place, json={"population": 1_200}, headers={"If-Match": tag})
    assert changed.status_code == 200, changed.text
    page = api.get(VILLAGES, query_string={"county_code": "239901"}).json
    assert page is not None
    assert [(village["village"], village["population"]) for village in page["items"]] == [("东岗村", 1_200)]
    problem_of(api.patch(place, json={"population": 1}, headers={"If-Match": tag}), 412)
    problem_of(api.get(f"{VILLAGES}/000000000000"), 404)


def test_a_vacancy_is_registered_shown_changed_and_listed(api: FlaskClient) -> None:
    registered(api, VILLAGES, village_json())
    answer = registered(api, VACANCIES, vacancy_json())
    place, tag = answer.headers["Location"], answer.headers["ETag"]
    assert api.get(place).headers["ETag"] == tag
    changed = api.patch(place, json={"headcount": 2}, headers={"If-Match": tag})
    assert changed.status_code == 200, changed.text
    cancelled = {"vacancy_status": "cancelled", "attested_by": "样例署名", "attested_document": "示组〔2026〕8号"}
    refused = api.patch(place, json=cancelled, headers={"If-Match": changed.headers["ETag"]})
    assert problem_of(refused, 422)["place"] == "vacancy_status", "it ends by its own step, with the reason"
    assert api.get(place).headers["ETag"] == changed.headers["ETag"]
    step = {"to": "cancelled", "version": changed.json["version"], "reason": "撤并"}  # type: ignore[index]
    ended = api.post(f"{place}/moves", json=step)
    assert ended.status_code == 200, ended.text
    for is_open, total in (("true", 0), ("false", 1)):
        page = api.get(VACANCIES, query_string={"is_open": is_open}).json
        assert page is not None
        assert page["total"] == total
    assert page is not None
    assert page["items"][0]["n_eligible"] is None, "before the first ranking"
    assert api.get(VACANCIES, query_string={"is_thin": "true", "sort": "-n_eligible"}).json["total"] == 0


def test_a_number_may_hold_slashes(api: FlaskClient) -> None:
    registered(api, VILLAGES, village_json())
    place = registered(api, VACANCIES, vacancy_json(vacancy_no="示范/2026/1")).headers["Location"]
    assert api.get(place).json["vacancy_no"] == "示范/2026/1"  # type: ignore[index]  # a vacancy is an object
    assert api.post(f"{place}/shortlists", json={"k": 1}).status_code == 201
    assert api.get(f"{place}/ranking").status_code == 200


def test_a_vacancy_without_a_village_is_refused(api: FlaskClient) -> None:
    wanted = vacancy_json()
    del wanted["village_code"]
    assert problem_of(api.post(VACANCIES, json=wanted), 422)["place"] == "village"


def test_a_closed_vacancy_gets_no_list(api: FlaskClient) -> None:
    registered(api, VILLAGES, village_json())
    registered(api, VACANCIES, vacancy_json(vacancy_status="filled"))
    problem_of(api.post(f"{VACANCIES}/V1/shortlists", json={"k": 3}), 422)


def test_the_rulebook_is_shown_with_every_basis(api: FlaskClient) -> None:
    answer = api.get("/api/v1/rulebook")
    book = answer.json
    assert book is not None
    assert book["version"] == shipped_rulebook().version
    rules = [rule for part in (*book["posts"], *book["pools"]) for rule in part["rules"]]
    assert {"C-01", "FS-01", "HV-01", "IC-01"} <= {rule["rule_id"] for rule in rules}
    assert all(rule["basis"]["zh"] and rule["basis"]["en"] for rule in rules)
    assert api.get("/api/v1/rulebook", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_a_profile_decides_which_rules_are_shown(api: FlaskClient) -> None:
    shown = {}
    for profile in ("city_plan", "national_dispatch"):
        query = {"post_type": "first_secretary", "rule_profile": profile}
        book = api.get("/api/v1/rulebook", query_string=query).json
        assert book is not None
        (part,) = book["posts"]
        shown[profile] = {rule["rule_id"] for rule in part["rules"]}
    assert shown["city_plan"] < shown["national_dispatch"]


def test_a_card_shows_the_points_in_force(api: FlaskClient) -> None:
    for post in PostType:
        shown = api.get(f"/api/v1/cards/{post}").json
        assert shown is not None
        assert shown["version"] == shipped_cards()[post].version
        most = sum(Decimal(str(criterion["max_points"])) for criterion in shown["criteria"])
        assert most == shown["full_score"] == 100
    assert shown["criteria"][0]["levels"][0]["label"]["en"] == "not recorded"


def test_an_unknown_post_has_no_card(api: FlaskClient) -> None:
    assert "first_secretary" in problem_of(api.get("/api/v1/cards/mayor"), 404)["remedy"]


def test_a_word_without_a_trade_waits_in_the_work_list(api: FlaskClient) -> None:
    registered(api, VILLAGES, village_json())
    registered(api, PEOPLE, person_json(industries=None, industry_text="量子纠缠培育"))
    page = api.get("/api/v1/work-lists/unmapped-terms").json
    assert page is not None
    assert [term["word"] for term in page["items"]] == ["量子纠缠培育"]
    assert page["items"][0]["n_uses"] == 1


def test_a_code_table_is_shown_with_its_labels(api: FlaskClient) -> None:
    shown = api.get("/api/v1/codes/education").json
    assert shown is not None
    assert {"code": "21", "label": {"zh": "大学", "en": "university"}} in shown["items"]
    assert "education" in problem_of(api.get("/api/v1/codes/colour"), 404)["remedy"]
