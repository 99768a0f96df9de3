"""The terms of the override report: who was preferred to whom, and who was set aside."""

from dataclasses import dataclass
from datetime import datetime

__all__ = ["Override", "SetAside"]


@dataclass(frozen=True, kw_only=True)
class Override:
    """One recommendation or decision against the rank.

    Parameters
    ----------
    shortlist_no, vacancy_no, candidacy_no, person_no : str
    shown_rank : int or None
        None for a person added by hand.
    passed_over : list of dict
        Person number, place and conclusion of those in better places.
    reason_codes : list of str
    reason : str or None
        Of the conclusion that explains it: the recommendation's, else the one that passed somebody over; of the
        decision where it was one.
    concluded_by : str
    concluded_at : datetime
    is_in_one_band : bool
        Whether all of them share the tie band of the recommended person: the order among them says little.
    is_decision : bool
        Whether a meeting decided on a worse place, other than the office had concluded; else the office recommended it.
    """

    shortlist_no: str
    vacancy_no: str
    candidacy_no: str
    person_no: str
    shown_rank: int | None
    passed_over: list[dict[str, object]]
    reason_codes: list[str]
    reason: str | None
    concluded_by: str
    concluded_at: datetime
    is_in_one_band: bool
    is_decision: bool


@dataclass(frozen=True, kw_only=True)
class SetAside:
    """Somebody in a better place than a recommended person who was set aside, and on which document.

    Also who left the round before somebody in a worse place was decided on: then the conclusion is the state in which
    they left, ``withdrawn`` or ``rejected``.
    """

    shortlist_no: str
    vacancy_no: str
    candidacy_no: str
    person_no: str
    shown_rank: int
    conclusion: str
    reason_codes: list[str]
    reason: str | None
    document: str | None
    concluded_by: str
    concluded_at: datetime
