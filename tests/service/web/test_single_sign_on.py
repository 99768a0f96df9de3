"""Signing in by an OpenID Connect provider: a real one in a process of its own, and answers that do not belong here."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from importlib.util import find_spec
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from builders_offices import hired, token_of
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.access import EVERYWHERE, OPERATOR, Role
from service.db import Database
from service.errors import InvalidInput
from service.models.accounts import Account
from service.models.audit import AuditEntry
from service.settings.sign_in import OidcSettings
from service.usecases import accounts
from service.usecases.accounts import Begun, OidcProvider, ProviderRefused
from tests.service.web.builders_desk import fields_of
from tests.service.web.builders_pages import page_of
from tests.service.web.builders_provider import a_provider

requests = pytest.importorskip("requests", reason="the extra oidc is not installed")
pytestmark = pytest.mark.skipif(not find_spec("oidc_provider_mock"), reason="no OpenID Connect provider is installed")

PUBLIC = "http://localhost"
SECRET = "a-secret-of-the-client-27"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The address of a provider that knows wang.fang."""
    with a_provider() as address:
        requests.put(f"{address}/users/u-1", json={"preferred_username": "wang.fang"}, timeout=5).raise_for_status()
        yield address


@pytest.fixture
def site(app: Flask, database: Database, issuer: str, now: datetime) -> Flask:
    """The application with the provider, and an account that signs in by it."""
    settings = OidcSettings(issuer=issuer, client_id="talentpool", client_secret=SECRET, public_url=PUBLIC)
    # The tokens of the provider are of the real present.
    _use(app, settings, datetime.now(now.tzinfo))
    with database.unit_of_work() as session:
        accounts.create_account(
            session, actor=OPERATOR, username="wang.fang", roles=[Role.ADMIN], way=accounts.SignInWay.OIDC, now=now
        )
    return app


def _use(app: Flask, settings: OidcSettings, moment: datetime) -> None:
    composed = app.extensions["talentpool"]
    app.extensions["talentpool"] = replace(composed, provider=OidcProvider(settings), clock=lambda: moment)


def _sent(browser: FlaskClient) -> str:
    answer = browser.get("/login/oidc?next=/help")
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def _came_back(address: str, sub: str = "u-1", **form: str) -> dict[str, str]:
    """Let somebody sign in at the provider and return what it sends back."""
    answer = requests.post(address, data={"sub": sub, **form}, allow_redirects=False, timeout=5)
    assert answer.status_code == 302, answer.text
    assert answer.headers["Location"].startswith(f"{PUBLIC}/login/oidc/callback?")
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def _finish(browser: FlaskClient, query: dict[str, str]) -> TestResponse:
    return browser.get(f"/login/oidc/callback?{urlencode(query)}")


def test_who_is_known_there_and_here_is_signed_in(site: Flask, database: Database) -> None:
    browser = site.test_client()
    assert "统一身份登录" in browser.get("/login").text
    address = _sent(browser)
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"{PUBLIC}/login/oidc/callback"]
    assert asked["nonce"]
    answer = _finish(browser, _came_back(address))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/help"), answer.text
    assert browser.get("/help").status_code == 200
    with database.reading() as session:
        (line,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "sign_in"))
        assert (line.actor, line.detail) == ("wang.fang", {"way": "oidc"})


def test_an_answer_that_was_used_is_refused(site: Flask) -> None:
    browser = site.test_client()
    query = _came_back(_sent(browser))
    _finish(browser, query)
    assert _finish(browser, query).status_code == 400


def test_who_is_known_there_only_gets_no_account(site: Flask, issuer: str, database: Database) -> None:
    requests.put(f"{issuer}/users/u-2", json={"preferred_username": "stranger"}, timeout=5)
    answer = _finish(browser := site.test_client(), _came_back(_sent(browser), sub="u-2"))
    assert answer.status_code == 403
    assert "没有可用账号" in answer.text
    with database.reading() as session:
        assert session.scalar(select(Account).where(Account.username == "stranger")) is None


