"""Whom a party is asked about: the unit about its staff, the village about its nominees, the person about a post.

They see no list and no opinion of others: who it is, which post, and what they said themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from matching.vocabulary import PostType, RecordStatus, Text
from matching.vocabulary.replies import ReplyKind
from service.access import Actor, Role, TerritoryKind, require
from service.models.candidacies import Candidacy, Reply, Round
from service.models.people import Person
from service.models.shortlists import Shortlist
from service.models.territories import everywhere
from service.models.vacancies import Vacancy
from service.models.villages import Village
from service.usecases.auditing import audit
from service.usecases.workflow.post_paths import OFFICIALS, path_of
from service.usecases.workflow.round_guards import CONSIDERED
from service.workflow import PostPath, Signatory, workflow_in_force

__all__ = ["CHOICES", "OPEN_ROUNDS", "Question", "asked_of", "list_questions", "party_of"]

#: States of a round in which it is still open what those who are asked say.
OPEN_ROUNDS = frozenset({"under_review", "proposed", "decided"})
#: What each party can say, the consent first.
CHOICES = MappingProxyType(
    {
        Role.CANDIDATE: (ReplyKind.ACCEPTS, ReplyKind.DECLINES, ReplyKind.OBJECTS),
        Role.UNIT: (ReplyKind.AGREES, ReplyKind.DISAGREES),
        Role.VILLAGE: (ReplyKind.AGREES, ReplyKind.DISAGREES),
    }
)
_PARTIES = {
    TerritoryKind.OWN: Role.CANDIDATE,
    TerritoryKind.UNIT: Role.UNIT,
    TerritoryKind.VILLAGE: Role.VILLAGE,
}
_IN_ONE_QUERY = 500


@dataclass(frozen=True, kw_only=True)
class Question:
    """One person of whom a party is asked.

    Parameters
    ----------
    candidacy_no : str
    version : int
        Of the candidacy; a reply names it.
    person_no, name : str
    vacancy_no : str
    post_type : PostType
    village_name : str
    party : Role
        Who is asked.
    label : Text
        What the paper is called.
    choices : sequence of ReplyKind
    needs_vote : bool
        Whether a meeting votes on it.
    updated_at : datetime
        When the candidacy changed last.
    reply : Reply or None
        What the party said last.
    """

    candidacy_no: str
    version: int
    person_no: str
    name: str
    vacancy_no: str
    post_type: PostType
    village_name: str
    party: Role
    label: Text
    choices: Sequence[ReplyKind]
    needs_vote: bool
    updated_at: datetime
    reply: Reply | None


def list_questions(session: Session, *, actor: Actor) -> list[Question]:
    """Return whom an account is asked about, those without a reply first; what it said may be said anew.

    Raises
    ------
    Forbidden
        If the account is nobody who is asked.
    """
    require(actor, "consent_to_candidacies")
    found = asked_of(session, actor)
    if party_of(actor) is not Role.CANDIDATE:
        audit.record_views(session, actor=actor, numbers=[one.person_no for one in found], action="list_replies")
    return sorted(found, key=lambda one: (one.reply is not None, one.candidacy_no))


def asked_of(session: Session, actor: Actor, *, candidacy_no: str | None = None) -> list[Question]:
    """Return whom an account is asked about, in the order of the candidacies; of one candidacy only, if said."""
    party = party_of(actor)
    if party is None:
        return []
    wanted = _asked(party).order_by(Candidacy.id)
    if candidacy_no is not None:
        wanted = wanted.where(Candidacy.candidacy_no == candidacy_no)
    if party is Role.VILLAGE:
        wanted = wanted.where(Village.village_code == actor.territory.code)
    with everywhere(session):  # the posts of a unit's staff, or of a person, lie elsewhere
        found = session.scalars(wanted.execution_options(populate_existing=True)).all()
    own = None if party is Role.VILLAGE else _own(session, {one.person_id for one in found})
    with everywhere(session):
        return [_question(one, party) for one in found if own is None or one.person_id in own]


def party_of(actor: Actor) -> Role | None:
    """Return as whom an account is asked: by its territory, if it has the role that goes with it."""
    party = _PARTIES.get(actor.territory.kind)
    return party if party in actor.roles else None


def _asked(party: Role) -> Select[Candidacy]:
    ways = [_while_asked(path, one) for path in workflow_in_force().posts.values()
            if (one := path.signatory_of(party.value)) is not None]  # fmt: skip
    return (
        select(Candidacy)
        .join(Person, Person.id == Candidacy.person_id)
        .join(Shortlist, Shortlist.id == Candidacy.shortlist_id)
        .join(Round, Round.shortlist_id == Candidacy.shortlist_id)
        .join(Vacancy, Vacancy.id == Shortlist.vacancy_id)
        .join(Village, Village.id == Vacancy.village_id)
        .where(
            or_(false(), *ways),
            Candidacy.conclusion.in_(CONSIDERED),
            Round.state.in_(OPEN_ROUNDS),
            Person.record_status != RecordStatus.ERASED,
        )
        .options(
            joinedload(Candidacy.person),
            joinedload(Candidacy.shortlist).joinedload(Shortlist.vacancy).joinedload(Vacancy.village),
            selectinload(Candidacy.replies),
        )
    )


def _while_asked(path: PostPath, signatory: Signatory) -> ColumnElement[bool]:
    whose = Person.employer_type == OFFICIALS if signatory.of_officials else true()
    return and_(Vacancy.post_type == PostType(path.post), Candidacy.state.in_(path.while_asked(signatory)), whose)


def _own(session: Session, person_ids: set[int]) -> set[int]:
    """Return who of some people belongs to the territory of the session's account."""
    wanted, own = sorted(person_ids), set[int]()
    for start in range(0, len(wanted), _IN_ONE_QUERY):
        own |= set(session.scalars(select(Person.id).where(Person.id.in_(wanted[start : start + _IN_ONE_QUERY]))))
    return own


def _question(candidacy: Candidacy, party: Role) -> Question:
    vacancy = candidacy.shortlist.vacancy
    signatory = path_of(candidacy).signatory_of(party.value)
    assert signatory is not None  # noqa: S101 - the query asks for such posts only
    return Question(
        candidacy_no=candidacy.candidacy_no,
        version=candidacy.version,
        person_no=candidacy.person.person_no,
        name=candidacy.person.name or "",
        vacancy_no=vacancy.vacancy_no,
        post_type=vacancy.post_type,
        village_name=vacancy.village.name,
        party=party,
        label=signatory.label,
        choices=CHOICES[party],
        needs_vote=party is Role.VILLAGE,
        updated_at=candidacy.updated_at,
        reply=candidacy.standing_replies.get(party.value),
    )
