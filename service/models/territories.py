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

from sqlalchemy import ColumnElement, FromClause, Select, Table, and_, event, false, inspect, or_, select, true
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql.base import ExecutableOption
from sqlalchemy.sql.visitors import iterate

from matching.vocabulary import PostType, ReviewDecision
from service.access import TerritoryKind
from service.access.reach import Reach, reach_of
from service.db import actor_of, vault_of
from service.models.accounts import Account
from service.models.appointments import Appointment, PublicityNotice
from service.models.candidacies import Candidacy, Opinion, Reply, Round, Signature
from service.models.exports import Export, FormRemainder
from service.models.identity import DuplicatePair, Merge
from service.models.imports import Import
from service.models.people import Person
from service.models.privacy import BlindLift, BlindReview, Consent, Correction, Erasure, LegalHold
from service.models.reviews import Decision
from service.models.runs import Ranking, RankingHead
from service.models.shortlists import Shortlist, ShortlistEntry, ShortlistSnapshot
from service.models.training_records import TrainingRecord
from service.models.uploads import Upload
from service.models.vacancies import Check, Vacancy
from service.models.villages import County, Township, Village
from service.models.waivers import Waiver

__all__ = ["SCOPED", "everywhere", "has_village", "is_at_home", "reach_of_session", "seeing_everywhere"]

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
    found = select(_VILLAGES.c.id).where(_VILLAGES.c.id == village_id, _in_villages(_VILLAGES.c.id, reach))
    if village_id is None:
        townships = _townships(reach)
        if townships is None:
            return False
        found = townships.where(_TOWNSHIPS.c.id == township_id)
    return session.connection().execute(found).first() is not None


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


def _table(model: type[Any]) -> Table:
    return cast("Table", model.__table__)


_COUNTIES, _TOWNSHIPS, _VILLAGES = _table(County), _table(Township), _table(Village)
_VACANCIES, _LISTS, _ENTRIES = _table(Vacancy), _table(Shortlist), _table(ShortlistEntry)
_PEOPLE, _DECISIONS, _ACCOUNTS = _table(Person), _table(Decision), _table(Account)
_CANDIDACIES, _APPOINTMENTS = _table(Candidacy), _table(Appointment)


def _townships(reach: Reach) -> Select[tuple[int]] | None:
    """Return the ids of the townships of a territory; None: it has none as a whole."""
    kind, code = reach.territory.kind, reach.territory.code
    own = select(_TOWNSHIPS.c.id)
    if kind.is_everything:
        return own
    if kind is TerritoryKind.TOWNSHIP:
        return own.where(_TOWNSHIPS.c.township_code == code)
    if kind is TerritoryKind.COUNTY:
        return own.where(_TOWNSHIPS.c.county_id.in_(select(_COUNTIES.c.id).where(_COUNTIES.c.county_code == code)))
    return None


def _villages(reach: Reach) -> Select[tuple[int]] | None:
    """Return the ids of the villages of a territory; None: it has none."""
    own = select(_VILLAGES.c.id)
    if reach.territory.kind is TerritoryKind.VILLAGE:
        return own.where(_VILLAGES.c.village_code == reach.territory.code)
    townships = _townships(reach)
    return None if townships is None else own.where(_VILLAGES.c.township_id.in_(townships))


def _in_villages(column: ColumnElement[Any], reach: Reach) -> ColumnElement[bool]:
    villages = _villages(reach)
    return false() if villages is None else column.in_(villages)


def _vacancy(columns: Any, reach: Reach) -> ColumnElement[bool]:
    """Return which vacancies lie in a territory; who is there for consultants sees theirs only."""
    inside = _in_villages(columns.village_id, reach)
    is_for_consultants = reach.sees_consultants and not (reach.sees_home or reach.sees_nominees)
    return and_(inside, columns.post_type == PostType.INDUSTRIAL_CONSULTANT) if is_for_consultants else inside


def _of_vacancies(column: ColumnElement[Any], reach: Reach) -> ColumnElement[bool]:
    return column.in_(select(_VACANCIES.c.id).where(_vacancy(_VACANCIES.c, reach)))


def _of_lists(column: ColumnElement[Any], reach: Reach) -> ColumnElement[bool]:
    return column.in_(select(_LISTS.c.id).where(_of_vacancies(_LISTS.c.vacancy_id, reach)))


def _of_candidacies(column: ColumnElement[Any], reach: Reach) -> ColumnElement[bool]:
    return column.in_(select(_CANDIDACIES.c.id).where(_of_lists(_CANDIDACIES.c.shortlist_id, reach)))


def _at_home(columns: Any, reach: Reach) -> ColumnElement[bool]:
    kind, code = reach.territory.kind, reach.territory.code
    if not reach.sees_home:
        return false()
    if kind.is_everything:
        return true()
    if kind is TerritoryKind.COUNTY:
        return _is_place(columns.home_county_id, _COUNTIES, _COUNTIES.c.county_code, code)
    if kind is TerritoryKind.TOWNSHIP:
        return _is_place(columns.home_township_id, _TOWNSHIPS, _TOWNSHIPS.c.township_code, code)
    if kind is TerritoryKind.VILLAGE:
        return _is_place(columns.home_village_id, _VILLAGES, _VILLAGES.c.village_code, code)
    if kind is TerritoryKind.UNIT:
        return cast("ColumnElement[bool]", columns.employer_index.in_(reach.employer_indexes))
    if kind is TerritoryKind.OWN and reach.territory.person_id is not None:
        return cast("ColumnElement[bool]", columns.id == reach.territory.person_id)
    return false()


