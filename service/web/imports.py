"""Importing a file in four steps: the file, its columns, the check, the result; and the imports of before."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from matching.vocabulary import Text
from service.context import current_actor, current_language, now, reading, unit_of_work
from service.errors import NotFound, ServiceError
from service.files.encodings import ENCODINGS
from service.usecases.incoming import imports_kept, undoing_imports, uploads
from service.usecases.incoming.import_kinds import IMPORT_KINDS, importable_kinds, template_kinds
from service.usecases.incoming.importing_uploads import answer_of, is_markable
from service.usecases.incoming.templates import make_template
from service.usecases.incoming.upload_terms import UploadTerms
from service.usecases.outgoing.exporting import MEDIA_TYPES
from service.usecases.records.villages import own_place
from service.web.downloads import file_answer
from service.web.import_views import kind_names
from service.web.listing import PAGE_SIZE, asked_listing

__all__ = ["blueprint"]

blueprint = Blueprint("imports", __name__, url_prefix="/imports")

_MOST_BYTES = 51_000_000


@blueprint.get("")
def index() -> str:
    """Show the imports, and the reader's files that are on their way."""
    actor = current_actor()
    listing = asked_listing(filters=("kind",), sorts=(), default_sort="")
    kind = listing.asked("kind")
    with reading() as session:
        page = imports_kept.list_imports(
            session, actor=actor, kind=kind if kind in IMPORT_KINDS else None, page=listing.page, page_size=PAGE_SIZE
        )
        waiting = [one for one in uploads.list_uploads(session, actor=actor, now=now()) if one.state != "imported"]
        return render_template("imports/list.html", listing=listing, page=page, waiting=waiting, kinds=kind_names())


@blueprint.get("/new")
def new() -> str:
    """Show the first step."""
    return _first_step()


@blueprint.post("/new")
def receive() -> Redirect | tuple[str, int]:
    """Take a file and go on to its columns."""
    request.max_content_length = _MOST_BYTES
    sent = request.files.get("file")
    try:
        with unit_of_work() as session:
            place = own_place(session, actor=current_actor())
            upload = uploads.receive_upload(
                session,
                actor=current_actor(),
                kind=request.form.get("kind", ""),
                file_name=sent.filename or "" if sent else "",
                content=sent.read() if sent else b"",
                now=now(),
                terms=UploadTerms(
                    encoding=_asked_encoding(), county=place.get("county"), township=place.get("township")
                ),
            )
    except ServiceError as error:
        return _first_step(error), error.status
    return redirect(url_for("import_steps.columns", upload_id=upload.id), 303)


@blueprint.get("/templates/<kind>")
def template(kind: str) -> Response:
    """Hand out the workbook to fill in."""
    content = make_template(actor=current_actor(), kind=kind, language=current_language())
    name = _("template %(kind)s", kind=kind_names().get(kind, kind)) + ".xlsx"
    return file_answer(content, media_type=MEDIA_TYPES["xlsx"], name=name, plain=f"{kind}.xlsx")


@blueprint.get("/<import_id>")
def show(import_id: str) -> str:
    """Show what came of a file."""
    return _result(_number(import_id))


@blueprint.post("/<import_id>/undo")
def undo(import_id: str) -> Redirect | tuple[str, int]:
    """Take a whole import back."""
    number = _number(import_id)
    try:
        with unit_of_work() as session:
            done = undoing_imports.undo_import(session, actor=current_actor(), import_id=number, now=now())
    except ServiceError as error:
        return _result(number, error), error.status
    flash(
        _("The import is undone: records removed: %(deleted)s, put back as before: %(restored)s.",
          deleted=done.n_deleted, restored=done.n_restored),
        "done",
    )  # fmt: skip
    return redirect(url_for("imports.show", import_id=import_id), 303)


@blueprint.get("/<import_id>/marked")
def marked(import_id: str) -> Response:
    """Hand out the workbook that goes back to the clerk."""
    with reading() as session:
        upload = _upload_of(session, _number(import_id))
        if upload is None:
            raise NotFound(
                Text("标注表已不再保留。", "The marked workbook is no longer kept."),
                remedy=Text("请再次上传原文件核对。", "Upload the file again and check it."),
                place="upload",
            )
        content = uploads.content_of(upload)
        return file_answer(content, media_type=MEDIA_TYPES["xlsx"], name=answer_of(upload), plain="marked.xlsx")


def _first_step(error: ServiceError | None = None) -> str:
    actor = current_actor()
    return render_template(
        "imports/file.html",
        kinds=kind_names(importable_kinds(actor)),
        templates=kind_names(template_kinds(actor)),
        kind=request.values.get("kind", "people"),
        encodings=list(ENCODINGS),
        encoding=request.values.get("encoding", ""),
        error=error,
    )


def _result(import_id: int, error: ServiceError | None = None) -> str:
    actor = current_actor()
    with reading() as session:
        kept = imports_kept.get_import(session, actor=actor, import_id=import_id)
        upload = _upload_of(session, import_id)
        return render_template(
            "imports/result.html",
            kept=kept,
            upload=upload,
            report=uploads.report_of_upload(upload) if upload else None,
            is_markable=upload is not None and is_markable(upload.file_name),
            kinds=kind_names(),
            error=error,
        )


def _upload_of(session: Any, import_id: int) -> Any:
    """Return the reader's own upload that an import came from, as long as it is kept."""
    kept = uploads.list_uploads(session, actor=current_actor(), now=now())
    return next((one for one in kept if one.import_id == import_id), None)


def _asked_encoding() -> str | None:
    wanted = request.form.get("encoding", "")
    return wanted if wanted in ENCODINGS else None


def _number(import_id: str) -> int:
    """Return the number in an address; what is none is no import."""
    return int(import_id) if import_id.isascii() and import_id.isdigit() and len(import_id) < 16 else 0
