"""One thing has one word, on pages, in files, in the terminal and in documents."""

import re
from pathlib import Path

import pytest

from service.web.keys import KEYS
from tests.service.web.builders_desk import list_under_review
from tests.service.web.builders_pages import page_of

ROOT = Path(__file__).parents[3]
TEXTS = [
    file
    for folder in ("service", "matching", "schemas", "seed_data", "docs")
    for file in (ROOT / folder).rglob("*")
    if file.suffix in {".py", ".po", ".html", ".js", ".toml", ".csv", ".md"}
]


def test_what_is_to_be_verified_has_one_word_in_chinese() -> None:
    assert len(TEXTS) > 500, "too few files to mean anything"
    others = ("待核实", "待查证", "待确认核验")
    found = {
        str(file.relative_to(ROOT)): word
        for file in TEXTS
        for word in others
        if word in file.read_text(encoding="utf-8")
    }
    assert found == {}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_key_of_the_stages_has_the_name_of_its_button_on_desk_help_and_in_the_dialog(browser, language):
    address = list_under_review(browser)
    desk = page_of(browser, address, language)
    button = re.search(r'data-key="p">.*?</svg>([^<]+)<kbd>P</kbd>', desk, re.DOTALL)[1].strip()
    assert re.search(rf"<kbd>P</kbd></dt><dd>{button}</dd>", page_of(browser, "/help", language))
    assert re.search(rf"<kbd>P</kbd></dt><dd>{button}</dd>", desk)
    assert [key.keys for key in KEYS["desk"]].count(("P",)) == 1
