"""Who is eligible, who is not and why: hand-made people, one change at a time."""

from typing import Any

import numpy as np
import pytest
from builders_rules import (
    COUNTY,
    ELSEWHERE,
    TOWNSHIP,
    VILLAGE,
    a_frame,
    a_rulebook,
    admission_facts,
    an_admission_frame,
    an_eligible_person,
    changed,
    judged,
    outcome,
    some_checks,
    vacancy_facts,
)

from matching.eligibility import judge, judge_admission
from matching.errors import FrameError, RulebookError
from matching.rule_evaluator import RuleEvaluator
from matching.vocabulary import PostType, RuleProfile, Stage, TalentSource, Verdict

FS, HV, IC = PostType.FIRST_SECRETARY, PostType.HONORARY_VILLAGE_HEAD, PostType.INDUSTRIAL_CONSULTANT
NOWHERE = dict.fromkeys(("home_village_code", "home_township_code", "home_county_code", "tie_codes"))


def verdict_of_rule(rule_id: str, post: PostType, /, vacancy: dict[str, Any] | None = None, **person: Any) -> Any:
    return outcome(judged(an_eligible_person(**person), post=post, **(vacancy or {})), rule_id).verdict


@pytest.mark.parametrize("post", PostType)
def test_a_person_who_meets_every_rule_passes(post: PostType) -> None:
    assert judged(an_eligible_person(), post=post).verdict_of(0) is Verdict.PASS


PASS, FAIL, TO_VERIFY = Verdict.PASS, Verdict.FAIL, Verdict.TO_VERIFY
TABLE: list[tuple[str, PostType, dict[str, Any], Verdict]] = [
    ("C-01", FS, {"consent_matching": 0.0}, FAIL),
    ("C-01", FS, {"consent_matching": None}, FAIL),
    ("C-02", FS, {"age_years": 17.9}, FAIL),
    ("C-02", FS, {"age_years": 18.0}, PASS),
    ("C-02", FS, {"age_years": None}, TO_VERIFY),
    ("C-03", FS, {"negative_flags": "NG08|NG03"}, FAIL),
    ("C-03", FS, {"negative_flags": "NG08"}, PASS),
    ("C-03", FS, {"negative_flags": None}, TO_VERIFY),
    ("C-04", FS, {"record_status": "township_checked"}, FAIL),
    ("C-04", FS, {"record_status": None}, FAIL),
    ("C-05", FS, {"duty_health_ok": 0.0}, FAIL),
    ("C-05", FS, {"duty_health_ok": None}, TO_VERIFY),
    ("FS-01", FS, {"political_status": "02"}, FAIL),
    ("FS-01", FS, {"political_status": None}, TO_VERIFY),
    ("FS-02", FS, {"party_age_years": 11 / 12}, FAIL),
    ("FS-02", FS, {"party_age_years": 1.0}, PASS),
    ("FS-02", FS, {"party_age_years": None}, TO_VERIFY),
    ("FS-03", FS, {"work_years": 1.5}, FAIL),
    ("FS-03", FS, {"work_years": None}, TO_VERIFY),
    ("FS-08", FS, {"active_resident_posts": 1.0}, FAIL),
    ("FS-08", FS, {"active_resident_posts": None}, PASS),
    ("HV-01", HV, {**ELSEWHERE}, FAIL),
    ("HV-01", HV, {**ELSEWHERE, "tie_codes": None}, TO_VERIFY),
    ("HV-01", HV, {"tie_codes": None}, PASS),
    ("HV-01", HV, {**NOWHERE}, TO_VERIFY),
    ("HV-01", HV, {**NOWHERE, "tie_codes": ""}, TO_VERIFY),
    ("HV-01", HV, {**NOWHERE, "tie_codes": ELSEWHERE["home_village_code"]}, FAIL),
    ("HV-01", HV, {**ELSEWHERE, "tie_codes": f"239903|{TOWNSHIP}"}, PASS),
    ("HV-01", HV, {**ELSEWHERE, "tie_codes": VILLAGE}, PASS),
    ("HV-01", HV, {**ELSEWHERE, "home_county_code": COUNTY}, PASS),
    ("HV-01", HV, {**NOWHERE, "home_township_code": TOWNSHIP}, PASS),
    ("HV-04", HV, {"concurrent_honorary_posts": 3.0}, FAIL),
    ("HV-04", HV, {"concurrent_honorary_posts": 2.0}, PASS),
    ("HV-04", HV, {"concurrent_honorary_posts": None}, PASS),
    ("IC-01", IC, {"title_rank": 2.0, "years_in_industry": None, "skill_certificate": None}, PASS),
    ("IC-01", IC, {"title_rank": 1.0, "years_in_industry": None, "skill_certificate": 0.0}, TO_VERIFY),
    ("IC-01", IC, {"title_rank": 1.0, "years_in_industry": 2.0, "skill_certificate": 0.0}, FAIL),
    ("IC-01", IC, {"title_rank": 0.0, "years_in_industry": 2.0, "skill_certificate": 1.0}, PASS),
    ("IC-02", IC, {"industries": "养猪"}, PASS),
    ("IC-02", IC, {"industries": "电商"}, FAIL),
    ("IC-02", IC, {"industries": "电商|?"}, TO_VERIFY),
    ("IC-02", IC, {"industries": "水稻|?"}, PASS),
    ("IC-02", IC, {"industries": None}, TO_VERIFY),
    ("IC-02", IC, {"industries": ""}, TO_VERIFY),
    ("IC-03", IC, {"employer_type": "party_gov_organ"}, FAIL),
    ("IC-03", IC, {"employer_type": None}, PASS),
    ("IC-04", IC, {"active_consulting_posts": 4.0}, FAIL),
    ("IC-04", IC, {"active_consulting_posts": None}, PASS),
]


