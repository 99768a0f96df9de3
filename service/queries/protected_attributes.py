"""Whether what a card learns from tells protected attributes: an audit, the one place where both meet."""

from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from matching.criteria import CRITERIA
from matching.facts import PROTECTED
from matching.leaks import LeakFinding, find_leaks
from matching.training import TrainingLists
from matching.vocabulary import Text
from matching.vocabulary.codes import code_table
from service.models.people import Person
from service.queries.derived_facts import column_of_days, full_years

__all__ = ["leaks_of", "leaks_worded", "protected_attributes"]

_IN_ONE_QUERY = 500
_CODED = {"sex": "sex", "ethnicity": "ethnicity", "political_status": "political_status"}
_LABELS = {
    "age": Text("年龄", "age"),
    "political_status": Text("政治面貌", "political status"),
    **{name: PROTECTED[name] for name in ("sex", "ethnicity")},
}


def protected_attributes(session: Session, *, person_ids: list[int], as_of: date) -> pd.DataFrame:
    """Read age, sex, ethnicity and political status of people, NaN or None where nothing is recorded.

    They are read for an audit of columns only, and never joined to what a card is learned from.
    """
    columns = (Person.id, Person.birth_date, *(getattr(Person, name) for name in _CODED))
    rows: list[Row[Any]] = []
    for start in range(0, len(person_ids), _IN_ONE_QUERY):
        rows += session.execute(select(*columns).where(Person.id.in_(person_ids[start : start + _IN_ONE_QUERY]))).all()
    frame = pd.DataFrame({name: pd.Series([getattr(row, name) for row in rows], dtype=object) for name in _CODED})
    frame["age"] = full_years(column_of_days([row.birth_date for row in rows]), as_of)
    frame.index = pd.Index([row.id for row in rows], dtype="int64")
    return frame.reindex(person_ids)


def leaks_of(session: Session, lists: TrainingLists, *, person_ids: list[int], as_of: date) -> list[LeakFinding]:
    """Look for criteria whose levels tell a protected attribute of the people on training lists.

    Parameters
    ----------
    session : Session
    lists : TrainingLists
    person_ids : list of int
        Who stands in each row of the lists; a person counts once, with the levels of the first list.
    as_of : date
        Ages are counted to this day.
    """
    features = pd.DataFrame(lists.rows, columns=list(lists.criteria), index=pd.Index(person_ids, dtype="int64"))
    features = features[~features.index.duplicated()]
    return find_leaks(features, protected_attributes(session, person_ids=features.index.tolist(), as_of=as_of))


def leaks_worded(found: list[LeakFinding]) -> tuple[Text, ...]:
    """Say what was found with the names that people know."""
    names = {**_LABELS, **{key: criterion.label for key, criterion in CRITERIA.items()}}
    for attribute, table in _CODED.items():
        groups = {one.group for one in found if one.attribute == attribute and one.group}
        names |= {f"{attribute}={group}": code_table(table).label(group) for group in groups}
    return tuple(one.worded(names) for one in found)
