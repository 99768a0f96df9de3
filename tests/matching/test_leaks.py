"""The leak linter: a planted leak is named with its figure, noise is not."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from matching.errors import FrameError
from matching.frames import CRITERIA_COLUMNS
from matching.leaks import AUC_LIMIT, R2_LIMIT, RANK_LIMIT, SMALLEST_GROUP, find_leaks

PROTECTED = {"age_years", "sex", "ethnicity", "religion", "political_status", "party_age_years", "birth_date"}
PROTECTED |= {"native_place", "birth_place", "household_place", "duty_health_ok", "name", "id_number"}


def people(n=600, *, seed=0):
    rng = np.random.default_rng(seed)
    age = rng.integers(22, 65, n).astype(np.float64)
    protected = pd.DataFrame({"age": age, "sex": rng.choice(["1", "2"], n)}, index=np.arange(n) + 1)
    honest = pd.DataFrame(
        {"training_hours": rng.integers(0, 120, n).astype(np.float64), "themes": rng.choice(["W1", "W2", ""], n)},
        index=protected.index,
    )
    return honest, protected, rng


def test_a_planted_graduation_year_is_named_as_a_leak_of_age():
    features, protected, rng = people()
    planted = features.assign(graduation_year=2026 - protected["age"] + 22 + rng.integers(-2, 3, len(features)))
    assert find_leaks(features, protected) == []
    (found,) = find_leaks(planted, protected)
    assert (found.column, found.attribute, found.group) == ("graduation_year", "age", None)
    assert found.value > 0.85 > found.limit
    assert found.text.en.startswith("'graduation_year' tells the protected attribute 'age'")
    assert f"{found.value:.2f}" in found.text.en
    assert f"{found.value:.2f}" in found.text.zh
    assert "Remove the column" in found.text.en


def test_a_relation_that_is_not_monotone_is_seen():
    features, protected, _ = people()
    scrambled = (protected["age"] // 9).map({2: 5.0, 3: 1.0, 4: 6.0, 5: 2.0, 6: 4.0, 7: 3.0})
    found = find_leaks(features.assign(class_code=scrambled), protected)
    assert [(one.column, one.measure) for one in found] == [("class_code", "r2")]


def test_a_column_of_words_that_tells_a_group_is_seen():
    features, protected, rng = people()
    club = np.where(rng.random(len(features)) < 0.9, protected["sex"].map({"1": "chess", "2": "choir"}), "none")
    (found,) = find_leaks(features.assign(club=club), protected)
    assert (found.column, found.attribute, found.measure) == ("club", "sex", "auc")
    assert found.value > AUC_LIMIT


def test_what_is_not_recorded_can_tell_too():
    features, protected, _ = people()
    gaps = features["training_hours"].where(protected["sex"] == "1")
    (found,) = find_leaks(features.assign(training_hours=gaps), protected)
    assert (found.column, found.attribute) == ("training_hours", "sex")
    assert found.value == pytest.approx(1.0)


def test_a_column_with_a_value_for_each_person_promises_nothing():
    features, protected, _ = people()
    unique = features.assign(street=[f"street {i}" for i in range(len(features))])
    assert find_leaks(unique, protected) == []


def test_small_groups_are_not_looked_at():
    features, protected, _ = people()
    rare = pd.Series("01", index=protected.index)
    rare.iloc[: SMALLEST_GROUP - 1] = "55"
    told = features.assign(told=(rare == "55").astype(np.float64))
    assert find_leaks(told, protected.assign(ethnicity=rare)) == []
    rare.iloc[: SMALLEST_GROUP + 5] = "55"
    told = features.assign(told=(rare == "55").astype(np.float64))
    assert {one.attribute for one in find_leaks(told, protected.assign(ethnicity=rare))} == {"ethnicity"}


@hypothesis_settings(max_examples=15)
@given(st.integers(0, 10_000))
def test_noise_gives_no_alarm(seed):
    features, protected, _ = people(400, seed=seed)
    assert find_leaks(features, protected) == []


def test_the_order_of_the_people_hardly_moves_a_figure_and_the_folds_never_do():
    features, protected, rng = people()
    planted = features.assign(graduation_year=2048 - protected["age"] + rng.integers(-4, 5, len(features)))
    (first,), (again,) = (find_leaks(planted, protected) for _ in range(2))
    assert first == again
    mixed = rng.permutation(len(features))
    (other,) = find_leaks(planted.iloc[mixed], protected.iloc[mixed])
    assert other.value == pytest.approx(first.value, abs=0.03)


def test_frames_of_different_people_are_refused():
    features, protected, _ = people()
    with pytest.raises(FrameError, match="the same people"):
        find_leaks(features, protected.iloc[::-1])


def test_nobody_at_all_is_no_finding():
    features, protected, _ = people()
    assert find_leaks(features.iloc[:0], protected.iloc[:0]) == []


def test_the_limits_are_those_that_are_documented():
    assert (RANK_LIMIT, R2_LIMIT, AUC_LIMIT) == (0.5, 0.25, 0.75)


def test_no_protected_attribute_is_a_column_of_the_criteria_frame():
    assert not PROTECTED & {column.name for column in CRITERIA_COLUMNS}


def test_no_criterion_reads_what_is_not_in_the_criteria_frame():
    from matching.criteria import CRITERIA

    allowed = {column.name for column in CRITERIA_COLUMNS}
    for criterion in CRITERIA.values():
        assert set(criterion.columns) <= allowed, criterion.id
