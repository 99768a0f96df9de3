"""Importing a file: rows are read and validated, good ones saved in one transaction, the others named cell by cell."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor
from service.files.findings import CellFinding
from service.files.garbage import collector_paused
from service.files.limits import UnreadableFile
from service.files.sources import read_source
from service.files.tables import DraftTable
from service.usecases.auditing import audit
from service.usecases.days import day_of
from service.usecases.identity.duplicate_hints import hint_at_duplicates
from service.usecases.incoming import registration
from service.usecases.incoming.form_remainders import keep_remainders
from service.usecases.incoming.import_blanks import erase_blanks
from service.usecases.incoming.import_identity import recognise, sources_of_known
from service.usecases.incoming.import_kinds import require_kind
from service.usecases.incoming.import_looks import record_looks, unseen_fields
from service.usecases.incoming.import_places import check_given_county
from service.usecases.incoming.import_preparation import PeoplePreparation, PlacePreparation, VacancyPreparation
from service.usecases.incoming.import_previews import RowPreview, RowState, conflicting_keys, preview_rows
from service.usecases.incoming.import_records import keep_import
from service.usecases.incoming.import_reports import ImportReport, not_kept, report_of
from service.usecases.incoming.import_rows import Preparation, ReadRow, read_rows
from service.usecases.incoming.reports import SaveReport
from service.usecases.records.attestation import Attestation
from service.usecases.records.provenance import Origin

__all__ = ["ImportOptions", "ImportReport", "Progress", "import_file"]

#: Told the step, rows done and rows in all (0: not known).
Progress = Callable[[str, int, int], None]


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
    is_all_or_nothing : bool
        Nothing is saved if a row or a cell is refused; else the good ones go in.
    erases_blanks : bool
        A blank cell erases what is known; else it leaves it.
    keeps_conflicts : bool
        What was done by hand since the last import of the file, or verified, stays; else it is taken and told.
    encoding : str, optional
        Of a CSV file; sniffed unless given.
    columns : mapping of str to str
        Fields by header, confirmed by somebody, for headers that the service does not know.
    cells : mapping of str to str
        What somebody mended while checking, by place of the cell; only their number is kept with the import.
    """

    attestation: Attestation | None = None
    county: str | None = None
    township: str | None = None
    talent_source: str | None = None
    is_dry_run: bool = False
    is_all_or_nothing: bool = False
    erases_blanks: bool = False
    keeps_conflicts: bool = False
    encoding: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)

    def as_document(self) -> dict[str, Any]:
        """Return what is kept of the options with the import."""
        document = {**asdict(self), "cells": None, "n_cells_mended": len(self.cells)}
        return {name: value for name, value in document.items() if value and name != "is_dry_run"}


def import_file(
    session: Session,
    *,
    actor: Actor,
    kind: str,
    path: Path,
    now: datetime,
    options: ImportOptions | None = None,
    progress: Progress = lambda _step, _done, _total: None,
) -> ImportReport:
    """Import a file.

    Parameters
    ----------
    session : Session
        The caller commits: all good rows come in together or, after an error, none.
    actor : Actor
    kind : {"people", "vacancies", "villages", "decisions", "training"}
    path : Path
        .xlsx, .xls, .et, .csv, for people also .lrmx and .lrm, or a zip of them.
    now : datetime
    options : ImportOptions, optional
    progress : callable, optional
        Told the step (``reading``, ``checking``, ``saving``), rows done and rows in all.

    Raises
    ------
    NotFound
        If there is no such file.
    UnreadableFile
        If it cannot be read, breaks a limit, or has no row with data.
    Forbidden
        If the actor may not import, or not this kind of table.
    InvalidInput
        If the county given for the file is not registered while others are.
    """
    require_kind(actor, kind)
    options = options or ImportOptions()
    if kind != "villages":
        check_given_county(session, options.county)
    with collector_paused():
        report = _import_file(session, actor=actor, kind=kind, path=path, now=now, options=options, progress=progress)
    record_looks(session, actor=actor, kind=kind, rows=report.rows, detail={"is_kept": report.is_kept})
    return report


def _import_file(
    session: Session,
    *,
    actor: Actor,
    kind: str,
    path: Path,
    now: datetime,
    options: ImportOptions,
    progress: Progress,
) -> ImportReport:
    table, rows = _read(session, path, kind=kind, options=options, now=now, progress=progress)
    recognise(session, rows, kind=kind, actor=actor)
    progress("saving", 0, 0)
    if options.is_dry_run or options.is_all_or_nothing:
        with session.begin_nested() as savepoint:
            report = _take_in(
                session, actor=actor, path=path, table=table, rows=rows, kind=kind, options=options, now=now
            )
            if not options.is_dry_run and report.is_clean:
                return report
            savepoint.rollback()
        return not_kept(report, is_dry_run=options.is_dry_run)
    return _take_in(session, actor=actor, path=path, table=table, rows=rows, kind=kind, options=options, now=now)


