"""Writes over the API that are sent twice: done once, answered twice."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from builders import WHOLE_OFFICE
from builders_api import PEOPLE, VACANCIES, VILLAGES, person_json, problem_of, registered, vacancy_json, village_json
from builders_offices import hired, token_of
from flask import Flask
from flask.testing import FlaskClient

from service import create_app
from service.access import EVERYWHERE
from service.db import Database
from service.settings import Settings

KEY = {"Idempotency-Key": "b7f0c9e2-4d0a-4d5e-9a3e-000000000001"}


@pytest.fixture
def any_app(any_settings: Settings, any_database: Database, now: datetime) -> Iterator[Flask]:
    composed = create_app(any_settings, clock=lambda: now)
    composed.testing = True
    yield composed
    composed.extensions["talentpool"].database.dispose()


@pytest.fixture
def token(any_database: Database, now: datetime) -> str:
    hired(any_database, username="admin", roles=WHOLE_OFFICE, territory=EVERYWHERE, now=now)
    return token_of(any_database, "admin")


def a_client(app: Flask, token: str) -> FlaskClient:
    program = app.test_client()
    program.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return program


def test_a_repeated_registration_gets_the_first_answer(api: FlaskClient) -> None:
    first = api.post(PEOPLE, json={"name": "样例甲", "talent_source": "T1"}, headers=KEY)
    again = api.post(PEOPLE, json={"name": "样例甲", "talent_source": "T1"}, headers=KEY)
    assert first.status_code == 201, first.text
    assert (again.status_code, again.data) == (201, first.data)
    assert (again.headers["Location"], again.headers["ETag"]) == (first.headers["Location"], first.headers["ETag"])
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert api.get(PEOPLE).json["total"] == 1  # type: ignore[index]  # a page is an object


def test_without_a_key_a_repetition_is_a_second_write(api: FlaskClient) -> None:
    for _ in range(2):
        registered(api, PEOPLE, {"name": "样例甲", "talent_source": "T1"})
    assert api.get(PEOPLE).json["total"] == 2  # type: ignore[index]  # a page is an object


def test_a_repeated_change_is_not_stale(api: FlaskClient) -> None:
    registered(api, VILLAGES, village_json())
    headers = {**KEY, "If-Match": registered(api, PEOPLE, person_json()).headers["ETag"]}
    first = api.patch(f"{PEOPLE}/P1", json={"rural_work_years": 5}, headers=headers)
    again = api.patch(f"{PEOPLE}/P1", json={"rural_work_years": 5}, headers=headers)
    assert first.status_code == 200, first.text
    assert (again.status_code, again.data, again.headers["ETag"]) == (200, first.data, first.headers["ETag"])


def test_a_key_belongs_to_one_request(api: FlaskClient) -> None:
    api.post(PEOPLE, json={"name": "样例甲", "talent_source": "T1"}, headers=KEY)
    problem = problem_of(api.post(PEOPLE, json={"name": "样例乙", "talent_source": "T1"}, headers=KEY), 422)
    assert (problem["code"], problem["place"]) == ("key_reused", "Idempotency-Key")


def test_a_refused_write_leaves_its_key_free(api: FlaskClient) -> None:
    problem_of(api.post(f"{VACANCIES}/V1/shortlists", json={"k": 1}, headers=KEY), 404)
    registered(api, VILLAGES, village_json())
    registered(api, VACANCIES, vacancy_json())
    assert api.post(f"{VACANCIES}/V1/shortlists", json={"k": 1}, headers=KEY).status_code == 201


def test_an_unusable_key_is_refused(api: FlaskClient) -> None:
    for key in ("", " ", "x" * 121, "schlüssel"):
        answer = api.post(PEOPLE, json={"name": "样例甲", "talent_source": "T1"}, headers={"Idempotency-Key": key})
        assert problem_of(answer, 422)["place"] == "Idempotency-Key", key


def test_parallel_requests_with_one_key_write_once(any_app: Flask, token: str) -> None:
    n_threads = 5
    start = Barrier(n_threads)

    def ask(_: int) -> tuple[int, bytes]:
        program = a_client(any_app, token)
        start.wait()
        answer = program.post(PEOPLE, json={"name": "样例甲", "talent_source": "T1"}, headers=KEY)
        return answer.status_code, answer.data

    with ThreadPoolExecutor(n_threads) as pool:
        answers = set(pool.map(ask, range(n_threads)))
    assert len(answers) == 1
    assert next(iter(answers))[0] == 201
    assert a_client(any_app, token).get(PEOPLE).json["total"] == 1  # type: ignore[index]  # a page is an object


def test_parallel_changes_of_one_version_let_one_through(any_app: Flask, token: str) -> None:
    program = a_client(any_app, token)
    tag = registered(program, PEOPLE, {"person_no": "P1", "name": "样例甲", "talent_source": "T1"}).headers["ETag"]
    n_threads = 4
    start = Barrier(n_threads)

    def change(years: int) -> int:
        own = a_client(any_app, token)
        start.wait()
        headers = {"If-Match": tag}
        return own.patch(f"{PEOPLE}/P1", json={"rural_work_years": years + 1}, headers=headers).status_code

    with ThreadPoolExecutor(n_threads) as pool:
        statuses = sorted(pool.map(change, range(n_threads)))
    assert statuses == [200, 412, 412, 412]
