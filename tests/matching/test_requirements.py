"""A vacancy's own requirements exclude only with a cited document."""

import pytest
from builders_rules import a_frame, a_rulebook, an_eligible_person, industries, vacancy_facts

from matching.eligibility import Eligibility, judge
from matching.outcomes import basis_shown
from matching.requirements import Requirements, requirement_rules
from matching.rule_evaluator import RuleEvaluator
from matching.vocabulary import Text, Verdict

DOCUMENT = "示组〔2026〕2号"


def everything(basis: str | None) -> Requirements:
    return requirement_rules(education_rank_min=7, degree_rank_min=2, age_years_max=35, work_years_min=2, basis=basis)


def judged(requirements: Requirements, **changes: object) -> Eligibility:
    evaluator = RuleEvaluator(a_frame(an_eligible_person(**changes)), industries=industries())
    return judge(evaluator, vacancy=vacancy_facts(requirements=requirements.rules), rulebook=a_rulebook())


def test_without_a_cited_document_requirements_are_wishes() -> None:
    for basis in (None, "", "  "):
        assert everything(basis).rules == ()
    assert everything(None).wishes == (
        Text("学历不低于大学本科", "Education: university graduate or above"),
        Text("学位不低于硕士", "Degree: master or above"),
        Text("年龄不超过35岁", "Age at most 35 years"),
        Text("工作经历满2年", "At least 2 years of work"),
    )


@pytest.mark.parametrize(
    "basis", ["无", "无。", "暂无", "不限", "没有", "-", "—", "——", "/", "n/a", "N/A", "none", "None", " 无 "]
)
def test_a_word_for_no_document_is_no_document(basis: str) -> None:
    assert everything(basis) == everything(None)


def test_a_document_that_begins_like_no_document_is_one() -> None:
    assert len(everything("无锡市组〔2026〕2号").rules) == 4


def test_with_a_cited_document_requirements_are_rules_that_show_it() -> None:
    rules, wishes = everything(DOCUMENT)
    assert [rule.id for rule in rules] == ["V-EDU", "V-DEG", "V-AGE", "V-EXP"]
    assert {basis_shown(rule) for rule in rules} == {Text(DOCUMENT, DOCUMENT)}
    assert wishes == ()


def test_only_what_is_asked_becomes_a_rule() -> None:
    assert [rule.id for rule in requirement_rules(work_years_min=3, basis=DOCUMENT).rules] == ["V-EXP"]
    assert requirement_rules(basis=DOCUMENT) == ((), ())


def test_a_requirement_of_the_vacancy_excludes_after_the_rulebook() -> None:
    found = judged(everything(DOCUMENT))
    assert found.verdict_of(0) is Verdict.FAIL
    assert [part.rule_id for part in found.excluded()] == ["V-DEG"]
    assert [outcome.rule_id for outcome in found.outcomes(0)][9:13] == ["V-EDU", "V-DEG", "V-AGE", "V-EXP"]


def test_an_unknown_value_is_to_be_verified() -> None:
    found = judged(requirement_rules(degree_rank_min=1, basis=DOCUMENT), degree_rank=None)
    assert found.verdict_of(0) is Verdict.TO_VERIFY


def test_a_requirement_reads_with_the_person_s_value_and_the_limit() -> None:
    (age,) = (o for o in judged(everything(DOCUMENT), age_years=36.5).outcomes(0) if o.rule_id == "V-AGE")
    assert age.sentence == Text("年龄36岁6个月，超过35岁", "Age 36 years 6 months, above 35 years")
