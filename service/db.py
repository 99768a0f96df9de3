"""The database: engine, sessions, column types and surrogate ids."""

import getpass
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from enum import Enum as PythonEnum
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Dialect,
    Engine,
    Integer,
    MetaData,
    String,
    bindparam,
    create_engine,
    event,
)
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from sqlalchemy.types import DateTime, Text, TypeDecorator

from service.access import Actor
from service.audit_lines import AuditLine, Occasion
from service.errors import ServiceError
from service.settings import Settings
from service.vault import Vault

__all__ = [
    "PENDING_LINES",
    "CodeList",
    "Database",
    "IdBlock",
    "Model",
    "UtcDateTime",
    "actor_of",
    "allocate_ids",
    "enum_type",
    "occasion_of",
    "on_the_host",
    "vault_of",
]

_ROWS_LOOKED_AT = 400  # of each index of SQLite: some thirty milliseconds at ten thousand people
PENDING_LINES = "audit_lines"  # in the info of a session: lines that are chained and written at its commit
_OCCASION = "occasion"


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; SQLite gives naive timestamps back, so the zone is put on again here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Refuse naive moments."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime has no place in the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Return an aware moment."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class CodeList(TypeDecorator[tuple[str, ...]]):
    """Several codes in one text column, joined with ``|``; "" is known to be none, NULL is unknown."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Join the codes."""
        return None if value is None else "|".join(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Split the codes."""
        if value is None:
            return None
        return tuple(value.split("|")) if value else ()


def enum_type(kind: type[PythonEnum]) -> SqlEnum:
    """Store an enumeration by its values (SQLAlchemy would store the names)."""
    return SqlEnum(
        kind, native_enum=False, create_constraint=False, length=40, values_callable=lambda k: [m.value for m in k]
    )


class Model(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a plain attribute
        datetime: UtcDateTime(),
        tuple[str, ...]: CodeList(),
        int: BigInteger().with_variant(Integer, "sqlite"),
    }


class IdBlock(Model):
    """The next free surrogate id of each table.

    Ids are known before the row is written, because the encryption of a row's fields is bound to its id.
    """

    __tablename__ = "id_blocks"

    table_name: Mapped[str] = mapped_column(String(60), primary_key=True)
    next_id: Mapped[int]


def allocate_ids(session: Session, table_name: str, n: int = 1) -> range:
    """Take `n` consecutive surrogate ids of a table; they are never given twice, also not after a deletion."""
    taking = _TAKING["postgresql" if session.get_bind().dialect.name == "postgresql" else "sqlite"]
    end = session.connection().execute(taking, {"table_name": table_name, "n": n, "first": n + 1}).scalar_one()
    return range(end - n, end)


def _taking(dialect: Any) -> Any:
    """Return the one statement that takes ids: two first comers must not both find that there is no counter yet."""
    return (
        dialect.insert(IdBlock)
        .values(table_name=bindparam("table_name"), next_id=bindparam("first"))
        .on_conflict_do_update(index_elements=["table_name"], set_={"next_id": IdBlock.next_id + bindparam("n")})
        .returning(IdBlock.next_id)
    )


_TAKING = {"postgresql": _taking(postgresql), "sqlite": _taking(sqlite)}  # putting it together takes longer than it


def actor_of(session: Session) -> Actor | None:
    """Return for whom a session was opened; None: for the system itself."""
    actor: Actor | None = session.info.get("actor")
    return actor


def vault_of(session: Session) -> Vault:
    """Return the vault that the session was opened with."""
    vault: Vault = session.info["vault"]
    return vault


def occasion_of(session: Session) -> Occasion:
    """Return where and when the session was opened."""
    occasion: Occasion = session.info.get(_OCCASION) or Occasion()
    return occasion


class Database:
    """One database with its vault.

    Refusals that carry an audit line are logged in a transaction of their own: that of the request is rolled back.

    Parameters
    ----------
    settings : Settings
    vault : Vault
    """

    def __init__(self, settings: Settings, vault: Vault) -> None:
        self.vault = vault
        self.engine = _engine(settings.database_url)
        # A reader must not take SQLite's write lock; a writer takes it at once, so that it never fails half-way.
        self._reading_engine = self.engine.execution_options(sqlite_begin="DEFERRED")
        self._sessions = sessionmaker(expire_on_commit=False, info={"vault": vault})
        #: Where and when a session is opened for which nobody says it; a server asks the request at hand.
        self.around: Callable[[], Occasion] = on_the_host

    @contextmanager
    def unit_of_work(self, actor: Actor | None = None, *, occasion: Occasion | None = None) -> Iterator[Session]:
        """Open a session that commits at the end and rolls back on an error.

        Parameters
        ----------
        actor : Actor, optional
            For whom; the session sees the actor's territory only. Without one it is the system's and sees everything.
        occasion : Occasion, optional
            What the audit log keeps besides who did what.
        """
        occasion = occasion or self.around()
        with (
            self._logging_refusals(occasion),
            self._sessions(bind=self.engine, info=self._info(actor)) as session,
            session.begin(),
        ):
            session.info[_OCCASION] = occasion
            yield session

    @contextmanager
    def reading(self, actor: Actor | None = None, *, occasion: Occasion | None = None) -> Iterator[Session]:
        """Open a session that only reads; who looked at what is written before the caller goes on.

        Parameters as in `unit_of_work`.
        """
        occasion = occasion or self.around()
        with (
            self._logging_refusals(occasion),
            self._sessions(bind=self._reading_engine, info=self._info(actor)) as session,
        ):
            session.info[_OCCASION] = occasion
            yield session
            lines = session.info.pop(PENDING_LINES, None)
        if lines:
            self._log(lines, occasion)

    @contextmanager
    def _logging_refusals(self, occasion: Occasion) -> Iterator[None]:
        try:
            yield
        except ServiceError as error:
            line, error.audit_line = error.audit_line, None  # once, also where sessions are opened in one another
            if line is not None:
                detail = {**line.detail, **({"place": occasion.place} if occasion.place else {})}
                self._log([replace(line, detail=detail)], occasion)
            raise

    def _log(self, lines: list[AuditLine], occasion: Occasion) -> None:
        with self._sessions(bind=self.engine) as session, session.begin():
            session.info.update({_OCCASION: occasion, PENDING_LINES: lines})

    def _info(self, actor: Actor | None) -> dict[str, Any]:
        return {} if actor is None else {"actor": actor}

    def settle(self) -> None:
        """Let the database count its rows after many were written at once.

        PostgreSQL does so by itself a minute later, SQLite never: until then whole tables are read where an index
        would do.
        """
        if self.engine.dialect.name == "postgresql":
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM (ANALYZE)")
        else:
            with self.engine.begin() as connection:
                connection.exec_driver_sql(f"PRAGMA analysis_limit={_ROWS_LOOKED_AT}")
                connection.exec_driver_sql("ANALYZE")

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def on_the_host() -> Occasion:
    """Return the occasion of whatever is done on the host itself."""
    return Occasion(address=f"cli:{_host_account()}")


@cache
def _host_account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in some containers
        return str(os.getuid())


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": 30}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    mode = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
    connection.exec_driver_sql(f"BEGIN {mode}")
