"""Raising the counters that tell when frames in memory and rankings are out of date, and saying about what."""

from collections.abc import Collection

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from service.models.installation import RegistryChange, RegistryRevision

__all__ = ["MOST_LOGGED", "bump"]

MOST_LOGGED = 500  # subjects of one step; beyond that everything is read anew sooner than the subjects one by one


def bump(
    session: Session, name: str, *, people: Collection[int] | None = None, vacancies: Collection[int] | None = None
) -> None:
    """Raise the counter of ``people`` or ``vacancies``, in the transaction of the change itself.

    The session remembers it: what is read before the commit must not be kept in memory for others.

    Parameters
    ----------
    session : Session
    name : {"people", "vacancies"}
    people, vacancies : collection of int, optional
        Ids of whom and what the change is about; empty if nobody's matching is touched. With neither of the two,
        everything may have changed.
    """
    connection = session.connection()
    raised = (
        update(RegistryRevision)
        .where(RegistryRevision.name == name)
        .values(revision=RegistryRevision.revision + 1)
        .returning(RegistryRevision.revision)
    )
    revision = connection.execute(raised).scalar_one_or_none()
    if revision is None:
        revision = 1
        connection.execute(insert(RegistryRevision).values(name=name, revision=revision))
    rows = [
        {"counter": name, "revision": revision, "kind": kind, "subject_id": subject_id}
        for kind, subject_id in _subjects(people, vacancies)
    ]
    connection.execute(insert(RegistryChange), rows)
    session.info.setdefault("uncommitted_revisions", set()).add(name)


def _subjects(people: Collection[int] | None, vacancies: Collection[int] | None) -> list[tuple[str, int]]:
    if people is None and vacancies is None:
        return [("everything", 0)]
    subjects = [("person", person_id) for person_id in sorted(set(people or ()))]
    subjects += [("vacancy", vacancy_id) for vacancy_id in sorted(set(vacancies or ()))]
    if len(subjects) > MOST_LOGGED:
        return [("everything", 0)]
    return subjects or [("nobody", 0)]
