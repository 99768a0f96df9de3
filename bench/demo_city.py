"""The figures of docs/demo-city.md: who is eligible, how far the hidden truth is from the policy, who was looked at.

``python -m bench.demo_city``; about twenty seconds, nothing here has a bar.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from scipy.stats import spearmanr

from bench.figures import Figure, print_table
from matching.frames import VacancyFacts
from seed_data.demo_city import DemoCity, generate
from seed_data.demo_city.geography import Geography
from seed_data.demo_city.policy import Desk
from seed_data.demo_city.truth import true_utility

__all__ = ["measure"]

_SHOWN = 25
_PLACES = 5


def measure() -> list[Figure]:
    """Draw the city and read its figures off."""
    city = generate()
    geography = Geography(city.counties, city.townships, city.villages, {}, np.zeros(0, dtype=np.intp))
    desk = Desk(geography, people=city.people, vacancies=city.vacancies)
    is_open = [vacancy["vacancy_status"].is_open for vacancy in city.vacancies]
    vacancies = [facts for facts, counts in zip(desk.facts, is_open, strict=True) if counts]
    return [*_by_post(desk, vacancies), *_looked_at(city)]


def _by_post(desk: Desk, vacancies: Sequence[VacancyFacts]) -> list[Figure]:
    found: dict[str, list[tuple[float, float, float, float]]] = defaultdict(list)
    for facts in vacancies:
        sieve = desk.matcher.shortlist(facts, k=1).sieve
        (ranking,) = desk.matcher.rank([facts], top=len(desk.criteria))
        utility = true_utility(desk.criteria.loc[ranking.person_ids], facts, facts.post)
        among_all = spearmanr(utility, ranking.scores).statistic
        among_shown = spearmanr(utility[:_SHOWN], -np.arange(len(utility[:_SHOWN]))).statistic
        share = 100 * sieve.n_pass / sieve.n_eligible
        found[facts.post].append((sieve.n_eligible, share, float(among_all), float(among_shown)))
    figures = []
    for post, rows in found.items():
        eligible, share, among_all, among_shown = np.array(rows).T
        figures += [
            Figure(name=f"{post}: eligible, median", value=float(np.median(eligible)), unit="people"),
            Figure(name=f"{post}: of them pass outright", value=float(np.mean(share)), unit="%"),
            Figure(name=f"{post}: rank correlation of truth and policy", value=float(among_all.mean()), unit=""),
            Figure(name=f"{post}: the same among the first 25", value=float(among_shown.mean()), unit=""),
        ]
    return figures


def _looked_at(city: DemoCity) -> list[Figure]:
    figures = []
    for first in range(1, 31, _PLACES):
        shown = [one for one in city.decisions if first <= one["shown_rank"] < first + _PLACES]
        looked = [one["decision"] != "not_suitable" or one["reason_codes"] is not None for one in shown]
        name = f"looked at, places {first} to {first + _PLACES - 1}"
        figures.append(Figure(name=name, value=100 * float(np.mean(looked)), unit="%"))
    return figures


if __name__ == "__main__":
    print_table(measure())
