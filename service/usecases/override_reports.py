"""The report of recommendations against the rank: how often, by whom, and why."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from matching.vocabulary import ReviewDecision
from service.access import Actor, require
from service.access.masking import Shown, masks_of
from service.models.candidacies import Candidacy, Opinion
from service.models.shortlists import Shortlist, ShortlistEntry
from service.queries.veils import hidden_among
from service.usecases.against_rank import SET_ASIDE, is_explained, pairs_of
from service.usecases.hidden_words import hide_people_in
from service.usecases.waiver_reports import WaiversReport, report_waivers

__all__ = ["Override", "OverrideReport", "SetAside", "report_overrides"]

_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, kw_only=True)
class Override:
    """One recommendation against the rank.

    Parameters
    ----------
    shortlist_no, vacancy_no, candidacy_no, person_no : str
    shown_rank : int or None
        None for a person added by hand.
    passed_over : list of dict
        Person number, place and conclusion of those in better places.
    reason_codes : list of str
    reason : str or None
        Of the conclusion that explains it: the recommendation's, else the one that passed somebody over.
    concluded_by : str
    concluded_at : datetime
    is_in_one_band : bool
        Whether all of them share the tie band of the recommended person: the order among them says little.
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


@dataclass(frozen=True, kw_only=True)
class SetAside:
    """Somebody in a better place than a recommended person who was set aside, and on which document."""

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


@dataclass(frozen=True, kw_only=True)
class OverrideReport:
    """Recommendations against the rank.

    Parameters
    ----------
    n_lists : int
        Lists with a conclusion in the period.
    n_recommended, n_against_rank : int
    set_aside : dict of str to int
        By conclusion, how many people in a better place than a recommended one were set aside and so not passed over.
    people_set_aside : list of SetAside
    by_reason, by_account : dict of str to int
        How often each reason code was given, and by whom somebody was recommended.
    overrides : list of Override
    waivers : WaiversReport
        Rules that were waived in the period: the other way past what the rules say.
    """

    n_lists: int
    n_recommended: int
    n_against_rank: int
    set_aside: dict[str, int]
    people_set_aside: list[SetAside]
    by_reason: dict[str, int]
    by_account: dict[str, int]
    overrides: list[Override]
    waivers: WaiversReport


def report_overrides(
    session: Session, *, actor: Actor, since: date | None = None, until: date | None = None, now: datetime
) -> OverrideReport:
    """Report the recommendations against the rank that stand.

    Parameters
    ----------
    session : Session
    actor : Actor
    since, until : date, optional
        First and last day, in China, of the lists' last conclusions, and of the signatures under waivers.
    now : datetime
    """
    require(actor, "read_overrides")
    lists = _concluded_lists(session, since=since, until=until)
    overrides: list[Override] = []
    n_recommended = 0
    for shortlist, candidacies in lists:
        people = [one.person for one in candidacies]
        hidden = hidden_among(session, people, actor=actor, vacancy_id=shortlist.vacancy_id)
        if hidden or masks_of(actor).identity is not Shown.FULL:
            said = [opinion for one in candidacies for opinion in one.opinions]
            hide_people_in(said, people, actor=actor, hidden=hidden)
        n_recommended += sum(one.conclusion is ReviewDecision.RECOMMEND for one in candidacies)
        overrides += _overrides(session, shortlist, candidacies)
    aside = [one for shortlist, candidacies in lists for one in _set_aside(shortlist, candidacies)]
    return OverrideReport(
        n_lists=len(lists),
        n_recommended=n_recommended,
        n_against_rank=len(overrides),
        set_aside=dict(sorted(Counter(one.conclusion for one in aside).items())),
        people_set_aside=aside,
        by_reason=dict(sorted(Counter(code for one in overrides for code in one.reason_codes).items())),
        by_account=dict(sorted(Counter(one.concluded_by for one in overrides).items())),
        overrides=overrides,
        waivers=report_waivers(session, actor=actor, since=since, until=until, now=now),
    )


