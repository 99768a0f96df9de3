"""What every page carries to keep a browser honest, and the check that a form was ours."""

import hmac
import secrets
from hashlib import sha256

from flask import Flask, Response, current_app, request, session
from flask_wtf import CSRFProtect
from itsdangerous import BadData, URLSafeTimedSerializer

from service.access.routes import PUBLIC, ROUTES
from service.context import current_actor, current_visit

__all__ = ["CONTENT_SECURITY_POLICY", "is_form_of", "register"]

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; report-uri /csp-reports"
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
}
# With report-to beside it browsers of the floor would report nowhere: they know no Reporting-Endpoints.
_REPORTS = "operations.report_policy"  # a browser sends them without a token, and they change nothing
API = "/api/"
_FOR_EVER = "public, max-age=31536000, immutable"
_csrf = CSRFProtect()
_TOKEN = "csrf_token"  # noqa: S105 - the name of a field
_SALT = "wtf-csrf-token"  # Flask-WTF's own
_MARK_LENGTH = 24


def register(app: Flask) -> None:
    """Attach the headers and the check of forms; the API writes with tokens and is left to itself."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    # A form may stay open as long as its session: nothing that somebody typed is lost after an hour.
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    _csrf.init_app(app)
    app.before_request(_check_form)
    app.after_request(_add_headers)


def _is_pinned() -> bool:
    """Whether an address changes with its content; a font that changes gets another name."""
    return "v" in request.args or request.path.startswith("/static/fonts/")


def is_form_of(account_id: int) -> bool:
    """Whether the token of this request's form was given out by this service to an account, in whichever session.

    Such a form may not act: it may be shown to the account again.
    """
    given = request.form.get(_TOKEN) or request.headers.get("X-CSRFToken", "")
    try:
        seed = URLSafeTimedSerializer(_key(), salt=_SALT).loads(given)
    except BadData:
        return False
    return isinstance(seed, str) and hmac.compare_digest(seed[:_MARK_LENGTH], _mark_of(account_id))


def _mark_of(account_id: int) -> str:
    return hmac.new(_key(), f"forms of account {account_id}".encode(), sha256).hexdigest()[:_MARK_LENGTH]


def _key() -> bytes:
    key = current_app.secret_key
    assert key  # noqa: S101 - of the vault, see `create_app`
    return key.encode() if isinstance(key, str) else key


def _check_form() -> None:
    if not request.endpoint or request.path.startswith(API) or request.endpoint == _REPORTS:
        return
    visit = current_visit()
    if visit is not None and visit.actor.account_id is not None and _TOKEN not in session:
        session[_TOKEN] = _mark_of(visit.actor.account_id) + secrets.token_hex(20)
    _csrf.protect()
    if request.method == "POST" and ROUTES.get(request.endpoint, PUBLIC) != PUBLIC:
        current_actor()  # before anything is looked at, so that every form is kept in one way


def _add_headers(response: Response) -> Response:
    if request.path.startswith(API):
        return response
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint == "web.static":
        response.headers["Cache-Control"] = _FOR_EVER if _is_pinned() else "no-cache"
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    return response
