"""Erasing a person from what is told elsewhere: words about others, what is begun or on its way in, views of lists.

Every sealed column is looked through, so that a new one is not forgotten; the records of other people are not.
"""

import base64
import io
import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from service.db import Model, vault_of
from service.models.accounts import Account
from service.models.people import Person
from service.models.sealing import SealedPlace, sealed_places
from service.models.workspaces import Draft

__all__ = ["ERASED_NAME", "forget_elsewhere"]

ERASED_NAME = "（已删除）"
#: Records of other people with their history, and secrets and addresses of accounts: nothing in them is about her.
_OF_OTHERS = frozenset({"people", "record_changes", "form_remainders", "accounts", "notification_addresses"})
#: What an account has begun or keeps for itself: it goes as a whole.
_WHOLE = frozenset({"drafts", "uploads", "saved_views"})
_ENCODINGS = ("utf-8", "gb18030", "utf-16-le")
_SHORTEST = 2
_LARGEST_PART = 256 * 2**20  # of a packed file, unpacked: no workbook that is imported has one


def forget_elsewhere(
    session: Session, *, ids: Collection[int], secrets: Collection[str], numbers: Collection[str]
) -> dict[str, int]:
    """Take a person out of what is told elsewhere; return how many rows by table.

    Drafts, uploads and saved views that hold a secret are dropped, and drafts about the person. In other words a
    secret gives way to a mark; a name that somebody else on record bears as well stays there, as it may be theirs.

    Parameters
    ----------
    session : Session
    ids : collection of int
        Of the records that are erased.
    secrets, numbers : collection of str
        Names, id numbers and phones of the person, now and before; numbers of the records.
    """
    words = {secret for secret in secrets if len(secret) >= _SHORTEST}
    alone = words - _shared_names(session, ids, words)
    of_person = delete(Draft).where(Draft.subject_no.in_(numbers)).returning(Draft.id)
    counts = Counter({"drafts": len(session.scalars(of_person).all())})
    for table, places in sealed_places(Model).items():
        if table in _OF_OTHERS:
            continue
        sought = _written(words if table in _WHOLE else alone)
        for row_id, told in _told(session, places):
            if table in _WHOLE and any(_holds(text, sought, is_file=name == "content") for name, text in told.items()):
                own = places[0].table
                session.connection().execute(delete(own).where(own.c.id == row_id))
                counts[table] += 1
            elif table not in _WHOLE and any(word in text for text in told.values() for word in sought):
                _mark(session, places, row_id, told, sought)
                counts[table] += 1
    return {table: n for table, n in counts.items() if n}


def _shared_names(session: Session, ids: Collection[int], words: Collection[str]) -> set[str]:
    vault, people = vault_of(session), Person.__table__
    shared = set()
    for word in words:
        indexes = vault.blind_indexes("people.name", word)
        bearers = select(people.c.id).where(people.c.name_index.in_(indexes), people.c.id.not_in(ids))
        if session.connection().execute(bearers.limit(1)).first() is not None:
            shared.add(word)
    # What an official signed with the same name stays signed.
    holders = select(Account).where(Account.holder_name_sealed.is_not(None), Account.person_id.is_(None))
    return shared | ({one.holder_name or "" for one in session.scalars(holders)} & set(words))


def _written(words: Collection[str]) -> set[str]:
    """Return words as they stand in texts, and as JSON writes them in ASCII."""
    return {*words, *(json.dumps(word)[1:-1] for word in words)}


def _told(session: Session, places: Collection[SealedPlace]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a table with their sealed values in clear."""
    vault, own = vault_of(session), next(iter(places)).table
    columns = [own.c.id, *(own.c[place.sealed_in] for place in places)]
    for row in session.connection().execute(select(*columns)).mappings().all():
        values = {place.name: vault.open(place.bound_to, row["id"], row[place.sealed_in]) for place in places}
        yield row["id"], {name: value for name, value in values.items() if value}


def _holds(text: str, sought: Collection[str], *, is_file: bool) -> bool:
    if any(word in text for word in sought):
        return True
    written = {form for word in sought for form in _bytes_of(word)} if is_file else set()
    return any(form in part for part in (_parts(text) if written else ()) for form in written)


def _bytes_of(word: str) -> Iterator[bytes]:
    """Yield a word as files hold it, also as XML in ASCII does."""
    for encoding in _ENCODINGS:
        yield word.encode(encoding)
    yield word.encode("ascii", "xmlcharrefreplace")


def _parts(text: str) -> Iterator[bytes]:
    """Yield the bytes of a kept file, and what lies in it if it is packed, as workbooks and documents are."""
    try:
        content = base64.b64decode(text, validate=True)
    except ValueError:
        return
    yield content
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            yield from (packed.read(one) for one in packed.infolist() if one.file_size <= _LARGEST_PART)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError):
        return


def _mark(
    session: Session,
    places: Collection[SealedPlace],
    row_id: int,
    told: Mapping[str, str],
    sought: Collection[str],
) -> None:
    vault, values = vault_of(session), dict[str, Any]()
    for place in places:
        text = told.get(place.name, "")
        for word in sorted(sought, key=len, reverse=True):
            text = text.replace(word, ERASED_NAME)
        if text != told.get(place.name, ""):
            values[place.sealed_in] = vault.seal(place.bound_to, row_id, text)
            if place.indexed_in:
                values[place.indexed_in] = vault.blind_index(place.bound_to, text)
    own = next(iter(places)).table
    session.connection().execute(update(own).where(own.c.id == row_id).values(values))
