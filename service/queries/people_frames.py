"""The two frames of the matching core, from one select: no objects per person, nothing decrypted."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, case, func, or_, select, type_coerce
from sqlalchemy.orm import Session, aliased
from sqlalchemy.types import NullType

from matching.few_people import evaluator_of_few
from matching.frames import ADMISSION_COLUMNS, CRITERIA_COLUMNS, ELIGIBILITY_COLUMNS, Column
from matching.rule_evaluator import RuleEvaluator
from matching.vocabulary import PostType, RecordStatus
from matching.vocabulary.codes import code_table
from matching.vocabulary.industries import UNMAPPED, IndustryTerms
from service.models.appointments import Appointment
from service.models.people import Person
from service.models.territories import seeing_everywhere
from service.models.villages import County, Township, Village
from service.queries.derived_facts import (
    appraisal_score,
    by_distinct,
    column_of_days,
    full_months,
    full_years,
    months_until,
    numbers_of,
    party_age_years,
)

__all__ = [
    "PeopleFrames",
    "Raw",
    "Values",
    "derived_facts",
    "frame_of",
    "load_few_people",
    "load_people_frames",
    "ranks_of",
    "raw_columns",
]

Values = Sequence[Any] | npt.NDArray[Any]
Raw = Mapping[str, Sequence[Any]]

_EDUCATION = ("education", "fulltime_education", "inservice_education")
# Of a suspended record nothing is matched until a named officer puts it back.
_OUT_OF_POOL = (RecordStatus.SUSPENDED.value, RecordStatus.ARCHIVED.value, RecordStatus.ERASED.value)
_POST_COUNTS = {
    "active_resident_posts": PostType.FIRST_SECRETARY,
    "concurrent_honorary_posts": PostType.HONORARY_VILLAGE_HEAD,
    "active_consulting_posts": PostType.INDUSTRIAL_CONSULTANT,
}
# What is computed from, beside the columns that the frames and the table share by name.
_COMPUTED_FROM = {
    "birth_date",
    "party_join_date",
    "work_start_date",
    "retirement_month",
    "recruited_on",
    *_EDUCATION,
    "degree",
    "title",
    "tie_village_codes",
    "appraisals",
    "industry_text",
}
_SHARED = {column.name for column in (*ELIGIBILITY_COLUMNS, *CRITERIA_COLUMNS, *ADMISSION_COLUMNS)} & vars(
    Person
).keys()
_SOURCES = sorted(_SHARED | _COMPUTED_FROM)


@dataclass(frozen=True)
class PeopleFrames:
    """The pool as the matching core sees it; both frames have the same rows in the same order."""

    eligibility: pd.DataFrame
    criteria: pd.DataFrame

    def replaced(self, person_ids: Collection[int], *, by: "PeopleFrames") -> "PeopleFrames":
        """Return the frames with the rows of some people replaced by what was read of them later.

        Parameters
        ----------
        person_ids : collection of int
            Whose rows go; who has none in `by` has left the pool.
        by : PeopleFrames
            Of no one else.
        """
        is_kept = ~self.eligibility.index.isin(sorted(person_ids))
        numbers = np.concatenate([self.eligibility["person_no"].to_numpy()[is_kept], by.eligibility["person_no"]])
        order = np.argsort(numbers, kind="stable")
        return PeopleFrames(
            eligibility=_rows_of(self.eligibility, is_kept, by.eligibility, order),
            criteria=_rows_of(self.criteria, is_kept, by.criteria, order),
        )


def load_people_frames(session: Session, *, as_of: date, person_ids: Sequence[int] | None = None) -> PeopleFrames:
    """Read everybody in the pool; suspended, archived and erased records do not belong to it.

    Parameters
    ----------
    session : Session
    as_of : date
        Day to which ages, years and running posts are counted.
    person_ids : sequence of int, optional
        Only these people.
    """
    raw = raw_columns(session, as_of=as_of, person_ids=person_ids)
    facts = {**raw, **derived_facts(session, raw, as_of)}
    return PeopleFrames(
        eligibility=frame_of(ELIGIBILITY_COLUMNS, facts),
        criteria=frame_of(CRITERIA_COLUMNS, facts),
    )


def load_few_people(session: Session, *, as_of: date, person_ids: Sequence[int]) -> RuleEvaluator:
    """Read what the rules look at of a few people, and apply them; whoever left the pool is not among them."""
    raw = raw_columns(session, as_of=as_of, person_ids=person_ids)
    facts = {**raw, **derived_facts(session, raw, as_of)}
    return evaluator_of_few(raw["id"], facts, industries=IndustryTerms.shipped())


@seeing_everywhere
def raw_columns(session: Session, *, as_of: date, person_ids: Sequence[int] | None = None) -> Raw:
    """Read the recorded facts column by column, sorted by person number in code-point order.

    Parameters
    ----------
    session : Session
    as_of : date
    person_ids : sequence of int, optional
        Only these people.
    """
    asked: dict[str, Any] = {} if person_ids is None else {"person_ids": person_ids}
    found = session.execute(_select_people(as_of, are_some=person_ids is not None), asked)
    names, rows = list(found.keys()), found.all()
    place = names.index("person_no")
    rows = sorted(rows, key=lambda row: row[place])  # the collation of the database may order differently
    columns: Iterable[Sequence[Any]] = zip(*rows, strict=True) if rows else [()] * len(names)
    return dict(zip(names, columns, strict=True))


def derived_facts(session: Session, raw: Raw, as_of: date) -> dict[str, Values]:
    """Compute the columns of the frames that are not recorded as such."""
    highest = [ranks_of(raw[name], "education", "rank") for name in _EDUCATION]
    return {
        "age_years": full_years(column_of_days(raw["birth_date"]), as_of),
        "party_age_years": party_age_years(raw["political_status"], column_of_days(raw["party_join_date"]), as_of),
        "work_years": full_months(column_of_days(raw["work_start_date"]), as_of) / 12,
        "months_to_retirement": months_until(column_of_days(raw["retirement_month"]), as_of),
        "education_rank": np.fmax.reduce(highest),
        "degree_rank": ranks_of(raw["degree"], "degree", "rank"),
        "title_rank": ranks_of(raw["title"], "professional_title", "title_rank"),
        "skill_certificate": numbers_of(by_distinct(raw["skill_certificate"], _is_held)),
        "appraisal_score": numbers_of(by_distinct(raw["appraisals"], partial(appraisal_score, as_of=as_of))),
        "industries": _marked(raw["industries"], raw["industry_text"]),
        "tie_codes": by_distinct(raw["tie_village_codes"], _tie_expansion(session, raw["tie_village_codes"])),
    }


def frame_of(columns: Sequence[Column], facts: Mapping[str, Values]) -> pd.DataFrame:
    """Put columns into a frame by their contract."""
    index = pd.Index(np.array(facts["id"], dtype=np.int64), name="person_id")
    return pd.DataFrame({column.name: _series(column, facts[column.name], index) for column in columns}, index=index)


def ranks_of(codes: Sequence[str | None], table: str, column: str) -> npt.NDArray[np.float64]:
    """Return the rank of each code by a code table; NaN for unknown codes and for codes without a rank."""
    attribute = partial(_rank, table, column)
    return numbers_of(by_distinct(codes, attribute))


@lru_cache(maxsize=4)  # writing the statement takes as long as reading a few people
def _select_people(as_of: date, *, are_some: bool) -> Select[*tuple[Any, ...]]:
    village, own_township, township, county = aliased(Village), aliased(Township), aliased(Township), aliased(County)
    posts = _post_counts(as_of, are_some=are_some)
    places: list[ColumnElement[Any]] = [
        village.village_code.label("home_village_code"),
        township.township_code.label("home_township_code"),
        county.county_code.label("home_county_code"),
        village.latitude.label("latitude"),
        village.longitude.label("longitude"),
        *(func.coalesce(posts.c[name], 0).label(name) for name in _POST_COUNTS),
        posts.c.serves_at_home,
    ]
    facts = [type_coerce(getattr(Person, name), NullType()).label(name) for name in _SOURCES]
    statement = (
        select(Person.id.label("id"), *facts, *places)
        .outerjoin(village, village.id == Person.home_village_id)
        .outerjoin(own_township, own_township.id == Person.home_township_id)
        .outerjoin(township, township.id == func.coalesce(village.township_id, own_township.id))
        .outerjoin(county, county.id == func.coalesce(township.county_id, Person.home_county_id))
        .outerjoin(posts, posts.c.person_id == Person.id)
        .where(Person.record_status.not_in(_OUT_OF_POOL))
    )
    return statement.where(Person.id.in_(_SOME)) if are_some else statement


def _post_counts(as_of: date, *, are_some: bool) -> Any:
    holder = aliased(Person)
    counts = [
        func.sum(case((Appointment.post_type == post, 1), else_=0)).label(name) for name, post in _POST_COUNTS.items()
    ]
    at_home = func.max(case((Appointment.village_id == holder.home_village_id, 1), else_=0)).label("serves_at_home")
    counted = (
        select(Appointment.person_id, *counts, at_home)
        .join(holder, holder.id == Appointment.person_id)
        .where(Appointment.started_on <= as_of, or_(Appointment.ended_on.is_(None), Appointment.ended_on >= as_of))
        .group_by(Appointment.person_id)
    )
    # by itself the database would count everybody's posts first
    return (counted.where(Appointment.person_id.in_(_SOME)) if are_some else counted).subquery()


_SOME: BindParameter[int] = bindparam("person_ids", expanding=True)


def _rows_of(
    frame: pd.DataFrame, is_kept: npt.NDArray[np.bool_], others: pd.DataFrame, order: npt.NDArray[np.intp]
) -> pd.DataFrame:
    """Return the kept rows of one frame and all of another, in a given order, column by column."""
    ids = np.concatenate([frame.index.to_numpy()[is_kept], others.index.to_numpy()])[order]
    index = pd.Index(ids, name=frame.index.name)
    columns = {
        name: pd.Series(
            np.concatenate([frame[name].to_numpy()[is_kept], others[name].to_numpy()])[order],
            index=index,
            dtype=frame[name].dtype,
        )
        for name in frame.columns
    }
    return pd.DataFrame(columns, index=index)


def _rank(table: str, column: str, code: str | None) -> float:
    if code is None:
        return float("nan")
    rank = code_table(table).attribute(code, column)
    return float(rank) if rank else float("nan")


def _is_held(certificate: str | None) -> float | None:
    return None if certificate is None else float(certificate != "")


def _marked(industries: Sequence[str | None], texts: Sequence[str | None]) -> list[str | None]:
    """Mark terms beside which the text has words that nobody has mapped yet."""
    terms = IndustryTerms.shipped()
    is_marked = by_distinct(texts, lambda text: bool(text) and bool(terms.find_in(text or "")[1]))
    return [f"{own}|{UNMAPPED}" if own and mark else own for own, mark in zip(industries, is_marked, strict=True)]


def _tie_expansion(session: Session, recorded: Sequence[str | None]) -> Callable[[str | None], str | None]:
    """Return what turns village codes into village, township and county codes."""
    codes = {code for text in set(recorded) if text for code in text.split("|")}
    above: dict[str, tuple[str, str]] = {}
    if codes:
        is_few = len(codes) <= _IN_ONE_QUERY
        places = session.execute(_SOME_PLACES, {"codes": sorted(codes)}) if is_few else session.execute(_PLACES)
        above = {village: (township, county) for village, township, county in places}

    def expand(text: str | None) -> str | None:
        if not text:
            return text
        return "|".join(dict.fromkeys(c for code in text.split("|") for c in (code, *above.get(code, ()))))

    return expand


_IN_ONE_QUERY = 500
_PLACES = (
    select(Village.village_code, Township.township_code, County.county_code)
    .join(Township, Township.id == Village.township_id)
    .join(County, County.id == Township.county_id)
)
_SOME_PLACES = _PLACES.where(Village.village_code.in_(bindparam("codes", expanding=True)))


def _series(column: Column, values: Values, index: pd.Index) -> pd.Series:
    if column.kind in {"number", "flag"}:
        return pd.Series(numbers_of(values), index=index)
    return pd.Series(np.array(values, dtype=object), index=index, dtype=object)  # else pandas would infer its own str
