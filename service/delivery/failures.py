"""What went wrong on the way out."""

__all__ = ["Undelivered"]


class Undelivered(Exception):
    """A message did not arrive; the text is kept with it, so it names neither people nor addresses."""
