"""Who an account is in another house, kept at its first sign-in: from then on only this opens it, whatever the name.

Other houses give names a second time; issuer and subject never. This holds for a provider of single sign-on and for a
directory alike.
"""

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.errors import Forbidden, ServiceError
from service.models.accounts import Account, SignInWay
from service.usecases.accounts.provider import Vouched
from service.usecases.accounts.registry import log

__all__ = ["account_of", "account_of_name", "link_identity"]


def account_of(session: Session, *, vouched: Vouched, way: SignInWay, now: datetime) -> Account | ServiceError | None:
    """Return the account of whom a provider vouches for, None if there is none.

    It is the one that the pair is kept of, else the one of the name that no pair is kept of; a refusal, which is
    logged, if another pair is.
    """
    linked = _linked(session, vouched=vouched, way=way)
    if linked is not None:
        return linked
    named = session.scalar(_of_house(way).where(Account.username == vouched.username))
    if named is None or named.provider_subject is None:
        return named
    return _refused(session, _OF_ANOTHER, vouched=vouched, way=way, now=now)


def account_of_name(session: Session, *, vouched: Vouched, now: datetime) -> Account | ServiceError | None:
    """Return the account that was signed in to by its name and a password of the directory, None if there is none.

    Never another one: guesses are counted by name, and a directory knows one entry by many ways to write its name. A
    refusal, which is logged, if the name or the person there belongs to somebody else here.
    """
    way = SignInWay.LDAP
    named = session.scalar(_of_house(way).where(Account.username == vouched.username))
    linked = _linked(session, vouched=vouched, way=way)
    if named is None or named is linked:
        return named
    if named.provider_subject is not None:
        return _refused(session, _OF_ANOTHER, vouched=vouched, way=way, now=now)
    if linked is not None:
        return _refused(session, _HAS_ANOTHER, vouched=vouched, way=way, now=now)
    return named


def link_identity(session: Session, account: Account, *, vouched: Vouched, now: datetime) -> None:
    """Keep who an account is, unless that is kept already."""
    if account.provider_subject is None:
        account.provider_issuer, account.provider_subject = vouched.issuer, vouched.subject
        log(session, username=account.username, action="link_provider", now=now)


def _of_house(way: SignInWay) -> Select[Account]:
    return select(Account).where(Account.sign_in_way == way).with_for_update()


def _linked(session: Session, *, vouched: Vouched, way: SignInWay) -> Account | None:
    pair = Account.provider_issuer == vouched.issuer, Account.provider_subject == vouched.subject
    return session.scalar(_of_house(way).where(*pair))


def _refused(
    session: Session, said: tuple[Text, Text], *, vouched: Vouched, way: SignInWay, now: datetime
) -> Forbidden:
    log(session, username=vouched.username, action="provider_identity_refused", now=now, detail={"way": way})
    problem, remedy = said
    return Forbidden(problem, remedy=remedy)


_OF_ANOTHER = (
    Text(
        "统一身份系统中的这个账号名现在属于另一个人，不能打开本系统的同名账号。",
        "This name belongs to somebody else at the provider now: it does not open the account of that name here.",
    ),
    Text(
        "请联系系统管理员：核实本人后可解除绑定，或另开账号。",
        "Ask the administrator, who unlinks the account after meeting you, or makes you another.",
    ),
)
_HAS_ANOTHER = (
    Text(
        "您在统一身份目录中的身份已绑定本系统的另一个账号。",
        "The directory says that you are somebody who has another account here.",
    ),
    Text(
        "请联系系统管理员：核实本人后解除原账号的绑定并停用原账号。",
        "Ask the administrator, who unlinks and disables the other account after meeting you.",
    ),
)
