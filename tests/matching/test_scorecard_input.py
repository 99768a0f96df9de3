"""Odd and bad input of the scorecard: refused by name, or scored without surprise."""
# ruff: noqa: N806 - X is scikit-learn's name for the rows

import warnings

import numpy as np
import pytest
from builders_lists import QUICK, made_lists
from sklearn.exceptions import NotFittedError

from matching.scorecard import ScorecardRanker


@pytest.mark.parametrize(
    ("parameters", "arguments", "message"),
    [
        ({}, {"y": [-1, 0, 1, 2]}, "shift or rank"),
        ({}, {"y": [0, 0, 1, 99]}, "grades run from 0"),
        ({}, {"group": [2, 3]}, "adds up to 5 rows, X has 4"),
        ({}, {"group": [4, 0]}, "whole number >= 1"),
        ({}, {"group": ["a"]}, "whole number >= 1"),
        ({}, {"position": [1, 2, 3]}, "4 places"),
        ({}, {"position": [0, 1, 2, 3]}, "counted from 1"),
        ({"monotonic_cst": [1]}, {}, "each of the 2 features"),
        ({"monotonic_cst": [1, 5]}, {}, "one of -1, 0, 1"),
        ({"prior_points": [1.0]}, {}, "one entry per feature"),
        ({"prior_points": [np.nan, 1.0]}, {}, "must be finite"),
        ({"prior_points": [{}, 1.0]}, {}, "at least one level"),
        ({"prior_points": [{0: np.inf}, 1.0]}, {}, "finite levels and points"),
        ({"prior_points": [dict.fromkeys(range(300), 1.0), 1.0]}, {}, "300 levels"),
        ({"prior_points": [-1.0, 0.0], "monotonic_cst": [1, 0]}, {}, "against monotonic_cst"),
        ({"prior_points": [{0: 5.0, 1: 0.0}, 0.0], "monotonic_cst": [1, 0]}, {}, "change one of the two"),
        ({"n_bags": 0}, {}, "n_bags must lie between"),
        ({"n_bags": 2.5}, {}, "n_bags must be a whole number, got 2.5"),
        ({"max_bins": True}, {}, "max_bins must be a whole number, got True"),
        ({"learning_rate": "fast"}, {}, "learning_rate must be a number, got 'fast'"),
        ({"max_bins": 1000}, {}, "max_bins must lie between"),
    ],
)
def test_bad_input_is_refused_by_name(parameters, arguments, message):
    complete = {"X": [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]], "y": [0, 1, 2, 0], "group": [4], **arguments}
    with pytest.raises(ValueError, match=message):
        ScorecardRanker(**parameters).fit(**complete)


@pytest.mark.parametrize("n_lists", [1, 2, 3])
def test_few_lists_and_odd_columns_give_finite_scores(n_lists):
    X, y, group = made_lists(10, n_lists=n_lists, n_features=4)
    X[:, 1], X[:, 2] = np.nan, 7.0
    scores = ScorecardRanker(random_state=0).fit(X, y, group).predict(X)
    assert np.isfinite(scores).all()
    assert np.ptp(scores) > 0


def test_one_row_and_equal_grades_score_zero_without_a_prior():
    assert ScorecardRanker().fit([[1.0, 2.0]], [3]).predict([[1.0, 2.0]]).tolist() == [0.0]
    X, y, group = made_lists(11)
    assert not ScorecardRanker().fit(X, np.ones_like(y), group).predict(X).any()


def test_lists_without_a_relevant_row_change_nothing():
    X, y, group = made_lists(12)
    plain = ScorecardRanker(**QUICK).fit(X, y, group)
    padded = ScorecardRanker(**QUICK).fit(np.vstack([X, X[:9]]), np.append(y, np.zeros(9)), [*group, 9])
    assert np.allclose(np.ptp(plain.slopes_), np.ptp(padded.slopes_), rtol=0.2)
    assert padded.n_informative_lists_ == plain.n_informative_lists_


def test_an_unfitted_card_has_no_points():
    with pytest.raises(NotFittedError), warnings.catch_warnings():
        ScorecardRanker().predict([[1.0]])
