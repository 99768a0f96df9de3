"""Two records side by side, group by group as a merge picks them, and what a merge would take by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, may, require
from service.errors import InvalidInput
from service.usecases.identity.duplicates import PairFound
from service.usecases.identity.merge_fields import GROUPS, merged_values, values_of
from service.usecases.identity.merge_picks import is_careless
from service.usecases.privacy.masks import seen_fields
from service.usecases.records.shown_values import place_names, shown_value

__all__ = ["GroupSides", "sides_of_pair"]


@dataclass(frozen=True, kw_only=True)
class GroupSides:
    """What two records say of one group of fields.

    Parameters
    ----------
    group : str
        As a merge takes it in its picks.
    survivor, absorbed : mapping of str to JSON value
        Values by field; id numbers and phones masked, places as names.
    taken : {"same", "survivor", "absorbed", "both", "rule"}
        What a merge takes unless something is picked; ``rule`` is neither side as it is.
    may_unite : bool
        Whether both can be taken together.
    may_take : tuple of {"survivor", "absorbed"}
        Sides that can be picked.
    """

    group: str
    survivor: Mapping[str, Any]
    absorbed: Mapping[str, Any]
    taken: str
    may_unite: bool
    may_take: tuple[str, ...] = ("survivor", "absorbed")


def sides_of_pair(session: Session, found: PairFound, *, actor: Actor, survivor_no: str) -> list[GroupSides]:
    """Return what both records say, as far as the actor may see it; groups that both leave blank are left out.

    Parameters
    ----------
    session : Session
    found : PairFound
    actor : Actor
    survivor_no : str
        Number of the record that would stay.

    Raises
    ------
    InvalidInput
        If the number is of neither record.
    Forbidden
        If the actor may not read duplicates.
    """
    require(actor, "read_duplicates")
    pair = {found.first.person_no: (found.first, found.second), found.second.person_no: (found.second, found.first)}
    if survivor_no not in pair:
        raise InvalidInput(Text("编号不在这一对之中。", "The number is of neither record."), place="keep")
    survivor, absorbed = pair[survivor_no]
    merged = merged_values(survivor, absorbed, picks={})
    homes = [{name: (value,) for name, value in values_of(one, "home").items()} for one in pair[survivor_no]]
    names = place_names(session, homes)
    may_drop, sides = may(actor, "edit_negative_flags"), []
    for group in GROUPS:
        ours, theirs = values_of(survivor, group), values_of(absorbed, group)
        told = (*ours.values(), *theirs.values())
        if not seen_fields(ours, actor=actor) or all(value is None for value in told):
            continue
        sides.append(
            GroupSides(
                group=group,
                survivor={name: shown_value(name, value, names) for name, value in ours.items()},
                absorbed={name: shown_value(name, value, names) for name, value in theirs.items()},
                taken=_taken(ours, theirs, merged.get(group)),
                may_unite=len(ours) == 1 and all(isinstance(value, tuple) for value in told),
                may_take=tuple(
                    side
                    for side, values in (("survivor", ours), ("absorbed", theirs))
                    if not is_careless(group, values, (ours, theirs), may_drop_entries=may_drop)
                ),
            )
        )
    return sides


def _taken(ours: Mapping[str, Any], theirs: Mapping[str, Any], merged: Mapping[str, Any] | None) -> str:
    if ours == theirs:
        return "same"
    if merged is None:
        return "survivor"
    return "absorbed" if merged == theirs else "rule"
