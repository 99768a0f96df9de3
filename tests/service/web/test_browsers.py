"""A browser is told by its name, version and system, not by all that it says of itself."""

import pytest

from service.web.browsers import browser_words

_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_WEBKIT} Chrome/120.0.0.0 Safari/537.36", "Chrome 120 · Windows"),
        (f"Mozilla/5.0 (X11; Linux x86_64) {_WEBKIT} HeadlessChrome/83.0 Safari/537.36", "Chrome 83 · Linux"),
        (f"Mozilla/5.0 (Windows NT 6.1) {_WEBKIT} Chrome/86.0 Safari/537.36 QIHU 360SE", "360 · Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0) {_WEBKIT} Chrome/120.0 Safari/537.36 Edg/121.0", "Edge 121 · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Version/17.0 Mobile Safari/604.1", "Safari 17 · iOS"),
        (f"Mozilla/5.0 (Linux; Android 13) {_WEBKIT} Chrome/110.0 Mobile Safari/537.36", "Chrome 110 · Android"),
        ("talentpool", "talentpool"),
        ("curl/8.5", "curl/8.5"),
        (None, "—"),
    ],
)
def test_a_browser_is_named_in_words(told: str | None, words: str) -> None:
    assert browser_words(told) == words
