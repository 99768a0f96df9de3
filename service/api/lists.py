"""Lists: filters, order and pages in, one page with the total out."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from service.api.answers import Answer
from service.api.wording import meant
from service.usecases.paging import Page

__all__ = ["filters_of", "page_answer", "page_of", "page_schema"]

_PAGE_KEYS = ("page", "page_size")


def page_schema(items: Schema) -> type[Schema]:
    """Return the shape of one page of `items`, for the API document."""
    name = f"{type(items).__name__.removesuffix('Schema')}PageSchema"
    return Schema.from_dict(
        {
            "items": fields.List(fields.Nested(items), required=True),
            "total": fields.Integer(required=True, metadata=meant("各页合计条数", "Number of items on all pages")),
            "page": fields.Integer(required=True),
            "page_size": fields.Integer(required=True),
        },
        name=name,
    )


def page_of(query: Mapping[str, Any]) -> dict[str, int]:
    """Return which page a query asks for, as the keywords of a use case."""
    return {key: query[key] for key in _PAGE_KEYS}


def filters_of(query: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is left of a query without page and order."""
    return {key: value for key, value in query.items() if key not in {*_PAGE_KEYS, "sort"} and value is not None}


def page_answer(page: Page[Any], items: Schema) -> Answer:
    """Return one page of a list."""
    return Answer.of(
        {
            "items": items.dump(page.items, many=True),
            "total": page.total,
            "page": page.page,
            "page_size": page.page_size,
        }
    )