def _is_place(home: Any, table: FromClause, own_code: ColumnElement[Any], code: str) -> ColumnElement[bool]:
    return cast("ColumnElement[bool]", home == select(table.c.id).where(own_code == code).scalar_subquery())


def _person(columns: Any, reach: Reach) -> ColumnElement[bool]:
    seen = [_at_home(columns, reach)]
    listed = select(_ENTRIES.c.person_id).where(_of_lists(_ENTRIES.c.shortlist_id, reach))
    if reach.sees_candidates or reach.sees_consultants:
        added = select(_CANDIDACIES.c.person_id).where(_of_lists(_CANDIDACIES.c.shortlist_id, reach))
        seen += [columns.id.in_(listed), columns.id.in_(added)]
    if reach.sees_nominees:
        recommended = _DECISIONS.c.decision == ReviewDecision.RECOMMEND
        nominees = select(_DECISIONS.c.person_id).where(recommended, _of_vacancies(_DECISIONS.c.vacancy_id, reach))
        seen.append(columns.id.in_(nominees))
    return or_(*seen)


def _of_people_at_home(column: ColumnElement[Any], reach: Reach) -> ColumnElement[bool]:
    return column.in_(select(_PEOPLE.c.id).where(_at_home(_PEOPLE.c, reach)))


def _of_accounts(column: ColumnElement[Any], reach: Reach) -> ColumnElement[bool]:
    """Return what accounts of the territory did; the codes of places below begin with the code of the place."""
    kind, code = reach.territory.kind, reach.territory.code
    places = (TerritoryKind.COUNTY, TerritoryKind.TOWNSHIP, TerritoryKind.VILLAGE)
    own_kind, own_code = _ACCOUNTS.c.territory_kind, _ACCOUNTS.c.territory_code
    if kind in places:
        is_own = and_(own_kind.in_(places), own_code.startswith(code, autoescape=True))
    else:
        is_own = and_(own_kind == kind, own_code == code)
    return column.in_(select(_ACCOUNTS.c.username).where(is_own))


#: Which rows of a table lie in a territory. Places themselves are narrowed where they are listed, not where they are
#: looked up for somebody's home.
SCOPED: dict[type[Any], Callable[[Any, Reach], ColumnElement[bool]]] = {
    Person: _person,
    Vacancy: _vacancy,
    Shortlist: lambda columns, reach: _of_vacancies(columns.vacancy_id, reach),
    ShortlistEntry: lambda columns, reach: _of_lists(columns.shortlist_id, reach),
    ShortlistSnapshot: lambda columns, reach: _of_lists(columns.shortlist_id, reach),
    Ranking: lambda columns, reach: _of_vacancies(columns.vacancy_id, reach),
    RankingHead: lambda columns, reach: _of_vacancies(columns.vacancy_id, reach),
    Round: lambda columns, reach: _of_lists(columns.shortlist_id, reach),
    Candidacy: lambda columns, reach: _of_lists(columns.shortlist_id, reach),
    **dict.fromkeys((Opinion, Reply, Signature), lambda row, reach: _of_candidacies(row.candidacy_id, reach)),
    BlindReview: lambda columns, reach: _of_vacancies(columns.vacancy_id, reach),
    BlindLift: lambda columns, reach: _of_vacancies(columns.vacancy_id, reach),
    **{
        model: lambda columns, reach: _of_people_at_home(columns.person_id, reach)
        for model in (Consent, Correction, LegalHold, Erasure, TrainingRecord, FormRemainder)
    },
    Waiver: lambda columns, reach: _of_vacancies(columns.vacancy_id, reach),
    Check: lambda columns, reach: _of_vacancies(columns.vacancy_id, reach),
    Decision: lambda columns, reach: _of_vacancies(columns.vacancy_id, reach),
    Appointment: lambda columns, reach: _in_villages(columns.village_id, reach),
    PublicityNotice: lambda columns, reach: columns.appointment_id.in_(
        select(_APPOINTMENTS.c.id).where(_in_villages(_APPOINTMENTS.c.village_id, reach))
    ),
    DuplicatePair: lambda columns, reach: and_(
        _of_people_at_home(columns.first_id, reach), _of_people_at_home(columns.second_id, reach)
    ),
    Merge: lambda columns, reach: _of_people_at_home(columns.survivor_id, reach),
    Import: lambda columns, reach: _of_accounts(columns.username, reach),
    Upload: lambda columns, reach: _of_accounts(columns.username, reach),
    Export: lambda columns, reach: _of_accounts(columns.exported_by, reach),
}


@lru_cache(maxsize=2048)
def _narrowing(reach: Reach, tables: frozenset[Table]) -> tuple[ExecutableOption, ...]:
    """Return the criteria of the tables of a statement, and of all that may be loaded along with their rows."""
    models: dict[type[Any], None] = dict.fromkeys(model for model in SCOPED if _table(model) in tables)
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
        statement = cast("Select[Any]", statement).where(_in_villages(_VILLAGES.c.id, reach))
    state.statement = statement
