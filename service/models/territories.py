"""What an account may see of every table: the one place where selects are narrowed to a territory.

A session that was opened for an actor (`Database.reading`, `Database.unit_of_work`) knows where the actor may look;
each of its selects leaves out what lies elsewhere, so that a record elsewhere is like one that does not exist. A
session without an actor is the system's own. `everywhere` lifts the narrowing for what concerns everybody: ranking,
the comparison of records, and whether a number is taken.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache, wraps
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Select, Table, event, inspect, select, true
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql.base import ExecutableOption
from sqlalchemy.sql.visitors import iterate

from service.access import TerritoryKind
from service.access.reach import Reach, reach_of
from service.db import actor_of, vault_of
from service.models.people import Person
from service.models.scopes import (
    SCOPED,
    TOWNSHIPS,
    VILLAGES,
    in_villages,
    lives_in,
    people_at_home,
    table_of,
    townships_of,
)
from service.models.villages import County, Township, Village

__all__ = [
    "SCOPED",
    "everywhere",
    "has_village",
    "ids_at_home",
    "is_at_home",
    "of_own_registry",
    "reach_of_session",
    "seeing_everywhere",
]

_LIFTED = "everywhere"
_EMPLOYER = "people.employer"

Function = TypeVar("Function", bound=Callable[..., Any])


@contextmanager
def everywhere(session: Session) -> Iterator[None]:
    """Let a session see every territory for a while: for what is the same for everybody, never for what is shown."""
    before = session.info.get(_LIFTED, 0)
    session.info[_LIFTED] = before + 1
    try:
        yield
    finally:
        session.info[_LIFTED] = before


def seeing_everywhere(function: Function) -> Function:
    """Let a function whose first argument is the session see every territory; see `everywhere`."""

    @wraps(function)
    def lifted(session: Session, *args: Any, **kwargs: Any) -> Any:
        with everywhere(session):
            return function(session, *args, **kwargs)

    return cast("Function", lifted)


def reach_of_session(session: Session) -> Reach | None:
    """Return where the actor of a session may look; None is everywhere, as for the system's own."""
    actor = actor_of(session)
    reach = reach_of(actor) if actor is not None else None
    if reach is None or reach.territory.kind is not TerritoryKind.UNIT:
        return reach
    indexes = vault_of(session).blind_indexes(_EMPLOYER, reach.territory.code or None)
    return replace(reach, employer_indexes=tuple(indexes))


def has_village(session: Session, *, village_id: int | None = None, township_id: int | None = None) -> bool:
    """Whether a village, or a new one of a township, belongs to the territory of the session's actor."""
    reach = reach_of_session(session)
    if reach is None:
        return True
    found = select(VILLAGES.c.id).where(VILLAGES.c.id == village_id, in_villages(VILLAGES.c.id, reach))
    if village_id is None:
        townships = townships_of(reach)
        if townships is None:
            return False
        found = townships.where(TOWNSHIPS.c.id == township_id)
    return session.connection().execute(found).first() is not None


def ids_at_home(session: Session) -> frozenset[int] | None:
    """Return the ids of the people who live in the territory of the session's actor, merged ones too; None: of all."""
    reach = reach_of_session(session)
    if reach is None:
        return None
    return frozenset(session.connection().execute(people_at_home(reach)).scalars())


def of_own_registry(session: Session) -> ColumnElement[bool]:
    """Return who is listed, counted and searched as the people of the reader's territory: those who live there.

    Whom a list, a round or a post of the territory brings before the reader besides is seen there and by number: they
    belong to the registry of another place. Who sees nobody at home has those alone, and lists them.
    """
    reach = reach_of_session(session)
    if reach is None or not reach.sees_home or session.info.get(_LIFTED):
        return true()
    return lives_in(Person, reach)


def is_at_home(session: Session, *, county_id: int | None, township_id: int | None, village_id: int | None,
               employer: str | None) -> bool:  # fmt: skip
    """Whether somebody with this home, or of this employer, belongs to the territory of the session's actor."""
    reach = reach_of_session(session)
    if reach is None or reach.territory.kind.is_everything:
        return True
    kind, code = reach.territory.kind, reach.territory.code
    if not reach.sees_home:
        return False
    if kind is TerritoryKind.UNIT:
        return not set(vault_of(session).blind_indexes(_EMPLOYER, employer)).isdisjoint(reach.employer_indexes)
    places: dict[TerritoryKind, tuple[Any, int | None]] = {
        TerritoryKind.COUNTY: (County.county_code, county_id),
        TerritoryKind.TOWNSHIP: (Township.township_code, township_id),
        TerritoryKind.VILLAGE: (Village.village_code, village_id),
    }
    column, place_id = places.get(kind, (None, None))
    if place_id is None:
        return False
    with everywhere(session):
        return session.scalar(select(column).where(column.class_.id == place_id)) == code


@lru_cache(maxsize=2048)
def _narrowing(reach: Reach, tables: frozenset[Table]) -> tuple[ExecutableOption, ...]:
    """Return the criteria of the tables of a statement, and of all that may be loaded along with their rows."""
    models: dict[type[Any], None] = dict.fromkeys(model for model in SCOPED if table_of(model) in tables)
    for model in list(models):
        models |= dict.fromkeys(_beside(model))
    return tuple(
        with_loader_criteria(model, SCOPED[model](model, reach), include_aliases=True)
        for model in models
        if model in SCOPED
    )


def _beside(model: type[Any], known: frozenset[type[Any]] = frozenset()) -> Iterator[type[Any]]:
    for relationship in inspect(model).relationships:
        other = relationship.mapper.class_
        if other not in known:
            yield other
            yield from _beside(other, known | {model, other})


def _tables(statement: Any) -> frozenset[Table]:
    return frozenset(part for part in iterate(statement) if isinstance(part, Table))


@event.listens_for(Session, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    """Leave out of every select what lies outside the territory of the session's actor."""
    if not state.is_select or state.is_column_load or state.session.info.get(_LIFTED):
        return
    reach = reach_of_session(state.session)
    if reach is None:
        return
    statement = state.statement.options(*_narrowing(reach, _tables(state.statement)))
    subject = state.bind_mapper
    if subject is not None and subject.class_ is Village and not state.is_relationship_load:
        statement = cast("Select[Any]", statement).where(in_villages(VILLAGES.c.id, reach))
    state.statement = statement
