"""What refers to a record: found by the foreign keys of all tables, so that a new table is never forgotten."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.db import Model
from service.models.territories import seeing_everywhere

__all__ = ["DEPENDENTS", "dependents_of"]

_TABLES = {
    "person": "people",
    "vacancy": "vacancies",
    "village": "villages",
    "township": "townships",
    "county": "counties",
    "decision": "decisions",
    "training": "training_records",
}
#: Made anew at any time, or about nothing but the record itself; they go with it.
_DERIVED = frozenset({"rankings", "ranking_heads", "duplicate_pairs", "form_remainders", "merges", "name_tokens"})
_IN_ONE_QUERY = 500

#: What a table holds, for sentences.
DEPENDENTS: Mapping[str, Text] = defaultdict(
    lambda: Text("其他记录", "Other records"),
    {
        "shortlists": Text("名单", "Shortlists"),
        "shortlist_entries": Text("名单", "Shortlists"),
        "decisions": Text("审阅结论", "Decisions"),
        "checks": Text("核验记录", "Checks"),
        "appointments": Text("任职记录", "Appointments"),
        "candidacies": Text("人选", "Candidacies"),
        "training_records": Text("培训记录", "Training records"),
        "duplicate_pairs": Text("查重结论", "Decisions on duplicates"),
        "merges": Text("合并记录", "Merges"),
        "people": Text("人员", "People"),
        "vacancies": Text("岗位", "Vacancies"),
        "villages": Text("村", "Villages"),
        "townships": Text("乡镇", "Townships"),
    },
)


@seeing_everywhere
def dependents_of(
    session: Session, kind: str, ids: Collection[int], *, without: Mapping[str, Collection[int]]
) -> Iterator[tuple[str, int]]:
    """Yield table and id of the record for everything that refers to one of `ids`.

    Parameters
    ----------
    session : Session
    kind : {"person", "vacancy", "village", "township", "county", "decision"}
    ids : collection of int
    without : mapping of str to collection of int
        Rows by table that go as well and do not count.
    """
    if not ids:
        return
    target = Model.metadata.tables[_TABLES[kind]]
    for table in Model.metadata.sorted_tables:
        if table.name not in _DERIVED:
            yield from _referring(session, table, target, sorted(ids), set(without.get(table.name, ())))


def _referring(
    session: Session, table: Table, target: Table, ids: list[int], without: set[int]
) -> Iterator[tuple[str, int]]:
    for column in table.columns:
        if not any(key.column.table is target for key in column.foreign_keys):
            continue
        own = table.c.id if "id" in table.c else column
        for start in range(0, len(ids), _IN_ONE_QUERY):
            found = select(own, column).where(column.in_(ids[start : start + _IN_ONE_QUERY])).order_by(own)
            for row_id, subject_id in session.execute(found):
                if "id" not in table.c or row_id not in without:
                    yield table.name, subject_id
