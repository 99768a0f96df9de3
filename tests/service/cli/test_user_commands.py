"""talentpool user: an administrator asks, a leader confirms, and the host helps who is locked out."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from builders_offices import token_of
from click.testing import Result
from sqlalchemy import select

from service.cli.credentials import TOKEN
from service.installation import open_database
from service.models.accounts import Account
from service.models.audit import AuditEntry
from service.settings import Settings
from service.usecases import accounts

Run = Callable[..., Result]


@pytest.fixture
def installed(terminal: Run, tmp_path: Path, migrated_directory: Path) -> Run:
    """An installation with nobody but its first administrator."""
    shutil.copytree(migrated_directory, tmp_path, dirs_exist_ok=True)
    terminal("init")
    return terminal


@pytest.fixture
def as_(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Act with a token from now on; with "" as the operator of the host."""

    def act(token: str) -> None:
        monkeypatch.setenv(TOKEN, token) if token else monkeypatch.delenv(TOKEN, raising=False)

    act("")
    return act


OWN = "Weide-Kranich-Deich-72"


@pytest.fixture
def own_token(settings: Settings) -> Callable[[str], str]:
    """Make a token of an account, as it does itself on its page."""

    def make(username: str) -> str:
        database = open_database(settings)
        token = token_of(database, username)
        database.dispose()
        return token

    return make


@pytest.fixture
def two(installed: Run, as_: Callable[[str], None], own_token: Callable[[str], str]) -> tuple[str, str]:
    """Tokens of the administrator and of the first leader, whom the host confirms."""
    admin = own_token("admin")
    as_(admin)
    wanted = (
        "--name",
        "样例丙",
        "--role",
        "org_dept_leader",
        "--territory",
        "county:239901",
        "--reason",
        "示组〔2026〕5号",
    )
    number = installed("user", "add", "leader", *wanted).stdout.split()[0]
    as_("")
    installed("user", "confirm", number)
    return admin, own_token("leader")


def test_one_asks_another_confirms_and_the_password_is_shown_once(installed, two, as_):
    admin, leader = two
    as_(admin)
    wanted = ("--name", "样例丙", "--role", "org_dept_officer", "--territory", "county:239901", "--reason", "新任")
    number, first = installed("user", "add", "wang.fang", *wanted).stdout.split()
    alone = installed("user", "confirm", number, exit_code=1)
    assert "无权" in alone.stderr
    as_("")
    host = installed("user", "confirm", number, exit_code=1)
    assert "无权" in host.stderr
    as_(leader)
    assert number in installed("user", "changes").stdout
    second = installed("user", "confirm", number).stdout.strip()
    assert (len(first), len(second)) == (12, 12)
    again = installed("user", "confirm", number, exit_code=1)
    assert "已有结论" in again.stderr
    as_(admin)
    rows = {row["username"]: row for row in json.loads(installed("user", "list", "--json").stdout)}
    assert rows["wang.fang"]["territory"] == "county:239901"
    assert "待改口令" in installed("user", "list").stdout
    decided = json.loads(installed("user", "changes", "--all", "--json").stdout)
    assert {row["decision"] for row in decided} == {"confirmed"}


def test_roles_disabling_and_enabling_wait_too(installed, two, as_):
    admin, leader = two
    third = ("--role", "auditor", "--territory", "all", "--reason", "内控")
    for command in (
        ("add", "li.na", "--name", "样例丁", *third),
        ("disable", "li.na", "--reason", "调离"),
        ("enable", "li.na", "--reason", "x"),
    ):
        as_(admin)
        number = installed("user", *command).stdout.split()[0]
        as_(leader)
        installed("user", "confirm", number)
    as_(admin)
    number = installed("user", "role", "li.na", *third).stdout.strip()
    as_(leader)
    installed("user", "refuse", number)
    assert "没有待确认" in installed("user", "changes").stderr


def test_doctor_lists_accounts_that_do_not_fit_their_place_or_have_no_name(installed, two, as_, settings):
    database = open_database(settings)
    with database.unit_of_work() as session:
        told = {"roles": ("village_committee",), "password_hash": "-", "created_at": datetime.now(UTC)}
        session.add(Account(id=900, username="old.village", territory_kind="city", **told))
    database.dispose()
    found = installed("doctor", exit_code=3).stderr
    assert "old.village（village_committee）的地域是 city" in found
    assert "talentpool user role old.village" in found
    assert "不能署名：old.village" in found
    assert "admin（" not in found


