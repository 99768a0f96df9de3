"""Starting and opening an installation: key file, schema, and that the two belong together."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from matching.vocabulary import Text
from service.db import Database
from service.errors import NotConfigured
from service.migrations import head_revision, revision_of, upgrade
from service.models.installation import Installation
from service.precautions import check_key_file, check_roles
from service.queries.name_search import fill_name_tokens
from service.settings import Settings
from service.usecases.auditing.audit import chain_older_lines
from service.vault import KeyFile, Vault

__all__ = ["initialise", "keys_belong", "open_database", "shown_address"]

_FINGERPRINT = "vault_fingerprint"


def open_database(settings: Settings) -> Database:
    """Open an existing installation.

    Raises
    ------
    NotConfigured
        If the key file or the database is missing, cannot be reached, is of another release, the two do not belong
        together, others may read the key file, or a setting names a role that is none.
    """
    if not _sqlite_exists(settings):
        raise _not_initialised(settings)
    check_roles(settings)
    check_key_file(settings.key_file)
    database = Database(settings, Vault.load(settings.key_file))
    try:
        _check_revision(database, settings)
        _check_fingerprint(database, settings)
    except OperationalError as error:
        database.dispose()
        raise _unreachable(settings) from error
    except NotConfigured:
        database.dispose()
        raise
    return database


def initialise(settings: Settings) -> Database:
    """Create the key file and the tables if they are missing, bring the schema up to date, and open it.

    Raises
    ------
    NotConfigured
        If the database cannot be reached, or it holds data but the key file is gone.
    """
    try:
        vault = Vault.load(settings.key_file) if settings.key_file.exists() else _new_vault(settings)
        database = Database(settings, vault)
        upgrade(database.engine, vault=vault)
    except OperationalError as error:
        raise _unreachable(settings) from error
    with database.unit_of_work() as session:
        if session.get(Installation, _FINGERPRINT) is None:
            session.add(Installation(name=_FINGERPRINT, value=vault.fingerprint))
    _check_fingerprint(database, settings)
    with database.unit_of_work() as session:
        chain_older_lines(session, now=datetime.now(UTC))
    _fill_name_tokens(database)
    return database


def _fill_name_tokens(database: Database) -> None:
    """Make names of before the search by characters and pinyin findable, in small transactions."""
    n_filled = 1
    while n_filled:
        with database.unit_of_work() as session:
            n_filled = fill_name_tokens(session)


def _new_vault(settings: Settings) -> Vault:
    probe = Database(settings, Vault(KeyFile.generated()))
    try:
        holds_data = _sqlite_exists(settings) and inspect(probe.engine).has_table(Installation.__tablename__)
    finally:
        probe.dispose()
    if holds_data:
        return Vault.load(settings.key_file)  # raises the sentence about the missing key file
    return Vault.create(settings.key_file, suite=settings.cipher)


def _sqlite_exists(settings: Settings) -> bool:
    url = make_url(settings.database_url)
    return not url.drivername.startswith("sqlite") or (url.database is not None and Path(url.database).exists())


def _check_revision(database: Database, settings: Settings) -> None:
    revision = revision_of(database.engine)
    if revision is None:
        raise _not_initialised(settings)
    if revision != head_revision():
        raise NotConfigured(
            Text("数据库结构与程序版本不一致。", "The schema of the database is of another release."),
            remedy=Text("请运行 talentpool init 升级数据库结构。", "Run talentpool init to bring it up to date."),
            place=shown_address(settings),
        )


def keys_belong(database: Database) -> bool:
    """Whether the database was made with the keys that are held."""
    with database.reading() as session:
        known = session.scalar(select(Installation.value).where(Installation.name == _FINGERPRINT))
    return known == database.vault.fingerprint


def _check_fingerprint(database: Database, settings: Settings) -> None:
    if not keys_belong(database):
        raise NotConfigured(
            Text("密钥文件与数据库不匹配。", "The key file does not belong to this database."),
            remedy=Text("请取回建库时的密钥文件。", "Bring back the key file that the database was made with."),
            place=str(settings.key_file),
        )


def _not_initialised(settings: Settings) -> NotConfigured:
    """Say where the database was looked for: the default lies below the folder that a command is run in."""
    file = make_url(settings.database_url).database if settings.database_url.startswith("sqlite") else None
    return NotConfigured(
        Text("数据库尚未建立。", "The database has not been set up."),
        remedy=Text(
            "已有数据库的，请到其所在目录运行，或用 TALENTPOOL_DATABASE_URL 和 TALENTPOOL_KEY_FILE 指明；"
            "新建请运行 talentpool init。",
            "If there is one, run this in its folder, or name it with TALENTPOOL_DATABASE_URL and TALENTPOOL_KEY_FILE; "
            "for a new one, run talentpool init.",
        ),
        place=str(Path(file).absolute()) if file else shown_address(settings),
    )


def _unreachable(settings: Settings) -> NotConfigured:
    return NotConfigured(
        Text("无法连接数据库。", "The database cannot be reached."),
        remedy=Text(
            "请检查 TALENTPOOL_DATABASE_URL 及数据库服务是否已启动。",
            "Check TALENTPOOL_DATABASE_URL and that the database server runs.",
        ),
        place=shown_address(settings),
    )


def shown_address(settings: Settings) -> str:
    """Return the address of the database as it may be shown: a password may also stand behind the question mark."""
    told = make_url(settings.database_url)
    kept = {name: told.query[name] for name in ("host", "port") if name in told.query}
    return told.set(query=kept).render_as_string(hide_password=True)
