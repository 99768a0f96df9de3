"""Which side of two records nobody may pick: the one that would drop what may not be overlooked."""

from collections.abc import Mapping
from typing import Any

from matching.vocabulary import RecordStatus, Text
from service.errors import InvalidInput

__all__ = ["is_careless", "refuse_careless"]

Values = Mapping[str, Any]  # by attribute


def is_careless(group: str, picked: Values, sides: tuple[Values, Values], *, may_drop_entries: bool) -> bool:
    """Whether values picked for a group drop a suspension, a withdrawn consent or an entry on the negative list.

    Parameters
    ----------
    group : str
    picked : mapping of str to object
    sides : (mapping, mapping)
        Values of the survivor and of the absorbed record.
    may_drop_entries : bool
        Whether who picks may write the negative list.
    """
    if group == "verification":
        return _has(sides, "record_status", RecordStatus.SUSPENDED) and (
            picked["record_status"] is not RecordStatus.SUSPENDED
        )
    if group == "consent_matching":
        return _has(sides, group, value=False) and picked[group] is not False
    if group == "negative_flags" and not may_drop_entries:
        entered = {code for values in sides for code in values[group] or ()}
        return not entered <= set(picked[group] or ())
    return False


def _has(sides: tuple[Values, Values], name: str, value: object) -> bool:
    return any(values[name] is value for values in sides)


def refuse_careless(group: str, side: str) -> InvalidInput:
    """Return the refusal of a pick that drops what may not be overlooked."""
    problem, remedy = _REFUSALS[group]
    return InvalidInput(
        problem, remedy=remedy, place=f"picks.{group}", value=side, fields={f"picks.{group}": [problem]}
    )


_REFUSALS = {
    "verification": (
        Text("其中一条记录已暂停，合并后仍为暂停。", "One of the records is suspended, and so is the merged one."),
        Text(
            "请不选此项；恢复须由组织部门签字、凭文件办理。",
            "Pick nothing here; a suspension is lifted by the department, with signature and document.",
        ),
    ),
    "consent_matching": (
        Text(
            "其中一条记录没有参加匹配的同意，合并后也没有。",
            "One of the records says no to matching, and so does the merged one.",
        ),
        Text(
            "请不选此项；本人重新同意的，合并后按新签的同意书登记。",
            "Pick nothing here; if the person agrees again, record the newly signed consent after the merge.",
        ),
    ),
    "negative_flags": (
        Text("合并不能去掉负面清单中的登记。", "A merge takes no entry of the negative list away."),
        Text("请不选此项；登记由纪检监察人员了结。", "Pick nothing here; discipline officers end an entry."),
    ),
}
