"""/api/v1/exports: files to take away, and the record of those that were taken."""

from base64 import b64encode
from typing import Any

from flask import Response, url_for
from marshmallow import fields

from matching.vocabulary import Text
from schemas.exports import DownloadQuerySchema, ExportRequestSchema, ExportSchema, ExportsQuerySchema
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.api.downloads import file_response
from service.api.lists import page_answer, page_of, page_schema
from service.context import current_actor, now, reading, unit_of_work
from service.usecases.outgoing import exports
from service.usecases.outgoing.exporting import ExportedFile

__all__ = ["resource"]

resource = Resource("exports", title=Text("导出", "Exports"))


class RecordedExportSchema(ExportSchema):
    """The record of a file that somebody took."""

    selection = fields.Function(exports.selection_shown)  # type: ignore[assignment]  # worked out, not read


class ExportFileSchema(ExportSchema):
    """The file itself: the content type and the name in Content-Disposition say what it is."""

    class Meta:
        exclude = tuple(ExportSchema().fields)


_EXPORT, _FILE = RecordedExportSchema(), ExportFileSchema()


@resource.operation(
    "POST",
    "",
    Text("导出文件：列表、名册、名单、材料或任免审批表", "Export a list, roster, shortlist, dossier or cadre form"),
    body=ExportRequestSchema,
    answer=_FILE,
    status=201,
    headers=("Location",),
)
def make_export(wanted: dict[str, Any]) -> Response:
    """Answer with the file; every one is recorded and numbered, so a repetition is another export."""
    return _made(wanted, status=201)


@resource.operation(
    "GET",
    "/download",
    Text("以链接导出（不带人员筛选）", "Export by a link, without filters"),
    query=DownloadQuerySchema,
    answer=_FILE,
    headers=("Location",),
)
def download(query: dict[str, Any]) -> Response:
    """Answer with the file, for a browser that is signed in; recorded as any other."""
    return _made(query, status=200)


@resource.operation(
    "GET", "", Text("列出导出记录", "List what was exported"), query=ExportsQuerySchema, answer=page_schema(_EXPORT)
)
def list_exports(query: dict[str, Any]) -> Response:
    """Answer with one page of records, the newest first."""
    with reading() as session:
        page = exports.list_exports(
            session,
            actor=current_actor(),
            kind=query.get("kind"),
            exported_by=query.get("exported_by"),
            **page_of(query),
        )
        return page_answer(page, _EXPORT).response()


@resource.operation("GET", "/<export_no>", Text("查看一次导出的记录", "Show the record of an export"), answer=_EXPORT)
def show_export(export_no: str) -> Response:
    """Answer with who took what, when, how many people, and the hash of the file."""
    with reading() as session:
        found = exports.get_export(session, actor=current_actor(), export_no=export_no)
        return Answer.of(_EXPORT.dump(found)).response()


def _made(wanted: dict[str, Any], *, status: int) -> Response:
    request = {key: value for key, value in wanted.items() if key != "format"}
    asked = exports.Wanted(file_format=wanted["format"], **request)
    with unit_of_work() as session:
        made = exports.make_export(session, asked, actor=current_actor(), now=now())
    return _file(made, status)


def _file(made: ExportedFile, status: int) -> Response:
    plain = f"{made.export_no}.{made.name.rpartition('.')[2]}"
    response = file_response(made.content, media_type=made.media_type, name=made.name, plain=plain, status=status)
    response.headers["Content-Digest"] = f"sha-256=:{b64encode(bytes.fromhex(made.sha256)).decode()}:"
    response.headers["Location"] = url_for("api_exports.show_export", export_no=made.export_no)
    return response
