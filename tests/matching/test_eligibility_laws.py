"""Laws of eligibility over random people, rulebooks and checks: the arrays say what plain Python says row by row."""

from datetime import date
from typing import Any

import builders_reference as reference
import numpy as np
import pandas as pd
import pytest
from builders_rules import (
    COUNTY,
    TOWNSHIP,
    VILLAGE,
    a_frame,
    a_rulebook,
    industries,
    rule_table,
    shipped_document,
    some_checks,
    vacancy_facts,
)
from hypothesis import given
from hypothesis import strategies as st

from matching.eligibility import judge
from matching.errors import FrameError
from matching.few_people import evaluator_of_few
from matching.frames import ELIGIBILITY_COLUMNS, VacancyFacts
from matching.rule_evaluator import RuleEvaluator
from matching.rulebook import Rulebook
from matching.rules import FAIL, RULE_VERDICTS
from matching.vocabulary import PostType, RuleProfile

OTHER_VILLAGE, OTHER_TOWNSHIP, OTHER_COUNTY = "239902100201", "239902100", "239902"
PLACES = {
    "home_village_code": [VILLAGE, OTHER_VILLAGE],
    "home_township_code": [TOWNSHIP, OTHER_TOWNSHIP],
    "home_county_code": [COUNTY, OTHER_COUNTY],
}
CODES = {
    **PLACES,
    "talent_source": ["T1", "T2", "T3"],
    "record_status": ["verified", "submitted", "suspended"],
    "negative_flags": ["", "", "NG01", "NG07", "NG07|NG03", "NG08"],
    "political_status": ["01", "02", "13"],
    "employer_type": ["party_gov_organ", "soe", "cooperative", "none", "public_institution"],
    "tie_codes": ["", VILLAGE, OTHER_COUNTY, f"{OTHER_VILLAGE}|{TOWNSHIP}"],
    "industries": ["", "水稻", "水稻|养猪", "电商", "电商|?", "水稻|?", "不在表中的词"],
    "willing_posts": [""],
    "willing_county_codes": [""],
}
NUMBERS = {
    "age_years": [17.5, 18.0, 44.0, 45.0, 45.5, 58.0, 60.0],
    "party_age_years": [0.0, 0.9, 1.0, 12.0],
    "work_years": [0.5, 2.0, 20.0],
    "months_to_retirement": [-3.0, 12.0, 24.0, 25.0, 300.0],
    "education_rank": [3.0, 5.0, 6.0, 7.0, 9.0],
    "degree_rank": [0.0, 1.0, 3.0],
    "title_rank": [0.0, 1.0, 2.0, 4.0],
    "years_in_industry": [0.0, 2.9, 3.0, 20.0],
    "active_resident_posts": [0.0, 1.0],
    "concurrent_honorary_posts": [0.0, 2.0, 3.0],
    "active_consulting_posts": [0.0, 3.0, 4.0],
}
COLUMN_NAMES = [column.name for column in ELIGIBILITY_COLUMNS]
FLAGS = [column.name for column in ELIGIBILITY_COLUMNS if column.kind == "flag"]


def one_of(values: list[Any]) -> st.SearchStrategy[Any]:
    # Known and fitting values come first, so that examples shrink towards people who pass.
    return st.one_of(st.sampled_from(values), st.sampled_from(values), st.none())


people = st.lists(
    st.fixed_dictionaries(
        {
            "person_no": st.just("P"),
            **{name: one_of(values) for name, values in (CODES | NUMBERS).items()},
            **{name: one_of([1.0, 1.0, 0.0]) for name in FLAGS},
        }
    ),
    min_size=1,
    max_size=8,
)

vacancies = st.builds(
    vacancy_facts,
    post=st.sampled_from(PostType),
    rule_profile=st.sampled_from(RuleProfile),
    as_of=st.just(date(2026, 11, 23)),
    term_months=st.sampled_from([24, 36, None]),
    village_code=st.sampled_from([VILLAGE, None]),
    township_code=st.sampled_from([TOWNSHIP, None]),
    county_code=st.sampled_from([COUNTY, None]),
    industries=st.sampled_from([("水稻",), ("养猪", "电商"), ()]),
)

