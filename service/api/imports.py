"""/api/v1/imports: a file comes in, what came of it, and taking it back."""

import tempfile
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Response, request, url_for
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from schemas.imports import (
    ImportFormSchema,
    ImportReportSchema,
    ImportSchema,
    ImportsQuerySchema,
    UndoneImportSchema,
)
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.api.bodies import UnsupportedMediaType, check_text
from service.api.idempotency import once
from service.api.lists import page_answer, page_of, page_schema
from service.api.refused_fields import invalid_input
from service.api.wording import meant
from service.context import current_actor, now, reading
from service.errors import InvalidInput
from service.files.encodings import ENCODINGS
from service.usecases import imports, imports_kept, undoing_imports
from service.usecases.attestation import Attestation
from service.usecases.column_mappings import use_column_mapping
from service.usecases.import_documents import import_document

__all__ = ["resource"]

resource = Resource("imports", title=Text("导入", "Imports"))

_IMPORT, _FORM, _UNDONE = ImportSchema(), ImportFormSchema(), UndoneImportSchema()
_MOST_BYTES = 51_000_000
_LONGEST_NAME = 200
_MOST_DIGITS = 16
_FILE = {"type": "string", "format": "binary", **meant("表格文件", "The table: .xlsx, .xls, .et, .csv, .lrmx")}
_YES = {"type": "string", "enum": ["true", "false"], "default": "false"}
_WORD = {"type": "string", "maxLength": 60}
_ENCODING = {"type": "string", "enum": list(ENCODINGS)}
_SHAPE = {
    "type": "object",
    "required": ["kind", "file"],
    "properties": {
        "file": _FILE,
        "kind": {"type": "string", "enum": list(imports.KINDS)},
        "dry_run": {**_YES, **meant("只检查，不保存", "Check everything, keep nothing")},
        "all_or_nothing": {**_YES, **meant("有一处不合格即全部不导入", "Save nothing if anything is refused")},
        "erase_blanks": {**_YES, **meant("空格清空已有内容", "A blank cell erases what is known")},
        "keep_conflicts": {**_YES, **meant("冲突时保留现值", "What was set by hand or verified stays")},
        **dict.fromkeys(("county", "township", "talent_source", "attested_by"), _WORD),
        "attested_document": {"type": "string", "maxLength": 120},
        "encoding": {**_ENCODING, **meant("CSV 的编码，不填则自动识别", "Of a CSV file; found out unless given")},
        "mapping": {**_WORD, **meant("使用某单位已保存的列名对应", "Headers that were saved for an office")},
    },
}


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
    form=_SHAPE,
    headers=("Location", "Idempotency-Replayed"),
)
def import_file() -> Response:
    """Import a file, or say what it would do; good rows go in, every bad cell is named."""
    request.max_content_length = _MOST_BYTES
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType(
            Text("请以 multipart/form-data 提交文件。", "Send the file as multipart/form-data."),
            remedy=Text("字段：file、kind 等。", "With the fields file, kind and so on."),
            place="Content-Type",
            value=request.headers.get("Content-Type", ""),
        )
    request.get_data(cache=True)  # read once: for the form, and for the digest of a repetition
    kind, options, office = _options()

    def work(session: Session) -> Answer:
        actor = current_actor()
        columns = use_column_mapping(session, actor=actor, office=office, kind=kind, now=now()) if office else {}
        with tempfile.TemporaryDirectory() as directory:
            path = _stored(Path(directory))
            report = imports.import_file(
                session, actor=actor, kind=kind, path=path, now=now(), options=replace(options, columns=columns)
            )
        document = import_document(report)
        if report.import_id is None:
            return Answer.of(document)
        return Answer.of(document, location=url_for("api_imports.show_import", import_id=report.import_id))

    return once(work)


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


def _options() -> tuple[str, imports.ImportOptions, str | None]:
    """Return the kind of table, what is given for the file, and the office whose saved headers are used."""
    for name, value in request.form.items(multi=True):
        check_text(value, place=name)
    try:
        given = _FORM.load(request.form.to_dict())
    except ValidationError as error:
        raise invalid_input(ValidationError({"json": error.messages}), _FORM) from error
    _check_known(given["kind"], imports.KINDS, place="kind")
    _check_known(given.get("encoding"), ENCODINGS, place="encoding")
    signature = (given.get("attested_by"), given.get("attested_document"))
    if (signature[0] is None) != (signature[1] is None):
        raise InvalidInput(
            Text("核验人和依据文件须同时给出。", "attested_by and attested_document belong together."),
            place="attested_by",
        )
    options = imports.ImportOptions(
        attestation=Attestation(signature[0], signature[1]) if signature[0] and signature[1] else None,
        county=given.get("county"),
        township=given.get("township"),
        talent_source=given.get("talent_source"),
        is_dry_run=bool(given["dry_run"]),
        is_all_or_nothing=bool(given["all_or_nothing"]),
        erases_blanks=bool(given["erase_blanks"]),
        keeps_conflicts=bool(given["keep_conflicts"]),
        encoding=given.get("encoding"),
    )
    return given["kind"], options, given.get("mapping")


def _check_known(value: str | None, known: Collection[str], *, place: str) -> None:
    if value is not None and value not in known:
        raise InvalidInput(
            Text(f"“{value}”不可用。", f"'{value}' is not known."),
            remedy=Text(f"可填：{'、'.join(known)}。", f"Known: {', '.join(known)}."),
            place=place,
            value=value,
        )


def _stored(directory: Path) -> Path:
    """Put the uploaded file aside under its own name, which tells the format and the lineage."""
    upload = request.files.get("file")
    if upload is None:
        raise InvalidInput(
            Text("没有收到文件。", "There is no file."),
            remedy=Text("请在字段 file 中提交一个文件。", "Send one in the field file."),
            place="file",
        )
    name = Path((upload.filename or "").replace("\\", "/")).name or "upload"
    check_text(name, place="file", longest=_LONGEST_NAME)
    path = directory / name
    try:
        upload.save(path)
    except (OSError, ValueError) as error:
        raise InvalidInput(
            Text("文件名不能使用。", "The name of the file cannot be used."),
            remedy=Text("请缩短文件名后重试。", "Shorten it and try again."),
            place="file",
        ) from error
    return path
