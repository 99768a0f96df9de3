"""The two suites of algorithms: AES-256-GCM with HMAC-SHA256, and SM4-GCM with HMAC-SM3.

References
----------
NIST SP 800-38D (GCM), RFC 2104 (HMAC), RFC 8998 (SM4-GCM), GB/T 32907 (SM4), GB/T 32905 (SM3).
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC

__all__ = ["DEFAULT_SUITE", "SUITES", "FieldCipher", "Suite"]

DEFAULT_SUITE = "aes"
_TAG_BYTES = 16


class FieldCipher(Protocol):
    """A cipher with one key; the tag of 16 bytes stands after the ciphertext."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        """Return ciphertext and tag."""

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        """Return the clear bytes, or raise ``cryptography.exceptions.InvalidTag``."""


class _Sm4Gcm:
    def __init__(self, key: bytes) -> None:
        self._algorithm = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        worker = Cipher(self._algorithm, modes.GCM(nonce)).encryptor()
        worker.authenticate_additional_data(associated_data)
        return worker.update(data) + worker.finalize() + worker.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        worker = Cipher(self._algorithm, modes.GCM(nonce, data[-_TAG_BYTES:])).decryptor()
        worker.authenticate_additional_data(associated_data)
        return worker.update(data[:-_TAG_BYTES]) + worker.finalize()


@dataclass(frozen=True, kw_only=True)
class Suite:
    """A cipher for fields and a keyed digest of 32 bytes for indexes.

    Parameters
    ----------
    name : str
    field_key_bytes : int
        Length of a key of the cipher.
    cipher : callable
        Makes the cipher of a key.
    keyed_digest : callable
        Digest of a message under a key, 32 bytes.
    """

    name: str
    field_key_bytes: int
    cipher: Callable[[bytes], FieldCipher]
    keyed_digest: Callable[[bytes, bytes], bytes]

    @property
    def is_available(self) -> bool:
        """Whether the cryptographic library of this machine has both algorithms."""
        try:
            self.cipher(bytes(self.field_key_bytes)).encrypt(bytes(12), b"", b"")
            self.keyed_digest(bytes(32), b"")
        except UnsupportedAlgorithm:
            return False
        return True


def _hmac_sha256(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


def _hmac_sm3(key: bytes, message: bytes) -> bytes:
    worker = HMAC(key, hashes.SM3())
    worker.update(message)
    return worker.finalize()


SUITES: Mapping[str, Suite] = {
    "aes": Suite(name="aes", field_key_bytes=32, cipher=AESGCM, keyed_digest=_hmac_sha256),
    "sm": Suite(name="sm", field_key_bytes=16, cipher=_Sm4Gcm, keyed_digest=_hmac_sm3),
}
