"""Explanations over the API: points that add up, two people side by side, and what-ifs that nobody keeps."""

from decimal import Decimal
from typing import Any

import pytest
from builders_api import PEOPLE, VACANCIES, VILLAGES, person_json, problem_of, registered, vacancy_json, village_json
from flask import Flask
from flask.testing import FlaskClient

_ABOUT = f"{VACANCIES}/V1"


@pytest.fixture
def city(api: FlaskClient) -> FlaskClient:
    registered(api, VILLAGES, village_json())
    registered(api, VACANCIES, vacancy_json())
    registered(api, VACANCIES, vacancy_json(vacancy_no="V3", vacancy_status="filled"))
    for number, changes in {
        "P1": {"rural_work_years": 1},
        "P2": {"rural_work_years": 7},
        "P3": {"rural_work_years": 4, "negative_flags": None},
        "P4": {"consent_matching": False},
        "P5": {"record_status": "archived"},
    }.items():
        registered(api, PEOPLE, person_json(person_no=number, name=f"样例{number[1]}", **changes))
    return api


def answered(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    return dict(answer.json)


def exactly(number: float) -> Decimal:
    return Decimal(str(number))


def test_an_explanation_says_what_the_list_says(city: FlaskClient) -> None:
    made = city.post(f"{_ABOUT}/shortlists", json={"k": 10}).json
    assert made is not None
    assert made["n_bands"] == 3
    assert made["notes"]["interval"]["en"].startswith("The card has not learned")
    for entry in made["entries"]:
        found = answered(city.get(f"{_ABOUT}/explanations/{entry['person_no']}"))
        assert found["contributions"] == entry["contributions"]
        assert found["outcomes"] == entry["outcomes"]
        assert (found["place"], found["band"], found["interval"]) == (entry["rank"], entry["band"], entry["interval"])
        assert found["score"] == entry["score"]
        assert found["average_score"] == made["average_score"]
        assert found["n_eligible"] == made["sieve"]["n_eligible"] == 3


def test_points_above_the_average_add_up_strongest_first(city: FlaskClient) -> None:
    found = answered(city.get(f"{_ABOUT}/explanations/P2"))
    above = [exactly(part["above_average"]) for part in found["contributions"]]
    assert sum(above) == exactly(found["score"]) - exactly(found["average_score"])
    assert above == sorted(above, reverse=True)
    assert sum(exactly(part["average"]) for part in found["contributions"]) == exactly(found["average_score"])
    assert {part["is_verified"] for part in found["contributions"]} == {True}


def test_somebody_who_is_not_eligible_is_told_why_and_has_no_place(city: FlaskClient) -> None:
    found = answered(city.get(f"{_ABOUT}/explanations/P4"))
    assert (found["verdict"], found["place"], found["band"]) == ("fail", None, None)
    assert "fail" in {outcome["verdict"] for outcome in found["outcomes"]}


def test_two_people_differ_by_what_their_criteria_differ(city: FlaskClient) -> None:
    found = answered(city.get(f"{_ABOUT}/comparisons", query_string={"person_no": "P2", "versus": "P1"}))
    parts = {part["criterion_id"]: part for part in found["criteria"]}
    assert sum(exactly(part["difference"]) for part in parts.values()) == exactly(found["difference"])
    assert exactly(found["difference"]) == exactly(found["first"]["score"]) - exactly(found["second"]["score"])
    assert parts["rural_work"]["first"]["fact"]["zh"] == "7 年"
    assert parts["rural_work"]["difference"] == 12.45
    assert (found["n_bags"], found["is_same_band"]) == (0, False)
    assert (found["first"]["name"], found["second"]["place"]) == ("样例2", 3)


def test_other_facts_move_a_person_and_are_not_kept(city: FlaskClient) -> None:
    asked = {"person_no": "P1", "facts": {"rural_work_years": "6年", "training_hours": 40}}
    before = answered(city.get(f"{_ABOUT}/explanations/P1"))
    found = answered(city.post(f"{_ABOUT}/what-if", json=asked))
    assert found["weights"] is None
    tried = found["facts"]
    assert (tried["place_before"], tried["place_after"]) == (3, 1)
    assert exactly(tried["gain"]) == exactly(tried["score_after"]) - exactly(tried["score_before"])
    assert {part["criterion_id"]: part["gain"] for part in tried["criteria"]} == {"rural_work": 12.45, "training": 1.4}
    assert "没有" not in found["notes"]["what_if"]["zh"]
    assert "eligibility" in found["notes"]["what_if"]["en"]
    assert answered(city.get(f"{_ABOUT}/explanations/P1")) == before
    assert city.get("/api/v1/shortlists").json["total"] == 0  # type: ignore[index]  # a page is an object


def test_what_would_help_comes_true_when_it_is_tried(city: FlaskClient) -> None:
    found = answered(city.get(f"{_ABOUT}/explanations/P1"))
    training = next(one for one in found["improvements"] if one["criterion_id"] == "training")
    step = next(step for step in training["steps"] if step["level_label"]["en"] == "120 hours or more")
    tried = answered(city.post(f"{_ABOUT}/what-if", json={"person_no": "P1", "facts": {"training_hours": 130}}))
    assert (tried["facts"]["gain"], tried["facts"]["place_after"]) == (step["gain"], step["place"])


def test_other_weights_make_another_list(city: FlaskClient) -> None:
    asked = {"person_no": "P3", "weights": {"rural_work": 0}, "k": 2}
    found = answered(city.post(f"{_ABOUT}/what-if", json=asked))["weights"]
    assert sum(exactly(one["after"]) for one in found["weights"]) == 100
    assert [move["person_no"] for move in found["moves"] if move["place_after"] <= 2] == ["P1", "P2"]
    assert (found["entered"], found["left"]) == (["P1"], ["P3"])
    assert (found["person"]["place_before"], found["person"]["place_after"]) == (2, 3)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, "facts"),
        ({"facts": {"training_hours": 4}}, "person_no"),
        ({"person_no": "P1", "facts": {"training_hours": "many"}}, "facts.training_hours"),
        ({"person_no": "P1", "facts": {"home_village_code": "239901100201"}}, "facts.home_village_code"),
        ({"person_no": "P1", "facts": {"latitude": 46}}, "facts.latitude"),
        ({"person_no": "P1", "facts": {"age_years": 30}}, "facts.age_years"),
        ({"person_no": "P1", "facts": {"households_led": 3}}, "facts.households_led"),
        ({"person_no": "P1", "facts": {"work_themes": ["W9"]}}, "facts.work_themes"),
        ({"person_no": "P1", "facts": {"honours_level": {}}}, "facts.honours_level"),
        ({"weights": {"age": 3}}, "weights.age"),
        ({"weights": {"training": -3}}, "weights.training.value"),
        ({"weights": {"training": 3}, "k": 0}, "k"),
        ({"person_no": "P1", "score": 3}, "score"),
    ],
)
def test_what_cannot_be_tried_is_refused_by_name(city: FlaskClient, body: dict[str, Any], place: str) -> None:
    assert problem_of(city.post(f"{_ABOUT}/what-if", json=body), 422)["place"] == place


