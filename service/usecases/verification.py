"""The desk of verification: what of a list is to be verified of whom, and one document that settles what is open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from matching.vocabulary import Text, Verdict
from service.access import Actor, require
from service.errors import Conflict, InvalidInput
from service.models.shortlists import Shortlist, ShortlistEntry
from service.models.vacancies import Check
from service.queries.checks import Ground
from service.usecases.checks import list_checks, record_check
from service.usecases.shortlists import get_shortlist

__all__ = ["Desk", "OpenMatter", "desk_of", "settle"]


class OpenMatter(NamedTuple):
    """A rule that was to be verified when the list was made, and the check or waiver that settled it since."""

    outcome: Mapping[str, Any]
    ground: Ground | None


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What of a list is to be verified.

    Parameters
    ----------
    shortlist : Shortlist
    people : sequence of (ShortlistEntry, sequence of OpenMatter)
        In the order of the list; whoever has nothing to be verified is left out.
    """

    shortlist: Shortlist
    people: Sequence[tuple[ShortlistEntry, Sequence[OpenMatter]]]

    @property
    def n_open(self) -> int:
        """How many matters nothing has settled yet."""
        return sum(one.ground is None for _entry, matters in self.people for one in matters)


def desk_of(session: Session, *, actor: Actor, shortlist_no: str, now: datetime) -> Desk:
    """Return what of a list is to be verified of whom.

    Raises
    ------
    NotFound
        If there is no such list.
    """
    shortlist = get_shortlist(session, actor=actor, shortlist_no=shortlist_no)
    found = list_checks(session, actor=actor, vacancy_no=shortlist.vacancy.vacancy_no, now=now)
    settled = {(number, ground.rule_id): ground for ground, number in found}
    people = [(entry, _matters(entry, settled)) for entry in shortlist.entries]
    return Desk(shortlist=shortlist, people=[(entry, matters) for entry, matters in people if matters])


def settle(
    session: Session,
    *,
    actor: Actor,
    shortlist_no: str,
    person_no: str,
    document: str,
    checked_on: date,
    rule_ids: Sequence[str] = (),
    result: str = "pass",
    valid_until: date | None = None,
    now: datetime,
) -> list[Check]:
    """Settle by one document what of somebody on a list is open, or some rules of it; the acting account signs.

    Parameters
    ----------
    session : Session
    actor : Actor
    shortlist_no, person_no : str
    document : str
    checked_on : date
    rule_ids : sequence of str
        Which rules; all that are open without any, and then they are met: who fails a rule, fails it by name.
    result : {"pass", "fail"}
    valid_until : date, optional
    now : datetime

    Raises
    ------
    NotFound
        If there is no such list.
    Conflict
        If nothing is open of this person on this list.
    InvalidInput
        If ``fail`` names no rule; else as in `record_check`.
    """
    require(actor, "record_checks")
    if result != "pass" and not rule_ids:
        problem = Text("核验不符合须指明规则。", "What is not met names its rule.")
        raise InvalidInput(problem, place="rule_id", fields={"rule_id": [problem]})
    desk = desk_of(session, actor=actor, shortlist_no=shortlist_no, now=now)
    wanted = list(dict.fromkeys(rule_ids)) or _open_of(desk, person_no)
    vacancy_no = desk.shortlist.vacancy.vacancy_no
    return [
        record_check(
            session, actor=actor, person_no=person_no, vacancy_no=vacancy_no, rule_id=rule_id, result=result,
            document=document, checked_on=checked_on, valid_until=valid_until, now=now,
        )
        for rule_id in wanted
    ]  # fmt: skip


def _open_of(desk: Desk, person_no: str) -> list[str]:
    of_person = [matters for entry, matters in desk.people if entry.person.person_no == person_no]
    found = [one.outcome["rule_id"] for matters in of_person for one in matters if one.ground is None]
    if not found:
        number = desk.shortlist.shortlist_no
        raise Conflict(
            Text(f"名单 {number} 上 {person_no} 没有待核验的事项。", f"Nothing of {person_no} is open on {number}."),
            remedy=Text("请查看名单上的待核验事项，或指明规则。", "See what is open on the list, or name the rule."),
            place="person_no",
            value=person_no,
        )
    return found


def _matters(entry: ShortlistEntry, settled: Mapping[tuple[str, str], Ground]) -> list[OpenMatter]:
    number = entry.person.person_no
    return [
        OpenMatter(outcome, settled.get((number, outcome["rule_id"])))
        for outcome in entry.outcomes
        if outcome["verdict"] == Verdict.TO_VERIFY
    ]
