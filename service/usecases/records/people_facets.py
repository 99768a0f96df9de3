"""How many people each choice of a query would leave: counted in one pass over the pool."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.access import Actor, require
from service.models.people import Person
from service.models.villages import County, Township
from service.queries.pages import count_groups
from service.queries.people_pages import PEOPLE
from service.usecases.privacy.masks import hidden_filters, refuse_hidden_filters

__all__ = ["FACETS", "count_facets"]

_COLUMNS = {
    "talent_source": Person.talent_source,
    "record_status": Person.record_status,
    "county_code": Person.home_county_id,
    "township_code": Person.home_township_id,
    "education": Person.education,
    "consent_matching": Person.consent_matching,
}
#: Filters of the list of people that are counted.
FACETS = tuple(_COLUMNS)

Facets = dict[str, dict[Any, int]]


def count_facets(session: Session, *, actor: Actor, filters: Mapping[str, Any] | None = None) -> Facets:
    """Count the people of each choice, under what all the other filters leave.

    Parameters
    ----------
    session : Session
    actor : Actor
    filters : mapping, optional
        As for the list of people.

    Returns
    -------
    dict of str to dict
        By filter and choice; choices that nobody has are left out, and filters of what the actor may not see empty.
    """
    require(actor, "read_people")
    refuse_hidden_filters(filters, actor=actor)
    given = {name: value for name, value in (filters or {}).items() if value is not None}
    others = {name: value for name, value in given.items() if name not in _COLUMNS}
    hidden = hidden_filters(_COLUMNS, actor=actor)
    columns = {
        name: column
        for name, column in _COLUMNS.items()
        if name not in hidden and (name != "township_code" or _needs_townships(given, actor))
    }
    rows = count_groups(session, PEOPLE, filters=others, by=tuple(columns.values()))
    places = _codes(session)
    counted = {name: _count(rows, columns, name, given, places=places) for name in columns}
    return {name: counted.get(name, {}) for name in _COLUMNS}


def _needs_townships(given: Mapping[str, Any], actor: Actor) -> bool:
    """Whether townships are counted: of one county only, for a city has too many to choose from."""
    return not actor.territory.kind.is_everything or bool({"county_code", "township_code"} & given.keys())


def _count(
    rows: Sequence[tuple[Any, ...]],
    columns: Mapping[str, Any],
    name: str,
    given: Mapping[str, Any],
    *,
    places: Mapping[str, Mapping[int | None, str]],
) -> dict[Any, int]:
    """Count the choices of one filter among the rows that the other filters let through."""
    order = list(columns)
    own, codes = order.index(name), places.get(name)
    tests = [
        (order.index(other), _among(given[other], places.get(other)))
        for other in order
        if other in given and other != name
    ]
    counts: Counter[Any] = Counter()
    for row in rows:
        if all(row[place] in wanted for place, wanted in tests):
            counts[row[own]] += row[-1]
    return dict(counts) if codes is None else {codes.get(value): n for value, n in counts.items()}


def _among(wanted: Any, codes: Mapping[int | None, str] | None) -> frozenset[Any]:
    """Return the stored values that a filter lets through."""
    values = frozenset(wanted) if isinstance(wanted, list | tuple | set | frozenset) else frozenset({wanted})
    return values if codes is None else frozenset(row_id for row_id, code in codes.items() if code in values)


def _codes(session: Session) -> dict[str, dict[int | None, str]]:
    """Return the codes of places by their surrogate ids, as the filters name them."""
    counties = session.execute(select(County.id, County.county_code))
    townships = session.execute(select(Township.id, Township.township_code))
    return {
        "county_code": {row[0]: row[1] for row in counties},
        "township_code": {row[0]: row[1] for row in townships},
    }
