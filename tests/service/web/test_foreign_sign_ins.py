"""What an attacker brings from a provider's side: forged tokens, look-alike names, addresses in clear, other sites."""

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import update

from service.access import OPERATOR, Role
from service.db import Database
from service.errors import Forbidden
from service.models.accounts import Account
from service.settings.accounts import AccountSettings
from service.settings.sign_in import OidcSettings
from service.usecases import accounts
from service.usecases.accounts import Begun, OidcProvider, Origin, ProviderRefused, SignIn
from service.web.language import own_address

pytest.importorskip("authlib", reason="the extra oidc is not installed")

ISSUER = "https://id.example"
SETTINGS = OidcSettings(
    issuer=ISSUER, client_id="talentpool", client_secret="a-secret-27", public_url="http://localhost"
)
KEY = RSAKey.generate_key(2048, parameters={"kid": "k"}, private=True)
KEYS = {"keys": [KEY.as_dict(private=False)]}


def _begun(now: datetime) -> Begun:
    return Begun(state="s", nonce="n", verifier="v", begun_at=now.isoformat(), wanted="")


def _claims(**changes: Any) -> dict[str, Any]:
    present = int(time.time())
    told = {"iss": ISSUER, "aud": "talentpool", "sub": "u-1", "exp": present + 600, "iat": present, "nonce": "n"}
    return {**told, "preferred_username": "wang.fang", **changes}


def _part(document: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).decode().rstrip("=")


def _forgeries() -> dict[str, str]:
    public = KEY.as_pem(private=False)
    other = RSAKey.generate_key(2048, private=True)
    by_public_key = OctKey.import_key(base64.urlsafe_b64encode(public).decode())
    signed = jwt.encode({"alg": "RS256", "kid": "k"}, _claims(), KEY)
    head, _, signature = signed.split(".")
    return {
        "unsigned": f"{_part({'alg': 'none', 'kid': 'k'})}.{_part(_claims())}.",
        "unsigned in capitals": f"{_part({'alg': 'NONE', 'kid': 'k'})}.{_part(_claims())}.{signature}",
        "signed with the public key": jwt.encode(
            {"alg": "HS256", "kid": "k"}, _claims(), by_public_key, algorithms=["HS256"]
        ),
        "its own key inside": jwt.encode({"alg": "RS256", "jwk": other.as_dict(private=False)}, _claims(), other),
        "its own key elsewhere": jwt.encode({"alg": "RS256", "jku": "https://evil.example/keys"}, _claims(), other),
        "other claims": f"{head}.{_part(_claims(preferred_username='admin'))}.{signature}",
        "not yet": jwt.encode({"alg": "RS256", "kid": "k"}, _claims(nbf=int(time.time()) + 3600), KEY),
        "a critical extension": jwt.encode({"alg": "RS256", "kid": "k"}, _claims(), KEY).replace(
            head, _part({"alg": "RS256", "kid": "k", "crit": ["exp"], "exp": 1})
        ),
    }


FORGERIES = _forgeries()


def test_what_the_provider_signed_is_taken(now: datetime) -> None:
    token = jwt.encode({"alg": "RS256", "kid": "k"}, _claims(), KEY)
    read = OidcProvider(SETTINGS)._claims(token, KEYS, _begun(now), datetime.now(now.tzinfo))
    assert read["preferred_username"] == "wang.fang"


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_identity_token_is_refused(now: datetime, forgery: str) -> None:
    with pytest.raises(ProviderRefused):
        OidcProvider(SETTINGS)._claims(FORGERIES[forgery], KEYS, _begun(now), datetime.now(now.tzinfo))


@pytest.fixture
def office(database: Database, now: datetime) -> Database:
    for name, way in (("wang.fang", accounts.SignInWay.OIDC), ("admin", None), ("li.na", accounts.SignInWay.LDAP)):
        with database.unit_of_work() as session:
            more = {} if way is None else {"way": way}
            accounts.create_account(session, actor=OPERATOR, username=name, roles=[Role.ADMIN], now=now, **more)
    return database


