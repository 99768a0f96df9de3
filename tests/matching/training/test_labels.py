"""Which decisions train, and with which grade."""

from datetime import date

import pandas as pd
import pytest
from builders_training import decisions_of

from matching.training import label
from matching.vocabulary import ReviewDecision


@pytest.mark.parametrize(
    ("decision", "reason", "stage", "appraisal", "grade"),
    [
        ("recommend", False, "reviewed", None, 2.0),
        ("recommend", False, "recommended", None, 2.0),
        ("recommend", False, "inspected", None, 3.0),
        ("recommend", False, "appointed", None, 4.0),
        ("recommend", False, "appointed", "excellent", 5.0),
        ("recommend", False, "appointed", "competent", 4.0),
        ("recommend", False, "appointed", "basically_competent", 3.0),
        ("recommend", False, "appointed", "incompetent", 1.0),
        ("reserve", False, "reviewed", None, 1.0),
        ("reserve", False, "appointed", None, 4.0),  # somebody moved up later
        ("not_suitable", True, "reviewed", None, 0.0),
    ],
)
def test_a_judgement_of_fit_has_this_grade(decision, reason, stage, appraisal, grade):
    found = label(decisions_of((1, decision, reason, stage, appraisal)))
    assert found.frame["grade"].tolist() == [grade]


@pytest.mark.parametrize("decision", ["need_info", "declined_by_person", "unit_disagrees", "avoidance", "disqualified"])
def test_what_says_nothing_of_fit_never_trains(decision):
    found = label(decisions_of((1, decision, True, "appointed", "excellent"), (2, "reserve", False)))
    assert found.frame["person_id"].tolist() == [101]
    assert found.n_not_of_fit == 1


def test_every_decision_of_the_vocabulary_is_either_graded_or_never_trains():
    found = label(decisions_of(*((place + 1, str(code), True) for place, code in enumerate(ReviewDecision))))
    assert len(found.frame) == 3
    assert found.n_not_of_fit == len(ReviewDecision) - 3


def test_unexplained_refusals_are_left_out_where_others_were_explained():
    found = label(decisions_of((1, "recommend", False), (2, "not_suitable", True), (3, "not_suitable", False)))
    assert found.frame["place"].tolist() == [1, 2]
    assert found.n_unexplained == 1


def test_unexplained_refusals_count_where_nobody_explains():
    found = label(decisions_of((1, "recommend", False), (2, "not_suitable", False)))
    assert found.frame["grade"].tolist() == [2.0, 0.0]
    assert found.n_unexplained == 0


def test_one_list_explaining_says_nothing_of_another():
    both = pd.concat(
        [
            decisions_of((1, "recommend", False), (2, "not_suitable", True), vacancy_no="V1"),
            decisions_of((1, "recommend", False), (2, "not_suitable", False), vacancy_no="V2"),
        ]
    )
    assert len(label(both).frame) == 4


def test_people_added_by_hand_were_on_no_list():
    found = label(decisions_of((1, "recommend", False), (None, "recommend", False)))
    assert found.frame["person_id"].tolist() == [100]
    assert found.n_by_hand == 1


def test_several_reviewers_of_one_person_are_averaged_into_one_list():
    both = pd.concat(
        [
            decisions_of((1, "recommend", False), (2, "reserve", False), reviewer_no="7001"),
            decisions_of((1, "reserve", False), (2, "reserve", False), reviewer_no="7002"),
        ]
    )
    frame = label(both).frame
    assert frame["grade"].tolist() == [1.5, 1.0]


def test_the_oldest_list_comes_first_and_a_list_stands_in_the_order_that_was_shown():
    late = decisions_of((2, "reserve", False), (1, "recommend", False), vacancy_no="A", decided_on=date(2026, 5, 1))
    early = decisions_of((1, "reserve", False), vacancy_no="B", decided_on=date(2026, 4, 1))
    frame = label(pd.concat([late, early])).frame
    assert frame["vacancy_no"].tolist() == ["B", "A", "A"]
    assert frame["place"].tolist() == [1, 1, 2]


def test_no_decisions_give_no_lists():
    found = label(decisions_of())
    assert len(found.frame) == 0
    assert found.n_decisions == 0