@pytest.mark.parametrize(("rule_id", "post", "person", "verdict"), TABLE)
def test_each_rule_judges_by_its_value(rule_id: str, post: PostType, person: dict[str, Any], verdict: Verdict) -> None:
    vacancy = {"industries": ("养牛",)} if person.get("industries") == "养猪" else {}
    found = judged(an_eligible_person(**person), post=post, **vacancy)
    assert outcome(found, rule_id).verdict is verdict
    assert found.verdict_of(0) is verdict  # the only rule that is not met


def test_the_fit_of_industries_is_unknown_when_the_vacancy_names_none() -> None:
    assert verdict_of_rule("IC-02", IC, vacancy={"industries": ()}) is TO_VERIFY
    assert verdict_of_rule("IC-02", IC, vacancy={"industries": ("电商", "?")}) is TO_VERIFY


def test_a_tie_to_a_vacancy_without_a_place_is_unknown() -> None:
    nowhere = dict.fromkeys(("village_code", "township_code", "county_code"))
    assert verdict_of_rule("HV-01", HV, vacancy=nowhere) is TO_VERIFY


@pytest.mark.parametrize(
    ("home", "verdict"), [(VILLAGE, FAIL), (ELSEWHERE["home_village_code"], PASS), (None, TO_VERIFY)]
)
def test_the_own_family_s_village_is_compared_with_that_of_the_vacancy(home: str | None, verdict: Verdict) -> None:
    book = changed("FS-09", enabled=True)
    assert outcome(judged(an_eligible_person(home_village_code=home), rulebook=book), "FS-09").verdict is verdict


@pytest.mark.parametrize(
    ("months", "term", "verdict"),
    [(24.0, 24, PASS), (23.0, 24, FAIL), (None, 24, TO_VERIFY), (200.0, None, TO_VERIFY)],
)
def test_retirement_is_measured_with_the_term_of_the_vacancy(
    months: float | None, term: int | None, verdict: Verdict
) -> None:
    found = judged(
        an_eligible_person(months_to_retirement=months), rule_profile=RuleProfile.NATIONAL_DISPATCH, term_months=term
    )
    assert outcome(found, "FS-06").verdict is verdict


def test_the_profile_decides_whether_social_talents_may_serve() -> None:
    entrepreneur = an_eligible_person(employer_type="cooperative")
    assert judged(entrepreneur, rule_profile=RuleProfile.CITY_PLAN).verdict_of(0) is PASS
    assert judged(entrepreneur, rule_profile=RuleProfile.NATIONAL_DISPATCH).verdict_of(0) is FAIL


def test_one_failing_rule_outweighs_everything_and_the_first_in_order_is_named() -> None:
    found = judged(an_eligible_person(work_years=1.0, political_status="13", duty_health_ok=None))
    assert found.verdict_of(0) is FAIL
    assert found.rules[found.first_failing[0]].id == "FS-01"


def test_the_excluded_are_counted_once_by_their_first_failing_rule() -> None:
    found = judged(
        an_eligible_person(political_status="13", work_years=1.0),
        an_eligible_person(),
        an_eligible_person(work_years=1.0),
        an_eligible_person(political_status="02"),
        an_eligible_person(age_years=None),
    )
    assert [(part.rule_id, part.rows.tolist()) for part in found.excluded()] == [("FS-01", [0, 3]), ("FS-03", [2])]
    assert found.excluded()[1].title.en == "At least 2 years of work"
    assert found.counts == {FAIL: 3, TO_VERIFY: 1, PASS: 1, Verdict.WAIVED: 0}
    assert found.may_be_ranked.tolist() == [False, True, False, False, True]


def test_rules_due_later_are_shown_and_are_no_part_of_the_verdict() -> None:
    found = judged(an_eligible_person(), post=HV)
    later = [one for one in found.outcomes(0) if one.is_due_later]
    assert [(one.rule_id, one.stage) for one in later] == [
        ("C-06", Stage.NOMINATION),
        ("C-07", Stage.NOMINATION),
        ("HV-02", Stage.NOMINATION),
        ("HV-03", Stage.DECISION),
    ]
    assert {one.verdict for one in later} == {TO_VERIFY}
    assert found.verdict_of(0) is PASS


