"""Where a person was listed."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.access import Actor, require
from service.models.people import Person
from service.models.shortlists import Shortlist, ShortlistEntry
from service.queries.veils import hidden_among, veil_reasons
from service.usecases.privacy.masks import seen_entry

__all__ = ["list_appearances"]


def list_appearances(session: Session, *, actor: Actor, person_no: str, limit: int = 10) -> list[ShortlistEntry]:
    """Return a person's places on frozen shortlists, the newest list first."""
    require(actor, "read_shortlists")
    query = (
        select(ShortlistEntry)
        .join(Person, Person.id == ShortlistEntry.person_id)
        .join(Shortlist, Shortlist.id == ShortlistEntry.shortlist_id)
        .where(Person.person_no == person_no)
        .order_by(Shortlist.requested_at.desc(), Shortlist.id.desc())
        .limit(limit)
    )
    found = session.scalars(query).all()
    for entry in found:
        if hidden_among(session, [entry.person], actor=actor, vacancy_id=entry.shortlist.vacancy_id):
            veil_reasons(session, [entry])
    return [seen_entry(session, entry, actor=actor) for entry in found]
