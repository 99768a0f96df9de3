"""The print sheet of a list as a PDF: what the page of the sheet shows, on record as an export."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, may
from service.files.list_sheets import SheetHead, SheetRow, list_sheet
from service.files.pdf_documents import pdf_document
from service.models.candidacies import Candidacy
from service.usecases.outgoing.exporting import ExportedFile
from service.usecases.outgoing.exporting_of_lists import list_to_take_away, record_list_export
from service.usecases.privacy import masks
from service.usecases.privacy.masks import seen_shortlist
from service.usecases.workflow.candidacy_views import review_of

__all__ = ["export_sheet"]


def export_sheet(
    session: Session,
    *,
    actor: Actor,
    shortlist_no: str,
    file_format: str = "pdf",
    language: str = "zh",
    is_blind: bool = False,
    now: datetime,
) -> ExportedFile:
    """Export the print sheet of a shortlist: A4 across, ten people on one page.

    Parameters
    ----------
    session : Session
    actor : Actor
    shortlist_no : str
    file_format : {"pdf"}
    language : {"zh", "en"}
    is_blind : bool
        Whether who the people are is left out, though the actor may see it.
    now : datetime

    Raises
    ------
    NotFound
        If there is no such list.
    NotConfigured
        If PDFs cannot be made here.
    Forbidden, InvalidInput
    """
    found = list_to_take_away(session, actor=actor, shortlist_no=shortlist_no, file_format=file_format, known=("pdf",))
    shortlist = seen_shortlist(session, found, actor=actor)
    candidacies: dict[int, Candidacy] = {}
    if may(actor, "read_candidacies"):
        review = review_of(session, shortlist, actor=actor, with_moves=False)
        candidacies = {one.candidacy.person_id: one.candidacy for one in review.candidacies}
    people = [*_listed(shortlist, candidacies), *_added(session, shortlist, candidacies, actor=actor)]
    rows = [
        _row(
            person,
            entry,
            candidacy,
            place=place,
            begins=begins,
            is_blind=is_blind,
            as_of=shortlist.as_of,
            lang=language,
        )
        for place, (person, entry, candidacy, begins) in enumerate(people, start=1)
    ]
    made = list_sheet(_head(shortlist), rows, language=language)
    return record_list_export(
        session,
        found,
        actor=actor,
        kind="sheet",
        title=Text("人选比选表", "sheet of shortlist"),
        file_format=file_format,
        selection={"language": language, "is_blind": is_blind},
        person_nos=[person.person_no for person, *_ in people],
        render=lambda mark: pdf_document(made, mark=mark),
        now=now,
    )


def _head(shortlist: Any) -> SheetHead:
    village = shortlist.vacancy.village
    return SheetHead(
        shortlist_no=shortlist.shortlist_no,
        village=f"{village.township.name}{village.name}",
        post_type=str(shortlist.vacancy.post_type.value),
        headcount=shortlist.vacancy.headcount,
        sieve=shortlist.sieve,
        card_version=shortlist.card_version,
        average_score=shortlist.average_score,
        has_bands=bool(shortlist.notes.get("bands")),
        as_of=shortlist.as_of,
    )


Placed = tuple[Any, Any, Candidacy | None, bool]


def _listed(shortlist: Any, candidacies: Mapping[int, Candidacy]) -> Iterator[Placed]:
    """Yield person, entry and candidacy; of two records that are one today, the better place counts."""
    seen: set[int] = set()
    band = None
    for entry in shortlist.entries:
        if entry.person_id not in seen:
            begins = bool(seen) and entry.band != band
            band = entry.band
            seen.add(entry.person_id)
            yield entry.person, entry, candidacies.get(entry.person_id), begins


def _added(session: Session, shortlist: Any, candidacies: Mapping[int, Candidacy], *, actor: Actor) -> Iterator[Placed]:
    listed = {entry.person_id for entry in shortlist.entries}
    added = [one for key, one in candidacies.items() if key not in listed]
    people = masks.seen_people(session, [one.person for one in added], actor=actor)
    for at, (person, candidacy) in enumerate(zip(people, added, strict=True)):
        yield person, None, candidacy, at == 0


def _row(
    person: Any,
    entry: Any,
    candidacy: Candidacy | None,
    *,
    place: int,
    begins: bool,
    is_blind: bool,
    as_of: date,
    lang: str,
) -> SheetRow:
    said = candidacy.standing_conclusion if candidacy is not None else None
    parts = () if entry is None else entry.contributions
    known = [part for part in parts if not part["is_missing"] and part["points"]]
    asked = () if entry is None else entry.shown_outcomes
    return SheetRow(
        rank=None if entry is None else entry.rank,
        name=Text(f"人选 {place:02}", f"Candidate {place:02}").in_(lang)
        if is_blind
        else person.name or person.person_no,
        sex=None if is_blind or not person.sex else str(person.sex),
        age_years=None if is_blind else _age_years(person.birth_date, as_of),
        education=str(person.education) if person.education else None,
        talent_source=str(person.talent_source),
        current_post=None if is_blind else person.current_post,
        score=None if entry is None else entry.score,
        score_low=None if entry is None else entry.score_low,
        score_high=None if entry is None else entry.score_high,
        reasons=sorted(known, key=lambda part: -part.get("above_average", part["points"])),
        asks=[one for one in asked if one["stage"] == "listing" and one["verdict"] in {"to_verify", "waived"}],
        added_reason=candidacy.added_reason if entry is None and candidacy is not None else None,
        decision=None if said is None else str(said.decision.value),
        begins_band=begins,
    )


def _age_years(born: date | None, day: date) -> int | None:
    return None if born is None else day.year - born.year - ((day.month, day.day) < (born.month, born.day))
