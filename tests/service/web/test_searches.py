"""Searches: what somebody looked for never stands in an address."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.access import Actor
from service.errors import InvalidInput, NotFound
from service.vault import Vault
from service.vault.key_file import KeyFile
from service.vault.suites import DEFAULT_SUITE
from service.web import searches

NOW = datetime(2026, 11, 23, tzinfo=UTC)
VAULT = Vault(KeyFile.generated(DEFAULT_SUITE))
ME, OTHER = Actor("a", account_id=1), Actor("b", account_id=2)


@pytest.mark.parametrize(
    ("words", "search"),
    [
        (" 样例甲 ", {"name": "样例甲"}),
        ("Anna Maria", {"name": "Anna Maria"}),
        ("239901 19900501 001x", {"id_number": "23990119900501001X"}),
        ("138 0000 0000", {"phone": "13800000000"}),
        ("P0000001", {"person_no": "P0000001"}),
        ("000-1", {"person_no": "000-1"}),
    ],
)
def test_what_is_written_says_itself_what_it_is(words, search):
    assert searches.as_search(words) == search


@pytest.mark.parametrize("words", ["", "   ", "x" * 61])
def test_a_search_for_nothing_is_refused(words):
    with pytest.raises(InvalidInput):
        searches.as_search(words)


@given(st.dictionaries(st.sampled_from(searches.SEARCHABLE), st.text(min_size=1, max_size=60), min_size=1))
def test_a_key_opens_to_what_was_searched_and_does_not_tell_it(search):
    key = searches.sealed(search, vault=VAULT, actor=ME, now=NOW)
    assert searches.opened(key, vault=VAULT, actor=ME, now=NOW) == search
    assert key.replace("-", "").replace("_", "").isalnum()


def test_a_key_is_worth_nothing_to_others_or_later_or_changed():
    key = searches.sealed({"name": "样例甲"}, vault=VAULT, actor=ME, now=NOW)
    for actor, at, tried in (
        (OTHER, NOW, key),
        (ME, NOW + timedelta(hours=13), key),
        (ME, NOW, key[:-4] + ("AAAA" if key[-4:] != "AAAA" else "BBBB")),
        (ME, NOW, ""),
        (ME, NOW, "名"),
        (ME, NOW, "x" * 3),
    ):
        with pytest.raises(NotFound):
            searches.opened(tried, vault=VAULT, actor=actor, now=at)
