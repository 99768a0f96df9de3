"""What the overview draws: growth against the plan, understandings by pool, the way to a post, coverage, thin posts."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from matching.vocabulary import RecordStatus, TalentSource, VacancyStatus
from service.access import Actor, may, require
from service.models.people import Person
from service.models.runs import RankingHead
from service.models.territories import of_own_registry
from service.models.vacancies import Vacancy
from service.models.villages import County, Township, Village
from service.queries.place_pages import ENOUGH, N_ELIGIBLE
from service.queries.reaches import REACHES, WAY
from service.usecases.days import day_of

__all__ = [
    "ALARM_RATIO",
    "ENOUGH",
    "FunnelStep",
    "PlaceTile",
    "PoolPictures",
    "ShortlistRate",
    "ThinVacancy",
    "draw_pools",
    "reaches_known_to",
]

#: Rates of fewer people are chance: they are not compared.
FEWEST_OF_GROUP = 30
#: Below four fifths of the other group's rate somebody has to look (EEOC 1978, a rule of thumb).
ALARM_RATIO = 0.8
_LEFT = (RecordStatus.ARCHIVED, RecordStatus.ERASED)
_FIVE = (
    Person.u1_agriculture,
    Person.u2_industry,
    Person.u3_city,
    Person.u4_enterprise,
    Person.u5_economy,
)
_OPEN = tuple(status for status in VacancyStatus if status.is_open)
_MALE, _FEMALE = "1", "2"  # codes of GB/T 2261.1
_SHOWN = 6
_MOST_TILES = 35


@dataclass(frozen=True)
class FunnelStep:
    """How many people came so far; `key` is one of registered, verified, ranked, listed, recommended, appointed."""

    key: str
    n: int


@dataclass(frozen=True, kw_only=True)
class PlaceTile:
    """A township (9 digits) or county (6 digits): how many of its open posts have enough eligible people."""

    code: str
    name: str
    n_open: int
    n_covered: int


@dataclass(frozen=True, kw_only=True)
class ThinVacancy:
    """An open post with few eligible people; `is_more`: the ranking keeps so many, and there are others after them."""

    vacancy: Vacancy
    n_eligible: int
    is_more: bool


@dataclass(frozen=True, kw_only=True)
class ShortlistRate:
    """How many women and men are in a ranking, and how many of them were shortlisted."""

    n_women: int
    n_women_listed: int
    n_men: int
    n_men_listed: int

    @property
    def ratio(self) -> float | None:
        """The rate of women over that of men; None where a group is too small, or no man was shortlisted."""
        if min(self.n_women, self.n_men) < FEWEST_OF_GROUP or not self.n_men_listed:
            return None
        return (self.n_women_listed / self.n_women) / (self.n_men_listed / self.n_men)


@dataclass(frozen=True, kw_only=True)
class PoolPictures:
    """What is drawn.

    Parameters
    ----------
    growth : mapping of TalentSource to mapping of date to int
        By pool and first day of a month: how many of those who are in the pool now were registered in it.
    five : mapping of TalentSource to list of float or None
        Means of the five understandings, 0 to 5.
    funnel : list of FunnelStep
        Steps that the reader may see.
    n_outside : int
        Who holds a post that no list led to: none of the way's steps.
    tiles : list of PlaceTile
    thin : list of ThinVacancy
        The thinnest first.
    n_thin : int
    shortlisted : ShortlistRate or None
        None for readers who may not see rankings and lists.
    """

    growth: Mapping[TalentSource, Mapping[date, int]]
    five: Mapping[TalentSource, Sequence[float | None]]
    funnel: list[FunnelStep]
    n_outside: int
    tiles: list[PlaceTile]
    thin: list[ThinVacancy]
    n_thin: int
    shortlisted: ShortlistRate | None = None


def draw_pools(session: Session, *, actor: Actor) -> PoolPictures:
    """Count what the overview draws, within the reader's territory.

    Parameters
    ----------
    session : Session
    actor : Actor
    """
    require(actor, "read_people")
    has_posts = may(actor, "read_vacancies")
    ranked = _n_ranked(session) if has_posts else {}
    open_posts = _open_posts(session) if has_posts else []
    thin = sorted(
        ((ranked.get(row.id, 0), row.deadline_on or date.max, row.id) for row in open_posts if ranked),
    )
    return PoolPictures(
        growth=_growth(session),
        five=_five(session),
        funnel=_funnel(session, actor),
        n_outside=_outside(session, actor),
        tiles=_tiles(open_posts, ranked),
        thin=_thin(session, [(vacancy_id, n) for n, _due, vacancy_id in thin[:_SHOWN]]),
        n_thin=sum(n < ENOUGH for n, _due, _id in thin),
        shortlisted=_shortlisted(session) if has_posts and may(actor, "read_shortlists") else None,
    )


def _shortlisted(session: Session) -> ShortlistRate:
    """Count women and men in a ranking, and those of them on a list; nobody is told of by name."""
    in_ranking = Person.id.in_(REACHES["ranked"][1])
    by_sex = select(Person.sex, func.count()).where(in_ranking, of_own_registry(session)).group_by(Person.sex)
    ranked = {str(sex): n for sex, n in session.execute(by_sex)}
    listed = {str(sex): n for sex, n in session.execute(by_sex.where(Person.id.in_(REACHES["listed"][1])))}
    return ShortlistRate(
        n_women=ranked.get(_FEMALE, 0),
        n_women_listed=listed.get(_FEMALE, 0),
        n_men=ranked.get(_MALE, 0),
        n_men_listed=listed.get(_MALE, 0),
    )


def _growth(session: Session) -> dict[TalentSource, Counter[date]]:
    """Count registrations by month; a row of an earlier release counts by the day in China when it was made."""
    found: dict[TalentSource, Counter[date]] = defaultdict(Counter)
    known = Person.registered_on.is_not(None)
    for column, is_meant in ((Person.registered_on, known), (Person.created_at, ~known)):
        rows = select(Person.talent_source, column, func.count()).where(
            Person.record_status.not_in(_LEFT), is_meant, of_own_registry(session)
        )
        for source, since, n in session.execute(rows.group_by(Person.talent_source, column)):
            day = day_of(since) if isinstance(since, datetime) else since
            if day is not None:
                found[source][day.replace(day=1)] += n
    return dict(found)


def _outside(session: Session, actor: Actor) -> int:
    """Count who holds a post that no list of this service led to."""
    right, in_office = REACHES["in_office"]
    if not may(actor, right):
        return 0
    holders = select(func.count()).select_from(Person).where(Person.id.in_(in_office), of_own_registry(session))
    return session.scalar(holders.where(Person.id.not_in(REACHES["appointed"][1]))) or 0


def _five(session: Session) -> dict[TalentSource, list[float | None]]:
    means = select(Person.talent_source, *(func.avg(column) for column in _FIVE)).where(of_own_registry(session))
    rows = session.execute(means.where(Person.record_status.not_in(_LEFT)).group_by(Person.talent_source))
    return {row[0]: [None if value is None else float(value) for value in row[1:]] for row in rows}


def _funnel(session: Session, actor: Actor) -> list[FunnelStep]:
    is_in_pool = Person.record_status.not_in(_LEFT)
    in_pool = select(func.count()).select_from(Person).where(is_in_pool, of_own_registry(session))
    steps = [
        ("registered", in_pool, "read_people"),
        ("verified", in_pool.where(Person.record_status == RecordStatus.VERIFIED), "read_people"),
    ]
    verified = in_pool.where(Person.record_status == RecordStatus.VERIFIED)  # as the list behind each step finds them
    steps += [(key, verified.where(Person.id.in_(REACHES[key][1])), REACHES[key][0]) for key in WAY]
    return [FunnelStep(key, session.scalar(query) or 0) for key, query, right in steps if may(actor, right)]


def reaches_known_to(actor: Actor) -> list[str]:
    """Return the reaches beyond the record by which an actor may find people."""
    return [key for key, (right, _people) in REACHES.items() if may(actor, right)]


def _n_ranked(session: Session) -> dict[int, int]:
    rows = session.execute(select(RankingHead.vacancy_id, N_ELIGIBLE))
    return {row[0]: row[1] for row in rows}


def _open_posts(session: Session) -> list[Any]:
    found = (
        select(
            Vacancy.id,
            Vacancy.deadline_on,
            Township.township_code,
            Township.name.label("township"),
            County.county_code,
            County.name.label("county"),
        )
        .join(Village, Village.id == Vacancy.village_id)
        .join(Township, Township.id == Village.township_id)
        .join(County, County.id == Township.county_id)
        .where(Vacancy.vacancy_status.in_(_OPEN))
    )
    return list(session.execute(found))


def _tiles(open_posts: Sequence[Any], ranked: Mapping[int, int]) -> list[PlaceTile]:
    """Count by township, or by county where there are too many townships to be told apart."""
    by_place: dict[tuple[str, str], list[int]] = defaultdict(list)
    is_by_county = len({row.township_code for row in open_posts}) > _MOST_TILES
    for row in open_posts:
        place = (row.county_code, row.county) if is_by_county else (row.township_code, row.township)
        by_place[place].append(ranked.get(row.id, 0))
    return [
        PlaceTile(code=code, name=name, n_open=len(found), n_covered=sum(n >= ENOUGH for n in found))
        for (code, name), found in sorted(by_place.items())
    ]


def _thin(session: Session, found: Sequence[tuple[int, int]]) -> list[ThinVacancy]:
    wanted = select(Vacancy).where(Vacancy.id.in_([vacancy_id for vacancy_id, _n in found]))
    wanted = wanted.options(joinedload(Vacancy.village).joinedload(Village.township))
    by_id = {vacancy.id: vacancy for vacancy in session.scalars(wanted)}
    in_part = RankingHead.floor_person_no.is_not(None), RankingHead.n_eligible.is_(None)
    cut = set(session.scalars(select(RankingHead.vacancy_id).where(*in_part)))
    return [
        ThinVacancy(vacancy=by_id[vacancy_id], n_eligible=n, is_more=vacancy_id in cut)
        for vacancy_id, n in found
        if vacancy_id in by_id
    ]
