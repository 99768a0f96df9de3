"""What waits for an account: one line for each kind of work that its roles may do, counted in its territory.

A subject adds its line to `KINDS`; nothing else has to change.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, false, func, select
from sqlalchemy.orm import Session

from matching.vocabulary import RecordStatus, Text, VacancyStatus
from service.access import Actor, Role, TerritoryKind, may
from service.models.candidacies import Candidacy, Opinion, Round
from service.models.credentials import AccountChange
from service.models.identity import DuplicatePair
from service.models.people import Person
from service.models.rulebooks import ProposalState, RulebookProposal
from service.models.shortlists import Shortlist
from service.models.vacancies import Check, Vacancy
from service.models.villages import Village
from service.models.waivers import Waiver, WaiverState
from service.usecases.consent_work import count_asked, count_refusals, count_village_terms
from service.usecases.days import day_of
from service.usecases.work_counts import Pending, count_terms, counted, within

__all__ = ["KINDS", "Pending", "WorkKind", "WorkLine", "list_work", "within"]

_SOON = timedelta(days=30)
_UNSIGNED_FOR = timedelta(days=7)
_UNCHECKED_FOR = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class WorkKind:
    """One kind of work.

    Parameters
    ----------
    key : str
    right : str
        Who does it.
    text : Text
        ``{n}`` of it wait.
    one : str
        The same in English where one waits.
    link : str
        Where it is done: an address of the API below ``/api/v1``.
    count : callable
        Of session, actor and moment.
    """

    key: str
    right: str
    text: Text
    one: str
    link: str
    count: Callable[[Session, Actor, datetime], Pending]


@dataclass(frozen=True, kw_only=True)
class WorkLine:
    """What waits of one kind; never nothing."""

    key: str
    text: Text
    link: str
    n: int
    n_overdue: int


def list_work(session: Session, *, actor: Actor, now: datetime) -> list[WorkLine]:
    """Return what waits for an account, in the order of `KINDS`; kinds of which nothing waits are left out."""
    lines = []
    for kind in KINDS:
        if may(actor, kind.right):
            n, n_overdue = kind.count(session, actor, now)
            if n:
                told = (kind.text if n != 1 else Text(kind.text.zh, kind.one)).filled(n=n)
                lines.append(WorkLine(key=kind.key, text=told, link=kind.link, n=n, n_overdue=n_overdue))
    return lines


def _people(status: RecordStatus) -> Callable[[Session, Actor, datetime], Pending]:
    def count(session: Session, actor: Actor, now: datetime) -> Pending:
        query = select(Person.id).outerjoin(Village, Village.id == Person.home_village_id)
        waiting = query.where(Person.record_status == status, Person.merged_into_id.is_(None), within(actor))
        return counted(session, waiting, Person.updated_at < now - _UNCHECKED_FOR)

    return count


def _vacancies(session: Session, actor: Actor, now: datetime) -> Pending:
    query = select(Vacancy.id).join(Village, Village.id == Vacancy.village_id)
    waiting = query.where(Vacancy.vacancy_status == VacancyStatus.SUBMITTED, within(actor))
    return counted(session, waiting, func.coalesce(Vacancy.deadline_on, date.max) < day_of(now))


def _waivers(session: Session, actor: Actor, now: datetime) -> Pending:
    query = select(Waiver.id).join(Vacancy, Vacancy.id == Waiver.vacancy_id)
    waiting = query.join(Village, Village.id == Vacancy.village_id).where(
        Waiver.state == WaiverState.PROPOSED,
        Waiver.valid_until >= day_of(now),
        Waiver.proposed_by != actor.username,
        within(actor),
    )
    return counted(session, waiting, Waiver.proposed_at < now - _UNSIGNED_FOR)


def _rulebooks(session: Session, actor: Actor, now: datetime) -> Pending:
    waiting = select(RulebookProposal.id).where(
        RulebookProposal.state == ProposalState.PROPOSED, RulebookProposal.proposed_by != actor.username
    )
    return counted(session, waiting, RulebookProposal.proposed_at < now - _UNSIGNED_FOR)


def _account_changes(session: Session, actor: Actor, now: datetime) -> Pending:
    waiting = select(AccountChange.id).where(
        AccountChange.decided_at.is_(None),
        AccountChange.expires_at > now,
        AccountChange.requested_by != actor.username,
    )
    return counted(session, waiting, AccountChange.requested_at < now - _UNSIGNED_FOR)


def _rounds(state: str, days: int) -> Callable[[Session, Actor, datetime], Pending]:
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


def _candidacies(session: Session, actor: Actor, now: datetime) -> Pending:
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


def _duplicates(session: Session, actor: Actor, now: datetime) -> Pending:  # noqa: ARG001 - no pair grows old
    if not actor.territory.kind.is_everything and actor.territory.kind is not TerritoryKind.COUNTY:
        return Pending(0, 0)
    first = select(Person.id).outerjoin(Village, Village.id == Person.home_village_id).where(within(actor))
    waiting = select(DuplicatePair.id).where(DuplicatePair.state == "open", DuplicatePair.first_id.in_(first))
    return counted(session, waiting, false())


def _expiring(session: Session, actor: Actor, now: datetime) -> Pending:
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


KINDS: tuple[WorkKind, ...] = (
    WorkKind(
        key="records_to_check", right="check_people", link="/people?record_status=submitted",
        text=Text("{n} 份档案待乡镇初审", "{n} records wait for the township's check"),
        one="1 record waits for the township's check",
        count=_people(RecordStatus.SUBMITTED),
    ),
    WorkKind(
        key="records_to_verify", right="verify_people", link="/people?record_status=township_checked",
        text=Text("{n} 份档案待核验", "{n} records wait to be verified"),
        one="1 record waits to be verified",
        count=_people(RecordStatus.TOWNSHIP_CHECKED),
    ),
    WorkKind(
        key="vacancies_to_approve", right="conclude_reviews", link="/vacancies?vacancy_status=submitted",
        text=Text("{n} 个岗位待核定", "{n} vacancies wait to be approved"),
        one="1 vacancy waits to be approved", count=_vacancies,
    ),
    WorkKind(
        key="candidacies_to_review", right="review_candidacies", link="/shortlists",
        text=Text("{n} 名人选待发表意见", "{n} candidacies wait for you"),
        one="1 candidacy waits for you", count=_candidacies,
    ),
    WorkKind(
        key="shortlists_to_propose", right="conclude_reviews", link="/shortlists",
        text=Text("{n} 份名单审阅中，待提出建议", "{n} lists are under review"),
        one="1 list is under review", count=_rounds("under_review", 10),
    ),
    WorkKind(
        key="shortlists_to_decide", right="decide_shortlists", link="/shortlists",
        text=Text("{n} 份名单待研究决定", "{n} lists wait for a decision"),
        one="1 list waits for a decision", count=_rounds("proposed", 10),
    ),
    WorkKind(
        key="waivers_to_sign", right="sign_waivers", link="/waivers?state=proposed",
        text=Text("{n} 项放宽待签署", "{n} waivers wait for a signature"),
        one="1 waiver waits for a signature", count=_waivers,
    ),
    WorkKind(
        key="rulebooks_to_sign", right="sign_rulebooks", link="/rulebook-proposals?state=proposed",
        text=Text("{n} 项规则变更待签署", "{n} changes of the rulebook wait for a signature"),
        one="1 change of the rulebook waits for a signature", count=_rulebooks,
    ),
    WorkKind(
        key="account_changes_to_approve", right="approve_accounts", link="/account-changes",
        text=Text("{n} 项账号变更待确认", "{n} changes of accounts wait to be confirmed"),
        one="1 change of accounts waits to be confirmed", count=_account_changes,
    ),
    WorkKind(
        key="duplicates_to_decide", right="decide_duplicates", link="/duplicates",
        text=Text("{n} 对疑似重复待认定", "{n} pairs may be one person each"),
        one="1 pair may be one person", count=_duplicates,
    ),
    WorkKind(
        key="checks_expiring", right="record_checks", link="/vacancies",
        text=Text("{n} 项核验或放宽 30 天内到期", "{n} checks or waivers expire within 30 days"),
        one="1 check or waiver expires within 30 days", count=_expiring,
    ),
    WorkKind(
        key="terms_ending", right="move_appointments", link="/appointments/terms-ending",
        text=Text("{n} 个任期 90 天内届满", "{n} terms end within 90 days"),
        one="1 term ends within 90 days", count=count_terms,
    ),
    WorkKind(
        key="opinions_of_unit", right="consent_to_candidacies", link="/replies",
        text=Text("{n} 名本单位人员待出具派出单位意见", "{n} of your staff wait for the opinion of the sending unit"),
        one="1 of your staff waits for the opinion of the sending unit", count=count_asked(Role.UNIT),
    ),
    WorkKind(
        key="opinions_of_village", right="consent_to_candidacies", link="/replies",
        text=Text("{n} 名拟推荐人选待村“两委”出具意见", "{n} people recommended for your village wait for its opinion"),
        one="1 person recommended for your village waits for its opinion", count=count_asked(Role.VILLAGE),
    ),
    WorkKind(
        key="own_questions", right="consent_to_candidacies", link="/replies",
        text=Text("{n} 个岗位征求本人意愿", "{n} posts wait for your word whether you are willing"),
        one="1 post waits for your word whether you are willing", count=count_asked(Role.CANDIDATE),
    ),
    WorkKind(
        key="refusals_to_settle", right="conclude_reviews", link="/shortlists",
        text=Text("{n} 名人选本人、单位或村不同意，待处理", "{n} candidacies were declined or disagreed with"),
        one="1 candidacy was declined or disagreed with", count=count_refusals,
    ),
    WorkKind(
        key="terms_ending_here", right="consent_to_candidacies", link="/vacancies",
        text=Text("{n} 名在村任职人员 90 天内任期届满", "{n} terms in your village end within 90 days"),
        one="1 term in your village ends within 90 days", count=count_village_terms,
    ),
)  # fmt: skip
