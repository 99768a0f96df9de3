"""What waits for an account: one line for each kind of work that its roles may do, counted in its territory.

A subject adds its line to `KINDS`; nothing else has to change.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from matching.vocabulary import RecordStatus, Text
from service.access import Actor, Role, may
from service.settings.retention import RetentionSettings
from service.usecases.pending.work_counts import (
    Pending,
    count_account_changes,
    count_candidacies,
    count_duplicates,
    count_expiring,
    count_host_passwords,
    count_passwords,
    count_people,
    count_rounds,
    count_rulebooks,
    count_terms,
    count_vacancies,
    count_waivers,
    within,
)
from service.usecases.pending.work_stages import count_stages
from service.usecases.privacy.consent_work import count_asked, count_refusals, count_village_terms
from service.usecases.privacy.erasure_requests import count_requests
from service.usecases.privacy.retention import count_due_records
from service.usecases.records.negative_entries import count_due
from service.usecases.workflow.appraisals import count_appraisals

__all__ = ["KINDS", "Pending", "WorkKind", "WorkLine", "list_work", "within"]


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
        Of session, actor and moment, and of the retention settings where `is_by_retention`.
    is_by_retention : bool
    """

    key: str
    right: str
    text: Text
    one: str
    link: str
    count: Callable[..., Pending]
    is_by_retention: bool = False


@dataclass(frozen=True, kw_only=True)
class WorkLine:
    """What waits of one kind; never nothing."""

    key: str
    text: Text
    link: str
    n: int
    n_overdue: int


def list_work(
    session: Session, *, actor: Actor, now: datetime, retention: RetentionSettings | None = None
) -> list[WorkLine]:
    """Return what waits for an account, in the order of `KINDS`; kinds of which nothing waits are left out."""
    kept_for = (retention or RetentionSettings(),)
    lines = []
    for kind in KINDS:
        if may(actor, kind.right):
            n, n_overdue = kind.count(session, actor, now, *(kept_for if kind.is_by_retention else ()))
            if n:
                told = (kind.text if n != 1 else Text(kind.text.zh, kind.one)).filled(n=n)
                lines.append(WorkLine(key=kind.key, text=told, link=kind.link, n=n, n_overdue=n_overdue))
    return lines


