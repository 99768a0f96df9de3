"""The one door of the matching core: shortlists with reasons, fast rankings, and the record for a replay."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching.card import Scorecard
from matching.checks import Check, checks_by_vacancy
from matching.eligibility import Eligibility, ExcludedBy, judge
from matching.errors import CardError, FrameError, MatchingError
from matching.explain import strongest_first
from matching.frames import CRITERIA_COLUMNS, VacancyFacts, check_frame
from matching.gate import Candidates, Gate
from matching.kernel import Kernel, Pool
from matching.ordering import best_rows
from matching.results import Entry, Exclusion, Ranking, ShortlistResult, Sieve
from matching.rule_evaluator import RuleEvaluator
from matching.rulebook import Rulebook
from matching.rules import FAIL, TO_VERIFY
from matching.snapshot import PoolSnapshot
from matching.standing import Standing
from matching.vocabulary import PostType, RecordStatus, Text, Verdict
from matching.vocabulary.flags import BEYOND_WISH
from matching.vocabulary.industries import IndustryTerms

__all__ = ["Entry", "Exclusion", "Matcher", "PoolSnapshot", "Ranking", "ShortlistResult", "Sieve"]

_AHEAD = 512  # vacancies that are looked at together, so that those with the same candidates share a product


class Matcher:
    """Matches the people of a pool with vacancies.

    Parameters
    ----------
    eligibility, criteria : DataFrame of shape (n_people, n_columns)
        The same people in the same order; see `matching.frames`. People who are not in the order of person_no are put
        into it.
    rulebook : Rulebook
    cards : mapping of PostType to Scorecard
    industries : IndustryTerms

    Attributes
    ----------
    person_ids : ndarray of int64, shape (n_people,)
        In the order of person_no.
    person_numbers : Series of str
        By person id.
    rulebook, cards
        As given.

    Raises
    ------
    FrameError
        If a frame breaks its contract, or they do not tell of the same people.
    CardError
        If a card stands under another post.
    """

    def __init__(
        self,
        *,
        eligibility: pd.DataFrame,
        criteria: pd.DataFrame,
        rulebook: Rulebook,
        cards: Mapping[PostType, Scorecard],
        industries: IndustryTerms,
    ) -> None:
        check_frame(criteria, CRITERIA_COLUMNS, name="criteria frame")
        if not eligibility.index.equals(criteria.index):
            raise FrameError(Text("两张表的人员不一致。", "The two frames do not tell of the same people."))
        for post, card in cards.items():
            if card.post is not post:
                problem = Text(f"评分卡属于“{card.post}”。", f"The card is one of '{card.post}'.")
                raise CardError(problem, place=f"cards, {post}")
        self.rulebook = rulebook
        self.cards = cards
        self._people = _by_number(eligibility, eligibility)
        self.person_ids: NDArray[np.int64] = self._people.index.to_numpy(dtype=np.int64)
        self.person_numbers: pd.Series = self._people["person_no"]
        self._criteria = _by_number(criteria, eligibility)
        self._industries = industries
        self._pool = Pool(self._criteria, industries=industries)
        self._evaluator = RuleEvaluator(self._people, industries=industries)
        self._gate = Gate(self._evaluator, rulebook=rulebook)
        self._is_verified = (self._people["record_status"] == RecordStatus.VERIFIED).to_numpy(dtype=np.bool_)
        self._kernels: dict[PostType, Kernel] = {}
        self._kernels_among: dict[Candidates, Kernel] = {}

    def shortlist(self, vacancy: VacancyFacts, *, k: int, checks: pd.DataFrame | None = None) -> ShortlistResult:
        """List the best eligible people for a vacancy, with every reason.

        Parameters
        ----------
        vacancy : VacancyFacts
        k : int
            At most so many people, at least 1.
        checks : DataFrame or None
            Recorded checks and waivers; see `matching.eligibility.judge`.

        Raises
        ------
        MatchingError
            If `k` is below 1, or the vacancy or the checks cannot be used.
        """
        _check_length(k, name="k")
        standing = self.standing(vacancy, checks=checks)
        rows = standing.best(k)
        excluded = standing.eligibility.excluded()
        return ShortlistResult(
            vacancy=vacancy,
            as_of=vacancy.as_of,
            rulebook_version=self.rulebook.version,
            card_version=standing.card.version,
            sieve=_sieve(standing.eligibility, n_listed=len(rows)),
            average_score=standing.average_score,
            entries=tuple(self._entries(standing, rows)),
            exclusions=tuple(map(_exclusion, excluded)),
            excluded={by.rule_id: self.person_ids[by.rows] for by in excluded},
        )

    def standing(self, vacancy: VacancyFacts, *, checks: pd.DataFrame | None = None) -> Standing:
        """Return how everybody stands for a vacancy, for explanations and what-ifs; errors as for `shortlist`."""
        (standing,) = self.standings([vacancy], checks={} if checks is None else {vacancy.vacancy_id: checks})
        return standing

    def standings(self, vacancies: Sequence[VacancyFacts], *, checks: Mapping[int, pd.DataFrame]) -> Iterator[Standing]:
        """Yield `standing` for many vacancies, posts of one kind together, which is faster; checks by vacancy."""
        by_post: dict[PostType, list[VacancyFacts]] = {}
        for vacancy in vacancies:
            by_post.setdefault(self._card(vacancy).post, []).append(vacancy)
        for post, own in by_post.items():
            card, pool = self.cards[post], self._pool.encoded(self.cards[post])
            for vacancy, scores in zip(own, self._kernel(post).in_turn(own), strict=True):
                known = checks.get(vacancy.vacancy_id)
                found = judge(self._evaluator, vacancy=vacancy, rulebook=self.rulebook, checks=known)
                yield Standing(
                    vacancy=vacancy, card=card, people=self._criteria, industries=self._industries, pool=pool,
                    eligibility=found, is_verified=self._is_verified, scores=scores,
                )  # fmt: skip

    def rank(
        self, vacancies: Sequence[VacancyFacts], *, top: int, checks: pd.DataFrame | None = None
    ) -> Iterator[Ranking]:
        """Yield the best people for each vacancy in the given order, without reasons.

        The order and the scores are those of `shortlist`.

        Raises
        ------
        MatchingError
            If `top` is below 1, or a vacancy or the checks cannot be used.
        """
        _check_length(top, name="top")
        dealt = checks_by_vacancy(checks, people=self._people.index)
        for start in range(0, len(vacancies), _AHEAD):
            yield from self._rankings(vacancies[start : start + _AHEAD], top=top, checks=dealt)

    def snapshot(self, vacancy: VacancyFacts, *, checks: pd.DataFrame | None = None) -> PoolSnapshot:
        """Record everybody's verdict and levels for a vacancy, from which its shortlist can be made again."""
        card = self._card(vacancy)
        eligibility = judge(self._evaluator, vacancy=vacancy, rulebook=self.rulebook, checks=checks)
        return PoolSnapshot(
            vacancy_id=vacancy.vacancy_id,
            as_of=vacancy.as_of,
            rulebook_version=self.rulebook.version,
            card_version=card.version,
            criteria=tuple(card.points),
            rule_ids=tuple(rule.id for rule in eligibility.rules),
            person_ids=self.person_ids,
            verdicts=eligibility.verdict,
            first_failing=eligibility.first_failing,
            reasons=_reasons(eligibility),
            levels=self.levels(card, vacancy),
        )

    def levels(self, card: Scorecard, vacancy: VacancyFacts) -> NDArray[np.int8]:
        """Return everybody's levels for a vacancy in the order of a card, shape (n_people, n_criteria)."""
        return self._pool.levels(card, vacancy)

    def _card(self, vacancy: VacancyFacts) -> Scorecard:
        if vacancy.post not in self.cards:
            problem = Text(f"岗位“{vacancy.post}”没有评分卡。", f"There is no card for the post '{vacancy.post}'.")
            raise CardError(problem, place=vacancy.vacancy_no)
        return self.cards[vacancy.post]

    def _kernel(self, post: PostType) -> Kernel:
        if post not in self._kernels:
            self._kernels[post] = Kernel(self.cards[post], self._pool)
        return self._kernels[post]

    def _kernel_among(self, candidates: Candidates, post: PostType) -> Kernel:
        if candidates not in self._kernels_among:
            self._kernels_among[candidates] = self._kernel(post).among(candidates.rows)
        return self._kernels_among[candidates]

    def _rankings(
        self, vacancies: Sequence[VacancyFacts], *, top: int, checks: Mapping[int, Sequence[Check]]
    ) -> list[Ranking]:
        """Rank vacancies with the same candidates together, and return the rankings in the given order."""
        alike: dict[Candidates, list[int]] = {}
        for place, vacancy in enumerate(vacancies):
            self._card(vacancy)
            candidates = self._gate.candidates(vacancy, checks=checks.get(vacancy.vacancy_id, ()))
            alike.setdefault(candidates, []).append(place)
        rankings: dict[int, Ranking] = {}
        for candidates, places in alike.items():
            if not len(candidates.rows):  # as for most posts where one changed person is ranked alone
                rankings |= {place: Ranking.of_nobody(vacancies[place].vacancy_id) for place in places}
                continue
            together = [vacancies[place] for place in places]
            kernel = self._kernel_among(candidates, together[0].post)
            for place, vacancy, scores in zip(places, together, kernel.in_turn(together), strict=True):
                known = checks.get(vacancy.vacancy_id, ())
                verdicts = self._gate.verdicts(vacancy, candidates=candidates, checks=known)
                rankings[place] = self._ranking(vacancy, candidates.rows, scores, verdicts, top)
        return [rankings[place] for place in range(len(vacancies))]

    def _ranking(
        self,
        vacancy: VacancyFacts,
        rows: NDArray[np.intp],
        scores: NDArray[np.int16],
        verdicts: NDArray[np.int8],
        top: int,
    ) -> Ranking:
        admitted = (verdicts != FAIL).nonzero()[0]
        best = admitted[best_rows(scores.take(admitted), top)]
        return Ranking(
            vacancy_id=vacancy.vacancy_id,
            person_ids=self.person_ids[rows[best]],
            scores=scores[best].astype(np.int32),
            verdicts=verdicts[best],
            n_eligible=len(admitted),
            n_to_verify=int((verdicts == TO_VERIFY).sum()),
        )

    def _entries(self, standing: Standing, rows: NDArray[np.intp]) -> Iterator[Entry]:
        said = zip(
            rows.tolist(),
            standing.reasons(rows),
            standing.intervals_of(rows),
            standing.bands_of(rows).tolist(),
            strict=True,
        )
        for rank, (row, parts, interval, band) in enumerate(said, start=1):
            yield Entry(
                person_id=int(self.person_ids[row]),
                rank=rank,
                score=int(standing.scores[row]),
                interval=interval,
                band=band,
                verdict=standing.eligibility.verdict_of(row),
                outcomes=tuple(standing.eligibility.outcomes(row)),
                contributions=strongest_first(parts),
                flags=self._flags(row, standing.vacancy),
            )

    def _flags(self, row: int, vacancy: VacancyFacts) -> tuple[str, ...]:
        wishes = ("willing_posts", str(vacancy.post)), ("willing_county_codes", vacancy.county_code)
        return (BEYOND_WISH,) * any(_is_beyond(self._people[name].iloc[row], offered) for name, offered in wishes)


