"""Frozen shortlists with everything that was said."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matching.bands import NO_INTERVAL, band_text
from matching.vocabulary import RecordStatus, Text, Verdict
from service.db import Model, enum_type
from service.models.people import Person
from service.models.vacancies import Vacancy

__all__ = ["HIDDEN", "Shortlist", "ShortlistEntry", "ShortlistSnapshot"]


HIDDEN = Text("（盲审中不显示）", "(hidden while the review is blind)")
_OUT_OF_MATCHING = frozenset({RecordStatus.SUSPENDED, RecordStatus.ARCHIVED, RecordStatus.ERASED})


class Shortlist(Model):
    """A list made for one request; it is never rewritten."""

    __tablename__ = "shortlists"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    shortlist_no: Mapped[str] = mapped_column(String(40), unique=True)
    vacancy_id: Mapped[int] = mapped_column(ForeignKey("vacancies.id"), index=True)
    requested_by: Mapped[str] = mapped_column(String(60))
    requested_at: Mapped[datetime] = mapped_column(index=True)
    as_of: Mapped[date]
    k: Mapped[int]
    rulebook_version: Mapped[str] = mapped_column(String(64))
    card_version: Mapped[str] = mapped_column(String(64))
    data_version: Mapped[str] = mapped_column(String(64))  # hash of the snapshot
    sieve: Mapped[dict[str, Any]] = mapped_column(JSON)
    exclusions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    vacancy_facts: Mapped[dict[str, Any]] = mapped_column(JSON)  # what was asked for, as it stood
    card: Mapped[dict[str, Any]] = mapped_column(JSON)
    average_score: Mapped[int | None]  # of the eligible, in hundredths; None on lists older than it

    vacancy: Mapped[Vacancy] = relationship()
    entries: Mapped[list["ShortlistEntry"]] = relationship(order_by="ShortlistEntry.rank", back_populates="shortlist")

    @property
    def n_bands(self) -> int | None:
        """How many tie bands the list has; None on lists older than bands."""
        return max((entry.band for entry in self.entries if entry.band is not None), default=None)

    @property
    def notes(self) -> dict[str, Text | None]:
        """What has to be said beside the bands and the intervals; None where nothing has to be."""
        has_bags, has_bands = bool(self.card.get("bags")), self.average_score is not None
        return {
            "bands": band_text(has_bags=has_bags) if has_bands else None,
            "interval": None if has_bags else NO_INTERVAL,
        }


_NOTHING: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())


class ShortlistEntry(Model):
    """One listed person with verdict, score and every reason as they stood."""

    __tablename__ = "shortlist_entries"

    shortlist_id: Mapped[int] = mapped_column(ForeignKey("shortlists.id"), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    # Who was listed, where the entry has followed into another record; the snapshot names this id.
    listed_person_id: Mapped[int | None]
    score: Mapped[int]  # hundredths of a point
    score_low: Mapped[int | None]  # by the bags of a learned card, in hundredths
    score_high: Mapped[int | None]
    band: Mapped[int | None]  # tie band, 1 the first; None on lists older than bands
    verdict: Mapped[Verdict] = mapped_column(enum_type(Verdict))
    contributions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    outcomes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    flags: Mapped[tuple[str, ...]]
    # Checks and waivers that counted: rule, result, document, who signed, until when; None on lists older than it.
    grounds: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))

    shortlist: Mapped[Shortlist] = relationship(back_populates="entries")
    person: Mapped[Person] = relationship()

    @property
    def present_flags(self) -> tuple[str, ...]:
        """What has become of the person since the list was made; the list itself stays as it was."""
        status = self.person.record_status
        flags = [str(status.value)] if status in _OUT_OF_MATCHING else []
        return (*flags, *(("consent_withdrawn",) if self.person.consent_matching is False else ()))

    def hide_reasons(self, *, rule_ids: frozenset[str], criterion_ids: frozenset[str]) -> None:
        """Let what is shown keep to itself what some rules and criteria say; nothing is written."""
        vars(self)["_hidden"] = (rule_ids, criterion_ids)

    @property
    def shown_outcomes(self) -> list[dict[str, Any]]:
        """The outcomes as they may be shown: of hidden rules the verdict only."""
        hidden: frozenset[str] = vars(self).get("_hidden", _NOTHING)[0]
        veil = {"value": HIDDEN._asdict(), "sentence": HIDDEN._asdict()}
        return [{**one, **veil} if one.get("rule_id") in hidden else one for one in self.outcomes]

    @property
    def shown_contributions(self) -> list[dict[str, Any]]:
        """The contributions as they may be shown: of hidden criteria the points only."""
        hidden: frozenset[str] = vars(self).get("_hidden", _NOTHING)[1]
        veil = {"fact": HIDDEN._asdict(), "sentence": HIDDEN._asdict(), "level_label": HIDDEN._asdict()}
        return [{**one, **veil} if one.get("criterion_id") in hidden else one for one in self.contributions]

    @property
    def frozen_person_id(self) -> int:
        """The surrogate id under which the snapshot knows the person."""
        return self.person_id if self.listed_person_id is None else self.listed_person_id


class ShortlistSnapshot(Model):
    """Everybody's verdict, first failing rule and levels under surrogate ids, packed: what a replay starts from."""

    __tablename__ = "shortlist_snapshots"

    shortlist_id: Mapped[int] = mapped_column(ForeignKey("shortlists.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
