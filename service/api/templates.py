"""/api/v1/templates: workbooks to fill in and import."""

from flask import Response

from matching.vocabulary import Text
from service.api.blueprint import Resource
from service.context import current_actor
from service.usecases.incoming.templates import make_template

__all__ = ["resource"]

resource = Resource("templates", title=Text("填报模板", "Templates"))

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@resource.operation(
    "GET",
    "/<kind>",
    Text("下载一种表的填报模板", "Download the template of a kind of table"),
    answer={"type": "string", "format": "binary"},
    content_type=_XLSX,
)
def download_template(kind: str) -> Response:
    """Answer with an .xlsx: drop-downs, a note on every column, an example."""
    content = make_template(actor=current_actor(), kind=kind)
    headers = {"Content-Disposition": f'attachment; filename="{kind}.xlsx"'}
    return Response(content, headers=headers, mimetype=_XLSX)
