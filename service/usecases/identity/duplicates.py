"""Records that may speak of one person, as they are shown."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from schemas.identity import mask_id_number, mask_phone
from service.access import Actor, require
from service.errors import check_choice
from service.linkage.levels import REASONS
from service.models.identity import WITH_ABSORBED, DuplicatePair
from service.models.people import Person
from service.usecases.auditing import audit
from service.usecases.identity.merge_fields import GROUPS
from service.usecases.paging import Page
from service.usecases.privacy.masks import seen_people
from service.usecases.records.single_records import not_found

__all__ = [
    "STATES",
    "PairFound",
    "check_pair_state",
    "compare_pair",
    "get_pair",
    "list_pairs",
    "reason_texts",
]

#: What is said of a pair; open ones wait for somebody.
STATES = ("open", "same", "different", "later")
_IN_ONE_QUERY = 500


@dataclass(frozen=True, kw_only=True)
class PairFound:
    """A pair with the two records."""

    pair: DuplicatePair
    first: Person
    second: Person

    @property
    def reasons(self) -> tuple[Text, ...]:
        """What speaks for the pair, and then against it."""
        return reason_texts(self.pair.reasons)


def reason_texts(codes: Sequence[str]) -> tuple[Text, ...]:
    """Return the sentences of reasons; codes of another release are passed over."""
    return tuple(REASONS[code] for code in codes if code in REASONS)


def compare_pair(found: PairFound) -> dict[str, tuple[str | None, str | None]]:
    """Return the values of both records side by side, by field; id numbers and phones are masked."""
    sides: dict[str, tuple[str | None, str | None]] = {}
    for name in (name for group in GROUPS.values() for name in group):
        one, other = (_told(name, getattr(person, name)) for person in (found.first, found.second))
        if one is not None or other is not None:
            sides[name] = (one, other)
    return sides


_MASKS = {"id_number": mask_id_number, "phone": mask_phone}


def _told(name: str, value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, tuple):
        return "、".join(value)
    return _MASKS[name](str(value)) if name in _MASKS else str(value)


def list_pairs(
    session: Session, *, actor: Actor, state: str | None = "open", person_no: str | None = None, page: int = 1,
    page_size: int = 20,
) -> Page[PairFound]:  # fmt: skip
    """Return pairs of standing records, the likeliest first.

    Parameters
    ----------
    session : Session
    actor : Actor
    state : {"open", "same", "different", "later"} or None
        None: all.
    person_no : str, optional
        Only pairs of this person.
    page, page_size : int
    """
    require(actor, "read_duplicates")
    if state is not None:
        check_pair_state(state, STATES)
    # No aliases of people: what narrows selects to standing people of a territory speaks of the table itself.
    sides = (DuplicatePair.first_id, DuplicatePair.second_id)
    query = select(DuplicatePair).where(*(select(Person.id).where(Person.id == side).exists() for side in sides))
    if state is not None:
        query = query.where(DuplicatePair.state == state)
    if person_no is not None:
        own = select(Person.id).where(Person.person_no == person_no).scalar_subquery()
        query = query.where(or_(*(side == own for side in sides)))
    total = session.scalar(query.with_only_columns(func.count(DuplicatePair.id))) or 0
    ordered = query.order_by(DuplicatePair.probability.desc(), DuplicatePair.first_id, DuplicatePair.second_id)
    pairs = session.scalars(ordered.offset((page - 1) * page_size).limit(page_size)).all()
    wanted = {person_id for pair in pairs for person_id in (pair.first_id, pair.second_id)}
    people = {one.id: one for one in session.scalars(select(Person).where(Person.id.in_(wanted)))}
    audit.record_views(
        session, actor=actor, numbers=[one.person_no for one in people.values()], action="list_duplicates"
    )
    items = [_found(session, pair, people, actor=actor) for pair in pairs]
    return Page(items=items, total=total, page=page, page_size=page_size)


def get_pair(session: Session, *, actor: Actor, pair_id: int) -> PairFound:
    """Return one pair, also when one of its records has been merged since.

    Raises
    ------
    NotFound
        If there is no such pair.
    """
    require(actor, "read_duplicates")
    pair = session.get(DuplicatePair, pair_id)
    if pair is None:
        raise not_found(Text("疑似重复", "pair"), str(pair_id), place="pair_id")
    query = select(Person).where(Person.id.in_((pair.first_id, pair.second_id)))
    people = {one.id: one for one in session.scalars(query, execution_options={WITH_ABSORBED: True})}
    numbers, subject = [one.person_no for one in people.values()], ("duplicate_pair", str(pair_id))
    audit.record_views(session, actor=actor, numbers=numbers, action="view_duplicates", subject=subject)
    return _found(session, pair, people, actor=actor)


def _found(session: Session, pair: DuplicatePair, people: Mapping[int, Person], *, actor: Actor) -> PairFound:
    first, second = seen_people(session, [people[pair.first_id], people[pair.second_id]], actor=actor)
    return PairFound(pair=pair, first=first, second=second)


def check_pair_state(state: str, known: Collection[str]) -> None:
    """Refuse a state that there is not; `InvalidInput`."""
    check_choice(state, known, problem=Text(f"没有结论“{state}”。", f"There is no state '{state}'."), place="decision")