def test_a_rule_that_does_not_apply_is_shown_as_such() -> None:
    approval = outcome(judged(an_eligible_person(employer_type="cooperative"), post=HV), "HV-02")
    assert approval.verdict is None
    assert approval.sentence.zh == "本条不适用"
    assert verdict_of_rule("HV-02", HV, employer_type=None) is TO_VERIFY


def test_a_requirement_that_is_no_rule_is_refused() -> None:
    with pytest.raises(RulebookError, match="V1, requirements"):
        judged(an_eligible_person(), requirements=("age below 40",))


def test_a_frame_with_another_column_is_refused() -> None:
    frame = a_frame(an_eligible_person())
    frame["sex"] = 1.0
    with pytest.raises(FrameError, match="sex"):
        RuleEvaluator(frame)


def test_judging_twice_changes_nothing() -> None:
    evaluator = RuleEvaluator(a_frame(an_eligible_person(), an_eligible_person(age_years=None)))
    first = judge(evaluator, vacancy=vacancy_facts(), rulebook=a_rulebook(), checks=some_checks((102, "C-02", "pass")))
    again = judge(evaluator, vacancy=vacancy_facts(), rulebook=a_rulebook())
    assert first.verdict.tolist() == [2, 2]
    assert again.verdict.tolist() == [2, 1]


def test_one_evaluator_serves_two_rulebooks_that_differ_in_a_condition_only() -> None:
    evaluator = RuleEvaluator(a_frame(an_eligible_person(concurrent_honorary_posts=3.0)))
    narrower = changed("HV-04", applies_if={"field": "employer_type", "op": "in", "limit": ["soe"]})
    stricter = changed("C-02", missing="fail")
    honorary = vacancy_facts(post=HV)
    verdicts = [judge(evaluator, vacancy=honorary, rulebook=book).verdict_of(0) for book in (a_rulebook(), narrower)]
    assert verdicts == [FAIL, PASS]
    unknown = RuleEvaluator(a_frame(an_eligible_person(age_years=None)))
    verdicts = [judge(unknown, vacancy=honorary, rulebook=book).verdict_of(0) for book in (a_rulebook(), stricter)]
    assert verdicts == [TO_VERIFY, FAIL]


@pytest.mark.parametrize(
    ("source", "change", "verdict"),
    [
        (TalentSource.COLLEGE_VILLAGE_OFFICIAL, {}, PASS),
        (TalentSource.COLLEGE_VILLAGE_OFFICIAL, {"age_at_recruitment_years": 31.0}, FAIL),
        (TalentSource.COLLEGE_VILLAGE_OFFICIAL, {"fulltime_education_rank": 6.0}, FAIL),
        (TalentSource.COLLEGE_VILLAGE_OFFICIAL, {"political_status": "13", "student_leader": 1.0}, PASS),
        (TalentSource.COLLEGE_VILLAGE_OFFICIAL, {"political_status": "13", "student_leader": None}, TO_VERIFY),
        (TalentSource.COLLEGE_VILLAGE_OFFICIAL, {"political_status": "13", "student_leader": 0.0}, FAIL),
        (TalentSource.COLLEGE_VILLAGE_OFFICIAL, {"serves_home_village": 1.0}, FAIL),
        (TalentSource.RETURNING_ENTREPRENEUR, {"months_outside": 5.0}, FAIL),
        (TalentSource.RETURNING_ENTREPRENEUR, {"tie_to_city": None}, TO_VERIFY),
        (TalentSource.RETURNING_ENTREPRENEUR, {"return_intention": "no"}, FAIL),
        (TalentSource.RICH_LEADER, {"households_led": 4.0}, FAIL),
        (TalentSource.RICH_LEADER, {"residence_in_city": 0.0}, FAIL),
        (TalentSource.RICH_LEADER, {"years_in_industry": None}, TO_VERIFY),
        (TalentSource.RETIRED_CADRE, {}, PASS),
    ],
)
def test_admission_to_a_pool_is_judged_at_registration(
    source: TalentSource, change: dict[str, Any], verdict: Verdict
) -> None:
    frame = an_admission_frame(admission_facts(**change))
    found = judge_admission(frame, a_rulebook().admission_rules(source))
    assert found.verdict_of(0) is verdict
    assert len(found.outcomes(0)) == len(found.rules)


def test_verdicts_are_small_integers() -> None:
    found = judged(an_eligible_person())
    assert (found.verdict.dtype, found.by_rule.dtype, found.first_failing.dtype) == (np.int8, np.int8, np.int16)
    assert found.by_rule.shape == (len(found.rules), 1)
