"""One page of a longer list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

__all__ = ["Page"]

Item = TypeVar("Item")


@dataclass(frozen=True)
class Page(Generic[Item]):
    """Some items of a list, and how many there are in all.

    Parameters
    ----------
    items : sequence
    total : int
        Number of items on all pages.
    page : int
        From 1.
    page_size : int
    """

    items: Sequence[Item]
    total: int
    page: int
    page_size: int

    @property
    def n_pages(self) -> int:
        """Number of pages; an empty list has one."""
        return max(1, -(-self.total // self.page_size))
