"""The one village that somebody means."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from service.models.territories import seeing_everywhere
from service.models.villages import County, Township, Village

__all__ = ["village_meant"]


@seeing_everywhere
def village_meant(session: Session, names: Mapping[str, Any], *, code: str | None) -> Village | None:
    """Return the one village with a code, else with the names of ``village``, ``township`` and ``county`` given."""
    query = select(Village).join(Village.township).join(Township.county)
    query = query.options(joinedload(Village.township).joinedload(Township.county))
    if code:
        return session.scalars(query.where(Village.village_code == code)).first()
    if not names.get("village"):
        return None
    query = query.where(Village.name == names["village"])
    for key, name in (("township", Township.name), ("county", County.name)):
        if names.get(key):
            query = query.where(name == names[key])
    found = list(session.scalars(query.limit(2)))
    return found[0] if len(found) == 1 else None
