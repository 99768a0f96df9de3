"""Builders of review histories with a known taste."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
from builders_pool import PlainRulebook

from matching.card import policy_card
from matching.training import DECISION_COLUMNS, TrainingLists, label
from matching.vocabulary import PostType

POST = PostType.HONORARY_VILLAGE_HEAD  # six criteria: quick


def a_policy():
    return policy_card(PlainRulebook(), POST)


def decisions_of(*rows, vacancy_no="V1", reviewer_no="7001", decided_on=date(2026, 3, 1)):
    """Decisions; a row is (shown_rank, decision, has_reason, stage_reached, appraisal), the end optional."""
    filled = [(*row, *(None,) * (5 - len(row))) for row in rows]
    return pd.DataFrame(
        [
            (vacancy_no, 100 + place, reviewer_no, rank, decision, bool(reason), stage, appraisal, decided_on)
            for place, (rank, decision, reason, stage, appraisal) in enumerate(filled)
        ],
        columns=list(DECISION_COLUMNS),
    )


def taste_of(policy):
    """What reviewers truly value: the criteria of the policy in the opposite order of weight."""
    tables = [np.array(points, dtype=float) for points in policy.points.values()]
    best = [table.max() for table in tables]
    return [table / most * other for table, most, other in zip(tables, best, reversed(best), strict=True)]


def utility(taste, levels):
    """Worth of people by a taste."""
    return sum(table[levels[:, place]] for place, table in enumerate(taste))


def a_crowd(seed, *, n, policy):
    """Levels of people drawn at random, shape (n, n_criteria)."""
    random = np.random.default_rng(seed)
    return np.column_stack([random.integers(0, len(points), n) for points in policy.points.values()]).astype(np.int8)


def reviewed_lists(seed, *, n_lists, size=15, noise=0.1, policy=None, explains=True):
    """Lists of the policy's best of 60 people each, graded by another taste; lower places are overlooked more often."""
    policy = policy or a_policy()
    taste, random, frames, levels = taste_of(policy), np.random.default_rng(seed), [], []
    for number in range(n_lists):
        crowd = a_crowd(random.integers(2**31), n=60, policy=policy)
        shown = crowd[np.argsort(-policy.score(crowd), kind="stable")[:size]]
        liking = utility(taste, shown) + noise * 3000 * random.normal(size=size)
        looked = random.random(size) < 1 / (1 + 0.07 * np.arange(size))
        order = np.argsort(np.argsort(-liking))
        said = np.where(order < size // 3, "recommend", np.where(order < 2 * size // 3, "reserve", "not_suitable"))
        said = np.where(looked, said, "not_suitable")
        rows = [
            (place + 1, word, explains and look) for place, (word, look) in enumerate(zip(said, looked, strict=True))
        ]
        frame = decisions_of(
            *rows, vacancy_no=f"V{number:04}", decided_on=date(2023, 1, 1) + timedelta(days=20 * number)
        )
        frames.append(frame.assign(person_id=1000 * number + np.arange(size)))
        levels.append(pd.DataFrame(shown, index=1000 * number + np.arange(size)))
    found = label(pd.concat(frames, ignore_index=True))
    own = pd.concat(levels).loc[found.frame["person_id"]].to_numpy(dtype=np.int8)
    by_list = found.frame.groupby("vacancy_no", sort=False)
    return TrainingLists(
        criteria=tuple(policy.points),
        vacancy_nos=tuple(by_list.groups),
        decided_on=tuple(day.isoformat() for day in by_list["decided_on"].max()),
        sizes=by_list.size().to_numpy(dtype=np.int64),
        levels=own,
        grades=found.frame["grade"].to_numpy(),
        places=found.frame["place"].to_numpy(),
    ), found
