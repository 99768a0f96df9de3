"""Versions by content: the same content has the same version on every machine."""

import hashlib
import json

__all__ = ["canonical_json", "version_of"]

_DIGITS = 16


def canonical_json(document: object) -> bytes:
    """Encode plain JSON values in the one way that versions are made of: sorted keys, no spaces, UTF-8.

    Raises
    ------
    TypeError, ValueError
        If a value has no place in JSON, such as NaN.
    """
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def version_of(content: bytes) -> str:
    """Return the first 16 hex digits of the SHA-256 of some content."""
    return hashlib.sha256(content).hexdigest()[:_DIGITS]
