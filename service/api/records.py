"""One record as an answer: its representation with its entity tag, and where a new one is found."""

from collections.abc import Mapping, Sequence
from dataclasses import fields as fields_of
from dataclasses import is_dataclass
from enum import Enum
from typing import Any

from marshmallow import Schema

from matching.vocabulary import Text
from service.api.answers import Answer
from service.api.etags import tag_of, tagged

__all__ = ["created", "plain", "shown"]


def shown(record: Any, shape: Schema) -> Answer:
    """Return the representation of a record with its entity tag."""
    return tagged(Answer.of(shape.dump(record)), version=record.version)


def created(record: Any, shape: Schema, *, location: str, **beside: Any) -> Answer:
    """Return the representation of a new record, where it is found, and what there is to say beside it.

    The entity tag is that of the record alone, as a later GET will give it.
    """
    document = shape.dump(record)
    headers = {"Location": location, "ETag": tag_of(Answer.of(document), version=record.version)}
    return Answer(Answer.of({**document, **beside}).body, 201, headers)


def plain(value: Any) -> Any:
    """Turn a result of the core into plain JSON values; a text becomes its two wordings."""
    if isinstance(value, Text):
        return value._asdict()
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in fields_of(value)}
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(inner) for key, inner in value.items()}
    if isinstance(value, Sequence | frozenset) and not isinstance(value, str):
        return [plain(inner) for inner in value]
    return value
