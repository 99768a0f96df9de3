"""Signing in by an OpenID Connect provider: authorization code with PKCE, state and nonce.

The provider says who somebody is; what they may do is kept here. An account that does not exist, or whose passwords are
kept here, is never let in by it.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from matching.vocabulary import Text
from service.errors import NotConfigured, ServiceError
from service.settings.sign_in import OidcSettings, is_sealed

__all__ = ["CALLBACK", "Begun", "OidcProvider", "ProviderRefused", "ProviderUnavailable", "Vouched"]

CALLBACK = "/login/oidc/callback"
_OPEN_FOR = timedelta(minutes=10)
_LEEWAY_S = 60
_TIMEOUT_S = 5
_LONGEST_SUBJECT = 255  # OpenID Connect Core, section 2
_EMAIL = "email"
_ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")


class ProviderRefused(ServiceError):
    """What came back from the provider does not belong to what was begun here."""

    code = "bad_request"
    status = 400


class ProviderUnavailable(ServiceError):
    """The provider does not answer."""

    code = "unavailable"
    status = 503


@dataclass(frozen=True)
class Begun:
    """A sign-in on its way; kept in the browser's signed cookie until the provider sends it back."""

    state: str
    nonce: str
    verifier: str
    begun_at: str
    wanted: str

    def as_cookie(self) -> dict[str, str]:
        """Return it as the cookie keeps it."""
        return asdict(self)

    @classmethod
    def of_cookie(cls, kept: object) -> "Begun | None":
        """Return what a cookie kept, None if that is nothing of the kind."""
        names = {"state", "nonce", "verifier", "begun_at", "wanted"}
        if not isinstance(kept, dict) or set(kept) != names or not all(isinstance(v, str) for v in kept.values()):
            return None
        return cls(**kept)


@dataclass(frozen=True, kw_only=True)
class Vouched:
    """Whom a provider vouches for: the name may be given to somebody else there, issuer and subject never are."""

    username: str
    issuer: str
    subject: str


