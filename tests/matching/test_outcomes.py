"""How verdicts read, in both languages."""

from typing import Any

import pytest
from builders_rules import (
    a_frame,
    a_rulebook,
    admission_facts,
    an_admission_frame,
    an_eligible_person,
    changed,
    industries,
    some_checks,
    vacancy_facts,
)

from matching.eligibility import judge, judge_admission
from matching.facts import FACTS
from matching.outcomes import NOT_RECORDED, PROPOSED, RuleOutcome, limit_text, value_text
from matching.rule_evaluator import RuleEvaluator
from matching.rulebook import Rulebook
from matching.vocabulary import PostType, RuleProfile, TalentSource, Text, Verdict


def outcome(
    rule_id: str,
    post: PostType = PostType.FIRST_SECRETARY,
    *,
    rulebook: Rulebook | None = None,
    check: str | None = None,
    vacancy: dict[str, Any] | None = None,
    **person: Any,
) -> RuleOutcome:
    evaluator = RuleEvaluator(a_frame(an_eligible_person(**person)), industries=industries())
    found = judge(
        evaluator,
        vacancy=vacancy_facts(post=post, rule_profile=RuleProfile.NATIONAL_DISPATCH, **(vacancy or {})),
        rulebook=rulebook or a_rulebook(),
        checks=some_checks((101, rule_id, check)) if check else None,
    )
    return next(one for one in found.outcomes(0) if one.rule_id == rule_id)


@pytest.mark.parametrize(
    ("name", "value", "zh", "en"),
    [
        ("work_years", 13.0, "13年", "13 years"),
        ("work_years", 1.0, "1年", "1 year"),
        ("work_years", 1.5, "1年6个月", "1 year 6 months"),
        ("work_years", 13 / 12, "1年1个月", "1 year 1 month"),
        ("work_years", 11.9 / 12, "11个月", "11 months"),
        ("work_years", 0.0, "0年", "0 years"),
        ("age_years", 45 + 1 / 12, "45岁1个月", "45 years 1 month"),
        ("months_to_retirement", 24.0, "24个月", "24 months"),
        ("concurrent_honorary_posts", 3.0, "3", "3"),
        ("onsite_share", 0.667, "66.7%", "66.7%"),
        ("skill_certificate", 1.0, "是", "yes"),
        ("skill_certificate", 0.0, "否", "no"),
        ("education_rank", 6.0, "大学专科", "junior college"),
        ("title_rank", 2.0, "中级职称", "intermediate title"),
        ("degree_rank", 9.0, "9", "9"),
        ("political_status", "01", "中共党员", "CPC member"),
        ("employer_type", "soe", "国有企业", "state-owned enterprise"),
        ("negative_flags", "", "无", "none"),
        ("work_years", None, "未登记", "not recorded"),
        ("work_years", float("nan"), "未登记", "not recorded"),
        ("political_status", None, "未登记", "not recorded"),
    ],
)
def test_a_value_reads_in_both_languages(name: str, value: Any, zh: str, en: str) -> None:
    assert value_text(FACTS[name], value) == Text(zh, en)


def test_a_verdict_gives_value_limit_sentence_and_basis() -> None:
    short = outcome("FS-03", work_years=1.5)
    assert (short.verdict, short.value.zh, short.limit.zh) == (Verdict.FAIL, "1年6个月", "至少2年")
    assert short.sentence == Text("工作经历1年6个月，不足2年", "1 year 6 months of work, below 2 years")
    assert short.title == Text("工作经历满2年", "At least 2 years of work")
    assert short.basis.zh == "2015年通知：有两年以上工作经历"


def test_what_is_not_known_says_what_is_missing_and_who_can_supply_it() -> None:
    unknown = outcome("FS-03", work_years=None)
    assert unknown.value == NOT_RECORDED
    assert unknown.sentence.zh == "尚未登记参加工作时间，待本人或所在单位核实后确认是否满2年"


def test_a_proposal_says_so_in_the_place_of_a_basis() -> None:
    assert outcome("FS-08").basis == PROPOSED
    cited = changed("FS-08", citation={"zh": "市委组织部〔2026〕8号", "en": "City document no. 8 of 2026"})
    assert outcome("FS-08", rulebook=cited).basis.en == "City document no. 8 of 2026"


