"""Imports on the wire."""

from marshmallow import Schema, fields

from matching.vocabulary import LANGUAGES
from schemas.base import PageQuerySchema, StrictSchema
from schemas.choices import Choice
from schemas.codes import YesNo
from schemas.fields import PlainText

__all__ = [
    "ImportFormSchema",
    "ImportReportSchema",
    "ImportSchema",
    "ImportsQuerySchema",
    "MarkedWorkbookSchema",
    "UndoneImportSchema",
]


class ImportSchema(Schema):
    """One file that was imported."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    file_name = fields.String(required=True)
    sha256 = fields.String(required=True)
    n_bytes = fields.Integer(required=True)
    username = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    options = fields.Dict(required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    state = fields.String(required=True)
    undone_by = fields.String(required=True, allow_none=True)
    undone_at = fields.AwareDateTime(required=True, allow_none=True)


class ImportFormSchema(StrictSchema):
    """What is given for a file beside the file."""

    kind = PlainText(20, required=True)
    dry_run = YesNo(load_default=False)
    all_or_nothing = YesNo(load_default=False)
    erase_blanks = YesNo(load_default=False)
    keep_conflicts = YesNo(load_default=False)
    county = PlainText(60)
    township = PlainText(60)
    talent_source = PlainText(60)
    attested_by = PlainText(60)
    attested_document = PlainText(120)
    encoding = PlainText(20)
    mapping = PlainText(60)
    marked = YesNo(load_default=False)
    language = Choice(*(str(one) for one in LANGUAGES), load_default="zh")


class ImportsQuerySchema(PageQuerySchema):
    """Filters of the list of imports."""

    kind = PlainText(20)


class UndoneImportSchema(Schema):
    """What the undoing of an import did."""

    import_id = fields.Integer(required=True)
    n_deleted = fields.Integer(required=True)
    n_restored = fields.Integer(required=True)
    n_places_kept = fields.Integer(required=True)


class MarkedWorkbookSchema(Schema):
    """The file that came in with its bad cells marked, for a download; `content` is the .xlsx in Base64."""

    file_name = fields.String(required=True)
    is_same = fields.Boolean(required=True)  # the workbook that came in, else a new one with the same cells
    content = fields.String(required=True, metadata={"format": "byte"})


class ImportReportSchema(Schema):
    """What became of a file; `is_kept` says whether anything was saved."""

    kind = fields.String(required=True)
    n_rows = fields.Integer(required=True)
    n_skipped = fields.Integer(required=True)
    n_new = fields.Integer(required=True)
    n_changed = fields.Integer(required=True)
    n_same = fields.Integer(required=True)
    n_refused = fields.Integer(required=True)
    n_drafts = fields.Integer(required=True)  # people who went in as drafts, to be completed before they are submitted
    n_conflicting = fields.Integer(required=True)
    n_open = fields.Integer(required=True)
    is_dry_run = fields.Boolean(required=True)
    is_kept = fields.Boolean(required=True)
    import_id = fields.Integer(required=True, allow_none=True)
    findings = fields.List(fields.Dict(), required=True)
    rows = fields.List(fields.Dict(), required=True)
    provisional_places = fields.List(fields.Dict(), required=True)
    generated = fields.List(fields.Dict(), required=True)
    marked_workbook = fields.Nested(MarkedWorkbookSchema, allow_none=False)
