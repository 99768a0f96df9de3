"""What every answer carries, pages and API alike, to keep browsers honest."""

from flask import Flask, Response

from service.context import settings

__all__ = ["register"]

_EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), microphone=(), "
        "midi=(), payment=(), publickey-credentials-get=(), serial=(), usb=()"
    ),
}
_ONE_YEAR = "max-age=31536000; includeSubDomains"


def register(app: Flask) -> None:
    """Add the headers to every answer; what a face of the service has set itself stays."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    for name, value in _EVERYWHERE.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
    if settings().secure_cookies:
        response.headers.setdefault("Strict-Transport-Security", _ONE_YEAR)
    return response
