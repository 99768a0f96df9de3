"""The rulebook is read strictly: what the program does not know is refused with its place."""

from typing import Any

import pytest
from builders_rules import a_rulebook, changed, rule_table, shipped_document

from matching.errors import RulebookError
from matching.posts import PostKind
from matching.rulebook import Rulebook
from matching.rules import Kind, Override
from matching.vocabulary import Missing, PostType, RuleProfile, Stage, TalentSource


def ids(rules: Any) -> list[str]:
    return [rule.id for rule in rules]


def test_the_shipped_rulebook_holds_all_hard_rules_of_the_three_posts_and_the_pools() -> None:
    numbers = {post: len(part.rules) for post, part in a_rulebook().posts.items()}
    assert numbers == {"first_secretary": 11, "honorary_village_head": 4, "industrial_consultant": 6}
    assert len(a_rulebook().common) == 7
    assert {pool.key: len(pool.rules) for pool in a_rulebook().pools} == {
        "college_village_official": 4,
        "returning_entrepreneur": 3,
        "rich_leader": 3,
        "village_reserve": 2,
    }


def test_the_rules_of_a_list_are_the_common_ones_first_then_those_of_the_post() -> None:
    assert ids(a_rulebook().rules_for(PostType.HONORARY_VILLAGE_HEAD)) == [
        *("C-01", "C-02", "C-03", "C-04", "C-05"),
        *("HV-01", "HV-04"),
    ]


def test_later_stages_have_their_own_rules() -> None:
    book = a_rulebook()
    assert ids(book.rules_for(PostType.HONORARY_VILLAGE_HEAD, stage=Stage.NOMINATION)) == ["C-06", "C-07", "HV-02"]
    assert ids(book.rules_for(PostType.INDUSTRIAL_CONSULTANT, stage=Stage.DECISION)) == ["IC-06"]


def test_the_national_profile_adds_the_rules_that_the_city_plan_leaves_out() -> None:
    book = a_rulebook()
    city = ids(book.rules_for(PostType.FIRST_SECRETARY, RuleProfile.CITY_PLAN))
    national = ids(book.rules_for(PostType.FIRST_SECRETARY, RuleProfile.NATIONAL_DISPATCH))
    assert sorted(set(national) - set(city)) == ["FS-04", "FS-06"]
    assert "FS-05" in ids(
        book.rules_for(PostType.FIRST_SECRETARY, RuleProfile.NATIONAL_DISPATCH, stage=Stage.NOMINATION)
    )


def test_rules_that_are_switched_off_are_read_but_not_in_force() -> None:
    book = a_rulebook()
    assert {"FS-09", "FS-10", "FS-11", "IC-05", "VR-01", "VR-02"} <= set(ids(book.all_rules()))
    assert not {"FS-09", "FS-10", "FS-11"} & set(ids(book.rules_for(PostType.FIRST_SECRETARY)))
    assert "FS-10" in ids(changed("FS-10", enabled=True).rules_for(PostType.FIRST_SECRETARY))


def test_a_profile_that_the_post_does_not_have_is_refused() -> None:
    book = a_rulebook(lambda document: document["posts"]["first_secretary"]["profiles"].pop("national_dispatch"))
    with pytest.raises(RulebookError, match="no profile 'national_dispatch'"):
        book.rules_for(PostType.FIRST_SECRETARY, RuleProfile.NATIONAL_DISPATCH)


def test_admission_rules_go_by_talent_source() -> None:
    book = a_rulebook()
    assert ids(book.admission_rules(TalentSource.COLLEGE_VILLAGE_OFFICIAL)) == ["CV-01", "CV-02", "CV-03", "CV-04"]
    assert ids(book.admission_rules(TalentSource.RETURNING_ENTREPRENEUR)) == ["RE-01", "RE-02", "RE-03"]
    assert ids(book.admission_rules(TalentSource.RICH_LEADER)) == ["RL-01", "RL-02", "RL-03"]
    assert ids(book.admission_rules(TalentSource.ORGAN_CADRE)) == []


@pytest.mark.parametrize("post", PostType)
def test_the_weights_of_each_post_add_up_to_100(post: PostType) -> None:
    assert sum(a_rulebook().soft_weights(post).values()) == 100


def test_weights_go_by_the_criterion_that_posts_share() -> None:
    book = a_rulebook()
    assert book.soft_weights(PostType.FIRST_SECRETARY)["rural_work"] == 15
    assert book.soft_weights(PostType.INDUSTRIAL_CONSULTANT)["industry_fit"] == 35
    assert [soft.id for soft in book.posts[PostType.HONORARY_VILLAGE_HEAD].criteria] == [
        *("hv_tie", "hv_contrib", "hv_resource", "hv_industry", "hv_reputation", "hv_time")
    ]


