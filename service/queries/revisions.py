"""How far the registry has moved, and what moved it: frames in memory are current while the counter stands still."""

from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.models.installation import RegistryChange, RegistryRevision

__all__ = ["Changes", "Revisions", "changes_since", "forget_changes", "pool_revision", "registry_revisions"]

STEPS_REMEMBERED = 1000  # a matcher in the memory of another process may be so many steps behind


@dataclass(frozen=True, order=True)
class Revisions:
    """Where the two counters stand."""

    people: int
    vacancies: int


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What has changed since some point.

    Parameters
    ----------
    people, vacancies : frozenset of int
        Ids of whom and what it was about; a check is about its person.
    is_everything : bool
        Anything may have changed, or the log does not reach back so far.
    """

    people: frozenset[int]
    vacancies: frozenset[int]
    is_everything: bool


def pool_revision(session: Session, name: str = "people") -> int:
    """Return the counter of ``people`` or ``vacancies``; 0 before the first write."""
    statement = select(RegistryRevision.revision).where(RegistryRevision.name == name)
    return session.execute(statement).scalar_one_or_none() or 0


def registry_revisions(session: Session) -> Revisions:
    """Return both counters, read in one statement."""
    rows = session.execute(select(RegistryRevision.name, RegistryRevision.revision))
    found = {row.name: row.revision for row in rows}
    return Revisions(found.get("people", 0), found.get("vacancies", 0))


def changes_since(
    session: Session, *, people: int | None = None, vacancies: int | None = None, upto: Revisions
) -> Changes:
    """Return what has changed since the counters stood at `people` and `vacancies`; a None leaves that counter out.

    Parameters
    ----------
    session : Session
    people, vacancies : int or None
    upto : Revisions
        Where the counters stand now. What was logged since they were read is returned too.
    """
    subjects: dict[str, set[int]] = {"person": set(), "vacancy": set(), "everything": set(), "nobody": set()}
    is_everything = False
    for counter, since, now in (("people", people, upto.people), ("vacancies", vacancies, upto.vacancies)):
        if since is None or since == now:
            continue
        logged = (
            select(RegistryChange.revision, RegistryChange.kind, RegistryChange.subject_id)
            .where(RegistryChange.counter == counter, RegistryChange.revision > since)
        )  # fmt: skip
        rows = session.execute(logged).all()
        # A step without a row was made before there was a log, or has been forgotten.
        is_everything |= len({row.revision for row in rows if row.revision <= now}) != now - since
        for row in rows:
            subjects[row.kind].add(row.subject_id)
    return Changes(
        people=frozenset(subjects["person"]),
        vacancies=frozenset(subjects["vacancy"]),
        is_everything=is_everything or bool(subjects["everything"]),
    )


def forget_changes(session: Session, *, needed_since: Revisions) -> None:
    """Delete what was logged up to `needed_since`, save the last steps, which matchers in memory may still need."""
    for counter, revision in (("people", needed_since.people), ("vacancies", needed_since.vacancies)):
        forgotten = delete(RegistryChange).where(
            RegistryChange.counter == counter, RegistryChange.revision <= revision - STEPS_REMEMBERED
        )
        session.execute(forgotten)
