"""What waits for those who are asked whether they agree, and for the office when they do not."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matching.vocabulary.replies import ReplyKind
from service.access import Actor, Role, TerritoryKind
from service.models.candidacies import Candidacy, Reply, Round, Signature
from service.models.shortlists import Shortlist
from service.models.territories import everywhere
from service.models.vacancies import Vacancy
from service.models.villages import Village
from service.usecases.pending.work_counts import Pending, count_terms, counted, within
from service.usecases.workflow.questions import OPEN_ROUNDS, Question, asked_of, party_of
from service.usecases.workflow.round_guards import CONSIDERED
from service.workflow import workflow_in_force

__all__ = ["count_asked", "count_refusals", "count_village_terms"]

_UNANSWERED_FOR = timedelta(days=7)  # five working days, as the step of asking allows
_NOTHING = Pending(0, 0)


def count_asked(party: Role) -> Callable[[Session, Actor, datetime], Pending]:
    """Return what counts those about whom a party is asked, and whose word is there neither by account nor on paper."""

    def count(session: Session, actor: Actor, now: datetime) -> Pending:
        if party_of(actor) is not party:
            return _NOTHING
        open_ones = [one for one in asked_of(session, actor) if one.reply is None]
        signed = _signed(session, open_ones, party)
        waiting = [one for one in open_ones if one.candidacy_no not in signed]
        return Pending(len(waiting), sum(one.updated_at < now - _UNANSWERED_FOR for one in waiting))

    return count


def count_refusals(session: Session, actor: Actor, now: datetime) -> Pending:
    """Count people on their way of whom somebody who was asked said last that they do not agree."""
    last = select(func.max(Reply.id)).group_by(Reply.candidacy_id, Reply.party)
    refused = select(Reply.candidacy_id).where(
        Reply.id.in_(last), Reply.reply.not_in([one for one in ReplyKind if one.is_consent])
    )
    ended = workflow_in_force().machines["candidacy"].ends
    query = (
        select(Candidacy.id)
        .join(Round, Round.shortlist_id == Candidacy.shortlist_id)
        .join(Shortlist, Shortlist.id == Candidacy.shortlist_id)
        .join(Vacancy, Vacancy.id == Shortlist.vacancy_id)
        .join(Village, Village.id == Vacancy.village_id)
        .where(
            Candidacy.id.in_(refused),
            Candidacy.conclusion.in_(CONSIDERED),
            Candidacy.state.not_in(ended),
            Round.state.in_(OPEN_ROUNDS),
            within(actor),
        )
    )
    return counted(session, query, Candidacy.updated_at < now - _UNANSWERED_FOR)


def count_village_terms(session: Session, actor: Actor, now: datetime) -> Pending:
    """Count the terms in a village that end soon: its committees say whether somebody is needed."""
    return count_terms(session, actor, now) if actor.territory.kind is TerritoryKind.VILLAGE else _NOTHING


def _signed(session: Session, questions: list[Question], party: Role) -> set[str]:
    keys = {one.key for path in workflow_in_force().posts.values() for one in path.signatories if one.party == party}
    numbers = [one.candidacy_no for one in questions]
    query = select(Candidacy.candidacy_no).join(Signature, Signature.candidacy_id == Candidacy.id)
    with everywhere(session):
        return set(session.scalars(query.where(Signature.signatory.in_(keys), Candidacy.candidacy_no.in_(numbers))))
