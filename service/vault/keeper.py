"""Sealing and opening of single fields, bound to table, column and row, and blind indexes for exact search."""

import hmac
import os
import time
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from matching.vocabulary import Text
from service.errors import NotConfigured, ServiceError
from service.vault.key_file import KeyFile
from service.vault.suites import DEFAULT_SUITE, FieldCipher

__all__ = ["TamperedField", "Vault"]

_NONCE_BYTES = 12
_LOOK_AGAIN_S = 0.5


class TamperedField(ServiceError):
    """A sealed value does not belong to its row, or was changed."""

    code = "tampered_field"
    status = 500


class Vault:
    """Keeper of the keys.

    A sealed value is ``key version (1 byte) | nonce (12 bytes) | ciphertext and tag``; the version tells the suite. The
    additional data are ``table.column:row id``, so that a ciphertext moved to another row or column is refused.

    A key file that another process changes is read again: before sealing at most half a second later, and at once
    when a value names a version that is not known yet. So keys are changed while the service runs.

    Parameters
    ----------
    keys : KeyFile
    path : Path, optional
        Where they are kept; without it they never change.
    """

    def __init__(self, keys: KeyFile, *, path: Path | None = None) -> None:
        self._path = path
        self._stamp: tuple[int, int, int] | None = None  # unknown: the file may have changed since it was read
        self._looked_at = time.monotonic()
        self._keys = keys
        self._ciphers: Mapping[int, FieldCipher] = {}
        self._take(keys)

    @property
    def keys(self) -> KeyFile:
        """The keys as they were read last."""
        self._watch()
        return self._keys

    @property
    def session_secret(self) -> bytes:
        """Secret that signs the session cookie."""
        return self._keys.session_secret

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits that tell two installations apart without telling the keys."""
        return self._keys.fingerprint

    def seal(self, place: str, row_id: int, clear: str | None) -> bytes | None:
        """Encrypt `clear` for ``place`` (table.column) of row `row_id`; None stays None."""
        if clear is None:
            return None
        self._watch()
        current, ciphers = self._keys.current, self._ciphers
        nonce = os.urandom(_NONCE_BYTES)
        return bytes([current]) + nonce + ciphers[current].encrypt(nonce, clear.encode(), _bound_to(place, row_id))

    def open(self, place: str, row_id: int, sealed: bytes | None) -> str | None:
        """Decrypt what `seal` made for the same place and row.

        Raises
        ------
        TamperedField
            If the value was changed, moved from another row or column, or sealed with a key that is not there.
        """
        if sealed is None:
            return None
        try:
            cipher = self._cipher_of(sealed[0])
            nonce, data = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
            return cipher.decrypt(nonce, data, _bound_to(place, row_id)).decode()
        except (KeyError, IndexError, InvalidTag, ValueError) as error:
            raise TamperedField(
                Text(
                    "加密字段无法解密：内容被改动，或密钥不符。",
                    "An encrypted field cannot be opened: changed, or sealed with another key.",
                ),
                remedy=Text(
                    "请核对密钥文件，并从备份恢复该行。", "Check the key file and restore the row from a backup."
                ),
                place=f"{place}:{row_id}",
            ) from error

    def blind_index(self, place: str, clear: str | None) -> bytes | None:
        """Return the search key of a clear value: equal values give equal keys, the key gives nothing back."""
        if clear is None:
            return None
        self._watch()
        return self._index(self._keys.current, place, clear)

    def blind_indexes(self, place: str, clear: str | None) -> list[bytes]:
        """Return the search keys that a value may be stored under, the present one first.

        There are several while keys are being changed: rows get their new search key one after the other.
        """
        if clear is None:
            return []
        self._watch()
        keys = self._keys
        older = (number for number in sorted(keys.versions, reverse=True) if number != keys.current)
        return list(dict.fromkeys(self._index(number, place, clear) for number in (keys.current, *older)))

    def chain(self, previous: bytes, message: bytes) -> bytes:
        """Return the keyed digest (32 bytes) of a line of the audit log and of the digest before it."""
        digest = self._chain.copy()  # a third of the time of a new one
        digest.update(previous + message)
        return digest.digest()

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature (64 bytes) of this installation."""
        return self._signing_key.sign(message)

    def has_signed(self, message: bytes, signature: bytes) -> bool:
        """Whether a signature is of this installation."""
        try:
            self._signing_key.public_key().verify(signature, message)
        except InvalidSignature:
            return False
        return True

    @property
    def public_key(self) -> bytes:
        """The Ed25519 key (32 bytes) that others check the signatures of this installation with."""
        return self._signing_key.public_key().public_bytes_raw()

    def look_again(self) -> None:
        """Read the key file if it has changed, without waiting for the next look."""
        self._looked_at = time.monotonic()
        stamp = _stamp(self._path)
        if self._path is None or stamp is None or stamp == self._stamp:
            return
        try:
            found = KeyFile.read(self._path)
        except NotConfigured:
            return  # whoever broke the file is told so at the next start; what runs keeps its keys
        if found.fingerprint == self._keys.fingerprint:
            self._stamp = stamp
            self._take(found)

    @classmethod
    def create(cls, path: Path, *, suite: str = DEFAULT_SUITE) -> "Vault":
        """Write a new key file (mode 0600) and return its vault; an existing file is never overwritten."""
        KeyFile.generated(suite).write_new(path)
        return cls.load(path)

    @classmethod
    def load(cls, path: Path) -> "Vault":
        """Read the key file.

        Raises
        ------
        NotConfigured
            If it is missing or damaged.
        """
        return cls(KeyFile.read(path), path=path)

    @property
    def _signing_key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self._keys.signing_seed)

    def _take(self, keys: KeyFile) -> None:
        # The ciphers first: another thread must never see a version that has none.
        self._ciphers = {number: one.suite.cipher(one.field_key) for number, one in keys.versions.items()}
        self._chain = hmac.new(keys.audit_key, digestmod="sha256")
        self._keys = keys

    def _watch(self) -> None:
        if self._path is not None and time.monotonic() - self._looked_at > _LOOK_AGAIN_S:
            self.look_again()

    def _cipher_of(self, version: int) -> FieldCipher:
        if version not in self._ciphers:
            self.look_again()
        return self._ciphers[version]

    def _index(self, version: int, place: str, clear: str) -> bytes:
        one = self._keys.versions[version]
        normal = unicodedata.normalize("NFKC", clear).replace(" ", "").upper()
        return one.suite.keyed_digest(one.index_key, f"{place}|{normal}".encode())


def _bound_to(place: str, row_id: int) -> bytes:
    return f"{place}:{row_id}".encode()


def _stamp(path: Path | None) -> tuple[int, int, int] | None:
    if path is None:
        return None
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size
