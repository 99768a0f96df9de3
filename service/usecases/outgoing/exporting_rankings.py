"""The rankings of all open vacancies as a file, for another system or for a desk."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from matching.vocabulary import Text
from schemas.grounds import ground_document, waiver_texts
from service.access import Actor, require
from service.files.exported_tables import Cell, ExportedTable, program_csv, table_json, table_workbook
from service.files.marks import Mark
from service.usecases.lists.rankings import TOP, RankedRow, walk_rankings
from service.usecases.outgoing.exporting import Content, ExportedFile, check_format, record_export
from service.usecases.outgoing.exporting_rosters import check_size
from service.usecases.outgoing.exporting_shortlists import VERDICT_LABELS

__all__ = ["export_rankings"]

_COLUMNS = {
    "vacancy_no": Text("岗位编号", "Vacancy number"),
    "person_no": Text("人员编号", "Person number"),
    "rank": Text("位次", "Place"),
    "score": Text("得分", "Score"),
    "verdict": Text("资格", "Eligibility"),
}
_WAIVERS = Text("放宽", "Waivers")
_PLACES = Text("每个岗位的位次上限", "Places of each vacancy")
_TITLE = Text("评分结果", "rankings")
_FEWER = Text("请减少位次（top），或导出为 .csv。", "Ask for fewer places (top), or for .csv.")


def export_rankings(
    session: Session,
    *,
    actor: Actor,
    file_format: str,
    top: int | None = None,
    has_mark: bool = False,
    language: str = "zh",
    now: datetime,
) -> ExportedFile:
    """Export the places of the last rescoring in order of vacancy number and rank.

    Parameters
    ----------
    session : Session
    actor : Actor
    file_format : {"csv", "xlsx", "json"}
        A CSV file is for a program: its five columns are a contract, its header are names of fields.
    top : int, optional
        Places of each vacancy; as many as are kept unless given.
    has_mark : bool
        Whether a CSV file ends with the line of the mark; the other formats have a place for it and always carry it.
    language : {"zh", "en"}
    now : datetime

    Raises
    ------
    Forbidden
        If the actor may not export rankings.
    InvalidInput
        If it is not exported in this format, or there are too many rows for a workbook.
    """
    require(actor, "export_rankings")
    check_format(file_format, known=("csv", "xlsx", "json"))
    top = top or TOP
    places = list(walk_rankings(session, actor=actor, top=top, now=now))
    if file_format == "xlsx":
        check_size(len(places), remedy=_FEWER)

    def render(mark: Mark) -> bytes:
        if file_format == "json":
            return table_json({"items": [_document(place) for place in places]}, mark=mark)
        columns = _COLUMNS if file_format == "csv" else {**_COLUMNS, "waivers": _WAIVERS}
        table = ExportedTable(
            name=_TITLE.in_(language),
            keys=tuple(columns),
            headers=[label.in_(language) for label in columns.values()],
            rows=[_row(place, is_for_program=file_format == "csv", language=language) for place in places],
            notes=[(_PLACES.in_(language), str(top))],
        )
        if file_format == "csv":
            return program_csv(table, mark=mark if has_mark else None, language=language)
        return table_workbook(table, mark=mark, language=language)

    content = Content(
        kind="ranking",
        file_format=file_format,
        title=_TITLE,
        selection={"top": top, "has_mark": has_mark or file_format != "csv", "language": language},
        n_people=len({place.person_no for place in places}),
        person_nos=[place.person_no for place in places],
        n_rows=len(places),
        render=render,
    )
    return record_export(session, content, actor=actor, now=now)


def _document(place: RankedRow) -> dict[str, Any]:
    waivers = [ground_document(ground) for ground in place.waivers]
    return {**vars(place), "score": place.score / 100, "waivers": waivers}


def _row(place: RankedRow, *, is_for_program: bool, language: str) -> tuple[Cell, ...]:
    if is_for_program:
        return place.vacancy_no, place.person_no, place.rank, f"{place.score / 100:.2f}", place.verdict
    verdict = VERDICT_LABELS[place.verdict].in_(language)
    waivers = waiver_texts(map(ground_document, place.waivers))
    said = "；".join(text.in_(language) for text in waivers) or None
    return place.vacancy_no, place.person_no, place.rank, place.score / 100, verdict, said
