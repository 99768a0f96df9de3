"""The accounts of the demo city: one for each main role, two officers; each has a password that is shown once."""

from datetime import datetime
from typing import NamedTuple

from matching.vocabulary import Text
from service.access import EVERYWHERE, OPERATOR, Actor, Role, Territory, TerritoryKind
from service.access.actors import ROLE_LABELS
from service.cli.console import Console
from service.db import Database
from service.errors import Conflict

__all__ = ["DEMO_ACCOUNTS", "create_demo_accounts", "show_demo_accounts"]

_COUNTY = Territory(TerritoryKind.COUNTY, "239907")
_TOWNSHIP = Territory(TerritoryKind.TOWNSHIP, "239907100")
_COUNTY_NAME, _TOWNSHIP_NAME = Text("示范庚县", "county 239907"), Text("示范庚县拟水镇", "township 239907100")


class DemoAccount(NamedTuple):
    """A login of the demo city."""

    username: str
    role: Role
    territory: Territory
    place: Text
    holder: str  # invented, as everybody here; what the account signs with


DEMO_ACCOUNTS = (
    DemoAccount("officer", Role.OFFICER, _COUNTY, _COUNTY_NAME, "柯塔瑞"),
    # Who requests a list does not propose it: a county has two officers.
    DemoAccount("officer2", Role.OFFICER, _COUNTY, _COUNTY_NAME, "柯诺弥"),
    DemoAccount("leader", Role.LEADER, _COUNTY, _COUNTY_NAME, "齐那朵"),
    DemoAccount("city", Role.CITY_ORG, Territory(TerritoryKind.CITY), Text("示范市", "the city"), "齐可蓝"),
    DemoAccount("township", Role.TOWNSHIP, _TOWNSHIP, _TOWNSHIP_NAME, "乌瓦禾"),
    DemoAccount("registrar", Role.REGISTRAR, _TOWNSHIP, _TOWNSHIP_NAME, "乌米苏"),
    DemoAccount("discipline", Role.DISCIPLINE, _COUNTY, _COUNTY_NAME, "颜罗缇"),
    DemoAccount("science", Role.LINE_DEPT, _COUNTY, _COUNTY_NAME, "颜菲沃"),
    DemoAccount(
        "village",
        Role.VILLAGE,
        Territory(TerritoryKind.VILLAGE, "239907100214"),
        Text("拟水镇 239907100214 村", "village 239907100214"),
        "田古莱",
    ),
    DemoAccount(
        "unit", Role.UNIT, Territory(TerritoryKind.UNIT, "示范市机关"), Text("示范市机关", "unit 示范市机关"), "田依莫"
    ),
    DemoAccount("auditor", Role.AUDITOR, Territory(TerritoryKind.ALL), Text("全部", "everything"), "容帕里"),
)
#: Finds the one whose account shall be their own.
_READER = Actor(username="demo", roles=frozenset({Role.OFFICER}), territory=EVERYWHERE, is_cli=True)
#: Whose record it is, the city says.
_CANDIDATE = DemoAccount(
    "candidate", Role.CANDIDATE, Territory(TerritoryKind.OWN), Text("本人档案", "the own record"), ""
)


def create_demo_accounts(database: Database, *, now: datetime) -> dict[str, str]:
    """Create the accounts that are missing and return their passwords by account name."""
    from service.usecases import accounts

    made: dict[str, str] = {}
    for account in (*DEMO_ACCOUNTS, _candidate(database, now=now)):
        try:
            with database.unit_of_work() as session:
                made[account.username] = accounts.create_account(
                    session,
                    actor=OPERATOR,
                    username=account.username,
                    roles=[account.role],
                    territory=account.territory,
                    holder_name=account.holder or None,
                    now=now,
                )
        except Conflict:
            continue
    return made


def _candidate(database: Database, *, now: datetime) -> DemoAccount:
    """Return the login of somebody who stands in a pool: whose record is the first verified one."""
    from service.usecases.accounts import territory_of_text
    from service.usecases.records.people import list_people

    # Of the township of the other accounts: else nobody of them could settle what the candidate asks for.
    verified = {"record_status": "verified", "township_code": _TOWNSHIP.code}
    with database.reading() as session:
        first = list_people(session, actor=_READER, filters=verified, page_size=1, now=now).items
        number, name = (first[0].person_no, first[0].name or "") if first else ("", "")
        own = territory_of_text(session, f"own:{number}" if number else None)
        return _CANDIDATE._replace(territory=own, holder=name)


def show_demo_accounts(console: Console, passwords: dict[str, str]) -> None:
    """Tell the accounts with their passwords; who begins takes the first."""
    for account in (*DEMO_ACCOUNTS, _CANDIDATE):
        password = passwords.get(account.username)
        if password is not None:
            role = ROLE_LABELS[account.role]
            console.say(
                Text(
                    f"  {account.username:<11} {password}  {role.zh}，{account.place.zh}{_signing(account).zh}",
                    f"  {account.username:<11} {password}  {role.en}, {account.place.en}{_signing(account).en}",
                )
            )


def _signing(account: DemoAccount) -> Text:
    if not account.holder:
        return Text("", "")
    return Text(f"，持有人 {account.holder}", f", held by {account.holder}")
