"""Learned models over the API: listed, shown with their file, put in force by a named account."""

from builders_api import problem_of

MODELS = "/api/v1/models"


def test_models_are_listed_shown_and_put_in_force_by_the_account(api, database, actor, now, registered_model):
    version = registered_model
    (listed,) = api.get(MODELS, query_string={"post_type": "first_secretary"}).json["items"]
    assert (listed["version"], listed["is_champion"], listed["problem"]) == (version, False, None)
    shown = api.get(f"{MODELS}/{version}").json
    assert shown["document"]["version"] == version
    assert shown["document"]["hash"]
    refused = problem_of(api.post(f"{MODELS}/{version}/promotions", json={}), 422)
    assert "没有可比的审阅名单" in refused["detail"]
    made = api.post(f"{MODELS}/{version}/promotions", json={"reason": "试用一季"})
    assert made.status_code == 201
    assert made.headers["Location"].endswith(f"/models/{version}")
    assert (made.json["version"], made.json["signed_by"], made.json["reason"]) == (version, "样例署名", "试用一季")
    assert made.json["former_version"] is None
    assert api.get(f"{MODELS}/{version}").json["is_champion"]
    assert api.get("/api/v1/cards/first_secretary").json["version"] == version
    problem_of(api.post(f"{MODELS}/{version}/promotions", json={"reason": "再次"}), 409)


def test_an_unknown_model_and_an_unknown_field_are_refused(api):
    assert problem_of(api.get(f"{MODELS}/nobody"), 404)["code"] == "not_found"
    problem_of(api.post(f"{MODELS}/nobody/promotions", json={"signed_by": "x"}), 422)
    assert api.get(MODELS).json == {"items": []}


def test_drift_without_decisions_is_empty_for_every_post(api):
    posts = api.get(f"{MODELS}/drift").json["posts"]
    assert [(post["is_alarming"], post["periods"]) for post in posts] == [(False, [])] * 3
