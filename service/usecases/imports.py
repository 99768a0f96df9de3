"""Importing a file: rows are read and validated, good ones saved in one transaction, the others named cell by cell."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, require
from service.files import lrmx
from service.files.findings import CellFinding, Effect
from service.files.limits import UnreadableFile
from service.files.tables import DraftTable, read_table
from service.usecases import audit, registration
from service.usecases.attestation import Attestation
from service.usecases.days import day_of
from service.usecases.form_remainders import keep_remainder
from service.usecases.import_identity import recognise
from service.usecases.import_preparation import PeoplePreparation, PlacePreparation, VacancyPreparation
from service.usecases.import_rows import Preparation, ReadRow, read_rows
from service.usecases.reports import Finding, ProvisionalPlace, SaveReport, Severity

__all__ = ["KINDS", "ImportOptions", "ImportReport", "import_file"]

KINDS = ("people", "vacancies", "villages", "decisions")
_PLACE_KEYS = frozenset({"county", "township", "village", "home_village_code", "village_code"})
_STATUS_KEYS = frozenset({"record_status", "vacancy_status"})
_TOWNSHIP = re.compile(r"(?:[:：]\s*|^)([\u4e00-\u9fff]{1,8}?(?:镇|乡|街道))", re.MULTILINE)
_ONE_BY_ONE = frozenset({Effect.ROW_REFUSED, Effect.CELL_REFUSED, Effect.COLUMN_LEFT_OUT})


@dataclass(frozen=True, kw_only=True)
class ImportOptions:
    """What is given for a whole file.

    Parameters
    ----------
    attestation : Attestation, optional
        Who vouches for 已核验 and 已核定 in the file, and by which document.
    county, township : str, optional
        Of the rows that name none.
    talent_source : str, optional
        Of the people that name none, such as cadre forms.
    is_dry_run : bool
        Everything is done and then undone.
    """

    attestation: Attestation | None = None
    county: str | None = None
    township: str | None = None
    talent_source: str | None = None
    is_dry_run: bool = False


@dataclass(frozen=True)
class ImportReport:
    """What became of a file.

    Parameters
    ----------
    kind : str
    n_rows, n_skipped : int
        Rows with data, and rows of totals and notes.
    n_new, n_changed, n_same, n_refused : int
        Rows by what became of them; they add up to `n_rows`.
    findings : list of CellFinding
        Refusals first, each in the order of the file.
    provisional_places : list of ProvisionalPlace
    generated : list of (str, str)
        Cell of the row and the number that it got.
    is_dry_run : bool
    """

    kind: str
    n_rows: int
    n_skipped: int
    n_new: int
    n_changed: int
    n_same: int
    n_refused: int
    findings: list[CellFinding] = field(default_factory=list)
    provisional_places: list[ProvisionalPlace] = field(default_factory=list)
    generated: list[tuple[str, str]] = field(default_factory=list)
    is_dry_run: bool = False

    @property
    def n_open(self) -> int:
        """Number of findings that somebody has to look at."""
        return sum(finding.is_open for finding in self.findings)


def import_file(
    session: Session, *, actor: Actor, kind: str, path: Path, now: datetime, options: ImportOptions | None = None
) -> ImportReport:
    """Import a file.

    Parameters
    ----------
    session : Session
        The caller commits: all good rows come in together or, after an error, none.
    actor : Actor
    kind : {"people", "vacancies", "villages", "decisions"}
    path : Path
        .xlsx, .xls, .et, .csv, and for people also .lrmx.
    now : datetime
    options : ImportOptions, optional

    Raises
    ------
    NotFound
        If there is no such file.
    UnreadableFile
        If it cannot be read, breaks a limit, or has no row with data.
    Forbidden
        If the actor may not import.
    """
    require(actor, "import_files")
    options = options or ImportOptions()
    is_form = kind == "people" and lrmx.is_form(path)
    table = lrmx.read_form(path) if is_form else read_table(path, kind=kind)
    if not table.drafts:
        raise UnreadableFile(
            Text("表头下面没有数据行。", "There is no row with data under the header."),
            remedy=Text("请核对工作表，再导入。", "Check the sheet and import it again."),
            place=path.name,
        )
    prepare = _preparation(kind, options, now=now, is_form=is_form)
    rows = read_rows(table.drafts, kind=kind, prepare=prepare)
    recognise(session, rows, kind=kind)
    if not options.is_dry_run:
        report = _save(session, actor=actor, kind=kind, rows=rows, now=now, options=options)
        if is_form and report.records:
            keep_remainder(session, person_no=report.records[0].number, content=path.read_bytes(), now=now)
        audit.record(
            session,
            actor=actor,
            action="import_file",
            subject_kind=kind,
            subject_no=hashlib.sha256(path.read_bytes()).hexdigest()[:16],
            now=now,
            detail={**report.as_detail(), "n_rows": len(rows)},
        )
        session.flush()
    else:
        with session.begin_nested() as savepoint:
            report = _save(session, actor=actor, kind=kind, rows=rows, now=now, options=options)
            savepoint.rollback()
    return _report(kind, table, rows, report, is_dry_run=options.is_dry_run)


def _preparation(kind: str, options: ImportOptions, *, now: datetime, is_form: bool) -> Preparation:
    places = PlacePreparation(options.county, options.township)
    if kind == "people":
        return PeoplePreparation(places, day_of(now), options.talent_source, is_form)
    if kind == "vacancies":
        return VacancyPreparation(places)
    return places if kind == "villages" else _as_it_is


def _as_it_is(_: object) -> Iterable[CellFinding]:
    return ()


def _save(
    session: Session, *, actor: Actor, kind: str, rows: Sequence[ReadRow], now: datetime, options: ImportOptions
) -> SaveReport:
    records: list[dict[str, Any]] = [row.record for row in rows if row.record is not None]
    attest = options.attestation
    if kind == "people":
        return registration.save_people(session, actor=actor, records=records, now=now, attest=attest)
    if kind == "vacancies":
        return registration.save_vacancies(session, actor=actor, records=records, now=now, attest=attest)
    if kind == "villages":
        return registration.save_villages(session, actor=actor, records=records, now=now)
    return registration.save_decisions(session, actor=actor, records=records, now=now)


def _report(
    kind: str, table: DraftTable, rows: Sequence[ReadRow], saved: SaveReport, *, is_dry_run: bool
) -> ImportReport:
    kept = [row for row in rows if row.record is not None]
    suggestion = _suggested_township(table.preamble)
    generated: list[tuple[str, str]] = []
    for row, result in zip(kept, saved.records, strict=True):
        row.findings += [_translated(row, finding, suggestion) for finding in result.findings]
        if result.is_generated:
            generated.append((row.draft.name, result.number))
            row.findings += _numbered(kind, row, result.number)
    findings = [*table.findings, *(finding for row in rows for finding in row.findings)]
    findings += [_provisional(place) for place in saved.provisional_places]
    return ImportReport(
        kind=kind,
        n_rows=len(rows),
        n_skipped=table.n_skipped,
        n_new=saved.n_new,
        n_changed=saved.n_changed,
        n_same=saved.n_same,
        n_refused=len(rows) - len(kept) + saved.n_refused,
        findings=_ordered(findings),
        provisional_places=list(saved.provisional_places),
        generated=generated,
        is_dry_run=is_dry_run,
    )


def _translated(row: ReadRow, finding: Finding, suggestion: str | None) -> CellFinding:
    """Put a finding about a record's field at its cell."""
    if finding.place in _STATUS_KEYS:
        return row.draft.finding(finding.place, Effect.TO_CONFIRM, finding.text, finding.remedy or _ATTEST)
    if finding.severity is Severity.NOTE:
        effect = Effect.NOTE if finding.place in row.draft.columns else Effect.TO_CONFIRM
        return row.draft.finding(finding.place, effect, finding.text, finding.remedy, value=finding.value)
    effect = Effect.ROW_REFUSED if finding.severity is Severity.REFUSED else Effect.CELL_REFUSED
    remedy = finding.remedy or (_give_places(suggestion) if finding.place in _PLACE_KEYS else None)
    value = str(row.draft.values.get(finding.place, "")) if finding.place in _PLACE_KEYS else finding.value
    return row.draft.finding(finding.place, effect, finding.text, remedy, value=value)


