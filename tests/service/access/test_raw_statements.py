"""What executes beside the narrowing of sessions is named here: bound to a territory by hand, or why not (S3)."""

import ast
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from builders_two_counties import COUNTY_ROLES, HERE, THERE, two_counties
from sqlalchemy import select

import service
from service.access import Actor
from service.db import Database
from service.models.people import Person
from service.queries.vacancies import load_vacancy_facts

ROOT = Path(service.__file__).parent
#: Calls that leave the session: what is executed by them nobody narrows.
_CALLS = frozenset({"connection", "connect", "raw_connection", "exec_driver_sql", "cursor", "copying", "read_sql"})
#: Names that bind a statement to the territory of the session's actor.
BINDERS = frozenset({"reach_of_session", "in_villages", "people_at_home", "townships_of"})


def raw_places(source: str) -> Iterator[str]:
    """Yield the functions of a module that execute beside the session, or select from tables instead of models."""
    module = ast.parse(source)
    tables = {
        target.id
        for node in module.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and _tells_of_table(node.value)
        for part in (node.targets if isinstance(node, ast.Assign) else [node.target])
        for target in ast.walk(part)
        if isinstance(target, ast.Name)
    }
    for name, function in _functions(module, ""):
        if any(_is_raw(node, tables) for node in _own_nodes(function)):
            yield name


def _functions(node: ast.AST, path: str) -> Iterator[tuple[str, ast.AST]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            name = f"{path}.{child.name}".strip(".")
            if isinstance(child, ast.FunctionDef):
                yield name, child
            yield from _functions(child, name)


def _own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(function):
        if not isinstance(child, ast.FunctionDef | ast.ClassDef):
            yield child
            yield from _own_nodes(child)


def _tells_of_table(value: ast.AST) -> bool:
    return any(
        (isinstance(node, ast.Attribute) and node.attr == "__table__")
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "table_of")
        for node in ast.walk(value)
    )


def _is_raw(node: ast.AST, tables: set[str]) -> bool:
    if isinstance(node, ast.Name):
        return node.id in tables
    if isinstance(node, ast.Attribute):
        return node.attr == "__table__"
    if isinstance(node, ast.Call):
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
        return name in _CALLS or (name == "text" and isinstance(called, ast.Name))
    return False


