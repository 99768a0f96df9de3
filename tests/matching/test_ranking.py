"""Laws of the fast path: ranking many vacancies says what the judgement and the scorecard say one by one."""

import dataclasses

import numpy as np
import pandas as pd
from builders_pool import ELIGIBLE, a_pool, criteria_frame, eligibility_frame, some_vacancies, vacancy_facts
from hypothesis import given
from hypothesis import strategies as st

from matching.card import policy_card
from matching.checks import checks_by_vacancy
from matching.eligibility import judge
from matching.gate import Gate
from matching.matcher import Matcher
from matching.requirements import requirement_rules
from matching.rule_evaluator import RuleEvaluator
from matching.rules import FAIL
from matching.vocabulary import PostType, RuleProfile, Verdict
from matching.vocabulary.industries import IndustryTerms
from service.rulebooks import shipped_rulebook

INDUSTRIES = IndustryTerms.shipped()
RULEBOOK = shipped_rulebook()
CARDS = {post: policy_card(RULEBOOK, post) for post in PostType}
CITY_PLAN = RuleProfile.CITY_PLAN
SEEDS = st.integers(0, 10_000)


def a_matcher(eligibility, criteria):
    return Matcher(eligibility=eligibility, criteria=criteria, rulebook=RULEBOOK, cards=CARDS, industries=INDUSTRIES)


def some_checks(eligibility, vacancies, *, seed):
    rng = np.random.default_rng(seed)
    rules = [rule.id for post in PostType for rule in RULEBOOK.rules_for(post)]
    n = 60
    return pd.DataFrame(
        {
            "person_id": rng.choice(eligibility.index, n),
            "vacancy_id": rng.choice([vacancy.vacancy_id for vacancy in vacancies[::2]], n),
            "rule_id": rng.choice(rules, n),
            "result": rng.choice(["pass", "fail", "waived"], n),
        }
    )


@given(SEEDS)
def test_ranking_in_blocks_is_ranking_one_by_one(seed):
    eligibility, criteria = a_pool(90, seed=seed, unknown_share=0.05)
    matcher = a_matcher(eligibility, criteria)
    vacancies = some_vacancies(7, seed=seed)
    checks = some_checks(eligibility, vacancies, seed=seed)
    rankings = list(matcher.rank(vacancies, top=10, checks=checks))
    assert [ranking.vacancy_id for ranking in rankings] == [vacancy.vacancy_id for vacancy in vacancies]
    for vacancy, ranking in zip(vacancies, rankings, strict=True):
        entries = matcher.shortlist(vacancy, k=10, checks=checks).entries
        assert ranking.person_ids.tolist() == [entry.person_id for entry in entries]
        assert ranking.scores.tolist() == [entry.score for entry in entries]
        assert [list(Verdict).index(entry.verdict) for entry in entries] == [
            {2: 0, 1: 2, 3: 3}[code] for code in ranking.verdicts.tolist()
        ]
        assert ranking.scores.dtype == np.int32


@given(SEEDS)
def test_the_gate_says_what_the_full_judgement_says(seed):
    eligibility, _ = a_pool(70, seed=seed)
    vacancies = some_vacancies(6, seed=seed)
    vacancies[0] = dataclasses.replace(
        vacancies[0], post=PostType.FIRST_SECRETARY, rule_profile=RuleProfile.NATIONAL_DISPATCH
    )
    checks = some_checks(eligibility, vacancies, seed=seed)
    people = RuleEvaluator(eligibility, industries=INDUSTRIES)
    gate = Gate(people, rulebook=RULEBOOK)
    ages = requirement_rules(age_years_max=45, basis="示组〔2026〕3号").rules
    vacancies[1] = dataclasses.replace(vacancies[1], requirements=ages)
    assert ages
    for vacancy in vacancies:
        for recorded in (None, checks):
            expected = judge(people, vacancy=vacancy, rulebook=RULEBOOK, checks=recorded).verdict
            own = checks_by_vacancy(recorded, people=eligibility.index).get(vacancy.vacancy_id, ())
            candidates = gate.candidates(vacancy, checks=own)
            found = gate.verdicts(vacancy, candidates=candidates, checks=own)
            everybody = np.full(len(eligibility), FAIL)
            everybody[candidates.rows] = found
            assert everybody.tolist() == expected.tolist()


def some_requirements(vacancies, *, seed):
    rng = np.random.default_rng(seed)
    return [
        dataclasses.replace(
            vacancy,
            rule_profile=rng.choice(list(RuleProfile) if vacancy.post is PostType.FIRST_SECRETARY else [CITY_PLAN]),
            requirements=requirement_rules(
                education_rank_min=rng.choice([None, 5.0, 7.0]),
                age_years_max=rng.choice([None, 40.0, 50.0]),
                basis="示组〔2026〕3号",
            ).rules,
        )
        for vacancy in vacancies
    ]


@given(SEEDS, st.integers(1, 30))
def test_a_ranking_is_the_full_sort_of_whom_the_full_judgement_lets_pass(seed, top):
    eligibility, criteria = a_pool(150, seed=seed, unknown_share=0.05)
    matcher = a_matcher(eligibility, criteria)
    vacancies = some_requirements(some_vacancies(8, seed=seed), seed=seed)
    checks = some_checks(eligibility, vacancies, seed=seed)
    people = RuleEvaluator(eligibility, industries=INDUSTRIES)
    for vacancy, ranking in zip(vacancies, matcher.rank(vacancies, top=top, checks=checks), strict=True):
        verdicts = judge(people, vacancy=vacancy, rulebook=RULEBOOK, checks=checks).verdict
        scores = CARDS[vacancy.post].score(matcher.snapshot(vacancy).levels)
        listed = sorted((-scores[row], row) for row in np.flatnonzero(verdicts != FAIL).tolist())[:top]
        rows = [row for _, row in listed]
        assert ranking.person_ids.tolist() == eligibility.index[rows].tolist()
        assert ranking.scores.tolist() == scores[rows].tolist()
        assert ranking.verdicts.tolist() == verdicts[rows].tolist()


def test_a_waiver_lets_in_whom_a_rule_of_the_person_alone_fails():
    people = eligibility_frame(ELIGIBLE, ELIGIBLE | {"work_years": 0.5})
    matcher = a_matcher(people, criteria_frame({}, {}))
    waiver = pd.DataFrame({"person_id": [2], "vacancy_id": [1], "rule_id": ["FS-03"], "result": ["waived"]})
    (without,) = matcher.rank([vacancy_facts()], top=5)
    (waived,) = matcher.rank([vacancy_facts()], top=5, checks=waiver)
    assert without.person_ids.tolist() == [1]
    assert waived.person_ids.tolist() == [1, 2]
