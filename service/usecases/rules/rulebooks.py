"""The rulebook of a list: kept once, and read again whatever the product ships with by then."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from matching.rulebook import Rulebook
from matching.versions import canonical_json
from service.models.rulebooks import KeptRulebook

__all__ = ["keep_rulebook", "kept_rulebook"]


def keep_rulebook(session: Session, rulebook: Rulebook, *, now: datetime) -> None:
    """Keep a rulebook under its version, unless it is kept already."""
    if session.get(KeptRulebook, rulebook.version) is not None:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = {"version": rulebook.version, "content": canonical_json(rulebook.document).decode(), "first_used_at": now}
    # Two lists made at once may both be the first.
    session.execute(dialect.insert(KeptRulebook).values(row).on_conflict_do_nothing())


def kept_rulebook(session: Session, version: str) -> Any:
    """Return the document kept under a version, None if there is none.

    What is no longer JSON is returned as the text that it is: its hash will not fit.
    """
    kept = session.get(KeptRulebook, version)
    if kept is None:
        return None
    try:
        return json.loads(kept.content)
    except (ValueError, RecursionError):
        return kept.content
