"""The runs over the API: their progress, and asking one to stop."""

from datetime import datetime

from builders_api import VACANCIES, VILLAGES, problem_of, registered, vacancy_json, village_json
from builders_runs import rescoring_at_work
from flask.testing import FlaskClient

from service.db import Database

RUNS = "/api/v1/runs"


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
