"""Fields of place codes."""

from typing import Any

from matching.vocabulary import Text
from schemas.fields import Key

__all__ = ["PlaceCode"]


class PlaceCode(Key):
    """Code of a county (6 digits), township (9) or village (12).

    Parameters
    ----------
    n_digits : int
    """

    def __init__(self, n_digits: int, **options: Any) -> None:
        expected = Text(f"应为 {n_digits} 位数字。", f"It has {n_digits} digits.")
        super().__init__(n_digits, pattern=rf"\d{{{n_digits}}}", expected=expected, **options)
