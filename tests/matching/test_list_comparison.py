"""Two lists of one vacancy: who entered, left or moved, and a split of every score that is exact."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from builders_pool import a_pool, vacancy_facts
from builders_replay import a_matcher, a_side, an_open_vacancy, named, random_card
from hypothesis import given
from hypothesis import strategies as st

from matching.change_sentences import heading_of, reasons_of, summary_of
from matching.list_changes import ChangeKind, ListSide, RankShift, Shown
from matching.list_comparison import compare_lists
from matching.recorded_card import RecordedCard
from matching.rules import FAIL
from matching.snapshot import PoolSnapshot
from matching.vocabulary import PostType, Text, Verdict

SEEDS = st.integers(0, 10_000)
POST = PostType.FIRST_SECRETARY


def later(frames, *, seed):
    """Return the pool some time later: a few left, a few came, facts and consents changed."""
    eligibility, criteria = (frame.copy() for frame in frames)
    other_eligibility, other_criteria = a_pool(len(eligibility), seed=seed + 1)
    rng = np.random.default_rng(seed)
    changed = rng.random(len(eligibility)) < 0.3
    eligibility.loc[changed, "consent_matching"] = other_eligibility.loc[changed, "consent_matching"]
    for column in ("rural_work_years", "n_projects_won", "training_hours", "industries", "title_rank"):
        criteria.loc[changed, column] = other_criteria.loc[changed, column]
        if column in eligibility:
            eligibility.loc[changed, column] = other_criteria.loc[changed, column]
    newcomers = other_eligibility.iloc[:5].set_index(other_eligibility.index[:5] + 5_000)
    newcomers = newcomers.assign(person_no=[f"N{i}" for i in range(5)])
    stays = rng.random(len(eligibility)) > 0.1
    return (
        pd.concat([eligibility[stays], newcomers]),
        pd.concat([criteria[stays], other_criteria.iloc[:5].set_index(newcomers.index)]),
    )


def two_sides(seed, *, k=8):
    frames, vacancy = a_pool(80, seed=seed, unknown_share=0.03), an_open_vacancy(seed=seed, post=POST)
    then = a_matcher(frames=frames, cards={POST: random_card(POST, seed=seed)})
    now = a_matcher(frames=later(frames, seed=seed), cards={POST: random_card(POST, seed=seed + 1)})
    return a_side(then, vacancy, k=k), a_side(now, vacancy, k=k)


@given(SEEDS)
def test_a_list_does_not_differ_from_itself(seed):
    side, _ = two_sides(seed)
    changes = compare_lists(side, side)
    assert changes.people == ()
    assert changes.is_same_list
    assert changes.n_unchanged == min(side.k, len(side.order))
    assert summary_of(changes) == Text("与当时相比没有变化。", "Nothing has changed.")


@given(SEEDS)
def test_facts_and_points_split_every_difference_of_scores_exactly(seed):
    then, now = two_sides(seed)
    n_split = 0
    for change in compare_lists(then, now).people:
        if change.score_then is None or change.score_now is None:
            assert change.criteria == ()
            continue
        n_split += 1
        assert change.score_now - change.score_then == change.through_facts + change.through_points
        for part in change.criteria:
            assert part.points_now - part.points_then == part.through_facts + part.through_points
            if part.level_then == part.level_now:
                assert part.through_facts == 0
    assert n_split or not len(then.order) or not len(now.order)


@given(SEEDS)
def test_the_place_moves_by_who_came_in_front_less_who_went(seed):
    then, now = two_sides(seed)
    for change in compare_lists(then, now).people:
        if change.rank_then is not None and change.rank_now is not None:
            assert change.shift is not None
            assert change.shift.places == change.rank_now - change.rank_then
        else:
            assert change.shift is None


@given(SEEDS)
def test_everybody_on_either_list_is_accounted_for_once(seed):
    then, now = two_sides(seed)
    changes = compare_lists(then, now)
    on_then, on_now = set(then.order[: then.k].tolist()), set(now.order[: now.k].tolist())
    told = [change.person_id for change in changes.people]
    assert len(set(told)) == len(told)
    assert set(told) <= on_then | on_now
    assert len(told) + changes.n_unchanged == len(on_then | on_now)
    assert {c.person_id for c in changes.people if c.kind is ChangeKind.ENTERED} == on_now - on_then
    assert {c.person_id for c in changes.people if c.kind is ChangeKind.LEFT} == on_then - on_now


@given(SEEDS)
def test_every_line_is_there_in_both_languages(seed):
    then, now = two_sides(seed)
    changes = compare_lists(then, now)
    for change in changes.people:
        lines = [heading_of(change, person=named(change.person_id)), *reasons_of(change)]
        assert change.kind is ChangeKind.STAYED or len(lines) > 1, lines
        for line in lines:
            assert line.zh
            assert line.en
            assert not set("{}") & set(line.zh + line.en)


# Hand-computed: four people, two criteria. title: 0 none, 25, 50, 75, 100 %; honours likewise.
def a_card(title, honours):
    document = {
        "schema": "talentpool.scorecard/1", "post": "first_secretary", "source": "learned", "rulebook_version": "b",
        "criteria": [_criterion("title", title)] + ([_criterion("honours", honours)] if honours else []),
        "version": "",
    }  # fmt: skip
    return RecordedCard.from_document(document)


def _criterion(key, points):
    names = [
        {"zh": f"{place}级", "en": f"step {place}", "points": earned} for place, earned in enumerate(points[1:], 1)
    ]
    return {"id": key, "missing": points[0], "levels": names}


TITLE = (0, 0, 1000, 2000, 3000, 4000)
HONOURS = (0, 0, 1500, 3000, 4500, 6000)
CARD = a_card(TITLE, HONOURS)


def a_small_side(people, *, card=CARD, k=2, rules=("C-01", "FS-01")):
    """Return a side of people: id -> levels, and the first failing rule or None."""
    failing = np.array([-1 if rule is None else rules.index(rule) for *_, rule in people.values()], dtype=np.int16)
    criteria = tuple(card.points)
    snapshot = PoolSnapshot(
        vacancy_id=1, as_of=vacancy_facts().as_of, rulebook_version="b", card_version=card.version, criteria=criteria,
        rule_ids=rules, person_ids=np.array(list(people)), first_failing=failing,
        verdicts=np.where(failing >= 0, FAIL, 2).astype(np.int8), reasons=np.minimum(failing, 0).astype(np.int32),
        levels=np.array([levels[: len(criteria)] for *levels, _ in people.values()], dtype=np.int8),
    )  # fmt: skip
    return ListSide(snapshot=snapshot, card=card, k=k)


THEN = {1: (5, 5, None), 2: (4, 4, None), 3: (3, 3, None), 4: (2, 2, None)}


def the_change(then, now, who):
    (change,) = [change for change in compare_lists(then, now).people if change.person_id == who]
    return change


def test_a_better_fact_lets_somebody_enter_and_pushes_another_out():
    then, now = a_small_side(THEN), a_small_side({**THEN, 3: (3, 5, None)})
    entered, left = the_change(then, now, 3), the_change(then, now, 2)
    assert (entered.kind, entered.rank_then, entered.rank_now) == (ChangeKind.ENTERED, 3, 2)
    assert (entered.score_then, entered.score_now, entered.through_facts, entered.through_points) == (
        5000, 8000, 3000, 0,
    )  # fmt: skip
    assert heading_of(entered, person=named(3)).en == (
        "#3  entered: place 3 → place 2; score 50.00 → 80.00 (+30.00 = facts +30.00, points 0.00)"
    )
    assert [line.en for line in reasons_of(entered)] == [
        "honours: step 3 → step 5, fact +30.00",
        "Place \N{MINUS SIGN}1: 1 formerly in front fell behind",
    ]
    assert (left.kind, left.criteria, left.through_facts) == (ChangeKind.LEFT, (), 0)
    assert left.shift == RankShift(n_overtaken_by=1, n_new_in_front=0, n_fell_behind=0, n_gone=0)
    assert [line.zh for line in reasons_of(left)] == ["位次 +1：被 1 人超过"]


def test_other_points_for_the_same_fact_are_told_apart_from_another_fact():
    other = a_card((0, 0, 1000, 2000, 3000, 5000), (0, 0, 1000, 2000, 3000, 5000))
    then, now = a_small_side(THEN), a_small_side({**THEN, 2: (5, 4, None)}, card=other)
    change = the_change(then, now, 2)
    # title 4 -> 5: +10.00 at the old points, then 40.00 -> 50.00; honours 4: 45.00 -> 30.00
    assert (change.score_then, change.score_now) == (7500, 8000)
    assert (change.through_facts, change.through_points) == (1000, -500)
    assert [line.en for line in reasons_of(change)] == [
        "professional title: step 4 → step 5, fact +10.00, points +10.00 (40.00 → 50.00)",
        "honours: step 4, points \N{MINUS SIGN}15.00 (45.00 → 30.00)",
    ]


def test_a_level_that_stays_is_told_once_with_the_fact_that_is_known():
    other = a_card((0, 0, 1000, 2000, 3000, 5000), (0, 0, 1000, 2000, 3000, 5000))
    then, now = a_small_side(THEN), a_small_side(THEN, card=other)
    now = replace(now, shown={2: Shown({list(CARD.points)[1]: Text("二等功", "a medal")}, {})})
    for sides in ((then, now), (replace(then, shown=now.shown), replace(now, shown={}))):
        lines = [line.en for line in reasons_of(the_change(*sides, 2))]
        assert any(line.startswith("honours: step 4 (a medal), points") for line in lines), lines


@pytest.mark.parametrize("is_gone", [True, False])
def test_a_criterion_that_only_one_card_has_counts_as_points(is_gone):
    alone = a_card((0, 0, 2500, 5000, 7500, 10_000), None)
    sides = [a_small_side(THEN), a_small_side(THEN, card=alone)]
    change = the_change(*(sides if is_gone else sides[::-1]), 1)
    parts = {part.criterion_id: (part.through_facts, part.through_points) for part in change.criteria}
    sign = 1 if is_gone else -1
    assert parts == {"title": (0, sign * 6000), "honours": (0, -sign * 6000)}
    told = " ".join(line.en for line in reasons_of(change))
    assert "no such criterion" in told
    assert change.kind is ChangeKind.STAYED


def test_a_criterion_with_other_levels_counts_as_points():
    renamed = a_card(TITLE, HONOURS)
    levels = {**renamed.levels, "title": (*renamed.levels["title"][:-1], Text("特级", "special"))}
    now = a_small_side({**THEN, 2: (5, 4, None)}, card=replace(renamed, levels=levels))
    change = the_change(a_small_side(THEN), now, 2)
    assert (change.through_facts, change.through_points) == (0, 1000)


def test_a_rule_that_fails_now_and_one_that_failed_then_are_named():
    then = a_small_side({**THEN, 3: (5, 5, "FS-01")})
    now = a_small_side({**THEN, 3: (5, 5, None), 1: (5, 5, "C-01")})
    left, entered = the_change(then, now, 1), the_change(then, now, 3)
    assert (left.rank_now, left.verdict_now, left.score_now) == (None, Verdict.FAIL, None)
    assert [(rule.rule_id, rule.verdict_then, rule.verdict_now) for rule in left.rules] == [("C-01", None, "fail")]
    assert [(rule.rule_id, rule.verdict_then, rule.verdict_now) for rule in entered.rules] == [("FS-01", "fail", None)]
    assert [line.en for line in reasons_of(left)] == ["Rule C-01 C-01: no obstacle → not met"]


def test_a_rule_that_is_new_or_gone_says_so():
    then = a_small_side({**THEN, 3: (5, 5, "FS-01")})
    now = a_small_side({**THEN, 3: (5, 5, None), 1: (5, 5, "FS-09")}, rules=("C-01", "FS-09"))
    assert the_change(then, now, 1).rules[0].is_new
    assert the_change(then, now, 3).rules[0].is_gone
    assert "new since" in next(reasons_of(the_change(then, now, 1))).en


def test_who_is_new_in_the_pool_or_no_longer_there_is_told():
    then = a_small_side(THEN)
    now = a_small_side({2: (4, 4, None), 3: (3, 3, None), 9: (5, 5, None)})
    left, entered = the_change(then, now, 1), the_change(then, now, 9)
    assert (left.verdict_now, entered.verdict_then) == (None, None)
    archived = Text("出库归档", "archived")
    assert [line.en for line in reasons_of(left, absent=archived)] == ["No longer in the pool: archived."]
    assert [line.en for line in reasons_of(entered)] == ["New in the pool since."]
    assert "now not in the pool" in heading_of(left, person=named(1)).en
    # Person 2 is where it was: one went, one came.
    assert [change.person_id for change in compare_lists(then, now).people] == [9, 1]


def test_the_same_order_with_other_points_is_the_same_list():
    changes = compare_lists(a_small_side(THEN), a_small_side({**THEN, 1: (5, 5, None), 2: (4, 5, None)}))
    assert changes.is_same_list
    assert summary_of(changes).en == "Nobody entered, left or moved; 1 with another score, verdict or fact."


def test_nobody_eligible_then_or_now_is_told_without_a_fault():
    nobody = {who: (*levels[:2], "C-01") for who, levels in THEN.items()}
    then, now = a_small_side(nobody), a_small_side(THEN)
    assert compare_lists(then, now).number(ChangeKind.ENTERED) == 2
    assert compare_lists(now, then).number(ChangeKind.LEFT) == 2
    assert compare_lists(then, then).people == ()
    empty = a_small_side({5: (1, 1, "C-01")})
    assert compare_lists(empty, empty).n_unchanged == 0
