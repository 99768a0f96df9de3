"""Switching the language, and the single keys: the same page again, the other way."""

from urllib.parse import urlsplit

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from matching.vocabulary import Language
from service.context import LANGUAGE_COOKIE, service
from service.web.reader import KEYS_COOKIE

__all__ = ["blueprint", "own_address"]

blueprint = Blueprint("language", __name__)
_ONE_YEAR_S = 365 * 24 * 3600


@blueprint.get("/language/<any(zh, en):code>")
def choose(code: str) -> Response:
    """Remember the language and go back to the page."""
    response = redirect(own_address(request.args.get("next")), 303)
    response.set_cookie(
        LANGUAGE_COOKIE,
        Language(code),
        max_age=_ONE_YEAR_S,
        httponly=True,
        samesite="Lax",
        secure=service().settings.secure_cookies,
    )
    return response


@blueprint.get("/keys")
def switch_keys() -> Response:
    """Remember whether single keys act, and go back to the page."""
    state = "off" if request.args.get("single") == "off" else "on"
    response = redirect(own_address(request.args.get("next")), 303)
    response.set_cookie(
        KEYS_COOKIE,
        state,
        max_age=_ONE_YEAR_S,
        httponly=True,
        samesite="Lax",
        secure=service().settings.secure_cookies,
    )
    return response


def own_address(wanted: str | None) -> str:
    """Return an address if it is one of ours, else the overview: nobody is sent to another site."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return url_for("overview.show")
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc or any(ord(letter) < 32 for letter in wanted) or "\\" in wanted:
        return url_for("overview.show")
    return wanted
