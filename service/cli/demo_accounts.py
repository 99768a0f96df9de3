"""The accounts of the demo city: one for each main role, two officers; each has a password that is shown once."""

from datetime import datetime
from typing import NamedTuple

from matching.vocabulary import Text
from service.access import OPERATOR, Role, Territory, TerritoryKind
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


DEMO_ACCOUNTS = (
    DemoAccount("officer", Role.OFFICER, _COUNTY, _COUNTY_NAME),
    # Who requests a list does not propose it: a county has two officers.
    DemoAccount("officer2", Role.OFFICER, _COUNTY, _COUNTY_NAME),
    DemoAccount("leader", Role.LEADER, _COUNTY, _COUNTY_NAME),
    DemoAccount("city", Role.CITY_ORG, Territory(TerritoryKind.CITY), Text("示范市", "the city")),
    DemoAccount("township", Role.TOWNSHIP, _TOWNSHIP, _TOWNSHIP_NAME),
    DemoAccount("registrar", Role.REGISTRAR, _TOWNSHIP, _TOWNSHIP_NAME),
    DemoAccount("discipline", Role.DISCIPLINE, _COUNTY, _COUNTY_NAME),
    DemoAccount("science", Role.LINE_DEPT, _COUNTY, _COUNTY_NAME),
    DemoAccount(
        "village",
        Role.VILLAGE,
        Territory(TerritoryKind.VILLAGE, "239907100214"),
        Text("拟水镇 239907100214 村", "village 239907100214"),
    ),
    DemoAccount("unit", Role.UNIT, Territory(TerritoryKind.UNIT, "示范市机关"), Text("示范市机关", "unit 示范市机关")),
    DemoAccount("auditor", Role.AUDITOR, Territory(TerritoryKind.ALL), Text("全部", "everything")),
)
#: Whose record it is, the city says.
_CANDIDATE = DemoAccount("candidate", Role.CANDIDATE, Territory(TerritoryKind.OWN), Text("本人档案", "the own record"))


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
                    now=now,
                )
        except Conflict:
            continue
    return made


def _candidate(database: Database, *, now: datetime) -> DemoAccount:
    """Return the login of somebody who stands in a pool: whose record is the first verified one."""
    from service.usecases.accounts import territory_of_text
    from service.usecases.people import list_people

    with database.reading() as session:
        verified = list_people(session, actor=OPERATOR, filters={"record_status": "verified"}, page_size=1, now=now)
        (number,) = [person.person_no for person in verified.items] or [""]
        return _CANDIDATE._replace(territory=territory_of_text(session, f"own:{number}" if number else None))


def show_demo_accounts(console: Console, passwords: dict[str, str]) -> None:
    """Tell the accounts with their passwords; who begins takes the first."""
    for account in (*DEMO_ACCOUNTS, _CANDIDATE):
        password = passwords.get(account.username)
        if password is not None:
            role = ROLE_LABELS[account.role]
            console.say(
                Text(
                    f"  {account.username:<11} {password}  {role.zh}，{account.place.zh}",
                    f"  {account.username:<11} {password}  {role.en}, {account.place.en}",
                )
            )
