"""/api/v1/codes: the code tables whose codes stand in the records."""

from flask import Response
from marshmallow import Schema, fields

from matching.vocabulary import Text
from matching.vocabulary.codes import CODE_TABLES, code_table
from schemas.texts import TextSchema
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.api.etags import conditional, tagged
from service.errors import NotFound

__all__ = ["resource"]

resource = Resource("codes", title=Text("代码表", "Code tables"))

_FIXED = 0  # tables have no version number of their own; their digest tells


class CodeSchema(Schema):
    """One code and what it is called."""

    code = fields.String(required=True)
    label = fields.Nested(TextSchema, required=True)


class CodeTableSchema(Schema):
    """A code table in its own order; a record may also name a code by its label."""

    table = fields.String(required=True)
    items = fields.List(fields.Nested(CodeSchema), required=True)


@resource.operation(
    "GET", "/<table>", Text("查看一张代码表", "Show a code table"), answer=CodeTableSchema, headers=("ETag",)
)
def show_code_table(table: str) -> Response:
    """Answer with every code of a table and its label in both languages."""
    if table not in CODE_TABLES:
        raise NotFound(
            Text("没有这张代码表。", "There is no such code table."),
            remedy=Text(f"可用：{'、'.join(CODE_TABLES)}。", f"Known: {', '.join(CODE_TABLES)}."),
            place="table",
            value=table,
        )
    known = code_table(table)
    items = [{"code": code, "label": known.label(code)._asdict()} for code in known.codes]
    return conditional(tagged(Answer.of({"table": table, "items": items}), version=_FIXED).response())
