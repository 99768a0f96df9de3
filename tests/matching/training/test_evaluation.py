"""Judging cards on lists that they never saw."""

from dataclasses import replace

import numpy as np
import pytest
from builders_training import a_policy, reviewed_lists

from matching.training import TrainingLists, compare, fit_card, held_out_scores
from matching.training.evaluation import list_ndcg, pair_agreement, yardstick_scores


def lists_of(*grades):
    """Lists of given grades; levels do not matter."""
    policy, flat = a_policy(), np.concatenate([np.array(g, dtype=float) for g in grades])
    sizes = np.array([len(g) for g in grades])
    return TrainingLists(
        criteria=tuple(policy.points),
        vacancy_nos=tuple(f"V{place}" for place in range(len(grades))),
        decided_on=("2026-01-01",) * len(grades),
        sizes=sizes,
        levels=np.zeros((len(flat), len(policy.points)), dtype=np.int8),
        grades=flat,
        places=np.concatenate([np.arange(1, size + 1) for size in sizes]),
    )


@pytest.mark.parametrize(
    ("grades", "scores", "expected"),
    [
        ([2, 1, 0], [3, 2, 1], 1.0),
        ([0, 2], [2, 1], 1 / np.log2(3)),  # the only gain stands second
        ([2, 0], [1, 1], (1 + 1 / np.log2(3)) / 2),  # a tie earns the mean of both orders
        ([1, 2], [2, 1], (1 + 3 / np.log2(3)) / (3 + 1 / np.log2(3))),
        ([0, 0], [2, 1], np.nan),
    ],
)
def test_ndcg_is_what_the_hand_computes(grades, scores, expected):
    assert list_ndcg(lists_of(grades), np.array(scores, dtype=float)) == pytest.approx([expected], nan_ok=True)


def test_only_the_first_ten_places_count():
    grades = [0] * 10 + [2]
    assert list_ndcg(lists_of(grades), -np.arange(11.0)) == pytest.approx([0.0])


def test_agreement_counts_ties_half():
    assert pair_agreement(lists_of([2, 1, 0]), np.array([1.0, 1.0, 0.0])) == pytest.approx(2.5 / 3)
    assert pair_agreement(lists_of([1, 0], [0, 1]), np.array([1.0, 0.0, 1.0, 0.0])) == pytest.approx(0.5)


def test_a_card_is_judged_by_the_bags_that_never_saw_the_list():
    lists, _ = reviewed_lists(1, n_lists=12)
    fit = fit_card(a_policy(), lists)
    seen = tuple(no for no, tells in zip(lists.vacancy_nos, lists.is_informative, strict=True) if tells)
    scores = held_out_scores(fit.card, lists, left_out=fit.left_out, seen=seen)
    by_bag = fit.card.bag_scores(lists.levels)
    for part, no in zip(lists.parts(), lists.vacancy_nos, strict=True):
        honest = [bag for bag, out in enumerate(fit.left_out) if no in out]
        assert scores[part] == pytest.approx(by_bag[part][:, honest].mean(axis=1))


def test_a_list_that_was_no_part_of_the_training_is_scored_by_the_card():
    lists, _ = reviewed_lists(1, n_lists=14)
    fit = fit_card(a_policy(), lists.taken(range(12)))
    scores = held_out_scores(fit.card, lists, left_out=fit.left_out, seen=lists.vacancy_nos[:12])
    fresh = np.concatenate([np.arange(p.start, p.stop) for p in lists.parts()[12:]])
    assert np.array_equal(scores[fresh], fit.card.score(lists.levels[fresh]))


def test_a_list_that_every_bag_has_seen_is_not_scored():
    lists, _ = reviewed_lists(1, n_lists=12)
    fit = fit_card(a_policy(), lists)
    scores = held_out_scores(fit.card, lists, left_out=[()] * len(fit.card.bags), seen=lists.vacancy_nos)
    assert np.isnan(scores).all()


def test_a_better_card_is_found_better_and_the_same_card_is_not():
    lists, _ = reviewed_lists(2, n_lists=30)
    policy = held_out_scores(a_policy(), lists)
    better = compare(lists, champion=policy, challenger=lists.grades)
    assert better.low > 0
    assert better.challenger == pytest.approx(1.0)
    same = compare(lists, champion=policy, challenger=policy)
    assert same.is_at_least_as_good
    assert (same.difference, same.low, same.high) == (0.0, 0.0, 0.0)
    assert not compare(lists, champion=lists.grades, challenger=policy).is_at_least_as_good


def test_nothing_to_compare_is_no_proof():
    found = compare(lists_of([0, 0]), champion=np.zeros(2), challenger=np.ones(2))
    assert found.n_lists == 0
    assert not found.is_at_least_as_good


def test_the_yardstick_never_scores_a_list_that_it_has_seen():
    lists, _ = reviewed_lists(3, n_lists=12)
    noise = replace(lists, grades=np.random.default_rng(0).integers(0, 3, len(lists.grades)).astype(float))
    assert pair_agreement(noise, yardstick_scores(noise)) < 0.65  # fitted to its own rows it would near 1
    assert np.isnan(yardstick_scores(lists.taken([0]))).all()
