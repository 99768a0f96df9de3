"""What every page carries to keep a browser honest, and the check that a form was ours."""

from flask import Flask, Response, request
from flask_wtf import CSRFProtect

__all__ = ["CONTENT_SECURITY_POLICY", "register"]

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
}
API = "/api/"
_FOR_EVER = "public, max-age=31536000, immutable"
_csrf = CSRFProtect()


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


def _check_form() -> None:
    if request.endpoint and not request.path.startswith(API):
        _csrf.protect()


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
