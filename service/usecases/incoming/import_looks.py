"""What a file tells its importer of people who are known: as much as a page would, and logged as a page is."""

from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from typing import Any, Protocol

from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor
from service.access.masking import OPAQUE, Shown, masks_of
from service.models.people import Person
from service.usecases.auditing import audit
from service.usecases.incoming.import_previews import RowPreview, RowState
from service.usecases.incoming.reports import SavedRecord, Severity

__all__ = ["IN_BLIND_REVIEW", "WAIT_OR_LIFT", "Told", "record_looks", "refuse_blind", "unseen_fields"]

IN_BLIND_REVIEW = Text(
    "此行所说的人员正在由您参加的盲审中，本行未比对、未导入。",
    "Whoever this row speaks of stands in a blind review of yours; it was neither compared nor taken.",
)
WAIT_OR_LIFT = Text(
    "请待盲审结束，或说明理由解除对本人的盲审，或由未参加评议的人导入。",
    "Wait until it is closed, lift it for yourself with a reason, or let somebody import it who does not review.",
)
_KNOWN = frozenset({RowState.CHANGED, RowState.CONFLICTING, RowState.SAME})
_HEALTH = frozenset({"duty_health_ok"})


class Told(Protocol):
    """A record of a file on its way in."""

    record: Mapping[str, Any]
    saved: SavedRecord


def refuse_blind(
    drafts: Iterable[tuple[Told, Sequence[bytes]]],
    *,
    by_number: MutableMapping[str, Person],
    by_index: MutableMapping[bytes | None, Person],
    hidden: frozenset[int],
) -> None:
    """Refuse records of people who stand in a blind review, alike whatever they say, and forget whom they found.

    What is told of such a row, its number among it, would tie a name or an id number to a card of the review.

    Parameters
    ----------
    drafts : iterable of (Told, blind indexes of the id number)
    by_number, by_index : mapping to Person
        Whom the file finds; the hidden ones are taken out.
    hidden : frozenset of int
        Ids from `hidden_people`.
    """
    if not hidden:
        return
    numbers = {key for key, person in by_number.items() if person.id in hidden}
    indexes = {key for key, person in by_index.items() if person.id in hidden}
    for draft, own in drafts:
        number = draft.record.get("person_no")
        if number in numbers or (not number and not indexes.isdisjoint(own)):
            draft.saved.find("person_no", IN_BLIND_REVIEW, Severity.REFUSED, remedy=WAIT_OR_LIFT)
    for key in numbers:
        del by_number[key]
    for index in indexes:
        del by_index[index]


def unseen_fields(fields: Iterable[str], *, actor: Actor) -> frozenset[str]:
    """Return those of a person's fields whose present value an actor may not see."""
    masks, names = masks_of(actor), frozenset(fields)
    hidden = {name for name in ("id_number", "phone") if getattr(masks, name) in {Shown.NOT, Shown.FLAG, Shown.OWN}}
    hidden |= {"negative_flags"} if masks.negative is not Shown.FULL else set()
    hidden |= _HEALTH
    return names & hidden if masks.identity is Shown.FULL else (names & hidden) | (names - OPAQUE)


def record_looks(session: Session, *, actor: Actor, kind: str, rows: Iterable[RowPreview], detail: Any) -> None:
    """Log whose present values a file was shown beside: one line, outside of what a trial takes back."""
    if kind == "people":
        numbers = [row.number for row in rows if row.state in _KNOWN and row.number]
        audit.record_views(session, actor=actor, numbers=numbers, action="view_import", detail=detail)
