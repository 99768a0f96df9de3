"""The scikit-learn estimator of the card."""
# ruff: noqa: N803 - X is scikit-learn's name for the rows

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.utils import Tags, check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data
from threadpoolctl import threadpool_limits

from matching.scorecard import validation
from matching.scorecard.anchored import Anchored, Ladder
from matching.scorecard.arrays import Codes, Floats, Integers
from matching.scorecard.bins import Bins
from matching.scorecard.columns import PriorOfColumn, check_prior, columns_of, slope_bounds
from matching.scorecard.effects import Binned, Effects, Laddered
from matching.scorecard.learning import Course, Plan, Points, informative_lists, out_of_bag_scores
from matching.scorecard.start import StartTask
from matching.scorecard.steps import StepRules

RANGES = {
    "n_bags": (1, 1000),
    "out_of_bag_share": (0.01, 0.9),
    "max_rounds": (0, 100_000),
    "learning_rate": (1e-6, 1.0),
    "max_bins": (2, 254),
    "fewest_rows": (1, np.inf),
    "shrinkage_rows": (0.0, np.inf),
    "features_per_step": (1e-6, 1.0),
}
WHOLE = frozenset({"n_bags", "max_rounds", "max_bins"})


class ScorecardRanker(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Additive, monotone learning-to-rank scorecard with an optional prior.

    The score is a sum of one lookup per feature::

        score(x) = sum over f of  slopes_[f] * share_f(x_f) + tables_[f, bin_f(x_f)]

    Without a prior, ``share_f`` is the standardised value and a fit has two stages: the *start* gives the slopes by
    pairwise logistic regression with a ridge, the *steps* give the tables by LambdaRank boosting with one-feature steps
    at random cuts of the bins. With a prior the slopes are zero and the tables hold the points of its levels: all steps
    from one level to the next are fitted at once by pairwise logistic regression with a ridge towards the direction of
    the prior. Either is fitted to `n_bags` parts of the lists; the points are the mean over the bags. The strength of
    the ridge and one common number of rounds are chosen on the lists left out of the bags; nothing else is searched.

    Parameters
    ----------
    monotonic_cst : array-like of shape (n_features,), default=None
        1 where a higher value may never cost points, -1 where it may never earn any, 0 where free. A missing value
        is never constrained. None: all free.
    prior_points : sequence of length n_features, default=None
        What each feature earns before anything is learned: a number of points per unit of the column; or a mapping from
        level to points, linear between the declared levels and constant beyond, in which the key None stands for a
        missing value (0 points unless declared). Learned steps keep the sign and the total of the prior, and a missing
        value earns no more than the lowest level unless the prior gives it more. With fewer
        than 5 informative lists, or no proof on lists left out, the prior stays exactly. None: no prior.
    n_bags : int, default=16
        Parts of the lists that are learned from.
    out_of_bag_share : float, default=0.2
        Share of the lists left out of each bag.
    max_rounds : int, default=400
        Rounds of boosting at most.
    learning_rate : float, default=0.1
        Share of a Newton step that is taken.
    max_bins : int, default=64
        Bins of a feature without declared levels, at most 254, besides the one of missing values.
    fewest_rows : int, default=10
        Rows on each side of a step.
    shrinkage_rows : float, default=5.0
        Rows' worth of average curvature added to the denominator of a step.
    features_per_step : float, default=0.25
        Share of the features, drawn at random, among which a step is chosen (at least two features).
    n_jobs : int, default=None
        Threads, one bag each; None means 1, -1 all processors. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Draws the bags, and the features of each step.

    Attributes
    ----------
    slopes_ : ndarray of shape (n_features,)
    tables_ : ndarray of shape (n_features, n_bins)
        Column 0 is the bin of missing values; with a prior the others are its levels.
    bag_slopes_ : ndarray of shape (n_bags, n_features)
    bag_tables_ : ndarray of shape (n_bags, n_features, n_bins)
        The bags whose means are `slopes_` and `tables_`.
    columns_ : list of Column
        The share of every feature.
    bins_ : Bins
    effects_ : Effects
        How slopes and tables become points: by the ladders of the prior, or by shares and bins.
    bag_lists_out_ : list of ndarray
        The lists that each bag left out; empty where nothing could be left out.
    strength_ : float
        Chosen strength of the ridge; infinite where the prior (or zero) stands.
    n_rounds_ : int
        Chosen number of rounds.
    round_curve_ : ndarray of shape (n_tried_rounds + 1,)
        Smoothed mean NDCG@10 of the lists left out after each round.
    place_slope_ : float
        Change of the logit of a pair with the logarithm of the shown place, at most 0.
    out_of_bag_scores_ : ndarray of shape (n_rows,)
        Mean score of every training row over the bags that left it out; NaN where there is none.
    n_informative_lists_ : int
        Lists with rows of different grades.
    n_features_in_ : int

    References
    ----------
    Burges, C. (2010). From RankNet to LambdaRank to LambdaMART: An Overview. MSR-TR-2010-82.
    Joachims, T. (2002). Optimizing search engines using clickthrough data. KDD.
    Lou, Y., Caruana, R., Gehrke, J. (2012). Intelligible models for classification and regression. KDD.

    Examples
    --------
    >>> import numpy as np
    >>> X, y = np.tile([[0.0], [0.5], [1.0]], (20, 1)), np.tile([0, 1, 2], 20)
    >>> ranker = ScorecardRanker(monotonic_cst=[1], random_state=0).fit(X, y, group=[3] * 20)
    >>> np.argsort(-ranker.predict([[0.5], [1.0], [0.0]])).tolist()
    [1, 0, 2]
    """

    def __init__(
        self,
        *,
        monotonic_cst: ArrayLike | None = None,
        prior_points: Sequence[PriorOfColumn] | None = None,
        n_bags: int = 16,
        out_of_bag_share: float = 0.2,
        max_rounds: int = 400,
        learning_rate: float = 0.1,
        max_bins: int = 64,
        fewest_rows: int = 10,
        shrinkage_rows: float = 5.0,
        features_per_step: float = 0.25,
        n_jobs: int | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.monotonic_cst = monotonic_cst
        self.prior_points = prior_points
        self.n_bags = n_bags
        self.out_of_bag_share = out_of_bag_share
        self.max_rounds = max_rounds
        self.learning_rate = learning_rate
        self.max_bins = max_bins
        self.fewest_rows = fewest_rows
        self.shrinkage_rows = shrinkage_rows
        self.features_per_step = features_per_step
        self.n_jobs = n_jobs
        self.random_state = random_state

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.target_tags.required = True
        tags.target_tags.positive_only = True
        return tags

    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        group: ArrayLike | None = None,
        position: ArrayLike | None = None,
        on_bag: Callable[[int], None] | None = None,
    ) -> Self:
        """Learn the points.

        Parameters
        ----------
        X : array-like of shape (n_rows, n_features)
            Rows of one list stand together; NaN where missing.
        y : array-like of shape (n_rows,)
            Grades from 0 (irrelevant) to 31; the gain of grade y is ``2 ** y - 1``.
        group : array-like of shape (n_lists,), default=None
            Rows of each list; None: all rows are one list.
        position : array-like of shape (n_rows,), default=None
            Place, from 1, at which each row was shown to whoever graded it; None: not known.
        on_bag : callable, default=None
            Called with the number of bags that are fitted, in this thread; what it raises ends the fit.

        Returns
        -------
        self : ScorecardRanker

        Raises
        ------
        ValueError
            If a parameter, a grade, a list size or a place is out of range, or the prior contradicts `monotonic_cst`.
        """
        validation.check_parameters(self.get_params(deep=False), RANGES, whole=WHOLE)
        rows, grades = validate_data(self, X, y, dtype=np.float64, ensure_all_finite="allow-nan", y_numeric=True)
        grades = validation.checked_grades(grades)
        sizes = validation.checked_sizes(group, len(grades))
        directions = validation.checked_directions(self.monotonic_cst, rows.shape[1])
        log_places = validation.checked_log_places(position, len(grades))
        self.columns_ = columns_of(rows, self.prior_points)
        self.bins_ = Bins.of(rows, self.columns_, most=self.max_bins)
        check_prior(self.columns_, directions)
        random = np.random.default_rng(check_random_state(self.random_state).randint(2**31 - 1))
        course: Anchored | Course
        if any(column.prior for column in self.columns_):
            ladders = [Ladder.of(column, values) for column, values in zip(self.columns_, rows.T, strict=True)]
            self.effects_: Effects = Laddered(ladders)
            plan = (self.n_bags, self.out_of_bag_share, random)
            course = Anchored(ladders, rows, directions, grades, log_places, sizes, *plan)
        else:
            self.effects_ = Binned(self.columns_, self.bins_)
            shares, bounds = self.effects_.shares(rows), slope_bounds(directions)
            task = StartTask(shares, log_places, grades, np.zeros(len(directions)), bounds, 1.0)
            course = self._course(task, sizes, directions, self.bins_.encode(rows), random)
        # several BLAS threads would add in another order
        with (
            threadpool_limits(limits=1, user_api="blas"),
            ThreadPoolExecutor(validation.n_threads(self.n_jobs)) as pool,
        ):
            self._keep(course.run(pool, on_bag or _untold), rows, grades, sizes)
        return self

    def _course(
        self, task: StartTask, sizes: Integers, directions: Integers, codes: Codes, random: np.random.Generator
    ) -> Course:
        n_features = len(codes)
        per_step = min(n_features, max(2, int(np.ceil(self.features_per_step * n_features))))
        rules = StepRules(directions, self.learning_rate, self.fewest_rows, self.shrinkage_rows)
        plan = Plan(self.n_bags, self.out_of_bag_share, self.max_rounds, per_step)
        return Course(task, codes, self.bins_.width, sizes, rules, plan, random)

    def _keep(self, points: Points, rows: Floats, grades: Floats, sizes: Integers) -> None:
        """Set everything that was learned."""
        self.bag_slopes_, self.bag_tables_ = points.slopes, points.tables
        self.slopes_, self.tables_ = points.slopes.mean(axis=0), points.tables.mean(axis=0)
        if np.array_equal(points.tables, np.broadcast_to(points.tables[0], points.tables.shape)):
            self.tables_ = points.tables[0].copy()  # the mean could differ from the prior in the last digit
        self.strength_, self.place_slope_ = points.strength, points.place_slope
        self.round_curve_, self.n_rounds_ = points.curve, points.n_rounds
        self.n_informative_lists_ = len(informative_lists(grades, sizes))
        self.bag_lists_out_ = [bag.lists_out for bag in points.bags]
        self.out_of_bag_scores_ = out_of_bag_scores(self._by_bag(rows), points.bags, grades, sizes)

    def predict(self, X: ArrayLike) -> Floats:
        """Return the score of every row; the higher the better, comparable within a list.

        Parameters
        ----------
        X : array-like of shape (n_rows, n_features)
            NaN where missing.

        Returns
        -------
        ndarray of shape (n_rows,)
        """
        scores: Floats = self.contributions(X).sum(axis=1)
        return scores

    def contributions(self, X: ArrayLike) -> Floats:
        """Return the points that every feature adds to the score.

        Parameters
        ----------
        X : array-like of shape (n_rows, n_features)
            NaN where missing.

        Returns
        -------
        ndarray of shape (n_rows, n_features)
            Each row adds up to its score.
        """
        checked = self._checked(X)
        return self.effects_.contributions(checked, self.slopes_, self.tables_)

    def predict_bags(self, X: ArrayLike) -> Floats:
        """Return the score of every row of `X` by every bag: their spread tells how sure a place is.

        Returns
        -------
        ndarray of shape (n_rows, n_bags)
            Their mean is the score, up to rounding.
        """
        return self._by_bag(self._checked(X))

    def _by_bag(self, X: Floats) -> Floats:
        return self.effects_.by_bag(X, self.bag_slopes_, self.bag_tables_)

    def _checked(self, X: ArrayLike) -> Floats:
        check_is_fitted(self)
        checked: Floats = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False)
        return checked


def _untold(_n_bags: int) -> None:
    """Tell nobody."""
