"""Headers of every answer, pages and API alike, and how often one may ask."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service import create_app
from service.context import Service
from service.db import Database
from service.errors import TooManyRequests
from service.request_rates import RequestRates
from service.settings import Settings
from service.settings.accounts import AccountSettings

ALWAYS = (
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Referrer-Policy",
    "Permissions-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Cache-Control",
)


def _addresses(app: Flask) -> list[str]:
    """Return an address for every rule, with something in each variable part."""
    found = []
    for rule in app.url_map.iter_rules():
        try:
            built = rule.build(dict.fromkeys(rule.arguments, "1"), append_unknown=False)
        except ValueError:
            continue
        if built is not None:
            found.append(built[1])
    return [*found, "/nothing-here", "/api/v1/nothing-here"]


def test_every_route_answers_with_every_header_signed_in_or_not(app: Flask, client: FlaskClient) -> None:
    addresses = _addresses(app)
    assert len(addresses) > 80
    for browser in (client, app.test_client()):
        for address in addresses:
            with browser.get(address) as answer:
                missing = [name for name in ALWAYS if name not in answer.headers]
                assert not missing, (address, missing)
                policy = answer.headers["Content-Security-Policy"]
                assert policy.startswith("default-src 'none'")
                assert "unsafe" not in policy
                assert "frame-ancestors 'none'" in policy
                if not address.startswith(("/static", "/api/docs", "/api/openapi")):
                    assert answer.headers["Cache-Control"] == "no-store", address
                assert "Strict-Transport-Security" not in answer.headers


def test_behind_https_the_browser_is_told_to_stay_there(settings: Settings, database: Database) -> None:
    app = create_app(replace(settings, secure_cookies=True))
    with app.test_client() as browser:
        cookie = browser.get("/login").headers["Set-Cookie"]
        for address in ("/login", "/api/v1/me"):
            assert browser.get(address).headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    app.extensions["talentpool"].database.dispose()


@pytest.mark.parametrize(("n_proxies", "seen"), [(0, "127.0.0.1"), (1, "203.0.113.9"), (2, "198.51.100.7")])
def test_an_address_is_believed_from_as_many_proxies_as_there_are(
    settings: Settings, database: Database, n_proxies: int, seen: str
) -> None:
    app = create_app(replace(settings, accounts=AccountSettings(trusted_proxies=n_proxies, requests_per_minute=10)))
    service: Service = app.extensions["talentpool"]
    headers = {"X-Forwarded-For": "192.0.2.1, 198.51.100.7, 203.0.113.9", "X-Forwarded-Host": "evil.example"}
    with app.test_client() as browser:
        browser.get("/login", headers=headers)
        assert browser.get("/people", headers=headers).headers["Location"].startswith("/login")
    for _ in range(8):
        service.rates.count(f"address {seen}", most=10)
    with pytest.raises(TooManyRequests):
        service.rates.count(f"address {seen}", most=10)
    service.database.dispose()


def test_who_asks_too_often_is_told_when_to_come_back(app: Flask, client: FlaskClient, api: FlaskClient) -> None:
    service: Service = app.extensions["talentpool"]
    slow = replace(service.settings, accounts=AccountSettings(requests_per_minute=10))
    app.extensions["talentpool"] = replace(service, settings=slow, rates=RequestRates(clock=lambda: 100.0))
    answers = [client.get("/help") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert answers[-1].headers["Retry-After"] == "61"
    assert "请求过于频繁" in answers[-1].text
    told = api.get("/api/v1/me")
    assert (told.status_code, told.headers["Retry-After"]) == (429, "61")
    assert told.json is not None
    assert told.json["code"] == "too_many_requests"
    assert app.test_client().get("/login").status_code == 200, "another caller's turn was taken"


def test_a_minute_later_there_are_turns_again() -> None:
    present = [0.0]
    rates = RequestRates(clock=lambda: present[0])
    for _ in range(3):
        rates.count("x", most=3)
    with pytest.raises(TooManyRequests):
        rates.count("x", most=3)
    present[0] = 60.0
    rates.count("x", most=3)


def test_a_flood_of_addresses_does_not_fill_the_memory() -> None:
    rates = RequestRates(clock=lambda: 1.0)
    for number in range(25_000):
        rates.count(str(number), most=5)
    assert len(rates._windows) <= 10_000
