"""--as: whoever may log on to the host still needs the credential of the account that is to act (S11)."""

import json
import os
import pty
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from select import select as select_ready

import pytest
from builders_offices import hired, token_of
from click.testing import Result
from sqlalchemy import func, select

from service.access import EVERYWHERE, OPERATOR, Actor, Role
from service.cli.credentials import TOKEN, TOKEN_FILE
from service.db import Database
from service.errors import Forbidden
from service.models.accounts import AccountSession
from service.models.audit import AuditEntry
from service.settings import Settings
from service.usecases import accounts
from tests.service.usecases.builders_accounts import PASSWORD, an_account

Run = Callable[..., Result]
PATIENCE_S = 60
OWN = "Weide-Kranich-Deich-72"


@pytest.fixture
def leader(terminal: Run, database: Database) -> str:
    """A token of a leader; an officer is there too."""
    for name, role in (("leader", Role.LEADER), ("officer", Role.OFFICER)):
        hired(database, username=name, roles=frozenset({role}), territory=EVERYWHERE, now=datetime.now(UTC))
    return token_of(database, "leader")


@pytest.mark.parametrize("command", ["work", "user token", "waivers list", "user changes", "export log", "template"])
@pytest.mark.usefixtures("leader")
def test_a_name_alone_lets_nobody_act(terminal: Run, tmp_path: Path, command: str) -> None:
    arguments = command.split() + (["people", str(tmp_path / "p.xlsx")] if command == "template" else [])
    refused = terminal("--as", "leader", *arguments, exit_code=1)
    assert TOKEN in refused.stderr
    assert refused.stdout == ""


def test_a_refusal_without_an_account_says_how_to_name_one(
    terminal: Run, leader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = terminal("export", "log", exit_code=1).stderr
    assert OPERATOR.username in told
    assert "--as" in told
    assert TOKEN in told
    monkeypatch.setenv(TOKEN, leader)
    named = terminal("rescore", "--all", exit_code=1).stderr
    assert "未指定账号" not in named


@pytest.mark.parametrize(("language", "told"), [("zh", "本次由账号 leader 办理"), ("en", "It was leader who acted")])
def test_a_refused_right_says_who_acted_and_how_to_act_as_somebody_else(
    terminal: Run, leader: str, monkeypatch: pytest.MonkeyPatch, language: str, told: str
) -> None:
    monkeypatch.setenv(TOKEN, leader)
    for command in (("rescore", "--all"), ("train",)):
        refused = terminal("--lang", language, *command, exit_code=1).stderr
        assert told in refused
        assert "--as" in refused
        assert TOKEN in refused
    free = terminal("--lang", language, "shortlist", "no-such", exit_code=4).stderr
    assert told not in free, "only a right that is lacking is somebody else's"


def test_a_token_acts_for_its_own_account_with_or_without_the_name(
    terminal: Run, leader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN, leader)
    for named in ((), ("--as", "leader")):
        assert json.loads(terminal(*named, "work", "--json").stdout)["username"] == "leader"
    assert "不属于" in terminal("--as", "officer", "work", exit_code=1).stderr
    assert json.loads(terminal("--as", OPERATOR.username, "work", "--json").stdout)["username"] == OPERATOR.username


def test_a_token_may_stand_in_a_file_that_nobody_else_reads(
    terminal: Run, leader: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "token"
    file.write_text(leader + "\n", encoding="ascii")
    monkeypatch.setenv(TOKEN_FILE, str(file))
    file.chmod(0o640)
    assert "chmod 600" in terminal("work", exit_code=1).stderr
    file.chmod(0o600)
    assert json.loads(terminal("work", "--json").stdout)["username"] == "leader"
    monkeypatch.setenv(TOKEN_FILE, str(tmp_path / "nowhere"))
    assert TOKEN_FILE in terminal("work", exit_code=1).stderr


def test_a_password_lets_its_account_act_once_and_leaves_no_session(terminal: Run, database: Database) -> None:
    an_account(database, username="leader", role=Role.LEADER, territory=EVERYWHERE, now=datetime.now(UTC))
    asked = ("--as", "leader", "--password-stdin", "work", "--json")
    assert json.loads(terminal(*asked, told=f"{PASSWORD}\n").stdout)["username"] == "leader"
    assert "不正确" in terminal(*asked, told="wrong\n", exit_code=1).stderr
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(AccountSession)) == 0
        actions = session.scalars(select(AuditEntry.action).where(AuditEntry.subject_no == "leader")).all()
    assert actions[-4:] == ["sign_in", "sign_out", "act_on_host", "sign_in_refused"]


def test_a_given_password_is_changed_in_the_terminal_before_it_lets_anybody_act(
    terminal: Run, database: Database
) -> None:
    now = datetime.now(UTC)
    with database.unit_of_work() as session:
        given = accounts.create_account(
            session, actor=OPERATOR, username="leader", roles=[Role.LEADER], territory=EVERYWHERE, now=now
        )
    asked = ("-q", "--as", "leader", "--password-stdin", "user", "token")
    assert "12" in terminal(*asked, told=f"{given}\nshort\n", exit_code=2).stderr
    assert terminal(*asked, told=f"{given}\n{OWN}\n").stdout.startswith("tp_")
    assert "read_people" in terminal(*asked, "--scope", "fly", told=f"{OWN}\n", exit_code=2).stderr


@pytest.mark.parametrize("actor", [OPERATOR, Actor("admin", frozenset({Role.ADMIN}))])
@pytest.mark.usefixtures("leader")
def test_nobody_makes_a_token_of_another_account(database: Database, actor: Actor) -> None:
    with database.unit_of_work() as session, pytest.raises(Forbidden):
        accounts.create_token(session, actor=actor, username="leader", label="t", now=datetime.now(UTC))


def test_a_password_that_cannot_be_taken_is_asked_for_again_on_a_terminal(
    settings: Settings, database: Database
) -> None:
    with database.unit_of_work() as session:
        given = accounts.create_account(
            session, actor=OPERATOR, username="leader", roles=[Role.LEADER], territory=EVERYWHERE, now=datetime.now(UTC)
        )
    place = {"TALENTPOOL_DATABASE_URL": settings.database_url, "TALENTPOOL_KEY_FILE": str(settings.key_file)}
    child, terminal = pty.fork()
    if not child:
        words = [sys.executable, "-m", "service", "-q", "--as", "leader", "user", "token"]
        os.execve(sys.executable, words, {**os.environ, **place, "PYTHONPATH": os.pathsep.join(sys.path)})  # noqa: S606 - our own command
    said = b""
    for answer, asked in ((given, "口令"), ("short", "请设置"), ("short", "再输"), (OWN, "请设置"), (OWN, "再输")):
        begin = len(said)
        while asked not in said[begin:].decode(errors="ignore"):
            assert select_ready([terminal], [], [], PATIENCE_S)[0], said.decode()
            said += os.read(terminal, 4096)
        os.write(terminal, f"{answer}\n".encode())
    with suppress(OSError):  # the other end is shut
        while more := os.read(terminal, 4096):
            said += more
    assert os.waitpid(child, 0)[1] == 0, said.decode()
    assert "tp_" in said.decode()