def test_codes_are_shown_by_their_labels_never_as_codes() -> None:
    assert outcome("FS-01", political_status="13").sentence.zh == "政治面貌为群众；第一书记须为中共正式党员"
    assert outcome("FS-04", employer_type="cooperative").sentence.zh.startswith("所在单位为合作社")
    assert outcome("FS-04").limit.zh.startswith("机关、国有企业、事业单位")


def test_of_the_negative_list_only_the_bars_of_the_rule_are_named() -> None:
    barred = outcome("C-03", negative_flags="NG08|NG03|NG10")
    assert "纪检监察" in barred.sentence.zh
    assert "开除" in barred.sentence.zh
    assert "竞职承诺" not in barred.sentence.zh


def test_a_choice_of_conditions_names_each_part() -> None:
    unclear = outcome(
        "IC-01", PostType.INDUSTRIAL_CONSULTANT, title_rank=1.0, years_in_industry=None, skill_certificate=0.0
    )
    assert unclear.value.zh == "职称等级：初级职称；从业年限：未登记；技能证书：否"
    assert unclear.limit.zh == "职称等级：中级职称及以上；从业年限：至少3年；技能证书：是"
    assert unclear.value.zh in unclear.sentence.zh


@pytest.mark.parametrize(
    ("rule_id", "post", "zh", "en"),
    [
        ("FS-02", PostType.FIRST_SECRETARY, "至少1年", "at least 1 year"),
        ("IC-04", PostType.INDUSTRIAL_CONSULTANT, "最多3", "at most 3"),
        ("IC-03", PostType.INDUSTRIAL_CONSULTANT, "不得为机关", "not "),
        ("FS-04", PostType.FIRST_SECRETARY, "之一", "one of "),
        ("C-03", PostType.FIRST_SECRETARY, "中任何一项", "none of "),
    ],
)
def test_what_is_asked_says_whether_it_is_a_floor_a_cap_or_a_choice(
    rule_id: str, post: PostType, zh: str, en: str
) -> None:
    limit = outcome(rule_id, post).limit
    assert zh in limit.zh
    assert limit.en.startswith(en)


def test_the_term_of_the_vacancy_is_the_limit() -> None:
    near = outcome("FS-06", months_to_retirement=12.0)
    assert near.sentence == Text(
        "距到龄退休12个月，短于任期24个月", "12 months to retirement, less than the term of 24 months"
    )
    assert outcome("FS-06", vacancy={"term_months": None}).limit == NOT_RECORDED


def test_what_only_a_check_tells_shows_whether_it_was_checked() -> None:
    assert outcome("C-06").value == NOT_RECORDED
    checked = outcome("C-06", check="pass")
    assert (checked.verdict, checked.value.zh) == (Verdict.PASS, "已核实")
    assert checked.sentence.zh == "经核实，与该村干部无应当回避的亲属关系"


def test_a_check_that_contradicts_the_record_does_not_quote_the_record_as_a_reason() -> None:
    assert outcome("FS-02", check="fail").sentence.zh == "经核实，不符合：党龄满1年"


def test_derived_facts_read_as_yes_and_no() -> None:
    tied = outcome("HV-01", PostType.HONORARY_VILLAGE_HEAD)
    assert (tied.value, tied.limit) == (Text("是", "yes"), Text("是", "yes"))


def test_the_day_and_the_label_can_be_quoted() -> None:
    book = changed("FS-03", **{"pass": {"zh": "截至{as_of}，{label}{value}", "en": "{label} on {as_of}: {value}"}})
    assert outcome("FS-03", rulebook=book).sentence == Text(
        "截至2026-11-23，工作年限13年", "years of work on 2026-11-23: 13 years"
    )


def test_admission_outcomes_know_no_vacancy() -> None:
    rules = a_rulebook().admission_rules(TalentSource.RICH_LEADER)
    found = judge_admission(an_admission_frame(admission_facts(households_led=3.0)), rules)
    assert found.outcomes(0)[1].sentence == Text("带动农户3户，不足5户", "Leads 3 households, below 5 households")


@pytest.mark.parametrize("rule", list(a_rulebook().all_rules()), ids=lambda rule: rule.id)
def test_every_limit_can_be_worded(rule: Any) -> None:
    limit = limit_text(rule, vacancy_facts())
    assert all(limit)
    assert limit != NOT_RECORDED