def test_who_and_what_is_not_there_is_not_found(city: FlaskClient) -> None:
    problem_of(city.get(f"{VACANCIES}/V404/explanations/P1"), 404)
    problem_of(city.get(f"{_ABOUT}/explanations/P404"), 404)
    problem_of(city.get(f"{_ABOUT}/explanations/P5"), 404)
    problem_of(city.get(f"{_ABOUT}/comparisons", query_string={"person_no": "P1", "versus": "P404"}), 404)
    problem_of(city.post(f"{_ABOUT}/what-if", json={"person_no": "P404", "facts": {"training_hours": 4}}), 404)


def test_a_closed_vacancy_and_a_comparison_with_oneself_are_refused(city: FlaskClient) -> None:
    assert problem_of(city.get(f"{VACANCIES}/V3/explanations/P1"), 422)["place"] == "vacancy_no"
    same = {"person_no": "P1", "versus": "P1"}
    assert problem_of(city.get(f"{_ABOUT}/comparisons", query_string=same), 422)["place"] == "versus"
    assert problem_of(city.get(f"{_ABOUT}/comparisons", query_string={"person_no": "P1"}), 422)["place"] == "versus"


_OF_A_PERSON = {"person_no", "name"}
_SCORES = {"score", "points", "rank", "average", "gain", "band"}
_PLACES = {"place_before", "place_after"}


def _names(shape: Any, document: dict[str, Any], seen: frozenset[str] = frozenset()) -> set[str]:
    """Return the names of all properties of a shape, through its references."""
    if isinstance(shape, list):
        return set().union(*(_names(one, document, seen) for one in shape))
    if not isinstance(shape, dict):
        return set()
    found = set(shape.get("properties", {}))
    reference = shape.get("$ref", "")
    if reference and reference not in seen:
        target = document["components"]["schemas"][reference.rsplit("/", 1)[1]]
        found |= _names(target, document, seen | {reference})
    return found.union(*(_names(one, document, seen) for one in shape.values()))


def _tell_a_score(names: set[str]) -> bool:
    return bool(names & _PLACES) or any(_SCORES & set(name.split("_")) for name in names)


def test_no_answer_gives_a_person_a_score_without_a_vacancy(app: Flask) -> None:
    document = app.test_client().get("/api/openapi.json").json
    assert document is not None
    scored = 0
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method == "parameters":
                continue
            names = _names(operation["responses"].get("200", operation["responses"].get("201", {})), document)
            tells_score = _tell_a_score(names)
            if tells_score and names & _OF_A_PERSON:
                scored += 1
                assert "vacancy_no" in names or "{vacancy_no}" in path, (method, path)
            if path.startswith("/api/v1/people"):
                assert not tells_score, (method, path)
    assert scored >= 5


def test_a_person_on_record_has_no_score(city: FlaskClient) -> None:
    city.post(f"{_ABOUT}/shortlists", json={"k": 3})
    assert not _tell_a_score(set(city.get(f"{PEOPLE}/P2").json or ()))
