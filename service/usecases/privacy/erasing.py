"""Erasing a person: nothing that tells who it was stays, a number without meaning does.

Frozen lists keep that number, with the score and the reasons that belong to it, so that they can be made again; the
audit log keeps it as well. Records that were merged go together, with what was kept to part them.
"""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from matching.vocabulary import RecordStatus, Text
from service.access import Actor, require
from service.db import Model, allocate_ids, vault_of
from service.errors import InvalidInput
from service.models.accounts import Account, IdempotencyKey
from service.models.credentials import AccountChange
from service.models.exports import Export
from service.models.identity import WITH_ABSORBED
from service.models.imports import Import
from service.models.people import Person
from service.models.privacy import Erasure
from service.models.provenance import RecordChange, Source
from service.models.sealing import sealed_places
from service.queries.holdings import changes_of, moves_of, rows_about
from service.queries.merges import lock_people, merged_into
from service.settings.retention import RetentionSettings
from service.usecases.auditing import audit
from service.usecases.privacy.erasing_words import ERASED_NAME, forget_elsewhere
from service.usecases.privacy.erasure_grounds import ground_of, refuse_kept, refuse_who_let_go
from service.usecases.privacy.erasure_requests import confirm_request, takes_two_refusal
from service.usecases.records.people import find_person
from service.usecases.revisions import bump

__all__ = ["ERASED_NAME", "confirm_erasure", "erase_person", "finish_erasure"]

_DELETED = ("rankings", "form_remainders", "duplicate_pairs", "negative_entries")
_KEPT = frozenset(
    {"id", "person_no", "talent_source", "merged_into_id", "version", "registered_on", "created_at", "name_sealed"}
)
_NOT_NULL = {"birth_date_is_month": False}
_REQUEST = "request"  # the person asks for it before the clock has run down


def erase_person(
    session: Session,
    *,
    actor: Actor,
    person_no: str,
    document: str,
    settings: RetentionSettings,
    now: datetime,
    on_request: bool = False,
) -> Erasure:
    """Erase a person whose record is due, or who asks for it; it cannot be undone.

    Parameters
    ----------
    session : Session
    actor : Actor
    person_no : str
    document : str
        On which paper the erasure rests.
    settings : RetentionSettings
    now : datetime
    on_request : bool
        The person asks for it, though the clock is still running.

    Raises
    ------
    NotFound
        If nobody has this number.
    InvalidInput
        If no document is named.
    Forbidden
        If the actor lifted a hold on the record: letting go and erasing are acts of two people.
    Conflict
        If an erasure takes two here, as `confirm_erasure` does it; if the record has to be kept: by a hold, for a post
        that is held, for a list that runs and names the person, or because the clock has not run down; or it is erased
        already.
    """
    require(actor, "erase_people")
    if not document.strip():
        raise InvalidInput(
            Text("缺少删除依据。", "The document that the erasure rests on is missing."),
            remedy=Text("请写明文件号。", "Name it."),
            place="document",
        )
    if settings.is_erased_by_two:
        raise takes_two_refusal(person_no)
    person, ids = _to_erase(session, actor=actor, person_no=person_no, now=now)
    ground = _REQUEST if on_request else ground_of(session, ids, number=person_no, settings=settings, now=now)
    return finish_erasure(session, person, ids, actor=actor, document=document, ground=ground, now=now)


def confirm_erasure(
    session: Session, *, actor: Actor, person_no: str, reason: str, settings: RetentionSettings, now: datetime
) -> Erasure:
    """Erase a person as another officer asks for; it cannot be undone.

    Raises
    ------
    InvalidInput
        If no reason is given.
    NotFound, Forbidden, Conflict
        As of `erase_person`; besides, if the actor asked for it, and if nobody asks for it.
    """
    require(actor, "erase_people")
    person, ids = _to_erase(session, actor=actor, person_no=person_no, now=now)
    asked = confirm_request(session, person, actor=actor, reason=reason, now=now)
    document = asked.document or "-"
    ground = _REQUEST if asked.on_request else ground_of(session, ids, number=person_no, settings=settings, now=now)
    return finish_erasure(session, person, ids, actor=actor, document=document, ground=ground, now=now)


