"""What is to be verified of the people of a list, as the records stand today, and what settled it since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from matching.eligibility import judge
from matching.outcomes import RuleOutcome
from matching.vocabulary import ReviewDecision, Verdict
from service.access import Actor, may, require
from service.models.people import Person
from service.models.shortlists import Shortlist
from service.models.territories import seeing_everywhere
from service.queries.checks import Ground, grounds_of
from service.queries.people_frames import load_few_people
from service.queries.rulebooks import rulebook_in_force
from service.queries.vacancies import load_vacancy_facts
from service.usecases import audit
from service.usecases.days import day_of
from service.usecases.masks import seen_admission, seen_people
from service.usecases.round_guards import candidacies_of
from service.usecases.shortlists import find_shortlist

__all__ = ["Matter", "PersonMatters", "matters_of"]


@dataclass(frozen=True, kw_only=True)
class Matter:
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
    matters : tuple of Matter
        In the order of the rules; those that are due at the list first, then at the nomination, then at the decision.
    """

    rank: int | None
    person: Person
    conclusion: ReviewDecision | None
    matters: tuple[Matter, ...]

    @property
    def waiting(self) -> tuple[Matter, ...]:
        """Return those that nothing has settled."""
        return tuple(one for one in self.matters if one.ground is None)


def matters_of(
    session: Session, *, actor: Actor, shortlist_no: str, now: datetime
) -> tuple[Shortlist, Sequence[PersonMatters]]:
    """Return a list and what is to be verified of its people, the better places first, added people last.

    What the records tell since the list was made is taken into account; whoever has left the pool, and of whom nothing
    is to be verified, is left out.

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
    return shortlist, told


@seeing_everywhere
def _matters(
    session: Session, shortlist: Shortlist, people: Sequence[Person], *, actor: Actor, now: datetime
) -> dict[int, tuple[Matter, ...]]:
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
        shown = seen_admission(session, by_id[person_id], outcomes, actor=actor)
        told[person_id] = tuple(Matter(outcome=one, ground=settled.get(one.rule_id)) for one in shown)
    return told
