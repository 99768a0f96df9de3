"""The order of a list."""

from typing import Any

from matching.vocabulary import Text
from schemas.fields import PlainText
from schemas.problems import refusal

__all__ = ["SortKey"]


class SortKey(PlainText):
    """One of the named keys, with a leading - for the other way round.

    Parameters
    ----------
    *keys : str
    """

    def __init__(self, *keys: str, **options: Any) -> None:
        super().__init__(60, **options)
        self.keys = keys

    def read(self, value: Any) -> str:
        """Check the key."""
        if not isinstance(value, str) or value.removeprefix("-") not in self.keys:
            raise refusal(
                Text("不能按此项排序。", "The list cannot be sorted by this."),
                Text(f"可用：{'、'.join(self.keys)}。", f"Known: {', '.join(self.keys)}."),
                value=value,
            )
        return value
