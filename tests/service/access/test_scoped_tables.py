"""Every table that tells of a person or a place is narrowed to a territory, or named here with the reason (S3)."""

import pytest
from sqlalchemy import Table

import service.models  # noqa: F401 - all tables have to be known
from service.db import Model
from service.models.territories import SCOPED

#: Tables from which the others lead: whose rows point at one of them tell of a person or a place.
ROOTS = {"people", "vacancies", "villages", "townships", "counties", "accounts"}
#: Columns that point without a foreign key.
POINTERS = {"person_id", "person_no", "vacancy_id", "vacancy_no", "village_id", "subject_id", "subject_no", "row_id"}
#: Why the rows of a table are not narrowed by themselves.
EXEMPT = {
    "counties": "names of places are the same for everybody; lists of them are narrowed where they are made",
    "townships": "as counties",
    "villages": "looked up for anybody's home; `_narrow` narrows lists of them",
    "accounts": "managers and leaders see accounts, and no people in them; the use cases say whose",
    "account_sessions": "one's own only, by the token",
    "api_tokens": "one's own only",
    "former_passwords": "hashes, read by the door",
    "recovery_codes": "digests, read by the door",
    "account_changes": "a leader confirms for places of their own: usecases/accounts/changes.py",
    "idempotency_keys": "one's own answers, by account and key",
    "notification_addresses": "one's own only",
    "drafts": "one's own only, by account",
    "saved_views": "one's own only, by account; conditions without names",
    "moves": "read by the id of a subject that is narrowed",
    "votes": "read with their move",
    "record_changes": "read by the id of a record that is narrowed",
    "sources": "read with the change that they gave",
    "name_tokens": "digests, joined to people, which are narrowed",
    "audit_entries": "read by the numbers of people that are narrowed, or one's own deeds; test_audit_views.py",
    "audit_subjects": "as audit_entries",
    "outbox_messages": "numbers of work, for the operator who sends them",
    "registry_changes": "ids for the rescoring, shown to nobody",
    "runs": "figures about runs, for the operator",
}


def _tables() -> dict[str, Table]:
    return {table.name: table for table in Model.metadata.sorted_tables}


def _telling() -> set[str]:
    """Return the tables that tell of a person or a place, also by way of others."""
    found = ROOTS | {name for name, table in _tables().items() if POINTERS & set(table.columns.keys())}
    while True:
        further = {
            name
            for name, table in _tables().items()
            if any(key.column.table.name in found for key in table.foreign_keys)
        }
        if further <= found:
            return found
        found |= further


def test_every_table_with_a_person_or_place_is_narrowed_or_named_with_a_reason() -> None:
    narrowed = {model.__tablename__ for model in SCOPED}
    assert sorted(_telling() - narrowed - EXEMPT.keys()) == []


def test_no_exemption_is_left_of_a_table_that_is_narrowed_or_gone() -> None:
    narrowed = {model.__tablename__ for model in SCOPED}
    assert sorted(EXEMPT.keys() & narrowed) == []
    assert sorted(EXEMPT.keys() - _tables().keys()) == []


@pytest.mark.parametrize("table", ["people", "opinions", "publicity_notices", "form_remainders", "votes", "consents"])
def test_tables_are_found_by_what_they_point_at(table: str) -> None:
    assert table in _telling()