def _read(
    session: Session, path: Path, *, kind: str, options: ImportOptions, now: datetime, progress: Progress
) -> tuple[DraftTable, list[ReadRow]]:
    progress("reading", 0, 0)
    table = read_source(path, kind=kind, encoding=options.encoding, columns=options.columns, cells=options.cells)
    if not table.drafts:
        raise UnreadableFile(
            Text("表头下面没有数据行。", "There is no row with data under the header."),
            remedy=Text("请核对工作表，再导入。", "Check the sheet and import it again."),
            place=path.name,
        )
    known = sources_of_known(session, table.drafts) if kind == "people" else {}
    prepare = _preparation(kind, options, known=known, now=now)
    n_rows = len(table.drafts)
    rows = read_rows(table.drafts, kind=kind, prepare=prepare, told=lambda n_done: progress("checking", n_done, n_rows))
    if options.erases_blanks:
        erase_blanks(rows, kind=kind)
    return table, rows


def _take_in(
    session: Session,
    *,
    actor: Actor,
    path: Path,
    table: DraftTable,
    rows: list[ReadRow],
    kind: str,
    options: ImportOptions,
    now: datetime,
) -> ImportReport:
    """Keep the file, save its records and write the audit line."""
    kept = keep_import(
        session,
        actor=actor,
        kind=kind,
        path=path,
        rows=rows,
        options=options.as_document(),
        attestation=options.attestation,
        now=now,
        is_trial=options.is_dry_run,
    )
    saved, previews = _saved_and_compared(
        session, actor=actor, kind=kind, rows=rows, now=now, options=options, origin=kept.origin
    )
    drafts = [row.draft for row in rows if row.record is not None]
    forms = [(draft.sheet, one.number) for draft, one in zip(drafts, saved.records, strict=True) if draft.is_form]
    keep_remainders(session, path=path, forms=forms, now=now)
    report = report_of(kind, table=table, rows=rows, saved=saved, previews=previews, import_id=kept.import_id)
    kept.count(session, report.counts())
    audit.record(
        session,
        actor=actor,
        action="import_file",
        subject_kind=kind,
        subject_no=kept.sha256[:16],
        now=now,
        detail={**saved.as_detail(), "n_rows": len(rows), "import_id": kept.import_id},
    )
    session.flush()
    return report


def _saved_and_compared(
    session: Session,
    *,
    actor: Actor,
    kind: str,
    rows: Sequence[ReadRow],
    now: datetime,
    options: ImportOptions,
    origin: Origin,
) -> tuple[SaveReport, list[RowPreview]]:
    """Save the records and say what each row did; values in conflict stay out if they shall."""

    def once() -> tuple[SaveReport, list[RowPreview]]:
        saved = _save(session, actor=actor, kind=kind, rows=rows, now=now, options=options, origin=origin)
        previews = preview_rows(
            session,
            kind=kind,
            rows=rows,
            saved=saved.records,
            attestation=options.attestation,
            origin=origin,
            unseen=partial(unseen_fields, actor=actor) if kind == "people" else lambda _: (),
        )
        return saved, previews

    if not options.keeps_conflicts:
        return once()
    with session.begin_nested() as savepoint:
        saved, previews = once()
        if not any(preview.state is RowState.CONFLICTING for preview in previews):
            return saved, previews
        savepoint.rollback()
    for row, preview in zip(rows, previews, strict=True):
        if row.record is not None:
            told = row.record
            row.record = {key: told[key] for key in told.keys() - conflicting_keys(preview, kind=kind)}
    kept, _ = once()
    return kept, previews


def _preparation(kind: str, options: ImportOptions, *, known: Mapping[str, str], now: datetime) -> Preparation:
    places = PlacePreparation(options.county, options.township)
    if kind == "people":
        return PeoplePreparation(places, day_of(now), options.talent_source, known)
    if kind == "vacancies":
        return VacancyPreparation(places)
    return places if kind == "villages" else _as_it_is


def _as_it_is(_: object) -> Iterable[CellFinding]:
    return ()


def _save(
    session: Session,
    *,
    actor: Actor,
    kind: str,
    rows: Sequence[ReadRow],
    now: datetime,
    options: ImportOptions,
    origin: Origin,
) -> SaveReport:
    records: list[dict[str, Any]] = [row.record for row in rows if row.record is not None]
    attest = options.attestation
    if kind == "people":
        saved = registration.save_people(session, actor=actor, records=records, now=now, attest=attest, origin=origin)
        hint_at_duplicates(session, saved, actor=actor)
        return saved
    if kind == "vacancies":
        return registration.save_vacancies(session, actor=actor, records=records, now=now, attest=attest, origin=origin)
    if kind == "villages":
        return registration.save_villages(session, actor=actor, records=records, now=now, origin=origin)
    if kind == "training":
        return registration.save_training(session, actor=actor, records=records, now=now, origin=origin)
    return registration.save_decisions(session, actor=actor, records=records, now=now, origin=origin)
