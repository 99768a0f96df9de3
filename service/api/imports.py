"""/api/v1/imports: a file comes in, what came of it, and taking it back."""

import tempfile
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Response, url_for
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from schemas.imports import ImportReportSchema, ImportSchema, ImportsQuerySchema, UndoneImportSchema
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.api.downloads import file_response
from service.api.idempotency import once
from service.api.lists import page_answer, page_of, page_schema
from service.api.uploads import IMPORT_FORM, Upload, read_upload, store_upload
from service.context import current_actor, now, reading, unit_of_work
from service.files.marked_workbooks import MarkedWorkbook
from service.usecases.incoming import imports, imports_kept, undoing_imports
from service.usecases.incoming.column_mappings import use_column_mapping
from service.usecases.incoming.import_documents import import_document
from service.usecases.incoming.import_reports import ImportReport
from service.usecases.incoming.marked_imports import check_markable, marked_import, marked_name
from service.usecases.outgoing.exporting import MEDIA_TYPES

__all__ = ["resource"]

resource = Resource("imports", title=Text("导入", "Imports"))

_IMPORT, _UNDONE = ImportSchema(), UndoneImportSchema()
_MOST_DIGITS = 16


@resource.operation(
    "GET", "", Text("列出导入记录", "List imports"), query=ImportsQuerySchema, answer=page_schema(_IMPORT)
)
def list_imports(query: dict[str, Any]) -> Response:
    """Answer with one page of imports, the newest first."""
    with reading() as session:
        page = imports_kept.list_imports(session, actor=current_actor(), kind=query.get("kind"), **page_of(query))
        return page_answer(page, _IMPORT).response()


@resource.operation("GET", "/<import_id>", Text("查看一次导入", "Show an import"), answer=ImportSchema)
def show_import(import_id: str) -> Response:
    """Answer with one import."""
    with reading() as session:
        found = imports_kept.get_import(session, actor=current_actor(), import_id=_number(import_id))
        return Answer.of(_IMPORT.dump(found)).response()


@resource.operation(
    "POST",
    "",
    Text("导入一个文件", "Import a file"),
    answer=ImportReportSchema,
    form=IMPORT_FORM,
    headers=("Location", "Idempotency-Replayed"),
)
def import_file() -> Response:
    """Import a file, or say what it would do; good rows go in, every bad cell is named."""
    upload = read_upload()

    def work(session: Session) -> Answer:
        report, marked = _imported(session, upload)
        document = import_document(report)
        if marked is not None:
            document["marked_workbook"] = {
                "file_name": marked_name(upload.file_name),
                "is_same": marked.is_same,
                "content": b64encode(marked.content).decode(),
            }
        if report.import_id is None:
            return Answer.of(document)
        return Answer.of(document, location=url_for("api_imports.show_import", import_id=report.import_id))

    return once(work)


@resource.operation(
    "POST",
    "/marked",
    Text("检查一个文件，返回带标注的原表", "Check a file and get the same workbook back with its bad cells marked"),
    answer={"type": "string", "format": "binary"},
    content_type=MEDIA_TYPES["xlsx"],
    form=IMPORT_FORM,
)
def check_file() -> Response:
    """Answer with the file, its bad cells coloured and commented and the findings summed up; nothing is kept."""
    upload = read_upload()
    upload = replace(upload, is_marked=True, options=replace(upload.options, is_dry_run=True))
    with unit_of_work() as session:
        _, marked = _imported(session, upload)
    content = marked.content if marked else b""
    name = marked_name(upload.file_name)
    return file_response(content, media_type=MEDIA_TYPES["xlsx"], name=name, plain="marked.xlsx")


@resource.operation(
    "POST",
    "/<import_id>/undo",
    Text("撤销一次导入", "Undo an import"),
    answer=UndoneImportSchema,
    headers=("Idempotency-Replayed",),
)
def undo_import(import_id: str) -> Response:
    """Take a whole import back, as long as nothing else depends on it."""

    def work(session: Session) -> Answer:
        done = undoing_imports.undo_import(session, actor=current_actor(), import_id=_number(import_id), now=now())
        return Answer.of(_UNDONE.dump(done))

    return once(work)


def _number(import_id: str) -> int:
    """Return the number in an address; what is none is no import."""
    return int(import_id) if import_id.isascii() and import_id.isdigit() and len(import_id) < _MOST_DIGITS else 0


def _imported(session: Session, upload: Upload) -> tuple[ImportReport, MarkedWorkbook | None]:
    """Import the file, and mark it if that is wanted."""
    actor = current_actor()
    if upload.is_marked:
        check_markable(upload.file_name, place="marked")
    office, kind = upload.office, upload.kind
    columns = use_column_mapping(session, actor=actor, office=office, kind=kind, now=now()) if office else {}
    options = replace(upload.options, columns=columns)
    with tempfile.TemporaryDirectory() as directory:
        path = store_upload(upload, Path(directory))
        report = imports.import_file(session, actor=actor, kind=kind, path=path, now=now(), options=options)
        if not upload.is_marked:
            return report, None
        return report, marked_import(report, path=path, language=upload.language, encoding=options.encoding)
