"""A short help page that also prints well."""

from flask import Blueprint, render_template

from service.context import current_actor
from service.usecases.incoming.import_kinds import template_kinds
from service.web.import_views import kind_names
from service.web.keys import key_places

__all__ = ["blueprint"]

blueprint = Blueprint("help", __name__)


@blueprint.get("/help")
def show() -> str:
    """Show what the words mean, and the keys."""
    actor = current_actor()
    return render_template("help.html", key_places=key_places(), kinds=kind_names(template_kinds(actor)))
