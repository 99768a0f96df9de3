"""Values of records as they may be shown: numbers masked, places by their names, a month as a month."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from schemas.identity import mask_id_number, mask_phone
from service.models.territories import seeing_everywhere
from service.models.villages import County, Township, Village
from service.usecases.records.provenance import plain_value

__all__ = ["PLACE_FIELDS", "place_names", "shown_changes", "shown_value"]

_PLACES: Mapping[str, type[County | Township | Village]] = {
    "home_village_id": Village,
    "home_township_id": Township,
    "home_county_id": County,
    "village_id": Village,
    "township_id": Township,
}
PLACE_FIELDS = frozenset(_PLACES)
_MASKS = {"id_number": mask_id_number, "phone": mask_phone}
_BIRTH, _BIRTH_IS_MONTH = "birth_date", "birth_date_is_month"
_IN_ONE_QUERY = 500


@seeing_everywhere
def place_names(session: Session, changes: Iterable[Mapping[str, Sequence[Any]]]) -> dict[tuple[str, int], str]:
    """Return the names of the places that changes speak of, by attribute and id."""
    wanted: dict[str, set[int]] = {}
    for values in changes:
        for field in _PLACES.keys() & values.keys():
            wanted.setdefault(field, set()).update(filter(None, values[field]))
    names: dict[tuple[str, int], str] = {}
    for field, ids in wanted.items():
        model, listed = _PLACES[field], sorted(ids)
        for start in range(0, len(listed), _IN_ONE_QUERY):
            found = select(model.id, model.name).where(model.id.in_(listed[start : start + _IN_ONE_QUERY]))
            names |= {(field, id_): name for id_, name in session.execute(found)}
    return names


def shown_changes(
    changes: Mapping[str, tuple[Any, Any]], names: Mapping[tuple[str, int], str]
) -> dict[str, tuple[Any, Any]]:
    """Return what changed as it may be shown: a birth of which the month alone is known, as that month in one line."""
    shown = {
        field: (shown_value(field, before, names), shown_value(field, after, names))
        for field, (before, after) in changes.items()
    }
    if {_BIRTH, _BIRTH_IS_MONTH} <= shown.keys():
        are_months = shown.pop(_BIRTH_IS_MONTH)
        before, after = (
            value[: len("1985-10")] if is_month and value else value
            for value, is_month in zip(shown[_BIRTH], are_months, strict=True)
        )
        shown[_BIRTH] = (before, after)
    return shown


def shown_value(field: str, value: Any, names: Mapping[tuple[str, int], str]) -> Any:
    """Return a value as it may be shown: id numbers and phones masked, places by their names."""
    if value is None:
        return None
    if field in _PLACES:
        return names.get((field, value), str(value))
    mask = _MASKS.get(field)
    return mask(value) if mask else plain_value(value)
