"""A list under review, and what a reviewer presses."""

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.service.web.builders_pages import page_of, post_form, requested_shortlist, token_of

__all__ = ["fields_of", "list_under_review", "press", "undo"]


def list_under_review(browser: FlaskClient, vacancy_no: str = "V1", k: int = 10) -> str:
    """Request a list, begin its review and return its address."""
    address = requested_shortlist(browser, vacancy_no, k)
    answer = post_form(browser, f"{address}/review", fields_of(page_of(browser, address), "review"), seen=address)
    assert answer.status_code == 303, answer.text
    return address


def fields_of(html: str, action: str) -> dict[str, str]:
    """Return the hidden fields of the first form whose address ends with `action`."""
    found = re.search(rf'<form [^>]*action="[^"]*/{action}"[^>]*>(.*?)</form>', html, re.DOTALL)
    assert found, f"the page has no form {action}"
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', found[1]))


def press(browser: FlaskClient, address: str, *, script: bool = False, **pressed: str) -> TestResponse:
    """Press a button of the bar of the page at an address, as its form sends it."""
    html = page_of(browser, address)
    fields = {**fields_of(html, "opinions"), **pressed, "csrf_token": token_of(html)}
    headers = {"HX-Request": "true"} if script else {}
    return browser.post(f"{address.partition('?')[0]}/opinions", data=fields, headers=headers)


def undo(browser: FlaskClient, address: str) -> TestResponse:
    """Press undo on the page at an address."""
    return browser.post(f"{address.partition('?')[0]}/undo", data=fields_of(page_of(browser, address), "undo"))