def _to_erase(session: Session, *, actor: Actor, person_no: str, now: datetime) -> tuple[Person, Collection[int]]:
    """Return a person whose record may go, and the ids that go together; locked."""
    person = find_person(session, actor=actor, person_no=person_no)
    ids = merged_into(session, person.id)
    lock_people(session, ids)
    refuse_kept(session, person, ids, actor=actor, now=now)
    refuse_who_let_go(session, ids, actor=actor, number=person.person_no)
    return person, ids


def finish_erasure(
    session: Session, person: Person, ids: Collection[int], *, actor: Actor, document: str, ground: str, now: datetime
) -> Erasure:
    """Erase a person of whom everything was asked that may keep the record, and write down that it was done."""
    counts = _erase(session, ids, now=now)
    (erasure_id,) = allocate_ids(session, Erasure.__tablename__)
    erasure = Erasure(
        id=erasure_id, person_id=person.id, ground=ground, document=document, erased_by=actor.username,
        erased_at=now, counts=counts,
    )  # fmt: skip
    session.add(erasure)
    audit.record(
        session, actor=actor, action="erase_person", subject_kind="person", subject_no=person.person_no, now=now,
        detail={"ground": ground, "counts": counts, "n_records": len(ids)},
    )  # fmt: skip
    session.flush()
    return erasure


def _erase(session: Session, ids: Collection[int], *, now: datetime) -> dict[str, int]:
    people = list(session.scalars(select(Person).where(Person.id.in_(ids)), execution_options={WITH_ABSORBED: True}))
    held = rows_about(session, ids)
    secrets = _secrets(session, people, held)
    counts = {table: len(rows) for table, rows in held.items() if table not in {"people", "name_tokens", *_DELETED}}
    counts |= _blank_rows(session, held)
    counts["record_changes"] = _blank_changes(session, held)
    counts["moves"] = _blank_moves(session, held)
    counts["imports"] = _blank_imports(session, ids, secrets)
    counts["exports"] = _blank_exports(session, secrets)
    counts["idempotency_keys"] = _forget_answers(session, secrets | {one.person_no for one in people})
    numbers = {one.person_no for one in people}
    for table, n_rows in forget_elsewhere(session, ids=ids, secrets=secrets, numbers=numbers).items():
        counts[table] = counts.get(table, 0) + n_rows
    _delete_rows(session, ids)
    _part_accounts(session, ids)
    for person in people:
        _empty(session, person, now=now)
    session.flush()  # the tokens that names are found by follow the names
    bump(session, "people", people=ids)
    bump(session, "vacancies", people=ids)
    session.expire_all()
    return {name: n for name, n in sorted(counts.items()) if n}


def _secrets(session: Session, people: Collection[Person], held: Mapping[str, list[dict[str, Any]]]) -> set[str]:
    """Return the names and numbers that the person has or had, to be looked for in texts about other things."""
    found = {value for one in people for value in (one.name, one.id_number, one.phone) if value}
    for change in changes_of(session, held):
        pairs = json.loads(change.changes)
        for field in ("name", "id_number", "phone"):
            found |= {value for value in pairs.get(field, ()) if value}
    return found


def _empty(session: Session, person: Person, *, now: datetime) -> None:
    for column in Person.__table__.columns:
        if column.name not in _KEPT and column.name != "name_index":
            setattr(person, column.name, _NOT_NULL.get(column.name))
    person.record_status, person.updated_at = RecordStatus.ERASED, now
    person.name = ERASED_NAME
    # A search for the words must not list everybody who was erased.
    person.name_index = vault_of(session).blind_index("people.erased", str(person.id)) or b""


