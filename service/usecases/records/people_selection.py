"""Whom an account has selected, across the pages of a list and across lists, until the selection is cleared."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.access import Actor, require
from service.queries.pages import read_numbers
from service.queries.people_pages import PEOPLE
from service.usecases.privacy.masks import refuse_hidden_filters
from service.usecases.records.drafts import drop_draft, get_draft, keep_draft

__all__ = ["MOST_SELECTED", "change_selection", "clear_selection", "select_found", "selected_numbers"]

MOST_SELECTED = 20_000
_KIND, _BEFORE = "people_selection", "people_selection_before"


def selected_numbers(session: Session, *, actor: Actor) -> list[str]:
    """Return the numbers of whom the actor has selected, in their order."""
    require(actor, "read_people")
    kept = get_draft(session, actor=actor, kind=_KIND)
    return list(kept.content["numbers"]) if kept else []


def change_selection(
    session: Session, *, actor: Actor, added: Iterable[str] = (), removed: Collection[str] = (), now: datetime
) -> list[str]:
    """Add people to the selection and take others out; return whom it has now."""
    before = selected_numbers(session, actor=actor)
    after = sorted(({*before} | {*added}) - {*removed})[:MOST_SELECTED]
    if after != before:
        _keep(session, _KIND, after, actor=actor, now=now)
    return after


def select_found(
    session: Session, *, actor: Actor, filters: Mapping[str, Any] | None = None, now: datetime
) -> list[str]:
    """Add everybody whom a query finds, on all its pages; filters as for the list of people."""
    refuse_hidden_filters(filters, actor=actor)
    found = read_numbers(session, PEOPLE, filters=filters, most=MOST_SELECTED)
    return change_selection(session, actor=actor, added=found, now=now)


def clear_selection(session: Session, *, actor: Actor, is_undone: bool = False, now: datetime) -> list[str]:
    """Clear the selection, or bring back the one that was cleared last; return whom it has now."""
    numbers = selected_numbers(session, actor=actor)
    if is_undone:
        before = get_draft(session, actor=actor, kind=_BEFORE)
        return change_selection(session, actor=actor, added=before.content["numbers"] if before else (), now=now)
    if numbers:
        _keep(session, _BEFORE, numbers, actor=actor, now=now)
        drop_draft(session, actor=actor, kind=_KIND)
    return []


def _keep(session: Session, kind: str, numbers: list[str], *, actor: Actor, now: datetime) -> None:
    keep_draft(session, actor=actor, kind=kind, content={"numbers": numbers}, now=now)
