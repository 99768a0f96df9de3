"""Which of two records a field of the merged one is taken from."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

from matching.vocabulary import RecordStatus, Text
from service.db import CodeList, UtcDateTime
from service.errors import InvalidInput
from service.models.people import Person
from service.usecases.identity.merge_picks import is_careless, refuse_careless
from service.usecases.records.record_fields import plain_fields, sealed_fields

__all__ = ["GROUPS", "apply_values", "as_json", "merged_values", "settle", "values_of"]

Values = dict[str, Any]  # by attribute

_HOME = ("home_village_id", "home_township_id", "home_county_id")
_VERIFICATION = ("record_status", "attested_by", "attested_document", "verified_at")
_TOGETHER: Mapping[str, tuple[str, ...]] = {
    "home": _HOME,
    "birth_date": ("birth_date", "birth_date_is_month"),
    "industries": ("industry_text", "industries"),
    "verification": _VERIFICATION,
}
_SINGLE = sorted(
    (plain_fields(Person) | sealed_fields(Person))
    - {"person_no"}
    - {name for group in _TOGETHER.values() for name in group}
)
#: What is picked as one -> its attributes.
GROUPS: Mapping[str, tuple[str, ...]] = {**{name: (name,) for name in _SINGLE}, **_TOGETHER}
#: A signature is about these; taken from elsewhere, the record has to be verified again.
_WHO_IT_IS = ("name", "id_number", "birth_date", "talent_source")
_SIDES = ("survivor", "absorbed")


def values_of(person: Person, group: str) -> Values:
    """Return the values of a group."""
    return {name: getattr(person, name) for name in GROUPS[group]}


def merged_values(
    survivor: Person, absorbed: Person, *, picks: Mapping[str, str], may_drop_entries: bool = False
) -> dict[str, Values]:
    """Return the groups of the survivor that a merge changes, with their new values.

    A value beats none; then what may not be overlooked (a suspension, a negative mark, a consent withdrawn); then the
    verified record; then the one that was changed last.

    Parameters
    ----------
    survivor, absorbed : Person
    picks : mapping of str to {"survivor", "absorbed", "both"}
        What a clerk chose by group; ``both`` unites lists.
    may_drop_entries : bool
        Whether the clerk may write the negative list.

    Raises
    ------
    InvalidInput
        If there is no such group or side, or the side would drop what may not be overlooked.
    """
    _check(picks)
    merged: dict[str, Values] = {}
    for group in GROUPS:
        ours, theirs = values_of(survivor, group), values_of(absorbed, group)
        if ours == theirs:
            continue
        picked = picks.get(group)
        if picked == "both":
            values = _united(ours, theirs)
        elif picked in _SIDES:
            values = ours if picked == "survivor" else theirs
        else:
            values = _by_rule(group, ours, theirs, survivor=survivor, absorbed=absorbed)
        if picked and is_careless(group, values, (ours, theirs), may_drop_entries=may_drop_entries):
            raise refuse_careless(group, picked)
        if values != ours:
            merged[group] = values
    return _verified_as_signed(merged, survivor, absorbed)


def _by_rule(group: str, ours: Values, theirs: Values, *, survivor: Person, absorbed: Person) -> Values:
    first = GROUPS[group][0]
    if group == "home":
        return _fuller_home(ours, theirs, prefers_theirs=_counts_more(absorbed, survivor))
    if group == "verification":
        return _verification(ours, theirs)
    if ours[first] is None or theirs[first] is None:
        return theirs if ours[first] is None else ours
    if group in _CAREFUL:
        return {first: _CAREFUL[group](ours[first], theirs[first])}
    if group == "birth_date" and ours["birth_date_is_month"] != theirs["birth_date_is_month"]:
        day, other = (theirs, ours) if ours["birth_date_is_month"] else (ours, theirs)
        if day[first].replace(day=1) == other[first].replace(day=1):
            return day
    return theirs if _counts_more(absorbed, survivor) else ours


def _counts_more(one: Person, other: Person) -> bool:
    is_verified, is_other_verified = (person.record_status is RecordStatus.VERIFIED for person in (one, other))
    return is_verified if is_verified != is_other_verified else one.updated_at > other.updated_at


def _united_codes(ours: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*ours, *theirs)))


# What the law or a person's will makes weightier than a newer record.
_CAREFUL: Mapping[str, Callable[[Any, Any], Any]] = {
    "negative_flags": _united_codes,
    "consent_matching": lambda ours, theirs: ours and theirs,
    "duty_health_ok": lambda ours, theirs: ours and theirs,
}


def _fuller_home(ours: Values, theirs: Values, *, prefers_theirs: bool) -> Values:
    n_ours, n_theirs = (sum(value is not None for value in values.values()) for values in (ours, theirs))
    if n_ours != n_theirs:
        return ours if n_ours > n_theirs else theirs
    return theirs if prefers_theirs else ours


_STATUS_ORDER = (
    RecordStatus.ARCHIVED, RecordStatus.DRAFT, RecordStatus.SUBMITTED, RecordStatus.TOWNSHIP_CHECKED,
    RecordStatus.VERIFIED, RecordStatus.SUSPENDED,
)  # fmt: skip


def _verification(ours: Values, theirs: Values) -> Values:
    """Take the status that goes further, and a suspension before all; of two alike the later signature."""
    ranks = [_STATUS_ORDER.index(values["record_status"]) for values in (ours, theirs)]
    if ranks[0] != ranks[1]:
        return ours if ranks[0] > ranks[1] else theirs
    moments = [values["verified_at"].timestamp() if values["verified_at"] else 0.0 for values in (ours, theirs)]
    return theirs if moments[1] > moments[0] else ours


def _verified_as_signed(merged: dict[str, Values], survivor: Person, absorbed: Person) -> dict[str, Values]:
    """Take the verification back where the record now says who it is otherwise than what was signed."""
    verification = merged.get("verification") or values_of(survivor, "verification")
    if verification["record_status"] is not RecordStatus.VERIFIED:
        return merged
    signed = absorbed if "verification" in merged else survivor
    for name in _WHO_IT_IS:
        said = getattr(signed, name)
        now = (merged.get(name) or {name: getattr(survivor, name)})[name]
        if said is not None and now != said:
            merged["verification"] = {**verification, "record_status": RecordStatus.SUBMITTED}
    return merged


def _united(ours: Values, theirs: Values) -> Values:
    return {
        name: _united_codes(ours[name] or (), theirs[name] or ())
        if isinstance(Person.__table__.columns[name].type, CodeList)
        else (ours[name] if ours[name] is not None else theirs[name])
        for name in ours
    }


def _check(picks: Mapping[str, str]) -> None:
    for group, side in picks.items():
        if group not in GROUPS:
            raise InvalidInput(
                Text(f"没有字段“{group}”。", f"There is no field '{group}'."),
                remedy=Text(f"可选：{'、'.join(sorted(GROUPS))}。", f"There are: {', '.join(sorted(GROUPS))}."),
                place="picks",
                value=group,
            )
        is_list = any(_is_list(name) for name in GROUPS[group])
        if side not in (*_SIDES, *(("both",) if is_list else ())):
            raise InvalidInput(
                Text(f"“{group}”不能取“{side}”。", f"'{side}' cannot be chosen for '{group}'."),
                remedy=Text(
                    "可选 survivor（保留方）、absorbed（并入方）；多选字段还可选 both。",
                    "Choose survivor or absorbed; lists also know both.",
                ),
                place=f"picks.{group}",
                value=side,
            )


def _is_list(name: str) -> bool:
    return name in Person.__table__.columns and isinstance(Person.__table__.columns[name].type, CodeList)


def apply_values(person: Person, values: Values) -> None:
    """Set attributes; equal ones stay untouched."""
    for name, value in values.items():
        if getattr(person, name) != value:
            setattr(person, name, value)


def as_json(values: Values) -> Values:
    """Return values as JSON can carry them."""
    return {name: _plain(value) for name, value in values.items()}


def settle(values: Values) -> Values:
    """Return what `as_json` was made from."""
    return {name: _settled(name, value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):  # a datetime too
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _settled(name: str, value: Any) -> Any:
    if value is None or name not in Person.__table__.columns:
        return value
    column = Person.__table__.columns[name].type
    if isinstance(column, CodeList):
        return tuple(value)
    if isinstance(column, UtcDateTime):
        return datetime.fromisoformat(value)
    kind = column.python_type
    if issubclass(kind, Enum):
        return kind(value)
    return date.fromisoformat(value) if kind is date else value
