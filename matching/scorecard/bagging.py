"""One bag of lists: its rows, its linear start and its boosted steps, judged on the lists left out."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from matching.scorecard.arrays import Codes, Floats, Integers
from matching.scorecard.lists import rows_of
from matching.scorecard.objective import LambdaRank, ListwiseGain
from matching.scorecard.start import PairwiseStart, StartTask, pairs_per_list
from matching.scorecard.steps import Candidates, Cuts, StepRules, candidates, rows_by_bin

ROWS_PER_ROUND = 5_000  # more rows make a round dearer, not better


@dataclass
class Bag:
    """A part of the lists and the lists left out of it.

    Attributes
    ----------
    rows, sizes : ndarray
        Rows and list sizes of the part that is learned from.
    out_rows, out_sizes : ndarray
        The same of the lists left out.
    lists_out : ndarray
        The lists left out.
    random : numpy.random.Generator
        The bag's own, so that the order in which threads run changes nothing.
    slopes : list of ndarray of shape (n_features + 1,)
        One linear start for each strength of the ridge.
    losses : ndarray of shape (n_strengths,)
        Mean loss of the pairs left out with each of them.
    steps : list of list of (int, ndarray)
        Feature and points per bin of the steps of each round.
    """

    rows: Integers
    sizes: Integers
    out_rows: Integers
    out_sizes: Integers
    lists_out: Integers
    random: np.random.Generator
    slopes: list[Floats] = field(default_factory=list)
    losses: Floats = field(default_factory=lambda: np.zeros(0))
    steps: list[list[tuple[int, Floats]]] = field(default_factory=list)

    def fit_starts(self, task: StartTask, strengths: Sequence[float]) -> None:
        """Fit the linear start for every strength, each from the one before, and judge it on the pairs left out."""
        most = pairs_per_list(len(self.sizes))
        start = PairwiseStart(task, self.rows, self.sizes, most_pairs=most, random=self.random)
        left_out = PairwiseStart(task, self.out_rows, self.out_sizes, most_pairs=most, random=self.random)
        slopes = np.append(task.prior, 0.0)
        for strength in strengths:
            slopes = start.fit(strength, slopes)
            self.slopes.append(slopes)
        self.losses = np.array([left_out.loss(slopes) for slopes in self.slopes])


def draw_bags(
    informative: Integers, sizes: Integers, *, n_bags: int, out_share: float, random: np.random.Generator
) -> list[Bag]:
    """Leave a different part of the lists out of each bag, every list about equally often.

    Parameters
    ----------
    informative : ndarray of shape (n_informative,)
        Lists with rows of different grades, at least 2.
    sizes : ndarray of shape (n_lists,)
    n_bags : int
    out_share : float
        Share of the informative lists that is left out of a bag.
    random : numpy.random.Generator
    """
    n_out = min(max(1, round(out_share * len(informative))), len(informative) - 1)
    pool = np.zeros(0, int)
    bags = []
    for seed in random.spawn(n_bags):
        if len(pool) < n_out:
            pool = random.permutation(informative)
        out, pool = np.sort(pool[:n_out]), pool[n_out:]
        kept = np.setdiff1d(informative, out)
        bags.append(Bag(rows_of(kept, sizes), sizes[kept], rows_of(out, sizes), sizes[out], out, seed))
    return bags


class Part:
    """Some lists of a bag, the rows of one round.

    Parameters
    ----------
    rows : ndarray of shape (n_part_rows,)
        Rows of the bag, list after list.
    sizes : ndarray of shape (n_part_lists,)
    y, place_term : ndarray of shape (n_bag_rows,)
    codes : ndarray of shape (n_features, n_bag_rows)
    width : int
        Bins per feature.
    rules : StepRules
    """

    def __init__(
        self,
        rows: Integers,
        sizes: Integers,
        *,
        y: Floats,
        place_term: Floats,
        codes: Codes,
        width: int,
        rules: StepRules,
    ) -> None:
        self.rows, self.rules = rows, rules
        self.codes = np.ascontiguousarray(codes[:, rows])
        self.loss = LambdaRank(y[rows], sizes, place_term[rows])
        self.cuts = Cuts(rows_by_bin(self.codes, width), rules)

    def candidates(self, scores: Floats, random: np.random.Generator) -> Candidates:
        """Price a step of every feature, at a random cut, at the scores of the bag, shape (n_bag_rows,)."""
        derivatives = np.column_stack(self.loss(scores[self.rows]))
        return candidates(self.codes, derivatives, self.cuts, cut=self.cuts.draw(random), rules=self.rules)


class Boosting:
    """Adds one-feature steps to the start of a bag.

    A round computes the gradient once, draws one cut of each feature, splits the features at random into parts and
    takes the best step of each part. So one pass over the rows pays for several small steps, and no feature crowds out
    its likes. Where a bag has more than `ROWS_PER_ROUND` rows, the rounds take turns with parts of its lists.

    Parameters
    ----------
    bag : Bag
    y : ndarray of shape (n_rows,)
    scores : ndarray of shape (n_rows,)
        Of the linear start.
    place_term : ndarray of shape (n_rows,)
    codes : ndarray of shape (n_features, n_rows)
    width : int
        Bins per feature.
    rules : StepRules
    features_per_step : int

    Attributes
    ----------
    curve : list of float
        Mean NDCG of (at most `ROWS_PER_ROUND` rows of) the lists left out after each round, the first before any.

    References
    ----------
    Friedman, J. (2002). Stochastic gradient boosting. Computational Statistics & Data Analysis 38(4).
    """

    def __init__(
        self,
        bag: Bag,
        *,
        y: Floats,
        scores: Floats,
        place_term: Floats,
        codes: Codes,
        width: int,
        rules: StepRules,
        features_per_step: int,
    ) -> None:
        self.bag, self.learning_rate, self.width, self.per_step = bag, rules.learning_rate, width, features_per_step
        self.scores, self.codes = scores[bag.rows], np.ascontiguousarray(codes[:, bag.rows])
        own_y, own_places = y[bag.rows], place_term[bag.rows]
        self.parts = [
            Part(
                rows_of(part, bag.sizes),
                bag.sizes[part],
                y=own_y,
                place_term=own_places,
                codes=self.codes,
                width=width,
                rules=rules,
            )
            for part in parts_of(bag.sizes, bag.random)
        ]
        lists = parts_of(bag.out_sizes, bag.random)[0]
        judged = bag.out_rows[rows_of(lists, bag.out_sizes)]
        self.judged_scores, self.judged_codes = scores[judged], np.ascontiguousarray(codes[:, judged])
        self.judged_place_term = place_term[judged]
        self.gain = ListwiseGain(y[judged], bag.out_sizes[lists])
        self.curve: list[float] = []
        self.note()

    def note(self) -> None:
        """Append the NDCG of lists left out to the curve."""
        self.curve.append(float(self.gain(self.judged_scores + self.judged_place_term).mean()))

    def run(self, n_rounds: int) -> None:
        """Take some more rounds."""
        for _ in range(n_rounds):
            part = self.parts[len(self.bag.steps) % len(self.parts)]
            found = part.candidates(self.scores, self.bag.random)
            order = self.bag.random.permutation(len(self.codes))
            taken = []
            for first in range(0, len(order) - self.per_step + 1, self.per_step):
                best = found.best(order[first : first + self.per_step])
                if best is not None:
                    taken.append((best, self.learning_rate * found.points(best, self.width)))
            for feature, points in taken:
                self.scores += points[self.codes[feature]]
                self.judged_scores += points[self.judged_codes[feature]]
            self.bag.steps.append(taken)
            self.note()


def parts_of(sizes: Integers, random: np.random.Generator) -> list[Integers]:
    """Split lists at random into parts of about equal numbers of rows, at most about `ROWS_PER_ROUND` each."""
    n_parts = int(np.ceil(sizes.sum() / ROWS_PER_ROUND))
    order = np.arange(len(sizes)) if n_parts == 1 else random.permutation(len(sizes))
    part = np.minimum(np.cumsum(sizes[order]) * n_parts // (sizes.sum() + 1), n_parts - 1)
    return [np.sort(order[part == at]) for at in np.unique(part)]
