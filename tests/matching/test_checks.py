"""Recorded checks and signed waivers: what they settle, and what they never do."""

import pytest
from builders_rules import an_eligible_person, judged, outcome, some_checks

from matching.errors import FrameError
from matching.vocabulary import Verdict

PASS, FAIL, TO_VERIFY = Verdict.PASS, Verdict.FAIL, Verdict.TO_VERIFY


def test_a_failed_check_of_a_later_stage_is_shown_but_does_not_unlist() -> None:
    found = judged(an_eligible_person(), checks=some_checks((101, "C-06", "fail")))
    assert found.verdict_of(0) is PASS
    assert outcome(found, "C-06").verdict is FAIL
    assert "应当回避" in outcome(found, "C-06").sentence.zh


def test_a_passed_check_settles_what_is_not_known() -> None:
    found = judged(an_eligible_person(party_age_years=None), checks=some_checks((101, "FS-02", "pass")))
    assert found.verdict_of(0) is PASS
    assert outcome(found, "FS-02").sentence.zh == "经核实，符合：党龄满1年"


def test_a_passed_check_never_turns_a_recorded_failing_value_into_a_pass() -> None:
    found = judged(an_eligible_person(age_years=17.0), checks=some_checks((101, "C-02", "pass")))
    assert found.verdict_of(0) is FAIL


def test_a_passed_check_is_no_consent() -> None:
    found = judged(an_eligible_person(consent_matching=None), checks=some_checks((101, "C-01", "pass")))
    assert found.verdict_of(0) is FAIL


def test_a_failed_check_excludes() -> None:
    found = judged(an_eligible_person(), checks=some_checks((101, "FS-02", "fail")))
    assert [part.rule_id for part in found.excluded()] == ["FS-02"]
    assert outcome(found, "FS-02").sentence.en == "Checked and not met: At least 1 year of Party membership"


def test_a_waiver_lets_a_failing_person_be_ranked_and_says_so() -> None:
    found = judged(an_eligible_person(work_years=1.0), checks=some_checks((101, "FS-03", "waived")))
    assert found.verdict_of(0) is Verdict.WAIVED
    assert found.may_be_ranked.tolist() == [True]
    assert outcome(found, "FS-03").sentence.zh == "已批准放宽：工作经历满2年"


def test_something_to_verify_outweighs_a_waiver() -> None:
    person = an_eligible_person(work_years=1.0, age_years=None)
    assert judged(person, checks=some_checks((101, "FS-03", "waived"))).verdict_of(0) is TO_VERIFY


def test_a_rule_that_nobody_may_waive_ignores_a_waiver() -> None:
    found = judged(an_eligible_person(political_status="13"), checks=some_checks((101, "FS-01", "waived")))
    assert found.verdict_of(0) is FAIL


def test_an_ignored_waiver_does_not_hide_the_check_before_it() -> None:
    recorded = some_checks((101, "FS-01", "fail"), (101, "FS-01", "waived"))
    assert judged(an_eligible_person(), checks=recorded).verdict_of(0) is FAIL


def test_of_several_checks_the_last_counts() -> None:
    person = an_eligible_person(party_age_years=None)
    turned = some_checks((101, "FS-02", "fail"), (101, "FS-02", "pass"))
    assert judged(person, checks=turned).verdict_of(0) is PASS
    assert judged(person, checks=turned[::-1]).verdict_of(0) is FAIL


def test_a_check_is_about_one_person_one_vacancy_and_one_rule() -> None:
    two = an_eligible_person(), an_eligible_person()
    assert judged(*two, checks=some_checks((102, "FS-02", "fail"))).verdict.tolist() == [2, 0]
    assert judged(*two, checks=some_checks((102, "FS-02", "fail"), vacancy_id=2)).verdict.tolist() == [2, 2]
    assert judged(*two, checks=some_checks((999, "FS-02", "fail"), (101, "HV-01", "fail"))).verdict.tolist() == [2, 2]


def test_an_unknown_result_of_a_check_is_refused() -> None:
    with pytest.raises(FrameError, match="'maybe'"):
        judged(an_eligible_person(), checks=some_checks((101, "FS-02", "maybe")))


def test_checks_without_a_column_are_refused() -> None:
    with pytest.raises(FrameError, match="rule_id"):
        judged(an_eligible_person(), checks=some_checks((101, "FS-02", "pass")).drop(columns="rule_id"))
