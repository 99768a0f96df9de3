"""Lists as they are shown: the same filters, columns and order; id numbers and phones stay masked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from matching.vocabulary import Text
from schemas.base import RecordSchema
from schemas.people import PersonSchema
from schemas.vacancies import VacancySchema
from schemas.villages import VillageSchema
from service.access import Actor, require
from service.access.masking import Shown
from service.files.list_columns import ListColumns
from service.queries.pages import Listing, count_listed, read_listed
from service.queries.people_pages import PEOPLE
from service.queries.place_pages import VACANCIES, VILLAGES
from service.usecases.outgoing.exporting import Content, ExportedFile, check_format, record_export
from service.usecases.outgoing.exporting_rosters import check_size
from service.usecases.privacy.masks import refuse_hidden_filters, seen_people

__all__ = ["LISTS", "export_list", "list_columns"]

FORMATS = ("xlsx", "csv", "json")


@dataclass(frozen=True, kw_only=True)
class _List:
    listing: Listing
    schema: type[RecordSchema]
    right: str
    title: Text
    shown: Sequence[str]
    hidden: frozenset[str] = frozenset()


_LISTS: Mapping[str, _List] = {
    "people": _List(
        listing=PEOPLE,
        schema=PersonSchema,
        right="read_people",
        title=Text("人员列表", "list of people"),
        shown=(
            *("person_no", "name", "talent_source", "county", "township", "village", "education"),
            *("industry_text", "consent_matching", "record_status", "updated_at"),
        ),
    ),
    "vacancies": _List(
        listing=VACANCIES,
        schema=VacancySchema,
        right="read_vacancies",
        title=Text("岗位列表", "list of vacancies"),
        shown=(
            *("vacancy_no", "post_type", "county", "township", "village", "headcount", "industry_text"),
            *("term_months", "deadline_on", "vacancy_status", "updated_at"),
        ),
        hidden=frozenset({"contact"}),  # a name and a phone in one text, which cannot be masked
    ),
    "villages": _List(
        listing=VILLAGES,
        schema=VillageSchema,
        right="read_villages",
        title=Text("村列表", "list of villages"),
        shown=("village_code", "county", "township", "village", "kind", "village_needs", "industry_text", "population"),
    ),
}
#: Lists that can be exported as they are shown.
LISTS = tuple(_LISTS)


@cache
def list_columns(subject: str) -> ListColumns:
    """Return the columns that a list can show.

    Raises
    ------
    KeyError
        If there is no such list.
    """
    described = _LISTS[subject]
    return ListColumns(subject, described.schema(), shown=described.shown, hidden=described.hidden)


def export_list(
    session: Session,
    *,
    actor: Actor,
    subject: str,
    file_format: str,
    filters: Mapping[str, Any] | None = None,
    columns: Sequence[str] | None = None,
    sort: str | None = None,
    language: str = "zh",
    now: datetime,
) -> ExportedFile:
    """Export exactly what a list shows.

    Parameters
    ----------
    session : Session
    actor : Actor
    subject : {"people", "vacancies", "villages"}
    file_format : {"xlsx", "csv", "json"}
    filters, sort
        As for the list.
    columns : sequence of str, optional
        Fields in the order wanted; those of the page unless given.
    language : {"zh", "en"}
        Of headers and labels.
    now : datetime

    Raises
    ------
    Forbidden
        If the actor may not read the list or take it away.
    InvalidInput
        If a format, filter, column or order is not known, or there are too many rows.
    """
    described = _LISTS[subject]
    require(actor, described.right)
    require(actor, "export_lists")
    check_format(file_format, known=FORMATS)
    chosen = list_columns(subject).chosen(columns, language=language)
    check_size(count_listed(session, described.listing, filters=filters))
    person_nos: list[str] = []
    found = read_listed(session, described.listing, filters=filters, sort=sort)
    if subject == "people":
        refuse_hidden_filters(filters, actor=actor, sort=sort)
        people = list(found)
        person_nos = [person.person_no for person in people]
        found = iter(seen_people(session, people, actor=actor, numbers=Shown.PART))
    records = chosen.records(found)
    notes = _selected(filters, sort, labels=list_columns(subject).labels, language=language)
    content = Content(
        kind=subject,
        file_format=file_format,
        title=described.title,
        selection={"filters": dict(filters or {}), "columns": list(chosen.keys), "sort": sort, "language": language},
        n_people=len(records) if subject == "people" else 0,
        person_nos=person_nos,
        n_rows=len(records),
        render=lambda mark: chosen.file(records, file_format=file_format, notes=notes, mark=mark),
    )
    return record_export(session, content, actor=actor, now=now)


def _selected(
    filters: Mapping[str, Any] | None, sort: str | None, *, labels: Mapping[str, Text], language: str
) -> list[tuple[str, str]]:
    """Return filters and order as the lines of a note, in the words of the columns."""

    def named(key: str) -> str:
        return labels.get(key, Text(key, key)).in_(language)

    lines = [
        (_FILTER.in_(language).format(named(name)), str(value))
        for name, value in (filters or {}).items()
        if value is not None
    ]
    if sort:
        order = _DESCENDING if sort.startswith("-") else _ASCENDING
        lines.append((_ORDER.in_(language), order.in_(language).format(named(sort.removeprefix("-")))))
    return lines


_FILTER, _ORDER = Text("筛选：{}", "Filter: {}"), Text("排序", "Order")
_ASCENDING, _DESCENDING = Text("{}（升序）", "{} (ascending)"), Text("{}（降序）", "{} (descending)")
