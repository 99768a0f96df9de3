"""Leaks: columns that tell a protected attribute so well that a card learned from them would learn the attribute.

The protected attributes are given apart, for this audit only; they never enter a card. A warning is no verdict: years
of work must grow with age, and somebody has to say whether what they tell beyond that is worth it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata

from matching.errors import FrameError
from matching.vocabulary import Text

__all__ = ["AUC_LIMIT", "MEASURES", "R2_LIMIT", "RANK_LIMIT", "SMALLEST_GROUP", "LeakFinding", "find_leaks"]

#: From here on a column is named: absolute rank correlation with a number (Spearman).
RANK_LIMIT = 0.5
#: Share of a number's variance that the column explains on people it has not seen.
R2_LIMIT = 0.25
#: How well the column tells a group from everybody else on people it has not seen (0.5 is chance, 1 is always).
AUC_LIMIT = 0.75
#: Groups with fewer people than this are not looked at: their figures would be noise and point at single people.
SMALLEST_GROUP = 30

MEASURES = {
    "spearman": Text("秩相关系数（绝对值）", "absolute rank correlation"),
    "r2": Text("对未见人员的解释度 R²", "R² on people not seen"),
    "auc": Text("对未见人员的区分度 AUC", "AUC on people not seen"),
}
_N_FOLDS = 5
_MOST_BINS = 20
_SHRINK = 10  # people at the overall mean that are added to each bin, so that small bins promise nothing

_Numbers = NDArray[np.floating[Any]]


@dataclass(frozen=True, kw_only=True)
class LeakFinding:
    """A column that tells a protected attribute too well.

    Parameters
    ----------
    column, attribute : str
    group : str or None
        The group that is told from everybody else; None where the attribute is a number.
    measure : str
        Key of `MEASURES`.
    value, limit : float
        What was measured, and from where on it is a finding.
    n_people : int
        How many people it was measured on.
    """

    column: str
    attribute: str
    group: str | None
    measure: str
    value: float
    limit: float
    n_people: int

    @property
    def text(self) -> Text:
        """The warning with its figure and what to do."""
        return self.worded({})

    def worded(self, names: Mapping[str, Text]) -> Text:
        """Return the warning with other names of columns, attributes and groups."""
        column, attribute = (names.get(key, Text(key, key)) for key in (self.column, self.attribute))
        if self.group is not None:
            group = names.get(f"{self.attribute}={self.group}", Text(self.group, self.group))
            attribute = Text(f"{attribute.zh} = {group.zh}", f"{attribute.en} = {group.en}")
        name, value, limit = MEASURES[self.measure], f"{self.value:.2f}", f"{self.limit:.2f}"
        return Text(
            f"“{column.zh}”可推知受保护属性“{attribute.zh}”：{name.zh} {value}（界限 {limit}，{self.n_people:,} 人）。"
            "请去掉该列，或书面说明保留的理由。",
            f"'{column.en}' tells the protected attribute '{attribute.en}': {name.en} {value} (limit {limit}, "
            f"{self.n_people:,} people). Remove the column, or write down why it stays.",
        )


def find_leaks(features: pd.DataFrame, protected: pd.DataFrame) -> list[LeakFinding]:
    """Look for columns that tell a protected attribute.

    Parameters
    ----------
    features : DataFrame of shape (n_people, n_columns)
        What a card is learned from: levels or columns of the criteria frame; missing values count as a value of their
        own, for what is not recorded can tell too.
    protected : DataFrame of shape (n_people, n_attributes)
        Age, sex, political status, ethnicity ... of the same people, for this audit only. Numbers are looked at by
        rank correlation and by the variance that a column explains, words by how well it tells each group apart.

    Returns
    -------
    list of LeakFinding
        One for a pair of column and attribute: the measure that is farthest above its limit; the worst first.

    Raises
    ------
    FrameError
        If the frames do not tell of the same people.

    Notes
    -----
    R² and AUC are cross-validated over five folds: in each the column is cut into at most 20 bins of equal size, and a
    bin predicts the mean of its people in the other folds, drawn towards the overall mean. So a relation of any shape
    is seen, and one that is an accident of few people is not. The folds are drawn once, alike on every machine.
    """
    if not features.index.equals(protected.index):
        raise FrameError(Text("两张表的人员不一致。", "The two frames do not tell of the same people."))
    folds = np.random.Generator(np.random.PCG64(0)).permutation(len(features)) % _N_FOLDS
    found = []
    for column in features:
        bins, ranks = _binned(features[column]), _ranks(features[column])
        for attribute in protected:
            measured = _measured(bins, ranks, protected[attribute], folds)
            beyond = [(value / limit, name, value, limit, group, n) for name, value, limit, group, n in measured]
            if beyond and max(beyond)[0] >= 1:
                _, name, value, limit, group, n_people = max(beyond)
                found.append(
                    LeakFinding(
                        column=str(column),
                        attribute=str(attribute),
                        group=group or None,
                        measure=name,
                        value=float(value),
                        limit=limit,
                        n_people=n_people,
                    )
                )
    return sorted(found, key=lambda one: (-one.value / one.limit, one.column, one.attribute))


def _measured(
    bins: NDArray[np.intp], ranks: _Numbers, attribute: "pd.Series[Any]", folds: NDArray[np.intp]
) -> Iterator[tuple[str, float, float, str, int]]:
    """Yield measure, value, limit, group ("" for numbers) and number of people."""
    is_known = attribute.notna().to_numpy()
    n_known = int(is_known.sum())
    if n_known < SMALLEST_GROUP:
        return
    if pd.api.types.is_numeric_dtype(attribute) and not pd.api.types.is_bool_dtype(attribute):
        values = attribute.to_numpy(dtype=np.float64)
        both = is_known & ~np.isnan(ranks)
        if both.sum() >= SMALLEST_GROUP:
            yield "spearman", _rank_correlation(ranks[both], values[both]), RANK_LIMIT, "", int(both.sum())
        predicted = _predicted(bins[is_known], values[is_known], folds[is_known])
        yield "r2", _explained(values[is_known], predicted), R2_LIMIT, "", n_known
        return
    words = attribute.astype("object")
    for group, n_group in words[is_known].value_counts().items():
        if SMALLEST_GROUP <= n_group <= n_known - SMALLEST_GROUP:
            is_in = np.asarray(words[is_known] == group, dtype=np.float64)
            predicted = _predicted(bins[is_known], is_in, folds[is_known])
            yield "auc", _auc(is_in, predicted), AUC_LIMIT, str(group), n_known


def _binned(column: "pd.Series[Any]") -> NDArray[np.intp]:
    """Return a bin for everybody: each value its own if there are few, else bins of equal size; missing apart."""
    if pd.api.types.is_numeric_dtype(column) and column.nunique() > _MOST_BINS:
        numbers = column.to_numpy(dtype=np.float64)
        edges = np.unique(np.nanquantile(numbers, np.linspace(0, 1, _MOST_BINS + 1)[1:-1]))
        return np.where(np.isnan(numbers), 0, np.searchsorted(edges, numbers, side="right") + 1)
    return pd.factorize(column)[0] + 1


def _ranks(column: "pd.Series[Any]") -> _Numbers:
    """Return a column's numbers, NaN for words, which have no order."""
    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy(dtype=np.float64)
    return np.full(len(column), np.nan)


