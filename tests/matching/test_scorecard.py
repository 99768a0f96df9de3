"""The laws that the scorecard keeps, whatever it is fed."""
# ruff: noqa: N806 - X is scikit-learn's name for the rows

import numpy as np
import pytest
from builders_lists import QUICK, made_lists
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.utils.estimator_checks import parametrize_with_checks

from matching.scorecard import ScorecardRanker
from matching.scorecard.start import PairwiseStart, StartTask, minimum_in_box
from matching.scorecard.steps import Cuts, StepRules, candidates, rows_by_bin

seeds = st.integers(0, 10_000)


def effect(ranker, feature, values):
    """Points of one feature at some values, the others missing."""
    X = np.full((len(values), ranker.n_features_in_), np.nan)
    X[:, feature] = values
    return ranker.contributions(X)[:, feature]


@parametrize_with_checks([ScorecardRanker(**QUICK), ScorecardRanker(n_bags=2, max_rounds=5, max_bins=8)])
def test_scikit_learn_finds_its_contract_kept(estimator, check):
    check(estimator)


# ------------------------------------------------------------------ laws of the card


@given(seeds)
@settings(max_examples=15, deadline=None)
def test_a_higher_level_never_costs_points_where_that_is_asked(seed):
    X, y, group = made_lists(seed, noise=4.0)
    ranker = ScorecardRanker(monotonic_cst=[1, -1, 0], **QUICK).fit(X, y, group)
    grid = np.linspace(-0.5, 1.5, 60)
    assert (np.diff(effect(ranker, 0, grid)) >= 0).all()
    assert (np.diff(effect(ranker, 1, grid)) <= 0).all()


@given(seeds)
@settings(max_examples=8, deadline=None)
def test_every_bag_is_monotone_too(seed):
    X, y, group = made_lists(seed, noise=4.0)
    ranker = ScorecardRanker(monotonic_cst=[1, 0, 0], **QUICK).fit(X, y, group)
    grid = np.column_stack([np.linspace(0, 1, 30), np.zeros(30), np.zeros(30)])
    assert (np.diff(ranker.predict_bags(grid), axis=0) >= -1e-12).all()


@given(seeds)
@settings(max_examples=8, deadline=None)
def test_contributions_add_up_to_the_score_and_depend_on_their_feature_alone(seed):
    X, y, group = made_lists(seed)
    ranker = ScorecardRanker(**QUICK).fit(X, y, group)
    parts = ranker.contributions(X)
    assert np.array_equal(parts.sum(axis=1), ranker.predict(X))
    shuffled = X.copy()
    shuffled[:, 1:] = shuffled[::-1, 1:]
    assert np.array_equal(ranker.contributions(shuffled)[:, 0], parts[:, 0])


@given(seeds)
@settings(max_examples=8, deadline=None)
def test_the_order_of_rows_inside_a_list_does_not_matter(seed):
    X, y, group = made_lists(seed)
    X += np.random.default_rng(seed).normal(size=X.shape) * 0.01  # no two rows tie
    within = np.random.default_rng(seed + 1).permuted(np.arange(len(y)).reshape(len(group), -1), axis=1).ravel()
    ranker = ScorecardRanker(**QUICK)
    first, second = ranker.fit(X, y, group).predict(X), ranker.fit(X[within], y[within], group).predict(X)
    assert np.allclose(first, second, atol=1e-3 * np.ptp(first))


def test_the_mean_of_the_bags_is_the_score():
    X, y, group = made_lists(1)
    ranker = ScorecardRanker(**QUICK).fit(X, y, group)
    assert np.allclose(ranker.predict_bags(X).mean(axis=1), ranker.predict(X))
    assert ranker.predict_bags(X).shape == (len(y), QUICK["n_bags"])


