"""How many pairs of a person and a vacancy are ranked in a second, beside the prediction of tree ensembles."""

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from lightgbm import LGBMRegressor
from numpy.typing import NDArray
from scipy import sparse
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

from bench.figures import Figure
from matching.card import policy_card
from matching.frames import CHECK_COLUMNS, VacancyFacts
from matching.kernel import Pool
from matching.matcher import Matcher, Ranking
from matching.requirements import requirement_rules
from matching.vocabulary import PostType
from matching.vocabulary.industries import IndustryTerms
from seed_data.demo_city import DemoCity, generate
from seed_data.demo_city.draws import AS_OF
from seed_data.demo_city.frames import people_frames, vacancy_facts
from seed_data.demo_city.policy import shipped_rulebook

__all__ = ["TOP", "checks_of", "facts_of", "frames_of", "matcher_of", "measure"]

TOP = 50
PEER_PAIRS = 500_000
_TIMES = 15
_PEER_TIMES = 3


def measure() -> list[Figure]:
    """Rank the demo city for its open vacancies on one core.

    A pair is a person and a vacancy on which a verdict is given. Everything counts: the criteria, eligibility with the
    vacancies' own requirements and recorded checks, the top 50. Ratios are medians over rounds in which both run.
    """
    city = generate()
    eligibility, criteria = frames_of(city)
    vacancies, checks = facts_of(city), checks_of(city)
    with threadpool_limits(limits=1):
        first = [_seconds(lambda: list(matcher_of(eligibility, criteria).rank(vacancies, top=TOP, checks=checks)))]
        matcher = matcher_of(eligibility, criteria)

        def rank() -> list[Ranking]:
            return list(matcher.rank(vacancies, top=TOP, checks=checks))

        n_places = sum(len(ranking.person_ids) for ranking in rank())
        n_pairs = len(matcher.person_ids) * len(vacancies)
        bare = _Beside(rank, _bare_product(criteria, len(vacancies)), n_pairs, n_pairs, times=_TIMES)
        levels, scores = _pairs(matcher, vacancies)
        trees = {
            name: _Beside(rank, _prediction(model, levels, scores), n_pairs, len(levels), times=_PEER_TIMES)
            for name, model in _tree_ensembles().items()
        }
        single = [_seconds(lambda: matcher.shortlist(vacancies[0], k=10, checks=checks)) for _ in range(_TIMES)]
    print(f"{len(matcher.person_ids):,} people x {len(vacancies)} vacancies, {n_places:,} places")
    return [
        Figure(name="rank: criteria, eligibility, top 50", value=bare.own_rate / 1e6, unit="M pairs/s"),
        bare.figure("bare one-hot product", unit="share", bar=0.2, peer="ten criteria, float32, nothing else: "),
        *(beside.figure(f"{name}, 100 trees", unit="times", bar=150) for name, beside in trees.items()),
        Figure(name="rank with a fresh matcher", value=n_pairs / min(first) / 1e6, unit="M pairs/s"),
        Figure(name="one shortlist with reasons, warm", value=statistics.median(single) * 1000, unit="ms"),
    ]


class _Beside:
    """Two works timed in turn, so that a busy neighbour troubles both alike.

    `own_rate` and `peer_rate` are pairs a second of the shortest round of each, `ratio` is the median over rounds.
    """

    def __init__(self, own: Callable[[], Any], peer: Callable[[], Any], n_own: int, n_peer: int, *, times: int) -> None:
        rounds = [(_seconds(own), _seconds(peer)) for _ in range(times)]
        self.own_rate = n_own / min(seconds for seconds, _ in rounds)
        self.peer_rate = n_peer / min(seconds for _, seconds in rounds)
        self.ratio = statistics.median((n_own / mine) / (n_peer / theirs) for mine, theirs in rounds)

    def figure(self, name: str, *, unit: str, bar: float, peer: str = "") -> Figure:
        """Return the ratio to the peer `name`, which must be at least `bar`."""
        beside = f"{peer}{self.peer_rate / 1e6:.3g} M pairs/s"
        return Figure(name=f"rank / {name}", value=self.ratio, unit=unit, bar=bar, at_most=False, peer=beside)


