"""The report of recommendations and decisions against the rank: how often, by whom, and why."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from matching.vocabulary import ReviewDecision
from service.access import Actor, require
from service.access.masking import Shown, masks_of
from service.models.candidacies import Candidacy, Opinion
from service.models.moves import Move
from service.models.shortlists import Shortlist, ShortlistEntry
from service.queries.veils import hidden_among
from service.usecases.privacy.hidden_words import hide_people_in
from service.usecases.rules.waiver_reports import WaiversReport, report_waivers
from service.usecases.workflow.against_rank import SET_ASIDE, is_explained, pairs_of
from service.usecases.workflow.list_decisions import DecidedList, decisions_of
from service.usecases.workflow.override_terms import Override, SetAside

__all__ = ["Override", "OverrideReport", "SetAside", "report_overrides"]

_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, kw_only=True)
class OverrideReport:
    """Recommendations and decisions against the rank.

    Parameters
    ----------
    n_lists : int
        Lists with a conclusion or a decision in the period.
    n_recommended, n_decided : int
    n_against_rank : int
        Recommendations, and decisions that follow no recommendation, against the rank.
    set_aside : dict of str to int
        By conclusion, how many people in a better place than one recommended or decided on were set aside, or had left
        the round before the decision, and so were not passed over.
    people_set_aside : list of SetAside
    by_reason, by_account : dict of str to int
        How often each reason code was given, and by whom somebody was recommended.
    overrides : list of Override
    waivers : WaiversReport
        Rules that were waived in the period: the other way past what the rules say.
    """

    n_lists: int
    n_recommended: int
    n_decided: int
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
    """Report the recommendations and decisions against the rank that stand.

    Parameters
    ----------
    session : Session
    actor : Actor
    since, until : date, optional
        First and last day, in China, of the lists' last conclusions or decision, and of the signatures under waivers.
    now : datetime
    """
    require(actor, "read_overrides")
    lists = _concluded_lists(session, since=since, until=until)
    decided = decisions_of(session, [(shortlist.id, candidacies) for shortlist, candidacies in lists])
    overrides: list[Override] = []
    aside: list[SetAside] = []
    for shortlist, candidacies in lists:
        decision = decided.get(shortlist.id)
        _hide(session, shortlist, candidacies, decision, actor=actor)
        overrides += _overrides(session, shortlist, candidacies, decision)
        aside += _set_aside(shortlist, candidacies, decision)
    everybody = [one for _, candidacies in lists for one in candidacies]
    return OverrideReport(
        n_lists=len(lists),
        n_recommended=sum(one.conclusion is ReviewDecision.RECOMMEND for one in everybody),
        n_decided=sum(len(one.chosen) for one in decided.values()),
        n_against_rank=len(overrides),
        set_aside=dict(sorted(Counter(one.conclusion for one in aside).items())),
        people_set_aside=aside,
        by_reason=dict(sorted(Counter(code for one in overrides for code in one.reason_codes).items())),
        by_account=dict(sorted(Counter(one.concluded_by for one in overrides).items())),
        overrides=overrides,
        waivers=report_waivers(session, actor=actor, since=since, until=until, now=now),
    )


def _hide(
    session: Session,
    shortlist: Shortlist,
    candidacies: Sequence[Candidacy],
    decision: DecidedList | None,
    *,
    actor: Actor,
) -> None:
    people = [one.person for one in candidacies]
    hidden = hidden_among(session, people, actor=actor, vacancy_id=shortlist.vacancy_id)
    if hidden or masks_of(actor).identity is not Shown.FULL:
        said: list[Any] = [opinion for one in candidacies for opinion in one.opinions]
        said += [decision.move, *decision.gone.values()] if decision else []
        hide_people_in(said, people, actor=actor, hidden=hidden)


def _set_aside(shortlist: Shortlist, candidacies: Sequence[Candidacy], decision: DecidedList | None) -> list[SetAside]:
    ranks = [one.shown_rank or math.inf for one in candidacies if one.conclusion is ReviewDecision.RECOMMEND]
    worst = max([*ranks, decision.worst_place(candidacies) if decision else 0], default=0)
    concluded = [
        _aside(shortlist, one, str(one.conclusion.value), said, document=said.document)
        for one in candidacies
        if one.conclusion in SET_ASIDE and one.shown_rank is not None and one.shown_rank < worst
        if (said := one.standing_conclusion) is not None
    ]
    left = decision.left_before(candidacies) if decision else []
    return concluded + [_aside(shortlist, one, move.to_state, move, document=move.document) for one, move in left]


def _aside(
    shortlist: Shortlist, one: Candidacy, conclusion: str, said: Opinion | Move, *, document: str | None
) -> SetAside:
    return SetAside(
        shortlist_no=shortlist.shortlist_no,
        vacancy_no=shortlist.vacancy.vacancy_no,
        candidacy_no=one.candidacy_no,
        person_no=one.person.person_no,
        shown_rank=one.shown_rank or 0,
        conclusion=conclusion,
        reason_codes=list(said.reason_codes or ()),
        reason=said.reason,
        document=document,
        concluded_by=said.username,
        concluded_at=said.at,
    )


def _concluded_lists(
    session: Session, *, since: date | None, until: date | None
) -> list[tuple[Shortlist, list[Candidacy]]]:
    """Return the lists on which somebody concluded, or a meeting decided, in a period."""
    concluded = select(Opinion.candidacy_id).where(Opinion.is_conclusion, Opinion.undone_at.is_(None))
    decided = select(Move.subject_id).where(Move.subject_kind == "shortlist", Move.to_state == "decided")
    if since is not None:
        first = datetime.combine(since, time.min, _ZONE)
        concluded, decided = concluded.where(Opinion.at >= first), decided.where(Move.at >= first)
    if until is not None:
        last = datetime.combine(until, time.max, _ZONE)
        concluded, decided = concluded.where(Opinion.at <= last), decided.where(Move.at <= last)
    lists = select(Candidacy.shortlist_id).where(Candidacy.id.in_(concluded))
    found = session.scalars(
        select(Candidacy)
        .where(or_(Candidacy.shortlist_id.in_(lists), Candidacy.shortlist_id.in_(decided)))
        .options(selectinload(Candidacy.opinions), selectinload(Candidacy.person), selectinload(Candidacy.shortlist))
        .order_by(Candidacy.shortlist_id, Candidacy.id)
    )
    by_list: dict[int, list[Candidacy]] = {}
    for one in found:
        by_list.setdefault(one.shortlist_id, []).append(one)
    return [(candidacies[0].shortlist, candidacies) for candidacies in by_list.values()]


def _overrides(
    session: Session, shortlist: Shortlist, candidacies: Sequence[Candidacy], decision: DecidedList | None
) -> list[Override]:
    over: dict[int, list[Candidacy]] = {}
    for low, high in pairs_of(candidacies):
        over.setdefault(low.id, []).append(high)
    decided = decision.passed_over(candidacies) if decision else {}
    if not over and not decided:
        return []
    bands = select(ShortlistEntry.rank, ShortlistEntry.band).where(ShortlistEntry.shortlist_id == shortlist.id)
    band_of = {rank: band for rank, band in session.execute(bands)}  # noqa: C416 - rows are not pairs
    by_id = {one.id: one for one in candidacies}
    found = [_recommended(shortlist, by_id[key], highs, band_of) for key, highs in over.items()]
    if decision is not None:
        move = decision.move
        found += [
            _override(shortlist, by_id[key], highs, band_of, said=move, by=move, is_decision=True)
            for key, highs in decided.items()
        ]
    return found


def _recommended(
    shortlist: Shortlist, low: Candidacy, highs: Sequence[Candidacy], band_of: dict[int, int | None]
) -> Override:
    opinion = low.standing_conclusion
    assert opinion is not None  # noqa: S101 - a recommended person has a conclusion
    explained = next(
        (one for one in (opinion, *(high.standing_conclusion for high in highs)) if is_explained(one)), opinion
    )
    assert explained is not None  # noqa: S101 - the default is one
    return _override(shortlist, low, highs, band_of, said=explained, by=opinion, is_decision=False)


def _override(
    shortlist: Shortlist,
    low: Candidacy,
    highs: Sequence[Candidacy],
    band_of: dict[int, int | None],
    *,
    said: Opinion | Move,
    by: Opinion | Move,
    is_decision: bool,
) -> Override:
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
        reason_codes=list(said.reason_codes or ()),
        reason=said.reason,
        concluded_by=by.username,
        concluded_at=by.at,
        is_in_one_band=None not in bands and len(bands) == 1,
        is_decision=is_decision,
    )
