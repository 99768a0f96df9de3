"""Work lists of record quality: what is worth completing, what is old, what has to be verified again."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, joinedload

from matching.matcher import Matcher
from matching.repairs import Block, Gap, Repair, find_repairs
from matching.vocabulary import RecordStatus, Text
from service.access import Actor, require
from service.errors import InvalidInput
from service.files.columns import column_table
from service.models.people import Person
from service.models.territories import of_own_registry, reach_of_session
from service.queries.checks import load_checks
from service.queries.matchers import matcher_for, matcher_over
from service.queries.open_vacancies import open_vacancies
from service.usecases.auditing import audit
from service.usecases.days import day_of
from service.usecases.paging import Page
from service.usecases.privacy.masks import seen_people

__all__ = ["DuePerson", "RecordRepair", "list_expiring", "list_repairs", "list_stale"]

MOST_REPAIRS = 200
_OUT_OF_POOL = (RecordStatus.ARCHIVED, RecordStatus.ERASED)
#: Fields of a record behind the columns of the frames that have another name.
_FIELD_OF = {
    "age_years": "birth_date",
    "party_age_years": "party_join_date",
    "work_years": "work_start_date",
    "months_to_retirement": "retirement_month",
    "education_rank": "education",
    "degree_rank": "degree",
    "title_rank": "title",
    "appraisal_score": "appraisals",
    "industries": "industry_text",
    "tie_codes": "tie_villages",
    **dict.fromkeys(("home_village_code", "home_township_code", "home_county_code"), "village"),
}
_OF_THE_VILLAGE = frozenset({"latitude", "longitude"})
_COORDINATES = Text("所在村坐标（在村情况表中填）", "coordinates of the village (in the table of villages)")


@dataclass(frozen=True, kw_only=True)
class RecordRepair:
    """A record that is worth completing.

    Parameters
    ----------
    person : Person
    worth : int
        Hundredths of a point over all open vacancies; for the order only.
    n_blocked : int
        Open vacancies for which a rule waits for the record.
    fields : tuple of str
        What to fill in.
    sentence : Text
        What to fill in, and what each brings.
    """

    person: Person
    worth: int
    n_blocked: int
    fields: tuple[str, ...]
    sentence: Text


@dataclass(frozen=True, kw_only=True)
class DuePerson:
    """A record that waits for somebody to look at it again.

    Parameters
    ----------
    person : Person
    since_on : date
        Day of the last change or verification.
    due_on : date
        Day on which it became, or becomes, due.
    """

    person: Person
    since_on: date
    due_on: date


def list_repairs(session: Session, *, actor: Actor, n: int = 20, now: datetime) -> list[RecordRepair]:
    """Return the records whose completion would improve the matching of open vacancies most, the best first.

    Parameters
    ----------
    session : Session
    actor : Actor
    n : int
        1 to 200.
    now : datetime

    Raises
    ------
    InvalidInput
        If `n` is out of range.
    """
    require(actor, "read_work_lists")
    _check_number(n, place="n", most=MOST_REPAIRS)
    as_of = day_of(now)
    vacancies = open_vacancies(session, as_of=as_of)
    checks = load_checks(session, [facts.vacancy_id for facts in vacancies], as_of=as_of)
    found = find_repairs(_matcher(session, as_of=as_of), vacancies, n=n, checks=checks)
    wanted = session.scalars(select(Person).where(Person.id.in_([repair.person_id for repair in found]))).all()
    audit.record_views(session, actor=actor, numbers=[one.person_no for one in wanted], action="list_repairs")
    people = {person.id: person for person in seen_people(session, wanted, actor=actor)}
    return [_repair(people[repair.person_id], repair) for repair in found if repair.person_id in people]


def _matcher(session: Session, *, as_of: date) -> Matcher:
    """Return the matcher over everybody whom the reader may see."""
    if reach_of_session(session) is None:
        return matcher_for(session, as_of=as_of)
    own = session.scalars(select(Person.id).where(of_own_registry(session))).all()
    return matcher_over(session, person_ids=own, as_of=as_of)


def list_stale(
    session: Session, *, actor: Actor, months: int, page: int = 1, page_size: int = 20, now: datetime
) -> Page[DuePerson]:
    """Return records that nobody has changed or verified for so many months, the oldest first.

    Parameters
    ----------
    months : int
        From the settings unless somebody asks for another term; 1 to 600.
    """
    require(actor, "read_work_lists")
    _check_number(months, place="months", most=600)
    touched = case((Person.verified_at > Person.updated_at, Person.verified_at), else_=Person.updated_at)
    limit = _months_before(now, months)
    found = _due(session, touched, touched < limit, months=months, page=page, page_size=page_size)
    numbers = [one.person.person_no for one in found.items]
    audit.record_views(session, actor=actor, numbers=numbers, action="list_stale")
    return found


def list_expiring(
    session: Session,
    *,
    actor: Actor,
    months: int,
    within_days: int = 30,
    page: int = 1,
    page_size: int = 20,
    now: datetime,
) -> Page[DuePerson]:
    """Return verified records whose verification has expired or expires within some days, the oldest first.

    Parameters
    ----------
    months : int
        For how long a verification counts, from the settings; 1 to 600.
    within_days : int
        0 to 3,660; 0: only those that have expired.
    """
    require(actor, "read_work_lists")
    _check_number(months, place="months", most=600)
    _check_number(within_days, place="within_days", most=3660, least=0)
    limit = _months_before(now + timedelta(days=within_days), months)
    is_due = (Person.record_status == RecordStatus.VERIFIED) & (Person.verified_at <= limit)
    found = _due(session, Person.verified_at.expression, is_due, months=months, page=page, page_size=page_size)
    numbers = [one.person.person_no for one in found.items]
    audit.record_views(session, actor=actor, numbers=numbers, action="list_expiring")
    return found


def _due(
    session: Session, moment: ColumnElement[Any], is_due: ColumnElement[bool], *, months: int, page: int, page_size: int
) -> Page[DuePerson]:
    _check_number(page, place="page", most=10**6)
    _check_number(page_size, place="page_size", most=200)
    wanted = (is_due, Person.record_status.not_in(_OUT_OF_POOL), of_own_registry(session))
    total = session.scalar(select(func.count()).select_from(Person).where(*wanted)) or 0
    query = (
        select(Person, moment)
        .where(*wanted)
        .options(joinedload(Person.home_township), joinedload(Person.home_county), joinedload(Person.home_village))
        .order_by(moment, Person.person_no)
        .offset((page - 1) * page_size)
        .limit(page_size)
    )
    items = [
        DuePerson(person=person, since_on=day_of(since), due_on=_months_after(day_of(since), months))
        for person, since in session.execute(query)
    ]
    return Page(items, total, page, page_size)


def _months_before(moment: datetime, months: int) -> datetime:
    day = _months_after(moment.date(), -months)
    return moment.replace(year=day.year, month=day.month, day=day.day)


def _months_after(day: date, months: int) -> date:
    """Return the same day so many months later; the last day of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _repair(person: Person, repair: Repair) -> RecordRepair:
    by_columns: dict[tuple[str, ...], list[Block]] = {}
    for block in repair.blocks:
        by_columns.setdefault(block.columns, []).append(block)
    parts = [*map(_block_text, by_columns.values()), *map(_gap_text, repair.gaps)]
    said: list[Block | Gap] = [*repair.blocks, *repair.gaps]
    columns = [name for part in said for name in part.columns]
    return RecordRepair(
        person=person,
        worth=repair.worth,
        n_blocked=repair.n_blocked,
        fields=tuple(dict.fromkeys(_FIELD_OF.get(name, name) for name in columns if name not in _OF_THE_VILLAGE)),
        sentence=Text("；".join(part.zh for part in parts) + "。", "; ".join(part.en for part in parts) + "."),
    )


