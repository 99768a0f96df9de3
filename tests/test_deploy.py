"""The examples of deploy/ fit the product: commands exist, limits agree, settings are known."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import psycopg
import pytest
from flask import Flask

from service.cli import cli

DEPLOY = Path(__file__).parents[1] / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_the_command_of_a_unit_exists_with_its_options(unit: Path) -> None:
    (line,) = re.findall(r"^ExecStart=/opt/talentpool/\.venv/bin/talentpool (.*)$", unit.read_text(), re.MULTILINE)
    command: click.Command = cli
    context, arguments = click.Context(cli), shlex.split(line)
    while isinstance(command, click.Group):
        found = command.get_command(context, arguments.pop(0))
        assert found is not None, line
        command = found
    known = {option for one in command.params for option in one.opts}
    assert {one for one in arguments if one.startswith("-")} <= known


def test_every_timer_starts_a_unit() -> None:
    timers = sorted(DEPLOY.glob("*.timer"))
    assert len(timers) > 3
    assert {one.stem for one in timers} == {one.stem for one in UNITS} - {"talentpool"}


def test_nginx_takes_as_much_as_the_service_does(app: Flask) -> None:
    (megabytes,) = re.findall(r"client_max_body_size (\d+)m;", (DEPLOY / "nginx.conf").read_text())
    assert int(megabytes) << 20 == app.config["MAX_CONTENT_LENGTH"]


def test_postgresql_knows_the_settings(postgresql_server: str) -> None:
    lines = (DEPLOY / "postgresql.conf").read_text().splitlines()
    told = dict(line.split("#")[0].strip().split(" = ") for line in lines if line and not line.startswith("#"))
    assert told["synchronous_commit"] == told["fsync"] == told["full_page_writes"] == "on"
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        known = {name for (name,) in connection.execute("SELECT name FROM pg_settings")}
        assert told.keys() <= known
        for name, value in told.items():  # refuses a value that it cannot read; nothing takes effect
            connection.execute(f"ALTER SYSTEM SET {name} = {value if value.startswith(chr(39)) else repr(value)}")
            connection.execute(f"ALTER SYSTEM RESET {name}")
        for name in ("fsync", "full_page_writes", "synchronous_commit"):  # as the other tests want it
            connection.execute(f"ALTER SYSTEM SET {name} = off")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_reads_the_times_of_the_timers() -> None:
    times = [re.findall(r"OnCalendar=(.*)", one.read_text())[0] for one in sorted(DEPLOY.glob("*.timer"))]
    done = subprocess.run(["systemd-analyze", "calendar", *times], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
