"""The runs over the API: their progress, and asking one to stop."""

from datetime import datetime

import pytest
from builders import an_actor
from builders_api import VACANCIES, VILLAGES, problem_of, registered, vacancy_json, village_json
from builders_runs import rescoring_at_work
from flask.testing import FlaskClient

from service.access import Actor
from service.db import Database
from service.errors import Stopped
from service.usecases.long_work.run_terms import PERCENT, Kind
from service.usecases.long_work.run_work import Watch, begin_run, carried_out

RUNS = "/api/v1/runs"


def test_other_long_work_is_shown_in_its_own_steps_and_asked_to_stop(
    api: FlaskClient, database: Database, now: datetime
) -> None:
    other = Actor("other", an_actor().roles)
    begun = begin_run(database, kind=Kind.DUPLICATES, actor=other, now=lambda: now, watch=Watch(), n_all=PERCENT)
    (shown,) = api.get(RUNS).json["items"]
    assert (shown["kind"], shown["unit"], shown["n_steps"], shown["n_vacancies"]) == (
        "find_duplicates", "percent", 100, None,
    )  # fmt: skip
    assert shown["result"] is None, "somebody else began it"
    assert api.post(f"{RUNS}/1/stop").json["asked_to_stop_by"] == "admin"
    with pytest.raises(Stopped), carried_out(begun):
        begun.heed()
    assert api.get(RUNS).json["items"][0]["state"] == "stopped"


def test_a_run_is_shown_with_its_progress_and_asked_to_stop(
    api: FlaskClient, database: Database, now: datetime
) -> None:
    registered(api, VILLAGES, village_json())
    registered(api, VACANCIES, vacancy_json())
    with rescoring_at_work(database, now=now) as work:
        (shown,) = api.get(RUNS).json["items"]
        assert (shown["run_id"], shown["state"], shown["is_at_work"]) == (1, "running", True)
        assert (shown["n_vacancies_done"], shown["n_vacancies"], shown["asked_to_stop_at"]) == (0, 1, None)
        for _ in range(2):
            answer = api.post(f"{RUNS}/1/stop")
            assert answer.status_code == 200
            assert (answer.json["asked_to_stop_by"], answer.json["is_at_work"]) == ("admin", True)
        work.go_on()
    assert work.stopped is not None
    page = api.get(RUNS).json
    assert page["total"] == 1
    assert page["items"][0]["state"] == "stopped"
    assert problem_of(api.post(f"{RUNS}/1/stop"), 409)["code"] == "conflict"
    assert problem_of(api.post(f"{RUNS}/7/stop"), 404)["code"] == "not_found"