KINDS: tuple[WorkKind, ...] = (
    WorkKind(
        key="drafts_to_complete", right="edit_people", link="/people?record_status=draft",
        text=Text("{n} 份档案草稿待补充、提交", "{n} drafts are to be completed and submitted"),
        one="1 draft is to be completed and submitted",
        count=count_people(RecordStatus.DRAFT),
    ),
    WorkKind(
        key="records_to_check", right="check_people", link="/people?record_status=submitted",
        text=Text("{n} 份档案待乡镇初审", "{n} records wait for the township's check"),
        one="1 record waits for the township's check",
        count=count_people(RecordStatus.SUBMITTED),
    ),
    WorkKind(
        key="records_to_verify", right="verify_people", link="/people?record_status=township_checked",
        text=Text("{n} 份档案待核验", "{n} records wait to be verified"),
        one="1 record waits to be verified",
        count=count_people(RecordStatus.TOWNSHIP_CHECKED),
    ),
    WorkKind(
        key="vacancies_to_approve", right="conclude_reviews", link="/vacancies?vacancy_status=submitted",
        text=Text("{n} 个岗位待核定", "{n} vacancies wait to be approved"),
        one="1 vacancy waits to be approved", count=count_vacancies,
    ),
    WorkKind(
        key="candidacies_to_review", right="review_candidacies", link="/shortlists",
        text=Text("{n} 名人选待发表意见", "{n} candidacies wait for you"),
        one="1 candidacy waits for you", count=count_candidacies,
    ),
    WorkKind(
        key="shortlists_to_propose", right="conclude_reviews", link="/shortlists",
        text=Text("{n} 份名单审阅中，待提出建议", "{n} lists are under review"),
        one="1 list is under review", count=count_rounds("under_review", 10),
    ),
    WorkKind(
        key="stages_to_lead_on", right="read_candidacies", link="/shortlists",
        text=Text("{n} 名人选的下一环节或签署待办理", "{n} people on lists wait for their next stage or a signature"),
        one="1 person on a list waits for the next stage or a signature", count=count_stages,
    ),
    WorkKind(
        key="shortlists_to_decide", right="decide_shortlists", link="/shortlists",
        text=Text("{n} 份名单待研究决定", "{n} lists wait for a decision"),
        one="1 list waits for a decision", count=count_rounds("proposed", 10),
    ),
    WorkKind(
        key="waivers_to_sign", right="sign_waivers", link="/waivers?state=proposed",
        text=Text("{n} 项放宽待签署", "{n} waivers wait for a signature"),
        one="1 waiver waits for a signature", count=count_waivers,
    ),
    WorkKind(
        key="rulebooks_to_sign", right="sign_rulebooks", link="/rulebook-proposals?state=proposed",
        text=Text("{n} 项规则变更待签署", "{n} changes of the rulebook wait for a signature"),
        one="1 change of the rulebook waits for a signature", count=count_rulebooks,
    ),
    WorkKind(
        key="account_changes_to_approve", right="approve_accounts", link="/account-changes",
        text=Text("{n} 项账号变更待确认", "{n} changes of accounts wait to be confirmed"),
        one="1 change of accounts waits to be confirmed", count=count_account_changes,
    ),
    WorkKind(
        key="passwords_to_confirm", right="manage_accounts", link="/account-changes",
        text=Text("{n} 项口令重设待确认", "{n} new passwords wait to be confirmed"),
        one="1 new password waits to be confirmed", count=count_passwords,
    ),
    WorkKind(
        key="passwords_by_host", right="read_people", link="/me/work",
        text=Text(
            "{n} 项系统管理员口令由主机操作员申请重设；7 天内无人拒绝即可生效，如有疑问请告知管理员或部务会成员",
            "{n} new passwords of administrators were asked for by the host's operator; in doubt tell an administrator "
            "or a leader, for after 7 days without a word of theirs they hold",
        ),
        one="1 new password of an administrator was asked for by the host's operator; in doubt tell an administrator "
        "or a leader, for after 7 days without a word of theirs it holds",
        count=count_host_passwords,
    ),
    WorkKind(
        key="duplicates_to_decide", right="decide_duplicates", link="/duplicates",
        text=Text("{n} 对疑似重复待认定", "{n} pairs may be one person each"),
        one="1 pair may be one person", count=count_duplicates,
    ),
    WorkKind(
        key="checks_expiring", right="record_checks", link="/vacancies",
        text=Text("{n} 项核验或放宽 30 天内到期", "{n} checks or waivers expire within 30 days"),
        one="1 check or waiver expires within 30 days", count=count_expiring,
    ),
    WorkKind(
        key="negative_entries_due", right="edit_negative_flags", link="/negative-list?state=due",
        text=Text("{n} 人的负面清单条目已到期", "{n} people have entries on the negative list past their day"),
        one="1 person has an entry on the negative list past its day", count=count_due,
    ),
    WorkKind(
        key="terms_ending", right="move_appointments", link="/appointments/terms-ending",
        text=Text("{n} 个任期 90 天内届满", "{n} terms end within 90 days"),
        one="1 term ends within 90 days", count=count_terms,
    ),
    WorkKind(
        key="appraisals_due", right="publish_notices", link="/appointments/appraisals-due",
        text=Text("{n} 人年度考核待登记", "{n} yearly appraisals are to be recorded"),
        one="1 yearly appraisal is to be recorded", count=count_appraisals,
    ),
    WorkKind(
        key="records_to_erase", right="erase_people", link="/retention", is_by_retention=True,
        text=Text("{n} 份档案保存期限已满，待删除或保全", "{n} records are due to be erased or held"),
        one="1 record is due to be erased or held", count=count_due_records,
    ),
    WorkKind(
        key="erasures_to_confirm", right="erase_people", link="/erasure-requests",
        text=Text("{n} 份档案申请删除，待另一人确认", "{n} erasures wait to be confirmed by another officer"),
        one="1 erasure waits to be confirmed by another officer", count=count_requests,
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
