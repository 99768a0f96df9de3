"""Every page is looked at by axe, or says where it is instead: a new page without it fails here."""

from pathlib import Path

from tests.service.web import test_browser
from tools.screen_pages import EMPTY, PAGES

_HERE = Path(__file__).parent
#: Pages beside those of `test_browser.PAGES`: the file whose test opens them and asks axe.
LOOKED_AT_IN = {
    **dict.fromkeys(("sessions.login", "vacancies.show"), "test_browser.py"),
    **dict.fromkeys(("rounds.show", "trials.show"), "test_desk_browser.py"),
    **dict.fromkeys(
        (
            *("imports.index", "imports.new", "import_steps.columns", "import_steps.check", "imports.show"),
            *("duplicates.index", "duplicates.show", "duplicates.merges", "jobs.index", "audit.index", "audit.exports"),
            *("accounts.index", "waivers.index", "checks.index", "rulebook_changes.edit", "rulebook_changes.index"),
            "rulebook_changes.show",
        ),
        "test_intake_browser.py",
    ),
}
#: Pages that only `python -m bench pages` shows to axe, in both languages.
ON_THE_BENCH = {
    "sign_in_steps.code",
    "sign_in_steps.new_password",
    "vacancy_forms.edit",
    "notices.show",
    "replies.show",
    "appointments.show",
    "import_steps.wait",
}


def test_every_page_is_shown_to_axe_somewhere(app):
    match = app.url_map.bind("localhost").match
    names = {"shortlist": "/shortlists/S1", "card": "/models/first"}
    own = {match(address.format(**names).partition("?")[0])[0] for address in test_browser.PAGES}
    pages = {one.endpoint for one in (*PAGES, *EMPTY)}
    assert sorted(pages - own - LOOKED_AT_IN.keys() - ON_THE_BENCH) == []
    assert sorted((LOOKED_AT_IN.keys() | ON_THE_BENCH) - pages) == [], "listed, and no page any more"
    assert not ON_THE_BENCH & (own | LOOKED_AT_IN.keys())


def test_a_file_that_is_named_asks_axe():
    for name in {*LOOKED_AT_IN.values()}:
        assert "violations_of(" in (_HERE / name).read_text(encoding="utf-8"), name