def test_threads_change_nothing():
    X, y, group = made_lists(2, n_lists=30)
    one, three = (ScorecardRanker(n_jobs=n, **QUICK).fit(X, y, group) for n in (1, 3))
    assert one.predict(X).tobytes() == three.predict(X).tobytes()
    assert one.out_of_bag_scores_.tobytes() == three.out_of_bag_scores_.tobytes()


def test_it_learns_what_the_grades_follow():
    X, y, group = made_lists(3, n_lists=60, noise=0.3)
    ranker = ScorecardRanker(random_state=0).fit(X, y, group)
    assert np.ptp(effect(ranker, 0, [0.0, 1.0])) > 1.5 * np.ptp(effect(ranker, 1, [0.0, 1.0]))
    assert np.ptp(effect(ranker, 1, [0.0, 1.0])) > 3 * np.ptp(effect(ranker, 2, [0.0, 1.0]))


def test_a_curved_effect_becomes_a_curved_table():
    random = np.random.default_rng(0)
    X = random.uniform(-1, 1, (1200, 2))
    y = np.digitize(-np.abs(X[:, 0]) + 0.1 * random.normal(size=1200), [-0.6, -0.3])
    ranker = ScorecardRanker(random_state=0).fit(X, y, [20] * 60)
    left, middle, right = effect(ranker, 0, [-0.9, 0.0, 0.9])
    assert middle > left
    assert middle > right


@given(seeds)
@settings(max_examples=30, deadline=None)
def test_a_step_at_a_drawn_cut_is_priced_as_by_hand_and_leaves_enough_rows_on_each_side(seed):
    random = np.random.default_rng(seed)
    codes = random.integers(0, 5, (4, 60)).astype(np.uint8)
    slope, bend = random.normal(size=60), random.random(60)
    rules = StepRules(np.array([1, -1, 0, 0]), 0.1, 10, 5.0)
    cuts = Cuts(rows_by_bin(codes, 6), rules)
    cut = cuts.draw(random)
    found = candidates(codes, np.column_stack([slope, bend]), cuts, cut=cut, rules=rules)
    for feature, code in enumerate(codes):
        sides = [(code > 0) & (code <= cut[feature]), code > cut[feature], code == 0]
        steps = [-slope[side].sum() / (bend[side].sum() + 5.0 * bend.mean()) for side in sides]
        gain = -sum(step * slope[side].sum() for step, side in zip(steps, sides, strict=True))
        priced = [*found.points(feature, 6)[[1, 5]], found.missing[feature]]
        if np.isfinite(found.gain[feature]) and sides[2].sum() >= 10 and sides[1].any():
            assert min(sides[0].sum(), sides[1].sum()) >= 10
            assert (steps[1] - steps[0]) * rules.directions[feature] >= 0
            assert priced == pytest.approx(steps, rel=1e-4, abs=1e-5)
            assert found.gain[feature] == pytest.approx(gain, rel=1e-4, abs=1e-5)


def test_a_straight_effect_has_a_smooth_table():
    random = np.random.default_rng(0)
    X = random.uniform(-1, 1, (1200, 2))
    y = np.digitize(X[:, 0] ** 3 + 0.3 * random.normal(size=1200), [-0.3, 0.3])
    ranker = ScorecardRanker(random_state=0).fit(X, y, [20] * 60)
    jumps = np.abs(np.diff(effect(ranker, 0, np.linspace(-0.95, 0.95, 200))))
    assert jumps.max() < 0.08 * jumps.sum()


def test_a_missing_value_can_earn_points_even_under_a_monotone_rule():
    X, _, group = made_lists(4, n_lists=60, missing=0.3)
    y = np.where(np.isnan(X[:, 0]), 2, 0)
    ranker = ScorecardRanker(monotonic_cst=[1, 0, 0], random_state=0).fit(X, y, group)
    missing, *known = effect(ranker, 0, [np.nan, 0.0, 0.5, 1.0])
    assert missing > max(known)


