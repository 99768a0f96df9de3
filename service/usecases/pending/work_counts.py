"""Counting what waits: how much, how much for too long, and what lies in the territory of an account."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import Session

from matching.vocabulary import RecordStatus, VacancyStatus
from service.access import OPERATOR, Actor, Role, TerritoryKind
from service.models.appointments import Appointment
from service.models.candidacies import Candidacy, Opinion, Round
from service.models.credentials import AccountChange
from service.models.identity import DuplicatePair
from service.models.people import Person
from service.models.rulebooks import ProposalState, RulebookProposal
from service.models.shortlists import Shortlist
from service.models.vacancies import Check, Vacancy
from service.models.villages import County, Township, Village
from service.models.waivers import Waiver, WaiverState
from service.queries.reaches import IN_OFFICE
from service.usecases.accounts.vocabulary import ChangeKind
from service.usecases.days import day_of

__all__ = [
    "Pending",
    "count_account_changes",
    "count_candidacies",
    "count_duplicates",
    "count_expiring",
    "count_host_passwords",
    "count_passwords",
    "count_people",
    "count_rounds",
    "count_rulebooks",
    "count_terms",
    "count_vacancies",
    "count_waivers",
    "counted",
    "within",
]

_SOON = timedelta(days=30)
_UNSIGNED_FOR = timedelta(days=7)
_UNCHECKED_FOR = timedelta(days=14)
_UNGIVEN_FOR = timedelta(days=1)
_TERM_REMINDER = timedelta(days=90)


class Pending(NamedTuple):
    """How much waits, and how much of it for too long."""

    n: int
    n_overdue: int


def counted(session: Session, query: Select[Any], is_overdue: ColumnElement[bool]) -> Pending:
    """Count the rows of a query, and those of them that are overdue."""
    rows = query.add_columns(is_overdue.label("is_overdue")).subquery()
    overdue = func.count().filter(rows.c.is_overdue)
    n, n_overdue = session.execute(select(func.count(), overdue).select_from(rows)).one()
    return Pending(n, n_overdue)


def within(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that `Village` lies in the territory of an account."""
    territory = actor.territory
    if territory.kind.is_everything:
        return true()
    if territory.kind in {TerritoryKind.COUNTY, TerritoryKind.TOWNSHIP, TerritoryKind.VILLAGE} and territory.code:
        # The code of a village begins with those of its county and township.
        return Village.village_code.startswith(territory.code, autoescape=True)
    return false()


def count_terms(session: Session, actor: Actor, now: datetime) -> Pending:
    """Count the terms in the territory of an account that end soon; overdue are those that have ended."""
    today = day_of(now)
    query = select(Appointment.id).join(Village, Village.id == Appointment.village_id)
    near = query.where(
        Appointment.state.in_(IN_OFFICE), Appointment.term_ends_on <= today + _TERM_REMINDER, within(actor)
    )
    return counted(session, near, Appointment.term_ends_on < today)


def count_people(status: RecordStatus) -> Callable[[Session, Actor, datetime], Pending]:
    """Return the count of records of a status; overdue are those that have waited for two weeks."""

    def count(session: Session, actor: Actor, now: datetime) -> Pending:
        query = select(Person.id).outerjoin(Village, Village.id == Person.home_village_id)
        waiting = query.where(Person.record_status == status, Person.merged_into_id.is_(None), _lives_within(actor))
        return counted(session, waiting, Person.updated_at < now - _UNCHECKED_FOR)

    return count


