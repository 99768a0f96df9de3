"""The figures beside a score, made again: the averages, the score interval and the tie band of each place."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from matching.bands import bands, intervals
from matching.recorded_card import RecordedCard
from matching.recorded_list import Certainty, Disagreement, Place, RecordedList
from matching.replay_checks import at_place, differs, plain, points_told
from matching.rules import FAIL
from matching.snapshot import PoolSnapshot
from matching.vocabulary import Text

__all__ = ["FIGURES_NOT_KEPT", "figures_compared"]

#: What is said of a list that was made before the figures were kept.
FIGURES_NOT_KEPT = Text(
    "该名单由旧版本生成，当时未留存平均分、得分区间和并列档，此项未能核对。",
    "The list was made by an earlier release, which kept no averages, intervals or tie bands: they are not covered.",
)
_LABELS = {
    "low": Text("得分区间下限", "low end of the interval"),
    "high": Text("得分区间上限", "high end of the interval"),
    "band": Text("并列档", "tie band"),
}


def figures_compared(
    recorded: RecordedList,
    places: Sequence[Place],
    *,
    snapshot: PoolSnapshot,
    card: RecordedCard,
    person: Callable[[int], Text],
) -> Iterator[Disagreement]:
    """Compare averages, intervals and tie bands with what the record and the bags of the card give."""
    averages = _averages(snapshot, card)
    if recorded.average_score is not None and recorded.average_score != sum(averages.values()):
        what = Text("符合条件者平均分", "The average of the eligible")
        made = points_told(sum(averages.values()))
        yield differs("average_score", what, points_told(recorded.average_score), made)
    is_kept = {(place.rank, place.person_id) for place in recorded.places}
    for place, made_again in zip(places, _certainties(places, snapshot, card), strict=True):
        if (place.rank, place.person_id) not in is_kept:
            continue  # somebody else stands there, which is named already
        who = person(place.person_id)
        kept = recorded.certainties.get(place.rank)
        if kept is not None:
            for key, label in _LABELS.items():
                then, now = getattr(kept, key), getattr(made_again, key)
                if then != now:
                    told = plain if key == "band" else points_told
                    yield differs(
                        f"entries[{place.rank}].{key}", at_place(place.rank, who, label), told(then), told(now)
                    )
        for key, average in recorded.averages.get(place.rank, {}).items():
            if key in averages and average != averages[key]:
                label = Text(f"{card.label(key).zh}平均分", f"average of {card.label(key).en}")
                where = f"entries[{place.rank}].contributions.{key}.average"
                yield differs(where, at_place(place.rank, who, label), points_told(average), points_told(averages[key]))


def _averages(snapshot: PoolSnapshot, card: RecordedCard) -> Mapping[str, int]:
    """Return the average points of the eligible on each criterion, as `matching.explain.averages` rounds them."""
    eligible = snapshot.levels[snapshot.verdicts != FAIL]
    n_eligible = max(len(eligible), 1)
    found = {}
    for column, (key, points) in zip(eligible.T, card.points.items(), strict=True):
        total = int(np.array(points, dtype=np.int64)[column].sum())
        found[key] = (2 * total + n_eligible) // (2 * n_eligible)
    return found


def _certainties(places: Sequence[Place], snapshot: PoolSnapshot, card: RecordedCard) -> list[Certainty]:
    row_of = {who: row for row, who in enumerate(snapshot.person_ids.tolist())}
    rows = np.array([row_of[place.person_id] for place in places], dtype=np.intp)
    scores = np.array([place.score for place in places], dtype=np.int32)
    by_bag = card.bag_scores(snapshot.levels[rows])
    found = zip(intervals(scores, by_bag), bands(scores, by_bag).tolist(), strict=True)
    return [Certainty(interval and interval.low, interval and interval.high, band) for interval, band in found]
