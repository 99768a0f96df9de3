"""What is shown of a person, of a list, and of reasons, by role: pure functions over one table.

Several roles of one account add up: the most open cell counts. Whatever is not in the table is not shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import IntEnum
from types import MappingProxyType
from typing import Any

from matching.vocabulary import Text
from schemas.identity import Revealed
from service.access.actors import Actor, Role

__all__ = [
    "FLAGGED",
    "MASKS",
    "NOT_SHOWN",
    "ON_LIST",
    "OPAQUE",
    "Masks",
    "Shown",
    "ShownPerson",
    "hides",
    "hides_holders",
    "masks_of",
    "without_negative_details",
]

#: What stands for the entries of the negative list where only their being there is shown.
FLAGGED = "flagged"
#: What stands in place of a value that a reader may not see; what nobody knows is a dash, or blank.
NOT_SHOWN = Text("无权查看", "not shown to you")


class Shown(IntEnum):
    """How much is shown of a value; more is more open."""

    NOT = 0
    FLAG = 1  # that there is something, not what; of a person: the number alone
    PART = 2  # the middle hidden; of a score: what concerns the industry
    OWN = 3  # in full where the account entered the record itself, else nothing
    OWN_OR_PART = 4  # in full where the account entered the record itself, else with the middle hidden
    LISTED = 5  # of a score: on a shortlist, not in the running ranking
    FULL = 6


@dataclass(frozen=True)
class Masks:
    """How much of each group of facts a role sees.

    Parameters
    ----------
    identity : Shown
        Name, birth, places, career and free texts. FLAG: an opaque number in place of the name, and the pool.
    id_number, phone : Shown
    scores, reasons : Shown
    negative : Shown
        Entries on the negative list.
    """

    identity: Shown = Shown.NOT
    id_number: Shown = Shown.NOT
    phone: Shown = Shown.NOT
    scores: Shown = Shown.NOT
    reasons: Shown = Shown.NOT
    negative: Shown = Shown.NOT


_NOT, _FLAG, _PART, _OWN, _, _LISTED, _FULL = Shown

# see_identity, see_id_number, see_phone, see_scores, see_reasons, see_negative_list
# fmt: off
MASKS: Mapping[Role, Masks] = {
    Role.CITY_ORG:   Masks(_FULL, _PART, _PART, _FULL,   _FULL, _FLAG),
    Role.LEADER:     Masks(_FULL, _PART, _PART, _FULL,   _FULL, _FLAG),
    Role.OFFICER:    Masks(_FULL, _PART, _FULL, _FULL,   _FULL, _FLAG),
    Role.REGISTRAR:  Masks(_FULL, _OWN,  _OWN,  _NOT,    _NOT,  _NOT),
    Role.TOWNSHIP:   Masks(_FULL, _PART, _FULL, _LISTED, _FULL, _FLAG),
    Role.VILLAGE:    Masks(_FULL, _NOT,  _NOT,  _NOT,    _NOT,  _NOT),
    Role.UNIT:       Masks(_FULL, _NOT,  _NOT,  _NOT,    _NOT,  _NOT),
    Role.DISCIPLINE: Masks(_FULL, _PART, _NOT,  _NOT,    _NOT,  _FULL),
    Role.LINE_DEPT:  Masks(_FULL, _NOT,  _NOT,  _PART,   _FULL, _NOT),
    Role.OPERATOR:   Masks(_FLAG, _NOT,  _NOT,  _NOT,    _NOT,  _NOT),
    Role.AUDITOR:    Masks(_FLAG, _NOT,  _NOT,  _FULL,   _FULL, _NOT),
    Role.CANDIDATE:  Masks(_FULL, _FULL, _FULL, _NOT,    _FULL, _FULL),
    Role.PUBLIC:     Masks(),
    Role.ADMIN:      Masks(),
}
# fmt: on


def masks_of(actor: Actor) -> Masks:
    """Return the most open cells of an actor's roles."""
    rows = [MASKS[role] for role in actor.roles if role in MASKS] or [Masks()]
    return Masks(**{cell.name: _most_open({getattr(row, cell.name) for row in rows}) for cell in fields(Masks)})


