"""Raising the counters that tell when frames in memory are out of date."""

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from service.models.installation import RegistryRevision

__all__ = ["bump"]


def bump(session: Session, name: str) -> None:
    """Raise the counter of ``people`` or ``vacancies``, in the transaction of the change itself.

    The session remembers it: what is read before the commit must not be kept in memory for others.
    """
    raised = (
        update(RegistryRevision).where(RegistryRevision.name == name).values(revision=RegistryRevision.revision + 1)
    )
    connection = session.connection()
    if connection.execute(raised).rowcount == 0:
        connection.execute(insert(RegistryRevision).values(name=name, revision=1))
    session.info.setdefault("uncommitted_revisions", set()).add(name)
