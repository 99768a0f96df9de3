"""Passwords as argon2 hashes, tokens as digests."""

import hashlib
import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

__all__ = ["as_digest", "generated_password", "hash_password", "is_outdated", "matches"]

_HASHER = PasswordHasher()
# An account that does not exist costs the same time as one that does.
_NOBODY = _HASHER.hash(secrets.token_hex(16))


def hash_password(clear: str) -> str:
    """Return the argon2id hash of a password (RFC 9106), with its parameters and salt."""
    return _HASHER.hash(_normal(clear))


def matches(password_hash: str | None, clear: str) -> bool:
    """Whether a password belongs to a hash; without a hash the answer is no and takes just as long."""
    try:
        _HASHER.verify(password_hash or _NOBODY, _normal(clear))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether a hash was made with other parameters than those of today."""
    return _HASHER.check_needs_rehash(password_hash)


def generated_password() -> str:
    """Return a random password of 120 bits in 20 characters."""
    return secrets.token_urlsafe(15)


def as_digest(token: str) -> bytes:
    """Return the SHA-256 digest of a random token; such a token needs no slow hash."""
    return hashlib.sha256(token.encode()).digest()


def _normal(clear: str) -> str:
    # One keyboard types a letter with its accent as one sign, another as two (NIST SP 800-63B, section 3.1.1.2).
    return unicodedata.normalize("NFKC", clear)
