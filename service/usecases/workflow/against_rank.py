"""Against the rank: somebody is recommended, or decided on, while a person in a better place is passed over."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from matching.vocabulary import ReviewDecision
from service.models.candidacies import Candidacy, Opinion

__all__ = [
    "CONSIDERED",
    "PASSED_OVER",
    "SET_ASIDE",
    "choices_of",
    "is_explained",
    "pairs_of",
    "says_why",
    "turned_by",
    "unexplained_of",
]

#: Conclusions with which a person may still come to the post.
CONSIDERED = frozenset({ReviewDecision.RECOMMEND, ReviewDecision.RESERVE})

#: Conclusions that pass somebody over. Who declines, whose unit does, who has to stand aside or is not qualified is
#: not passed over: nobody weighed them against others.
PASSED_OVER = frozenset({ReviewDecision.RESERVE, ReviewDecision.NOT_SUITABLE, ReviewDecision.NEED_INFO})
#: Those of whom that is said: so that the rank is not evaded by it, it is always said why, and counted.
SET_ASIDE = frozenset(
    {
        ReviewDecision.DECLINED_BY_PERSON,
        ReviewDecision.UNIT_DISAGREES,
        ReviewDecision.AVOIDANCE,
        ReviewDecision.DISQUALIFIED,
    }
)

Pair = tuple[Any, Any]  # candidacies, or rows of them


def pairs_of(candidacies: Sequence[Any]) -> list[Pair]:
    """Return every recommended person with each passed-over person in a better place; added by hand is no place."""
    recommended = [one for one in candidacies if one.conclusion is ReviewDecision.RECOMMEND]
    passed_over = [one for one in candidacies if one.conclusion in PASSED_OVER and one.shown_rank is not None]
    return [(low, high) for low in recommended for high in passed_over if _place(high) < _place(low)]


def unexplained_of(candidacies: Sequence[Candidacy]) -> list[Pair]:
    """Return the pairs of which neither conclusion says why, with reason code and text."""
    return [pair for pair in pairs_of(candidacies) if not any(is_explained(one.standing_conclusion) for one in pair)]


def choices_of(candidacies: Sequence[Candidacy], *, chosen: Collection[int], gone: Collection[int]) -> list[Pair]:
    """Return every chosen person with each person in a better place who could have been chosen instead.

    Where the office itself concluded better on the one in the worse place and said why, the choice only follows it.

    Parameters
    ----------
    candidacies : sequence of Candidacy
        All of a list.
    chosen : collection of int
        Ids of those who are decided on.
    gone : collection of int
        Ids of those who had left the round before.
    """
    others = [
        one
        for one in candidacies
        if one.id not in chosen
        and one.id not in gone
        and one.shown_rank is not None
        and one.conclusion in CONSIDERED | PASSED_OVER
    ]
    pairs = [(low, high) for low in candidacies if low.id in chosen for high in others if _place(high) < _place(low)]
    return [pair for pair in pairs if not _follows_office(*pair)]


def _follows_office(low: Candidacy, high: Candidacy) -> bool:
    is_better = _grade(low.conclusion) > _grade(high.conclusion)
    return is_better and any(is_explained(one.standing_conclusion) for one in (low, high))


def _grade(conclusion: ReviewDecision | None) -> int:
    return {ReviewDecision.RECOMMEND: 2, ReviewDecision.RESERVE: 1}.get(conclusion, 0) if conclusion else 0


def turned_by(session: Session, candidacy: Candidacy) -> Pair | None:
    """Return the first pair of a list that a candidacy makes with its conclusion, if it makes one."""
    rows = session.execute(_OF_LIST, {"shortlist_id": candidacy.shortlist_id}).all()
    in_order = sorted(rows, key=lambda one: (_place(one), one.id))
    return next((pair for pair in pairs_of(in_order) if candidacy.id in {one.id for one in pair}), None)


_OF_LIST = select(Candidacy.id, Candidacy.candidacy_no, Candidacy.conclusion, Candidacy.shown_rank).where(
    Candidacy.shortlist_id == bindparam("shortlist_id")
)


def is_explained(opinion: Opinion | None) -> bool:
    """Whether an opinion has both a reason code and the reason in words."""
    return opinion is not None and says_why(opinion.reason_codes, opinion.reason)


def says_why(reason_codes: Sequence[str] | None, reason: str | None) -> bool:
    """Whether there is both a reason code and the reason in words."""
    return bool(reason_codes) and bool((reason or "").strip())


def _place(candidacy: Any) -> float:
    """A person added by hand stands behind everybody on the list."""
    rank: int | None = candidacy.shown_rank
    return float("inf") if rank is None else rank
