"""What a confirmed change of an account does, and what may be asked for at all."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import KINDS, Role, Territory, TerritoryKind, kinds_for, takes_two
from service.access.actors import ROLE_LABELS
from service.access.territory import TERRITORY_LABELS
from service.db import allocate_ids
from service.errors import Conflict, InvalidInput
from service.models.accounts import Account, SignInWay
from service.models.credentials import AccountChange
from service.usecases.accounts.halves import finish_password, whole_of
from service.usecases.accounts.hashing import hash_password
from service.usecases.accounts.holders import holder_name_of
from service.usecases.accounts.registry import account_named, check_username
from service.usecases.accounts.sessions import end_sessions
from service.usecases.accounts.tokens import revoke_tokens
from service.usecases.accounts.vocabulary import ChangeKind

__all__ = ["check_change", "check_territory", "insert_account", "put_into_effect"]

# Who keeps accounts, machines or the books sees no people, whatever else is asked for.
_ALONE = frozenset({Role.ADMIN, Role.AUDITOR, Role.OPERATOR, Role.CANDIDATE})
_DIGITS = {TerritoryKind.COUNTY: 6, TerritoryKind.TOWNSHIP: 9, TerritoryKind.VILLAGE: 12}
_NAMED = ChangeKind.CREATE, ChangeKind.ROLES
_SWITCHES = ChangeKind.DISABLE, ChangeKind.ENABLE


def check_change(
    session: Session,
    *,
    kind: ChangeKind,
    username: str,
    roles: Collection[Role],
    territory: Territory,
    holder_name: str | None = None,
) -> None:
    """Refuse a change that makes no sense.

    Raises
    ------
    InvalidInput
        If roles, territory or the holder's name are missing, or do not go together.
    Conflict
        If it would change nothing, or leave nobody to manage accounts.
    """
    if kind in _NAMED:
        _check_roles(roles)
        check_territory(territory, roles)
    if kind in {ChangeKind.CREATE, ChangeKind.NAME}:
        holder_name = holder_name_of(holder_name)
    account = None if kind == ChangeKind.CREATE else account_named(session, username)
    if account is None:
        return
    is_same_name = kind == ChangeKind.NAME and account.holder_name == holder_name
    is_same_state = kind in _SWITCHES and account.is_disabled == (kind == ChangeKind.DISABLE)
    if is_same_state or is_same_name:
        raise Conflict(
            Text("账号已是所要的状态。", "The account is like that already."),
            remedy=Text("无需变更。", "There is nothing to change."),
            place="username",
            value=username,
        )
    if kind == ChangeKind.ROLES:
        _check_has_own_password(account, roles)
    loses_admin = kind == ChangeKind.DISABLE or (kind == ChangeKind.ROLES and Role.ADMIN not in roles)
    if loses_admin and Role.ADMIN in account.roles and not _other_administrators(session, account):
        raise Conflict(
            Text("这是唯一可用的系统管理员账号。", "This is the only administrator left."),
            remedy=Text("请先增加另一名系统管理员。", "Create another administrator first."),
            place="username",
            value=username,
        )


def put_into_effect(session: Session, change: AccountChange, now: datetime) -> str | None:
    """Do what was confirmed; return the second half of the password that comes of it."""
    detail, kind = change.detail, ChangeKind(change.kind)
    roles = [Role(role) for role in detail["roles"]]
    territory = Territory(TerritoryKind(detail["territory_kind"]), detail["territory_code"], detail["person_id"])
    if kind == ChangeKind.CREATE:
        check_username(session, change.username)
        check_territory(territory, roles)
        way = SignInWay(detail["sign_in_way"])
        whole, half = whole_of(change)
        insert_account(
            session, username=change.username, roles=roles, territory=territory, way=way, password=whole,
            holder_name=change.holder_name, now=now,
        )  # fmt: skip
        return half
    told = {"username": change.username, "holder_name": change.holder_name}
    check_change(session, kind=kind, roles=roles, territory=territory, **told)
    account = account_named(session, change.username, is_changing=True)
    if kind == ChangeKind.PASSWORD:
        return finish_password(session, change=change, account=account, now=now)
    end_sessions(session, account_id=account.id)
    if kind == ChangeKind.NAME:
        account.holder_name = holder_name_of(change.holder_name)
    elif kind == ChangeKind.ROLES:
        account.roles = tuple(sorted(roles))
        account.territory_kind, account.territory_code = territory.kind, territory.code
        account.person_id = territory.person_id
    else:
        account.is_disabled = kind == ChangeKind.DISABLE
        revoke_tokens(session, account=account, now=now)
    session.flush()
    return None


def insert_account(
    session: Session,
    *,
    username: str,
    roles: Collection[Role],
    territory: Territory,
    way: SignInWay,
    password: str,
    holder_name: str | None,
    now: datetime,
) -> None:
    """Write a new account whose password must be changed at the first sign-in."""
    (account_id,) = allocate_ids(session, Account.__tablename__)
    account = Account(
        id=account_id,
        username=username,
        roles=tuple(sorted(roles)),
        territory_kind=territory.kind,
        territory_code=territory.code,
        person_id=territory.person_id,
        password_hash=hash_password(password),
        password_changed_at=now,
        must_change_password=True,
        sign_in_way=way,
        created_at=now,
    )
    session.add(account)
    account.holder_name = None if holder_name is None else holder_name_of(holder_name)
    session.flush()


def _check_roles(roles: Collection[Role]) -> None:
    if not roles or Role.PUBLIC in roles:
        raise InvalidInput(
            Text("请至少指定一个角色；公众不需要账号。", "Give at least one role; the public needs no account."),
            remedy=Text("talentpool user roles 列出全部角色。", "talentpool user roles lists them."),
            place="roles",
        )
    alone = set(roles) & _ALONE
    if alone and len(set(roles)) > 1:
        raise InvalidInput(
            Text(f"角色 {min(alone)} 不能与其他角色同时担任。", f"The role {min(alone)} goes with no other role."),
            remedy=Text("请另建一个账号。", "Make another account for it."),
            place="roles",
        )


def _check_has_own_password(account: Account, roles: Collection[Role]) -> None:
    # One person gave that password; with the new roles it would open what takes two.
    is_given = account.must_change_password and account.sign_in_way == SignInWay.PASSWORD
    if is_given and takes_two(roles) and not takes_two(account.roles):
        raise Conflict(
            Text("该账号仍在使用他人发放的口令。", "The account still has a password that somebody gave it."),
            remedy=Text(
                "请其本人先登录并自设口令，再变更角色。",
                "Let its owner sign in and choose another first; then change the roles.",
            ),
            place="username",
            value=account.username,
        )


def check_territory(territory: Territory, roles: Collection[Role]) -> None:
    """Refuse a territory that is not complete, or that is no place of the roles.

    Raises
    ------
    InvalidInput
        Names the kinds that each role takes.
    """
    n_digits = _DIGITS.get(territory.kind)
    code = territory.code
    is_right = (
        (len(code) == n_digits and code.isascii() and code.isdigit())
        if n_digits
        else bool(code.strip()) == (territory.kind == TerritoryKind.UNIT)
    )
    if not is_right or territory.kind == TerritoryKind.NONE:
        raise InvalidInput(
            Text("地域不完整。", "The territory is not complete."),
            remedy=Text(
                "请填写 city，或 county:6 位、township:9 位、village:12 位代码，或 unit:单位名称。",
                "Give city, county:6 digits, township:9 digits, village:12 digits, or unit:NAME.",
            ),
            place="territory",
            value=f"{territory.kind}:{code}",
        )
    if territory.kind not in kinds_for(roles):
        raise _unfit(territory, roles)
    if territory.kind is TerritoryKind.OWN and territory.person_id is None:
        raise InvalidInput(
            Text("本人账号只对应本人档案。", "An account of the person goes with the own record, and only that."),
            remedy=Text("请用 own:人员编号。", "Give own:NUMBER of the person."),
            place="territory",
        )


def _unfit(territory: Territory, roles: Collection[Role]) -> InvalidInput:
    """Say which kinds of place each of the roles takes."""
    told = [(ROLE_LABELS[role], sorted(KINDS.get(role, ()))) for role in Role if role in roles]
    zh = "；".join(
        f"{label.zh}：{'、'.join(f'{TERRITORY_LABELS[one].zh}（{one}）' for one in kinds)}" for label, kinds in told
    )
    en = "; ".join(f"{label.en}: {' or '.join(map(str, kinds))}" for label, kinds in told)
    given = TERRITORY_LABELS[territory.kind]
    return InvalidInput(
        Text(f"所选角色的地域不能是“{given.zh}”。", f"The roles do not go with the territory '{given.en}'."),
        remedy=Text(
            f"可用的地域：{zh}。没有共同地域的角色，请分设账号。",
            f"Each takes: {en}. Roles of different places need an account each.",
        ),
        place="territory",
        value=str(territory.kind),
    )


def _other_administrators(session: Session, account: Account) -> bool:
    others = session.scalars(
        # Locked: of two who go at the same moment, each would count the other.
        select(Account).where(Account.is_disabled.is_(False), Account.id != account.id).order_by(Account.id)
        .with_for_update(),
        execution_options={"populate_existing": True},
    )  # fmt: skip
    return any(Role.ADMIN in other.roles for other in others)
