"""The demo city as a test bench of learning: its review history, and the hidden truth to judge cards by."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching.card import Scorecard
from matching.kernel import Pool
from matching.training import Labels, TrainingLists, label
from matching.vocabulary import PostType
from matching.vocabulary.industries import IndustryTerms
from seed_data.demo_city import generate
from seed_data.demo_city.geography import Geography
from seed_data.demo_city.policy import Desk
from seed_data.demo_city.truth import true_utility

__all__ = ["ReviewedCity", "Trial", "truth_ndcg"]

DEPTH = 10
N_TRIALS = 60  # open vacancies of each post that cards are judged on


@dataclass(frozen=True, eq=False)
class Trial:
    """Everybody eligible for one open vacancy.

    Parameters
    ----------
    levels : ndarray of int8, shape (n_people, n_criteria)
    utility : ndarray of shape (n_people,)
        What each is truly worth to the reviewers; no card ever sees it.
    """

    levels: NDArray[np.int8]
    utility: NDArray[np.float64]


class ReviewedCity:
    """One drawing of the demo city.

    Parameters
    ----------
    seed : int
    gives_reasons : bool
        False: as if no reviewer had ever given a reason, so that an overlooked place and a refusal look alike.
    """

    def __init__(self, seed: int, *, gives_reasons: bool = True) -> None:
        self.city = generate(seed)
        geography = Geography(self.city.counties, self.city.townships, self.city.villages, {}, np.zeros(0, dtype=int))
        self.desk = Desk(geography, people=self.city.people, vacancies=self.city.vacancies)
        self.gives_reasons = gives_reasons
        self._place_of = {vacancy["vacancy_no"]: place for place, vacancy in enumerate(self.city.vacancies)}
        self._pool = Pool(self.desk.criteria, industries=IndustryTerms.shipped())

    @property
    def policies(self) -> dict[PostType, Scorecard]:
        """The policy card of each post."""
        return dict(self.desk.matcher.cards)

    @cached_property
    def decisions(self) -> pd.DataFrame:
        """All review decisions, as `matching.training.label` reads them, with the post."""
        ids = {person["person_no"]: number for number, person in enumerate(self.city.people, start=1)}
        rows = [
            {
                **{key: one[key] for key in ("vacancy_no", "reviewer_no", "shown_rank", "appraisal", "decided_on")},
                "person_id": ids[one["person_no"]],
                "decision": str(one["decision"]),
                "stage_reached": one["stage_reached"],
                "has_reason": self.gives_reasons and one["reason_codes"] is not None,
                "post": self.desk.facts[self._place_of[one["vacancy_no"]]].post,
            }
            for one in self.city.decisions
        ]
        return pd.DataFrame(rows)

    def history(self, n_vacancies: int) -> dict[PostType, tuple[TrainingLists, Labels]]:
        """Return the lists of the first vacancies that were decided, of all posts together, post by post."""
        days = self.decisions.groupby("vacancy_no")["decided_on"].max()
        first = days.reset_index().sort_values(["decided_on", "vacancy_no"])["vacancy_no"].head(n_vacancies)
        known = self.decisions[self.decisions["vacancy_no"].isin(first)]
        return {post: self._lists(post, known[known["post"] == post]) for post in PostType}

    @cached_property
    def trials(self) -> dict[PostType, list[Trial]]:
        """Open vacancies to judge cards on, post by post."""
        found: dict[PostType, list[Trial]] = {post: [] for post in PostType}
        for facts, vacancy in zip(self.desk.facts, self.city.vacancies, strict=True):
            if vacancy["vacancy_status"].is_open and len(found[facts.post]) < N_TRIALS:
                (ranking,) = self.desk.matcher.rank([facts], top=len(self.desk.criteria))
                utility = true_utility(self.desk.criteria.loc[ranking.person_ids], facts, facts.post)
                found[facts.post].append(Trial(self._levels(facts.vacancy_no, ranking.person_ids), utility))
        return found

    def _lists(self, post: PostType, known: pd.DataFrame) -> tuple[TrainingLists, Labels]:
        labels = label(known)
        by_list = labels.frame.groupby("vacancy_no", sort=False)
        levels = [self._levels(str(number), own["person_id"].to_numpy()) for number, own in by_list]
        n_criteria = len(self.policies[post].points)
        lists = TrainingLists(
            criteria=tuple(self.policies[post].points),
            vacancy_nos=tuple(str(number) for number in by_list.groups),
            decided_on=tuple(day.isoformat() for day in by_list["decided_on"].max()),
            sizes=np.asarray(by_list.size(), dtype=np.int64),
            levels=np.vstack(levels) if levels else np.zeros((0, n_criteria), dtype=np.int8),
            grades=labels.frame["grade"].to_numpy(dtype=np.float64),
            places=labels.frame["place"].to_numpy(dtype=np.int64),
        )
        return lists, labels

    def _levels(self, vacancy_no: str, person_ids: NDArray[np.int64]) -> NDArray[np.int8]:
        facts = self.desk.facts[self._place_of[vacancy_no]]
        rows = self.desk.criteria.index.get_indexer(pd.Index(person_ids))
        own: NDArray[np.int8] = self._pool.levels(self.policies[facts.post], facts)[rows]
        return own


def truth_ndcg(scores: NDArray[np.number], utility: NDArray[np.float64]) -> float:
    """Return NDCG@10 against the truth; the gain is the utility between the worst and the best of the eligible."""
    gain = (utility - utility.min()) / np.ptp(utility)
    discount = 1 / np.log2(np.arange(2, DEPTH + 2))
    top = np.argsort(-scores, kind="stable")[:DEPTH]
    best = -np.sort(-gain)[:DEPTH]
    return float(gain[top] @ discount[: len(top)] / (best @ discount[: len(best)]))
