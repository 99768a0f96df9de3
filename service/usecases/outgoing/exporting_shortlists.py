"""Shortlists as files: the table as it is shown, and the dossier that is signed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from matching.recorded_list import Replay
from matching.vocabulary import Text
from matching.vocabulary.flags import FLAGS
from schemas.grounds import waiver_texts
from schemas.shortlists import ShortlistSchema
from service.access import Actor
from service.errors import Conflict, check_choice
from service.files.dossiers import dossier
from service.files.exported_tables import Cell, ExportedTable, table_file, table_json
from service.files.marks import Mark
from service.files.pdf_documents import pdf_document
from service.files.word_documents import word_document
from service.models.shortlists import Shortlist
from service.usecases.lists.replay import people_shown, replay_shortlist
from service.usecases.outgoing.exporting import ExportedFile
from service.usecases.outgoing.exporting_of_lists import list_to_take_away, record_list_export
from service.version import VERSION

__all__ = ["SHORTLIST_COLUMNS", "VERDICT_LABELS", "export_dossier", "export_shortlist"]

SHORTLIST_COLUMNS: Mapping[str, Text] = {
    "rank": Text("位次", "Place"),
    "person_no": Text("人员编号", "Person number"),
    "name": Text("姓名", "Name"),
    "talent_source": Text("人才类别", "Talent source"),
    "score": Text("得分", "Score"),
    "interval": Text("区间", "Interval"),
    "band": Text("并列档", "Tie band"),
    "verdict": Text("资格", "Eligibility"),
    "flags": Text("提示", "Notes"),
}
_ERASED = Text("（已删除人员）", "(an erased person)")
VERDICT_LABELS = {
    "pass": Text("符合", "eligible"),
    "to_verify": Text("待核验", "to be verified"),
    "waived": Text("已放宽", "waived"),
    "fail": Text("不符合", "not eligible"),
}


def export_shortlist(
    session: Session,
    *,
    actor: Actor,
    shortlist_no: str,
    file_format: str,
    columns: Sequence[str] | None = None,
    language: str = "zh",
    now: datetime,
) -> ExportedFile:
    """Export the table of a frozen shortlist.

    Parameters
    ----------
    session : Session
    actor : Actor
    shortlist_no : str
    file_format : {"xlsx", "csv", "json"}
    columns : sequence of str, optional
        Of `SHORTLIST_COLUMNS`, in the order wanted.
    language : {"zh", "en"}
    now : datetime

    Raises
    ------
    NotFound
        If there is no such list.
    Forbidden, InvalidInput
    """
    shortlist = list_to_take_away(
        session, actor=actor, shortlist_no=shortlist_no, file_format=file_format, known=("xlsx", "csv", "json")
    )
    keys = tuple(columns or SHORTLIST_COLUMNS)
    for key in keys:
        check_choice(key, SHORTLIST_COLUMNS, problem=Text("没有这一列。", "There is no such column."), place="columns")
    document = _document(session, shortlist, actor=actor)

    def render(mark: Mark) -> bytes:
        if file_format == "json":
            return table_json(document, mark=mark)
        table = ExportedTable(
            name=shortlist_no,
            keys=keys,
            headers=[SHORTLIST_COLUMNS[key].in_(language) for key in keys],
            rows=[[_cell(entry, key, language) for key in keys] for entry in document["entries"]],
            notes=[(label.in_(language), str(document[key])) for key, label in _NOTES.items()],
        )
        return table_file(table, file_format=file_format, mark=mark, language=language)

    return record_list_export(
        session,
        shortlist,
        actor=actor,
        kind="shortlist",
        title=Text("建议名单", "shortlist"),
        file_format=file_format,
        selection={"columns": list(keys), "language": language},
        person_nos=[entry["person_no"] for entry in document["entries"]],
        render=render,
        now=now,
    )


def export_dossier(
    session: Session, *, actor: Actor, shortlist_no: str, file_format: str, language: str = "zh", now: datetime
) -> ExportedFile:
    """Export the dossier of a shortlist: the table, every reason, what is to be verified, versions, room to sign.

    Parameters
    ----------
    session : Session
    actor : Actor
    shortlist_no : str
    file_format : {"docx", "pdf"}
    language : {"zh", "en"}
    now : datetime

    Raises
    ------
    NotFound
        If there is no such list.
    Conflict
        If the list cannot be made again from what was kept: a dossier vouches for it.
    NotConfigured
        If PDFs cannot be made here.
    Forbidden, InvalidInput
    """
    shortlist = list_to_take_away(
        session,
        actor=actor,
        shortlist_no=shortlist_no,
        file_format=file_format,
        known=("docx", "pdf"),
        right="export_dossiers",
    )
    found = replay_shortlist(session, actor=actor, shortlist_no=shortlist_no).replay
    _check_replay(found)
    document = _document(session, shortlist, actor=actor)
    village = shortlist.vacancy.village
    versions = {
        **{key: getattr(found.versions, key) for key in ("rulebook", "card", "data", "vacancy", "order")},
        "release": VERSION,
    }
    made = dossier(
        document,
        versions=versions,
        village=f"{village.township.county.name}{village.township.name}{village.name}",
        headcount=shortlist.vacancy.headcount,
        verdicts=VERDICT_LABELS,
        language=language,
    )
    write = word_document if file_format == "docx" else pdf_document
    return record_list_export(
        session,
        shortlist,
        actor=actor,
        kind="dossier",
        title=Text("建议名单材料", "dossier of shortlist"),
        file_format=file_format,
        selection={"language": language},
        person_nos=[entry["person_no"] for entry in document["entries"]],
        render=lambda mark: write(made, mark=mark),
        now=now,
    )


def _check_replay(found: Replay) -> None:
    if found.agrees:
        return
    first = found.disagreements[0]
    raise Conflict(
        Text(
            f"名单与留存内容不一致，未导出：{first.problem.zh}", f"The list disagrees, no dossier: {first.problem.en}"
        ),
        remedy=first.remedy,
        place=first.place,
    )


_NOTES = {
    "vacancy_no": Text("岗位编号", "Vacancy number"),
    "as_of": Text("计算日期", "As of"),
    "rulebook_version": Text("规则手册版本", "Rulebook version"),
    "card_version": Text("评分卡版本", "Scorecard version"),
    "data_version": Text("数据版本", "Data version"),
}


def _document(session: Session, shortlist: Shortlist, *, actor: Actor) -> dict[str, Any]:
    """Return the list as the API gives it out; who was erased since has no name."""
    document: dict[str, Any] = ShortlistSchema().dump(shortlist)
    ids, vacancy_id = [entry.person_id for entry in shortlist.entries], shortlist.vacancy_id
    shown = people_shown(session, ids, actor=actor, vacancy_id=vacancy_id)
    for row, entry in zip(document["entries"], shortlist.entries, strict=True):
        person = shown[entry.person_id]
        row |= {"person_no": person.person_no, "name": person.name, "is_erased": person.person_no is None}
    return document


def _cell(entry: Mapping[str, Any], key: str, language: str) -> Cell:
    if key == "talent_source":
        label: str = entry["talent_source_label"][language]
        return label
    if key == "verdict":
        return VERDICT_LABELS[entry["verdict"]].in_(language)
    if key == "interval":
        interval = entry["interval"]
        return f"{interval['low']:.2f}–{interval['high']:.2f}" if interval else None
    if key == "flags":
        waivers = [text.in_(language) for text in waiver_texts(entry["grounds"])]
        return "、".join([*(FLAGS[flag].in_(language) for flag in entry["flags"]), *waivers])
    if key in {"person_no", "name"} and entry["is_erased"]:
        return _ERASED.in_(language)
    cell: Cell = entry[key]
    return cell
