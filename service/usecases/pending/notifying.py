"""Sending what the outbox holds: each message is claimed, sent outside any transaction, and then settled."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import Language, Text
from service.access import Actor, require
from service.db import Database
from service.delivery import Mail, MailServer, Undelivered, Webhook
from service.models.accounts import Account
from service.models.outbox import Channel, MessageState, NotificationAddress, OutboxMessage
from service.settings.retention import RetentionSettings
from service.usecases.accounts.registry import actor_of
from service.usecases.pending.announcing import PASSWORD_GIVEN
from service.usecases.pending.pending_work import WorkLine, list_work
from service.usecases.records.single_records import not_found

__all__ = ["MOST_ATTEMPTS", "Doors", "Sent", "list_dead", "retry_message", "send_due"]

#: Waiting time after each failed attempt; after the last one a message is given up.
_BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))
MOST_ATTEMPTS = len(_BACKOFF) + 1
_CLAIM = timedelta(minutes=5)
_AT_ONCE = 20
_SUBJECT = Text("村级人才库：有 {n} 项待办", "Talent pool: {n} matters wait for you")
_OVERDUE = Text("（其中 {n} 项超期）", " ({n} overdue)")
_PASSWORD_SUBJECT = Text("村级人才库：您的口令已被重设", "Talent pool: your password has been reset")
_PASSWORD_TEXT = Text(
    "账号 {by} 为您重设了口令，原口令、登录和接口令牌已全部失效。若您并未要求，请立即联系本单位审批账号的负责人。",
    "The account {by} has set a new password for you; your old one, your sessions and your tokens have ended. If you "
    "did not ask for it, tell whoever approves accounts in your office at once.",
)
_ADDRESS = Text("办理：{link}", "To do it: {link}")


@dataclass(frozen=True, kw_only=True)
class Doors:
    """By which ways messages may leave.

    Parameters
    ----------
    mail : MailServer or None
    webhook : Webhook or None
    public_url : str
        For links; "" for none.
    language : str
    retention : RetentionSettings
        Which records are due, for the work that mails count.
    """

    mail: MailServer | None = None
    webhook: Webhook | None = None
    public_url: str = ""
    language: str = Language.ZH
    retention: RetentionSettings = field(default_factory=RetentionSettings)


@dataclass
class Sent:
    """What became of the messages that were due."""

    n_sent: int = 0
    n_failed: int = 0
    n_dead: int = 0
    n_unwanted: int = 0


@dataclass(frozen=True)
class _Claimed:
    message_id: int
    number: str
    channel: Channel
    document: dict[str, str | None]
    mail: Mail | None = field(repr=False)


def send_due(database: Database, *, actor: Actor, doors: Doors, owner: str, now: Callable[[], datetime]) -> Sent:
    """Send everything that is due; several may run at once, each message is claimed by one of them.

    A process that dies after sending and before writing it down sends again when its claim has run out: messages
    arrive at least once, always under the same number.

    Parameters
    ----------
    database : Database
    actor : Actor
    doors : Doors
    owner : str
        Name of this process.
    now : callable
    """
    require(actor, "send_notifications")
    done = Sent()
    while (batch := _claim(database, doors=doors, owner=owner, now=now(), done=done)) is not None:
        for claimed in batch:
            error = _sent(claimed, doors, at=now())
            _settle(database, claimed, owner=owner, error=error, now=now(), done=done)
    return done


def list_dead(session: Session, *, actor: Actor) -> list[OutboxMessage]:
    """Return the messages that were given up, the newest first."""
    require(actor, "send_notifications")
    query = select(OutboxMessage).where(OutboxMessage.state == MessageState.DEAD)
    return list(session.scalars(query.order_by(OutboxMessage.id.desc())))


def retry_message(session: Session, *, actor: Actor, message_no: str, now: datetime) -> None:
    """Let a message that was given up wait again, from the first attempt on.

    Raises
    ------
    NotFound
        If there is no such message, or it was not given up.
    """
    require(actor, "send_notifications")
    is_it = (OutboxMessage.message_no == message_no, OutboxMessage.state == MessageState.DEAD)
    found = session.scalars(select(OutboxMessage).where(*is_it)).one_or_none()
    if found is None:
        raise not_found(Text("已放弃的消息", "message that was given up"), message_no, place="message_no")
    found.state, found.n_attempts, found.due_at = MessageState.WAITING, 0, now


def _claim(database: Database, *, doors: Doors, owner: str, now: datetime, done: Sent) -> list[_Claimed] | None:
    """Claim some of what is due; None when nothing is."""
    free = (OutboxMessage.claimed_until.is_(None)) | (OutboxMessage.claimed_until < now)
    query = (
        select(OutboxMessage)
        .where(OutboxMessage.state == MessageState.WAITING, OutboxMessage.due_at <= now, free)
        .order_by(OutboxMessage.id)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    claimed: list[_Claimed] = []
    with database.unit_of_work() as session:
        messages = list(session.scalars(query))
        for message in messages:
            document = {"topic": message.topic, "subject_no": message.subject_no, "at": message.created_at.isoformat()}
            mail = _mail(session, message, doors=doors, now=now) if message.channel is Channel.EMAIL else None
            if (mail if message.channel is Channel.EMAIL else doors.webhook) is None:
                message.state = MessageState.UNWANTED
                done.n_unwanted += 1
                continue
            message.claimed_by, message.claimed_until = owner, now + _CLAIM
            claimed.append(_Claimed(message.id, message.message_no, message.channel, document, mail))
    return claimed if messages else None


def _mail(session: Session, message: OutboxMessage, *, doors: Doors, now: datetime) -> Mail | None:
    """Write the mail of an account as its work stands now: counts and links, no numbers of people, no names."""
    account = session.get(Account, message.account_id) if doors.mail else None
    address = session.get(NotificationAddress, message.account_id)
    if account is None or account.is_disabled or address is None or not address.email:
        return None
    language = account.language or doors.language
    if message.topic == PASSWORD_GIVEN:
        subject = _PASSWORD_SUBJECT.in_(language)
        text = _PASSWORD_TEXT.filled(by=message.subject_no or "").in_(language)
        return Mail(number=message.message_no, to=address.email, subject=subject, text=text, at=message.created_at)
    lines = list_work(session, actor=actor_of(account), now=now, retention=doors.retention)
    if not lines:
        return None
    subject = _SUBJECT.filled(n=sum(line.n for line in lines)).in_(language)
    text = "\n".join(_told(lines, doors, language))
    return Mail(number=message.message_no, to=address.email, subject=subject, text=text, at=message.created_at)


def _told(lines: list[WorkLine], doors: Doors, language: str) -> Iterator[str]:
    for line in lines:
        overdue = _OVERDUE.filled(n=line.n_overdue).in_(language) if line.n_overdue else ""
        yield line.text.in_(language) + overdue
    if doors.public_url:
        yield ""
        yield _ADDRESS.filled(link=doors.public_url).in_(language)


def _sent(claimed: _Claimed, doors: Doors, *, at: datetime) -> str | None:
    """Return what went wrong, None if nothing did."""
    try:
        if claimed.mail is not None and doors.mail is not None:
            doors.mail.send(claimed.mail)
        elif doors.webhook is not None:
            doors.webhook.send(claimed.number, claimed.document, at=at)  # a receiver takes no old signature
    except Undelivered as error:
        return str(error)
    return None


def _settle(database: Database, claimed: _Claimed, *, owner: str, error: str | None, now: datetime, done: Sent) -> None:
    with database.unit_of_work() as session:
        message = session.get_one(OutboxMessage, claimed.message_id, with_for_update=True)
        if message.claimed_by != owner or message.state is not MessageState.WAITING:
            return  # it took so long that somebody else sent it meanwhile
        message.claimed_by = message.claimed_until = None
        message.n_attempts += 1
        message.last_error = error
        if error is None:
            message.state, message.sent_at = MessageState.SENT, now
            done.n_sent += 1
        elif message.n_attempts >= MOST_ATTEMPTS:
            message.state = MessageState.DEAD
            done.n_dead += 1
        else:
            message.due_at = now + _BACKOFF[message.n_attempts - 1]
            done.n_failed += 1