def test_only_who_signed_in_first_opens_an_account_and_an_administrator_unlinks_it(
    site: Flask, issuer: str, database: Database, now: datetime
) -> None:
    def arrives(sub: str, name: str) -> TestResponse:
        requests.put(f"{issuer}/users/{sub}", json={"preferred_username": name}, timeout=5)
        browser = site.test_client()
        return _finish(browser, _came_back(_sent(browser), sub=sub))

    def lines(action: str) -> list[str]:
        with database.reading() as session:
            return list(session.scalars(select(AuditEntry.actor).where(AuditEntry.action == action)))

    assert arrives("u-7", "wang.fang").status_code == 303
    with database.reading() as session:
        account = session.scalars(select(Account).where(Account.username == "wang.fang")).one()
        assert (account.provider_issuer, account.provider_subject) == (issuer, "u-7")
    refused = arrives("u-8", "wang.fang")  # the name was given to somebody else
    assert (refused.status_code, "属于另一个人" in refused.text) == (403, True)
    assert arrives("u-7", "wang.fang2").status_code == 303  # the same person under another name
    assert (lines("link_provider"), lines("provider_identity_refused")) == (["wang.fang"], ["wang.fang"])
    operator = {"actor": OPERATOR, "username": "wang.fang", "now": now}
    with database.unit_of_work() as session, pytest.raises(InvalidInput):
        accounts.unlink_provider(session, reason=" ", **operator)
    hired(database, username="clerk", roles=frozenset({Role.ADMIN}), territory=EVERYWHERE, now=now)
    admin = site.test_client()
    admin.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token_of(database, 'clerk')}"
    form = fields_of(page_of(admin, "/accounts"), "unlinking")
    assert admin.post("/accounts/wang.fang/unlinking", data={**form, "reason": "已当面核实"}).status_code == 303
    assert len(lines("unlink_provider")) == 1
    again = admin.post("/api/v1/accounts/wang.fang/unlinking", json={"reason": "再次"})
    assert again.status_code == 409, again.text
    assert arrives("u-8", "wang.fang").status_code == 303
    assert arrives("u-7", "wang.fang").status_code == 403


def test_an_account_with_a_password_of_this_house_is_not_the_providers(site: Flask, issuer: str) -> None:
    requests.put(f"{issuer}/users/u-3", json={"preferred_username": "admin"}, timeout=5)
    browser = site.test_client()
    assert _finish(browser, _came_back(_sent(browser), sub="u-3")).status_code == 403
    assert browser.get("/help").status_code == 303


def test_an_account_of_the_provider_has_no_password_here(site: Flask, database: Database, now: datetime) -> None:
    with database.reading() as session:
        assert session.scalars(select(Account).where(Account.username == "wang.fang")).one().password_hash
    outcome = accounts.sign_in(database, username="wang.fang", password="anything-at-all", now=now)
    assert isinstance(outcome, Exception)


@pytest.mark.parametrize(
    "change",
    [
        {"state": "another"},
        {"state": ""},
        {"code": ""},
        {"code": "made-up"},
        {"iss": "https://evil.example"},
        {"error": "access_denied"},
    ],
    ids=lambda change: "-".join(f"{name}={value}" for name, value in change.items()),
)
def test_an_answer_that_does_not_belong_here_is_a_page_with_400(site: Flask, change: dict[str, str]) -> None:
    browser = site.test_client()
    answer = _finish(browser, {**_came_back(_sent(browser)), **change})
    assert answer.status_code == 400, answer.text
    assert "请回到登录页重新登录" in answer.text
    assert browser.get("/help").status_code == 303


def test_another_browser_cannot_finish_it(site: Flask) -> None:
    query = _came_back(_sent(site.test_client()))
    assert _finish(site.test_client(), query).status_code == 400


def test_who_says_no_at_the_provider_is_told_so(site: Flask) -> None:
    browser = site.test_client()
    assert _finish(browser, _came_back(_sent(browser), action="deny")).status_code == 400


@pytest.mark.parametrize(("kept", "value"), [("nonce", "another"), ("begun_at", "2026-01-01T00:00:00+00:00")])
def test_a_nonce_or_time_of_another_sign_in_is_400(site: Flask, kept: str, value: str) -> None:
    browser = site.test_client()
    query = _came_back(_sent(browser))
    with browser.session_transaction() as cookie:
        cookie["oidc"] = {**cookie["oidc"], kept: value}
    assert _finish(browser, query).status_code == 400


