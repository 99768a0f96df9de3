"""Choices of query forms."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from matching.vocabulary.codes import code_table
from service.access import Actor, TerritoryKind, may
from service.usecases.records import villages
from service.web.formatting import label

__all__ = ["Options", "coded_options", "county_options", "own_county_options"]

Options = list[tuple[str, str]]

_WITHIN_A_COUNTY = frozenset({TerritoryKind.COUNTY, TerritoryKind.TOWNSHIP, TerritoryKind.VILLAGE})
_COUNTY_DIGITS = 6


def coded_options(table: str, codes: Iterable[str] | None = None) -> Options:
    """Return codes of a table with their labels, all of them unless some are named."""
    chosen = code_table(table).codes if codes is None else codes
    return [(str(code), str(label(code, table))) for code in chosen]


def county_options(session: Session, *, actor: Actor) -> Options:
    """Return the counties that are registered; nothing to who may not read places."""
    if not may(actor, "read_villages"):
        return []
    return [(county.county_code, county.name) for county in villages.list_counties(session, actor=actor)]


def own_county_options(session: Session, *, actor: Actor) -> Options:
    """Return the counties in which something of the actor's territory can be found: of one county, that one."""
    own = actor.territory.code[:_COUNTY_DIGITS] if actor.territory.kind in _WITHIN_A_COUNTY else ""
    return [(code, name) for code, name in county_options(session, actor=actor) if not own or code == own]
