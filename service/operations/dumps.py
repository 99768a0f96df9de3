"""Copies of a database that is in use: SQLite's backup API, PostgreSQL's pg_dump."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from matching.vocabulary import Text
from service.errors import NotConfigured, ServiceError

__all__ = ["DumpFailed", "copy_sqlite", "dump_file_name", "dump_postgresql", "load_postgresql", "sqlite_findings"]


class DumpFailed(ServiceError):
    """The database could not be copied or brought back."""

    code = "dump_failed"


def dump_file_name(url: str) -> str:
    """Return the name that the copy of a database has in a backup."""
    return "talentpool.db" if url.startswith("sqlite") else "talentpool.dump"


def copy_sqlite(url: str, target: Path) -> None:
    """Copy an SQLite database as it stands at one moment, while others write to it.

    The newest changes are in the file beside the database (``-wal``): a plain copy would lose them.
    """
    source = make_url(url).database or ""
    try:
        # One step: SQLite begins anew whenever somebody writes between two steps.
        with closing(sqlite3.connect(source, timeout=60)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise DumpFailed(
            Text(f"数据库复制失败：{error}。", f"The database could not be copied: {error}."), place=source
        ) from error


def sqlite_findings(path: Path) -> list[str]:
    """Return what SQLite's own check of a file finds, nothing if it is whole."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)")]
            strays = connection.execute("PRAGMA foreign_key_check").fetchmany(20)
    except sqlite3.Error as error:
        return [str(error)]
    return [line for line in found if line != "ok"] + [f"{row[0]}: row {row[1]} refers to nothing" for row in strays]


def dump_postgresql(url: str, target: Path) -> None:
    """Dump a PostgreSQL database as it stands at one moment, in pg_dump's own format."""
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}", url=make_url(url))


def load_postgresql(url: str, source: Path) -> None:
    """Load a dump into an empty database: all of it or nothing."""
    options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
    _run("pg_restore", *options, f"--dbname={make_url(url).database}", str(source), url=make_url(url))


def _run(tool: str, *arguments: str, url: URL) -> None:
    program = shutil.which(tool, path=os.environ.get("TALENTPOOL_PG_TOOLS"))
    if program is None:
        raise NotConfigured(
            Text(f"找不到 {tool}。", f"There is no {tool} on this machine."),
            remedy=Text(
                "请安装 postgresql-client，或用 TALENTPOOL_PG_TOOLS 指明其所在目录。",
                "Install postgresql-client, or name its folder in TALENTPOOL_PG_TOOLS.",
            ),
            place="TALENTPOOL_PG_TOOLS",
        )
    done = subprocess.run([program, *arguments], env=_environment(url), capture_output=True, text=True, check=False)  # noqa: S603 - a tool of PostgreSQL
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-1:] or ["?"]
        raise DumpFailed(
            Text(f"{tool} 失败：{reason[0]}", f"{tool} failed: {reason[0]}"),
            remedy=Text(
                "请检查数据库地址、权限和工具版本（不低于服务器版本）。",
                "Check the address, the rights, and that the tool is not older than the server.",
            ),
            place=tool,
        )


def _environment(url: URL) -> dict[str, str]:
    """Return what tells the tools where to go; everybody sees a password that is an argument."""
    told = {
        "PGHOST": url.host or url.query.get("host"),
        "PGPORT": url.port or url.query.get("port"),
        "PGUSER": url.username or url.query.get("user"),
        "PGPASSWORD": url.password or url.query.get("password"),
        "PGDATABASE": url.database,
        "PGSSLMODE": url.query.get("sslmode"),
    }
    return {**os.environ, **{name: str(value) for name, value in told.items() if value}}
