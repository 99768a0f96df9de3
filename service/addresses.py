"""Numbers in addresses: no larger than any row has, so that a larger one is an address that does not exist."""

from werkzeug.routing import IntegerConverter

__all__ = ["RowNumber"]


class RowNumber(IntegerConverter):
    """`int` with an end: a number that no database can hold would fail there, not before it.

    The end is in the pattern, for an address whose value is refused later is offered to no further rule, and the one
    of unknown addresses of the API is such a rule.
    """

    regex = r"\d{1,9}"