RULE_IDS = [rule.id for rule in a_rulebook().all_rules() if not rule.scope.startswith(("college", "return", "rich"))]
LISTED_IDS = [rule_id for rule_id in RULE_IDS if not rule_id.startswith("VR")]


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a rulebook: any rules on or off, other limits, other ways to count what is missing."""
    document = shipped_document()
    for rule_id in LISTED_IDS:
        rule = rule_table(document, rule_id)
        rule["enabled"] = draw(st.booleans())
        rule["missing"] = draw(st.sampled_from(["review", "review", "fail", "pass"]))
        rule["override"] = draw(st.sampled_from(["none", "org_dept"]))
        rule["stage"] = draw(st.sampled_from(["listing", "listing", "nomination"]))
        if rule.get("field") in NUMBERS and draw(st.booleans()):
            rule["limit"] = draw(st.sampled_from(NUMBERS[rule["field"]]))
            rule["op"] = draw(st.sampled_from(["gte", "lte"]))
        if draw(st.integers(0, 4)) == 0:
            rule["applies_if"] = draw(
                st.sampled_from(
                    [
                        {"field": "employer_type", "op": "not_in", "limit": ["soe", "none"]},
                        {"field": "local_tie", "op": "is_true"},
                        {"field": "negative_flags", "op": "intersects", "limit": ["NG07"]},
                    ]
                )
            )
    return document


checks = st.lists(
    st.tuples(st.integers(101, 109), st.sampled_from(LISTED_IDS), st.sampled_from(["pass", "fail", "waived"])),
    max_size=12,
)


def wording(code: int) -> str:
    return RULE_VERDICTS[code] or "not_applicable"


@given(persons=people, vacancy=vacancies, document=documents(), recorded=checks)
def test_the_arrays_agree_with_plain_python_on_every_verdict(
    persons: list[dict[str, Any]],
    vacancy: VacancyFacts,
    document: dict[str, Any],
    recorded: list[tuple[int, str, str]],
) -> None:
    book = Rulebook.from_document(document, name="rulebook.toml")
    evaluator = RuleEvaluator(a_frame(*persons), industries=industries())
    found = judge(evaluator, vacancy=vacancy, rulebook=book, checks=some_checks(*recorded))
    for row, person in enumerate(persons):
        about = [(rule_id, result) for person_id, rule_id, result in recorded if person_id == 101 + row]
        verdict, by_rule, first = reference.overall(document, person, vacancy, industries(), about)
        assert found.verdict_of(row) == verdict
        assert [wording(code) for code in found.by_rule[:, row]] == by_rule
        assert found.first_failing[row] == first


@given(persons=people, vacancy=vacancies, document=documents(), recorded=checks)
def test_nobody_whom_a_rule_fails_may_be_ranked(
    persons: list[dict[str, Any]],
    vacancy: VacancyFacts,
    document: dict[str, Any],
    recorded: list[tuple[int, str, str]],
) -> None:
    book = Rulebook.from_document(document, name="rulebook.toml")
    evaluator = RuleEvaluator(a_frame(*persons), industries=industries())
    found = judge(evaluator, vacancy=vacancy, rulebook=book, checks=some_checks(*recorded))
    fails = (found.by_rule == FAIL).any(axis=0)
    assert not (found.may_be_ranked & fails).any()
    excluded = [row for part in found.excluded() for row in part.rows]
    assert sorted(excluded) == np.flatnonzero(fails).tolist()
    assert sum(found.counts.values()) == len(persons)


@given(persons=people, vacancy=vacancies)
def test_the_verdict_on_a_person_does_not_depend_on_who_else_is_in_the_pool(
    persons: list[dict[str, Any]], vacancy: VacancyFacts
) -> None:
    together = judge(RuleEvaluator(a_frame(*persons), industries=industries()), vacancy=vacancy, rulebook=a_rulebook())
    for row, person in list(enumerate(persons))[:3]:
        alone = judge(RuleEvaluator(a_frame(person), industries=industries()), vacancy=vacancy, rulebook=a_rulebook())
        assert alone.verdict[0] == together.verdict[row]


@given(persons=people, vacancy=vacancies, document=documents())
def test_every_outcome_can_be_worded_in_both_languages(
    persons: list[dict[str, Any]], vacancy: VacancyFacts, document: dict[str, Any]
) -> None:
    book = Rulebook.from_document(document, name="rulebook.toml")
    found = judge(RuleEvaluator(a_frame(*persons), industries=industries()), vacancy=vacancy, rulebook=book)
    for row in range(len(persons)):
        for outcome in found.outcomes(row):
            assert all(outcome.sentence)
            assert "{" not in "".join((*outcome.sentence, *outcome.value, *outcome.limit, *outcome.title))


def test_a_frame_of_nobody_is_judged() -> None:
    nobody = a_frame()
    found = judge(RuleEvaluator(nobody, industries=industries()), vacancy=vacancy_facts(), rulebook=a_rulebook())
    assert set(found.counts.values()) == {0}
    assert isinstance(nobody, pd.DataFrame)


@given(persons=people, vacancy=vacancies, document=documents(), recorded=checks)
def test_a_few_people_are_judged_from_plain_columns_as_from_their_frame(
    persons: list[dict[str, Any]],
    vacancy: VacancyFacts,
    document: dict[str, Any],
    recorded: list[tuple[int, str, str]],
) -> None:
    book = Rulebook.from_document(document, name="rulebook.toml")
    columns = {column.name: [person[column.name] for person in persons] for column in ELIGIBILITY_COLUMNS}
    ids = [101 + row for row in range(len(persons))]
    evaluators = (
        RuleEvaluator(a_frame(*persons), industries=industries()),
        evaluator_of_few(ids, columns, industries=industries()),
    )
    framed, plain = (judge(one, vacancy=vacancy, rulebook=book, checks=some_checks(*recorded)) for one in evaluators)
    assert (framed.by_rule == plain.by_rule).all()
    for row in range(len(persons)):
        assert framed.outcomes(row) == plain.outcomes(row)


def test_a_column_that_is_missing_of_a_few_people_is_named() -> None:
    with pytest.raises(FrameError) as refused:
        evaluator_of_few([101], {}, industries=industries())
    assert refused.value.place == ELIGIBILITY_COLUMNS[0].name
