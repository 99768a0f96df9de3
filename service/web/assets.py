"""Static files: addressed with a part of their hash, so that browsers may keep them for ever."""

import hashlib
from functools import cache
from pathlib import Path

from flask import request, url_for

__all__ = ["DIRECTORY", "asset"]

DIRECTORY = Path(__file__).parent / "static"


def asset(name: str) -> str:
    """Return the address of a static file."""
    return _address(request.script_root, name)


@cache
def _address(root: str, name: str) -> str:  # noqa: ARG001 - under which the application is mounted: part of the address
    """Remember addresses: a page names the picture of its icons a hundred times."""
    return url_for("web.static", filename=name, v=_fingerprint(name))


@cache
def _fingerprint(name: str) -> str:
    return hashlib.sha256((DIRECTORY / name).read_bytes()).hexdigest()[:10]
