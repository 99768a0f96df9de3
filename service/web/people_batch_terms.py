"""What the batch bar of the list of people offers: fields to set, and states to lead records to."""

from typing import NamedTuple

from flask_babel import gettext as _

from matching.vocabulary import Text
from service.context import current_actor
from service.usecases.outgoing.exporting_lists import list_columns
from service.usecases.records.batch_edits import BATCH_FIELDS
from service.usecases.records.batch_moves import offered_moves
from service.web.formatting import in_language

__all__ = ["BatchMove", "batch_fields", "batch_moves"]


class BatchMove(NamedTuple):
    """A state that many records can be led to, and what it asks for in words."""

    to: str
    label: Text
    asks: str
    is_signed: bool
    needs_document: bool


def batch_moves() -> list[BatchMove]:
    """Return the states that the reader can lead many records to at once."""
    words = {"is_signed": _("signature"), "needs_document": _("document"), "needs_reason": _("reason")}
    return [
        BatchMove(
            one.to,
            one.label,
            _(", ").join(word for name, word in words.items() if getattr(one, name)),
            one.is_signed,
            one.needs_document,
        )
        for one in offered_moves(current_actor())
    ]


def batch_fields() -> list[tuple[str, str]]:
    """Return what can be set for many people at once, as the forms of the office call it."""
    labels = list_columns("people").labels
    words = [(key, in_language(labels[key])) for key in BATCH_FIELDS]
    return [(key, word[:1].upper() + word[1:]) for key, word in words]
