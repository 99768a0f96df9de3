"""Who was left out of a list, as a file: exactly what the page shows, with what it hides from its reader."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from matching.vocabulary import Text
from matching.vocabulary.codes import code_table
from service.access import Actor
from service.errors import check_choice
from service.files.excluded_sheets import ExcludedHead, excluded_sheet
from service.files.exported_tables import Cell, ExportedTable, table_file, table_json
from service.files.marks import Mark
from service.files.pdf_documents import pdf_document
from service.models.shortlists import Shortlist
from service.usecases.lists.shortlists import Excluded, list_excluded
from service.usecases.outgoing.exporting import ExportedFile
from service.usecases.outgoing.exporting_of_lists import list_to_take_away, record_list_export

__all__ = ["EXCLUDED_COLUMNS", "export_excluded"]

EXCLUDED_COLUMNS: Mapping[str, Text] = {
    "person_no": Text("人员编号", "Person number"),
    "name": Text("姓名", "Name"),
    "talent_source": Text("人才类别", "Pool"),
    "rule": Text("未满足的条件", "Rule not met"),
    "rule_id": Text("条件编号", "Number of the rule"),
    "reason": Text("原因", "Reason"),
    "basis": Text("依据", "Basis"),
}
_EVERYBODY = 10**7


def export_excluded(
    session: Session,
    *,
    actor: Actor,
    shortlist_no: str,
    file_format: str,
    rule_id: str | None = None,
    language: str = "zh",
    now: datetime,
) -> ExportedFile:
    """Export who was not listed, by the first rule that says why.

    Parameters
    ----------
    session : Session
    actor : Actor
        People beyond its territory are not in it, and nothing is that its role does not see.
    shortlist_no : str
    file_format : {"xlsx", "csv", "json", "pdf"}
        The last is a sheet to print, A4 across.
    rule_id : str, optional
        Only those whose first failing rule is this one.
    language : {"zh", "en"}
    now : datetime

    Raises
    ------
    NotFound
        If there is no such list.
    NotConfigured
        If PDFs cannot be made here.
    Forbidden, InvalidInput
    """
    shortlist = list_to_take_away(
        session, actor=actor, shortlist_no=shortlist_no, file_format=file_format, known=("xlsx", "csv", "json", "pdf")
    )
    _check_rule(shortlist, rule_id)
    found = list_excluded(session, actor=actor, shortlist_no=shortlist_no, rule_id=rule_id, page_size=_EVERYBODY).items
    return record_list_export(
        session,
        shortlist,
        actor=actor,
        kind="excluded",
        title=Text("未列入人员", "left out of shortlist"),
        file_format=file_format,
        selection={"language": language, **({"rule_id": rule_id} if rule_id else {})},
        person_nos=[one.person.person_no for one in found],
        render=lambda mark: _rendered(shortlist, found, mark, file_format=file_format, rule_id=rule_id, lang=language),
        now=now,
    )


def _check_rule(shortlist: Shortlist, rule_id: str | None) -> None:
    if rule_id is not None:
        known = [row["rule_id"] for row in shortlist.exclusions]
        problem = Text("本名单没有人因该条件未列入。", "Nobody was left out of this list by that rule.")
        check_choice(rule_id, known, problem=problem, place="rule_id")


def _rendered(
    shortlist: Shortlist,
    found: Sequence[Excluded],
    mark: Mark,
    *,
    file_format: str,
    rule_id: str | None,
    lang: str,
) -> bytes:
    if file_format == "pdf":
        return pdf_document(_sheet(shortlist, found, rule_id=rule_id, lang=lang), mark=mark)
    if file_format == "json":
        return table_json({"entries": [_plain(one) for one in found]}, mark=mark)
    keys = tuple(EXCLUDED_COLUMNS)
    table = ExportedTable(
        name=shortlist.shortlist_no,
        keys=keys,
        headers=[EXCLUDED_COLUMNS[key].in_(lang) for key in keys],
        rows=[_cells(one, lang) for one in found],
        notes=_notes(shortlist, rule_id, lang),
    )
    return table_file(table, file_format=file_format, mark=mark, language=lang)


def _sheet(shortlist: Shortlist, found: Sequence[Excluded], *, rule_id: str | None, lang: str) -> Any:
    village, sieve = shortlist.vacancy.village, shortlist.sieve
    head = ExcludedHead(
        shortlist_no=shortlist.shortlist_no,
        village=f"{village.township.name}{village.name}",
        post_type=str(shortlist.vacancy.post_type.value),
        as_of=shortlist.as_of,
        n_out=sieve["n_pool"] - sieve["n_eligible"],
        rule=next((row for row in shortlist.exclusions if row["rule_id"] == rule_id), None),
    )
    rows = []
    for one in found:
        number, name, pool, _rule, rule, reason, basis = (str(cell or "") for cell in _cells(one, lang))
        rows.append([name or number, number, pool, f"{rule} {reason}", basis])
    return excluded_sheet(head, shortlist.exclusions, rows, language=lang)


def _notes(shortlist: Shortlist, rule_id: str | None, lang: str) -> list[tuple[str, str]]:
    told = {
        Text("岗位编号", "Vacancy number"): shortlist.vacancy.vacancy_no,
        Text("计算日期", "As of"): str(shortlist.as_of),
        Text("规则手册版本", "Rulebook version"): shortlist.rulebook_version,
        Text("只含条件", "Only the rule"): rule_id or "",
    }
    return [(label.in_(lang), value) for label, value in told.items() if value]


def _cells(one: Excluded, lang: str) -> list[Cell]:
    pool = code_table("talent_source").label(str(one.person.talent_source.value))
    words = [pool.in_(lang), one.title[lang], one.rule_id, one.sentence[lang], one.basis[lang]]
    return [one.person.person_no, one.person.name, *words]


def _plain(one: Excluded) -> dict[str, Any]:
    texts = {"rule": dict(one.title), "reason": dict(one.sentence), "basis": dict(one.basis)}
    person = one.person
    return {
        "person_no": person.person_no,
        "name": person.name,
        "talent_source": str(person.talent_source.value),
        "rule_id": one.rule_id,
        **texts,
    }