def test_doctor_names_accounts_whose_holders_have_one_name_for_they_may_be_one_person(installed, two, settings):
    told = {
        "territory_kind": "county",
        "territory_code": "239901",
        "password_hash": "-",
        "created_at": datetime.now(UTC),
    }
    names = {"wang.a": "样例·丙", "wang.b": "样例•丙", "wang.c": "样例丁", "wang.off": "样例·丙", "wang.own": "样例·丙"}
    database = open_database(settings)
    with database.unit_of_work() as session:
        for number, (username, name) in enumerate(names.items(), start=900):
            more = {"roles": ("org_dept_officer",), "is_disabled": username == "wang.off"}
            more |= {"roles": ("candidate",), "territory_kind": "own"} if username == "wang.own" else {}
            account = Account(id=number, username=username, **(told | more))
            session.add(account)
            account.holder_name = name
    database.dispose()
    found = installed("--lang", "en", "doctor").stderr
    assert "wang.a, wang.b; if they are one person" in found
    assert "样例" not in found


def test_the_name_of_a_holder_is_asked_for_by_one_and_confirmed_by_another(installed, two, as_):
    admin, leader = two
    told = ("--name", "样例丁", "--role", "auditor", "--territory", "all", "--reason", "内控")
    for command in (("add", "li.na", *told), ("name", "li.na", "样例 戊", "--reason", "更名，示公1号")):
        as_(admin)
        number = installed("user", *command).stdout.split()[0]
        as_(leader)
        assert ("样例戊" if command[0] == "name" else "样例丁") in installed("user", "changes").stdout
        installed("user", "confirm", number)
    as_(admin)
    rows = {row["username"]: row for row in json.loads(installed("user", "list", "--json").stdout)}
    assert (rows["li.na"]["holder_name"], rows["admin"]["has_holder"]) == ("样例戊", False)
    assert "样例戊" in installed("user", "list").stdout
    as_("")
    shown = installed("user", "list").stdout
    assert "样例戊" not in shown
    assert "无权查看" in shown


def test_the_host_alone_asks_for_nothing(installed, as_):
    wanted = ("--name", "样例丙", "--role", "auditor", "--territory", "all", "--reason", "x")
    refused = installed("user", "add", "li.na", *wanted, exit_code=1)
    assert TOKEN in refused.stderr


def test_the_host_puts_in_the_first_administrator_only(installed, as_, tmp_path):
    wanted = ("--name", "样例丙", "--role", "admin", "--territory", "system", "--reason", "x")
    refused = installed("user", "add", "second", *wanted, exit_code=1)
    assert "具名" in refused.stderr


def test_a_lost_password_is_asked_for_by_one_and_confirmed_by_another(installed, two, as_, settings):
    admin, leader = two
    as_("")
    alone = installed("user", "passwd", "leader", exit_code=1)
    assert "--reason" in alone.stderr
    number, first = installed("user", "passwd", "admin", "--reason", "本人遗忘").stdout.split()
    as_(leader)
    second = installed("user", "confirm", number).stdout.strip()
    database = open_database(settings)
    for password, is_right in ((first, False), (second, False), (first + second, True)):
        done = accounts.sign_in(database, username="admin", password=password, now=datetime.now(UTC))
        assert isinstance(done, accounts.SignIn) is is_right
    database.dispose()
    as_(admin)
    assert TOKEN in installed("user", "list", exit_code=1).stderr, "the token of before is of no use"


def test_a_wrong_token_is_nobody(installed, as_):
    as_("tp_wrong")
    assert TOKEN in installed("user", "list", exit_code=1).stderr


@pytest.mark.parametrize(
    ("command", "exit_code", "said"),
    [
        (("role", "admin", "--role", "king", "--territory", "all", "--reason", "x"), 2, "org_dept_officer"),
        (
            ("add", "li.na", "--name", "样例丙", "--role", "auditor", "--territory", "moon:1", "--reason", "x"),
            2,
            "township:9",
        ),
        (("add", "x y", "--name", "样例丙", "--role", "auditor", "--territory", "all", "--reason", "x"), 2, "账号名"),
        (("disable", "nobody", "--reason", "x"), 4, "nobody"),
        (("confirm", "nothing"), 4, "changes"),
        (("revoke", "nothing"), 4, "令牌"),
        (("unlock", "nobody"), 4, "user list"),
    ],
)
def test_an_error_says_what_where_and_how_to_mend_it(installed, two, as_, command, exit_code, said):
    as_(two[0])
    assert said in installed("user", *command, exit_code=exit_code).stderr


