"""The records whose changes are noted, and how a noted value goes back into its column."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Date, Enum

from matching.vocabulary import Text
from service.db import CodeList, Model, UtcDateTime
from service.models.people import Person
from service.models.reviews import Decision
from service.models.sealing import Sealed
from service.models.training_records import TrainingRecord
from service.models.vacancies import Vacancy
from service.models.villages import County, Township, Village

__all__ = ["SUBJECTS", "Subject", "stored_value"]


@dataclass(frozen=True)
class Subject:
    """A kind of record.

    Parameters
    ----------
    model : type
    number : str
        Attribute that every record has from its beginning.
    label : Text
    """

    model: type[Model]
    number: str
    label: Text


SUBJECTS: Mapping[str, Subject] = {
    "person": Subject(Person, "person_no", Text("人员", "person")),
    "vacancy": Subject(Vacancy, "vacancy_no", Text("岗位", "vacancy")),
    "village": Subject(Village, "village_code", Text("村", "village")),
    "township": Subject(Township, "township_code", Text("乡镇", "township")),
    "county": Subject(County, "county_code", Text("县区", "county")),
    "training": Subject(TrainingRecord, "hours", Text("培训记录", "training record")),
    "decision": Subject(Decision, "decision", Text("审阅结论", "decision")),
}


def stored_value(model: type[Model], name: str, noted: Any) -> Any:
    """Return a noted JSON value as the attribute of a record takes it."""
    if noted is None or isinstance(vars(model).get(name), Sealed):
        return noted
    kind = _column_types(model)[name]
    if isinstance(kind, CodeList):
        return tuple(noted)
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(noted)
    if isinstance(kind, Date):
        return date.fromisoformat(noted)
    if isinstance(kind, Enum) and kind.enum_class is not None:
        return kind.enum_class(noted)
    return noted


@cache
def _column_types(model: type[Model]) -> Mapping[str, Any]:
    return {column.key: column.type for column in model.__table__.columns}