def _block_text(blocks: Sequence[Block]) -> Text:
    """Say what the same facts block: the rule that waits most often, and how many others."""
    first, n_others = blocks[0], len(blocks) - 1
    others = Text(f"等 {n_others + 1} 条规则", f" and {n_others} more") if n_others else Text("", "")
    return Text(
        "补填{fields}，{n} 个在招岗位的“{title}”{others}才能判断",
        "fill in {fields}: '{title}'{others} can then be judged on {n} open vacancies",
    ).filled(fields=_named(first.columns, or_else=first.title), n=first.n_vacancies, title=first.title, others=others)


def _gap_text(gap: Gap) -> Text:
    points = f"{gap.gain / gap.n_vacancies / 100:.2f}"
    return Text(
        "补填{fields}，{n} 个在招岗位平均可增 {points} 分（{label}）",
        "fill in {fields}: about {points} points more on each of {n} open vacancies ({label})",
    ).filled(fields=_named(gap.columns, or_else=gap.label), n=gap.n_vacancies, points=points, label=gap.label)


def _named(columns: Iterable[str], *, or_else: Text) -> Text:
    labels = column_table("people").labels
    names = [_COORDINATES if name in _OF_THE_VILLAGE else labels[_FIELD_OF.get(name, name)] for name in columns]
    names = list(dict.fromkeys(names)) or [or_else]
    return Text("“" + "”“".join(name.zh for name in names) + "”", " and ".join(name.en for name in names))


def _check_number(number: int, *, place: str, most: int, least: int = 1) -> None:
    if not least <= number <= most:
        raise InvalidInput(
            Text(f"应为 {least} 至 {most:,} 的整数。", f"A whole number from {least} to {most:,} is expected."),
            remedy=Text("请改正此数。", "Correct the number."),
            place=place,
            value=number,
        )