def test_a_rule_is_read_with_all_its_parts() -> None:
    rule = next(rule for rule in a_rulebook().all_rules() if rule.id == "HV-02")
    assert rule.conditions[0].kind is Kind.IS_TRUE
    assert rule.applies_if is not None
    assert rule.applies_if.limit == ("party_gov_organ", "public_institution", "soe")
    assert (rule.stage, rule.missing, rule.override) == (Stage.NOMINATION, Missing.REVIEW, Override.NONE)


def test_posts_and_the_negative_list_are_described() -> None:
    book = a_rulebook()
    post = book.posts[PostType.FIRST_SECRETARY]
    assert (post.kind, post.min_months, post.max_months, len(post.facts)) == (PostKind.DISPATCH, 24, 36, 4)
    assert book.negative_list["NG01"].months == 60
    assert [code for code, item in book.negative_list.items() if item.needs_until_date] == ["NG04"]


def test_the_version_is_a_hash_of_what_is_written_not_of_its_order() -> None:
    document = shipped_document()
    turned = dict(reversed(document.items()))
    assert Rulebook.from_document(turned, name="other.toml").version == a_rulebook().version
    assert changed("FS-03", limit=3).version != a_rulebook().version
    assert len(a_rulebook().version) == 16


REFUSED = [
    ("FS-02", {"op": "gt"}, "rulebook.toml, rule FS-02, key 'op'", "'gt' is not known"),
    ("FS-02", {"op": "is_true"}, "rulebook.toml, rule FS-02, key 'op'", "does not suit 'party_age_years'"),
    ("FS-02", {"field": "party_age"}, "rulebook.toml, rule FS-02, key 'field'", "mean 'party_age_years'"),
    ("FS-02", {"limit": "term_month"}, "rulebook.toml, rule FS-02, key 'limit'", "mean 'term_months'"),
    ("FS-02", {"limit": True}, "rulebook.toml, rule FS-02, key 'limit'", "number"),
    ("FS-02", {"limit": float("inf")}, "rulebook.toml", "allowed"),
    ("FS-02", {"missing": "ask"}, "rulebook.toml, rule FS-02, key 'missing'", "'ask' is not known"),
    ("FS-02", {"stage": "later"}, "rulebook.toml, rule FS-02, key 'stage'", "not known"),
    ("FS-02", {"override": "anybody"}, "rulebook.toml, rule FS-02, key 'override'", "none, org_dept"),
    ("FS-02", {"confidence": "sure"}, "rulebook.toml, rule FS-02, key 'confidence'", "not known"),
    ("FS-02", {"sources": ["XX"]}, "rulebook.toml, rule FS-02, key 'sources'", "'XX' is not known"),
    ("FS-02", {"enabled": "yes"}, "rulebook.toml, rule FS-02, key 'enabled'", "true or false"),
    ("FS-02", {"limits": 3}, "rulebook.toml, rule FS-02, key 'limits'", "mean 'limit'"),
    ("FS-02", {"pass": {"zh": "符合"}}, "rulebook.toml, rule FS-02, key 'pass', key 'en'", "missing"),
    ("FS-02", {"fail": {"zh": "{values}", "en": "x"}}, "rulebook.toml, rule FS-02, key 'fail.zh'", "{values}"),
    ("FS-02", {"fail": {"zh": "{value", "en": "x"}}, "rulebook.toml, rule FS-02, key 'fail.zh'", "braces"),
    ("FS-02", {"basis": {"zh": " ", "en": "x"}}, "rulebook.toml, rule FS-02, key 'basis', key 'zh'", "empty"),
    ("FS-01", {"limit": ["1"]}, "rulebook.toml, rule FS-01, key 'limit'", "'1' is not known"),
    ("FS-01", {"limit": []}, "rulebook.toml, rule FS-01, key 'limit'", "at least one"),
    ("FS-04", {"limit": ["bank"]}, "rulebook.toml, rule FS-04, key 'limit'", "'bank' is not known"),
    ("C-03", {"limit": ["NG99"]}, "rulebook.toml, rule C-03, key 'limit'", "'NG99' is not known"),
    ("IC-01", {"any_of": []}, "rulebook.toml, rule IC-01, key 'any_of'", "at least one"),
    (
        "IC-01",
        {"any_of": [{"field": "title_rank", "op": "in", "limit": 1}]},
        "rulebook.toml, rule IC-01, any_of part 1, key 'op'",
        "does not suit",
    ),
    ("IC-01", {"field": "title_rank"}, "rulebook.toml, rule IC-01, key 'field'", "not known"),
    (
        "HV-02",
        {"applies_if": {"field": "employer", "op": "in", "limit": ["soe"]}},
        "rulebook.toml, rule HV-02, key 'applies_if', key 'field'",
        "employer_type",
    ),
    ("CV-01", {"field": "local_tie", "op": "is_true"}, "rulebook.toml, rule CV-01, key 'field'", "not known"),
]


