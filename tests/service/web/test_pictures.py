"""Every page that can be opened is on the list of pictures, or excused from it with a reason."""

from tools.screen_pages import EMPTY, EXCUSED, PAGES


def test_every_page_is_pictured_or_excused(app):
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.startswith("/api")
    }
    pictured = {one.endpoint for one in (*PAGES, *EMPTY)}
    assert sorted(pages - pictured - EXCUSED.keys()) == []
    assert sorted((pictured | EXCUSED.keys()) - pages) == [], "listed, and not there any more"
    assert not pictured & EXCUSED.keys()


def test_every_picture_has_a_name_of_its_own():
    names = [one.name for one in (*PAGES, *EMPTY)]
    assert len(names) == len({*names})