def _found() -> dict[str, str]:
    """Return every such function of the service with its source."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        place = path.relative_to(ROOT)
        if place.parts[0] == "migrations":
            continue
        source = path.read_text(encoding="utf-8")
        whole = dict(_functions(ast.parse(source), ""))
        for name in raw_places(source):
            found[f"{place.as_posix()}:{name}"] = ast.get_source_segment(source, whole[name]) or ""
    return found


_CONDITION = "the condition that narrows, or a part of it"
_COLUMNS = "looks at columns, executes nothing"
_RANKING = "ranks everybody for the system; places are read through models, which are narrowed"
_ERASING = "of one person, whom `find_person` found in the territory; what names them goes wherever it is"
_MERGING = "of people whom `find_person` or a pair of the territory gave; references follow them wherever they are"
_CHAIN = "the log itself, written and verified as a whole; what is shown of it is narrowed by use case"
_KEYS = "reseals every row under new keys, shows none; of the operator alone"
#: Why a function may execute beside the narrowing; "bound by NAME" is looked for in its source.
REASONS = {
    "db.py:allocate_ids": "a counter",
    "db.py:Database.settle": "figures of the planner",
    "db.py:_prepare_sqlite": "settings of a connection",
    "db.py:_begin_sqlite": "begins a transaction",
    **{
        f"models/scopes.py:{name}": _CONDITION
        for name in ("table_of", "townships_of", "_villages", "_of_vacancies", "_of_lists", "_of_candidacies",
                     "lives_in", "_person", "_of_seen_people", "people_at_home", "_of_accounts")
    },
    "models/territories.py:has_village": "bound by in_villages",
    "models/territories.py:ids_at_home": "bound by people_at_home",
    "operations/database_rights.py:needless_rights": "rights of the database role",
    "operations/dumps.py:copy_sqlite": "a backup, of the operator alone",
    "operations/dumps.py:sqlite_findings": "a check of a file, of the operator alone",
    "operations/readiness.py:readiness": "asks for the number 1",
    **{f"queries/bulk_rows.py:{name}": "writes, reads nothing" for name in ("write_rows", "copying", "_copy")},
    "queries/holdings.py:rows_about": "what is held about one person, found before, for their file or erasure",
    "queries/holdings.py:_rows": "as rows_about",
    "queries/merges.py:_standing_by_index": "ids alone; the people are then read through models",
    "queries/name_order.py:_keys": "places in the order of names, the same for everybody; rows are read through models",
    **{
        f"queries/name_search.py:{name}": "writes digests, of people who are being saved or who have none yet"
        for name in ("write_first_name_tokens", "forget_name_tokens", "fill_name_tokens")
    },
    "queries/vacancies.py:_select_facts": "executed by the session, which narrows vacancies and villages: see below",
    **{
        f"usecases/auditing/audit_chain.py:{name}": _CHAIN
        for name in ("append_lines", "chain_unchained", "_end_of_chain")
    },
    "usecases/auditing/audit_verification.py:_blocks": _CHAIN,
    "usecases/privacy/erasing.py:_empty": _COLUMNS,
    **{f"usecases/privacy/erasing.py:{name}": _ERASING for name in ("_delete_rows", "_blank_rows")},
    **{
        f"usecases/privacy/erasing_words.py:{name}": _ERASING
        for name in ("forget_elsewhere", "_shared_names", "_told", "_mark")
    },
    **{f"usecases/privacy/key_rotation.py:{name}": _KEYS for name in ("_wait_for_writers", "_uses")},
    "usecases/privacy/resealing.py:_reseal": _KEYS,
    **{f"usecases/identity/merge_fields.py:{name}": _COLUMNS for name in ("_united", "_is_list", "_settled")},
    "usecases/identity/merge_references.py:_references": _COLUMNS,
    **{f"usecases/identity/merge_references.py:{name}": _MERGING for name in ("return_references", "_rows", "_point")},
    "usecases/records/places.py:Gazetteer.write": "places, which are the same for everybody",
    "usecases/records/places.py:Gazetteer._read": "places, which are the same for everybody",
    "usecases/records/record_fields.py:plain_fields": _COLUMNS,
    "usecases/records/record_fields.py:insert_rows": "writes rows whose territory `refuse_home_elsewhere` looked at",
    "usecases/records/record_values.py:_column_types": _COLUMNS,
    **{f"usecases/long_work/rescoring_merge.py:{name}": _RANKING for name in ("mark_current", "_Steps.write")},
    **{f"usecases/long_work/rescoring_writes.py:{name}": _RANKING for name in ("replace_rankings", "_insert_places")},
    "usecases/revisions.py:bump": "counters and ids for the rescoring, shown to nobody",
    "usecases/incoming/undoing_imports.py:_rows": "selects models, only its condition names a column of the table",
    "usecases/incoming/undoing_imports.py:_delete": "rows of an import that was found in the territory",
}  # fmt: skip


def test_every_statement_beside_the_narrowing_is_bound_or_named_with_a_reason() -> None:
    found = _found()
    assert sorted(found.keys() - REASONS.keys()) == []
    assert sorted(REASONS.keys() - found.keys()) == [], "gone"
    for place, reason in REASONS.items():
        if reason.startswith("bound by "):
            assert reason.removeprefix("bound by ") in BINDERS
            assert f"{reason.removeprefix('bound by ')}(" in found[place]


@pytest.mark.parametrize(
    "statement",
    [
        "session.connection().execute(select(Person))",
        "session.execute(select(Person.__table__.c.id))",
        "session.execute(select(_PEOPLE.c.name_sealed))",
        "session.execute(text('SELECT * FROM people'))",
        "engine.connect().exec_driver_sql('SELECT * FROM people')",
    ],
)
def test_a_statement_that_nobody_narrows_is_found(statement: str) -> None:
    table, head = "_PEOPLE = cast('Table', Person.__table__)", "class Files:\n    def read(self, session):"
    planted = f"{table}\n{head}\n        {statement}\n"
    assert list(raw_places(planted)) == ["Files.read"]
    assert list(raw_places("def read(session):\n    return session.scalars(select(Person))\n")) == []


def test_facts_of_vacancies_are_narrowed_although_they_are_columns(database: Database, now: datetime) -> None:
    two_counties(database, now=now)
    for territory, numbers in ((HERE, ["V1"]), (THERE, ["W77"])):
        actor = Actor("clerk", COUNTY_ROLES, territory)
        with database.reading(actor) as session:
            facts = load_vacancy_facts(session, as_of=now.date())
        assert [one.vacancy_no for one in facts] == numbers


def test_a_table_is_not_narrowed_so_that_the_list_above_is_needed(database: Database, now: datetime) -> None:
    two_counties(database, now=now)
    with database.reading(Actor("clerk", COUNTY_ROLES, HERE)) as session:
        models = set(session.scalars(select(Person.person_no)))
        tables = set(session.scalars(select(Person.__table__.c.person_no)))
    assert models < tables
