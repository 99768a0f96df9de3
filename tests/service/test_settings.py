"""Settings: a weak, unusable or misspelt one refuses to start, and says which it is and how to mend it."""

import base64
import json
import os
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from service import create_app
from service.db import Database
from service.errors import NotConfigured
from service.installation import open_database
from service.precautions import check_exposure
from service.settings import Settings
from service.settings.accounts import AccountSettings
from service.settings.notifications import NotificationSettings
from service.settings.values import secret_of_file

SERVICE = Path(__file__).parents[2] / "service"


def _refusal(environment: dict[str, str]) -> NotConfigured:
    with pytest.raises(NotConfigured) as refused:
        Settings.from_environment(environment)
    assert refused.value.remedy is not None
    return refused.value


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("TALENTPOOL_PASSWORD_POLICY", "none", "asvs"),
        ("TALENTPOOL_LOCK_AFTER", "0", "3"),
        ("TALENTPOOL_LOCK_AFTER", "1000", "10"),
        ("TALENTPOOL_LOCK_MINUTES", "soon", "1440"),
        ("TALENTPOOL_SESSION_IDLE_MINUTES", "-1", "1440"),
        ("TALENTPOOL_SESSION_HOURS", "9999", "168"),
        ("TALENTPOOL_TOKEN_DAYS", "367", "366"),
        ("TALENTPOOL_SIGN_INS_PER_MINUTE", "0", "1"),
        ("TALENTPOOL_TRUSTED_PROXIES", "9", "5"),
        ("TALENTPOOL_SECURE_COOKIES", "treu", "1"),
        ("TALENTPOOL_STALE_MONTHS", "x", "600"),
        ("TALENTPOOL_CIPHER", "rot13", "sm"),
    ],
)
def test_a_value_that_cannot_be_used_names_its_variable(name: str, value: str, told: str) -> None:
    refused = _refusal({name: value})
    assert refused.place == name
    assert refused.remedy is not None
    assert told in refused.remedy.en


@pytest.mark.parametrize(
    ("wrong", "near"),
    [
        ("TALENTPOOL_SECURE_COOKIE", "TALENTPOOL_SECURE_COOKIES"),
        ("TALENTPOOL_SESION_HOURS", "TALENTPOOL_SESSION_HOURS"),
        ("TALENTPOOL_DATABASEURL", "TALENTPOOL_DATABASE_URL"),
    ],
)
def test_a_misspelt_setting_is_refused_with_the_nearest(wrong: str, near: str) -> None:
    refused = _refusal({wrong: "1"})
    assert refused.place == wrong
    assert refused.remedy is not None
    assert near in refused.remedy.en


def test_other_peoples_variables_are_left_alone() -> None:
    Settings.from_environment({"PATH": "/bin", "TALENTPOOLS": "x", "TALENTPOOL_TOKEN": "tp_x"})


def test_every_variable_that_the_service_names_is_known() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in SERVICE.rglob("*.py"))
    named = set(re.findall(r"TALENTPOOL_[A-Z][A-Z_]+[A-Z]", sources))
    assert len(named) > 10
    told = {name: _complaint({name: ""}) for name in named}
    assert [name for name, sentence in told.items() if "no such setting" in sentence] == []


def _complaint(environment: dict[str, str]) -> str:
    try:
        Settings.from_environment(environment)
    except NotConfigured as error:
        return error.problem.en
    return ""


def test_settings_of_accounts_are_read() -> None:
    read = Settings.from_environment(
        {
            "TALENTPOOL_PASSWORD_POLICY": "complex",
            "TALENTPOOL_SECOND_FACTOR_ROLES": "admin, org_dept_leader",
            "TALENTPOOL_SESSION_IDLE_MINUTES": "15",
            "TALENTPOOL_SESSION_HOURS": "8",
            "TALENTPOOL_LOCK_AFTER": "3",
            "TALENTPOOL_TRUSTED_PROXIES": "1",
        }
    ).accounts
    assert read == AccountSettings(
        password_policy="complex",
        second_factor_roles=("admin", "org_dept_leader"),
        idle_limit=timedelta(minutes=15),
        absolute_limit=timedelta(hours=8),
        lock_after=3,
        trusted_proxies=1,
    )


