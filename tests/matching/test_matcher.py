import numpy as np
import pandas as pd
import pytest
from builders_pool import ELIGIBLE, a_pool, criteria_frame, eligibility_frame, some_vacancies, vacancy_facts
from hypothesis import given
from hypothesis import strategies as st

from matching.card import policy_card
from matching.eligibility import judge
from matching.errors import CardError, FrameError, MatchingError
from matching.matcher import Matcher, PoolSnapshot
from matching.rule_evaluator import RuleEvaluator
from matching.rules import FAIL
from matching.vocabulary import PostType, Verdict
from matching.vocabulary.industries import IndustryTerms
from service.rulebooks import shipped_rulebook

INDUSTRIES = IndustryTerms.shipped()
RULEBOOK = shipped_rulebook()
CARDS = {post: policy_card(RULEBOOK, post) for post in PostType}
SEEDS = st.integers(0, 10_000)


def a_matcher(eligibility, criteria, cards=None):
    return Matcher(
        eligibility=eligibility, criteria=criteria, rulebook=RULEBOOK, cards=cards or CARDS, industries=INDUSTRIES
    )


def listed(people, **vacancy):
    eligibility = eligibility_frame(*(ELIGIBLE | person for person in people))
    matcher = a_matcher(eligibility, criteria_frame(*({} for _ in people)))
    return matcher.shortlist(vacancy_facts(**vacancy), k=10)


@given(SEEDS)
def test_the_ineligible_are_never_listed(seed):
    eligibility, criteria = a_pool(80, seed=seed)
    matcher = a_matcher(eligibility, criteria)
    for vacancy in some_vacancies(3, seed=seed):
        verdict = judge(RuleEvaluator(eligibility, industries=INDUSTRIES), vacancy=vacancy, rulebook=RULEBOOK).verdict
        failing = set(eligibility.index[verdict == FAIL])
        result = matcher.shortlist(vacancy, k=80)
        assert failing.isdisjoint(entry.person_id for entry in result.entries)
        assert result.sieve.n_listed == result.sieve.n_eligible == 80 - len(failing)
        (ranking,) = matcher.rank([vacancy], top=80)
        assert failing.isdisjoint(ranking.person_ids.tolist())


@given(SEEDS)
def test_a_shortlist_is_the_head_of_the_full_sort(seed):
    eligibility, criteria = a_pool(120, seed=seed, unknown_share=0.03)
    matcher = a_matcher(eligibility, criteria)
    (vacancy,) = some_vacancies(1, seed=seed)
    everybody = matcher.shortlist(vacancy, k=120).entries
    by_hand = sorted(everybody, key=lambda entry: (-entry.score, entry.person_id))  # ids follow person_no here
    head = matcher.shortlist(vacancy, k=5).entries
    assert head == tuple(by_hand[:5])
    assert [entry.rank for entry in everybody] == list(range(1, len(everybody) + 1))


@given(SEEDS)
def test_contributions_add_up_in_every_entry(seed):
    matcher = a_matcher(*a_pool(60, seed=seed))
    for vacancy in some_vacancies(3, seed=seed):
        for entry in matcher.shortlist(vacancy, k=5).entries:
            assert sum(part.points for part in entry.contributions) == entry.score


@given(SEEDS)
def test_the_order_of_the_frames_does_not_change_the_list(seed):
    eligibility, criteria = a_pool(60, seed=seed)
    mixed = np.random.default_rng(seed).permutation(60)
    (vacancy,) = some_vacancies(1, seed=seed)
    expected = a_matcher(eligibility, criteria).shortlist(vacancy, k=60)
    result = a_matcher(eligibility.iloc[mixed], criteria.iloc[mixed]).shortlist(vacancy, k=60)
    assert result.entries == expected.entries
    assert {rule: ids.tolist() for rule, ids in result.excluded.items()} == {
        rule: ids.tolist() for rule, ids in expected.excluded.items()
    }


@given(SEEDS)
def test_a_snapshot_makes_the_same_list_again(seed):
    matcher = a_matcher(*a_pool(60, seed=seed))
    (vacancy,) = some_vacancies(1, seed=seed)
    snapshot = PoolSnapshot.from_bytes(matcher.snapshot(vacancy).to_bytes())
    again = snapshot.ranked(CARDS[vacancy.post], top=10)
    (ranking,) = matcher.rank([vacancy], top=10)
    assert again.person_ids.tolist() == ranking.person_ids.tolist()
    assert again.scores.tolist() == ranking.scores.tolist()
    assert again.verdicts.tolist() == ranking.verdicts.tolist()
    assert snapshot.to_bytes() == matcher.snapshot(vacancy).to_bytes()


def test_a_snapshot_refuses_another_card():
    matcher = a_matcher(*a_pool(5))
    snapshot = matcher.snapshot(vacancy_facts())
    with pytest.raises(MatchingError, match="not the recorded one"):
        snapshot.ranked(CARDS[PostType.INDUSTRIAL_CONSULTANT], top=3)


DAMAGES = {
    "cut off": lambda content: content[:-3],
    "another format": lambda content: b"x" + content,
    "no deflate": lambda content: content[:22] + b"junk",
    "a flipped byte": lambda content: content[:60] + bytes([content[60] ^ 255]) + content[61:],
}