def test_an_identity_token_past_its_time_is_400(site: Flask) -> None:
    browser = site.test_client()
    query = _came_back(_sent(browser))
    later = site.extensions["talentpool"].clock() + timedelta(hours=2)
    with browser.session_transaction() as cookie:
        cookie["oidc"] = {**cookie["oidc"], "begun_at": later.isoformat()}
    site.extensions["talentpool"] = replace(site.extensions["talentpool"], clock=lambda: later)
    assert _finish(browser, query).status_code == 400


def test_a_provider_that_calls_itself_otherwise_is_400(site: Flask, issuer: str) -> None:
    wrong = OidcSettings(issuer=issuer + "/", client_id="x", client_secret=SECRET, public_url=PUBLIC)
    _use(site, wrong, site.extensions["talentpool"].clock())
    answer = site.test_client().get("/login/oidc")
    assert answer.status_code == 400
    assert "名称与设置不符" in answer.text


def test_a_provider_that_is_away_is_503(site: Flask) -> None:
    away = OidcSettings(issuer="http://localhost:9", client_id="x", client_secret=SECRET, public_url=PUBLIC)
    _use(site, away, site.extensions["talentpool"].clock())
    answer = site.test_client().get("/login/oidc")
    assert answer.status_code == 503
    assert "暂时无法访问" in answer.text


def test_without_a_provider_there_is_no_such_page(app: Flask) -> None:
    assert app.test_client().get("/login/oidc").status_code == 404
    assert app.test_client().get("/login/oidc/callback?state=x").status_code == 404


def _forged(issuer: str, **changes: object) -> dict[str, object]:
    present = int(time.time())
    return {
        "iss": issuer,
        "aud": "talentpool",
        "sub": "u-1",
        "exp": present + 600,
        "iat": present,
        "nonce": "n",
        "preferred_username": "wang.fang",
        **changes,
    }


@pytest.mark.parametrize(
    ("changes", "is_ours"),
    [
        ({}, True),
        ({"iss": "https://evil.example"}, False),
        ({"aud": "another-service"}, False),
        ({"aud": ["talentpool", "another-service"]}, False),
        ({"aud": ["talentpool", "another-service"], "azp": "talentpool"}, True),
        ({"azp": "another-service"}, False),
        ({"nonce": "m"}, False),
        ({"exp": 1}, False),
        ({"iat": int(time.time()) + 3600}, False),
        ({"nonce": None}, False),
    ],
)
def test_every_claim_of_the_identity_token_is_looked_at(
    issuer: str, now: datetime, changes: dict[str, object], is_ours: bool
) -> None:
    settings = OidcSettings(issuer=issuer, client_id="talentpool", client_secret=SECRET, public_url=PUBLIC)
    key = RSAKey.generate_key(2048, parameters={"kid": "k"}, private=True)
    keys = {"keys": [key.as_dict(private=False)]}
    token = jwt.encode({"alg": "RS256", "kid": "k"}, _forged(issuer, **changes), key)
    begun = Begun(state="s", nonce="n", verifier="v", begun_at=now.isoformat(), wanted="")
    provider, present = OidcProvider(settings), datetime.now(now.tzinfo)
    if is_ours:
        assert provider._claims(token, keys, begun, present)["preferred_username"] == "wang.fang"
        return
    with pytest.raises(ProviderRefused):
        provider._claims(token, keys, begun, present)


def test_a_token_of_another_key_or_none_is_refused(issuer: str, now: datetime) -> None:
    settings = OidcSettings(issuer=issuer, client_id="talentpool", client_secret=SECRET, public_url=PUBLIC)
    known = RSAKey.generate_key(2048, parameters={"kid": "k"}, private=True)
    keys = {"keys": [known.as_dict(private=False)]}
    stranger = RSAKey.generate_key(2048, parameters={"kid": "k"}, private=True)
    begun = Begun(state="s", nonce="n", verifier="v", begun_at=now.isoformat(), wanted="")
    tokens = [
        jwt.encode({"alg": "RS256", "kid": "k"}, _forged(issuer), stranger),
        "eyJhbGciOiJub25lIn0.e30.",
        "",
        "x.y.z",
    ]
    for token in tokens:
        with pytest.raises(ProviderRefused):
            OidcProvider(settings)._claims(token, keys, begun, datetime.now(now.tzinfo))