def _numbered(kind: str, row: ReadRow, number: str) -> list[CellFinding]:
    if kind != "people":
        return [row.draft.finding("vacancy_no", Effect.NOTE, _GENERATED)] if kind == "vacancies" else []
    if row.record and row.record.get("id_number"):
        return [row.draft.finding("person_no", Effect.NOTE, _GENERATED)]
    return [row.draft.finding("person_no", Effect.TO_CONFIRM, _ONLY_NUMBER.filled(number=number), _KEEP_NUMBER)]


def _provisional(place: ProvisionalPlace) -> CellFinding:
    problem = Text(
        f"“{place.path}”未登记，已临时登记，代码 {place.code}。",
        f"'{place.path}' was not registered; it is now, provisionally, as {place.code}.",
    )
    remedy = Text("请核对名称，再导入村表补正式代码。", "Check the name, then import the villages with their codes.")
    return CellFinding(effect=Effect.TO_CONFIRM, problem=problem, remedy=remedy)


def _suggested_township(preamble: str) -> str | None:
    """Return the township that the preamble or a sheet name gives, to be confirmed by the clerk."""
    found = _TOWNSHIP.search(preamble)
    return found[1] if found else None


def _give_places(suggestion: str | None) -> Text:
    given = f"--township {suggestion}" if suggestion else "--township"
    return Text(
        f"请补上县区、乡镇两列，或加 --county 县区名 {given}。",
        f"Add county and township, or give --county NAME {given}.",
    )


def _ordered(findings: list[CellFinding]) -> list[CellFinding]:
    """Refusals first; what is said of many rows alike is said once, with their number."""
    alike: dict[tuple[object, ...], int] = {}
    kept: list[CellFinding] = []
    for finding in findings:
        key = (finding.effect, finding.sheet, finding.column, finding.problem, finding.remedy, finding.value)
        alike[key] = alike.get(key, 0) + 1
        if finding.effect in _ONE_BY_ONE or alike[key] == 1:
            kept.append(finding)
    order = list(Effect)
    return sorted((_counted(finding, alike) for finding in kept), key=lambda finding: order.index(finding.effect))


def _counted(finding: CellFinding, alike: dict[tuple[object, ...], int]) -> CellFinding:
    key = (finding.effect, finding.sheet, finding.column, finding.problem, finding.remedy, finding.value)
    if finding.effect in _ONE_BY_ONE or alike[key] == 1:
        return finding
    more = Text(f"（共 {alike[key]:,} 行）", f" ({alike[key]:,} rows)")
    return replace(finding, problem=Text(finding.problem.zh + more.zh, finding.problem.en + more.en))


_ATTEST = Text("请加 --attest 姓名 --document 文号 后再导入。", "Import it with --attest NAME --document REFERENCE.")
_GENERATED = Text("没有编号，已生成编号。", "There was no number; one was generated.")
_ONLY_NUMBER = Text(
    "没有编号，身份证号也不可用，已生成编号 {number}。",
    "Neither a number nor a usable id number; it got the number {number}.",
)
_KEEP_NUMBER = Text(
    "请把它填入“人员编号”列，否则再次导入会重复登记。",
    "Put it into the column 人员编号, or the next import registers again.",
)