def _lives_within(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that `Person` lives in the territory of an account, also where no village is known yet."""
    homes: dict[TerritoryKind, tuple[Any, Any, Any]] = {
        TerritoryKind.COUNTY: (Person.home_county_id, County.id, County.county_code),
        TerritoryKind.TOWNSHIP: (Person.home_township_id, Township.id, Township.township_code),
    }
    home, key, code = homes.get(actor.territory.kind, (None, None, None))
    if home is None:
        return within(actor)
    return or_(within(actor), home.in_(select(key).where(code == actor.territory.code)))


def count_vacancies(session: Session, actor: Actor, now: datetime) -> Pending:
    """Count the vacancies that wait to be approved; overdue are those whose deadline has passed."""
    query = select(Vacancy.id).join(Village, Village.id == Vacancy.village_id)
    waiting = query.where(Vacancy.vacancy_status == VacancyStatus.SUBMITTED, within(actor))
    return counted(session, waiting, func.coalesce(Vacancy.deadline_on, date.max) < day_of(now))


def count_waivers(session: Session, actor: Actor, now: datetime) -> Pending:
    """Count the waivers that somebody else proposed; overdue are those that have waited for a week."""
    query = select(Waiver.id).join(Vacancy, Vacancy.id == Waiver.vacancy_id)
    waiting = query.join(Village, Village.id == Vacancy.village_id).where(
        Waiver.state == WaiverState.PROPOSED,
        Waiver.valid_until >= day_of(now),
        Waiver.proposed_by != actor.username,
        within(actor),
    )
    return counted(session, waiting, Waiver.proposed_at < now - _UNSIGNED_FOR)


def count_rulebooks(session: Session, actor: Actor, now: datetime) -> Pending:
    """Count the changes of the rulebook that somebody else proposed."""
    waiting = select(RulebookProposal.id).where(
        RulebookProposal.state == ProposalState.PROPOSED, RulebookProposal.proposed_by != actor.username
    )
    return counted(session, waiting, RulebookProposal.proposed_at < now - _UNSIGNED_FOR)


def count_account_changes(session: Session, actor: Actor, now: datetime) -> Pending:
    """Count the changes of accounts that somebody else asked for."""
    return counted(session, _changes(actor, now), AccountChange.requested_at < now - _UNSIGNED_FOR)


def count_passwords(session: Session, actor: Actor, now: datetime) -> Pending:
    """Count the passwords that another has asked for, for somebody who cannot work until they are confirmed."""
    waiting = _changes(actor, now).where(AccountChange.kind == ChangeKind.PASSWORD)
    return counted(session, waiting, AccountChange.requested_at < now - _UNGIVEN_FOR)


def count_host_passwords(session: Session, actor: Actor, now: datetime) -> Pending:
    """Count the passwords of administrators that the host's operator has asked for and will confirm after a silence."""
    waiting = _changes(actor, now).where(
        AccountChange.kind == ChangeKind.PASSWORD, AccountChange.requested_by == OPERATOR.username
    )
    rows = session.execute(waiting.add_columns(AccountChange.detail, AccountChange.requested_at))
    asked = [at for _, detail, at in rows if set(detail["roles"]) == {Role.ADMIN}]
    return Pending(len(asked), sum(at < now - _UNSIGNED_FOR for at in asked))


def _changes(actor: Actor, now: datetime) -> Select[Any]:
    return select(AccountChange.id).where(
        AccountChange.decided_at.is_(None),
        AccountChange.expires_at > now,
        AccountChange.requested_by != actor.username,
        AccountChange.username != actor.username,
    )


def count_rounds(state: str, days: int) -> Callable[[Session, Actor, datetime], Pending]:
    """Return the count of rounds in a state; overdue are those that have been in it for more than `days`."""

    def count(session: Session, actor: Actor, now: datetime) -> Pending:
        query = (
            select(Round.shortlist_id)
            .join(Shortlist, Shortlist.id == Round.shortlist_id)
            .join(Vacancy, Vacancy.id == Shortlist.vacancy_id)
            .join(Village, Village.id == Vacancy.village_id)
            .where(Round.state == state, within(actor))
        )
        return counted(session, query, Round.updated_at < now - timedelta(days=days))

    return count


def count_candidacies(session: Session, actor: Actor, now: datetime) -> Pending:
    """Count people under review of whom the account has not said what it thinks."""
    own = select(Opinion.candidacy_id).where(Opinion.username == actor.username, Opinion.undone_at.is_(None))
    query = (
        select(Candidacy.id)
        .join(Round, Round.shortlist_id == Candidacy.shortlist_id)
        .join(Shortlist, Shortlist.id == Candidacy.shortlist_id)
        .join(Vacancy, Vacancy.id == Shortlist.vacancy_id)
        .join(Village, Village.id == Vacancy.village_id)
        .where(Round.state == "under_review", Candidacy.conclusion.is_(None), Candidacy.id.not_in(own), within(actor))
    )
    return counted(session, query, Round.updated_at < now - timedelta(days=10))


def count_duplicates(session: Session, actor: Actor, now: datetime) -> Pending:  # noqa: ARG001 - no pair grows old
    """Count the pairs that may be one person each."""
    if not actor.territory.kind.is_everything and actor.territory.kind is not TerritoryKind.COUNTY:
        return Pending(0, 0)
    first = select(Person.id).outerjoin(Village, Village.id == Person.home_village_id).where(within(actor))
    waiting = select(DuplicatePair.id).where(DuplicatePair.state == "open", DuplicatePair.first_id.in_(first))
    return counted(session, waiting, false())


def count_expiring(session: Session, actor: Actor, now: datetime) -> Pending:
    """Count checks and waivers of open vacancies whose last day is near."""
    today = day_of(now)
    open_states = [status for status in VacancyStatus if status.is_open]
    query = select(Check.id).join(Vacancy, Vacancy.id == Check.vacancy_id)
    near = query.join(Village, Village.id == Vacancy.village_id).where(
        Check.ended_at.is_(None),
        and_(Check.valid_until >= today, Check.valid_until <= today + _SOON),
        Vacancy.vacancy_status.in_(open_states),
        within(actor),
    )
    return counted(session, near, false())