def test_a_token_is_narrow_listed_and_revoked(installed, as_, own_token):
    given = installed("user", "passwd", "admin").stdout.strip()
    asked = ("--as", "admin", "--password-stdin", "user", "token")
    made = ("--scope", "manage", "--days", "7", "--label", "夜间")
    assert "tp_" in installed(*asked, *made, told=f"{given}\n{OWN}\n").stdout
    assert "180" in installed(*asked, "--days", "181", told=f"{OWN}\n", exit_code=2).stderr
    as_(own_token("admin"))
    assert "--as" in installed("user", "token", "--scope", "manage", exit_code=1).stderr, "a token made another"
    (row,) = [row for row in json.loads(installed("user", "tokens", "admin", "--json").stdout) if row["scopes"]]
    assert (row["label"], row["scopes"]) == ("夜间", ["manage"])
    assert "夜间" in installed("user", "tokens").stdout
    installed("user", "revoke", row["token_no"])
    (row,) = [row for row in json.loads(installed("user", "tokens", "admin", "--json").stdout) if row["scopes"]]
    assert row["revoked_at"]


def test_a_locked_account_is_shown_and_unlocked(installed, as_, tmp_path):
    url = f"sqlite:///{tmp_path / 'talentpool.db'}"
    database = open_database(Settings(database_url=url, key_file=tmp_path / "talentpool.key"))
    for _ in range(5):
        accounts.sign_in(database, username="admin", password="wrong", now=datetime.now(UTC))
    assert "锁定至" in installed("user", "list").stdout
    installed("user", "unlock", "admin")
    assert "锁定至" not in installed("user", "list").stdout
    installed("user", "totp-reset", "admin", "--reason", "手机遗失")
    assert len(installed("user", "passwd").stdout.strip()) == 20
    database.dispose()


def test_help_tells_the_way_in_both_languages(installed, as_):
    told = installed("user", "--help").stdout
    assert "talentpool --as leader user confirm" in told
    assert "TALENTPOOL_TOKEN" in told
    for command in ("add", "passwd", "role", "disable", "enable", "token", "list", "unlock", "totp-reset", "changes"):
        assert command in told
    assert "org_dept_officer" in installed("user", "roles").stdout


def test_an_administrator_unlinks_another_account_with_a_reason_and_nobody_their_own(installed, two, as_, settings):
    admin, leader = two
    database = open_database(settings)
    with database.unit_of_work() as session:
        linked = session.scalars(select(Account).where(Account.username == "leader")).one()
        linked.provider_issuer, linked.provider_subject = "ldap:entryuuid", "text:1"
        own = session.scalars(select(Account).where(Account.username == "admin")).one()
        own.provider_issuer, own.provider_subject = "ldap:entryuuid", "text:2"
    as_(admin)
    assert "--reason" in installed("user", "unlink", "leader", exit_code=2).stderr
    assert "请填写原因" in installed("user", "unlink", "leader", "--reason", " ", exit_code=2).stderr
    assert "自己" in installed("user", "unlink", "admin", "--reason", "换发", exit_code=1).stderr
    as_(leader)
    assert "无权" in installed("user", "unlink", "admin", "--reason", "换发", exit_code=1).stderr
    as_(admin)
    assert "重新绑定" in installed("user", "unlink", "leader", "--reason", "已当面核实").stderr
    assert "没有绑定" in installed("user", "unlink", "leader", "--reason", "再次", exit_code=1).stderr
    assert "没有账号" in installed("user", "unlink", "nobody.here", "--reason", "x", exit_code=4).stderr
    with database.reading() as session:
        kept = {one.username: one.provider_subject for one in session.scalars(select(Account))}
        lines = session.execute(select(AuditEntry.actor, AuditEntry.subject_no, AuditEntry.detail).where(
            AuditEntry.action == "unlink_provider"
        ))  # fmt: skip
        assert [tuple(line) for line in lines] == [("admin", "leader", {"reason": "已当面核实"})]
    assert (kept["leader"], kept["admin"]) == (None, "text:2")
    database.dispose()