class OidcProvider:
    """The provider of an installation.

    Parameters
    ----------
    settings : OidcSettings

    Raises
    ------
    NotConfigured
        If the extra ``oidc`` is not installed.
    """

    def __init__(self, settings: OidcSettings) -> None:
        self._settings = settings
        try:
            from authlib.integrations.requests_client import OAuth2Session
        except ImportError as error:
            raise NotConfigured(
                Text("未安装 OpenID Connect 组件。", "The parts for OpenID Connect are not installed."),
                remedy=Text("请安装 talentpool[oidc]。", "Install talentpool[oidc]."),
                place="TALENTPOOL_OIDC_ISSUER",
            ) from error
        self._session_type = OAuth2Session

    def begin(self, *, wanted: str, now: datetime) -> tuple[str, Begun]:
        """Return where the browser is sent, and what to remember until it comes back."""
        begun = Begun(
            state=secrets.token_urlsafe(24),
            nonce=secrets.token_urlsafe(24),
            verifier=secrets.token_urlsafe(48),
            begun_at=now.isoformat(),
            wanted=wanted,
        )
        with self._session() as session:
            address, _ = session.create_authorization_url(
                self._metadata(session)["authorization_endpoint"],
                state=begun.state,
                nonce=begun.nonce,
                code_verifier=begun.verifier,
            )
        return str(address), begun

    def finish(self, begun: Begun | None, *, answer: Mapping[str, str], now: datetime) -> Vouched:
        """Return whom the provider vouches for.

        Raises
        ------
        ProviderRefused
            If the state, issuer, audience, nonce, time or signature is not right, or the provider said no.
        ProviderUnavailable
            If it does not answer.
        """
        if begun is None or not hmac.compare_digest(begun.state.encode(), answer.get("state", "").encode()):
            raise _refused(Text("登录请求与本浏览器不符。", "This sign-in was not begun in this browser."))
        if datetime.fromisoformat(begun.begun_at) + _OPEN_FOR <= now:
            raise _refused(Text("登录请求已过期。", "This sign-in was begun too long ago."))
        if "error" in answer or not answer.get("code"):
            raise _refused(Text("统一身份系统未予登录。", "The provider did not let you in."))
        if answer.get("iss", self._settings.issuer) != self._settings.issuer:
            raise _refused(Text("应答来自另一个身份系统。", "The answer comes from another provider."))
        with self._session() as session:
            metadata = self._metadata(session)
            if metadata.get("authorization_response_iss_parameter_supported") is True and "iss" not in answer:
                raise _refused(
                    Text("应答没有说明来自哪个身份系统。", "The answer does not say which provider it is of.")
                )
            token = self._token(session, metadata, begun, answer["code"])
            keys = self._get(session, metadata["jwks_uri"])
        claims = self._claims(token.get("id_token", ""), keys, begun, now)
        name = claims.get(self._settings.claim)
        if not isinstance(name, str) or not name:
            raise _refused(Text("应答中没有账号名。", "The answer names no account."))
        if self._settings.claim == _EMAIL and claims.get("email_verified") is not True:
            raise _refused(
                Text("统一身份系统未核验此邮箱。", "The provider has not verified this address of mail.")
            )  # elsewhere people write into it what they like
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
            raise _refused(Text("应答中没有身份标识。", "The answer does not say who it is about."))
        return Vouched(username=name, issuer=self._settings.issuer, subject=subject)

    def _claims(self, id_token: object, keys: Any, begun: Begun, now: datetime) -> dict[str, Any]:
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        settings = self._settings
        registry = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=_LEEWAY_S,
            iss={"essential": True, "value": settings.issuer},
            aud={"essential": True, "value": settings.client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": begun.nonce},
        )
        try:
            read = jwt.decode(str(id_token), KeySet.import_key_set(keys), algorithms=list(_ALGORITHMS))
            registry.validate(read.claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise _refused(Text("身份令牌无效。", "The identity token is not valid.")) from error
        claims: dict[str, Any] = dict(read.claims)
        is_shared = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if (is_shared or "azp" in claims) and claims.get("azp") != settings.client_id:
            raise _refused(Text("身份令牌是发给另一个系统的。", "The identity token was made for another service."))
        return claims

    def _session(self) -> Any:
        return self._session_type(
            client_id=self._settings.client_id,
            client_secret=self._settings.client_secret,
            scope="openid profile email" if self._settings.claim == _EMAIL else "openid profile",
            redirect_uri=self._settings.public_url + CALLBACK,
            code_challenge_method="S256",
        )

    def _metadata(self, session: Any) -> dict[str, Any]:
        found = self._get(session, self._settings.issuer.rstrip("/") + "/.well-known/openid-configuration")
        needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if found.get("issuer") != self._settings.issuer or not all(isinstance(found.get(n), str) for n in needed):
            raise _refused(
                Text("身份系统的名称与设置不符。", "The provider calls itself by another name than the setting.")
            )
        if not all(is_sealed(found[name], schemes=("https",), plain="http") for name in needed):
            raise _refused(
                Text("身份系统给出明文地址。", "The provider names addresses to which secrets would go in clear.")
            )
        return found

    def _token(self, session: Any, metadata: dict[str, Any], begun: Begun, code: str) -> dict[str, Any]:
        from authlib.common.errors import AuthlibBaseError
        from requests import RequestException

        try:
            token: dict[str, Any] = session.fetch_token(
                metadata["token_endpoint"], code=code, code_verifier=begun.verifier, timeout=_TIMEOUT_S,
                allow_redirects=False,
            )  # fmt: skip
        except RequestException as error:
            raise _unavailable() from error
        except (AuthlibBaseError, ValueError) as error:
            raise _refused(Text("身份系统不认可该登录码。", "The provider does not know this code.")) from error
        return token

    def _get(self, session: Any, address: str) -> dict[str, Any]:
        from requests import RequestException

        try:
            answer = session.get(address, withhold_token=True, timeout=_TIMEOUT_S, allow_redirects=False)
            answer.raise_for_status()
            found = answer.json()
        except (RequestException, ValueError) as error:
            raise _unavailable() from error
        if not isinstance(found, dict):
            raise _unavailable()
        return found


def _refused(problem: Text) -> ProviderRefused:
    return ProviderRefused(
        problem, remedy=Text("请回到登录页重新登录。", "Go back to the sign-in page and begin again.")
    )


def _unavailable() -> ProviderUnavailable:
    return ProviderUnavailable(
        Text("统一身份系统暂时无法访问。", "The provider of accounts cannot be reached."),
        remedy=Text("请稍后再试，或联系系统管理员。", "Try again later, or tell the administrator."),
    )
