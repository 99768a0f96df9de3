"""A field that takes one of a few words."""

from typing import Any

from matching.vocabulary import Text
from schemas.fields import PlainText
from schemas.problems import refusal

__all__ = ["Choice"]


class Choice(PlainText):
    """One of a few words.

    Parameters
    ----------
    *words : str
    """

    def __init__(self, *words: str, **options: Any) -> None:
        super().__init__(20, **options)
        self.words = words

    def read(self, value: Any) -> str:
        """Check the word."""
        if not isinstance(value, str) or value not in self.words:
            raise refusal(
                Text("没有这个选项。", "There is no such choice."),
                Text(f"可用：{'、'.join(self.words)}。", f"Known: {', '.join(self.words)}."),
                value=value,
            )
        return value
