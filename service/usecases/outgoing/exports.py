"""Exports of every kind behind one door, and the record of what was taken."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from schemas.base import PageQuerySchema
from schemas.exports import KINDS
from schemas.people import PeopleQuerySchema
from schemas.problems import problems_by_path
from schemas.vacancies import VacanciesQuerySchema
from schemas.villages import VillageQuerySchema
from service.access import Actor, require
from service.errors import InvalidInput, NotFound, check_choice
from service.models.exports import Export
from service.usecases.auditing.audit_lines import LogQuery, export_log
from service.usecases.outgoing.exporting import ExportedFile
from service.usecases.outgoing.exporting_excluded import export_excluded
from service.usecases.outgoing.exporting_forms import export_form
from service.usecases.outgoing.exporting_lists import LISTS, export_list
from service.usecases.outgoing.exporting_notices import export_notice
from service.usecases.outgoing.exporting_rankings import export_rankings
from service.usecases.outgoing.exporting_rosters import export_roster
from service.usecases.outgoing.exporting_sheets import export_sheet
from service.usecases.outgoing.exporting_shortlists import export_dossier, export_shortlist
from service.usecases.paging import Page

__all__ = ["Wanted", "get_export", "list_exports", "make_export", "selection_shown"]

_QUERIES: Mapping[str, type[PageQuerySchema]] = {
    "people": PeopleQuerySchema,
    "vacancies": VacanciesQuerySchema,
    "villages": VillageQuerySchema,
}
_OF_THE_LOG = frozenset({"person_no", "username"})
_PERSONAL = frozenset({"name", "id_number", "phone"})


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be exported.

    Parameters
    ----------
    kind : str
        Of `schemas.exports.KINDS`.
    file_format : str
    subject_no : str, optional
        Number of the list or person; of a roster the table (``people`` unless given).
    vacancy_no : str, optional
        The post that a form proposes.
    filters : mapping, optional
        As the list takes them, codes or their words.
    columns : sequence of str, optional
    sort : str, optional
    top : int, optional
        Places of each vacancy in a ranking.
    has_mark : bool
        Whether the CSV file of a ranking ends with the line of the mark.
    reason : str, optional
        Why numbers have to be in a roster or form in full.
    language : {"zh", "en"}
    """

    kind: str
    file_format: str
    subject_no: str | None = None
    vacancy_no: str | None = None
    filters: Mapping[str, Any] | None = None
    columns: Sequence[str] | None = None
    sort: str | None = None
    top: int | None = None
    has_mark: bool = False
    reason: str | None = None
    language: str = "zh"


def make_export(session: Session, wanted: Wanted, *, actor: Actor, now: datetime) -> ExportedFile:
    """Make one file and record that it was taken.

    Raises
    ------
    Forbidden
        If the actor lacks the right of the kind.
    NotFound
        If there is no such list or person.
    InvalidInput
        If something that is asked for is not known or does not go with the kind.
    NotConfigured
        If PDFs cannot be made here.
    """
    common: dict[str, Any] = {"actor": actor, "file_format": wanted.file_format, "now": now}
    if wanted.kind in LISTS:
        return export_list(
            session,
            subject=wanted.kind,
            filters=_filters(wanted.kind, wanted.filters),
            columns=wanted.columns,
            sort=wanted.sort,
            language=wanted.language,
            **common,
        )
    if wanted.kind == "roster":
        table = wanted.subject_no or "people"
        common |= {"filters": _filters(table, wanted.filters), "reason": wanted.reason}
        return export_roster(session, table=table, sort=wanted.sort, **common)
    if wanted.kind == "ranking":
        return export_rankings(session, top=wanted.top, has_mark=wanted.has_mark, language=wanted.language, **common)
    if wanted.kind == "audit":
        query = LogQuery.checked(**{key: value for key, value in (wanted.filters or {}).items() if key in _OF_THE_LOG})
        return export_log(session, query, language=wanted.language, **common)
    return _about_one(session, wanted, common)


def _about_one(session: Session, wanted: Wanted, common: dict[str, Any]) -> ExportedFile:
    """Make a file about one list, person or notice."""
    unknown = Text(f"没有导出种类“{wanted.kind}”。", f"There is no export of the kind '{wanted.kind}'.")
    check_choice(wanted.kind, KINDS, problem=unknown, place="kind")
    if wanted.subject_no is None:
        raise InvalidInput(
            Text("缺少编号。", "The number is missing."),
            remedy=Text("请给出名单编号或人员编号。", "Give the number of the list or the person."),
            place="subject_no",
        )
    if wanted.kind == "form":
        common |= {"vacancy_no": wanted.vacancy_no, "reason": wanted.reason}
        return export_form(session, person_no=wanted.subject_no, **common)
    if wanted.kind == "notice":
        return export_notice(session, notice_no=wanted.subject_no, language=wanted.language, **common)
    common |= {"shortlist_no": wanted.subject_no, "language": wanted.language}
    if wanted.kind == "sheet":
        return export_sheet(session, **common)
    if wanted.kind == "excluded":
        return export_excluded(session, rule_id=(wanted.filters or {}).get("rule_id"), **common)
    if wanted.kind == "dossier":
        return export_dossier(session, **common)
    return export_shortlist(session, columns=wanted.columns, **common)


def list_exports(
    session: Session,
    *,
    actor: Actor,
    kind: str | None = None,
    exported_by: str | None = None,
    page: int = 1,
    page_size: int = 20,
) -> Page[Export]:
    """Return what was taken, the newest first."""
    require(actor, "read_exports")
    query = select(Export)
    if kind is not None:
        query = query.where(Export.kind == kind)
    if exported_by is not None:
        query = query.where(Export.exported_by == exported_by)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    newest_first = query.order_by(Export.exported_at.desc(), Export.id.desc())
    items = session.scalars(newest_first.offset((page - 1) * page_size).limit(page_size)).all()
    return Page(items=list(items), total=total, page=page, page_size=page_size)


def get_export(session: Session, *, actor: Actor, export_no: str) -> Export:
    """Return the record of one export.

    Raises
    ------
    NotFound
        If there is no such export.
    """
    require(actor, "read_exports")
    found = session.scalar(select(Export).where(Export.export_no == export_no))
    if found is None:
        raise NotFound(
            Text(f"没有编号为 {export_no} 的导出。", f"There is no export {export_no}."),
            remedy=Text("请核对文件上的导出编号。", "Check the number that stands in the file."),
            place="export_no",
            value=export_no,
        )
    return found


def selection_shown(export: Export) -> dict[str, Any]:
    """Return what was selected; names, id numbers and phones that were searched for stay hidden."""
    selection: dict[str, Any] = json.loads(export.selection or "{}")
    filters = selection.get("filters") or {}
    if filters:
        selection["filters"] = {key: "***" if key in _PERSONAL else value for key, value in filters.items()}
    return selection


def _filters(table: str, given: Mapping[str, Any] | None) -> dict[str, Any]:
    """Read filters as the list of the table reads them."""
    if table not in _QUERIES or not given:
        return dict(given or {})
    schema = _QUERIES[table](exclude=("page", "page_size", "sort"))
    try:
        loaded: dict[str, Any] = schema.load(dict(given))
    except ValidationError as error:
        place, problems = next(iter(problems_by_path(error.messages).items()))
        known = ", ".join(schema.load_fields)
        raise InvalidInput(
            problems[0].problem,
            remedy=problems[0].remedy or Text(f"可用：{known}。", f"There are: {known}."),
            place=f"filters.{place}" if place else "filters",
            value=problems[0].value,
        ) from error
    return loaded
