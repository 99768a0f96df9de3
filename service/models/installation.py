"""Facts about this installation: its key, its counters, and words that wait for a mapping."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Model

__all__ = ["Installation", "Lease", "RegistryChange", "RegistryRevision", "UnmappedTerm"]


class Installation(Model):
    """Named settings of the installation, such as the fingerprint of the key file."""

    __tablename__ = "installation"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str]


class RegistryRevision(Model):
    """A counter that every change of people, villages, vacancies, checks or appointments raises.

    Frames in memory are current as long as the counter stands where it stood when they were read.
    """

    __tablename__ = "registry_revisions"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)  # people, vacancies
    revision: Mapped[int]


class RegistryChange(Model):
    """What one step of a counter was about, so that only that is read or ranked anew.

    Every step has at least one row; a step without any was not logged, and then everything may have changed.
    """

    __tablename__ = "registry_changes"

    counter: Mapped[str] = mapped_column(String(20), primary_key=True)  # people, vacancies
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)  # person, vacancy, everything, nobody
    subject_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 0 for everything and nobody


class UnmappedTerm(Model):
    """A word of an industry field that no term is known for; a work list for the department."""

    __tablename__ = "unmapped_terms"
    __table_args__ = (UniqueConstraint("word"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    word: Mapped[str] = mapped_column(String(60))
    n_uses: Mapped[int]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]


class Lease(Model):
    """The right of one process to do one kind of long work; it ends when it is not renewed."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner: Mapped[str] = mapped_column(String(120))  # host, process id and when it was taken
    expires_at: Mapped[datetime]
