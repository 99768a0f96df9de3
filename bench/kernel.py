"""How many pairs of a person and a vacancy are ranked in a second, beside the prediction of a tree ensemble."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

from bench.figures import Figure
from matching.card import policy_card
from matching.frames import CHECK_COLUMNS, VacancyFacts
from matching.kernel import Pool
from matching.matcher import Matcher
from matching.requirements import requirement_rules
from matching.vocabulary import PostType
from matching.vocabulary.industries import IndustryTerms
from seed_data.demo_city import DemoCity, generate
from seed_data.demo_city.draws import AS_OF
from seed_data.demo_city.frames import people_frames, vacancy_facts
from seed_data.demo_city.policy import shipped_rulebook

TOP = 50
PEER_PAIRS = 500_000
_TIMES = 15


def measure() -> list[Figure]:
    """Rank the demo city for its open vacancies on one core.

    Everything counts: the criteria, eligibility with the vacancies' own requirements and recorded checks, the top 50.
    """
    city = generate()
    eligibility, criteria = _frames_of(city)
    make, vacancies, checks = _matcher_of(eligibility, criteria), _facts_of(city), _checks_of(city)
    with threadpool_limits(limits=1):
        matcher = make()
        first_s, _ = _fastest(lambda: list(make().rank(vacancies, top=TOP, checks=checks)), times=2)
        rankings = list(matcher.rank(vacancies, top=TOP, checks=checks))
        warm_s, bare_s = _fastest_in_turn(
            lambda: list(matcher.rank(vacancies, top=TOP, checks=checks)),
            _bare_product(criteria, len(vacancies)),
        )
        peer = _peer_rate(matcher, vacancies)
        single_s, _ = _fastest(lambda: matcher.shortlist(vacancies[0], k=10, checks=checks), times=_TIMES)
    n_pairs = len(matcher.person_ids) * len(vacancies)
    rate, bare = n_pairs / warm_s, n_pairs / bare_s
    n_places = sum(len(ranking.person_ids) for ranking in rankings)
    print(f"{len(matcher.person_ids):,} people x {len(vacancies)} vacancies, {n_places:,} places")
    beside = f"HistGradientBoosting (100 trees) predicts {peer / 1e6:.2f} M pairs/s"
    return [
        Figure(name="rank: criteria, eligibility, top 50", value=rate / 1e6, unit="M pairs/s", peer=beside),
        Figure(name="rank / HistGradientBoosting.predict", value=rate / peer, unit="times", bar=150, at_most=False),
        Figure(
            name="rank / bare one-hot product",
            value=rate / bare,
            unit="share",
            peer=f"ten criteria, float32, nothing else: {bare / 1e6:.0f} M pairs/s",
        ),
        Figure(name="rank with a fresh matcher", value=n_pairs / first_s / 1e6, unit="M pairs/s", peer=beside),
        Figure(name="one shortlist with reasons, warm", value=single_s * 1000, unit="ms"),
    ]


def _fastest(work: Callable[[], Any], *, times: int) -> tuple[float, Any]:
    """Return the shortest of several timings (the others tell of the neighbours) and the result."""
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - began)
    return min(seconds), result


def _fastest_in_turn(*works: Callable[[], Any]) -> tuple[float, ...]:
    """Return the shortest timing of each, taken in turn so that a busy neighbour troubles all alike."""
    rounds = [[_fastest(work, times=1)[0] for work in works] for _ in range(_TIMES)]
    return tuple(min(seconds) for seconds in zip(*rounds, strict=True))


def _frames_of(city: DemoCity) -> tuple[pd.DataFrame, pd.DataFrame]:
    return people_frames(
        city.people,
        villages=city.villages,
        counties=city.counties,
        townships=city.townships,
        appointments=city.appointments,
        as_of=AS_OF,
    )


def _matcher_of(eligibility: pd.DataFrame, criteria: pd.DataFrame) -> Callable[[], Matcher]:
    rulebook = shipped_rulebook()
    cards = {post: policy_card(rulebook, post) for post in PostType}
    return lambda: Matcher(
        eligibility=eligibility,
        criteria=criteria,
        rulebook=rulebook,
        cards=cards,
        industries=IndustryTerms.shipped(),
    )


def _facts_of(city: DemoCity) -> list[VacancyFacts]:
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


def _checks_of(city: DemoCity) -> pd.DataFrame:
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


def _peer_rate(matcher: Matcher, vacancies: list[VacancyFacts]) -> float:
    """Return pairs a second of 100 trees that were fitted to the same levels and scores, on these very pairs."""
    vacancy = vacancies[0]
    snapshots = [matcher.snapshot(other) for other in vacancies if other.post is vacancy.post]
    n_needed = -(-PEER_PAIRS // len(matcher.person_ids))
    levels = np.concatenate([snapshot.levels for snapshot in snapshots[:n_needed]])[:PEER_PAIRS].astype(np.float32)
    scores = matcher.cards[vacancy.post].score(levels.astype(np.int8))
    trees = HistGradientBoostingRegressor(max_iter=100, early_stopping=False, random_state=0)
    trees.fit(levels[:100_000], scores[:100_000])
    seconds, _ = _fastest(lambda: trees.predict(levels), times=2)
    return len(levels) / seconds
