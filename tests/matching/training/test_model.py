"""The model file: everything that is needed to judge it, and nothing that was tampered with."""

import copy
import json
from datetime import UTC, datetime

import numpy as np
import pytest
from builders_training import a_policy, reviewed_lists

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