@pytest.mark.parametrize("spoil", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_snapshot_is_refused(spoil):
    content = a_matcher(*a_pool(5)).snapshot(vacancy_facts()).to_bytes()
    with pytest.raises(MatchingError, match="damaged"):
        PoolSnapshot.from_bytes(spoil(content))


def test_the_sieve_and_the_exclusions_count_everybody_once():
    eligibility, criteria = a_pool(300, seed=2)
    result = a_matcher(eligibility, criteria).shortlist(vacancy_facts(), k=4)
    sieve = result.sieve
    assert sieve.n_pool == 300
    assert sieve.n_eligible == sieve.n_pass + sieve.n_to_verify + sieve.n_waived
    assert sieve.n_listed == len(result.entries) == 4
    assert sum(exclusion.n_people for exclusion in result.exclusions) == sieve.n_pool - sieve.n_eligible
    assert [exclusion.rule_id for exclusion in result.exclusions] == list(result.excluded)
    everybody = np.concatenate(list(result.excluded.values()))
    assert len(np.unique(everybody)) == len(everybody) == sieve.n_pool - sieve.n_eligible
    assert result.rulebook_version == RULEBOOK.version
    assert result.card_version == CARDS[PostType.FIRST_SECRETARY].version


def test_those_to_be_verified_are_listed_and_flagged_as_such():
    result = listed([{}, {"duty_health_ok": None}])
    assert [(entry.person_id, entry.verdict) for entry in result.entries] == [(1, Verdict.PASS), (2, Verdict.TO_VERIFY)]
    assert any(outcome.verdict is Verdict.TO_VERIFY for outcome in result.entries[1].outcomes)


def test_no_eligible_person_is_an_empty_list_with_its_sieve():
    result = listed([{"consent_matching": 0.0}])
    assert result.entries == ()
    assert (result.sieve.n_pool, result.sieve.n_eligible, result.sieve.n_listed) == (1, 0, 0)
    assert [(exclusion.rule_id, exclusion.n_people) for exclusion in result.exclusions] == [("C-01", 1)]


def test_an_empty_pool_gives_an_empty_list():
    assert listed([]).sieve.n_pool == 0
    matcher = a_matcher(eligibility_frame(), criteria_frame())
    assert [len(ranking.person_ids) for ranking in matcher.rank(some_vacancies(3), top=5)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("wishes", "flags"),
    [
        ({}, ()),
        ({"willing_posts": "", "willing_county_codes": ""}, ()),
        ({"willing_posts": "first_secretary|industrial_consultant"}, ()),
        ({"willing_posts": "industrial_consultant"}, ("beyond_wish",)),
        ({"willing_county_codes": "239901|239902"}, ()),
        ({"willing_county_codes": "239902"}, ("beyond_wish",)),
        ({"willing_posts": "first_secretary", "willing_county_codes": "239902"}, ("beyond_wish",)),
    ],
)
def test_a_place_outside_the_persons_wishes_is_flagged(wishes, flags):
    assert [entry.flags for entry in listed([wishes]).entries] == [flags]


@pytest.mark.parametrize("length", [0, -1])
def test_a_list_of_nobody_is_refused_by_name(length):
    matcher = a_matcher(*a_pool(3))
    with pytest.raises(MatchingError, match="k must be at least 1"):
        matcher.shortlist(vacancy_facts(), k=length)
    with pytest.raises(MatchingError, match="top must be at least 1"):
        list(matcher.rank([vacancy_facts()], top=length))


def test_checks_that_cannot_be_used_are_refused_by_every_path():
    matcher = a_matcher(*a_pool(3))
    checks = pd.DataFrame({"person_id": [1000], "vacancy_id": [99], "rule_id": ["C-05"], "result": ["maybe"]})
    for unusable, place in ((checks, "result"), (checks.drop(columns="vacancy_id"), "vacancy_id")):
        with pytest.raises(FrameError, match=place):
            matcher.shortlist(vacancy_facts(), k=1, checks=unusable)
        with pytest.raises(FrameError, match=place):
            list(matcher.rank([vacancy_facts()], top=1, checks=unusable))


def test_a_requirement_that_is_no_rule_is_refused_by_every_path():
    matcher = a_matcher(*a_pool(3))
    vacancy = vacancy_facts(requirements=("学历",))
    with pytest.raises(MatchingError, match="must be a rule"):
        matcher.shortlist(vacancy, k=1)
    with pytest.raises(MatchingError, match="must be a rule"):
        list(matcher.rank([vacancy], top=1))


def test_frames_of_different_people_are_refused():
    eligibility, criteria = a_pool(5)
    with pytest.raises(FrameError, match="the same people"):
        a_matcher(eligibility, criteria.iloc[::-1])


def test_a_protected_column_cannot_reach_the_criteria():
    eligibility, criteria = a_pool(5)
    with pytest.raises(FrameError, match="age_years"):
        a_matcher(eligibility, criteria.assign(age_years=30.0))


def test_a_card_of_another_post_is_refused():
    card = CARDS[PostType.FIRST_SECRETARY]
    with pytest.raises(CardError, match="one of 'first_secretary'"):
        a_matcher(*a_pool(3), cards={PostType.INDUSTRIAL_CONSULTANT: card})


def test_a_post_without_a_card_is_refused():
    card = CARDS[PostType.FIRST_SECRETARY]
    matcher = a_matcher(*a_pool(3), cards={PostType.FIRST_SECRETARY: card})
    for ask in (lambda v: matcher.shortlist(v, k=1), lambda v: list(matcher.rank([v], top=1)), matcher.snapshot):
        with pytest.raises(CardError, match="no card"):
            ask(vacancy_facts(post=PostType.INDUSTRIAL_CONSULTANT))
