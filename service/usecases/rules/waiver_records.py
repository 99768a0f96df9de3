"""Reading waivers: one, and lists of them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, require
from service.models.vacancies import Vacancy
from service.models.villages import Village
from service.models.waivers import Waiver
from service.usecases.auditing import audit
from service.usecases.paging import Page
from service.usecases.pending.pending_work import within
from service.usecases.privacy.hidden_words import veil_rows
from service.usecases.records.people import get_person
from service.usecases.records.single_records import not_found
from service.usecases.records.vacancies import get_vacancy

__all__ = ["get_waiver", "list_waivers"]


def get_waiver(session: Session, *, actor: Actor, waiver_no: str) -> Waiver:
    """Return one waiver whose vacancy the actor may see.

    Raises
    ------
    NotFound
        If there is no such waiver.
    """
    require(actor, "read_waivers")
    found = session.scalars(select(Waiver).where(Waiver.waiver_no == waiver_no)).one_or_none()
    if found is None:
        raise not_found(Text("放宽", "waiver"), waiver_no, place="waiver_no")
    get_vacancy(session, actor=actor, vacancy_no=found.vacancy.vacancy_no)
    numbers, subject = [found.person.person_no], ("waiver", waiver_no)
    audit.record_views(session, actor=actor, numbers=numbers, action="view_waiver", subject=subject)
    veil_rows(session, [found], actor=actor)
    return found


def list_waivers(
    session: Session, *, actor: Actor, filters: Mapping[str, Any] | None = None, page: int = 1, page_size: int = 50
) -> Page[Waiver]:
    """Return waivers, the newest first; filters: ``state``, ``vacancy_no``, ``person_no``, ``rule_id``."""
    require(actor, "read_waivers")
    asked = dict(filters or {})
    query = (
        select(Waiver)
        .join(Vacancy, Vacancy.id == Waiver.vacancy_id)
        .join(Village, Village.id == Vacancy.village_id)
        .where(within(actor))
    )
    if asked.get("vacancy_no"):
        query = query.where(Waiver.vacancy_id == get_vacancy(session, actor=actor, vacancy_no=asked["vacancy_no"]).id)
    if asked.get("person_no"):
        query = query.where(Waiver.person_id == get_person(session, actor=actor, person_no=asked["person_no"]).id)
    for name in ("state", "rule_id"):
        if asked.get(name):
            query = query.where(getattr(Waiver, name) == asked[name])
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    newest_first = query.order_by(Waiver.id.desc()).offset((page - 1) * page_size).limit(page_size)
    items = list(session.scalars(newest_first))
    numbers = [one.person.person_no for one in items]
    audit.record_views(session, actor=actor, numbers=numbers, action="list_waivers")
    veil_rows(session, items, actor=actor)
    return Page(items, total, page, page_size)