def _seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def frames_of(city: DemoCity) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the eligibility frame and the criteria frame of the demo city."""
    return people_frames(
        city.people,
        villages=city.villages,
        counties=city.counties,
        townships=city.townships,
        appointments=city.appointments,
        as_of=AS_OF,
    )


def matcher_of(eligibility: pd.DataFrame, criteria: pd.DataFrame) -> Matcher:
    """Return a matcher with the policy cards of the shipped rulebook."""
    rulebook = shipped_rulebook()
    return Matcher(
        eligibility=eligibility,
        criteria=criteria,
        rulebook=rulebook,
        cards={post: policy_card(rulebook, post) for post in PostType},
        industries=IndustryTerms.shipped(),
    )


def facts_of(city: DemoCity) -> list[VacancyFacts]:
    """Return the open vacancies with their own requirements."""
    villages = {village["village_code"]: village for village in city.villages}
    return [
        _with_requirements(
            vacancy_facts(vacancy, vacancy_id=place, village=villages[vacancy["village_code"]], as_of=AS_OF), vacancy
        )
        for place, vacancy in enumerate(city.vacancies, start=1)
        if vacancy["vacancy_status"].is_open
    ]


def _with_requirements(facts: VacancyFacts, vacancy: dict[str, Any]) -> VacancyFacts:
    asked = requirement_rules(
        education_rank_min=vacancy["education_min"],
        degree_rank_min=vacancy["degree_min"],
        age_years_max=vacancy["age_max"],
        work_years_min=vacancy["work_years_min"],
        basis=vacancy["requirement_basis"],
    )
    return VacancyFacts(**{**facts.__dict__, "requirements": asked.rules})


def checks_of(city: DemoCity) -> pd.DataFrame:
    """Return the recorded checks."""
    people = {person["person_no"]: place for place, person in enumerate(city.people, start=1)}
    vacancies = {vacancy["vacancy_no"]: place for place, vacancy in enumerate(city.vacancies, start=1)}
    rows = [
        (people[check["person_no"]], vacancies[check["vacancy_no"]], check["rule_id"], str(check["result"]))
        for check in city.checks
    ]
    return pd.DataFrame(rows, columns=list(CHECK_COLUMNS))


def _bare_product(criteria: pd.DataFrame, n_vacancies: int) -> Callable[[], Any]:
    """Return the product alone, over the values that people really have: no levels, no eligibility, no list."""
    card = policy_card(shipped_rulebook(), PostType.FIRST_SECRETARY)
    known = Pool(criteria, industries=IndustryTerms.shipped()).encoded(card).values()
    n_values = np.cumsum([0, *(int(encoded.codes.max()) + 1 for encoded in known)])
    columns = np.stack([encoded.codes for encoded in known], axis=1) + n_values[:-1]
    starts = np.arange(len(columns) + 1) * columns.shape[1]
    ones, shape = np.ones(columns.size, dtype=np.float32), (len(columns), int(n_values[-1]))
    one_hot = sparse.csr_array((ones, columns.ravel(), starts), shape=shape)
    points = np.random.default_rng(0).integers(0, 1000, (shape[1], n_vacancies)).astype(np.float32)
    return lambda: one_hot @ points


def _pairs(matcher: Matcher, vacancies: list[VacancyFacts]) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Return levels and scores of people and vacancies of one post."""
    vacancy = vacancies[0]
    alike = [other for other in vacancies if other.post is vacancy.post]
    n_needed = -(-PEER_PAIRS // len(matcher.person_ids))
    levels = np.concatenate([matcher.snapshot(other).levels for other in alike[:n_needed]])[:PEER_PAIRS]
    return levels.astype(np.float32), matcher.cards[vacancy.post].score(levels)


def _tree_ensembles() -> dict[str, Any]:
    return {
        "HistGradientBoosting.predict": HistGradientBoostingRegressor(
            max_iter=100, early_stopping=False, random_state=0
        ),
        "LightGBM predict": LGBMRegressor(n_estimators=100, n_jobs=1, random_state=0, verbose=-1),
    }


def _prediction(model: Any, levels: NDArray[np.float32], scores: NDArray[np.int32]) -> Callable[[], Any]:
    """Fit 100 trees to the levels and scores, and return their prediction on these very pairs."""
    model.fit(levels[:100_000], scores[:100_000])
    return lambda: model.predict(levels)
