"""Headers of every answer, and what templates may not contain."""

import re

import pytest

from service.web.assets import DIRECTORY
from service.web.security import CONTENT_SECURITY_POLICY

TEMPLATES = sorted((DIRECTORY.parent / "templates").rglob("*.html"))


@pytest.mark.parametrize("address", ["/login", "/", "/nothing-here", "/static/app.css"])
def test_every_answer_carries_the_strict_policy(client, address):
    headers = client.get(address, buffered=True).headers
    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_the_policy_allows_nothing_from_elsewhere_and_nothing_inline():
    assert CONTENT_SECURITY_POLICY.startswith("default-src 'none'; ")
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY


@pytest.mark.parametrize("address", ["/", "/people", "/people/P01", "/vacancies/V1", "/login"])
def test_pages_are_never_kept_by_a_browser(browser, address):
    assert browser.get(address).headers["Cache-Control"] == "no-store"


def test_static_files_are_kept_when_their_hash_is_in_the_address(client):
    named = re.search(r'href="(/static/app\.css\?v=[0-9a-f]{10})"', client.get("/login", follow_redirects=True).text)
    assert named
    assert "immutable" in client.get(named[1], buffered=True).headers["Cache-Control"]
    assert client.get("/static/app.css", buffered=True).headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_inline_style_script_or_handler(template):
    source = template.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|<script(?![^>]*\bsrc=)|\son[a-z]+=|javascript:", source)
    assert not re.search(r'(?:src|href|action)="https?:', source)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_posted_form_carries_the_token(template):
    source = template.read_text(encoding="utf-8")
    for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", source, re.DOTALL):
        assert "csrf()" in form, form[:120]