def _set_aside(shortlist: Shortlist, candidacies: Sequence[Candidacy]) -> list[SetAside]:
    ranks = [one.shown_rank or math.inf for one in candidacies if one.conclusion is ReviewDecision.RECOMMEND]
    worst = max(ranks, default=0)
    return [
        SetAside(
            shortlist_no=shortlist.shortlist_no,
            vacancy_no=shortlist.vacancy.vacancy_no,
            candidacy_no=one.candidacy_no,
            person_no=one.person.person_no,
            shown_rank=one.shown_rank,
            conclusion=str(one.conclusion.value),
            reason_codes=list(said.reason_codes or ()),
            reason=said.reason,
            document=said.document,
            concluded_by=said.username,
            concluded_at=said.at,
        )
        for one in candidacies
        if one.conclusion in SET_ASIDE and one.shown_rank is not None and one.shown_rank < worst
        if (said := one.standing_conclusion) is not None
    ]


def _concluded_lists(
    session: Session, *, since: date | None, until: date | None
) -> list[tuple[Shortlist, list[Candidacy]]]:
    concluded = select(Opinion.candidacy_id).where(Opinion.is_conclusion, Opinion.undone_at.is_(None))
    if since is not None:
        concluded = concluded.where(Opinion.at >= datetime.combine(since, time.min, _ZONE))
    if until is not None:
        concluded = concluded.where(Opinion.at <= datetime.combine(until, time.max, _ZONE))
    lists = select(Candidacy.shortlist_id).where(Candidacy.id.in_(concluded))
    found = session.scalars(
        select(Candidacy)
        .where(Candidacy.shortlist_id.in_(lists))
        .options(selectinload(Candidacy.opinions), selectinload(Candidacy.person), selectinload(Candidacy.shortlist))
        .order_by(Candidacy.shortlist_id, Candidacy.id)
    )
    by_list: dict[int, list[Candidacy]] = {}
    for one in found:
        by_list.setdefault(one.shortlist_id, []).append(one)
    return [(candidacies[0].shortlist, candidacies) for candidacies in by_list.values()]


def _overrides(session: Session, shortlist: Shortlist, candidacies: Sequence[Candidacy]) -> list[Override]:
    over: dict[int, list[Candidacy]] = {}
    for low, high in pairs_of(candidacies):
        over.setdefault(low.id, []).append(high)
    if not over:
        return []
    bands = select(ShortlistEntry.rank, ShortlistEntry.band).where(ShortlistEntry.shortlist_id == shortlist.id)
    band_of = {rank: band for rank, band in session.execute(bands)}  # noqa: C416 - rows are not pairs
    recommended = {one.id: one for one in candidacies}
    return [_override(shortlist, recommended[key], highs, band_of) for key, highs in over.items()]


def _override(
    shortlist: Shortlist, low: Candidacy, highs: Sequence[Candidacy], band_of: dict[int, int | None]
) -> Override:
    opinion = low.standing_conclusion
    assert opinion is not None  # noqa: S101 - a recommended person has a conclusion
    explained = next(
        (one for one in (opinion, *(high.standing_conclusion for high in highs)) if is_explained(one)), opinion
    )
    assert explained is not None  # noqa: S101 - the default is one
    bands = {band_of.get(one.shown_rank or 0) for one in (low, *highs)}
    return Override(
        shortlist_no=shortlist.shortlist_no,
        vacancy_no=shortlist.vacancy.vacancy_no,
        candidacy_no=low.candidacy_no,
        person_no=low.person.person_no,
        shown_rank=low.shown_rank,
        passed_over=[
            {
                "person_no": high.person.person_no,
                "shown_rank": high.shown_rank,
                "conclusion": high.conclusion and str(high.conclusion.value),
            }
            for high in highs
        ],
        reason_codes=list(explained.reason_codes or ()),
        reason=explained.reason,
        concluded_by=opinion.username,
        concluded_at=opinion.at,
        is_in_one_band=None not in bands and len(bands) == 1,
    )
