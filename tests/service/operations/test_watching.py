"""Request ids, figures by route, and whether the service is ready."""

import json
import uuid
from dataclasses import replace

import pytest
from builders_canary import CANARY
from sqlalchemy import text

from service.context import Service
from service.operations.metrics import policy_reports
from service.operations.readiness import readiness
from service.settings import Settings
from service.settings.operations import OperationsSettings

TOKEN = "t" * 24
LOCAL = {"REMOTE_ADDR": "127.0.0.1"}


@pytest.fixture
def watched(app, settings):
    """The application with some settings of what is watched."""

    def watched(**changed):
        composed = app.extensions["talentpool"]
        operations = OperationsSettings(**changed)
        app.extensions["talentpool"] = Service(
            settings=replace(settings, operations=operations), database=composed.database, clock=composed.clock
        )
        return app.test_client()

    return watched


def test_a_request_keeps_the_id_that_a_proxy_gave_it(app):
    given = str(uuid.uuid4())
    assert app.test_client().get("/health/live", headers={"X-Request-ID": given}).headers["X-Request-ID"] == given


@pytest.mark.parametrize("given", [None, "", "x", CANARY["id_number"], CANARY["phone"], "a" * 5_000, "<script>"])
def test_an_id_that_could_tell_something_is_replaced(app, given):
    headers = {} if given is None else {"X-Request-ID": given}
    answered = app.test_client().get("/login", headers=headers).headers["X-Request-ID"]
    assert answered != given
    assert str(uuid.UUID(answered)) == answered


def test_the_service_is_live_and_ready(app):
    browser = app.test_client()
    assert browser.get("/health/live").json == {"status": "live"}
    answer = browser.get("/health/ready")
    assert (answer.status_code, answer.json["status"]) == (200, "ready")
    assert set(answer.json["checks"]) == {"database", "migrations", "keys", "disk"}


def test_a_full_disk_a_lost_key_an_old_schema_and_a_lost_database_are_told_apart(app, database, settings, watched):
    checks = watched(least_free_mb=10**7).get("/health/ready")
    assert (checks.status_code, checks.json["checks"]["disk"]) == (503, False)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert readiness(database, settings) == {"database": True, "migrations": False, "keys": True, "disk": True}
    settings.key_file.unlink()
    assert not readiness(database, settings)["keys"]
    with database.engine.begin() as connection:
        connection.execute(text("DROP TABLE installation"))
    assert not readiness(database, settings)["keys"]


def test_the_figures_are_by_route_and_never_by_address(watched, client):
    client.get("/people/P-that-nobody-has")
    answer = watched(metrics_token=TOKEN).get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain")
    assert 'talentpool_requests_total{method="GET",route="/people/<path:person_no>",status="404"}' in answer.text
    assert "P-that-nobody-has" not in answer.text


@pytest.mark.parametrize(
    ("changed", "headers", "status"),
    [
        ({}, {}, 404),
        ({}, {"Authorization": "Bearer "}, 404),
        ({"metrics_token": TOKEN}, {}, 404),
        ({"metrics_token": TOKEN}, {"Authorization": "Bearer x"}, 404),
        ({"metrics_token": TOKEN}, {"Authorization": f"Bearer {TOKEN}"}, 200),
        ({"metrics_on_loopback": True}, {}, 200),
        ({"metrics_on_loopback": True}, {"X-Forwarded-For": "10.0.0.9"}, 404),
    ],
)
def test_the_figures_are_not_public(watched, changed, headers, status):
    answer = watched(**changed).get("/metrics", headers=headers, environ_base=LOCAL)
    assert answer.status_code == status


def test_the_figures_are_not_for_another_host(watched):
    elsewhere = {"REMOTE_ADDR": "10.0.0.9"}
    assert watched(metrics_on_loopback=True).get("/metrics", environ_base=elsewhere).status_code == 404


def test_a_log_line_of_a_request_tells_route_account_and_id(app, client, capsys):
    answer = client.get("/people/P-that-nobody-has?q=柯那瑞")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    told = lines[-1]
    assert told["request_id"] == answer.headers["X-Request-ID"]
    assert (told["route"], told["status"], told["account"]) == ("/people/<path:person_no>", 404, "admin")


def test_a_report_of_the_policy_is_counted_and_tells_nothing_about_anybody(app, capsys):
    client, before = app.test_client(), _n_reports()
    report = {
        "effective-directive": "script-src-elem",
        "blocked-uri": "inline",
        "document-uri": f"https://localhost/people/{CANARY['id_number']}?q={CANARY['name']}",
        "script-sample": CANARY["phone"],
    }
    assert client.post("/csp-reports", json={"csp-report": report}).status_code == 204
    assert _n_reports() == before + 1
    modern = {"effectiveDirective": CANARY["name"], "blockedURL": "https://x.example/a", "documentURL": "///"}
    assert client.post("/csp-reports", json=[{"type": "csp-violation", "body": modern}] * 50).status_code == 204
    assert _n_reports() == before + 6, "of one request five count"
    told = capsys.readouterr().err
    first = next(json.loads(line) for line in told.splitlines() if "policy report" in line)
    assert first["event"] == "policy report: script-src-elem, blocked inline"
    assert first["route"] == "/people/<path:person_no>"
    assert not [value for value in CANARY.values() if value in told]
    assert "example" not in told


@pytest.mark.parametrize("body", [b"", b"[", b"[1, null]", b'{"csp-report": 1}', b"[" * 9_000, b"\xff"])
def test_what_is_no_report_is_taken_and_forgotten(app, body):
    before = _n_reports()
    assert app.test_client().post("/csp-reports", data=body, content_type="application/csp-report").status_code == 204
    assert _n_reports() == before


def test_reports_are_short_and_few(app):
    client = app.test_client()
    assert client.post("/csp-reports", data=b" " * 20_000).status_code == 413
    statuses = [client.post("/csp-reports", json={}).status_code for _ in range(25)]
    assert statuses[0] == 204
    assert statuses[-1] == 429


def _n_reports():
    return sum(one.value for one in policy_reports().collect()[0].samples if one.name.endswith("_total"))


def test_a_token_for_the_figures_is_read_from_a_private_file(tmp_path):
    path = tmp_path / "token"
    path.write_text(TOKEN, encoding="ascii")
    path.chmod(0o600)
    found = Settings.from_environment({"TALENTPOOL_METRICS_TOKEN_FILE": str(path)})
    assert found.operations.metrics_token == TOKEN
