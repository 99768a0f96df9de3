"""The terms of rescoring: modes, reasons, what rankings are made from, and what a run has to do."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from matching.frames import VacancyFacts
from matching.vocabulary import Text
from service.queries.revisions import Revisions
from service.version import VERSION

__all__ = ["TOP", "Basis", "Head", "Mode", "Plan", "Reason", "kept_places"]

TOP = 50
_SLIGHTEST_RESERVE = 10
_MOST_GROWN = 3  # times the places kept: a ranking that many people have entered since it was made


def kept_places(n_shown: int) -> int:
    """Return how many places are kept for so many shown ones."""
    return n_shown + max(_SLIGHTEST_RESERVE, n_shown // 5)


class Mode(StrEnum):
    """Which rankings a run makes."""

    ALL = "all"
    CHANGED = "changed"
    RESUME = "resume"


class Reason(StrEnum):
    """Why a vacancy is ranked anew over everybody."""

    ASKED = "asked"
    MOVED = "moved"
    UNFINISHED = "unfinished"
    NEW = "new"
    PLACES = "places"
    DAY = "day"
    RULEBOOK = "rulebook"
    CARD = "card"
    RELEASE = "release"
    REGISTRY = "registry"
    MANY = "many"
    EDITED = "edited"
    RESERVE = "reserve"

    @property
    def text(self) -> Text:
        """What is said of it."""
        return _TEXTS[self]


_TEXTS: Mapping[Reason, Text] = {
    Reason.ASKED: Text("按要求全部重新评分", "all were asked for"),
    Reason.MOVED: Text(
        "中断以来登记、规则、评分卡或日期有变动，从头开始",
        "registry, rulebook, cards or day have moved since the interruption: begun anew",
    ),
    Reason.UNFINISHED: Text("上次运行未完成", "the interrupted run had not come to them"),
    Reason.NEW: Text("尚未评分", "not ranked yet"),
    Reason.PLACES: Text("保留的位次数不同", "another number of places is asked for"),
    Reason.DAY: Text("评分日期不是今天（年龄、年限随日期变化）", "ranked on another day (ages and years go on)"),
    Reason.RULEBOOK: Text("规则已更新", "another rulebook is in force"),
    Reason.CARD: Text("评分卡已更新", "another scorecard is in force"),
    Reason.RELEASE: Text("程序版本已更新", "ranked by another release of the program"),
    Reason.REGISTRY: Text("登记变动涉及全体，或变动记录已不全", "everybody may have changed, or the log does not say"),
    Reason.MANY: Text("变动人数较多", "many people have changed"),
    Reason.EDITED: Text("岗位或所在村有变动", "the vacancy or its village was edited"),
    Reason.RESERVE: Text("候补位次已用完", "the reserve below the shown places is used up"),
}


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What rankings are made from; the same basis gives the same rankings.

    Parameters
    ----------
    revisions : Revisions
        Read before anything else: what is read later is newer, never older.
    as_of : date
    rulebook_version : str
    card_versions : mapping of post to version
    n_shown : int
        Places shown; those below them are a reserve.
    release : str
    """

    revisions: Revisions
    as_of: date
    rulebook_version: str
    card_versions: Mapping[str, str]
    n_shown: int
    release: str = VERSION

    @property
    def n_kept(self) -> int:
        """Places kept: with a reserve, for people who leave."""
        return kept_places(self.n_shown)


@dataclass(frozen=True, kw_only=True)
class Head:
    """What the ranking of one vacancy was made from; see `RankingHead`."""

    vacancy_id: int
    run_id: int
    revisions: Revisions
    as_of: date
    rulebook_version: str
    card_version: str
    release: str
    n_shown: int
    n_places: int
    floor: tuple[int, str] | None

    def is_above_floor(self, score: int, person_no: str) -> bool:
        """Say whether somebody comes before everybody who is not in the ranking."""
        return self.floor is None or (-score, person_no) <= (-self.floor[0], self.floor[1])

    def is_uncertain(self, n_places: int) -> bool:
        """Say whether a ranking of so many places lacks shown ones, or has grown far beyond them."""
        return (self.floor is not None and n_places < self.n_shown) or n_places > _MOST_GROWN * kept_places(
            self.n_shown
        )


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a run has to do.

    Parameters
    ----------
    mode : Mode
        A resumption that has to begin anew is one of all.
    basis : Basis
    resumes : int or None
        The interrupted run.
    vacancies : tuple of VacancyFacts
        All open ones, in the order of their numbers.
    heads : mapping of vacancy id to Head
        What the rankings that stand were made from.
    anew : dict
        Ids of vacancies to be ranked anew over everybody, with the reason.
    changed_people : frozenset of int
        Ids of people to be merged into the rankings of the others.
    closed : tuple of int
        Ids of vacancies that are no longer open but have a ranking.
    n_people : int
        In the pool.
    """

    mode: Mode
    basis: Basis
    resumes: int | None
    vacancies: tuple[VacancyFacts, ...]
    heads: Mapping[int, Head]
    anew: Mapping[int, Reason]
    changed_people: frozenset[int]
    closed: tuple[int, ...]
    n_people: int

    @property
    def reasons(self) -> dict[str, int]:
        """How many vacancies are ranked anew for each reason."""
        return {str(reason): n for reason, n in sorted(Counter(self.anew.values()).items())}
