"""Exports on the wire: what is asked for, and what was taken."""

from typing import Any

from marshmallow import fields

from matching.vocabulary import LANGUAGES
from schemas.base import PageQuerySchema, StrictSchema
from schemas.choices import Choice
from schemas.codes import YesNo
from schemas.fields import Key, PlainText, Words
from schemas.numbers import Whole

__all__ = ["KINDS", "DownloadQuerySchema", "ExportRequestSchema", "ExportSchema", "ExportsQuerySchema"]

#: What can be exported: lists as shown, whole tables, and documents about one list or person.
KINDS = (
    "people",
    "vacancies",
    "villages",
    "roster",
    "shortlist",
    "dossier",
    "form",
    "ranking",
    "notice",
    "audit",
    "sheet",
    "excluded",
)
_FORMATS = ("xlsx", "csv", "json", "lrmx", "docx", "pdf")


class FieldNames(Words):
    """Names of fields: a list, or one text with commas, also as a query has it."""

    def read(self, value: Any) -> tuple[str, ...]:
        """Split every text."""
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            value = ",".join(value)
        return super().read(value)


class DownloadQuerySchema(StrictSchema):
    """An export without filters, as an address."""

    kind = Choice(*KINDS, required=True)
    format = Choice(*_FORMATS, required=True)
    subject_no = Key()  # the list, the person, or the table of a roster
    vacancy_no = Key()  # the post that a form proposes
    columns = FieldNames()
    top = Whole(least=1, most=1000)  # places of each vacancy in a ranking
    has_mark = YesNo(load_default=False, allow_none=False)  # a line under the CSV of a ranking
    sort = PlainText(60)
    language = Choice(*(str(one) for one in LANGUAGES), load_default="zh", allow_none=False)


class ExportRequestSchema(DownloadQuerySchema):
    """An export; the filters of people come in the body, where they are not logged."""

    filters = fields.Dict(keys=fields.String())
    reason = PlainText(200)  # why numbers have to be in a roster or form in full; it stays in the log


class ExportsQuerySchema(PageQuerySchema):
    """Which of the files that were taken."""

    kind = Choice(*KINDS)
    exported_by = PlainText(60)


class ExportSchema(StrictSchema):
    """A file that somebody took; the file itself is not kept."""

    export_no = fields.String()
    kind = fields.String()
    format = fields.String(attribute="file_format")
    subject_no = fields.String(allow_none=True)
    selection = fields.Raw()
    is_unmasked = fields.Boolean()
    n_people = fields.Integer()
    n_rows = fields.Integer()
    n_bytes = fields.Integer()
    sha256 = fields.String()
    exported_by = fields.String()
    exported_at = fields.AwareDateTime()
