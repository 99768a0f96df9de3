"""Encryption of single fields: AES-GCM bound to table, column and row, and blind indexes for exact search."""

import base64
import hashlib
import hmac
import json
import os
import secrets
import unicodedata
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from matching.vocabulary import Text
from service.errors import NotConfigured, ServiceError

__all__ = ["TamperedField", "Vault"]

_NONCE_BYTES = 12


class TamperedField(ServiceError):
    """A sealed value does not belong to its row, or was changed."""

    code = "tampered_field"
    status = 500


class Vault:
    """Keeper of the keys.

    A sealed value is ``key version (1 byte) | nonce (12 bytes) | ciphertext and tag``; the additional data are
    ``table.column:row id``, so that a ciphertext moved to another row or column is refused.

    Parameters
    ----------
    field_keys : dict of int to bytes
        AES-256 keys by version (1..255); the highest seals, all of them open.
    index_key : bytes
        HMAC-SHA256 key of the blind indexes.
    session_secret : bytes
        Secret that signs the session cookie.

    References
    ----------
    NIST SP 800-38D (GCM), RFC 2104 (HMAC).
    """

    def __init__(self, *, field_keys: dict[int, bytes], index_key: bytes, session_secret: bytes) -> None:
        self._ciphers = {version: AESGCM(key) for version, key in field_keys.items()}
        self._current = max(field_keys)
        self._index_key = index_key
        self.session_secret = session_secret

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits that tell two key files apart without telling the keys."""
        return hmac.new(self._index_key, b"fingerprint", hashlib.sha256).hexdigest()[:16]

    def seal(self, place: str, row_id: int, clear: str | None) -> bytes | None:
        """Encrypt `clear` for ``place`` (table.column) of row `row_id`; None stays None."""
        if clear is None:
            return None
        nonce = os.urandom(_NONCE_BYTES)
        data = self._ciphers[self._current].encrypt(nonce, clear.encode(), f"{place}:{row_id}".encode())
        return bytes([self._current]) + nonce + data

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
            cipher = self._ciphers[sealed[0]]
            nonce, data = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
            return cipher.decrypt(nonce, data, f"{place}:{row_id}".encode()).decode()
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
        normal = unicodedata.normalize("NFKC", clear).replace(" ", "").upper()
        return hmac.digest(self._index_key, f"{place}|{normal}".encode(), "sha256")

    @classmethod
    def create(cls, path: Path) -> "Vault":
        """Write a new key file (mode 0600) and return its vault; an existing file is never overwritten."""
        path.parent.mkdir(parents=True, exist_ok=True)
        document = {
            "version": 1,
            "field_keys": {"1": _encoded(secrets.token_bytes(32))},
            "index_key": _encoded(secrets.token_bytes(32)),
            "session_secret": _encoded(secrets.token_bytes(32)),
        }
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            json.dump(document, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        return cls.load(path)

    @classmethod
    def load(cls, path: Path) -> "Vault":
        """Read the key file.

        Raises
        ------
        NotConfigured
            If it is missing or damaged.
        """
        try:
            document = json.loads(path.read_text(encoding="ascii"))
            keys = {int(version): _decoded(key) for version, key in document["field_keys"].items()}
            return cls(
                field_keys=keys,
                index_key=_decoded(document["index_key"]),
                session_secret=_decoded(document["session_secret"]),
            )
        except FileNotFoundError as error:
            raise NotConfigured(
                Text("找不到密钥文件。", "The key file is missing."),
                remedy=Text(
                    "新安装请运行 talentpool init；已有数据时请从备份取回密钥文件。",
                    "New installation: run talentpool init. With existing data: bring the file back from its backup.",
                ),
                place=str(path),
            ) from error
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise NotConfigured(
                Text("密钥文件已损坏。", "The key file is damaged."),
                remedy=Text("请从备份取回密钥文件。", "Bring the key file back from its backup."),
                place=str(path),
            ) from error


def _encoded(key: bytes) -> str:
    return base64.b64encode(key).decode("ascii")


def _decoded(text: str) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != 32:
        raise ValueError("a key has 32 bytes")
    return key
