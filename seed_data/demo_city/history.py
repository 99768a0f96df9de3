"""Reviews of the closed vacancies: shown in the policy's order, partly looked at, decided by the reviewers' taste."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.rules import TO_VERIFY
from matching.vocabulary import PostType, ReviewDecision, VacancyStatus
from seed_data.demo_city.draws import AS_OF, Mask, Numbers
from seed_data.demo_city.policy import Desk
from seed_data.demo_city.truth import pair_facts, true_utility

__all__ = ["draw_history", "look_chance", "months_after"]

Records = list[dict[str, Any]]
Verdicts = NDArray[np.int8]

_N_REVIEWERS = 14
_LIST_LENGTHS = (18, 31)
_RECOMMEND_FROM, _RESERVE_FROM = 0.6, 0.0  # standard deviations above the mean of the list
_PUBLIC = frozenset({"party_gov_organ", "public_institution", "soe", "financial_soe", "university"})
_DEFAULT_TERM = 24
# How many posts of its kind a person may hold and still be shown.
_MOST_HELD = {PostType.FIRST_SECRETARY: 0, PostType.HONORARY_VILLAGE_HEAD: 2, PostType.INDUSTRIAL_CONSULTANT: 3}
_PASSED_OVER = 600  # so many more are ranked, because some of the best were in post or not yet at work
# The facts that reviewers name when they decline, with the code of the reason.
_REASONS: Mapping[PostType, Mapping[str, str]] = {
    PostType.FIRST_SECRETARY: {
        "industry_fit": "R01",
        "rural_work_years": "R02",
        "n_projects_won": "R02",
        "mass_work_experience": "R05",
        "nearness": "R03",
    },
    PostType.HONORARY_VILLAGE_HEAD: {
        "industry_fit": "R01",
        "tie": "R03",
        "visit_days_per_year": "R04",
        "contribution": "R05",
        "honours_level": "R05",
    },
    PostType.INDUSTRIAL_CONSULTANT: {
        "industry_fit": "R01",
        "years_in_industry": "R02",
        "households_led": "R02",
        "market_channels": "R02",
        "nearness": "R03",
    },
}
_CLEARLY_LESS = -0.5  # standard deviations of the list


@dataclass(frozen=True)
class _Reviewer:
    """How one reviewer works: how much of a list is read, how strict, how steady a hand."""

    number: str
    diligence: float
    strictness: float
    noise: float


def look_chance(places: Numbers, *, diligence: float = 1.0) -> Numbers:
    """Return the chance that a reviewer looks at each place of a list; it falls with the place, counted from 1."""
    return np.minimum(diligence / (1 + 0.07 * (places - 1)), 1)


def draw_history(rng: np.random.Generator, desk: Desk) -> tuple[Records, Records]:
    """Draw the decisions on the closed vacancies, oldest first, and the appointments that came of them."""
    reviewers = [_draw_reviewer(rng, f"{7001 + i}") for i in range(_N_REVIEWERS)]
    closed = [place for place, vacancy in enumerate(desk.vacancies) if not vacancy["vacancy_status"].is_open]
    closed.sort(key=lambda place: (desk.vacancies[place]["start_date"], place))
    lists = desk.best(closed, top=_LIST_LENGTHS[1] + _PASSED_OVER)
    decisions: Records = []
    appointments: Records = []
    for place, (ids, verdicts) in zip(closed, lists, strict=True):
        may_be_shown = _may_be_shown(desk, place, ids.tolist(), appointments)
        length = int(rng.integers(*_LIST_LENGTHS))
        reviewer = reviewers[int(rng.integers(_N_REVIEWERS))]
        review = _Review(
            desk, place, reviewer, rng, ids[may_be_shown][:length].tolist(), verdicts[may_be_shown][:length]
        )
        made, appointed = review.conclude()
        decisions += made
        appointments += appointed
    return decisions, appointments


def _draw_reviewer(rng: np.random.Generator, number: str) -> _Reviewer:
    return _Reviewer(
        number,
        diligence=float(rng.uniform(0.82, 1.05)),
        strictness=float(rng.normal(0, 0.15)),
        noise=float(rng.uniform(0.3, 0.6)),
    )


def _may_be_shown(desk: Desk, place: int, ids: list[int], appointments: Records) -> Mask:
    """Say who was at work by the start of the vacancy and holds few enough posts of its kind."""
    post, start = desk.facts[place].post, desk.vacancies[place]["start_date"]
    held: dict[str, int] = {}
    for made in appointments:
        if made["post_type"] is post and (made["ended_on"] is None or made["ended_on"] >= start):
            held[made["person_no"]] = held.get(made["person_no"], 0) + 1
    people = [desk.person(i) for i in ids]
    return np.array(
        [_was_there(p, start) and held.get(p["person_no"], 0) <= _MOST_HELD[post] for p in people], dtype=np.bool_
    )


def _was_there(person: Mapping[str, Any], day: date) -> bool:
    begun = (person["work_start_date"], person["recruited_on"], person["party_join_date"])
    return all(first is None or first < day for first in begun)


class _Review:
    """One reviewer and one list."""

    def __init__(
        self, desk: Desk, place: int, reviewer: _Reviewer, rng: np.random.Generator, ids: list[int], verdicts: Verdicts
    ) -> None:
        self._desk, self._vacancy, self._facts = desk, desk.vacancies[place], desk.facts[place]
        self._reviewer, self._rng = reviewer, rng
        self._ids, self._verdicts = ids, verdicts
        shown = desk.criteria.loc[self._ids]
        self._utility = true_utility(shown, self._facts, self._facts.post)
        self._known = pair_facts(shown, self._facts)
        self._known["nearness"] = -self._known["distance_km"]

    def conclude(self) -> tuple[Records, Records]:
        """Decide on everybody shown, and say who was appointed."""
        n = len(self._ids)
        looked = self._rng.random(n) < look_chance(np.arange(1.0, n + 1), diligence=self._reviewer.diligence)
        liking = self._liking()
        decisions = [self._decision(i, float(liking[i])) if looked[i] else _overlooked() for i in range(n)]
        self._settle_on_somebody(decisions, liking)
        stages = self._stages(decisions, liking)
        appointed = [i for i, stage in enumerate(stages) if stage == "appointed"]
        day = self._decided_on()
        records = [
            {
                "vacancy_no": self._vacancy["vacancy_no"],
                "person_no": self._desk.person(self._ids[i])["person_no"],
                "shown_rank": i + 1,
                **decisions[i],
                "stage_reached": stages[i],
                "appraisal": self._appraisal(float(liking[i])) if i in appointed else None,
                "decided_on": day,
                "reviewer_no": self._reviewer.number,
            }
            for i in range(n)
        ]
        return records, [self._appointment(i) for i in appointed]

    def _liking(self) -> Numbers:
        """What the reviewer makes of everybody shown, in standard deviations of the list, with an unsteady hand."""
        spread = float(self._utility.std()) if len(self._ids) else 0.0
        standing = (self._utility - self._utility.mean()) / (spread or 1.0) if len(self._ids) else self._utility
        liking: Numbers = (
            standing + self._rng.normal(0, self._reviewer.noise, len(self._ids)) - self._reviewer.strictness
        )
        return liking

    def _decision(self, i: int, liking: float) -> dict[str, Any]:
        outside = self._outside_fit(i)
        if outside is not None:
            return {"decision": outside, "reason_codes": None}
        if liking >= _RECOMMEND_FROM:
            return {"decision": ReviewDecision.RECOMMEND, "reason_codes": None}
        if liking >= _RESERVE_FROM:
            return {"decision": ReviewDecision.RESERVE, "reason_codes": None}
        return {"decision": ReviewDecision.NOT_SUITABLE, "reason_codes": self._reasons(i)}

    def _outside_fit(self, i: int) -> ReviewDecision | None:
        """Draw the conclusions that say nothing of fit: papers, wishes, units, kinship."""
        person = self._desk.person(self._ids[i])
        wished = person["willing_posts"]
        chances = {
            ReviewDecision.NEED_INFO: 0.10 if self._verdicts[i] == TO_VERIFY else 0.02,
            ReviewDecision.DECLINED_BY_PERSON: 0.18 if wished and self._facts.post not in wished else 0.025,
            ReviewDecision.UNIT_DISAGREES: 0.08 if person["employer_type"] in _PUBLIC else 0.004,
            ReviewDecision.AVOIDANCE: 0.02 if person["home_village_code"] == self._facts.village_code else 0.003,
            ReviewDecision.DISQUALIFIED: 0.012 if self._verdicts[i] == TO_VERIFY else 0.002,
        }
        drawn = self._rng.random()
        for decision, share in chances.items():
            drawn -= share
            if drawn < 0:
                return decision
        return None

    def _reasons(self, i: int) -> tuple[str, ...]:
        """Name the facts in which the person is clearly less than the others shown, at most two."""
        weak = {}
        for fact, code in _REASONS[self._facts.post].items():
            values = self._known[fact]
            spread = np.nanstd(values) if np.isfinite(values).any() else 0.0
            if spread and (values[i] - np.nanmean(values)) / spread < _CLEARLY_LESS:
                weak[fact] = ((values[i] - np.nanmean(values)) / spread, code)
        return tuple(sorted({code for _, code in sorted(weak.values())[:2]})) or ("R09",)

    def _settle_on_somebody(self, decisions: Records, liking: Numbers) -> None:
        """Recommend the best of those judged where the post was filled, even if the list was a poor one."""
        judged = [
            i for i, made in enumerate(decisions) if made["decision"] is ReviewDecision.RESERVE or made["reason_codes"]
        ]
        is_settled = any(made["decision"] is ReviewDecision.RECOMMEND for made in decisions)
        if judged and not is_settled and self._vacancy["vacancy_status"] is VacancyStatus.FILLED:
            best = max(judged, key=lambda i: liking[i])
            decisions[best] = {"decision": ReviewDecision.RECOMMEND, "reason_codes": None}

    def _stages(self, decisions: Records, liking: Numbers) -> list[str]:
        """Return how far everybody came: the best recommended are inspected, the very best appointed."""
        stages = ["reviewed"] * len(decisions)
        wanted = [i for i, made in enumerate(decisions) if made["decision"] is ReviewDecision.RECOMMEND]
        wanted.sort(key=lambda i: -liking[i])
        n_posts = self._vacancy["headcount"] if self._vacancy["vacancy_status"] is VacancyStatus.FILLED else 0
        for order, i in enumerate(wanted):
            if order < n_posts:
                stages[i] = "appointed"
            elif order < n_posts + 2:
                stages[i] = "inspected" if n_posts else "recommended"
            else:
                stages[i] = "recommended"
        return stages

    def _end(self) -> date:
        return months_after(self._vacancy["start_date"], self._vacancy["term_months"] or _DEFAULT_TERM)

    def _decided_on(self) -> date:
        due: date = self._vacancy["deadline_on"] or self._vacancy["start_date"] - timedelta(days=45)
        return due - timedelta(days=int(self._rng.integers(3, 21)))

    def _appraisal(self, liking: float) -> str | None:
        if self._end() >= AS_OF:
            return None
        grade = 0.5 * liking + self._rng.normal(0, 0.7)
        return "excellent" if grade > 0.9 else "competent" if grade > -0.7 else "basically_competent"

    def _appointment(self, i: int) -> dict[str, Any]:
        end = self._end()
        return {
            "person_no": self._desk.person(self._ids[i])["person_no"],
            "village_code": self._vacancy["village_code"],
            "vacancy_no": self._vacancy["vacancy_no"],
            "post_type": self._facts.post,
            "started_on": self._vacancy["start_date"],
            "ended_on": end if end < AS_OF else None,
        }


def _overlooked() -> dict[str, Any]:
    return {"decision": ReviewDecision.NOT_SUITABLE, "reason_codes": None}


def months_after(day: date, months: int) -> date:
    """Return the day a number of months later, at most the 28th."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, min(day.day, 28))
