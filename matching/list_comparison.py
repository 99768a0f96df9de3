"""The comparison of two lists of one vacancy, each with the record that it was made from."""

from collections.abc import Iterator

import numpy as np

from matching.list_changes import (
    ChangeKind,
    CriterionChange,
    ListChanges,
    ListSide,
    PersonChange,
    RankShift,
    RuleChange,
)
from matching.vocabulary import Text, Verdict

__all__ = ["compare_lists"]


def compare_lists(then: ListSide, now: ListSide) -> ListChanges:
    """Say for everybody on one of the two lists what changed, and through what.

    Parameters
    ----------
    then, now : ListSide

    Notes
    -----
    The difference of two scores is split exactly. With P and Q the cards of then and now and a and b the levels, each
    criterion adds (P[b] - P[a]) through facts and (Q[b] - P[b]) through points. A criterion that only one of the cards
    has, or that has other levels in the other, counts as a change of points alone.
    """
    listed_now = now.order[: now.k].tolist()
    left = [who for who in then.order[: then.k].tolist() if who not in set(listed_now)]
    changes = [_of_person(who, then, now) for who in (*listed_now, *left)]
    changed = tuple(change for change in changes if not _is_as_before(change))
    return ListChanges(people=changed, n_unchanged=len(changes) - len(changed))


def _of_person(who: int, then: ListSide, now: ListSide) -> PersonChange:
    rank_then, rank_now = then.rank_of.get(who), now.rank_of.get(who)
    is_ranked_twice = rank_then is not None and rank_now is not None
    return PersonChange(
        person_id=who,
        kind=_kind(rank_then, rank_now, then, now),
        rank_then=rank_then,
        rank_now=rank_now,
        score_then=_score(who, then),
        score_now=_score(who, now),
        verdict_then=then.verdict_of(who),
        verdict_now=now.verdict_of(who),
        rules=tuple(_rules(who, then, now)),
        criteria=tuple(_criteria(who, then, now)) if is_ranked_twice else (),
        shift=_shift(who, then, now) if is_ranked_twice else None,
    )


def _kind(rank_then: int | None, rank_now: int | None, then: ListSide, now: ListSide) -> ChangeKind:
    was_listed = rank_then is not None and rank_then <= then.k
    is_listed = rank_now is not None and rank_now <= now.k
    if not was_listed:
        return ChangeKind.ENTERED
    if not is_listed:
        return ChangeKind.LEFT
    return ChangeKind.STAYED if rank_then == rank_now else ChangeKind.MOVED


def _is_as_before(change: PersonChange) -> bool:
    return (
        change.kind is ChangeKind.STAYED
        and not change.rules
        and not change.criteria
        and change.verdict_then is change.verdict_now
    )


def _score(who: int, side: ListSide) -> int | None:
    if who not in side.rank_of:
        return None
    return sum(side.card.points[key][level] for key, level in side.levels_of(who).items())


def _rules(who: int, then: ListSide, now: ListSide) -> Iterator[RuleChange]:
    """Name the rules that decide otherwise: of those who are not ranked the first that fails, of the others each."""
    failed, fails = then.failing(who), now.failing(who)
    if failed or fails:
        if failed and fails and failed == fails:
            return
        if failed and who in now.row_of:
            yield _failing_once(failed, then, now, was=True)
        if fails and who in then.row_of:
            yield _failing_once(fails, then, now, was=False)
        return
    if who in then.shown and who in now.shown:
        before, after = then.shown[who].rules, now.shown[who].rules
        for rule_id in dict.fromkeys((*after, *before)):
            (verdict_then, title_then), (verdict_now, title_now) = (
                side.get(rule_id, (None, None)) for side in (before, after)
            )
            if verdict_then != verdict_now:
                yield RuleChange(
                    rule_id=rule_id,
                    title=title_now or title_then or Text(rule_id, rule_id),
                    verdict_then=verdict_then,
                    verdict_now=verdict_now,
                    is_new=rule_id not in before,
                    is_gone=rule_id not in after,
                )


def _failing_once(rule: tuple[str, Text, Text | None], then: ListSide, now: ListSide, *, was: bool) -> RuleChange:
    rule_id, title, sentence = rule
    is_gone, is_new = rule_id not in now.snapshot.rule_ids, rule_id not in then.snapshot.rule_ids
    fail, other = Verdict.FAIL.value, None
    return RuleChange(
        rule_id=rule_id,
        title=title,
        verdict_then=fail if was else other,
        verdict_now=other if was else fail,
        sentence=sentence,
        is_new=is_new,
        is_gone=is_gone,
    )


def _criteria(who: int, then: ListSide, now: ListSide) -> Iterator[CriterionChange]:
    before, after = then.levels_of(who), now.levels_of(who)
    for key in dict.fromkeys((*after, *before)):
        change = _of_criterion(key, who, (then, before.get(key)), (now, after.get(key)))
        if change.through_facts or change.through_points or change.level_then != change.level_now:
            yield change


def _of_criterion(
    key: str, who: int, before: tuple[ListSide, int | None], after: tuple[ListSide, int | None]
) -> CriterionChange:
    (then, level_then), (now, level_now) = before, after
    points_then = 0 if level_then is None else then.card.points[key][level_then]
    points_now = 0 if level_now is None else now.card.points[key][level_now]
    is_alike = level_now is not None and then.card.levels.get(key) == now.card.levels.get(key)
    at_old_points = then.card.points[key][level_now] if is_alike and level_now is not None else points_then
    return CriterionChange(
        criterion_id=key,
        label=now.card.label(key),
        level_then=None if level_then is None else then.card.levels[key][level_then],
        level_now=None if level_now is None else now.card.levels[key][level_now],
        fact_then=then.shown[who].facts.get(key) if who in then.shown else None,
        fact_now=now.shown[who].facts.get(key) if who in now.shown else None,
        points_then=points_then,
        points_now=points_now,
        through_facts=at_old_points - points_then,
        through_points=points_now - at_old_points,
    )


def _shift(who: int, then: ListSide, now: ListSide) -> RankShift:
    in_front_then = then.order[: then.rank_of[who] - 1]
    in_front_now = now.order[: now.rank_of[who] - 1]
    came = np.setdiff1d(in_front_now, in_front_then, assume_unique=True).tolist()
    went = np.setdiff1d(in_front_then, in_front_now, assume_unique=True).tolist()
    n_new = sum(other not in then.rank_of for other in came)
    n_gone = sum(other not in now.rank_of for other in went)
    return RankShift(
        n_overtaken_by=len(came) - n_new,
        n_new_in_front=n_new,
        n_fell_behind=len(went) - n_gone,
        n_gone=n_gone,
    )
