"""What reviewers said becomes what cards learn from, exactly like decisions that were imported.

Each reviewer's standing opinion is a row of `decisions`, and the office's conclusion is one under the reviewer number
``office``; each names the list that was shown, the place and the card. All rows of a candidacy bear how far it came
and how the term was appraised.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, selectinload

from service.access import Actor
from service.models.appointments import Appointment
from service.models.candidacies import Candidacy, Opinion
from service.models.provenance import SourceKind
from service.models.reviews import Decision
from service.models.shortlists import Shortlist, ShortlistEntry
from service.usecases.days import day_of
from service.usecases.incoming import saving_decisions
from service.usecases.incoming.saving_decisions import ShownPlace
from service.usecases.records.provenance import Ledger, Origin

__all__ = ["OFFICE", "reviewer_no_of", "sync_labels"]

OFFICE = "office"
#: Which stage of the training data a state has reached; leaving does not take back how far one came.
_STAGES = {
    "suggested": "reviewed",
    "added_manually": "reviewed",
    "reviewed": "reviewed",
    "willingness_asked": "recommended",
    "unit_asked": "recommended",
    "recommended": "recommended",
    "inspected": "inspected",
    "joint_checked": "inspected",
    "discipline_opinion": "inspected",
    "decided": "inspected",
    "publicised": "inspected",
    "appointed": "appointed",
}


def reviewer_no_of(actor: Actor) -> str:
    """Return the opaque number under which cards know a reviewer; never a name."""
    return f"R{actor.account_id or 0}"


def sync_labels(session: Session, candidacy: Candidacy, *, actor: Actor, now: datetime) -> None:
    """Bring the rows of `decisions` about a person and a vacancy in line with what stands of the person.

    There is one row for a reviewer, however many lists of the vacancy were made: the newest list counts on which the
    reviewer's word stands. So what is taken back of a returned list leaves what was said on the next one alone.
    """
    every = _on_all_lists(session, candidacy)
    known = _known(session, candidacy)
    standing = {number: (one, said) for one in every for number, said in _standing(one).items()}
    for reviewer_no, row in known.items():
        if reviewer_no not in standing and any(reviewer_no in _own_numbers(one) for one in every):
            session.delete(row)
    for one in every:
        words = {number: said for number, (by, said) in standing.items() if by is one}
        if words:
            _save(session, one, words, known=known, actor=actor, now=now)
    session.flush()


def _on_all_lists(session: Session, candidacy: Candidacy) -> list[Candidacy]:
    """Return the candidacies of the same person for the same vacancy, the newest list last."""
    about = {"vacancy_id": candidacy.shortlist.vacancy_id, "person_id": candidacy.person_id}
    return list(session.scalars(_ON_LISTS, about))


def _standing(candidacy: Candidacy) -> dict[str, Opinion]:
    standing = {one.reviewer_no: one for one in candidacy.standing_opinions}
    if (conclusion := candidacy.standing_conclusion) is not None:
        standing[OFFICE] = conclusion
    return standing


def _save(
    session: Session,
    candidacy: Candidacy,
    words: dict[str, Opinion],
    *,
    known: dict[str, Decision],
    actor: Actor,
    now: datetime,
) -> None:
    common = _common(session, candidacy, known)
    saving_decisions.save_words(
        session,
        {number: {**common, **_said(one)} for number, one in words.items()},
        about=(candidacy.shortlist.vacancy_id, candidacy.person_id),
        place=_place(session, candidacy),
        known=known,
        now=now,
        ledger=Ledger(session, Origin.of(actor, SourceKind.API), now),
    )


def _said(opinion: Opinion) -> dict[str, Any]:
    return {
        "decision": opinion.decision,
        "reason_codes": opinion.reason_codes,
        "decided_on": day_of(opinion.at),
    }


def _common(session: Session, candidacy: Candidacy, known: dict[str, Decision]) -> dict[str, Any]:
    common: dict[str, Any] = {"stage_reached": _STAGES.get(candidacy.state) or _reached(known)}
    appraisal = session.scalars(_APPRAISED, {"candidacy_id": candidacy.id}).first()
    if appraisal is not None:
        common["appraisal"] = appraisal
    return common


def _place(session: Session, candidacy: Candidacy) -> ShownPlace | None:
    """Return where the list shows somebody; of two records that are one today, the better place counts."""
    if candidacy.shown_rank is None:
        return None
    shortlist = candidacy.shortlist
    rank = session.scalar(_BEST_PLACE, {"shortlist_id": shortlist.id, "person_id": candidacy.person_id})
    return None if rank is None else ShownPlace(shortlist.id, shortlist.card_version, rank)


def _known(session: Session, candidacy: Candidacy) -> dict[str, Decision]:
    about = {"vacancy_id": candidacy.shortlist.vacancy_id, "person_id": candidacy.person_id}
    return {row.reviewer_no: row for row in session.scalars(_ABOUT, about)}


# Put together once: that takes longer than reading a few rows.
_ON_LISTS = (
    select(Candidacy)
    .join(Shortlist, Shortlist.id == Candidacy.shortlist_id)
    .where(Shortlist.vacancy_id == bindparam("vacancy_id"), Candidacy.person_id == bindparam("person_id"))
    .options(selectinload(Candidacy.opinions))
    .order_by(Candidacy.shortlist_id)
)
_APPRAISED = (
    select(Appointment.appraisal)
    .where(Appointment.candidacy_id == bindparam("candidacy_id"), Appointment.appraisal.is_not(None))
    .order_by(Appointment.id.desc())
)
_BEST_PLACE = select(func.min(ShortlistEntry.rank)).where(
    ShortlistEntry.shortlist_id == bindparam("shortlist_id"), ShortlistEntry.person_id == bindparam("person_id")
)
_ABOUT = select(Decision).where(
    Decision.vacancy_id == bindparam("vacancy_id"), Decision.person_id == bindparam("person_id")
)


def _own_numbers(candidacy: Candidacy) -> set[str]:
    """Return the reviewers whose rows came from this candidacy; imported ones stay as they are."""
    return {OFFICE if one.is_conclusion else one.reviewer_no for one in candidacy.opinions}


def _reached(known: dict[str, Decision]) -> str | None:
    return next((row.stage_reached for row in known.values() if row.stage_reached), "reviewed")
