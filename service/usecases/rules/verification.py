"""The desk of verification: what of a list is to be verified of whom, and one document that settles what is open."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from matching.eligibility import judge
from matching.outcomes import RuleOutcome
from matching.vocabulary import ReviewDecision, Text, Verdict
from service.access import Actor, may, require
from service.access.masking import NOT_SHOWN, Shown, masks_of
from service.errors import Conflict, InvalidInput
from service.models.people import Person
from service.models.shortlists import Shortlist
from service.models.territories import seeing_everywhere
from service.models.vacancies import Check
from service.queries.checks import Ground, grounds_of
from service.queries.people_frames import load_few_people
from service.queries.rulebooks import rulebook_in_force
from service.queries.vacancies import load_vacancy_facts
from service.usecases.auditing import audit
from service.usecases.days import day_of
from service.usecases.lists.shortlists import find_shortlist
from service.usecases.privacy.masks import seen_admission, seen_people
from service.usecases.rules.checks import record_check
from service.usecases.workflow.round_guards import candidacies_of

__all__ = ["Desk", "OpenMatter", "PersonMatters", "desk_of", "settle"]


@dataclass(frozen=True, kw_only=True)
class OpenMatter:
    """One rule that what is recorded of somebody neither meets nor fails.

    Parameters
    ----------
    outcome : RuleOutcome
        Without any check.
    ground : Ground or None
        The check or waiver that counts today.
    """

    outcome: RuleOutcome
    ground: Ground | None


@dataclass(frozen=True, kw_only=True)
class PersonMatters:
    """Somebody of a list with what is to be verified.

    Parameters
    ----------
    rank : int or None
        None for who was added by hand.
    person : Person
        As the actor may see it.
    conclusion : ReviewDecision or None
        Of the office.
    matters : tuple of OpenMatter
        In the order of the rules; those that are due at the list first, then at the nomination, then at the decision.
    """

    rank: int | None
    person: Person
    conclusion: ReviewDecision | None
    matters: tuple[OpenMatter, ...]

    @property
    def waiting(self) -> tuple[OpenMatter, ...]:
        """Return those that nothing has settled."""
        return tuple(one for one in self.matters if one.ground is None)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What of a list is to be verified.

    Parameters
    ----------
    shortlist : Shortlist
    people : sequence of PersonMatters
        The better places first, added people last; whoever has nothing to be verified is left out.
    """

    shortlist: Shortlist
    people: Sequence[PersonMatters]

    @property
    def n_open(self) -> int:
        """How many matters nothing has settled yet."""
        return sum(len(one.waiting) for one in self.people)


def desk_of(session: Session, *, actor: Actor, shortlist_no: str, now: datetime) -> Desk:
    """Return what of a list is to be verified of whom, as the records stand today.

    Whoever has left the pool since the list was made is left out.

    Raises
    ------
    NotFound
        If there is no such list.
    """
    require(actor, "read_shortlists")
    shortlist = find_shortlist(session, actor=actor, shortlist_no=shortlist_no)
    found = candidacies_of(session, shortlist.id) if may(actor, "read_candidacies") else ()
    standing = [(one.shown_rank, one.person, one.conclusion) for one in found]
    if not found:
        standing = [(entry.rank, entry.person, None) for entry in shortlist.entries]
    people = [person for _rank, person, _conclusion in standing]
    added = [one.person.person_no for one in found if one.shown_rank is None]
    audit.record_views(session, actor=actor, numbers=added, action="list_checks", subject=("shortlist", shortlist_no))
    judged = _matters(session, shortlist, people, actor=actor, now=now)
    seen = seen_people(session, people, actor=actor)
    told = [
        PersonMatters(rank=rank, person=shown, conclusion=conclusion, matters=judged[person.id])
        for (rank, person, conclusion), shown in zip(standing, seen, strict=True)
        if judged.get(person.id)
    ]
    return Desk(shortlist=shortlist, people=told)


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
    of_person = [one for one in desk.people if one.person.person_no == person_no]
    found = [matter.outcome.rule_id for one in of_person for matter in one.waiting]
    if not found:
        number = desk.shortlist.shortlist_no
        raise Conflict(
            Text(f"名单 {number} 上 {person_no} 没有待核验的事项。", f"Nothing of {person_no} is open on {number}."),
            remedy=Text("请查看名单上的待核验事项，或指明规则。", "See what is open on the list, or name the rule."),
            place="person_no",
            value=person_no,
        )
    return found


@seeing_everywhere
def _matters(
    session: Session, shortlist: Shortlist, people: Sequence[Person], *, actor: Actor, now: datetime
) -> dict[int, tuple[OpenMatter, ...]]:
    today, vacancy_id = day_of(now), shortlist.vacancy.id
    ids = sorted(person.id for person in people)
    (vacancy,) = load_vacancy_facts(session, vacancy_nos=[shortlist.vacancy.vacancy_no], as_of=today)
    evaluator = load_few_people(session, as_of=today, person_ids=ids)
    judged = judge(evaluator, vacancy=vacancy, rulebook=rulebook_in_force(session))
    grounds = grounds_of(session, [vacancy_id], as_of=today, person_ids=ids)
    by_id, told = {person.id: person for person in people}, {}
    for row, person_id in enumerate(evaluator.people.tolist()):
        settled = {one.rule_id: one for one in grounds.get((vacancy_id, person_id), ())}
        outcomes = [one for one in judged.outcomes(row) if one.verdict is Verdict.TO_VERIFY]
        shown = _shown(session, by_id[person_id], outcomes, actor=actor)
        told[person_id] = tuple(OpenMatter(outcome=one, ground=settled.get(one.rule_id)) for one in shown)
    return told


def _shown(session: Session, person: Person, outcomes: Sequence[RuleOutcome], *, actor: Actor) -> Sequence[RuleOutcome]:
    """Return what is to be verified as the actor may see it: who records checks sees at least which rules wait."""
    if may(actor, "record_checks") and masks_of(actor).reasons is not Shown.FULL:
        return [replace(one, value=NOT_SHOWN, sentence=one.title) for one in outcomes]
    return seen_admission(session, person, outcomes, actor=actor)
