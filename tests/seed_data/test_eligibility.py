"""On the open vacancies of the demo city the three verdicts all mean something."""

from collections import defaultdict

import numpy as np
import pytest

from matching.card import policy_card
from matching.frames import CRITERIA_COLUMNS, ELIGIBILITY_COLUMNS, check_frame
from matching.matcher import Matcher
from matching.rules import FAIL, PASS
from matching.vocabulary import PostType
from matching.vocabulary.industries import IndustryTerms
from seed_data.demo_city import DemoCity
from seed_data.demo_city.draws import AS_OF
from seed_data.demo_city.frames import people_frames, vacancy_facts
from seed_data.demo_city.policy import shipped_rulebook

Counts = dict[PostType, list[tuple[int, int]]]


@pytest.fixture(scope="module")
def counts(city: DemoCity) -> Counts:
    """Eligible people and those who pass outright, for each open vacancy."""
    eligibility, criteria = people_frames(
        city.people,
        villages=city.villages,
        counties=city.counties,
        townships=city.townships,
        appointments=city.appointments,
        as_of=AS_OF,
    )
    check_frame(eligibility, ELIGIBILITY_COLUMNS, name="eligibility frame")
    check_frame(criteria, CRITERIA_COLUMNS, name="criteria frame")
    rulebook = shipped_rulebook()
    matcher = Matcher(
        eligibility=eligibility,
        criteria=criteria,
        rulebook=rulebook,
        cards={post: policy_card(rulebook, post) for post in PostType},
        industries=IndustryTerms.shipped(),
    )
    villages = {village["village_code"]: village for village in city.villages}
    facts = [
        vacancy_facts(vacancy, vacancy_id=place, village=villages[vacancy["village_code"]], as_of=AS_OF)
        for place, vacancy in enumerate(city.vacancies, start=1)
        if vacancy["vacancy_status"].is_open
    ]
    found: Counts = defaultdict(list)
    for vacancy, ranking in zip(facts, matcher.rank(facts, top=len(city.people)), strict=True):
        found[vacancy.post].append((len(ranking.verdicts), int((ranking.verdicts == PASS).sum())))
        assert not (ranking.verdicts == FAIL).any()
    return found


@pytest.mark.parametrize("post", PostType)
def test_about_half_of_the_eligible_pass_outright(counts: Counts, post: PostType) -> None:
    n_eligible, n_pass = np.array(counts[post]).sum(axis=0)
    assert 0.4 < n_pass / n_eligible < 0.6


@pytest.mark.parametrize("post", PostType)
def test_every_vacancy_has_a_choice_and_nobody_is_waved_through(counts: Counts, post: PostType) -> None:
    n_eligible = np.array(counts[post])[:, 0]
    assert n_eligible.min() >= 100
    assert n_eligible.max() < 5000
