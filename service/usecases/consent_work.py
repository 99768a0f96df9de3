"""What waits for those who are asked whether they agree: the sending unit of its staff, the village of its nominees."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session

from matching.vocabulary import ReviewDecision
from service.access import Actor, Role, TerritoryKind
from service.models.candidacies import Candidacy, Signature
from service.models.people import Person
from service.models.shortlists import Shortlist
from service.models.territories import everywhere
from service.models.vacancies import Vacancy
from service.models.villages import Village
from service.usecases.work_counts import Pending, count_terms, counted, within
from service.workflow import workflow_in_force
from service.workflow.stages import PostPath

__all__ = ["count_asked_of_unit", "count_asked_of_village", "count_village_terms"]

_UNANSWERED_FOR = timedelta(days=7)  # five working days, as the step of asking allows
_NOTHING = Pending(0, 0)


def count_asked_of_unit(session: Session, actor: Actor, now: datetime) -> Pending:
    """Count people of a sending unit of whom it was asked what it thinks, and whose paper is not there."""
    if actor.territory.kind is not TerritoryKind.UNIT:
        return _NOTHING
    staff = session.scalars(select(Person.id)).all()  # narrowed to whose employer the unit is
    query = select(Candidacy.id).where(
        Candidacy.state == "unit_asked", Candidacy.person_id.in_(staff), Candidacy.id.not_in(_signed_by(Role.UNIT))
    )
    with everywhere(session):  # the posts lie elsewhere; no more than how many is told
        return counted(session, query, Candidacy.updated_at < now - _UNANSWERED_FOR)


def count_asked_of_village(session: Session, actor: Actor, now: datetime) -> Pending:
    """Count people recommended for posts of a village that need the word of its committees, which is not there."""
    if actor.territory.kind is not TerritoryKind.VILLAGE:
        return _NOTHING
    query = (
        select(Candidacy.id)
        .join(Shortlist, Shortlist.id == Candidacy.shortlist_id)
        .join(Vacancy, Vacancy.id == Shortlist.vacancy_id)
        .join(Village, Village.id == Vacancy.village_id)
        .where(
            or_(*(_needs_village(post, path) for post, path in workflow_in_force().posts.items())),
            Candidacy.conclusion == ReviewDecision.RECOMMEND,
            Candidacy.id.not_in(_signed_by(Role.VILLAGE)),
            within(actor),
        )
    )
    return counted(session, query, Candidacy.updated_at < now - _UNANSWERED_FOR)


def count_village_terms(session: Session, actor: Actor, now: datetime) -> Pending:
    """Count the terms in a village that end soon: its committees say whether somebody is needed."""
    return count_terms(session, actor, now) if actor.territory.kind is TerritoryKind.VILLAGE else _NOTHING


def _signed_by(role: Role) -> Select[int]:
    return select(Signature.candidacy_id).where(Signature.signatory == role.value)


def _needs_village(post: str, path: PostPath) -> ColumnElement[bool]:
    """Return which candidacies of a kind of post have not come to the stage that needs the village's signature."""
    due = [one.before for one in path.signatories if one.key == Role.VILLAGE.value]
    if not due:
        return false()
    return and_(Vacancy.post_type == post, Candidacy.state.in_(path.stages[: path.stages.index(due[0])]))
