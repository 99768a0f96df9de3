"""Counting the people of lists whose next stage, or the signature before it, waits for an account."""

from datetime import datetime, timedelta

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from matching.vocabulary import ReviewDecision
from service.access import Actor
from service.models.candidacies import Candidacy, Round
from service.models.shortlists import Shortlist
from service.models.territories import everywhere
from service.models.vacancies import Vacancy
from service.models.villages import Village
from service.usecases.pending.work_counts import Pending, within
from service.usecases.workflow.candidacy_moves import missing_signatures
from service.usecases.workflow.post_paths import path_of
from service.usecases.workflow.round_guards import CONSIDERED
from service.workflow import workflow_in_force

__all__ = ["count_stages"]

_UNDONE_FOR = timedelta(days=10)
#: Where nobody has begun yet: of these only who is recommended is led on, a reserve stands by.
_BEFORE_THE_WAY = ("suggested", "added_manually", "reviewed")


def count_stages(session: Session, actor: Actor, now: datetime) -> Pending:
    """Count people whose next stage, or a signature before it, is for a role of the account; overdue after ten days."""
    held = set(map(str, actor.roles))
    with everywhere(session):  # somebody on a list of one's territory may live elsewhere
        found = [one for one in session.scalars(_on_the_way(actor)) if _whose(one) & held]
    return Pending(len(found), sum(one.updated_at < now - _UNDONE_FOR for one in found))


def _on_the_way(actor: Actor) -> Select[Candidacy]:
    led = or_(Candidacy.state.not_in(_BEFORE_THE_WAY), Candidacy.conclusion == ReviewDecision.RECOMMEND)
    return (
        select(Candidacy)
        .join(Round, Round.shortlist_id == Candidacy.shortlist_id)
        .join(Shortlist, Shortlist.id == Candidacy.shortlist_id)
        .join(Vacancy, Vacancy.id == Shortlist.vacancy_id)
        .join(Village, Village.id == Vacancy.village_id)
        .where(
            Candidacy.conclusion.in_(CONSIDERED),
            or_(and_(Round.state == "proposed", led), and_(Round.state == "decided", Candidacy.state == "decided")),
            within(actor),
        )
        .options(
            joinedload(Candidacy.person),
            joinedload(Candidacy.shortlist).joinedload(Shortlist.vacancy),
            selectinload(Candidacy.signatures),
            selectinload(Candidacy.replies),
        )
    )


def _whose(candidacy: Candidacy) -> set[str]:
    """Return the roles for which somebody waits; none where the list is decided on, or the appointment leads on."""
    due = path_of(candidacy).next_after(candidacy.state)
    if due is None:
        return set()
    workflow = workflow_in_force()
    missing = missing_signatures(candidacy, stage=due)
    if missing:
        return {role for one in missing for role in workflow.recorders.get(one.key, ())}
    step = workflow.machines["candidacy"].find(candidacy.state, due)
    return set(step.roles) if step is not None and due not in {"decided", "appointed"} else set()
