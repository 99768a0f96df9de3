"""Builders for replays: a pool with its matcher, cards with random points, what is kept of a list."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from builders_pool import a_pool, some_vacancies

from matching.card import FULL_SCORE, Scorecard, policy_card
from matching.criteria import CRITERIA
from matching.eligibility import VERDICTS
from matching.frames import VacancyFacts
from matching.list_changes import ListSide, Reason, Shown
from matching.matcher import Matcher
from matching.recorded_card import RecordedCard
from matching.recorded_list import Certainty, Place, RecordedList, order_version
from matching.versions import canonical_json, version_of
from matching.vocabulary import PostType, Stage, Text
from matching.vocabulary.industries import IndustryTerms
from service.rulebooks import shipped_rulebook

__all__ = ["a_matcher", "a_record", "a_side", "an_open_vacancy", "named", "random_card"]

RULEBOOK = shipped_rulebook()
CARDS = {post: policy_card(RULEBOOK, post) for post in PostType}
INDUSTRIES = IndustryTerms.shipped()


def random_card(post: PostType, *, seed: int, criteria: Sequence[str] = (), n_bags: int = 0) -> Scorecard:
    """Draw the points of a learned card; without `criteria` over a random part of all."""
    rng = np.random.default_rng(seed)
    chosen = list(criteria) or rng.permutation(sorted(CRITERIA))[: rng.integers(2, 9)].tolist()
    points, *bags = (_random_points(chosen, rng) for _ in range(1 + n_bags))
    return Scorecard(post=post, source="learned", rulebook_version=RULEBOOK.version, points=points, bags=tuple(bags))


def _random_points(chosen: list[str], rng: np.random.Generator) -> dict[str, tuple[int, ...]]:
    cuts = np.sort(rng.integers(0, FULL_SCORE + 1, len(chosen) - 1)).tolist()
    best = np.diff([0, *cuts, FULL_SCORE]).tolist()
    points = {}
    for key, most in zip(chosen, best, strict=True):
        steps = np.sort(rng.integers(0, most + 1, len(CRITERIA[key].ladder) - 1)).tolist()
        points[key] = (int(rng.integers(0, most + 1)), *steps, most)
    return points


def a_matcher(
    n: int = 60, *, seed: int = 0, cards: dict[PostType, Scorecard] | None = None, frames: Any = None
) -> Matcher:
    """Return a matcher over a made-up pool."""
    eligibility, criteria = frames or a_pool(n, seed=seed, unknown_share=0.05)
    return Matcher(
        eligibility=eligibility, criteria=criteria, rulebook=RULEBOOK, cards=cards or CARDS, industries=INDUSTRIES
    )


def an_open_vacancy(*, seed: int = 0, post: PostType | None = None) -> VacancyFacts:
    """Draw one vacancy."""
    return some_vacancies(1, seed=seed, post=post)[0]


def a_side(matcher: Matcher, vacancy: VacancyFacts, *, k: int = 10, checks: pd.DataFrame | None = None) -> ListSide:
    """Return the list that a matcher makes, as a side of a comparison."""
    result = matcher.shortlist(vacancy, k=k, checks=checks)
    return ListSide(
        snapshot=matcher.snapshot(vacancy, checks=checks),
        card=RecordedCard.of(matcher.cards[vacancy.post]),
        k=k,
        reasons={row.rule_id: Reason(row.title, row.reasons) for row in result.exclusions},
        shown={
            entry.person_id: Shown(
                {part.criterion_id: part.fact for part in entry.contributions},
                {
                    outcome.rule_id: (outcome.verdict and outcome.verdict.value, outcome.title)
                    for outcome in entry.outcomes
                    if outcome.stage is Stage.LISTING
                },
            )
            for entry in result.entries
        },
    )


def a_record(matcher: Matcher, vacancy: VacancyFacts, *, k: int = 10) -> RecordedList:
    """Return what is kept of the list that a matcher makes."""
    result = matcher.shortlist(vacancy, k=k)
    facts = {"post": vacancy.post.value, "rule_profile": vacancy.rule_profile.value, "requirements": []}
    snapshot = replace(matcher.snapshot(vacancy), vacancy_version=version_of(canonical_json(facts)))
    places = tuple(Place(e.rank, e.person_id, e.score, e.verdict.value) for e in result.entries)
    card = matcher.cards[vacancy.post]
    return RecordedList(
        k=k,
        as_of=vacancy.as_of,
        rulebook_version=RULEBOOK.version,
        card_version=card.version,
        data_version=snapshot.version,
        order_version=order_version(places),
        card=json.loads(json.dumps(card.as_document())),
        rulebook=json.loads(json.dumps(RULEBOOK.document)),
        vacancy_facts=facts,
        snapshot=snapshot.to_bytes(),
        sieve=vars(result.sieve),
        excluded={row.rule_id: row.n_people for row in result.exclusions},
        places=places,
        parts={e.rank: {c.criterion_id: (c.level, c.points) for c in e.contributions} for e in result.entries},
        outcomes={
            e.rank: {o.rule_id: o.verdict and o.verdict.value for o in e.outcomes if o.stage is Stage.LISTING}
            for e in result.entries
        },
        average_score=result.average_score,
        certainties={e.rank: Certainty(*(e.interval or (None, None)), e.band) for e in result.entries},
        averages={e.rank: {c.criterion_id: c.average for c in e.contributions} for e in result.entries},
    )


def named(person_id: int) -> Text:
    """Call a person by the surrogate id."""
    return Text(f"#{person_id}", f"#{person_id}")


def codes_of(verdicts: Sequence[Any]) -> list[int]:
    """Return the codes of verdicts."""
    return [VERDICTS.index(verdict) for verdict in verdicts]
