"""The course of a fit: bags of lists, their starts, one strength for all, their steps, one number of rounds for all."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from matching.scorecard.arrays import Codes, Floats, Integers
from matching.scorecard.bagging import Bag, Boosting, draw_bags
from matching.scorecard.start import PairwiseStart, StartTask, pairs_per_list
from matching.scorecard.steps import StepRules

STRENGTHS = (1.0, 0.1, 0.01, 0.001)
START_SHARE = 0.5  # a start fitted to the rows of the steps is too sure of itself; half of it lets them disagree
ROUNDS_AT_ONCE = 10
ROUNDS_WITHOUT_GAIN = 30
SMOOTHING_ROUNDS = 7


@dataclass(frozen=True)
class Plan:
    """How many bags and rounds there are.

    Attributes
    ----------
    n_bags : int
    out_share : float
    max_rounds : int
    features_per_step : int
    """

    n_bags: int
    out_share: float
    max_rounds: int
    features_per_step: int


@dataclass(frozen=True)
class Points:
    """What was learned.

    Attributes
    ----------
    slopes : ndarray of shape (n_bags, n_features)
    tables : ndarray of shape (n_bags, n_features, width)
    place_slope : float
    strength : float
    curve : ndarray of shape (n_tried_rounds + 1,)
    n_rounds : int
    bags : list of Bag
        Empty where nothing could be left out.
    """

    slopes: Floats
    tables: Floats
    place_slope: float
    strength: float
    curve: Floats
    n_rounds: int
    bags: list[Bag]


@dataclass(frozen=True)
class Course:
    """One fit.

    Attributes
    ----------
    task : StartTask
    codes : ndarray of shape (n_features, n_rows)
    width : int
        Bins per feature.
    sizes : ndarray of shape (n_lists,)
    rules : StepRules
    plan : Plan
    random : numpy.random.Generator
    """

    task: StartTask
    codes: Codes
    width: int
    sizes: Integers
    rules: StepRules
    plan: Plan
    random: np.random.Generator

    def run(self, pool: Executor, on_bag: Callable[[int], None] = lambda _n_bags: None) -> Points:
        """Learn as much as the lists allow: a single list cannot be left out, so it is fitted with the strongest ridge.

        No list at all gives zero.
        """
        informative = informative_lists(self.task.y, self.sizes)
        if len(informative) < 2:
            return self._unchecked(informative)
        plan = self.plan
        bags = draw_bags(informative, self.sizes, n_bags=plan.n_bags, out_share=plan.out_share, random=self.random)
        for done, _ in enumerate(pool.map(lambda bag: bag.fit_starts(self.task, STRENGTHS), bags), start=1):
            on_bag(done)
        chosen = int(np.argmin(np.mean([bag.losses for bag in bags], axis=0)))
        starts = [np.append(START_SHARE * bag.slopes[chosen][:-1], bag.slopes[chosen][-1]) for bag in bags]
        boostings = [self._boosting(bag, start) for bag, start in zip(bags, starts, strict=True)]
        curve, n_rounds = self._boost(boostings, pool)
        return self._collect(bags, starts, strength=STRENGTHS[chosen], curve=curve, n_rounds=n_rounds)

    def _unchecked(self, informative: Integers) -> Points:
        slopes: Floats = np.zeros(len(self.codes) + 1)
        strength = np.inf
        if len(informative):
            strength = STRENGTHS[0]
            rows = np.flatnonzero(np.repeat(np.arange(len(self.sizes)), self.sizes) == informative[0])
            own, most = self.sizes[informative], pairs_per_list(1)
            fit = PairwiseStart(self.task, rows, own, most_pairs=most, random=self.random)
            slopes = fit.fit(strength, slopes)
        n_bags = self.plan.n_bags
        tables = np.zeros((n_bags, len(self.codes), self.width))
        return Points(np.tile(slopes[:-1], (n_bags, 1)), tables, float(slopes[-1]), strength, np.zeros(0), 0, [])

    def _boosting(self, bag: Bag, start: Floats) -> Boosting:
        return Boosting(
            bag,
            y=self.task.y,
            scores=self.task.shares @ start[:-1],
            place_term=self.task.log_places * start[-1],
            codes=self.codes,
            width=self.width,
            rules=self.rules,
            features_per_step=self.plan.features_per_step,
        )

    def _boost(self, boostings: Sequence[Boosting], pool: Executor) -> tuple[Floats, int]:
        """Run all bags in step until their common curve has stopped rising; return it and the best round."""
        done = 0
        curve = smoothed(np.array([boosting.curve for boosting in boostings]))
        while done < self.plan.max_rounds and done - int(np.argmax(curve.mean(axis=0))) <= ROUNDS_WITHOUT_GAIN:
            more = min(ROUNDS_AT_ONCE, self.plan.max_rounds - done)
            list(pool.map(Boosting.run, boostings, [more] * len(boostings)))
            done += more
            curve = smoothed(np.array([boosting.curve for boosting in boostings]))
        mean = curve.mean(axis=0)
        return mean, int(np.argmax(mean))

    def _collect(
        self, bags: list[Bag], starts: Sequence[Floats], *, strength: float, curve: Floats, n_rounds: int
    ) -> Points:
        """Sum the steps of every bag."""
        tables = np.zeros((len(bags), len(self.codes), self.width))
        for at, bag in enumerate(bags):
            for feature, points in (step for steps in bag.steps[:n_rounds] for step in steps):
                tables[at, feature] += points
        slopes = np.array([start[:-1] for start in starts])
        place_slope = float(np.mean([start[-1] for start in starts]))
        return Points(slopes, tables, place_slope, strength, curve, n_rounds, bags)


def informative_lists(y: Floats, sizes: Integers) -> Integers:
    """Return the lists with rows of different grades."""
    starts = np.cumsum(sizes) - sizes
    return np.flatnonzero(np.maximum.reduceat(y, starts) > np.minimum.reduceat(y, starts))


def smoothed(curves: Floats) -> Floats:
    """Average curves, shape (n_bags, n_rounds + 1), over a moving window; the start alone stays as it is."""
    half = SMOOTHING_ROUNDS // 2
    padded = np.pad(curves, ((0, 0), (half, half)), "edge")
    means: Floats = np.lib.stride_tricks.sliding_window_view(padded, SMOOTHING_ROUNDS, axis=1).mean(axis=2)
    means[:, 0] = curves[:, 0]
    return means


def out_of_bag_scores(scores: Floats, bags: Sequence[Bag], y: Floats, sizes: Integers) -> Floats:
    """Average the scores, shape (n_rows, n_bags), over the bags that never saw the row's list."""
    unseen = np.zeros(scores.shape, bool)
    for at, bag in enumerate(bags):
        unseen[bag.out_rows, at] = True
    if len(bags):  # a list without different grades teaches nothing, so every bag is honest about it
        informative = np.isin(np.arange(len(sizes)), informative_lists(y, sizes))
        unseen[~np.repeat(informative, sizes)] = True
    times = unseen.sum(axis=1)
    return np.where(times > 0, (scores * unseen).sum(axis=1) / np.maximum(times, 1), np.nan)
