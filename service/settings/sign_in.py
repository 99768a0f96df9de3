"""Settings of other houses that vouch for accounts: an OpenID Connect provider, an LDAP directory."""

import ipaddress
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from matching.vocabulary import Text
from service.errors import NotConfigured
from service.settings.values import flag, secret_of_file

__all__ = ["LdapSettings", "OidcSettings", "is_sealed"]

_PLACE_OF_NAME = "{username}"
_ID_ATTRIBUTE = "TALENTPOOL_LDAP_ID_ATTRIBUTE"
_ATTRIBUTE = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_NAMES = frozenset({"uid", "cn", "sn", "mail", "samaccountname", "userprincipalname", "distinguishedname", "entrydn"})


@dataclass(frozen=True, kw_only=True)
class OidcSettings:
    """An OpenID Connect provider that signs accounts in.

    Parameters
    ----------
    issuer : str
        Address of the provider, exactly as it calls itself (``TALENTPOOL_OIDC_ISSUER``).
    client_id, client_secret : str
        How the service is known there (``TALENTPOOL_OIDC_CLIENT_ID``, ``TALENTPOOL_OIDC_CLIENT_SECRET_FILE``).
    public_url : str
        Address of the service as browsers know it (``TALENTPOOL_PUBLIC_URL``).
    claim : str
        Claim that holds the name of an account (``TALENTPOOL_OIDC_CLAIM``); nobody may be able to choose it freely.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    public_url: str
    claim: str = "preferred_username"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "OidcSettings | None":
        """Read the settings; None without an issuer.

        Raises
        ------
        NotConfigured
            If something is missing or would travel in clear.
        """
        names = ("TALENTPOOL_OIDC_ISSUER", "TALENTPOOL_OIDC_CLIENT_ID", "TALENTPOOL_PUBLIC_URL")
        given = {name: environment.get(name, "") for name in names}
        claim, secret_name = environment.get("TALENTPOOL_OIDC_CLAIM"), "TALENTPOOL_OIDC_CLIENT_SECRET_FILE"
        if not any([*given.values(), claim, environment.get(secret_name)]):
            return None
        for name, value in given.items():
            if not value:
                raise _missing(name)
        for name in (names[0], names[2]):
            _check_is_sealed(name, given[name], schemes=("https",), plain="http")
        return cls(
            issuer=given[names[0]],
            client_id=given[names[1]],
            client_secret=secret_of_file(environment, secret_name),
            public_url=given[names[2]].rstrip("/"),
            claim=claim or cls.claim,
        )


@dataclass(frozen=True, kw_only=True)
class LdapSettings:
    """A directory that knows the passwords of some accounts.

    Parameters
    ----------
    url : str
        ``ldaps://host[:port]``, or ``ldap://`` with StartTLS (``TALENTPOOL_LDAP_URL``, ``TALENTPOOL_LDAP_STARTTLS``).
    base : str
        Where people are searched (``TALENTPOOL_LDAP_BASE``).
    filter : str
        How; ``{username}`` is replaced by the escaped name (``TALENTPOOL_LDAP_FILTER``).
    id_attribute : str
        Attribute that says who somebody is whatever they are called, and is never given twice; objectGUID in Active
        Directory (``TALENTPOOL_LDAP_ID_ATTRIBUTE``).
    bind_dn, bind_password : str
        Who searches, nobody if empty (``TALENTPOOL_LDAP_BIND_DN``, ``TALENTPOOL_LDAP_BIND_PASSWORD_FILE``).
    has_starttls : bool
    ca_file : Path or None
        Certificates of who may vouch for the directory; those of the host otherwise (``TALENTPOOL_LDAP_CA_FILE``).
    """

    url: str
    base: str
    filter: str = "(uid={username})"
    id_attribute: str = "entryUUID"
    bind_dn: str = ""
    bind_password: str = field(default="", repr=False)
    has_starttls: bool = False
    ca_file: Path | None = None

    @property
    def issuer(self) -> str:
        """What the ids of the directory are kept with: the attribute alone, so that another address changes nobody."""
        return f"ldap:{self.id_attribute.casefold()}"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "LdapSettings | None":
        """Read the settings; None without an address.

        Raises
        ------
        NotConfigured
            If something is missing, or passwords would travel in clear.
        """
        url, base = environment.get("TALENTPOOL_LDAP_URL", ""), environment.get("TALENTPOOL_LDAP_BASE", "")
        template = environment.get("TALENTPOOL_LDAP_FILTER") or cls.filter
        has_starttls = flag(environment, "TALENTPOOL_LDAP_STARTTLS")
        bind_dn, ca_file = environment.get("TALENTPOOL_LDAP_BIND_DN", ""), environment.get("TALENTPOOL_LDAP_CA_FILE")
        secret_name = "TALENTPOOL_LDAP_BIND_PASSWORD_FILE"  # noqa: S105 - the name of a variable
        has_secret = secret_name in environment
        id_attribute = environment.get(_ID_ATTRIBUTE, "")
        if not url:
            return None
        if not base:
            raise _missing("TALENTPOOL_LDAP_BASE")
        _check_is_sealed(
            "TALENTPOOL_LDAP_URL", url, schemes=("ldaps", *(("ldap",) if has_starttls else ())), plain="ldap"
        )
        if template.count(_PLACE_OF_NAME) != 1 or not template.startswith("("):
            raise NotConfigured(
                Text(
                    "过滤条件应含一处 {username}，并以括号括起。",
                    "A filter has {username} once, and brackets around it.",
                ),
                remedy=Text("例如 (uid={username})。", "For example (uid={username})."),
                place="TALENTPOOL_LDAP_FILTER",
            )
        return cls(
            url=url,
            base=base,
            filter=template,
            id_attribute=_checked_attribute(id_attribute, template) or cls.id_attribute,
            bind_dn=bind_dn,
            bind_password=secret_of_file(environment, secret_name) if bind_dn or has_secret else "",
            has_starttls=has_starttls,
            ca_file=Path(ca_file) if ca_file else None,
        )


def _checked_attribute(given: str, template: str) -> str:
    """Return the attribute that says who somebody is; names are given to others, so none of them can be it."""
    is_name = given.casefold() in _NAMES or f"({given}={_PLACE_OF_NAME})".casefold() in template.casefold()
    if given and (is_name or not _ATTRIBUTE.fullmatch(given)):
        raise NotConfigured(
            Text("应为目录中永不更改、永不重用的属性。", "It is an attribute that never changes and is never reused."),
            remedy=Text(
                "例如 entryUUID；Active Directory 用 objectGUID。", "Such as entryUUID, objectGUID in Active Directory."
            ),
            place=_ID_ATTRIBUTE,
        )
    return given


def _missing(name: str) -> NotConfigured:
    return NotConfigured(
        Text("缺少该设置项。", "This setting is missing."),
        remedy=Text("见 docs/accounts.md。", "See docs/accounts.md."),
        place=name,
    )


def is_sealed(url: str, *, schemes: tuple[str, ...], plain: str) -> bool:
    """Whether an address carries nothing in clear beyond this machine."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    is_here = host == "localhost"
    with suppress(ValueError):
        is_here = is_here or ipaddress.ip_address(host).is_loopback
    return parts.scheme in schemes or (parts.scheme == plain and is_here)


def _check_is_sealed(name: str, url: str, *, schemes: tuple[str, ...], plain: str) -> None:
    """Refuse an address that would carry secrets in clear beyond this machine."""
    if is_sealed(url, schemes=schemes, plain=plain):
        return
    raise NotConfigured(
        Text("口令和令牌会以明文经过网络。", "Passwords and tokens would cross the network in clear."),
        remedy=Text(f"请使用 {schemes[0]}:// 地址。", f"Use an address with {schemes[0]}://."),
        place=name,
    )