def _delete_rows(session: Session, ids: Collection[int]) -> None:
    """Delete what is of no use once it tells nothing."""
    for table in _DELETED:
        own = Model.metadata.tables[table]
        for column in own.columns:
            # Rankings name people without a foreign key.
            if column.name == "person_id" or any(key.column.table.name == "people" for key in column.foreign_keys):
                session.connection().execute(delete(own).where(column.in_(ids)))


def _part_accounts(session: Session, ids: Collection[int]) -> None:
    own = select(Account.username).where(Account.person_id.in_(ids))
    changes = update(AccountChange).where(AccountChange.username.in_(own))
    session.execute(changes.values(holder_name_sealed=None), execution_options={"synchronize_session": False})
    parted = {"person_id": None, "is_disabled": True, "holder_name_sealed": None}
    session.execute(update(Account).where(Account.person_id.in_(ids)).values(parted))


def _blank_rows(session: Session, held: Mapping[str, list[dict[str, Any]]]) -> dict[str, int]:
    """Empty every sealed value in rows about the person; a table that allows no NULL gets an empty text."""
    vault, blanked = vault_of(session), {}
    for table, places in sealed_places(Model).items():
        rows = [row for row in held.get(table, []) if table != "people"]
        for row in rows:
            values = {
                place.sealed_in: None
                if place.table.c[place.sealed_in].nullable
                else vault.seal(place.bound_to, row["id"], "")
                for place in places
            }
            own = places[0].table
            session.connection().execute(update(own).where(own.c.id == row["id"]).values(values))
        if rows:
            blanked[table] = len(rows)
    return blanked


def _blank_changes(session: Session, held: Mapping[str, list[dict[str, Any]]]) -> int:
    changes = list(changes_of(session, held))
    for change in changes:
        change.changes, change.sheet = "{}", None
    session.flush()
    return len(changes)


def _blank_moves(session: Session, held: Mapping[str, list[dict[str, Any]]]) -> int:
    moves = list(moves_of(session, held))
    for move in moves:
        move.reason, move.signed_name = None, None
    session.flush()
    return len(moves)


def _blank_imports(session: Session, ids: Collection[int], secrets: Collection[str]) -> int:
    """Take the name off files that are named after the person, and off those that held nobody else."""
    own = set(
        session.scalars(
            select(Source.import_id)
            .join(RecordChange, RecordChange.source_id == Source.id)
            .where(
                RecordChange.subject_kind == "person", RecordChange.subject_id.in_(ids), Source.import_id.is_not(None)
            )
        )
    )
    others = set(
        session.scalars(
            select(Source.import_id)
            .join(RecordChange, RecordChange.source_id == Source.id)
            .where(
                RecordChange.subject_kind == "person",
                RecordChange.subject_id.not_in(ids),
                Source.import_id.in_(own),
            )
        )
    )
    n_blanked = 0
    for imported in session.scalars(select(Import)):
        told = f"{imported.file_name}\n{imported.columns}"
        if imported.id in own - others or any(secret in told for secret in secrets):
            imported.file_name, imported.columns = ERASED_NAME, "{}"
            n_blanked += 1
    session.flush()
    return n_blanked


def _blank_exports(session: Session, secrets: Collection[str]) -> int:
    """Forget what was searched for where it was this person."""
    n_blanked = 0
    for export in session.scalars(select(Export).where(Export.selection_sealed.is_not(None))):
        if any(secret in (export.selection or "") for secret in secrets):
            export.selection = "{}"
            n_blanked += 1
    session.flush()
    return n_blanked


def _forget_answers(session: Session, words: Collection[str]) -> int:
    """Forget the answers to writes that tell of the person; such a write is not repeatable any more."""
    vault, gone = vault_of(session), []
    for row in session.scalars(select(IdempotencyKey)):
        body = (vault.open("idempotency_keys.body", row.id, row.body) or "") if row.body else ""
        if any(word in body + row.headers for word in words):
            gone.append(row)
    for row in gone:
        session.delete(row)
    session.flush()
    return len(gone)
