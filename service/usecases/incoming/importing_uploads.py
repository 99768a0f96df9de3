"""The work on an upload: looking at its columns, checking it, importing it."""

import json
import tempfile
from base64 import b64encode
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from service.access import Actor, require
from service.files.finding_tables import write_findings
from service.files.outlines import FileOutline, read_outline
from service.models.uploads import Upload
from service.usecases.incoming.import_reports import ImportReport
from service.usecases.incoming.imports import Progress, import_file
from service.usecases.incoming.marked_imports import is_markable, marked_import, marked_name
from service.usecases.incoming.upload_reports import kept_report
from service.usecases.incoming.uploads import KEPT_FOR, stored_file, terms_of

__all__ = ["answer_of", "check_upload", "import_upload", "is_markable", "marked_check", "outline_of"]


def outline_of(*, actor: Actor, upload: Upload) -> FileOutline:
    """Return what the columns of a file are taken for.

    Raises
    ------
    Forbidden
        If the actor may not import.
    UnreadableFile, InvalidInput
        As in `read_outline`.
    """
    require(actor, "import_files")
    terms = terms_of(upload)
    with stored_file(upload) as path:
        return read_outline(path, kind=upload.kind, encoding=terms.encoding, columns=terms.columns)


def check_upload(
    session: Session, *, actor: Actor, upload: Upload, now: datetime, progress: Progress = lambda *_: None
) -> ImportReport:
    """Check a file and keep what was found with it; nothing else changes. Errors as in `import_file`."""
    with stored_file(upload) as path:
        report = import_file(
            session,
            actor=actor,
            kind=upload.kind,
            path=path,
            now=now,
            options=terms_of(upload).options(is_dry_run=True),
            progress=progress,
        )
    _keep(session, upload, report, state="checked", now=now)
    return report


def import_upload(
    session: Session,
    *,
    actor: Actor,
    upload: Upload,
    now: datetime,
    language: str,
    progress: Progress = lambda *_: None,
) -> ImportReport:
    """Import a file; what goes back to the clerk takes the place of the file that came in.

    Where all or nothing was asked for and something is refused, nothing is imported and the file stays.

    Parameters
    ----------
    session, actor, upload, now, progress
        As in `check_upload`.
    language : {"zh", "en"}
        Of the marks.

    Raises
    ------
    Forbidden, UnreadableFile, InvalidInput
        As in `import_file`.
    """
    options = terms_of(upload).options(is_dry_run=False)
    with stored_file(upload) as path:
        report = import_file(
            session, actor=actor, kind=upload.kind, path=path, now=now, options=options, progress=progress
        )
        if report.is_kept:
            upload.content = b64encode(
                _marked(report, path=path, language=language, encoding=options.encoding)
            ).decode()
    upload.import_id = report.import_id
    _keep(session, upload, report, state="imported" if report.is_kept else "checked", now=now)
    return report


def marked_check(session: Session, *, actor: Actor, upload: Upload, now: datetime, language: str) -> bytes:
    """Return the file of an upload with its bad cells marked, before anything comes in. Errors as in `import_file`."""
    options = terms_of(upload).options(is_dry_run=True)
    with stored_file(upload) as path:
        report = import_file(session, actor=actor, kind=upload.kind, path=path, now=now, options=options)
        return _marked(report, path=path, language=language, encoding=options.encoding)


def answer_of(upload: Upload) -> str:
    """Return what the file that goes back is called."""
    name = upload.file_name
    return marked_name(name) if is_markable(name) else f"{Path(name).stem}_问题清单.xlsx"


def _marked(report: ImportReport, *, path: Path, language: str, encoding: str | None) -> bytes:
    """Return the workbook with its marks; of forms and archives, which are no table, the list of findings."""
    if is_markable(path.name):
        return marked_import(report, path=path, language=language, encoding=encoding).content
    with tempfile.TemporaryDirectory() as directory:
        listed = Path(directory) / "findings.xlsx"
        write_findings(listed, report.findings, language=language)
        return listed.read_bytes()


def _keep(session: Session, upload: Upload, report: ImportReport, *, state: str, now: datetime) -> None:
    upload.report = json.dumps(kept_report(report), ensure_ascii=False)
    upload.state, upload.begun_at, upload.expires_at = state, None, now + KEPT_FOR
    session.flush()
