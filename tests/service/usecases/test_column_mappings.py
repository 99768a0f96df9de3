"""What the headers of an office mean is confirmed once and used again."""

import pytest
from sqlalchemy import select

from service.access import Actor
from service.errors import Forbidden, InvalidInput, NotFound
from service.models.audit import AuditEntry
from service.usecases.incoming.column_mappings import (
    delete_column_mapping,
    list_column_mappings,
    save_column_mapping,
    use_column_mapping,
)

COLUMNS = {"姓名全称": "name", "供职/全称": "employer"}


def test_a_mapping_is_saved_used_changed_and_deleted_with_an_audit_line_each(any_database, actor, now):
    told = {"actor": actor, "office": "示范县 组织部", "kind": "people"}
    with any_database.unit_of_work() as session:
        assert save_column_mapping(session, **told, columns=COLUMNS, now=now) == 2
        assert save_column_mapping(session, **told, columns={"供职/全称": "recommender"}, now=now) == 1
    with any_database.unit_of_work() as session:
        used = use_column_mapping(session, **told, now=now)
        assert used == {"姓名全称": "name", "供职/全称": "recommender"}
        assert [row.header for row in list_column_mappings(session, actor=actor, office="示范县 组织部")] == sorted(
            used
        )
        assert delete_column_mapping(session, **told, now=now) == 2
        assert list_column_mappings(session, actor=actor) == []
    with any_database.reading() as session:  # lines are written when their act is committed
        actions = session.scalars(select(AuditEntry.action).where(AuditEntry.subject_kind == "column_mappings")).all()
    assert actions == ["save_column_mapping", "save_column_mapping", "use_column_mapping", "delete_column_mapping"]


@pytest.mark.parametrize(
    "changes",
    [
        {"columns": {}},
        {"columns": {"甲": "hobby"}},
        {"columns": {"宗教信仰": "note"}},
        {"office": " "},
        {"office": "x" * 61},
        {"columns": {"x" * 121: "name"}},
    ],
)
def test_what_cannot_be_a_mapping_is_refused(database, actor, now, changes):
    given = {"office": "示范县", "kind": "people", "columns": COLUMNS, **changes}
    with database.unit_of_work() as session, pytest.raises(InvalidInput) as error:
        save_column_mapping(session, actor=actor, now=now, **given)
    assert error.value.problem.zh


def test_an_office_without_a_mapping_is_not_found_and_the_known_ones_are_named(database, actor, now):
    with database.unit_of_work() as session:
        save_column_mapping(session, actor=actor, office="示范县", kind="people", columns=COLUMNS, now=now)
        for act in (use_column_mapping, delete_column_mapping):
            with pytest.raises(NotFound) as error:
                act(session, actor=actor, office="样板县", kind="people", now=now)
            assert "示范县" in error.value.remedy.zh


def test_a_role_without_the_right_may_do_none_of_it(database, now):
    told = {"actor": Actor("reader")}
    with database.unit_of_work() as session:
        for act, more in (
            (save_column_mapping, {"office": "a", "kind": "people", "columns": COLUMNS, "now": now}),
            (use_column_mapping, {"office": "a", "kind": "people", "now": now}),
            (delete_column_mapping, {"office": "a", "kind": "people", "now": now}),
            (list_column_mappings, {}),
        ):
            with pytest.raises(Forbidden):
                act(session, **told, **more)
