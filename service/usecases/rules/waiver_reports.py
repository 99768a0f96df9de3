"""The report of waivers: how many, of which rules, proposed and signed by whom; part of the override report."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from matching.outcomes import heading
from matching.vocabulary import PostType, Text
from service.access import Actor, require
from service.models.vacancies import Vacancy
from service.models.villages import Township, Village
from service.models.waivers import Waiver, WaiverState
from service.queries.rulebooks import rulebook_in_force
from service.usecases.days import day_of
from service.usecases.pending.pending_work import within
from service.usecases.privacy.hidden_words import veil_rows

__all__ = ["WaiversReport", "report_waivers", "waiver_state"]

_ZONE = ZoneInfo("Asia/Shanghai")
_EXPIRED = "expired"


@dataclass(frozen=True, kw_only=True)
class WaiversReport:
    """Waivers signed in a period.

    Parameters
    ----------
    n_signed : int
        All of them, whatever became of them since.
    n_in_force, n_expired, n_withdrawn : int
        What they are today; they add up to `n_signed`.
    n_waiting, n_refused : int
        Proposed in the period and not signed.
    rule_titles : dict of str to Text
        What the rules of `by_rule` ask, as the rulebook in force says it; one that it no longer has is missing.
    by_rule, by_county, by_proposer, by_signer : dict of str to int
        Of the signed ones.
    waivers : list of Waiver
        The signed ones, in the order of their numbers.
    """

    n_signed: int
    n_in_force: int
    n_expired: int
    n_withdrawn: int
    n_waiting: int
    n_refused: int
    rule_titles: dict[str, Text]
    by_rule: dict[str, int]
    by_county: dict[str, int]
    by_proposer: dict[str, int]
    by_signer: dict[str, int]
    waivers: list[Waiver]


def report_waivers(
    session: Session, *, actor: Actor, since: date | None = None, until: date | None = None, now: datetime
) -> WaiversReport:
    """Count the waivers of a period; who may read waivers may read the report.

    Parameters
    ----------
    session : Session
    actor : Actor
    since, until : date, optional
        First and last day, in China, of the signature (of the proposal, for unsigned ones).
    now : datetime
    """
    require(actor, "read_waivers")
    county = joinedload(Waiver.vacancy).joinedload(Vacancy.village).joinedload(Village.township)
    query = (
        select(Waiver)
        .where(Waiver.id.in_(_seen_by(actor)))
        .options(county.joinedload(Township.county))
        .order_by(Waiver.id)
    )
    all_of_them = [one for one in session.scalars(query) if _is_within(one, since, until)]
    veil_rows(session, all_of_them, actor=actor)
    signed = [one for one in all_of_them if one.decided_at is not None and one.state is not WaiverState.REFUSED]
    today = Counter(waiver_state(one, on=day_of(now)) for one in signed)
    unsigned = Counter(one.state for one in all_of_them)
    by_rule = _counted(one.rule_id for one in signed)
    return WaiversReport(
        n_signed=len(signed),
        n_in_force=today[WaiverState.SIGNED.value],
        n_expired=today[_EXPIRED],
        n_withdrawn=today[WaiverState.WITHDRAWN.value],
        n_waiting=unsigned[WaiverState.PROPOSED],
        n_refused=unsigned[WaiverState.REFUSED],
        rule_titles=_titles_of(session, by_rule),
        by_rule=by_rule,
        by_county=_counted(one.vacancy.village.township.county.name for one in signed),
        by_proposer=_counted(one.proposed_by for one in signed),
        by_signer=_counted(one.decided_by or "" for one in signed),
        waivers=signed,
    )


def waiver_state(waiver: Waiver, *, on: date) -> str:
    """Return the state of a waiver on a day: as kept, or ``expired``."""
    is_over = waiver.state in {WaiverState.SIGNED, WaiverState.PROPOSED} and waiver.valid_until < on
    return _EXPIRED if is_over else waiver.state.value


def _titles_of(session: Session, rule_ids: Collection[str]) -> dict[str, Text]:
    if not rule_ids:
        return {}
    rulebook = rulebook_in_force(session)
    rules = {rule.id: rule for post in PostType for rule in rulebook.rules_for(post)}
    return {rule_id: heading(rules[rule_id]) for rule_id in rule_ids if rule_id in rules}


def _seen_by(actor: Actor) -> Select[Any]:
    at = (
        select(Waiver.id).join(Vacancy, Vacancy.id == Waiver.vacancy_id).join(Village, Village.id == Vacancy.village_id)
    )
    return at.where(within(actor))


def _is_within(waiver: Waiver, since: date | None, until: date | None) -> bool:
    moment = waiver.decided_at or waiver.proposed_at
    if since is not None and moment < datetime.combine(since, time.min, _ZONE):
        return False
    return until is None or moment < datetime.combine(until + timedelta(days=1), time.min, _ZONE)


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))
