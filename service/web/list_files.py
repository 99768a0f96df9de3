"""A list as a file: the table as it is shown, who was left out of it, and the dossier to sign."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from service.context import current_actor, current_language, now, unit_of_work
from service.usecases.exporting_excluded import export_excluded
from service.usecases.exporting_sheets import export_sheet
from service.usecases.exporting_shortlists import export_dossier, export_shortlist
from service.web.downloads import download_of

__all__ = ["blueprint"]

blueprint = Blueprint("list_files", __name__)


@blueprint.post("/shortlists/<shortlist_no>/workbook")
def take_list(shortlist_no: str) -> Response:
    """Hand out the list as a workbook; who took it is on record."""
    with unit_of_work() as session:
        made = export_shortlist(
            session,
            actor=current_actor(),
            shortlist_no=shortlist_no,
            file_format="xlsx",
            language=current_language(),
            now=now(),
        )
    return download_of(made)


@blueprint.post("/shortlists/<shortlist_no>/sheet")
def take_sheet(shortlist_no: str) -> Response:
    """Hand out the print sheet of the list as PDF; without names where the page shows none."""
    with unit_of_work() as session:
        made = export_sheet(
            session,
            actor=current_actor(),
            shortlist_no=shortlist_no,
            language=current_language(),
            is_blind=request.form.get("blind") == "1",
            now=now(),
        )
    return download_of(made)


@blueprint.post("/shortlists/<shortlist_no>/excluded/file")
def take_excluded(shortlist_no: str) -> Response:
    """Hand out who was left out, as the page shows them: a workbook, or PDF where it is asked for."""
    file_format = "pdf" if request.form.get("format") == "pdf" else "xlsx"
    with unit_of_work() as session:
        made = export_excluded(
            session,
            actor=current_actor(),
            shortlist_no=shortlist_no,
            rule_id=request.form.get("rule", "").strip() or None,
            file_format=file_format,
            language=current_language(),
            now=now(),
        )
    return download_of(made)


@blueprint.post("/shortlists/<shortlist_no>/dossier")
def take_dossier(shortlist_no: str) -> Response:
    """Hand out the dossier of the list, to sign: PDF, or Word where it is asked for."""
    file_format = "docx" if request.form.get("format") == "docx" else "pdf"
    with unit_of_work() as session:
        made = export_dossier(
            session,
            actor=current_actor(),
            shortlist_no=shortlist_no,
            file_format=file_format,
            language=current_language(),
            now=now(),
        )
    return download_of(made)
