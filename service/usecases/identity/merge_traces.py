"""What merging and parting leave behind: lines in both histories, and word to who keeps records in memory."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.access import Actor
from service.models.people import Person
from service.usecases.records.provenance import Ledger, Origin, SourceKind
from service.usecases.revisions import bump

__all__ = ["note_in_histories", "tell_readers"]


def note_in_histories(
    session: Session,
    kind: SourceKind,
    survivor: Person,
    before: Mapping[str, Any],
    absorbed: Person,
    *,
    into: tuple[int | None, int | None],
    actor: Actor,
    now: datetime,
) -> None:
    """Write what the survivor took over or gave back into the history of both records."""
    ledger = Ledger(session, Origin.of(actor, kind), now)
    changes = {name: (value, getattr(survivor, name)) for name, value in before.items()}
    ledger.note_changed(
        "person", survivor.id, {name: pair for name, pair in changes.items() if pair[0] != pair[1]}, row=survivor
    )
    ledger.note_changed("person", absorbed.id, {"merged_into_id": into}, row=absorbed)
    ledger.write()


def tell_readers(session: Session, ids: tuple[int, int]) -> None:
    """Frames and rankings of both are out of date, and so are the checks and posts that moved."""
    bump(session, "people", people=ids)
    bump(session, "vacancies", people=ids)
