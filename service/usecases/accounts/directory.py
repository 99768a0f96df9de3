"""Passwords that an LDAP directory knows: find the entry, then bind as it, and say who it is by what never changes."""

import secrets
import ssl
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from matching.vocabulary import Text
from service.errors import NotConfigured, ServiceError
from service.settings.sign_in import LdapSettings
from service.usecases.accounts.provider import Vouched

if TYPE_CHECKING:
    from ldap3 import Connection

__all__ = ["DirectoryUnavailable", "LdapDirectory"]

_TIMEOUT_S = 5
_LONGEST_ID = 120  # bytes; twice as many digits are kept


class DirectoryUnavailable(ServiceError):
    """The directory does not answer, so that nothing is known of its passwords."""

    code = "unavailable"
    status = 503


class _Entry(NamedTuple):
    """An entry: its distinguished name, and who it is whatever it is called."""

    name: str
    subject: str | None


class LdapDirectory:
    """An LDAP directory.

    Parameters
    ----------
    settings : LdapSettings

    Raises
    ------
    NotConfigured
        If the extra ``ldap`` is not installed.
    """

    def __init__(self, settings: LdapSettings) -> None:
        self._settings = settings
        try:
            with warnings.catch_warnings():
                # ldap3 asks pyasn1 for names that it has renamed; both work.
                warnings.simplefilter("ignore", DeprecationWarning)
                import ldap3
                from ldap3.core import exceptions
                from ldap3.protocol.sasl.sasl import sasl_prep
                from ldap3.utils.conv import escape_filter_chars
        except ImportError as error:
            raise NotConfigured(
                Text("未安装 LDAP 组件。", "The parts for LDAP are not installed."),
                remedy=Text("请安装 talentpool[ldap]。", "Install talentpool[ldap]."),
                place="TALENTPOOL_LDAP_URL",
            ) from error
        self._ldap3, self._errors, self._escape = ldap3, exceptions, escape_filter_chars
        self._prepare: Callable[[str], str] = sasl_prep
        ca_file = str(settings.ca_file) if settings.ca_file else None
        self._tls = ldap3.Tls(validate=ssl.CERT_REQUIRED, version=ssl.PROTOCOL_TLS_CLIENT, ca_certs_file=ca_file)

    def vouch(self, username: str, password: str) -> Vouched | None:
        """Return who has this name and this password in the directory, None if nobody or more than one does.

        Raises
        ------
        DirectoryUnavailable
            If it does not answer, the search itself is refused, or it does not tell who an entry is beside its name.
        """
        if not password or "\0" in password:
            return None  # a bind without a password succeeds as nobody (RFC 4513, section 5.1.2)
        prepared = self._prepared(password)
        try:
            found = self._find(username)
            # An entry that does not exist, or a password that no entry can have, costs the same bind as others.
            nobody = (f"cn=nobody,{self._settings.base}", secrets.token_hex(16))
            name, given = (found.name, prepared) if found and prepared else nobody
            is_right = self._binds(name, given)
        except (self._errors.LDAPException, OSError, ssl.SSLError) as error:
            raise DirectoryUnavailable(
                Text("统一身份目录暂时无法访问。", "The directory of accounts cannot be reached."),
                remedy=Text("请稍后再试，或联系系统管理员。", "Try again later, or tell the administrator."),
            ) from error
        if not (is_right and found and prepared):
            return None
        if found.subject is None:
            raise self._nameless()
        return Vouched(username=username, issuer=self._settings.issuer, subject=found.subject)

    def _prepared(self, password: str) -> str | None:
        """Return a password as the directory gets it (RFC 4013), None if none of a directory is written so.

        Signs that are mapped to nothing must not leave an empty password, and one that cannot be prepared is wrong: it
        says nothing about whether the directory answers, so that it must not count as no guess.
        """
        try:
            return self._prepare(password) or None
        except self._errors.LDAPException:
            return None

    def _find(self, username: str) -> "_Entry | None":
        """Return the one entry of a name, None if there is none or more than one."""
        settings = self._settings
        if any("\ud800" <= sign <= "\udfff" for sign in username):
            return None  # halves of signs, as a command line may give them, cannot be asked for
        with self._opened(settings.bind_dn or None, settings.bind_password or None) as searching:
            if not searching.bind():
                raise self._errors.LDAPBindError("the account that searches was refused")
            searching.search(
                settings.base,
                settings.filter.replace("{username}", self._escape(username)),
                attributes=[settings.id_attribute],
                size_limit=2,
            )
            entries = [entry for entry in searching.response or () if entry.get("type") == "searchResEntry"]
        if len(entries) != 1:
            return None
        return _Entry(entries[0]["dn"], _subject(entries[0]["raw_attributes"], settings.id_attribute))

    def _nameless(self) -> DirectoryUnavailable:
        attribute = self._settings.id_attribute
        return DirectoryUnavailable(
            Text(
                f"统一身份目录没有给出不变的身份标识（{attribute}）。",
                f"The directory does not tell what stays the same of a person ({attribute}).",
            ),
            remedy=Text(
                "请系统管理员允许检索账号读取该属性，或设置 TALENTPOOL_LDAP_ID_ATTRIBUTE。",
                "Ask the administrator to let the searching account read it, or to set TALENTPOOL_LDAP_ID_ATTRIBUTE.",
            ),
            place="TALENTPOOL_LDAP_ID_ATTRIBUTE",
        )

    def _binds(self, name: str, password: str) -> bool:
        with self._opened(name, password) as connection:
            return bool(connection.bind())

    @contextmanager
    def _opened(self, name: str | None, password: str | None) -> "Iterator[Connection]":
        """Open a connection, sealed where the settings say so, and close it at the end whatever happens."""
        server = self._ldap3.Server(
            self._settings.url, tls=self._tls, connect_timeout=_TIMEOUT_S, get_info=self._ldap3.NONE
        )
        connection = self._ldap3.Connection(
            server, user=name, password=password, receive_timeout=_TIMEOUT_S, read_only=True, auto_referrals=False
        )
        try:
            connection.open()
            if self._settings.has_starttls and not connection.start_tls():
                raise self._errors.LDAPStartTLSError("StartTLS was refused")
            yield connection
        finally:
            connection.unbind()
            if connection.socket is not None:  # left open where the handshake failed
                connection.socket.close()


def _subject(attributes: Mapping[str, Sequence[bytes]], wanted: str) -> str | None:
    """Return the one value of an attribute as a text: itself if it is one (entryUUID), else its digits (objectGUID)."""
    found = [value for name, values in attributes.items() if name.casefold() == wanted.casefold() for value in values]
    if len(found) != 1 or not 0 < len(found[0]) <= _LONGEST_ID:
        return None
    text = found[0].decode("ascii", "replace")
    return f"text:{text}" if text.isascii() and text.isprintable() else f"hex:{found[0].hex()}"
