"""The steps of one uploaded file: its columns, the check with its bad cells, the import."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from matching.vocabulary import TalentSource
from service.access import may
from service.context import current_actor, current_language, now, reading, unit_of_work
from service.errors import ServiceError, Stopped
from service.files.encodings import ENCODINGS
from service.files.outlines import ColumnState, FileOutline
from service.usecases.incoming import importing_uploads, uploads
from service.usecases.incoming.column_mappings import list_column_mappings, remember_columns, use_column_mapping
from service.usecases.incoming.import_kinds import IMPORT_KINDS, importable_kinds
from service.usecases.incoming.imports import Progress
from service.usecases.incoming.upload_terms import UploadTerms
from service.usecases.incoming.uploads import Upload
from service.usecases.outgoing.exporting import MEDIA_TYPES
from service.usecases.records.attestation import as_attested
from service.web import import_views, import_work
from service.web.downloads import file_answer
from service.web.forms import asked_text
from service.web.options import coded_options, county_options
from service.web.reader import is_fragment

__all__ = ["blueprint"]

blueprint = Blueprint("import_steps", __name__, url_prefix="/imports/files/<int:upload_id>")

Answer = Redirect | str | tuple[str, int]

_ASIDE = frozenset({ColumnState.GUESSED, ColumnState.UNKNOWN, ColumnState.CONFIRMED})
_SHOWN = ("", "new", "changed", "conflicting", "same", "notes")
_MOST_MENDED = 500


@blueprint.get("/columns")
def columns(upload_id: int) -> Answer:
    """Show what the columns are taken for."""
    return _columns_page(upload_id)


@blueprint.post("/columns")
def confirm(upload_id: int) -> Answer:
    """Take what somebody said about the file, and read it again or check it."""
    terms: UploadTerms | None = None
    try:
        with unit_of_work() as session:
            actor = current_actor()
            upload = uploads.find_upload(session, actor=actor, upload_id=upload_id, now=now())
            kind = request.form.get("kind", upload.kind)
            terms = _asked_terms(uploads.terms_of(upload))
            if office := request.form.get("use_office", ""):
                saved = use_column_mapping(session, actor=actor, office=office, kind=kind, now=now())
                terms = replace(terms, columns={**saved, **terms.columns}, office=office)
            if (office := asked_text(request.form, "save_office", longest=60)) and terms.columns:
                terms = replace(terms, office=office)
                remember_columns(session, actor=actor, office=office, kind=kind, confirmed=terms.columns, now=now())
            kind = kind if kind in IMPORT_KINDS else upload.kind
            as_attested(actor, terms.options(is_dry_run=True).attestation)
            uploads.change_terms(session, actor=actor, upload=upload, terms=terms, now=now(), kind=kind)
            importing_uploads.outline_of(actor=actor, upload=upload)  # refuses what cannot be read so
    except ServiceError as error:
        return _columns_page(upload_id, error, terms), error.status
    if request.form.get("act") != "check":
        return redirect(url_for(".columns", upload_id=upload_id), 303)
    return _check(upload_id)


@blueprint.get("/check")
def check(upload_id: int) -> Answer:
    """Show what the check found."""
    with reading() as session:
        upload = uploads.find_upload(session, actor=current_actor(), upload_id=upload_id, now=now())
        if uploads.is_at_work(upload, now=now()):
            return redirect(url_for(".wait", upload_id=upload_id), 303)
        if upload.state == "imported":
            return redirect(url_for("imports.show", import_id=upload.import_id), 303)
        report = uploads.report_of_upload(upload)
        if report is None:
            return redirect(url_for(".columns", upload_id=upload_id), 303)
        if "refusal" in report:
            return _columns_page(upload_id, report["refusal"])
        return _check_page(upload, report)


@blueprint.post("/check")
def check_again(upload_id: int) -> Answer:
    """Take mended cells, and check the file with them."""
    with unit_of_work() as session:
        actor = current_actor()
        upload = uploads.find_upload(session, actor=actor, upload_id=upload_id, now=now())
        terms = uploads.terms_of(upload)
        mended = {**terms.cells, **_mended(uploads.report_of_upload(upload) or {})}
        mended.pop(request.form.get("restore", ""), None)
        terms = replace(terms, cells=mended, keeps_conflicts=request.form.get("conflicts") == "keep")
        uploads.change_terms(session, actor=actor, upload=upload, terms=terms, now=now())
    return _check(upload_id)


@blueprint.post("/import")
def take_in(upload_id: int) -> Answer:
    """Import the file."""
    language = current_language()
    with unit_of_work() as session:
        actor = current_actor()
        upload = uploads.find_upload(session, actor=actor, upload_id=upload_id, now=now())
        terms = replace(
            uploads.terms_of(upload),
            keeps_conflicts=request.form.get("conflicts") == "keep",
            is_all_or_nothing=request.form.get("all_or_nothing") == "yes",
        )
        uploads.change_terms(session, actor=actor, upload=upload, terms=terms, now=now())
    at = now()

    def work(session: Any, upload: Upload, progress: Progress) -> object:
        return importing_uploads.import_upload(
            session, actor=actor, upload=upload, now=at, language=language, progress=progress
        )

    import_work.begin(upload_id, state="importing", work=work)
    return redirect(url_for(".wait", upload_id=upload_id), 303)


@blueprint.get("/wait")
def wait(upload_id: int) -> Answer:
    """Show how far the work is; when it has ended, lead to what came of it."""
    with unit_of_work() as session:
        upload = uploads.find_upload(session, actor=current_actor(), upload_id=upload_id, now=now())
        is_at_work = uploads.is_at_work(upload, now=now())
        standing = import_work.standing_of(upload) if is_at_work else None
        if standing is not None:
            return render_template(
                "imports/wait.html", upload=upload, standing=standing, kinds=import_views.kind_names()
            )
        if upload.state in {"checking", "importing"}:
            uploads.keep_refusal(upload, Stopped(import_work.BROKEN, remedy=import_work.AGAIN, place="upload"))
        elif upload.state == "checked" and uploads.terms_of(upload).is_all_or_nothing:
            flash(_("Nothing was imported, for something is refused and all or nothing was asked for."), "notice")
    target = url_for(".check", upload_id=upload_id)
    return Redirect(status=204, headers={"HX-Redirect": target}) if is_fragment() else redirect(target, 303)


@blueprint.get("/marked")
def marked(upload_id: int) -> Response:
    """Hand out the file with its bad cells marked, before anything comes in."""
    with unit_of_work() as session:
        actor = current_actor()
        upload = uploads.find_upload(session, actor=actor, upload_id=upload_id, now=now())
        content = importing_uploads.marked_check(
            session, actor=actor, upload=upload, now=now(), language=current_language()
        )
        name = importing_uploads.answer_of(upload)
    return file_answer(content, media_type=MEDIA_TYPES["xlsx"], name=name, plain="marked.xlsx")


@blueprint.post("/drop")
def drop(upload_id: int) -> Redirect:
    """Remove the file at once."""
    with unit_of_work() as session:
        actor = current_actor()
        upload = uploads.find_upload(session, actor=actor, upload_id=upload_id, now=now())
        uploads.drop_upload(session, actor=actor, upload=upload, now=now())
    flash(_("The file is removed."), "done")
    return redirect(url_for("imports.index"), 303)


def _check(upload_id: int) -> Redirect:
    actor, at = current_actor(), now()

    def work(session: Any, upload: Upload, progress: Progress) -> object:
        return importing_uploads.check_upload(session, actor=actor, upload=upload, now=at, progress=progress)

    import_work.begin(upload_id, state="checking", work=work)
    return redirect(url_for(".check", upload_id=upload_id), 303)


def _asked_terms(before: UploadTerms) -> UploadTerms:
    """Return what the form of the columns says."""
    encoding = request.form.get("encoding", "")
    confirmed = {name.removeprefix("as:"): key for name, key in request.form.items() if name.startswith("as:") and key}
    guesses = {name.removeprefix("guess:"): key for name, key in request.form.items() if name.startswith("guess:")}
    if request.form.get("act") == "all":
        guesses = {name.removeprefix("may:"): key for name, key in request.form.items() if name.startswith("may:")}
    return replace(
        before,
        encoding=encoding if encoding in ENCODINGS else None,
        county=asked_text(request.form, "county", longest=60) or None,
        township=asked_text(request.form, "township", longest=60) or None,
        talent_source=asked_text(request.form, "talent_source", longest=60) or None,
        attested_by=asked_text(request.form, "attested_by", longest=60) or None,
        attested_document=asked_text(request.form, "attested_document", longest=120) or None,
        erases_blanks=request.form.get("blanks") == "erase",
        columns={**guesses, **confirmed},
    )


def _mended(report: dict[str, Any]) -> dict[str, str]:
    """Return the cells that the form mends: what was typed, and suggestions that were taken."""
    suggested = {
        f"{one['sheet']}!{one['cell']}" if one["sheet"] else one["cell"]: str(one["suggestion"])
        for one in import_views.cells_of(report) if one["suggestion"]
    } if "findings" in report else {}  # fmt: skip
    typed = {
        name.removeprefix("cell:"): value.strip()[:500]
        for name, value in request.form.items()
        if name.startswith("cell:") and value.strip()
    }
    taken = request.form.get("take", "")
    if taken == "*":
        return {**suggested, **dict(list(typed.items())[:_MOST_MENDED])}
    return {**typed, taken: suggested[taken]} if taken in suggested else typed


def _columns_page(upload_id: int, error: Any = None, terms: UploadTerms | None = None) -> str:
    """Return the page of the columns; `terms` is what was asked for and refused."""
    actor = current_actor()
    with reading() as session:
        upload = uploads.find_upload(session, actor=actor, upload_id=upload_id, now=now())
        outline, failed = FileOutline(), error
        try:
            outline = importing_uploads.outline_of(actor=actor, upload=upload)
        except ServiceError as refused:
            failed = error or refused
        offices = sorted({row.office for row in list_column_mappings(session, actor=actor) if row.kind == upload.kind})
        return render_template(
            "imports/columns.html",
            upload=upload,
            terms=terms or uploads.terms_of(upload),
            outline=outline,
            aside=_ASIDE,
            kinds=import_views.kind_names(),
            offered=importable_kinds(actor),
            fields=import_views.field_options(upload.kind),
            encodings=list(ENCODINGS),
            offices=offices,
            counties=[name for _code, name in county_options(session, actor=actor)],
            sources=coded_options("talent_source", TalentSource),
            may_attest=may(actor, "attest_files"),
            error=failed,
        )


def _check_page(upload: Upload, report: dict[str, Any]) -> str:
    show = request.args.get("show", "")
    effect = request.args.get("effect", "")
    page, effects = request.args.get("page", "1"), import_views.count_effects(report)
    show = show if show in _SHOWN else ""
    return render_template(
        "imports/check.html",
        upload=upload,
        terms=uploads.terms_of(upload),
        report=report,
        show=show,
        effect=effect if effect in import_views.BAD else "",
        grid=import_views.grid_of(
            report, effect=effect, page=int(page) if page.isascii() and page.isdigit() and len(page) < 5 else 1
        ),
        n_suggested=sum(one["suggestion"] is not None for one in import_views.cells_of(report)),
        n_cells=sum(effects.values()),
        n_told=len(import_views.cells_of(report)),
        effects=effects,
        notes=import_views.notes_of(report),
        previews=import_views.previews_of(report, state=show) if show not in {"", "notes"} else [],
        kinds=import_views.kind_names(),
        is_markable=importing_uploads.is_markable(upload.file_name),
    )
