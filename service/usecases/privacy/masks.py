"""What leaves a use case, as its reader may see it: people, lists and reasons; every face gets them from here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from matching.outcomes import RuleOutcome
from matching.vocabulary import Text, Verdict
from schemas.identity import mask_id_number, mask_phone
from service.access import Actor
from service.access.masking import ON_LIST, OPAQUE, Masks, Shown, ShownPerson, masks_of, without_negative_details
from service.errors import Conflict, Forbidden
from service.models.people import Person
from service.models.provenance import RecordChange, Source
from service.models.sealing import lay_veil
from service.models.shortlists import Shortlist, ShortlistEntry
from service.queries.rulebooks import rulebook_in_force
from service.queries.veils import HIDDEN_NAMES, blind_name, hidden_people, shown_outcomes

__all__ = [
    "hidden_filters",
    "negative_rules",
    "refuse_hidden",
    "refuse_hidden_filters",
    "seen_admission",
    "seen_entry",
    "seen_fields",
    "seen_outcomes",
    "seen_people",
    "seen_person",
    "seen_sentence",
    "seen_shortlist",
    "veil_identity",
]

_MIDDLES = {"id_number": mask_id_number, "phone": mask_phone}
_IN_ONE_QUERY = 500
#: Criteria that a line department sees the points of.
_OF_INDUSTRY = frozenset({"industry_fit", "industry_results", "years_in_industry"})
#: Filters of people that tell no more than what an opaque number is shown with.
_OPAQUE_FILTERS = frozenset({"reached"})
_SCORES = frozenset({"score", "score_low", "score_high", "band"})
_REASONS = frozenset({"contributions", "shown_contributions", "outcomes", "shown_outcomes"})
_FIRST = 1  # version of a record when it is registered


def seen_person(session: Session, person: Person, *, actor: Actor) -> Person:
    """Return a person as an actor may see them."""
    (seen,) = seen_people(session, [person], actor=actor)
    return seen


def seen_people(
    session: Session,
    people: Sequence[Person],
    *,
    actor: Actor,
    numbers: Shown | None = None,
    hidden: frozenset[int] | None = None,
) -> list[Person]:
    """Return people as an actor may see them; they read like records and cannot be written.

    Hidden are from a reviewer who stand in any blind review of theirs. Where people are shown for one vacancy, its own
    review is looked at besides: `service.queries.veils.veil_people`.

    Parameters
    ----------
    numbers : Shown, optional
        What a file shows of id numbers and phones: PART, also to who sees them in full on a page, or FULL, once
        `check_unmasking` has let it; as the page does, unless given.
    hidden : frozenset of int, optional
        What `hidden_people` told of this actor and session a moment ago, where it was asked already.
    """
    masks = masks_of(actor)
    if numbers is not None:
        shown = {name: numbers if numbers is Shown.FULL else min(getattr(masks, name), numbers) for name in _MIDDLES}
        masks = replace(masks, **shown)
    needs_entries = bool({Shown.OWN, Shown.OWN_OR_PART} & {masks.id_number, masks.phone})
    own = _own_entries(session, [person.id for person in people], actor=actor) if needs_entries else frozenset[int]()
    hidden = hidden_people(session, actor=actor) if hidden is None else hidden
    return [
        cast(
            "Person",
            ShownPerson(
                person,
                masks,
                is_own_entry=person.id in own,
                middles=_MIDDLES,
                veil=_veil(person.person_no) if person.id in hidden else {},
            ),
        )
        for person in people
    ]


def _veil(person_no: str) -> dict[str, str | None]:
    return {**dict.fromkeys(HIDDEN_NAMES), "name": blind_name(person_no)}


def refuse_hidden(session: Session, person: Person, *, actor: Actor) -> None:
    """Refuse what tells all of somebody who stands in a blind review of the actor's.

    Raises
    ------
    Conflict
    """
    if person.id in hidden_people(session, actor=actor):
        raise Conflict(
            Text("该人员正在盲审中。", "This person stands in a blind review."),
            remedy=Text(
                "请待盲审结束，或说明理由解除对本人的盲审。",
                "Wait until it is closed, or lift it for yourself with a reason.",
            ),
            place="person_no",
        )


def veil_identity(people: Iterable[Person], *, actor: Actor) -> None:
    """Let loaded people read by their numbers where the actor may not know who they are; nothing is written.

    For rounds and appointments, whose rows lead to the record itself.
    """
    if masks_of(actor).identity is not Shown.FULL:
        for person in people:
            lay_veil(person, name=person.person_no)


def refuse_hidden_filters(filters: Mapping[str, Any] | None, *, actor: Actor, sort: str | None = None) -> None:
    """Refuse to look somebody up, or to order people, by what the actor may not see: the answer would tell it.

    Who sees numbers only may ask for what stands beside them, and for nothing else.

    Raises
    ------
    Forbidden
    """
    asked = {name for name, value in (filters or {}).items() if value is not None} | {(sort or "").removeprefix("-")}
    for name in sorted(hidden_filters(asked - {""}, actor=actor)):
        raise Forbidden(
            Text("本账号不能按此项查找人员。", "This account may not look people up by this."),
            remedy=Text("请按人员编号查找。", "Look them up by number."),
            place=name,
        )


def hidden_filters(names: Iterable[str], *, actor: Actor) -> frozenset[str]:
    """Return which filters of people ask for what an actor may not see."""
    masks = masks_of(actor)
    hidden = {name for name in _MIDDLES if not getattr(masks, name)}
    tells = frozenset() if masks.identity is Shown.FULL else frozenset(names) - OPAQUE - _OPAQUE_FILTERS
    return (frozenset(names) & hidden) | tells


def seen_outcomes(session: Session, outcomes: Iterable[RuleOutcome], *, actor: Actor) -> list[RuleOutcome]:
    """Return what rules say of somebody as an actor may see it: the negative list as a flag, or nothing at all."""
    masks = masks_of(actor)
    if masks.reasons is not Shown.FULL:
        return []
    about_list = negative_rules(session)
    return [
        replace(one, sentence=ON_LIST)
        if one.rule_id in about_list and one.verdict is Verdict.FAIL and masks.negative is not Shown.FULL
        else one
        for one in outcomes
    ]


def seen_admission(
    session: Session, person: Person, outcomes: Iterable[RuleOutcome], *, actor: Actor
) -> list[RuleOutcome]:
    """Return what the admission rules say of a person as an actor may see it, in a blind review of theirs too."""
    is_hidden = person.id in hidden_people(session, actor=actor)
    return seen_outcomes(session, shown_outcomes(session, outcomes, is_hidden=is_hidden), actor=actor)


def seen_fields(fields: Mapping[str, Any], *, actor: Actor, is_hidden: bool = False) -> dict[str, Any]:
    """Return what is told by field of a person's record, without the fields that an actor may not see.

    Parameters
    ----------
    fields : mapping
    actor : Actor
    is_hidden : bool
        Whether the person stands in a blind review of the actor's.
    """
    masks = masks_of(actor)
    hidden = {name for name in _MIDDLES if getattr(masks, name) < Shown.PART}
    hidden |= {"negative_flags"} if masks.negative is not Shown.FULL else set()
    hidden |= HIDDEN_NAMES if is_hidden else set()
    if masks.identity is Shown.FULL:
        return {name: told for name, told in fields.items() if name not in hidden}
    return {name: told for name, told in fields.items() if name in OPAQUE}


def seen_sentence(session: Session, rule_id: str, sentence: Mapping[str, str], *, actor: Actor) -> Mapping[str, str]:
    """Return why a rule kept somebody off a list, as an actor may see it."""
    masks = masks_of(actor)
    told = {"rule_id": rule_id, "verdict": "fail", "sentence": sentence}
    said: Mapping[str, str] = without_negative_details(told, masks, rule_ids=negative_rules(session))["sentence"]
    return said


class _SeenShortlist:
    """A frozen list as its reader may see it."""

    def __init__(
        self, shortlist: Shortlist, entries: list[Any], exclusions: list[dict[str, Any]], masks: Masks
    ) -> None:
        self._shortlist, self.entries, self.exclusions = shortlist, entries, exclusions
        self._hides_scores = masks.scores < Shown.LISTED

    def __getattr__(self, name: str) -> Any:
        return None if name == "average_score" and self._hides_scores else getattr(self._shortlist, name)


class _SeenEntry:
    """One place of a list as its reader may see it."""

    def __init__(self, entry: Any, person: Person, masks: Masks, about_list: frozenset[str]) -> None:
        self._entry, self.person, self._masks, self._about_list = entry, person, masks, about_list

    def __getattr__(self, name: str) -> Any:
        if name in _REASONS:  # most rows of a list show none: they are looked at when somebody asks
            vars(self).update(_seen_reasons(self._entry, self._masks, self._about_list))
            return vars(self)[name]
        if name in _SCORES and self._masks.scores < Shown.LISTED:
            return None
        return getattr(self._entry, name)


def seen_shortlist(session: Session, shortlist: Shortlist, *, actor: Actor) -> Shortlist:
    """Return a frozen list as an actor may see it: people, points and reasons."""
    masks = masks_of(actor)
    about_list = negative_rules(session)
    people = seen_people(session, [entry.person for entry in shortlist.entries], actor=actor)
    entries = [
        _SeenEntry(entry, person, masks, about_list) for entry, person in zip(shortlist.entries, people, strict=True)
    ]
    exclusions = [_seen_exclusion(row, masks, about_list) for row in shortlist.exclusions]
    return cast("Shortlist", _SeenShortlist(shortlist, entries, exclusions, masks))


def seen_entry(
    session: Session, entry: ShortlistEntry, *, actor: Actor, person: Person | None = None
) -> ShortlistEntry:
    """Return one place of a list as an actor may see it; `person` is who stands there, where it is seen already."""
    if person is None:
        (person,) = seen_people(session, [entry.person], actor=actor)
    return cast("ShortlistEntry", _SeenEntry(entry, person, masks_of(actor), negative_rules(session)))


def _seen_reasons(entry: Any, masks: Masks, about_list: frozenset[str]) -> dict[str, Any]:
    parts, outcomes = entry.shown_contributions, entry.shown_outcomes
    if masks.reasons is not Shown.FULL:
        parts, outcomes = [], []
    if masks.scores is Shown.PART:
        parts = [part for part in parts if part["criterion_id"] in _OF_INDUSTRY]
    elif masks.scores is Shown.NOT:
        parts = []
    outcomes = [without_negative_details(outcome, masks, rule_ids=about_list) for outcome in outcomes]
    return {"contributions": parts, "shown_contributions": parts, "outcomes": outcomes, "shown_outcomes": outcomes}


def _seen_exclusion(row: Mapping[str, Any], masks: Masks, about_list: frozenset[str]) -> dict[str, Any]:
    """Return why people were not listed, as a reader may see it."""
    if masks.negative is Shown.FULL or row["rule_id"] not in about_list:
        return dict(row)
    told = without_negative_details(
        {"rule_id": row["rule_id"], "verdict": "fail", "sentence": {}}, masks, rule_ids=about_list
    )
    return {**row, "reasons": [told["sentence"] for _ in row["reasons"]]}


def negative_rules(session: Session) -> frozenset[str]:
    """Return the ids of the rules about the negative list."""
    return frozenset(rule.id for rule in rulebook_in_force(session).all_rules() if "negative_flags" in rule.fields)


_REGISTERED_BY = (
    select(RecordChange.subject_id)
    .join(Source, Source.id == RecordChange.source_id)
    .where(
        RecordChange.subject_kind == "person",
        RecordChange.subject_id.in_(bindparam("person_ids", expanding=True)),
        RecordChange.version == _FIRST,
        Source.username == bindparam("username"),
    )
)


def _own_entries(session: Session, person_ids: Iterable[int], *, actor: Actor) -> frozenset[int]:
    """Return whom the account registered itself."""
    wanted, found = sorted(person_ids), set[int]()
    for start in range(0, len(wanted), _IN_ONE_QUERY):
        asked = {"person_ids": wanted[start : start + _IN_ONE_QUERY], "username": actor.username}
        found.update(session.scalars(_REGISTERED_BY, asked))
    return frozenset(found)
