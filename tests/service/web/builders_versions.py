"""The table of both versions, as a page shows it."""

import html as markup
import re

__all__ = ["both"]


def both(html: str) -> dict[str, tuple[str, str]]:
    """Return what stands in the table of both versions: by field theirs and ours, without markup."""
    table = re.search(r'<table class="plain versions">.*?</table>', html, re.DOTALL)
    assert table, "no table of both versions"
    rows = re.findall(r'<tr><th scope="row">(.*?)</th><td>(.*?)</td><td>(.*?)</td></tr>', table[0], re.DOTALL)
    return {_words(title): (_words(theirs), _words(ours)) for title, theirs, ours in rows}


def _words(part: str) -> str:
    return markup.unescape(re.sub(r"<[^>]+>", " ", part)).replace("\u2009", "").strip()
