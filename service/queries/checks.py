"""The checks and waivers that count on a day: last ones, not expired, not withdrawn."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import pandas as pd
from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from matching.frames import CHECK_COLUMNS
from service.models.vacancies import Check
from service.models.waivers import Waiver

__all__ = ["WAIVED", "Ground", "grounds_of", "load_checks", "load_checks_and_lapsed", "resettled_since"]

WAIVED = "waived"
_IN_ONE_QUERY = 500
_DTYPES = {"person_id": "int64", "vacancy_id": "int64", "rule_id": "object", "result": "object"}


class Ground(NamedTuple):
    """One recorded check or signed waiver; `valid_until` is its last day, None on rows of the first releases."""

    check_id: int
    person_id: int
    vacancy_id: int
    rule_id: str
    result: str
    document: str
    signed_by: str
    valid_until: date | None
    ended_at: datetime | None
    waiver_no: str | None
    proposed_by: str | None

    def counts_on(self, day: date) -> bool:
        """Say whether it counts, if nothing later was recorded; a waiver needs the two people who made it."""
        if self.ended_at is not None or (self.result == WAIVED and self.waiver_no is None):
            return False
        return self.valid_until is None or day <= self.valid_until


def load_checks(
    session: Session, vacancy_ids: Sequence[int], *, as_of: date, person_ids: Collection[int] | None = None
) -> pd.DataFrame:
    """Read the checks and waivers that count for vacancies, in the order of recording; see `CHECK_COLUMNS`.

    An expired check uncovers no earlier one: the matter is to be verified again. A waiver that has expired or was
    withdrawn leaves what was found before it.

    Parameters
    ----------
    session : Session
    vacancy_ids : sequence of int
    as_of : date
        What expired before this day does not count.
    person_ids : collection of int, optional
        Only about these people, a few hundred at most.
    """
    return _framed(_counting(_recorded(session, vacancy_ids, person_ids), as_of))


def grounds_of(
    session: Session, vacancy_ids: Sequence[int], *, as_of: date, person_ids: Collection[int] | None = None
) -> dict[tuple[int, int], list[Ground]]:
    """Return what counts by vacancy and person: of several about one rule the last."""
    found: dict[tuple[int, int], dict[str, Ground]] = defaultdict(dict)
    for row in _counting(_recorded(session, vacancy_ids, person_ids), as_of):
        found[row.vacancy_id, row.person_id][row.rule_id] = row
    return {pair: list(by_rule.values()) for pair, by_rule in found.items()}


def load_checks_and_lapsed(
    session: Session, vacancy_id: int, *, as_of: date, person_ids: Collection[int]
) -> tuple[pd.DataFrame | None, set[tuple[int, str]]]:
    """Return what `load_checks` does for one vacancy, None for nothing, and what lapsed, from one reading.

    Lapsed are the pairs (person, rule) about which a check or waiver was recorded for the vacancy, and none counts.
    """
    recorded = _recorded(session, [vacancy_id], person_ids)
    counting = _counting(recorded, as_of)
    lapsed = {(row.person_id, row.rule_id) for row in recorded} - {(row.person_id, row.rule_id) for row in counting}
    return _framed(counting) if counting else None, lapsed


def resettled_since(
    session: Session, vacancy_ids: Sequence[int], *, day: date, moment: datetime, as_of: date
) -> set[tuple[int, int]]:
    """Return the pairs (vacancy, person) about whom something was recorded, withdrawn or has expired meanwhile.

    Parameters
    ----------
    session : Session
    vacancy_ids : sequence of int
    day : date
        On which the rankings were made.
    moment : datetime
        When their making began.
    as_of : date
    """
    return {
        (row.vacancy_id, row.person_id)
        for row, created_at in _rows(session, vacancy_ids, None)
        if created_at >= moment
        or (row.ended_at is not None and row.ended_at >= moment)
        or (row.valid_until is not None and day <= row.valid_until < as_of)
    }


def _recorded(session: Session, vacancy_ids: Sequence[int], person_ids: Collection[int] | None) -> list[Ground]:
    return [row for row, _ in _rows(session, vacancy_ids, person_ids)]


def _rows(
    session: Session, vacancy_ids: Sequence[int], person_ids: Collection[int] | None
) -> Iterator[tuple[Ground, datetime]]:
    found: list[Row[Any]] = []
    for start in range(0, len(vacancy_ids), _IN_ONE_QUERY):
        asked: dict[str, Any] = {"vacancy_ids": vacancy_ids[start : start + _IN_ONE_QUERY]}
        if person_ids is None:
            found += session.execute(_OF_VACANCIES, asked).all()
        else:
            found += session.execute(_OF_PEOPLE, asked | {"person_ids": sorted(person_ids)}).all()
    for row in sorted(found, key=lambda row: row.id):
        yield Ground._make(row[:-1]), row.created_at


# Put together once: that takes longer than reading a few rows.
_OF_VACANCIES = (
    select(Check.id, *(getattr(Check, name) for name in Ground._fields[1:-2]), Waiver.waiver_no, Waiver.proposed_by)
    .add_columns(Check.created_at)
    .outerjoin(Waiver, Waiver.id == Check.waiver_id)
    .where(Check.vacancy_id.in_(bindparam("vacancy_ids", expanding=True)))
)
_OF_PEOPLE = _OF_VACANCIES.where(Check.person_id.in_(bindparam("person_ids", expanding=True)))


def _framed(rows: Sequence[Ground]) -> pd.DataFrame:
    return pd.DataFrame(
        {name: pd.Series([getattr(row, name) for row in rows], dtype=_DTYPES[name]) for name in CHECK_COLUMNS}
    )


def _counting(rows: Iterable[Ground], as_of: date) -> list[Ground]:
    by_matter: dict[tuple[int, int, str], list[Ground]] = defaultdict(list)
    for row in rows:
        by_matter[row.vacancy_id, row.person_id, row.rule_id].append(row)
    kept: list[Ground] = []
    for matter in by_matter.values():
        checks = [row for row in matter if row.result != WAIVED]
        is_settled = bool(checks) and checks[-1].counts_on(as_of)
        kept += [row for row in matter if (is_settled if row.result != WAIVED else row.counts_on(as_of))]
    return sorted(kept, key=lambda row: row.check_id)