def test_out_of_bag_scores_come_from_bags_that_never_saw_the_list():
    X, y, group = made_lists(5, n_lists=20)
    ranker = ScorecardRanker(n_bags=5, max_rounds=20, random_state=0).fit(X, y, group)
    own, bags = ranker.out_of_bag_scores_, ranker.predict_bags(X)
    assert np.isfinite(own).all()
    assert np.allclose(np.abs(bags - own[:, None]).min(axis=1), 0)  # 5 bags, a fifth left out: one bag for each list


# ------------------------------------------------------------------ the prior


@given(
    st.lists(st.floats(-40, 40).map(lambda x: round(x, 2)), min_size=3, max_size=3),
    st.integers(0, 3),
)
@settings(max_examples=25, deadline=None)
def test_without_evidence_the_card_is_exactly_the_prior(prior, grade):
    X, y, group = made_lists(6)
    ranker = ScorecardRanker(prior_points=prior, **QUICK).fit(X, np.full_like(y, grade), group)
    assert np.array_equal(ranker.contributions(X), np.where(np.isnan(X), 0.0, X * prior))


def test_declared_levels_earn_their_declared_points_before_anything_is_learned():
    levels = {None: 3.0, 0: 0.0, 1: 10.0, 2: 12.5, 4: 30.0}
    X = np.array([[np.nan], [0.0], [1.0], [2.0], [4.0], [3.0], [9.0]])
    ranker = ScorecardRanker(prior_points=[levels]).fit(X, np.zeros(7))
    assert ranker.predict(X) == pytest.approx([3.0, 0.0, 10.0, 12.5, 30.0, 21.25, 30.0], abs=1e-12)


@pytest.mark.parametrize("n_lists", [1, 2, 4])
def test_a_handful_of_lists_leaves_the_prior_in_force(n_lists):
    X, y, group = made_lists(7, n_lists=n_lists)
    ranker = ScorecardRanker(prior_points=[5.0, 1.0, 0.0], **QUICK).fit(X, y, group)
    assert np.array_equal(ranker.contributions(X), np.where(np.isnan(X), 0.0, X * [5.0, 1.0, 0.0]))
    assert np.isinf(ranker.strength_)


def test_learned_points_keep_the_sign_and_the_total_of_the_prior():
    X, y, group = made_lists(8, n_lists=80, missing=0.0)
    ranker = ScorecardRanker(prior_points=[10.0, 10.0, 10.0], random_state=0).fit(X, y, group)
    best = np.array([np.ptp(effect(ranker, feature, np.linspace(0, 1, 11))) for feature in range(3)])
    assert all((np.diff(effect(ranker, feature, np.linspace(0, 1, 11))) >= 0).all() for feature in range(3))
    assert best.sum() == pytest.approx(30.0)
    assert best[0] > 15.0  # what the grades follow
    assert best[1] < 5.0  # what they contradict


def test_noise_does_not_move_the_prior_far():
    random = np.random.default_rng(9)
    X, y = random.integers(0, 5, (400, 4)) / 4, random.integers(0, 3, 400)
    prior = np.array([40.0, 30.0, 20.0, 10.0])
    ranker = ScorecardRanker(prior_points=prior.tolist(), random_state=0).fit(X, y, [20] * 20)
    assert np.corrcoef(ranker.predict(X), X @ prior)[0, 1] > 0.5


def reviewed(seed, *, n_lists=60, size=20):
    """Lists in the order of a policy that overrates the first criterion; lower places are looked at less."""
    random = np.random.default_rng(seed)
    policy, truth = np.array([30.0, 10.0, 10.0]), np.array([10.0, 30.0, 10.0])
    X = random.integers(0, 5, (n_lists, 4 * size, 3)) / 4
    best = np.argsort(-(X @ policy), axis=1, kind="stable")[:, :size]
    X = np.take_along_axis(X, best[:, :, None], axis=1)
    seen = random.random((n_lists, size)) < np.arange(1, size + 1) ** -0.7
    wanted = X @ truth / 5 + random.gumbel(size=(n_lists, size))
    y = (seen & (wanted > np.quantile(wanted, 0.6))).astype(int)
    return X.reshape(-1, 3), y.ravel(), np.tile(np.arange(1, size + 1), n_lists), [size] * n_lists, policy, truth


