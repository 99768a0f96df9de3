"""Static files: addressed with a part of their hash, so that browsers may keep them for ever."""

import hashlib
from functools import cache
from pathlib import Path

from flask import url_for

__all__ = ["DIRECTORY", "asset"]

DIRECTORY = Path(__file__).parent / "static"


def asset(name: str) -> str:
    """Return the address of a static file."""
    return url_for("web.static", filename=name, v=_fingerprint(name))


@cache
def _fingerprint(name: str) -> str:
    return hashlib.sha256((DIRECTORY / name).read_bytes()).hexdigest()[:10]
