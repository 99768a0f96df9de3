"""What another rulebook or other cards would do: who enters, who leaves, who moves, for each vacancy."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from matching.frames import VacancyFacts
from matching.matcher import Matcher, Ranking
from matching.rules import Rule

__all__ = ["Change", "Move", "VacancyEffect", "policy_effects"]


@dataclass(frozen=True)
class Change:
    """Somebody who may be ranked under one rulebook only, and the first rule of the other that says no."""

    person_id: int
    rule_id: str


@dataclass(frozen=True)
class Move:
    """Another place among the first; None: not among them."""

    person_id: int
    before: int | None
    after: int | None


@dataclass(frozen=True, kw_only=True)
class VacancyEffect:
    """The effect on one vacancy.

    Parameters
    ----------
    vacancy : VacancyFacts
    n_before, n_after : int
        People who may be ranked.
    entered, left : tuple of Change
        In the order of the ranking that they are on.
    n_verdicts : int
        Of those who may be ranked under both: whose verdict differs.
    moves : tuple of Move
        Of the first `top` under either, those whose place differs: by the new places, who lost theirs last.
    """

    vacancy: VacancyFacts
    n_before: int
    n_after: int
    entered: tuple[Change, ...]
    left: tuple[Change, ...]
    n_verdicts: int
    moves: tuple[Move, ...]

    @property
    def is_any(self) -> bool:
        """Whether anything differs."""
        return bool(self.entered or self.left or self.n_verdicts or self.moves)


def policy_effects(
    before: Matcher, after: Matcher, vacancies: Sequence[VacancyFacts], *, checks: pd.DataFrame, top: int
) -> Iterator[VacancyEffect]:
    """Rank everybody under both and yield what differs, vacancy by vacancy.

    Parameters
    ----------
    before, after : Matcher
        Over the same people.
    vacancies : sequence of VacancyFacts
    checks : DataFrame
        Recorded checks and waivers of these vacancies; see `matching.frames.CHECK_COLUMNS`.
    top : int
        How many places count as moved.

    Raises
    ------
    MatchingError
        If a vacancy or the checks cannot be used under one of them.
    """
    touched = [facts for facts in vacancies if _judges_otherwise(before, after, facts)]
    everybody = max(len(before.person_ids), 1)
    rankings = zip(
        touched,
        before.rank(touched, top=everybody, checks=checks),
        after.rank(touched, top=everybody, checks=checks),
        strict=True,
    )
    for facts, was, becomes in rankings:
        own = checks[checks["vacancy_id"] == facts.vacancy_id]
        yield VacancyEffect(
            vacancy=facts,
            n_before=len(was.person_ids),
            n_after=len(becomes.person_ids),
            entered=_changes(was, becomes, matcher=before, facts=facts, checks=own),
            left=_changes(becomes, was, matcher=after, facts=facts, checks=own),
            n_verdicts=_n_verdicts(was, becomes),
            moves=_moves(was, becomes, top=top),
        )


def _judges_otherwise(before: Matcher, after: Matcher, facts: VacancyFacts) -> bool:
    """Say whether rules or points of a vacancy differ; sources, sentences and citations judge nobody."""
    rules = [
        [_judging_part(rule) for rule in matcher.rulebook.rules_for(facts.post, facts.rule_profile)]
        for matcher in (before, after)
    ]
    return rules[0] != rules[1] or before.cards[facts.post].points != after.cards[facts.post].points


def _judging_part(rule: Rule) -> tuple[object, ...]:
    return rule.id, rule.conditions, rule.is_any_of, rule.missing, rule.applies_if, rule.is_waivable


def _changes(
    without: Ranking, within: Ranking, *, matcher: Matcher, facts: VacancyFacts, checks: pd.DataFrame
) -> tuple[Change, ...]:
    """Return who is on one ranking only, with the first failing rule of the other."""
    is_new = ~np.isin(within.person_ids, without.person_ids)
    if not is_new.any():
        return ()
    found = matcher.standing(facts, checks=checks).eligibility
    rows = pd.Index(matcher.person_ids).get_indexer(pd.Index(within.person_ids[is_new]))
    rule_ids = [found.rules[place].id for place in found.first_failing[rows].tolist()]
    return tuple(map(Change, within.person_ids[is_new].tolist(), rule_ids))


def _n_verdicts(was: Ranking, becomes: Ranking) -> int:
    common, first, second = np.intersect1d(was.person_ids, becomes.person_ids, return_indices=True)
    return int((was.verdicts[first] != becomes.verdicts[second]).sum()) if len(common) else 0


def _moves(was: Ranking, becomes: Ranking, *, top: int) -> tuple[Move, ...]:
    first, second = (
        {person_id: place for place, person_id in enumerate(ranking.person_ids[:top].tolist(), start=1)}
        for ranking in (was, becomes)
    )
    moves = [Move(person_id, first.get(person_id), place) for person_id, place in second.items()]
    moves += [Move(person_id, place, None) for person_id, place in first.items() if person_id not in second]
    return tuple(move for move in moves if move.before != move.after)
