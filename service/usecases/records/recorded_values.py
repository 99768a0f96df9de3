"""Fields and values of records in words: labels instead of attribute names and codes."""

from functools import cache
from typing import Any

from matching.vocabulary import Text

__all__ = ["field_label", "value_in_words"]

_NO_COLUMNS = {
    "birth_date_is_month": Text("出生日期只到月", "Birth known to the month only"),
    "merged_into_id": Text("已并入（内部编号）", "Merged into (internal id)"),
}


def field_label(kind: str, field: str) -> Text:
    """Return what a field is called in tables; one that no table has is called by its name.

    Parameters
    ----------
    kind : {"people", "vacancies", "villages", "decisions", "training"}
    field : str
        Attribute of the record.
    """
    from service.files.columns import column_table
    from service.usecases.records.histories import COLUMNS_OF

    if field in _NO_COLUMNS:
        return _NO_COLUMNS[field]
    labels = column_table(kind).labels
    known = (labels[name] for name in (field, *COLUMNS_OF.get(field, ())) if name in labels)
    return next(known, Text(field, field))


def value_in_words(kind: str, field: str, value: Any, *, language: str) -> str:
    """Return a value as a reader expects it: labels of codes, yes and no, a dash for nothing.

    Parameters
    ----------
    kind, field : str
    value : JSON value or None
    language : {"zh", "en"}
    """
    if value is None:
        return "—"
    if isinstance(value, list):
        return "、".join(value_in_words(kind, field, one, language=language) for one in value)
    if isinstance(value, bool):
        return (Text("是", "yes") if value else Text("否", "no")).in_(language)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    column = _fields(kind).get(field)
    table = getattr(column, "table", None)
    if table is not None and isinstance(value, str):
        label: Text = table.label(value)
        return label.in_(language)
    return str(value)


@cache
def _fields(kind: str) -> dict[str, Any]:
    from service.usecases.incoming.import_rows import SCHEMAS

    return dict(SCHEMAS[kind]().fields)
