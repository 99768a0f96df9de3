"""How far people came on the way to a post: what the funnel of the overview counts, and the list behind each step."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, SelectBase, select, union
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import may
from service.db import actor_of
from service.errors import Forbidden, check_choice
from service.models.appointments import Appointment
from service.models.candidacies import Candidacy
from service.models.people import Person
from service.models.runs import Ranking
from service.models.shortlists import ShortlistEntry

__all__ = ["IN_OFFICE", "REACHES", "WAY", "by_reach"]

IN_OFFICE = ("in_post", "appraised", "renewed")
_LISTED = select(ShortlistEntry.person_id)
_RECOMMENDED = select(Candidacy.person_id).where(Candidacy.conclusion == "recommend", Candidacy.person_id.in_(_LISTED))
_IN_OFFICE = select(Appointment.person_id).where(Appointment.state.in_(IN_OFFICE))
#: By reach: the right to know it, and who came so far. Each step of the way is a part of the one before: a post that
#: no list led to is none of it.
REACHES: Mapping[str, tuple[str, SelectBase]] = {
    "ranked": ("read_vacancies", union(select(Ranking.person_id), _LISTED)),
    "listed": ("read_shortlists", _LISTED),
    "recommended": ("read_candidacies", _RECOMMENDED),
    "appointed": ("read_appointments", _IN_OFFICE.where(Appointment.person_id.in_(_RECOMMENDED))),
    "in_office": ("read_appointments", _IN_OFFICE),
}
#: The steps of the way, in their order; other reaches stand beside it.
WAY = ("ranked", "listed", "recommended", "appointed")


def by_reach(session: Session, name: str, value: Any) -> ColumnElement[bool]:
    """Find people by how far they came.

    Raises
    ------
    InvalidInput
        If there is no such step.
    Forbidden
        If the reader may not know it.
    """
    check_choice(
        str(value), REACHES, problem=Text(f"没有“{value}”这一步。", f"There is no step '{value}'."), place=name
    )
    right, people = REACHES[value]
    reader = actor_of(session)
    if reader is not None and not may(reader, right):
        raise Forbidden(
            Text("本账号不能按此项查找人员。", "This account may not look people up by this."),
            remedy=Text("请清除该筛选条件。", "Clear this filter."),
            place=name,
        )
    return Person.id.in_(people)