def _by_number(frame: pd.DataFrame, eligibility: pd.DataFrame) -> pd.DataFrame:
    numbers = eligibility["person_no"]
    if numbers.is_monotonic_increasing:
        return frame
    return frame.iloc[np.argsort(numbers.to_numpy(dtype=object), kind="stable")]


def _check_length(length: int, *, name: str) -> None:
    if length < 1:
        problem = Text(f"{name} 应至少为 1，现为 {length}。", f"{name} must be at least 1, it is {length}.")
        raise MatchingError(problem, place=name)


def _is_beyond(wished: object, offered: str | None) -> bool:
    """Say whether a wish was given that leaves out what is offered; no wish and an unknown offer leave out nothing."""
    return isinstance(wished, str) and wished != "" and offered is not None and offered not in wished.split("|")


def _exclusion(by: ExcludedBy) -> Exclusion:
    return Exclusion(rule_id=by.rule_id, title=by.title, basis=by.basis, n_people=len(by.rows), reasons=by.reasons)


def _reasons(eligibility: Eligibility) -> NDArray[np.int32]:
    reasons = np.full(len(eligibility.verdict), -1, dtype=np.int32)
    for by in eligibility.excluded():
        reasons[by.rows] = by.reason_of
    return reasons


def _sieve(eligibility: Eligibility, *, n_listed: int) -> Sieve:
    n_pool, counts = len(eligibility.verdict), eligibility.counts
    return Sieve(
        n_pool=n_pool, n_eligible=n_pool - counts[Verdict.FAIL], n_pass=counts[Verdict.PASS], n_listed=n_listed,
        n_to_verify=counts[Verdict.TO_VERIFY], n_waived=counts[Verdict.WAIVED],
    )  # fmt: skip
