"""Who acts: a named account with its roles and its territory."""

from dataclasses import dataclass, field
from enum import StrEnum

from matching.vocabulary import Text
from service.access.territory import NOWHERE, Territory, TerritoryKind

__all__ = ["NOBODY", "OPERATOR", "ROLE_LABELS", "Actor", "Role"]


class Role(StrEnum):
    """A role of permissions.csv."""

    CITY_ORG = "city_org"
    LEADER = "org_dept_leader"
    OFFICER = "org_dept_officer"
    REGISTRAR = "hr_registrar"
    TOWNSHIP = "township_committee"
    VILLAGE = "village_committee"
    UNIT = "sending_unit"
    DISCIPLINE = "discipline_officer"
    LINE_DEPT = "agri_science_dept"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    CANDIDATE = "candidate"
    PUBLIC = "public"
    ADMIN = "admin"


ROLE_LABELS = {
    Role.CITY_ORG: Text("市委组织部", "city organisation department"),
    Role.LEADER: Text("县委组织部部务会成员", "county leader"),
    Role.OFFICER: Text("组织员/基层办干部", "county officer"),
    Role.REGISTRAR: Text("人才登记员", "HR staff"),
    Role.TOWNSHIP: Text("乡镇党委（组织委员）", "township committee"),
    Role.VILLAGE: Text("村“两委”", "village committee"),
    Role.UNIT: Text("派出单位", "sending unit"),
    Role.DISCIPLINE: Text("纪检监察", "discipline officer"),
    Role.LINE_DEPT: Text("农业农村/科技部门", "line department"),
    Role.OPERATOR: Text("运行维护员", "operator"),
    Role.AUDITOR: Text("内控/审计", "auditor"),
    Role.CANDIDATE: Text("本人", "the person"),
    Role.PUBLIC: Text("公众", "public"),
    Role.ADMIN: Text("系统管理员", "administrator"),
}


@dataclass(frozen=True)
class Actor:
    """The named account that acts.

    Parameters
    ----------
    username : str
    roles : frozenset of Role
        An account may hold several: duties are kept apart between persons, not between roles.
    territory : Territory, optional
        Where it may look; nowhere unless said.
    account_id : int or None
        None for the host's operator on the command line.
    scopes : frozenset of str, optional
        What a token narrows the rights to: whole rights ("read_people") or their verbs ("read"); None narrows nothing.
    is_cli : bool
        Whether it acts on the command line of the host.
    token_no : str or None
        Number of the API token that acts for the account; None if its owner acts in person.
    holder_name : str or None
        Real name of the person whose account it is: what they sign with. None of an account that was given none.
    """

    username: str
    roles: frozenset[Role] = frozenset()
    territory: Territory = NOWHERE
    account_id: int | None = None
    scopes: frozenset[str] | None = None
    is_cli: bool = False
    token_no: str | None = None
    holder_name: str | None = field(default=None, repr=False)

    @property
    def role_names(self) -> str:
        """The names of all roles, joined with ``|``, for the audit log."""
        return "|".join(sorted(self.roles))


NOBODY = Actor(username="-")

OPERATOR = Actor(
    username="operator",
    roles=frozenset({Role.OPERATOR}),
    territory=Territory(TerritoryKind.SYSTEM),
    is_cli=True,
)
