"""The negative list as a page, for discipline officers alone."""

import re

import pytest
from builders_offices import hired, reader_of
from builders_offices import token_of as token_for

from service.access import EVERYWHERE, Role
from tests.service.web.builders_pages import page_of, token_of

ASKED = {"person_no": "P98", "entry": "NG03", "document": "示纪函〔2026〕3号", "until_on": ""}


@pytest.fixture
def officer(app, database, now, browser):
    return reader_of(app, database, Role.DISCIPLINE, now=now)


def _send(browser, address, **fields):
    return browser.post(address, data={**fields, "csrf_token": token_of(page_of(browser, "/negative-list"))})


@pytest.mark.parametrize("language", ["zh", "en"])
def test_somebody_is_entered_and_the_entry_ended_with_a_reason(officer, language):
    assert _send(officer, "/negative-list", **ASKED).status_code == 303
    html = page_of(officer, "/negative-list", language)
    assert "示纪函〔2026〕3号" in html
    assert {"zh": "正被纪检监察", "en": "Under investigation"}[language] in html
    assert 'href="/people/P98"' in html
    told = {"person_no": "P98", "entry": "NG03"}
    refused = _send(officer, "/negative-list/end", **told, reason="")
    assert refused.status_code == 422
    assert 'href="#P98-NG03-reason"' in refused.text
    assert _send(officer, "/negative-list/end", **told, reason="审查终结").status_code == 303
    assert 'href="/people/P98"' not in page_of(officer, "/negative-list")


@pytest.mark.parametrize(
    ("changes", "status", "place"),
    [({"person_no": "NOBODY"}, 404, "person_no"), ({"entry": ""}, 422, "code"), ({"document": ""}, 422, "document"),
     ({"until_on": "2020-01-01"}, 422, "until_on")],
)  # fmt: skip
def test_what_cannot_be_entered_is_told_at_its_field_and_what_was_typed_stays(officer, changes, status, place):
    answer = _send(officer, "/negative-list", **{**ASKED, "document": "示纪函〔2026〕3号", **changes})
    assert answer.status_code == status
    assert f'href="#n-{place}"' in answer.text
    assert re.search(r'id="n-person_no"[^>]*value="(P98|NOBODY)"', answer.text)


def test_no_other_role_reaches_the_page_or_has_it_in_its_navigation(app, database, now):
    for role in sorted(set(Role) - {Role.DISCIPLINE, Role.PUBLIC}):
        hired(database, username=f"one.{role}", roles=frozenset({role}), territory=EVERYWHERE, now=now)
        other = app.test_client()
        other.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token_for(database, f'one.{role}')}"
        help_page = page_of(other, "/help")
        told = {**ASKED, "csrf_token": token_of(help_page)}
        assert other.get("/negative-list").status_code == 403
        assert [other.post(f"/negative-list{end}", data=told).status_code for end in ("", "/end")] == [403, 403], role
        assert 'href="/negative-list"' not in help_page
