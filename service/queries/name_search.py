"""Names found by characters, pinyin and initials, without clear text in the database.

Each text that a name is found by (service/linkage/name_search.py) is stored as a keyed digest. docs/privacy.md says
what somebody who has the table without the keys can tell from it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import ColumnElement, Select, Table, delete, event, false, inspect, select, union_all
from sqlalchemy.orm import Session, UOWTransaction, aliased

from service.db import vault_of
from service.models.name_tokens import NameToken
from service.models.people import Person
from service.queries.bulk_rows import write_rows
from service.vault import Vault

if TYPE_CHECKING:
    from service.linkage.name_search import Alternative

__all__ = ["by_name", "fill_name_tokens", "forget_name_tokens", "write_first_name_tokens", "write_name_tokens"]

_PLACE = "people.name_token"
_TOKEN_BYTES = 16
_IN_ONE_QUERY = 500
_TABLE = cast("Table", NameToken.__table__)


def by_name(session: Session, _name: str, value: Any) -> ColumnElement[bool]:
    """Return the condition that a person's name is found by a search such as ``张``, ``张伟``, ``zw`` or ``zhangw``."""
    # Everybody who opens a database imports this file, few of them read names: readings are loaded where they are used.
    from service.linkage.name_search import search_alternatives

    alternatives = search_alternatives(str(value))
    if not alternatives:
        return false()
    vault = vault_of(session)
    # One list of ids for all of it: conditions of their own would be looked up again for every person.
    return Person.id.in_(union_all(*(_people_with(vault, conditions) for conditions in alternatives)))


def write_name_tokens(session: Session, names: Mapping[int, str | None]) -> None:
    """Store what some people's names are found by, in place of what was stored before."""
    forget_name_tokens(session, names)
    write_first_name_tokens(session, names)


def write_first_name_tokens(session: Session, names: Mapping[int, str | None]) -> None:
    """Store what the names of people are found by of whom nothing is stored yet."""
    from service.linkage.name_search import name_texts

    token = _tokens_of_texts(vault_of(session))
    rows = [
        {"token": token(text), "person_id": person_id}
        for person_id, name in names.items()
        if name
        for text in sorted(name_texts(name))
    ]
    # In the order of the key, so that its index grows at the end of pages that are at hand.
    write_rows(session.connection(), _TABLE, sorted(rows, key=itemgetter("token", "person_id")))


def forget_name_tokens(session: Session, person_ids: Collection[int]) -> None:
    """Drop what some people's names are found by."""
    wanted = sorted(person_ids)
    for start in range(0, len(wanted), _IN_ONE_QUERY):
        part = wanted[start : start + _IN_ONE_QUERY]
        session.connection().execute(delete(_TABLE).where(_TABLE.c.person_id.in_(part)))


def fill_name_tokens(session: Session, *, n: int = _IN_ONE_QUERY) -> int:
    """Store what names are found by for up to `n` people who have nothing stored; return how many there were."""
    people = cast("Table", Person.__table__)
    missing = (
        select(people.c.id, people.c.name_sealed)
        .where(people.c.id.not_in(select(_TABLE.c.person_id)), people.c.record_status != "erased")
        .order_by(people.c.id)
        .limit(n)
    )
    vault = vault_of(session)
    names = {row.id: vault.open("people.name", row.id, row.name_sealed) for row in session.execute(missing)}
    write_name_tokens(session, {person_id: name or "" for person_id, name in names.items()})
    return len(names)


def _people_with(vault: Vault, conditions: "Alternative") -> Select[Any]:
    """Select who has one of the texts of each condition; the rarest first, as far as the number of texts tells."""
    first, *others = sorted(conditions, key=len)
    query = select(NameToken.person_id).where(NameToken.token.in_(_tokens(vault, first)))
    for texts in others:
        own = aliased(NameToken)
        query = query.join(own, own.person_id == NameToken.person_id).where(own.token.in_(_tokens(vault, texts)))
    return query


def _tokens(vault: Vault, texts: Collection[str]) -> list[bytes]:
    return sorted({index[:_TOKEN_BYTES] for text in texts for index in vault.blind_indexes(_PLACE, text)})


def _tokens_of_texts(vault: Vault) -> Callable[[str], bytes]:
    @cache  # a hundred surnames and four hundred syllables make most of ten thousand names
    def token(text: str) -> bytes:
        return (vault.blind_index(_PLACE, text) or b"")[:_TOKEN_BYTES]

    return token


@event.listens_for(Session, "after_flush")
def _follow_names(session: Session, _context: UOWTransaction) -> None:
    """Let the tokens follow every name that a flush has changed; bulk inserts write theirs themselves."""
    changed: Sequence[Person] = [
        one
        for one in (*session.new, *session.dirty)
        if isinstance(one, Person) and inspect(one).attrs.name_sealed.history.has_changes()
    ]
    if changed:
        write_name_tokens(session, {person.id: person.name for person in changed})
