"""Rounds and candidacies as they stand: what is missing, what comes next, and how it came to this."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import ExecutableOption

from matching.vocabulary import Text
from service.access import Actor, require
from service.access.masking import Shown, masks_of
from service.models.candidacies import Candidacy, Round
from service.models.moves import Move
from service.models.shortlists import Shortlist
from service.queries.veils import veil_people
from service.usecases.auditing import audit
from service.usecases.lists.shortlists import find_shortlist
from service.usecases.privacy.hidden_words import hide_people_in
from service.usecases.privacy.masks import veil_identity
from service.usecases.records.single_records import not_found
from service.usecases.workflow.candidacy_moves import missing_signatures
from service.usecases.workflow.move_histories import moves_by_subject, moves_of
from service.usecases.workflow.post_paths import path_of
from service.usecases.workflow.round_guards import candidacies_of
from service.usecases.workflow.round_records import round_of
from service.workflow import PostPath, Signatory, workflow_in_force

__all__ = [
    "CandidacyView",
    "Review",
    "find_candidacy",
    "get_candidacy",
    "list_candidacies",
    "one_candidacy",
    "review_of",
]


@dataclass(frozen=True, kw_only=True)
class CandidacyView:
    """A candidacy with what follows from where it stands.

    Parameters
    ----------
    candidacy : Candidacy
    missing_signatures : tuple of Signatory
        All that the post asks for and that are not recorded.
    next_stage : str or None
        Of the post.
    moves : sequence of Move
        How it came to where it stands.
    """

    candidacy: Candidacy
    missing_signatures: tuple[Signatory, ...]
    next_stage: str | None
    moves: Sequence[Move]


@dataclass(frozen=True, kw_only=True)
class Review:
    """The round of a list with its candidacies.

    Parameters
    ----------
    shortlist : Shortlist
    round : Round
    candidacies : sequence of CandidacyView
        The better places first, added people last.
    path : PostPath
        Stages and signatures of the post.
    moves : sequence of Move
        How the round came to where it stands.
    """

    shortlist: Shortlist
    round: Round
    candidacies: Sequence["CandidacyView"]
    path: PostPath
    moves: Sequence[Move]


def list_candidacies(session: Session, *, actor: Actor, shortlist_no: str) -> Review:
    """Return the round of a list, its candidacies with every opinion, and who moved it when.

    Raises
    ------
    NotFound
        If there is no such list.
    """
    require(actor, "read_candidacies")
    return review_of(session, find_shortlist(session, actor=actor, shortlist_no=shortlist_no), actor=actor)


def review_of(session: Session, shortlist: Shortlist, *, actor: Actor, with_moves: bool = True) -> Review:
    """Return the round of a list that was read already; otherwise as `list_candidacies`.

    Parameters
    ----------
    with_moves : bool
        Whether it is told of each person who moved them when.
    """
    require(actor, "read_candidacies")
    found = candidacies_of(session, shortlist.id)
    moves = moves_by_subject(session, "candidacy", [one.id for one in found]) if with_moves else {}
    of_list = moves_of(session, "shortlist", shortlist.id)
    _veil(session, found, [*of_list, *(move for part in moves.values() for move in part)], actor=actor)
    return Review(
        shortlist=shortlist,
        round=round_of(session, shortlist),
        candidacies=[_view(one, moves.get(one.id, ())) for one in found],
        path=workflow_in_force().posts[str(shortlist.vacancy.post_type.value)],
        moves=of_list,
    )


def get_candidacy(session: Session, *, actor: Actor, candidacy_no: str) -> CandidacyView:
    """Return one candidacy.

    Raises
    ------
    NotFound
        If there is none of this number.
    """
    require(actor, "read_candidacies")
    found = find_candidacy(session, candidacy_no)
    numbers, subject = [found.person.person_no], ("candidacy", candidacy_no)
    audit.record_views(session, actor=actor, numbers=numbers, action="view_candidacy", subject=subject)
    session.expire(found, ["opinions", "replies", "signatures"])
    moves = moves_of(session, "candidacy", found.id)
    _veil(session, [found], moves, actor=actor)
    return _view(found, moves)


def _veil(session: Session, found: Sequence[Candidacy], moves: Sequence[Move], *, actor: Actor) -> None:
    """Hide who the people of one list are, in their names and in the words about them, from whom it is hidden."""
    people = [one.person for one in found]
    vacancies = {one.shortlist.vacancy_id for one in found}
    hidden: set[int] = set()
    for vacancy_id in vacancies:
        hidden |= veil_people(session, people, actor=actor, vacancy_id=vacancy_id)
    if hidden or masks_of(actor).identity is not Shown.FULL:
        words = [row for one in found for row in (one, *one.opinions, *one.replies, *one.signatures)]
        hide_people_in([*words, *moves], people, actor=actor, hidden=hidden)
    veil_identity(people, actor=actor)


def _view(candidacy: Candidacy, moves: Sequence[Move]) -> CandidacyView:
    return CandidacyView(
        candidacy=candidacy,
        missing_signatures=missing_signatures(candidacy),
        next_stage=path_of(candidacy).next_after(candidacy.state),
        moves=moves,
    )


def one_candidacy(*along: ExecutableOption) -> Select[Candidacy]:
    """Return the statement that finds a candidacy by its number, with what is loaded along: one to keep."""
    return select(Candidacy).where(Candidacy.candidacy_no == bindparam("candidacy_no")).options(*along)


_ALONE = one_candidacy()


def find_candidacy(session: Session, candidacy_no: str, *, wanted: Select[Candidacy] = _ALONE) -> Candidacy:
    """Return a candidacy by its number, as `one_candidacy` asks for it; `NotFound` if there is none."""
    found = session.scalar(wanted, {"candidacy_no": candidacy_no})
    if found is None:
        raise not_found(Text("人选", "candidacy"), candidacy_no, place="candidacy_no")
    return found
