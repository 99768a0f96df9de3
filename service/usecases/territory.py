"""Where an account may write: what it sees of other territories, it sees only."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.errors import Forbidden
from service.models.identity import WITH_ABSORBED
from service.models.people import Person
from service.models.territories import everywhere, has_village, is_at_home
from service.usecases.incoming.reports import SavedRecord, SavedState, Severity

__all__ = [
    "refuse_home_elsewhere",
    "refuse_taken_numbers",
    "refuse_village_elsewhere",
    "require_at_home",
    "taken_numbers",
]

_IN_ONE_QUERY = 500


class _Home(Protocol):
    @property
    def county_id(self) -> int | None: ...
    @property
    def township_id(self) -> int | None: ...
    @property
    def village_id(self) -> int | None: ...


def require_at_home(session: Session, person: Person) -> None:
    """Refuse to change somebody who is shown as a candidate but belongs to another territory.

    Raises
    ------
    Forbidden
    """
    if not is_at_home(
        session,
        county_id=person.home_county_id,
        township_id=person.home_township_id,
        village_id=person.home_village_id,
        employer=person.employer,
    ):
        raise Forbidden(
            Text(
                "该人员不属于本账号的管辖范围，只能查看。",
                "This person belongs to another territory: look, do not change.",
            ),
            remedy=Text("请由其所在地的组织部门办理。", "The department of their home has to do it."),
            place="person_no",
        )


def refuse_home_elsewhere(session: Session, saved: SavedRecord, *, home: _Home, employer: str | None) -> None:
    """Refuse a record whose home, or employer, lies outside the territory of the session's actor."""
    if saved.state is not SavedState.REFUSED and not is_at_home(
        session,
        county_id=home.county_id,
        township_id=home.township_id,
        village_id=home.village_id,
        employer=employer,
    ):
        known = home.county_id or home.township_id or home.village_id
        saved.find("village", _ELSEWHERE if known else _NOWHERE, Severity.REFUSED, remedy=_OWN_ONLY)


def refuse_village_elsewhere(
    session: Session, saved: SavedRecord, *, village_id: int | None = None, township_id: int | None = None
) -> None:
    """Refuse a record about a village, or a new one of a township, outside the territory of the session's actor."""
    if (village_id or township_id) and not has_village(session, village_id=village_id, township_id=township_id):
        saved.find("village", _ELSEWHERE, Severity.REFUSED, remedy=_OWN_ONLY)


def refuse_taken_numbers(
    session: Session, column: Any, wanted: Mapping[str, Iterable[SavedRecord]], *, place: str
) -> None:
    """Refuse new records under numbers that somebody elsewhere has; nothing of whom is told.

    Parameters
    ----------
    session : Session
    column : Person.person_no or Vacancy.vacancy_no
    wanted : mapping of str to records
        Numbers that nobody has as far as the actor sees, with the records that want them.
    place : str
    """
    numbers = sorted(wanted)
    for number in taken_numbers(session, column, numbers):
        for saved in wanted[number]:
            saved.find(place, _TAKEN, Severity.REFUSED, remedy=_LEAVE_OUT)


def taken_numbers(session: Session, column: Any, numbers: Iterable[str]) -> set[str]:
    """Return which numbers somebody has, wherever they are, and whether or not their record was merged."""
    wanted, found = sorted(numbers), set[str]()
    with everywhere(session):
        for start in range(0, len(wanted), _IN_ONE_QUERY):
            part = select(column).where(column.in_(wanted[start : start + _IN_ONE_QUERY]))
            found.update(session.scalars(part, execution_options={WITH_ABSORBED: True}))
    return found


_NOWHERE = Text(
    "没有写明本账号管辖范围内的所在地，未导入。", "No place in the territory of this account is named: not taken in."
)
_ELSEWHERE = Text(
    "所在地不在本账号的管辖范围内，未导入。", "The place lies outside the territory of this account: not taken in."
)
_OWN_ONLY = Text(
    "请写明本辖区内的县、乡镇、村；其他地区的请由当地登记。",
    "Give a county, township and village of your own; others are registered where they live.",
)
_TAKEN = Text("该编号不能使用。", "This number cannot be used.")
_LEAVE_OUT = Text("请留空编号，由系统生成。", "Leave the number out; one is generated.")
