"""How far the registry has moved: frames in memory are current while the counter stands still."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models.installation import RegistryRevision

__all__ = ["pool_revision"]


def pool_revision(session: Session, name: str = "people") -> int:
    """Return the counter of ``people`` or ``vacancies``; 0 before the first write."""
    statement = select(RegistryRevision.revision).where(RegistryRevision.name == name)
    return session.execute(statement).scalar_one_or_none() or 0