def hides_holders(actor: Actor) -> bool:
    """Whether the names of those who hold accounts are kept from an actor, who neither sees people nor keeps accounts.

    Colleagues know each other by name; the operator and the auditor work with names of accounts.
    """
    keeps_accounts = bool(actor.roles & {Role.ADMIN, Role.LEADER})
    return masks_of(actor).identity is not Shown.FULL and not keeps_accounts


def _most_open(cells: set[Shown]) -> Shown:
    widest = max(cells)
    return Shown.OWN_OR_PART if widest is Shown.OWN and Shown.PART in cells else widest


#: What an opaque number is shown with; everything else of a person tells who it is, or helps to guess it.
OPAQUE = frozenset(
    {"id", "person_no", "talent_source", "record_status", "consent_matching", "version", "created_at", "updated_at"}
    | {"verified_at", "merged_into_id"}
)


class ShownPerson:
    """A person as an account may see them; it reads like the record itself and cannot be written.

    Parameters
    ----------
    person : object
        With the attributes of a person's record.
    masks : Masks
    is_own_entry : bool
        Whether the account registered the record itself.
    middles : mapping of str to callable
        What hides the middle of an id number or phone.
    veil : mapping of str to object
        What is shown in place of values under a blind review.
    """

    __slots__ = ("_is_own_entry", "_masks", "_middles", "_person", "_veil")

    def __init__(
        self,
        person: Any,
        masks: Masks,
        *,
        is_own_entry: bool,
        middles: Mapping[str, Any],
        veil: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        self._person, self._masks, self._is_own_entry, self._middles = person, masks, is_own_entry, middles
        self._veil = veil

    def __getattr__(self, name: str) -> Any:
        """Return a value as far as it is shown."""
        if name == "person_no":
            return self._person.person_no
        if name in self._veil and self._masks.identity is Shown.FULL:
            return self._veil[name]
        if self._masks.identity < Shown.FULL and name not in OPAQUE:
            return self._person.person_no if name == "name" and self._masks.identity is Shown.FLAG else None
        value = getattr(self._person, name)
        if value is None:
            return None
        if name in {"id_number", "phone"}:
            return self._number(name, str(value))
        return _flags(value, self._masks.negative) if name == "negative_flags" else value

    def hides(self, name: str) -> bool:
        """Whether a value is kept from the reader, known or not: that it is known would tell something of it."""
        if self._masks.identity < Shown.FULL:
            return name not in OPAQUE and not (name == "name" and self._masks.identity is Shown.FLAG)
        if name in self._veil:
            return self._veil[name] is None
        if name in {"id_number", "phone"}:
            shown: Shown = getattr(self._masks, name)
            return shown is Shown.NOT or (shown is Shown.OWN and not self._is_own_entry)
        return name == "negative_flags" and self._masks.negative is Shown.NOT

    def _number(self, name: str, value: str) -> str | None:
        shown: Shown = getattr(self._masks, name)
        if shown is Shown.FULL or (self._is_own_entry and shown in {Shown.OWN, Shown.OWN_OR_PART}):
            return Revealed(value)
        if shown in {Shown.PART, Shown.OWN_OR_PART}:
            hidden: str = self._middles[name](value)
            return hidden
        return None


def hides(person: object, name: str) -> bool:
    """Whether a value of a person, as somebody sees them, is kept from that reader."""
    return isinstance(person, ShownPerson) and person.hides(name)


def _flags(flags: Sequence[str], shown: Shown) -> tuple[str, ...] | None:
    if shown is Shown.FULL:
        return tuple(flags)
    if shown is Shown.FLAG:
        return (FLAGGED,) if flags else ()
    return None


#: What a rule about the negative list says to who sees the flag only.
ON_LIST = Text(
    "存在负面清单情形（具体情形仅纪检监察机关可见）。",
    "There is an entry on the negative list (what it is, discipline officers see).",
)


def without_negative_details(outcome: Mapping[str, Any], masks: Masks, *, rule_ids: frozenset[str]) -> dict[str, Any]:
    """Return what a rule says without naming the entry on the negative list, for who sees the flag only.

    Parameters
    ----------
    outcome : mapping
        With ``rule_id``, ``verdict`` and ``sentence`` in two wordings.
    masks : Masks
    rule_ids : frozenset of str
        The rules about the negative list.
    """
    if masks.negative is Shown.FULL or outcome["rule_id"] not in rule_ids or outcome.get("verdict") != "fail":
        return dict(outcome)
    return {**outcome, "sentence": ON_LIST._asdict()}
