"""Recommendations against the rank: a person is recommended while one in a better place is passed over."""

from collections.abc import Sequence

from matching.vocabulary import ReviewDecision
from service.models.candidacies import Candidacy, Opinion

__all__ = ["PASSED_OVER", "is_explained", "pairs_of", "unexplained_of"]

#: Conclusions that pass somebody over. Who declines, whose unit does, who has to stand aside or is not qualified is
#: not passed over: nobody weighed them against others.
PASSED_OVER = frozenset({ReviewDecision.RESERVE, ReviewDecision.NOT_SUITABLE, ReviewDecision.NEED_INFO})

Pair = tuple[Candidacy, Candidacy]


def pairs_of(candidacies: Sequence[Candidacy]) -> list[Pair]:
    """Return every recommended person with each passed-over person in a better place; added by hand is no place."""
    recommended = [one for one in candidacies if one.conclusion is ReviewDecision.RECOMMEND]
    passed_over = [one for one in candidacies if one.conclusion in PASSED_OVER and one.shown_rank is not None]
    return [(low, high) for low in recommended for high in passed_over if _place(high) < _place(low)]


def unexplained_of(candidacies: Sequence[Candidacy]) -> list[Pair]:
    """Return the pairs of which neither conclusion says why, with reason code and text."""
    return [pair for pair in pairs_of(candidacies) if not any(is_explained(one.standing_conclusion) for one in pair)]


def is_explained(opinion: Opinion | None) -> bool:
    """Whether an opinion has both a reason code and the reason in words."""
    return opinion is not None and bool(opinion.reason_codes) and bool((opinion.reason or "").strip())


def _place(candidacy: Candidacy) -> float:
    """A person added by hand stands behind everybody on the list."""
    return float("inf") if candidacy.shown_rank is None else candidacy.shown_rank
