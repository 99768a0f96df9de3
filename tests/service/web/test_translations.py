"""Every text of the pages in both languages."""

import re

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from babel.util import pathmatch

from service.web.assets import DIRECTORY
from service.web.catalog import chinese
from tests.service.web.builders_desk import list_under_review
from tests.service.web.builders_pages import page_of

WEB = DIRECTORY.parent
HAN = re.compile(r"[\u3400-\u9fff]")
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
OPTIONS = {"templates/**.html": {"trimmed": "true", "silent": "false"}}


def _used() -> set[tuple[str, str]]:
    found = extract_from_dir(WEB, METHODS, OPTIONS, keywords=KEYWORDS, directory_filter=lambda _path: True)
    return {(context or "", message if isinstance(message, str) else message[0]) for _, _, message, _, context in found}


def _catalog() -> Catalog:
    with (WEB / "translations" / "zh" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale="zh")


def test_every_text_is_translated_and_every_translation_is_used():
    kept = {
        (message.context or "", message.id if isinstance(message.id, str) else message.id[0])
        for message in _catalog()
        if message.id
    }
    used = _used()
    assert len(used) > 300, "the extraction found too little to mean anything"
    assert sorted(used - kept) == []
    assert sorted(kept - used) == []


def test_no_translation_is_empty_uncertain_or_left_in_english():
    for message in _catalog():
        if not message.id:
            continue
        words = (message.string,) if isinstance(message.string, str) else message.string
        assert all(words), message.id
        assert not message.fuzzy, message.id
        assert message.id == ", " or all(HAN.search(word) for word in words) or "/" in words[0], message.id


def test_translations_have_the_places_of_their_originals():
    for message in _catalog():
        if message.id:
            original = message.id if isinstance(message.id, str) else message.id[1]
            words = (message.string,) if isinstance(message.string, str) else message.string
            for word in words:
                assert set(re.findall(r"%\(\w+\)s", word)) == set(re.findall(r"%\(\w+\)s", original)), original


def test_templates_hold_no_text_of_one_language():
    for path in (WEB / "templates").rglob("*.html"):
        assert not HAN.search(path.read_text(encoding="utf-8")), path.name


def test_tone_is_official_without_exclamation_or_courtesy():
    for message in _catalog():
        assert not re.search(r"[!！您]|AI", str(message.string)), message.id


def test_a_thin_space_stands_between_han_and_digits():
    assert chinese().ungettext("%(n)s in all", "%(n)s in all", 2) == "共\u2009%(n)s\u2009条"
    assert chinese().ugettext("out of 100") == "满分\u2009100"


def test_the_extraction_reads_what_babel_cfg_names():
    config = (WEB.parents[1] / "babel.cfg").read_text(encoding="utf-8")
    assert pathmatch("**.py", "people.py")
    for pattern, method in METHODS:
        assert f"[{method}: service/web/{pattern}]" in config


def test_a_label_is_in_the_language_of_its_reader_not_of_whoever_came_first(browser):
    address = list_under_review(browser)
    assert "拟推荐" in page_of(browser, address, "zh")
    assert "拟推荐" not in page_of(browser, address, "en")