@pytest.mark.parametrize(("rule_id", "values", "place", "words"), REFUSED)
def test_what_is_not_known_is_refused_with_its_place(
    rule_id: str, values: dict[str, Any], place: str, words: str
) -> None:
    with pytest.raises(RulebookError) as refusal:
        changed(rule_id, **values)
    assert refusal.value.place == place
    assert words in refusal.value.problem.en
    assert refusal.value.problem.zh


@pytest.mark.parametrize("field", ["sex", "ethnicity", "religion", "marital_status", "native_place", "household_type"])
def test_a_protected_attribute_is_refused_as_a_rule_and_as_a_condition(field: str) -> None:
    condition = {"field": field, "op": "in", "limit": ["1"]}
    for values in ({**condition}, {"applies_if": condition}):
        with pytest.raises(RulebookError, match="may never be a rule"):
            changed("FS-04", **values)
    with pytest.raises(RulebookError, match="may never be a rule"):
        changed("IC-01", any_of=[condition])


def test_a_person_s_home_is_asked_only_as_a_yes_no_tie() -> None:
    with pytest.raises(RulebookError, match="home county"):
        changed("FS-04", field="home_county_code")


def broken(path: tuple[str, ...], value: object) -> Any:
    def change(document: dict[str, Any]) -> None:
        inner: Any = document
        for key in path[:-1]:
            inner = inner[key]
        if value is None:
            del inner[path[-1]]
        else:
            inner[path[-1]] = value

    return change


WEIGHTS = ("posts", "industrial_consultant", "criteria")
REFUSED_PARTS = [
    (("version",), 2, "rulebook.toml, key 'version'", "version 1"),
    (("as_of",), "today", "rulebook.toml, key 'as_of'", "request_date"),
    (("extra",), 1, "rulebook.toml, key 'extra'", "not known"),
    (("sources",), None, "rulebook.toml, key 'sources'", "missing"),
    (("common",), {}, "rulebook.toml, key 'common'", "list"),
    (("common",), ["C-01"], "rulebook.toml, a rule of common", "table"),
    (("posts", "village_chief"), {}, "rulebook.toml, posts.village_chief", "not known"),
    (("posts", "first_secretary"), None, "rulebook.toml, posts", "first_secretary"),
    (("posts", "first_secretary", "kind"), "elect", "rulebook.toml, posts.first_secretary, key 'kind'", "dispatch"),
    ((*WEIGHTS, "ic_five", "weight"), 6, "rulebook.toml, posts.industrial_consultant, key 'criteria'", "101"),
    (
        (*WEIGHTS, "ic_five", "weight"),
        -5,
        "rulebook.toml, posts.industrial_consultant, criteria.ic_five, key 'weight'",
        "negative",
    ),
    (
        (*WEIGHTS, "ic_five", "criterion"),
        "title",
        "rulebook.toml, posts.industrial_consultant, criteria.ic_five, key 'criterion'",
        "twice",
    ),
    (
        ("posts", "first_secretary", "profiles", "city_plan", "disable"),
        ["FS-99"],
        "rulebook.toml, posts.first_secretary, profiles.city_plan, key 'disable'",
        "'FS-99' is not known",
    ),
    (
        ("posts", "first_secretary", "term", "min_months"),
        48,
        "rulebook.toml, posts.first_secretary, key 'term', key 'min_months'",
        "shortest",
    ),
    (
        ("pools", "rich_leader", "talent_sources"),
        ["T9"],
        "rulebook.toml, pools.rich_leader, key 'talent_sources'",
        "T9",
    ),
    (
        ("negative_list", "NG04", "needs"),
        "date",
        "rulebook.toml, negative_list.NG04, key 'needs'",
        "until_date",
    ),
]


@pytest.mark.parametrize(("path", "value", "place", "words"), REFUSED_PARTS)
def test_the_other_parts_are_read_as_strictly(path: tuple[str, ...], value: object, place: str, words: str) -> None:
    with pytest.raises(RulebookError) as refusal:
        a_rulebook(broken(path, value))
    assert refusal.value.place == place
    assert words in refusal.value.problem.en


def test_two_rules_of_one_id_are_refused() -> None:
    def repeat(document: dict[str, Any]) -> None:
        document["posts"]["first_secretary"]["rules"].append(rule_table(document, "C-02"))

    with pytest.raises(RulebookError, match="'C-02' stands twice"):
        a_rulebook(repeat)


def test_a_document_that_is_no_table_is_refused() -> None:
    with pytest.raises(RulebookError, match="A table is expected"):
        Rulebook.from_document([], name="rulebook.toml")  # type: ignore[arg-type]  # what a broken file may hold