def test_decisions_move_the_points_from_the_policy_towards_the_truth():
    X, y, position, group, policy, truth = reviewed(0)
    ranker = ScorecardRanker(prior_points=policy.tolist(), random_state=0).fit(X, y, group, position)
    everybody = np.random.default_rng(1).integers(0, 5, (500, 3)) / 4
    scores = ranker.predict(everybody)
    learned, before = (np.corrcoef(everybody @ truth, s)[0, 1] for s in (scores, everybody @ policy))
    assert learned > before + 0.1
    assert ranker.place_slope_ < 0


def test_the_place_on_the_list_explains_what_the_criteria_do_not():
    X, y, position, group, policy, _ = reviewed(2)
    with_places, without = (
        ScorecardRanker(prior_points=policy.tolist(), random_state=0).fit(X, y, group, p) for p in (position, None)
    )
    second = [np.ptp(effect(ranker, 1, [0.0, 1.0])) for ranker in (with_places, without)]
    assert second[0] > second[1]  # the top of the list was rich in the first criterion
    assert without.place_slope_ == 0


def test_beside_a_prior_a_pair_weighs_by_how_far_the_gains_of_its_grades_lie_apart():
    y, sizes = np.array([3.0, 1.0, 0.0, 1.0, 0.0]), np.array([3, 2])
    tasks = (StartTask(np.eye(5), np.zeros(5), y, np.ones(5), np.zeros((5, 2)), 0.5, by) for by in (True, False))
    random = np.random.default_rng(0)
    apart, alike = (PairwiseStart(one, np.arange(5), sizes, most_pairs=9, random=random).weights for one in tasks)
    assert apart[:3] / apart[0] == pytest.approx([1, 7 / 6, 1 / 6], rel=1e-6)  # 3 above 1, 3 above 0, 1 above 0
    assert alike[:3] / alike[0] == pytest.approx([1, 1, 1])
    for weights in (apart, alike):
        assert weights.sum() == pytest.approx(1, rel=1e-6)
        assert weights[:3].sum() / weights[3:].sum() == pytest.approx(3**0.5, rel=1e-6)


def test_grades_that_are_all_higher_by_the_same_teach_the_same():
    X, y, position, group, policy, _ = reviewed(3, n_lists=20)
    found = [
        ScorecardRanker(prior_points=policy.tolist(), random_state=0).fit(X, y + more, group, position).predict(X)
        for more in (0, 2)
    ]
    assert found[0] == pytest.approx(found[1], rel=1e-4)


@given(seeds)
def test_a_quadratic_in_a_box_is_minimised_exactly(seed):
    random = np.random.default_rng(seed)
    n = int(random.integers(1, 30))
    spread = random.normal(size=(n + 2, n))
    curvature, gradient, at = spread.T @ spread + 1e-3 * np.eye(n), random.normal(size=n), random.normal(size=n)
    bounds = np.sort(random.normal(size=(n, 2)), axis=1)
    bounds[random.random(n) < 0.3, 0] = -np.inf
    bounds[random.random(n) < 0.3, 1] = np.inf
    found = minimum_in_box(curvature, gradient, at, bounds)
    slope = gradient + curvature @ (found - at)
    is_low, is_high = found <= bounds[:, 0], found >= bounds[:, 1]
    least = 1e-6 * np.abs(gradient - curvature @ at).max()
    assert (found >= bounds[:, 0]).all()
    assert (found <= bounds[:, 1]).all()
    assert (slope[~is_high] >= -least).all()  # going up from there costs
    assert (slope[~is_low] <= least).all()  # so does going down
