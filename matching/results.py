"""What the matcher answers: shortlists with their reasons, and bare rankings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from matching.bands import Interval
from matching.explain import Contribution
from matching.frames import VacancyFacts
from matching.outcomes import RuleOutcome
from matching.vocabulary import Text, Verdict

__all__ = ["Entry", "Exclusion", "Ranking", "ShortlistResult", "Sieve"]


@dataclass(frozen=True, kw_only=True)
class Sieve:
    """How many people are left after each step."""

    n_pool: int
    n_eligible: int
    n_pass: int
    n_to_verify: int
    n_waived: int
    n_listed: int


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One place of a shortlist.

    Parameters
    ----------
    person_id : int
    rank : int
        1 is the best.
    score : int
        Hundredths; the sum of the contributions' points.
    interval : Interval or None
        Low and high by the bags of a learned card, in hundredths; None on a policy card.
    band : int
        1 for the first tie band of the list; the order within a band is not established (`matching.bands`).
    verdict : Verdict
        Pass, to verify or waived.
    outcomes : tuple of RuleOutcome
        Every rule, those of later stages last.
    contributions : tuple of Contribution
        The farthest above the average of the eligible first.
    flags : tuple of str
        Keys of `matching.vocabulary.flags.FLAGS`.
    """

    person_id: int
    rank: int
    score: int
    interval: Interval | None
    band: int
    verdict: Verdict
    outcomes: tuple[RuleOutcome, ...]
    contributions: tuple[Contribution, ...]
    flags: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Exclusion:
    """The people whom one rule was the first to exclude.

    Parameters
    ----------
    rule_id : str
    title : Text
        What the rule asks.
    basis : Text
        As shown.
    n_people : int
    reasons : tuple of Text
        The distinct sentences that say why somebody does not meet the rule; `PoolSnapshot.reasons` says whose is which.
    """

    rule_id: str
    title: Text
    basis: Text
    n_people: int
    reasons: tuple[Text, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class ShortlistResult:
    """A shortlist with everything needed to defend it.

    Parameters
    ----------
    vacancy : VacancyFacts
    as_of : date
    rulebook_version, card_version : str
    sieve : Sieve
    average_score : int
        Of the eligible, in hundredths: the sum of the averages that the contributions name.
    entries : tuple of Entry
        Best first; empty when nobody is eligible.
    exclusions : tuple of Exclusion
        In the order of the rulebook.
    excluded : mapping of rule id to ndarray of int64
        The excluded people by first failing rule, each person once.
    """

    vacancy: VacancyFacts
    as_of: date
    rulebook_version: str
    card_version: str
    sieve: Sieve
    average_score: int
    entries: tuple[Entry, ...]
    exclusions: tuple[Exclusion, ...]
    excluded: Mapping[str, NDArray[np.int64]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Ranking:
    """The best people for one vacancy, without reasons; the rank is the place + 1.

    Parameters
    ----------
    vacancy_id : int
    person_ids : ndarray of int64, shape (m,)
    scores : ndarray of int32, shape (m,)
        Hundredths.
    verdicts : ndarray of int8, shape (m,)
        Codes of `matching.rules.VERDICTS`.
    n_eligible, n_to_verify : int
        Of everybody, not of the best only: who is eligible, and who of them is still to be verified.
    """

    vacancy_id: int
    person_ids: NDArray[np.int64]
    scores: NDArray[np.int32]
    verdicts: NDArray[np.int8]
    n_eligible: int
    n_to_verify: int

    @classmethod
    def of_nobody(cls, vacancy_id: int) -> "Ranking":
        """Return the ranking of a vacancy that nobody comes into question for."""
        return cls(
            vacancy_id=vacancy_id,
            person_ids=np.empty(0, dtype=np.int64),
            scores=np.empty(0, dtype=np.int32),
            verdicts=np.empty(0, dtype=np.int8),
            n_eligible=0,
            n_to_verify=0,
        )
