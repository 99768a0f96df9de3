"""The review history of the demo city: biased as real ones are, and drawn from a truth that is not the policy."""

from collections import defaultdict
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.stats import spearmanr

from matching.vocabulary import PostType, ReviewDecision, VacancyStatus
from seed_data.demo_city import DemoCity
from seed_data.demo_city.draws import AS_OF, Numbers
from seed_data.demo_city.geography import Geography
from seed_data.demo_city.history import look_chance, months_after
from seed_data.demo_city.policy import Desk
from seed_data.demo_city.truth import true_utility

Decisions = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def lists(city: DemoCity) -> Decisions:
    """Decisions by vacancy."""
    found: Decisions = defaultdict(list)
    for decision in city.decisions:
        found[decision["vacancy_no"]].append(decision)
    return found


@pytest.fixture(scope="module")
def desk(city: DemoCity) -> Desk:
    """The policy's rankings, as the reviewers had them."""
    nowhere = np.zeros(0, dtype=np.intp)
    geography = Geography(city.counties, city.townships, city.villages, {}, nowhere)
    return Desk(geography, people=city.people, vacancies=city.vacancies)


def was_looked_at(decision: dict[str, Any]) -> bool:
    return decision["decision"] is not ReviewDecision.NOT_SUITABLE or decision["reason_codes"] is not None


def test_every_closed_vacancy_was_reviewed_and_no_open_one(city: DemoCity, lists: Decisions) -> None:
    closed = {v["vacancy_no"] for v in city.vacancies if not v["vacancy_status"].is_open}
    assert set(lists) == closed


def test_lists_show_about_25_people_at_places_counted_from_one(lists: Decisions) -> None:
    for decisions in lists.values():
        assert [d["shown_rank"] for d in decisions] == list(range(1, len(decisions) + 1))
        assert 18 <= len(decisions) <= 30


def test_the_share_looked_at_falls_with_the_place(city: DemoCity) -> None:
    shares = [
        np.mean([was_looked_at(d) for d in city.decisions if low <= d["shown_rank"] < low + 6])
        for low in (1, 7, 13, 19)
    ]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.7
    assert shares[-1] < 0.5


def test_the_chance_of_a_look_falls_with_the_place() -> None:
    chances = look_chance(np.arange(1.0, 31.0))
    assert chances[0] == 1
    assert np.all(np.diff(chances) < 0)


def test_what_was_not_looked_at_has_no_reason_and_went_no_further(city: DemoCity) -> None:
    overlooked = [d for d in city.decisions if not was_looked_at(d)]
    assert len(overlooked) > 1000
    assert {d["stage_reached"] for d in overlooked} == {"reviewed"}


def test_only_those_declined_have_reasons(city: DemoCity) -> None:
    assert {d["decision"] for d in city.decisions if d["reason_codes"]} == {ReviewDecision.NOT_SUITABLE}


def test_all_conclusions_occur(city: DemoCity) -> None:
    assert {d["decision"] for d in city.decisions} == set(ReviewDecision)


def test_filled_vacancies_and_only_these_have_appointments_within_the_headcount(
    city: DemoCity, lists: Decisions
) -> None:
    for vacancy in city.vacancies:
        appointed = [d for d in lists.get(vacancy["vacancy_no"], ()) if d["stage_reached"] == "appointed"]
        is_filled = vacancy["vacancy_status"] is VacancyStatus.FILLED
        assert (1 <= len(appointed) <= vacancy["headcount"]) if is_filled else not appointed
        assert all(d["decision"] is ReviewDecision.RECOMMEND for d in appointed)


def test_only_ended_terms_are_appraised(city: DemoCity) -> None:
    ended = {(a["vacancy_no"], a["person_no"]) for a in city.appointments if a["ended_on"] is not None}
    appraised = {(d["vacancy_no"], d["person_no"]) for d in city.decisions if d["appraisal"]}
    assert appraised == ended
    assert len(appraised) > 20


def test_nobody_holds_two_resident_posts_at_once(city: DemoCity) -> None:
    terms = defaultdict(list)
    for post in city.appointments:
        if post["post_type"] is PostType.FIRST_SECRETARY:
            terms[post["person_no"]].append((post["started_on"], post["ended_on"] or date.max))
    for spans in terms.values():
        spans.sort()
        assert all(end < start for (_, end), (start, _) in pairwise(spans))


def test_some_posts_are_running_and_some_people_hold_too_many(city: DemoCity) -> None:
    running: dict[tuple[str, PostType], int] = defaultdict(int)
    for post in city.appointments:
        assert post["started_on"] < AS_OF
        running[post["person_no"], post["post_type"]] += post["ended_on"] is None
    assert max(n for (_, post), n in running.items() if post is PostType.HONORARY_VILLAGE_HEAD) > 2
    assert max(n for (_, post), n in running.items() if post is PostType.INDUSTRIAL_CONSULTANT) > 3


def test_checks_and_waivers_are_signed_and_dated(city: DemoCity) -> None:
    assert {check["result"] for check in city.checks} == {"pass", "fail", "waived"}
    assert all(check["document"] and check["checked_on"] <= AS_OF for check in city.checks)


@pytest.mark.parametrize("post", PostType)
def test_the_truth_is_related_to_the_policy_but_is_another(desk: Desk, post: PostType) -> None:
    correlations = []
    for place in [place for place, facts in enumerate(desk.facts) if facts.post is post][:8]:
        ((ids, _),) = desk.best([place], top=10_000)
        utility = true_utility(desk.criteria.loc[ids], desk.facts[place], post)
        correlations.append(spearmanr(utility, -np.arange(len(ids))).statistic)
    assert min(correlations) > 0.3
    assert max(correlations) < 0.95


@pytest.mark.parametrize("post", PostType)
def test_reviewers_follow_the_truth_among_those_they_looked_at(
    desk: Desk, lists: Decisions, city: DemoCity, post: PostType
) -> None:
    utility_of: dict[ReviewDecision, list[float]] = defaultdict(list)
    ids = {person["person_no"]: place for place, person in enumerate(city.people, start=1)}
    for facts in desk.facts:
        shown = lists.get(facts.vacancy_no, [])
        if facts.post is not post or not shown:
            continue
        utility: Numbers = true_utility(desk.criteria.loc[[ids[d["person_no"]] for d in shown]], facts, post)
        for decision, worth in zip(shown, utility - utility.mean(), strict=True):
            if was_looked_at(decision):
                utility_of[decision["decision"]].append(float(worth))
    means = [
        np.mean(utility_of[d]) for d in (ReviewDecision.RECOMMEND, ReviewDecision.RESERVE, ReviewDecision.NOT_SUITABLE)
    ]
    assert means == sorted(means, reverse=True)
    assert means[0] - means[2] > 5


def test_months_are_counted_over_years_and_end_by_the_28th() -> None:
    assert months_after(date(2025, 1, 31), 13) == date(2026, 2, 28)
    assert months_after(date(2024, 12, 5), 24) == date(2026, 12, 5)
