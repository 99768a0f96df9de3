"""Texts in CSV that a spreadsheet must not take for formulas, and how they come back as they were.

A text that begins with ``= + - @``, a tab, a line end or their full-width forms gets an apostrophe in front when it is
written, and so does one that begins with apostrophes before one of these: taking one away gives every text back.

References
----------
OWASP, CSV Injection.
"""

import re

__all__ = ["guarded", "unguarded"]

_DANGEROUS = "=+\\-@\t\r\n＝＋－＠"
_TO_GUARD = re.compile(f"'*[{_DANGEROUS}]")
_GUARDED = re.compile(f"'+[{_DANGEROUS}]")


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if _TO_GUARD.match(text) else text


def unguarded(text: str) -> str:
    """Return the text that was guarded; any other stays as it is."""
    return text[1:] if _GUARDED.match(text) else text
