"""How often decisions go against the rank."""

import numpy as np
import pytest
from builders_training import a_policy

from matching.training import TrainingLists, drift


def lists_of(*rows):
    """Lists of (day, grades by place, levels of the first criterion)."""
    policy = a_policy()
    sizes = np.array([len(grades) for _, grades, _ in rows])
    levels = np.ones((sizes.sum(), len(policy.points)), dtype=np.int8)
    levels[:, 0] = np.concatenate([own for *_, own in rows])
    return TrainingLists(
        criteria=tuple(policy.points),
        vacancy_nos=tuple(f"V{place}" for place in range(len(rows))),
        decided_on=tuple(day for day, *_ in rows),
        sizes=sizes,
        levels=levels,
        grades=np.concatenate([np.array(grades, dtype=float) for _, grades, _ in rows]),
        places=np.concatenate([np.arange(1, size + 1) for size in sizes]),
    )


def test_the_share_against_the_rank_is_what_the_hand_counts():
    (period,) = drift(lists_of(("2026-02-01", [0, 2, 1], [1, 2, 1]))).periods
    assert (period.name, period.n_lists, period.n_pairs) == ("2026Q1", 1, 3)
    assert period.against == pytest.approx(2 / 3)  # second and third over first


def test_a_criterion_goes_against_the_decisions_where_the_lower_level_was_preferred():
    (period,) = drift(lists_of(("2026-02-01", [2, 0, 0], [1, 2, 1]))).periods
    first, *others = period.by_criterion.values()
    assert first == 1.0
    assert np.isnan(others).all()  # nobody differs


def test_quarters_stand_in_order_and_lists_without_pairs_are_left_out():
    found = drift(
        lists_of(("2026-05-01", [1, 0], [1, 1]), ("2025-12-31", [1, 0], [1, 1]), ("2026-01-01", [1, 1], [1, 1]))
    )
    assert [period.name for period in found.periods] == ["2025Q4", "2026Q2"]


def test_a_sudden_turn_raises_the_alarm_and_chance_does_not():
    random = np.random.default_rng(0)
    calm = [(f"2025-{1 + at % 9:02}-01", random.permutation([2, 2, 1, 1, 0, 0]), [1] * 6) for at in range(40)]
    against = [("2026-01-01", [0, 0, 1, 1, 2, 2], [1] * 6) for _ in range(10)]
    chance = [("2026-01-01", random.permutation([2, 2, 1, 1, 0, 0]), [1] * 6) for _ in range(10)]
    assert drift(lists_of(*calm, *against)).is_alarming
    assert not drift(lists_of(*calm, *chance)).is_alarming


def test_another_card_in_force_begins_the_alarm_line_anew():
    calm = [(f"2025-{1 + at % 9:02}-01", [2, 1, 0], [1] * 3) for at in range(40)]
    turned = [("2026-02-01", [0, 1, 2], [1] * 3)] * 12
    later = [("2026-02-20", [0, 1, 2], [1] * 3)] * 12
    assert drift(lists_of(*calm, *turned)).is_alarming
    found = drift(lists_of(*calm, *turned, *later), promoted_on=["2026-01-31", "2026-02-10"])
    assert [(one.name, one.since, one.n_lists) for one in found.periods[-2:]] == [
        ("2026Q1", "2026-01-31", 12),
        ("2026Q1", "2026-02-10", 12),
    ]
    assert [one.limit for one in found.periods[-2:]] == [None, None]
    assert not found.is_alarming


def test_a_list_decided_on_the_day_of_a_promotion_was_shown_by_the_former_card():
    (period,) = drift(lists_of(("2026-02-01", [0, 1], [1, 1])), promoted_on=["2026-02-01"]).periods
    assert period.since == ""


def test_no_alarm_line_is_drawn_from_a_handful_of_lists():
    found = drift(lists_of(("2025-01-01", [0, 1], [1, 1]), ("2026-01-01", [0, 1], [1, 1])))
    assert [period.limit for period in found.periods] == [None, None]
    assert not drift(lists_of(("2025-01-01", [1, 1], [1, 1]))).is_alarming
