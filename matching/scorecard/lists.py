"""Lists of candidates as blocks: rows of near-equal lists are padded to one array, so that ranking needs no loop."""

from dataclasses import dataclass

import numpy as np

from matching.scorecard.arrays import Floats, Integers

CELLS_PER_BLOCK = 1 << 17  # small enough that the temporaries of one block stay in the second-level cache
BELOW_EVERYBODY = -1e30  # score of a padding cell; finite, because inf - inf would be NaN


@dataclass(frozen=True)
class Block:
    """Lists of similar length side by side.

    Attributes
    ----------
    lists : ndarray of shape (n_block_lists,)
        Index of each list.
    rows : ndarray of shape (n_block_lists, longest)
        Row of each place; ``n_rows`` (one past the last row) in the padding.
    """

    lists: Integers
    rows: Integers


def starts_of(sizes: Integers) -> Integers:
    """Return the first row of every list."""
    return np.cumsum(sizes) - sizes


def rows_of(lists: Integers, sizes: Integers) -> Integers:
    """Return the rows of the chosen lists, list after list.

    Parameters
    ----------
    lists : ndarray of shape (n_chosen,)
    sizes : ndarray of shape (n_lists,)
        Rows per list.
    """
    chosen = sizes[lists]
    within = np.arange(int(chosen.sum())) - np.repeat(starts_of(chosen), chosen)
    return np.repeat(starts_of(sizes)[lists], chosen) + within


def blocks_of(sizes: Integers, *, depth: int) -> list[Block]:
    """Group lists of similar length into padded blocks.

    Parameters
    ----------
    sizes : ndarray of shape (n_lists,)
        Rows per list, each at least 1.
    depth : int
        Places of a list that are paired with all others; decides how many lists fit one block.

    Returns
    -------
    list of Block
        Together they hold every row once.
    """
    order = np.argsort(sizes, kind="stable")
    starts, n_rows = starts_of(sizes), int(sizes.sum())
    blocks, at = [], 0
    while at < len(order):
        longest_allowed = int(sizes[order[at]] * 1.25) + 2
        end = int(np.searchsorted(sizes[order], longest_allowed, "right"))
        end = min(end, at + max(1, CELLS_PER_BLOCK // (longest_allowed * min(depth, longest_allowed))))
        lists = order[at:end]
        places = np.arange(sizes[lists].max())
        rows = np.where(places < sizes[lists][:, None], starts[lists][:, None] + places, n_rows)
        blocks.append(Block(lists, rows))
        at = end
    return blocks


def pairs_of(y: Floats, sizes: Integers, *, most: int, random: np.random.Generator) -> tuple[Integers, Integers]:
    """Return the pairs of rows of one list with different grades, better row first.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
        Grades.
    sizes : ndarray of shape (n_lists,)
    most : int
        Pairs kept per list; a longer list keeps a random subset.
    random : numpy.random.Generator

    Returns
    -------
    better, worse : ndarrays of shape (n_pairs,)
        Row numbers, list after list.
    """
    better, worse = [], []
    for start, size in zip(starts_of(sizes), sizes, strict=True):
        grades = y[start : start + size]
        first, second = np.nonzero(grades[:, None] > grades[None, :])
        if len(first) > most:
            kept = np.sort(random.choice(len(first), most, replace=False))
            first, second = first[kept], second[kept]
        better.append(first + start)
        worse.append(second + start)
    return np.concatenate(better), np.concatenate(worse)
