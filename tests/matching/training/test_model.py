"""The model file: everything that is needed to judge it, and nothing that was tampered with."""

import copy
import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from builders_training import a_policy, reviewed_lists
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import CardError
from matching.training import Model, train
from matching.training.calibration import calibrate

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def training():
    lists, labels = reviewed_lists(1, n_lists=20)
    return train(a_policy(), lists, labels, now=NOW)


@pytest.fixture(scope="module")
def document(training):
    return json.loads(json.dumps(training.model.as_document()))


def test_a_model_survives_the_journey_through_json(training, document):
    assert Model.from_document(document) == training.model


def test_a_model_says_what_it_was_trained_on(training):
    record = training.model.training
    assert (record.n_lists, record.n_informative_lists) == (20, 20)
    assert record.trained_at == "2026-11-23T02:00:00+00:00"
    assert len(record.data_hash) == 64
    assert record.first_decided_on == "2023-01-01"


def test_its_metrics_come_from_lists_left_out_beside_policy_and_yardstick(training):
    metrics = training.model.metrics
    assert metrics["n_held_out_lists"] == 20
    assert metrics["ndcg_at_10"] == pytest.approx(training.against_policy.challenger, abs=1e-4)
    assert metrics["ndcg_at_10"] > metrics["ndcg_at_10_policy"]
    assert 0 < metrics["ndcg_at_10_yardstick"] <= 1


def test_each_criterion_shows_policy_points_learned_points_decisions_and_interval(training):
    for change in training.model.changes():
        assert change.policy_points == max(a_policy().points[change.criterion_id])
        assert change.low <= change.learned_points <= change.high
        assert change.n_decisions > 0


def test_where_the_policy_stays_there_is_no_model():
    lists, labels = reviewed_lists(1, n_lists=3)
    stays = train(a_policy(), lists, labels, now=NOW)
    assert stays.model is None
    assert stays.fit.why_policy is not None


def _unknown(document):
    document["notes"] = "x"


def _nested_unknown(document):
    document["training"]["secret"] = 1


def _absent(document):
    del document["limits"]


def _other_schema(document):
    document["schema"] = "talentpool.model/9"


def _changed(document):
    document["metrics"]["ndcg_at_10"] = 1.0


def _changed_hash(document):
    document["hash"] = "0" * 64


def _changed_points(document):
    document["card"]["criteria"][0]["levels"][-1]["points"] -= 1


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (_unknown, "Unknown field 'notes'"),
        (_nested_unknown, "training: Unknown field 'secret'"),
        (_absent, "'limits' is absent"),
        (_other_schema, "schema must be"),
        (_changed, "damaged or was changed"),
        (_changed_hash, "damaged or was changed"),
        (_changed_points, r"100\.00"),
    ],
)
def test_a_damaged_model_is_refused_by_name(document, damage, message):
    broken = copy.deepcopy(document)
    damage(broken)
    with pytest.raises(CardError, match=message):
        Model.from_document(broken)


def _sealed(document):
    """The document with a hash that fits it: whoever changes a file can hash it again."""
    body = {key: value for key, value in document.items() if key != "hash"}
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return {**body, "hash": hashlib.sha256(canonical.encode()).hexdigest()}


@pytest.mark.parametrize(
    ("part", "value", "message"),
    [
        (("metrics", "ndcg_at_10"), "0.9", "metrics, ndcg_at_10.*'0.9' must be a number"),
        (("metrics", "n_held_out_lists"), 2.5, "n_held_out_lists.*whole number"),
        (("training", "n_lists"), "many", "training, n_lists.*'many' must be a whole number"),
        (("training", "trained_at"), "yesterday", "trained_at.*no moment"),
        (("training", "trained_at"), "2026-11-23T02:00:00", "trained_at.*time zone"),
        (("training", "first_decided_on"), "2023", "first_decided_on.*no day"),
        (("training", "strength"), True, "strength.*must be a number"),
        (("training", "vacancy_nos"), "V0001", "vacancy_nos.*list"),
        (("training", "left_out"), [], "left_out.*0 bags say"),
        (("n_telling",), {}, "n_telling.*is absent"),
        (("calibration", "share"), ["0.5"], "calibration, share.*must be a number"),
        (("calibration", "at"), [], "calibration.*rise"),
        (("limits",), [{"zh": 1, "en": "x"}], "limits.*must be a text"),
    ],
)
def test_a_value_of_another_type_is_refused_by_name_even_where_the_hash_fits(document, part, value, message):
    broken = copy.deepcopy(document)
    *path, last = part
    place = broken
    for key in path:
        place = place[key]
    place[last] = value
    with pytest.raises(CardError, match=message):
        Model.from_document(_sealed(broken))


def _places(value, path=()):
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value[:2]) if isinstance(value, list) else ()
    for key, one in items:
        yield from _places(one, (*path, key))


@given(data=st.data())
@settings(max_examples=60)
def test_whatever_stands_anywhere_in_a_model_file_is_a_model_or_refused_by_design(document, data):
    path = data.draw(st.sampled_from(list(_places(document))), label="path")
    value = data.draw(st.sampled_from([None, True, -1, 0, 2.5, 10**30, "", "x", [], [1], {}, {"a": 1}]), label="value")
    changed = copy.deepcopy(document)
    place = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    try:
        model = Model.from_document(_sealed(changed))
    except CardError:
        return
    assert model.changes()
    assert all(isinstance(one, int | float) for one in model.metrics.values())


def test_the_policy_cannot_pass_for_a_learned_card(training):
    with pytest.raises(CardError, match="One learned card"):
        replace(training.model, card=training.model.policy, training=replace(training.model.training, left_out=()))


# ------------------------------------------------------------------ calibration


def test_calibration_never_falls_and_stays_a_share():
    random = np.random.default_rng(0)
    scores = random.integers(0, 10_000, 400).astype(float)
    grades = np.where(random.random(400) < scores / 10_000, 2.0, 0.0)
    curve = calibrate(scores, grades)
    shares = [curve.share_of(score) for score in range(0, 10_001, 500)]
    assert shares == sorted(shares)
    assert 0 <= shares[0] < 0.2
    assert 0.8 < shares[-1] <= 1


def test_too_few_people_give_no_curve():
    assert calibrate(np.arange(10.0), np.arange(10.0)).share_of(5) is None
