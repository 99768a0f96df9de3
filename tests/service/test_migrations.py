"""Migrations: up, down, and equal to the models, on both databases."""

from datetime import datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from builders import a_person, a_vacancy, a_village
from sqlalchemy import inspect, select

from service.access import Actor
from service.db import Database, Model
from service.errors import Conflict
from service.migrations import configuration, downgrade, head_revision, revision_of, upgrade
from service.models.rulebooks import KeptRulebook
from service.rulebooks import shipped_rulebook
from service.usecases.identity.merging import merge_people
from service.usecases.identity.parting import undo_merge
from service.usecases.incoming import registration
from service.usecases.lists import shortlists


def test_the_migrated_schema_equals_the_models(any_database: Database) -> None:
    with any_database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Model.metadata) == []


def test_migrations_go_down_to_nothing_and_up_again(any_database: Database) -> None:
    downgrade(any_database.engine, "base")
    assert set(inspect(any_database.engine).get_table_names()) <= {"alembic_version"}
    upgrade(any_database.engine)
    assert revision_of(any_database.engine) == head_revision()


def test_the_rulebook_of_lists_of_before_is_kept_by_the_migration(
    any_database: Database, actor: Actor, now: datetime
) -> None:
    with any_database.unit_of_work() as session:
        registration.save_villages(session, actor=actor, records=[a_village()], now=now)
        registration.save_vacancies(session, actor=actor, records=[a_vacancy()], now=now)
        shortlists.request_shortlist(session, actor=actor, vacancy_no="V1", k=1, now=now)
    before = ScriptDirectory.from_config(configuration()).get_revision("0003").down_revision
    assert isinstance(before, str)
    downgrade(any_database.engine, before)
    upgrade(any_database.engine)
    with any_database.reading() as session:
        (kept,) = session.scalars(select(KeptRulebook))
        assert (kept.version, kept.first_used_at) == (shipped_rulebook().version, now)


def test_what_the_release_before_writes_fits_the_newest_schema(any_database: Database) -> None:
    """R11: no table or column of before is gone or asks for more, and no new column insists on a value.

    The other half, with the models of before at work, is slow: tests/service/test_release_before.py.
    """
    downgrade(any_database.engine, _before_the_newest())
    before = _reflected(any_database)
    upgrade(any_database.engine)
    after = _reflected(any_database)
    wrong = [f"{name} is gone" for name in before.keys() - after.keys()]
    for name, columns in before.items():
        now = after.get(name, {})
        wrong += [f"{name}.{column} is gone" for column in columns.keys() - now.keys()]
        wrong += [
            f"{name}.{column} insists on a value"
            for column, told in now.items()
            if not told["nullable"]
            and told.get("default") is None
            and (column not in columns or columns[column]["nullable"])
        ]
    assert wrong == []


def test_journals_of_standing_merges_are_never_dropped(any_database: Database, actor: Actor, now: datetime) -> None:
    with any_database.unit_of_work() as session:
        people = [a_person(), a_person(person_no="P2", id_number=None)]
        registration.save_people(session, actor=actor, records=people, now=now)
        merge_id = merge_people(session, actor=actor, survivor_no="P1", absorbed_no="P2", now=now).merge.id
    tables = set(inspect(any_database.engine).get_table_names())
    with pytest.raises(Conflict) as refusal:
        downgrade(any_database.engine, "base")
    assert "talentpool duplicates unmerge" in refusal.value.sentence("en")
    assert revision_of(any_database.engine) == head_revision()
    assert set(inspect(any_database.engine).get_table_names()) == tables
    with any_database.unit_of_work() as session:
        undo_merge(session, actor=actor, merge_id=merge_id, now=now)
    downgrade(any_database.engine, "0007")
    assert revision_of(any_database.engine) == "0007"


def _before_the_newest() -> str:
    before = ScriptDirectory.from_config(configuration()).get_revision(head_revision()).down_revision
    assert isinstance(before, str)
    return before


def _reflected(database: Database) -> dict[str, dict[str, dict[str, Any]]]:
    found = inspect(database.engine)
    return {name: {one["name"]: one for one in found.get_columns(name)} for name in found.get_table_names()}
