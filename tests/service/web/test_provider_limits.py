"""What the provider of single sign-on may say who somebody is by, and how often it is asked."""

from datetime import datetime

import pytest
from flask import Flask

from service.settings.accounts import AccountSettings
from service.settings.sign_in import OidcSettings
from tests.service.web.test_single_sign_on import (
    PUBLIC,
    SECRET,
    _came_back,
    _finish,
    _sent,
    _use,
    issuer,
    pytestmark,
    requests,
    site,
)

__all__ = ["issuer", "pytestmark", "site"]  # fixtures


@pytest.mark.parametrize(("is_verified", "status"), [(True, 303), (False, 400), (None, 400), ("true", 400)])
def test_an_address_of_mail_is_a_name_only_where_the_provider_has_verified_it(
    site: Flask, issuer: str, now: datetime, is_verified: object, status: int
) -> None:
    """People write into their profile what they like, also the address that is the name of somebody here."""
    settings = OidcSettings(
        issuer=issuer, client_id="talentpool", client_secret=SECRET, public_url=PUBLIC, claim="email"
    )
    _use(site, settings, datetime.now(now.tzinfo))
    said = {} if is_verified is None else {"email_verified": is_verified}
    requests.put(f"{issuer}/users/u-9", json={"email": "wang.fang", **said}, timeout=5).raise_for_status()
    browser = site.test_client()
    assert _finish(browser, _came_back(_sent(browser), sub="u-9")).status_code == status


def test_an_address_is_not_sent_to_the_provider_more_often_than_it_may_try_to_sign_in(site: Flask) -> None:
    """Each way there and back makes the service ask the provider and wait: anybody could keep it busy with that."""
    browser, most = site.test_client(), AccountSettings().sign_ins_per_minute
    assert {browser.get("/login/oidc").status_code for _ in range(most)} == {303}
    for address in ("/login/oidc", "/login/oidc/callback?state=a&code=b"):
        refused = browser.get(address)
        assert (refused.status_code, "Retry-After" in refused.headers) == (429, True)
