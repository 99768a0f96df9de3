"""Builders of made lists for the estimator."""
# ruff: noqa: N806 - X is scikit-learn's name for the rows

import numpy as np

QUICK = {"n_bags": 3, "max_rounds": 20, "random_state": 0}


def made_lists(seed, *, n_lists=12, size=9, n_features=3, missing=0.1, noise=1.0):
    """Lists whose grades rise with the first feature and fall with the second."""
    random = np.random.default_rng(seed)
    X = random.integers(0, 6, (n_lists * size, n_features)) / 5.0
    truth = 2 * X[:, 0] - X[:, 1] + noise * random.normal(size=len(X))
    y = np.digitize(truth, [0.5, 1.0, 2.0])
    X[random.random(X.shape) < missing] = np.nan
    return X, y, [size] * n_lists