def test_a_role_that_nobody_can_have_refuses_to_start(settings: Settings, database: Database) -> None:
    wrong = replace(settings, accounts=AccountSettings(second_factor_roles=("administrator",)))
    with pytest.raises(NotConfigured) as refused:
        open_database(wrong)
    assert refused.value.place == "TALENTPOOL_SECOND_FACTOR_ROLES"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_key_file_that_others_may_read_refuses_to_start(settings: Settings, database: Database, mode: int) -> None:
    settings.key_file.chmod(mode)
    with pytest.raises(NotConfigured) as refused:
        open_database(settings)
    assert "TALENTPOOL_KEY_FILE" in refused.value.place
    assert refused.value.remedy is not None
    assert f"chmod 600 {settings.key_file}" in refused.value.remedy.en
    settings.key_file.chmod(0o600)
    open_database(settings).dispose()


@pytest.mark.parametrize("secret", [b"short", bytes(32), b"ab" * 16])
def test_a_session_secret_that_can_be_guessed_refuses_to_start(
    settings: Settings, database: Database, secret: bytes
) -> None:
    document = json.loads(settings.key_file.read_text(encoding="ascii"))
    document["session_secret"] = base64.b64encode(secret).decode("ascii")
    settings.key_file.write_text(json.dumps(document), encoding="ascii")
    with pytest.raises(NotConfigured) as refused:
        open_database(settings)
    assert "session_secret" in refused.value.place


@pytest.mark.parametrize("name", ["FLASK_DEBUG", "PYTHONINSPECT"])
def test_debugging_refuses_to_start(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "1")
    with pytest.raises(NotConfigured) as refused:
        create_app(settings)
    assert refused.value.place == name


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "talentpool.example"])  # noqa: S104 - refused
def test_cookies_in_clear_beyond_this_machine_refuse_to_start(settings: Settings, host: str) -> None:
    with pytest.raises(NotConfigured) as refused:
        check_exposure(settings, host=host)
    assert refused.value.place == "TALENTPOOL_SECURE_COOKIES"
    check_exposure(replace(settings, secure_cookies=True), host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.9.9.9"])
def test_on_this_machine_cookies_may_travel_in_clear(settings: Settings, host: str) -> None:
    check_exposure(settings, host=host)


@pytest.mark.parametrize(
    ("content", "mode", "told"), [("long-enough-secret-of-a-client", 0o644, "Others"), ("short", 0o600, "fewer")]
)
def test_a_secret_in_a_file_is_looked_at(tmp_path: Path, content: str, mode: int, told: str) -> None:
    path = tmp_path / "secret"
    path.write_text(content, encoding="utf-8")
    path.chmod(mode)
    with pytest.raises(NotConfigured) as refused:
        secret_of_file({"TALENTPOOL_X": str(path)}, "TALENTPOOL_X")
    assert told in refused.value.problem.en
    assert content not in str(refused.value)
    with pytest.raises(NotConfigured):
        secret_of_file({}, "TALENTPOOL_X")


def test_the_environment_of_the_tests_itself_is_clean() -> None:
    Settings.from_environment(os.environ)


@pytest.mark.parametrize(
    ("host", "is_refused"), [("mail.example.cn", True), ("127.0.0.1", False), ("localhost", False)]
)
def test_the_password_of_the_mail_server_never_leaves_the_machine_in_clear(
    tmp_path: Path, host: str, is_refused: bool
) -> None:
    secret = tmp_path / "smtp"
    secret.write_text("ein-langes-Geheimnis-27")
    secret.chmod(0o600)
    environment = {
        "TALENTPOOL_SMTP_HOST": host, "TALENTPOOL_SMTP_FROM": "pool@example.cn", "TALENTPOOL_SMTP_USER": "pool",
        "TALENTPOOL_SMTP_PASSWORD_FILE": str(secret), "TALENTPOOL_SMTP_SECURITY": "none",
    }  # fmt: skip
    if is_refused:
        with pytest.raises(NotConfigured) as refused:
            NotificationSettings.from_environment(environment)
        assert refused.value.place == "TALENTPOOL_SMTP_SECURITY"
    else:
        assert "Geheimnis" not in repr(NotificationSettings.from_environment(environment))
