"""Signing in by the provider of the house: there and back."""

from flask import Blueprint, redirect, request, session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from service.context import database, now, origin, provider, settings
from service.errors import ServiceError
from service.usecases import accounts
from service.web.sign_in_steps import go_on_with

__all__ = ["blueprint"]

blueprint = Blueprint("single_sign_on", __name__, url_prefix="/login/oidc")
_KEPT = "oidc"


@blueprint.get("")
def begin() -> Response:
    """Send the browser to the provider."""
    known = _provider()
    accounts.refuse_too_many_visits(database(), origin=origin(), settings=settings().accounts, now=now())
    address, begun = known.begin(wanted=request.args.get("next", ""), now=now())
    session[_KEPT] = begun.as_cookie()
    return redirect(address, 303)


@blueprint.get("/callback")
def finish() -> Response:
    """Take the browser back, if it went from here."""
    begun = accounts.Begun.of_cookie(session.pop(_KEPT, None))
    known = _provider()
    accounts.refuse_too_many_visits(database(), origin=origin(), settings=settings().accounts, now=now())
    vouched = known.finish(begun, answer=request.args.to_dict(), now=now())
    outcome = accounts.sign_in_by_provider(
        database(), vouched=vouched, settings=settings().accounts, origin=origin(), now=now()
    )
    if isinstance(outcome, ServiceError):
        raise outcome
    return go_on_with(outcome, wanted=begun.wanted if begun else "")


def _provider() -> accounts.OidcProvider:
    known = provider()
    if known is None:
        raise NotFound
    return known
