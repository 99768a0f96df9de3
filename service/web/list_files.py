"""A list as a file: the table as it is shown, who was left out of it, and the dossier to sign."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from service.context import current_actor, current_language, now, unit_of_work
from service.usecases.outgoing.exporting import ExportedFile
from service.usecases.outgoing.exporting_excluded import export_excluded
from service.usecases.outgoing.exporting_sheets import export_sheet
from service.usecases.outgoing.exporting_shortlists import export_dossier, export_shortlist
from service.web.downloads import download_of

__all__ = ["blueprint"]

blueprint = Blueprint("list_files", __name__)


@blueprint.post("/shortlists/<shortlist_no>/workbook")
def take_list(shortlist_no: str) -> Response:
    """Hand out the list as a workbook; who took it is on record."""
    return _taken(export_shortlist, shortlist_no, file_format="xlsx")


@blueprint.post("/shortlists/<shortlist_no>/sheet")
def take_sheet(shortlist_no: str) -> Response:
    """Hand out the print sheet of the list as PDF; without names where the page shows none."""
    return _taken(export_sheet, shortlist_no, is_blind=request.form.get("blind") == "1")


@blueprint.post("/shortlists/<shortlist_no>/excluded/file")
def take_excluded(shortlist_no: str) -> Response:
    """Hand out who was left out, as the page shows them: a workbook, or PDF where it is asked for."""
    rule_id = request.form.get("rule", "").strip() or None
    return _taken(export_excluded, shortlist_no, rule_id=rule_id, file_format=_format("pdf", otherwise="xlsx"))


@blueprint.post("/shortlists/<shortlist_no>/dossier")
def take_dossier(shortlist_no: str) -> Response:
    """Hand out the dossier of the list, to sign: PDF, or Word where it is asked for."""
    return _taken(export_dossier, shortlist_no, file_format=_format("docx", otherwise="pdf"))


def _taken(export: Callable[..., ExportedFile], shortlist_no: str, **asked: Any) -> Response:
    actor, language = current_actor(), current_language()
    with unit_of_work() as session:
        made = export(session, actor=actor, shortlist_no=shortlist_no, language=language, now=now(), **asked)
    return download_of(made)


def _format(known: str, *, otherwise: str) -> str:
    return known if request.form.get("format") == known else otherwise