def _predicted(bins: NDArray[np.intp], values: _Numbers, folds: NDArray[np.intp]) -> _Numbers:
    """Return what a bin's people in the other folds say of everybody."""
    predicted, n_bins = np.empty(len(values)), int(bins.max(initial=0)) + 1
    for fold in range(_N_FOLDS):
        held = folds == fold
        overall = values[~held].mean() if (~held).any() else 0.0
        counts = np.bincount(bins[~held], minlength=n_bins)
        sums = np.bincount(bins[~held], weights=values[~held], minlength=n_bins)
        predicted[held] = ((sums + _SHRINK * overall) / (counts + _SHRINK))[bins[held]]
    return predicted


def _rank_correlation(first: _Numbers, second: _Numbers) -> float:
    one, other = rankdata(first), rankdata(second)
    if not (one.std() and other.std()):
        return 0.0
    return float(abs(np.corrcoef(one, other)[0, 1]))


def _explained(values: _Numbers, predicted: _Numbers) -> float:
    total = ((values - values.mean()) ** 2).sum()
    return float(1 - ((values - predicted) ** 2).sum() / total) if total else 0.0


def _auc(is_in: _Numbers, predicted: _Numbers) -> float:
    """Return the share of pairs of one inside and one outside that the prediction orders rightly."""
    n_in = is_in.sum()
    n_out = len(is_in) - n_in
    return float((rankdata(predicted)[is_in == 1].sum() - n_in * (n_in + 1) / 2) / (n_in * n_out))
