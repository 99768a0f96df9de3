"""Villages: the list, one village, registering and correcting it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, TerritoryKind, require
from service.models.villages import County, Township, Village
from service.queries.pages import read_page
from service.queries.place_pages import VILLAGES, village_by_code
from service.usecases.auditing import audit
from service.usecases.incoming import saving_villages
from service.usecases.incoming.reports import SavedState
from service.usecases.paging import Page
from service.usecases.records.provenance import Ledger, Origin, SourceKind
from service.usecases.records.single_records import (
    check_number,
    check_version,
    not_found,
    record_edit,
    refuse_findings,
    stale_as_precondition,
    taken,
)

__all__ = [
    "county_names",
    "edit_village",
    "get_village",
    "list_counties",
    "list_villages",
    "own_place",
    "register_village",
]

_LABEL = Text("村", "village")


def list_villages(
    session: Session,
    *,
    actor: Actor,
    filters: Mapping[str, Any] | None = None,
    sort: str | None = None,
    page: int = 1,
    page_size: int = 20,
) -> Page[Village]:
    """Return one page of villages.

    Filters: ``county_code``, ``township_code``, ``village_code``, ``name``, ``is_provisional``, ``industry``. Orders:
    ``village_code`` (default), ``name``, ``updated_at``; ``-`` in front: descending.

    Raises
    ------
    InvalidInput
        If a filter, an order or the page is unknown or out of range.
    """
    require(actor, "read_villages")
    items, total = read_page(session, VILLAGES, filters=filters, sort=sort, page=page, page_size=page_size)
    return Page(items, total, page, page_size)


def list_counties(session: Session, *, actor: Actor) -> list[County]:
    """Return every county in the order of their codes."""
    require(actor, "read_villages")
    return list(session.scalars(select(County).order_by(County.county_code)))


def county_names(session: Session, *, actor: Actor) -> dict[str, str]:
    """Return what counties are called, by the codes that records keep of them: also for who may read no village."""
    require(actor, "read_people")
    return {one.county_code: one.name for one in session.scalars(select(County).order_by(County.county_code))}


def own_place(session: Session, *, actor: Actor) -> dict[str, str]:
    """Return the names of the ``county`` and ``township`` that an account works for, as far as it is one; else empty.

    Forms begin with them: whoever works for one township has not to write its name again and again.
    """
    require(actor, "read_villages")
    kind, code = actor.territory.kind, actor.territory.code
    if kind is TerritoryKind.COUNTY:
        county = session.scalars(select(County).where(County.county_code == code)).one_or_none()
        return {"county": county.name} if county else {}
    if kind is TerritoryKind.TOWNSHIP:
        township = session.scalars(select(Township).where(Township.township_code == code)).one_or_none()
        return {"county": township.county.name, "township": township.name} if township else {}
    return {}


def list_townships(session: Session, *, actor: Actor, county_code: str) -> list[Township]:
    """Return every township of a county in the order of their codes."""
    require(actor, "read_villages")
    own = select(Township).join(Township.county).where(County.county_code == county_code)
    return list(session.scalars(own.order_by(Township.township_code)))


def get_village(session: Session, *, actor: Actor, village_code: str) -> Village:
    """Return one village.

    Raises
    ------
    NotFound
        If no village has this code.
    """
    require(actor, "read_villages")
    return _found(session, village_code)


def register_village(
    session: Session,
    *,
    actor: Actor,
    record: Mapping[str, Any],
    now: datetime,
    via: SourceKind = SourceKind.API,
) -> Village:
    """Register a new village; without a code it gets a provisional one.

    Raises
    ------
    Conflict
        If the code, or the name within the township, is registered already.
    InvalidInput
        If county, township or name is missing, or a value cannot be taken.
    """
    ledger = Ledger(session, Origin.of(actor, via), now)
    require(actor, "edit_villages")
    code = record.get("village_code")
    if code and village_by_code(session, code) is not None:
        raise taken(_LABEL, code, place="village_code")
    (saved,) = saving_villages.save(session, [record], now=now, ledger=ledger).records
    refuse_findings(saved)
    if saved.state is not SavedState.NEW:
        raise taken(_LABEL, saved.number, place="village")
    audit.record(
        session, actor=actor, action="register_village", subject_kind="village", subject_no=saved.number, now=now
    )
    session.flush()
    return _found(session, saved.number)


def edit_village(
    session: Session,
    *,
    actor: Actor,
    village_code: str,
    record: Mapping[str, Any],
    expected_version: int,
    now: datetime,
    via: SourceKind = SourceKind.API,
) -> Village:
    """Change the fields that a record names; None erases one.

    Raises
    ------
    NotFound
        If no village has this code.
    PreconditionFailed
        If the village is no longer at `expected_version`.
    InvalidInput
        If a value cannot be taken; a village does not move to another township.
    """
    ledger = Ledger(session, Origin.of(actor, via), now)
    require(actor, "edit_villages")
    village = _found(session, village_code)
    check_version(session, village, kind="village", number=village_code, expected=expected_version)
    check_number(record, key="village_code", number=village_code)
    with stale_as_precondition(village_code):
        report = saving_villages.save(session, [{**record, "village_code": village_code}], now=now, ledger=ledger)
    (saved,) = report.records
    refuse_findings(saved)
    record_edit(
        session,
        actor=actor,
        kind="village",
        number=village_code,
        version=village.version,
        changed=saved.changed,
        now=now,
    )
    session.expire(village)
    return _found(session, village_code)


def _found(session: Session, village_code: str) -> Village:
    village = village_by_code(session, village_code)
    if village is None:
        raise not_found(_LABEL, village_code, place="village_code")
    return village
