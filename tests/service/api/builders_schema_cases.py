"""Cases that schemathesis makes of the API document, sent to the application, and what is wrong with the answers."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Err
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import text

from service.db import Database, Model

__all__ = ["Tally", "count_written_rows", "operations_of", "send_cases"]

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
#: What a refusal may write: its line in the log, and the attempt to sign in that is counted.
WRITTEN_BY_REFUSALS = ("audit_", "sign_in_counters", "rate_windows", "id_blocks", "api_tokens", "account_sessions")


@dataclass
class Tally:
    """What came of the cases so far: how many by status, and what was wrong, by operation and kind of fault."""

    statuses: Counter[int] = field(default_factory=Counter)
    faults: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def n_cases(self) -> int:
        return self.statuses.total()


def operations_of(app: Flask) -> list[Any]:
    """Return the operations of the API document as schemathesis reads them; each must be one that it understands.

    What the document says of signing in is left out: it would make up tokens, and most answers would be 401.
    """
    document = app.test_client().get("/api/openapi.json").json
    assert document is not None
    del document["components"]["securitySchemes"]
    for operations in document["paths"].values():
        for operation in operations.values():
            if isinstance(operation, dict):
                operation.pop("security", None)
    found = list(schemathesis.openapi.from_dict(document).get_all_operations())
    refused = [one.err() for one in found if isinstance(one, Err)]
    assert refused == []
    return [one.ok() for one in found]


def send_cases(
    operation: Any,
    *,
    seed_no: int,
    n: int,
    numbers: Mapping[str, Any],
    asker: Callable[[str, str], tuple[FlaskClient, dict[str, str]]],
    n_written: Callable[[], int],
    tally: Tally,
) -> None:
    """Send some cases of an operation: as its schema wants them and as it does not, half of them at records that exist.

    Parameters
    ----------
    numbers : Mapping
        Numbers of records that exist, by the name of the parameter.
    asker : callable
        Of method and address: who asks, signed in, and for a change the version that is at hand.
    n_written : callable
        How many rows were written since the beginning; a refusal must not add any.
    """
    kinds = list(_strategies(operation, numbers))
    for strategy in kinds:
        before = n_written()

        @seed(seed_no)
        @settings(
            max_examples=max(1, n // len(kinds)),
            deadline=None,
            database=None,
            derandomize=False,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=strategy)
        def each(case: Any) -> None:
            nonlocal before
            client, headers = asker(case.method, case.formatted_path)
            answer = case.call(app=client.application, session=client, headers=headers)
            tally.statuses[answer.status_code] += 1
            try:
                case.validate_response(answer, checks=CHECKS)
            except FailureGroup as failures:
                for failure in failures.exceptions:
                    told = f"{case.as_curl_command()}\n{failure}\n{answer.text[:500]}"
                    tally.faults.setdefault((operation.label, type(failure).__name__), told)
            after = n_written()
            if answer.status_code >= 400 and after != before:
                told = f"{case.as_curl_command()}\n{answer.status_code} {answer.text[:500]}"
                tally.faults.setdefault((operation.label, "a refusal wrote something"), told)
            before = after

        with suppress(Unsatisfiable):  # some addresses take nothing that could be wrong
            each()


def _strategies(operation: Any, numbers: Mapping[str, Any]) -> Iterator[st.SearchStrategy[Any]]:
    known = {one.name: numbers[one.name] for one in operation.path_parameters if one.name in numbers}
    # Where words alone stand in the address nothing can be wrong, and looking for it takes most of the time.
    is_typed = bool(list(operation.body)) or bool(list(operation.query))
    has_numbers = any(one.definition.get("schema", {}).get("type") == "integer" for one in operation.path_parameters)
    for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):
        is_positive = mode is schemathesis.GenerationMode.POSITIVE
        if known and (is_positive or is_typed):
            yield operation.as_strategy(generation_mode=mode, path_parameters=dict(known))
        if is_positive or is_typed or has_numbers:
            yield operation.as_strategy(generation_mode=mode)


def count_written_rows(database: Database) -> Callable[[], int]:
    """Count every row that is written from now on, in the transaction that writes it; return how to read the count."""
    count = "BEGIN UPDATE written_rows SET n = n + 1; END"
    tables = [table for table in Model.metadata.tables if not table.startswith(WRITTEN_BY_REFUSALS)]
    with database.unit_of_work() as session:
        session.execute(text("CREATE TABLE written_rows (n INTEGER NOT NULL)"))
        session.execute(text("INSERT INTO written_rows VALUES (0)"))
        for table, act in product(tables, ("INSERT", "UPDATE", "DELETE")):
            session.execute(text(f"CREATE TRIGGER count_{act}_{table} AFTER {act} ON {table} {count}"))

    def n_written() -> int:
        with database.reading() as session:
            return int(session.execute(text("SELECT n FROM written_rows")).scalar_one())

    return n_written