def _by_provider(database: Database, name: str, now: datetime) -> object:
    vouched = accounts.Vouched(username=name, issuer="https://id.example", subject=f"of {name}"[:99])
    return accounts.sign_in_by_provider(database, vouched=vouched, settings=AccountSettings(), origin=Origin(), now=now)


@pytest.mark.parametrize(
    "name",
    ["admin", "li.na", "ADMIN", "Wang.Fang", "wang.fang ", "wang.fang\n", "wang.fang@id.example", "ｗang.fang", "wang%",
     "", "wang.fang' OR '1'='1", "x" * 100_000],
)  # fmt: skip
def test_a_name_that_looks_like_an_account_is_none(office: Database, now: datetime, name: str) -> None:
    assert isinstance(_by_provider(office, "wang.fang", now), SignIn)
    assert isinstance(_by_provider(office, name, now), Forbidden)


def test_a_disabled_account_does_not_come_in_by_the_provider(office: Database, now: datetime) -> None:
    with office.unit_of_work() as session:
        session.execute(update(Account).where(Account.username == "wang.fang").values(is_disabled=True))
    assert isinstance(_by_provider(office, "wang.fang", now), Forbidden)


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "/\\evil.example", "https://evil.example", "https:evil.example", "javascript:alert(1)",
     "\\\\evil", "/\t/evil.example", " //evil.example",
     "/a\\..\\b", "/help\r\nSet-Cookie: a=b", "evil.example", "///evil.example"],
)  # fmt: skip
def test_nobody_is_sent_to_another_site_after_signing_in(composed_app: Any, wanted: str) -> None:
    with composed_app.test_request_context():
        assert own_address(wanted) == own_address(None)
        assert own_address("/help?x=//y") == "/help?x=//y"


@contextmanager
def _answering(document: dict[str, Any], *, posted: list[str] | None = None) -> Iterator[str]:
    """Serve the description of a provider, which calls itself by the address it is served at.

    What is posted is sent on, to where it is noted in `posted`.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if self.path == "/elsewhere" and posted is not None:
                posted.append(body)
            self.send_response(307)
            self.send_header("Location", f"{address}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            body = json.dumps({"issuer": address, **{key: f"{address}/{key}" for key in _NEEDED}, **document}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


def _provider(issuer: str) -> OidcProvider:
    return OidcProvider(
        OidcSettings(issuer=issuer, client_id="x", client_secret="a-secret-27", public_url="http://localhost")
    )


@pytest.mark.parametrize("endpoint", _NEEDED)
def test_a_provider_that_names_addresses_in_clear_gets_no_secret(now: datetime, endpoint: str) -> None:
    clear = {endpoint: "http://id.example/in-clear"}
    with _answering(clear) as issuer, pytest.raises(ProviderRefused, match="in clear"):
        _provider(issuer).begin(wanted="", now=now)
    with _answering({}) as issuer:
        assert _provider(issuer).begin(wanted="", now=now)[0].startswith(f"{issuer}/authorization_endpoint?")


def test_a_provider_that_names_itself_in_every_answer_is_held_to_it(now: datetime) -> None:
    answer = {"state": "s", "code": "c"}
    with _answering({"authorization_response_iss_parameter_supported": True}) as issuer:
        with pytest.raises(ProviderRefused, match="does not say which provider"):
            _provider(issuer).finish(_begun(now), answer=answer, now=now)
        with pytest.raises(ProviderRefused, match="comes from another provider"):
            _provider(issuer).finish(_begun(now), answer={**answer, "iss": "https://evil.example"}, now=now)


def test_a_provider_that_sends_on_gets_no_code_and_no_secret_carried_there(now: datetime) -> None:
    """Only addresses of the description are looked at; a redirect would lead around that, also into clear text."""
    posted: list[str] = []
    with _answering({}, posted=posted) as issuer, pytest.raises(ProviderRefused):
        _provider(issuer).finish(_begun(now), answer={"state": "s", "code": "c"}, now=now)
    assert posted == []
