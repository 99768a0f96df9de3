"""What a rulebook must never hold: rules without basis, protected attributes, proposals shown as law."""

from dataclasses import replace
from typing import Any

import pytest
from builders_rules import a_rulebook, changed

from matching.lint import lint, lint_rule
from matching.outcomes import PROPOSED, basis_shown
from matching.requirements import requirement_rules
from matching.rules import Condition, Kind, Rule
from matching.vocabulary import Confidence, Text, Verdict


def a_rule(rule_id: str) -> Rule:
    return next(rule for rule in a_rulebook().all_rules() if rule.id == rule_id)


def problems(rule_id: str, /, *removed: str, **values: Any) -> list[tuple[str, str]]:
    return [(finding.rule_id, finding.problem.en) for finding in lint(changed(rule_id, *removed, **values))]


def test_the_shipped_rulebook_is_clean() -> None:
    assert lint(a_rulebook()) == []


def test_a_rule_in_force_needs_a_basis() -> None:
    assert problems("FS-03", "basis") == [("FS-03", "A rule in force needs a basis.")]
    assert problems("FS-10", "basis") == []  # switched off
    assert problems("FS-03", "basis", citation={"zh": "本市办法第三条", "en": "City rules, art. 3"}) == []


def test_a_finding_names_its_place() -> None:
    assert lint(changed("FS-03", "basis"))[0].place == "rulebook.toml, rule FS-03"


def test_a_rule_that_calls_itself_sourced_names_a_source() -> None:
    assert "must name its source" in problems("C-02", confidence="sourced")[0][1]
    assert "must name its source" in problems("FS-03", sources=[])[0][1]


@pytest.mark.parametrize("post", ["honorary_village_head", "industrial_consultant"])
@pytest.mark.parametrize(
    "condition",
    [
        {"field": "political_status", "op": "in", "limit": ["01"]},
        {"field": "party_age_years", "op": "gte", "limit": 1},
    ],
)
def test_political_status_is_asked_for_party_offices_only(post: str, condition: dict[str, Any]) -> None:
    rule_id = {"honorary_village_head": "HV-04", "industrial_consultant": "IC-04"}[post]
    assert "for Party offices only" in problems(rule_id, **condition)[0][1]
    assert "for Party offices only" in problems(rule_id, enabled=False, **condition)[0][1]
    assert "for Party offices only" in problems(rule_id, applies_if=condition)[0][1]


def test_political_status_is_never_common_to_all_posts() -> None:
    assert "Party offices" in problems("C-02", field="party_age_years")[0][1]


def test_a_local_tie_is_asked_only_where_the_post_is_defined_by_it() -> None:
    values = {"field": "local_tie", "op": "is_true"}
    assert "defined by a local tie" in problems("IC-02", **values)[0][1]
    assert problems("HV-01", **values) == []


@pytest.mark.parametrize("field", ["sex", "ethnicity", "religion", "marital_status", "household_type", "native_place"])
def test_a_protected_attribute_is_found_in_rules_that_no_rulebook_holds(field: str) -> None:
    smuggled = Condition(field, Kind.IN, ("1",))
    as_condition = replace(a_rule("FS-03"), conditions=(smuggled,))
    as_reservation = replace(a_rule("FS-03"), applies_if=smuggled)
    for rule in (as_condition, as_reservation):
        assert "may never be a rule" in next(lint_rule(rule)).en


@pytest.mark.parametrize(
    ("zh", "en"),
    [("限男性", "as agreed"), ("汉族优先", "as agreed"), ("按约定", "Men only"), ("本市户籍", "as agreed")],
)
def test_a_protected_attribute_is_found_in_the_wording(zh: str, en: str) -> None:
    assert "may never be a condition" in problems("FS-03", fail={"zh": zh, "en": en})[0][1]


def test_a_text_to_verify_must_not_read_like_a_refusal() -> None:
    refusal = {"zh": "党龄不足{limit}", "en": "Party age is unknown"}
    assert problems("FS-02", to_verify=refusal) == [("FS-02", "The text for 'to verify' reads like a refusal.")]
    refusal = {"zh": "尚未登记", "en": "Party age is below {limit}"}
    assert len(problems("FS-02", to_verify=refusal)) == 1


def test_all_three_verdicts_are_worded_in_both_languages() -> None:
    texts = dict(a_rule("FS-02").texts)
    del texts[Verdict.PASS]
    assert [text.en for text in lint_rule(replace(a_rule("FS-02"), texts=texts))] == [
        "The text for 'pass' is missing in a language."
    ]
    texts[Verdict.PASS] = Text("党龄符合", " ")
    assert len(list(lint_rule(replace(a_rule("FS-02"), texts=texts)))) == 1


def test_what_only_a_check_can_tell_is_not_asked_when_a_list_is_made() -> None:
    assert "only a check can tell" in problems("C-06", stage="listing")[0][1]


def test_a_post_with_profiles_has_one_default() -> None:
    def no_default(document: dict[str, Any]) -> None:
        document["posts"]["first_secretary"]["profiles"]["city_plan"]["default"] = False

    assert "exactly one default" in lint(a_rulebook(no_default))[0].problem.en


def test_nothing_unverified_is_shown_as_law() -> None:
    for rule in a_rulebook().all_rules():
        if rule.confidence is not Confidence.SOURCED:
            assert basis_shown(rule) == PROPOSED
        else:
            assert basis_shown(rule) == rule.basis


def test_the_department_s_own_document_is_shown_once_it_is_cited() -> None:
    citation = {"zh": "市委组织部〔2026〕8号", "en": "City organization department (2026) no. 8"}
    book = changed("HV-04", citation=citation)
    rule = next(rule for rule in book.all_rules() if rule.id == "HV-04")
    assert basis_shown(rule) == Text(**citation)


def test_the_requirements_of_a_vacancy_are_clean() -> None:
    asked = {"education_rank_min": 7, "degree_rank_min": 1, "age_years_max": 50, "work_years_min": 2}
    for rule in requirement_rules(**asked, basis="示组〔2026〕2号").rules:
        assert list(lint_rule(rule)) == []
