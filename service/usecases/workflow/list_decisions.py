"""What was decided on lists, as it was then: whom the meeting chose, who had left, who could have been chosen."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models.candidacies import Candidacy
from service.models.moves import Move
from service.usecases.workflow.against_rank import SET_ASIDE, choices_of
from service.usecases.workflow.round_guards import LEFT

__all__ = ["DecidedList", "decisions_of"]

_IN_ONE_QUERY = 500


@dataclass(frozen=True, kw_only=True)
class DecidedList:
    """The decision on one list.

    Parameters
    ----------
    move : Move
        The decision itself, with its reason.
    chosen : frozenset of int
        Ids of the candidacies that were decided on.
    gone : mapping of int to Move
        By id of the candidacy, with which move it had left the round before.
    """

    move: Move
    chosen: frozenset[int]
    gone: dict[int, Move]

    def passed_over(self, candidacies: Sequence[Candidacy]) -> dict[int, list[Candidacy]]:
        """Return, by id of a chosen candidacy, who in a better place could have been chosen instead."""
        over: dict[int, list[Candidacy]] = {}
        for low, high in choices_of(candidacies, chosen=self.chosen, gone=self.gone):
            over.setdefault(low.id, []).append(high)
        return over

    def worst_place(self, candidacies: Sequence[Candidacy]) -> float:
        """Return the worst place that was decided on; 0 where nobody was, infinite for somebody added by hand."""
        return max((one.shown_rank or float("inf") for one in candidacies if one.id in self.chosen), default=0)

    def left_before(self, candidacies: Sequence[Candidacy]) -> list[tuple[Candidacy, Move]]:
        """Return who in a better place than a chosen person had left, those aside of whom a conclusion says why."""
        worst = self.worst_place(candidacies)
        return [
            (one, self.gone[one.id])
            for one in candidacies
            if one.id in self.gone and one.shown_rank is not None and one.shown_rank < worst
            if one.conclusion not in SET_ASIDE
        ]


def decisions_of(session: Session, lists: Collection[tuple[int, Sequence[Candidacy]]]) -> dict[int, DecidedList]:
    """Return the decisions on lists, by id of the list.

    Parameters
    ----------
    session : Session
    lists : collection of (int, sequence of Candidacy)
        Id of each list with everybody on it.
    """
    list_of = {one.id: shortlist_id for shortlist_id, candidacies in lists for one in candidacies}
    decided = {move.subject_id: move for move in _moves(session, "shortlist", {key for key, _ in lists}, ["decided"])}
    chosen: dict[int, set[int]] = {key: set() for key in decided}
    gone: dict[int, dict[int, Move]] = {key: {} for key in decided}
    concerned = {one for one, shortlist_id in list_of.items() if shortlist_id in decided}
    for move in _moves(session, "candidacy", concerned, ["decided", *LEFT]):
        key = list_of[move.subject_id]
        if move.to_state == "decided":
            chosen[key].add(move.subject_id)
        elif move.id < decided[key].id:
            gone[key][move.subject_id] = move
    return {key: DecidedList(move=move, chosen=frozenset(chosen[key]), gone=gone[key]) for key, move in decided.items()}


def _moves(session: Session, kind: str, ids: Collection[int], states: Collection[str]) -> list[Move]:
    wanted = select(Move).where(Move.subject_kind == kind, Move.to_state.in_(states)).order_by(Move.id)
    found: list[Move] = []
    waiting = sorted(ids)
    for start in range(0, len(waiting), _IN_ONE_QUERY):
        found += session.scalars(wanted.where(Move.subject_id.in_(waiting[start : start + _IN_ONE_QUERY])))
    return found
