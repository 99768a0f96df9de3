"""Free words that stand beside people: what they tell of who somebody is, is hidden from whom that is hidden."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from service.access import Actor
from service.access.masking import Shown, hides_holders, masks_of
from service.models.people import Person
from service.models.sealing import clear_of, lay_veil, sealed_names
from service.queries.veils import blind_name, hidden_from, hidden_people

__all__ = ["hide_people_in", "hide_words", "hides_identity", "veil_rows"]

_NUMBERS = ("id_number", "phone")
_SIGNATURE = "signed_name"


def hides_identity(session: Session, person: Person, *, actor: Actor) -> bool:
    """Whether an actor may not know who somebody is: by their role, or in a blind review of theirs."""
    return masks_of(actor).identity is not Shown.FULL or person.id in hidden_people(session, actor=actor)


def hide_words(rows: Iterable[Any]) -> None:
    """Let the sealed words of loaded rows not be read; nothing is written."""
    for row in rows:
        lay_veil(row)


def hide_people_in(rows: Iterable[Any], people: Iterable[Person], *, actor: Actor, hidden: Collection[int]) -> None:
    """Let the sealed words of loaded rows name no number or name of whom the actor may not know; nothing is written.

    Parameters
    ----------
    rows : iterable of rows
        Opinions, replies, signatures, moves.
    people : iterable of Person
        Whom the words may name.
    actor : Actor
        To who knows numbers only, everybody reads by the number, and nobody who signed with an account by the name.
    hidden : collection of int
        Who stands in a blind review: their names read as under it.
    """
    knows_numbers_only = masks_of(actor).identity is not Shown.FULL
    secrets = _secrets((one for one in people if knows_numbers_only or one.id in hidden), hidden=hidden)
    if not (secrets or knows_numbers_only):
        return
    for row in rows:
        words = {name: clear_of(row, name) for name in sealed_names(type(row))}
        shown = {name: _without(text, secrets) for name, text in words.items() if text}
        if hides_holders(actor) and shown.get(_SIGNATURE) == words.get(_SIGNATURE):
            shown.pop(_SIGNATURE, None)
        lay_veil(row, **shown)


def veil_rows(session: Session, rows: Iterable[Any], *, actor: Actor) -> None:
    """Hide who people are, in their names and in the words of rows about a person and a vacancy, such as waivers."""
    knows_numbers_only = masks_of(actor).identity is not Shown.FULL
    hidden, blind = hidden_people(session, actor=actor), dict[int, bool]()
    for row in rows:
        if row.vacancy_id not in blind:
            blind[row.vacancy_id] = hidden_from(session, actor=actor, vacancy_id=row.vacancy_id)
        is_blind = blind[row.vacancy_id] or row.person_id in hidden
        if is_blind or knows_numbers_only:
            hide_people_in([row], [row.person], actor=actor, hidden={row.person_id} if is_blind else ())
            number = row.person.person_no
            lay_veil(row.person, name=blind_name(number) if is_blind else number)


def _secrets(people: Iterable[Person], *, hidden: Collection[int]) -> Mapping[str, str]:
    """Return what tells who people are, also of those over whom a veil lies, and what is read in its place."""
    secrets: dict[str, str] = {}
    for person in people:
        name = clear_of(person, "name")
        if name:
            secrets[name] = blind_name(person.person_no) if person.id in hidden else person.person_no
        secrets |= {number: "***" for field in _NUMBERS if (number := clear_of(person, field))}
    return secrets


def _without(text: str, secrets: Mapping[str, str]) -> str:
    for secret, shown in secrets.items():
        text = text.replace(secret, shown)
    return text
