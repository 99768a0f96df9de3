"""The service: pages, JSON and command line over one set of use cases.

`create_app` composes it: settings, keys, database, context, and then the two faces that Flask shows.
"""

import os
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from flask import Flask

    from service.settings import Settings

__all__ = ["create_app"]


def create_app(settings: "Settings | None" = None, *, clock: Callable[[], datetime] | None = None) -> "Flask":
    """Compose the web application.

    Parameters
    ----------
    settings : Settings, optional
        Read from the environment when not given.
    clock : callable, optional
        Gives the moment of a request as aware UTC; the host's clock when not given.

    Raises
    ------
    NotConfigured
        If a setting or the key file is missing, or the database was made with other keys or not at all.
    """
    from flask import Flask

    from service import addresses, api, context, headers, installation, operations, precautions, request_bodies, web
    from service.settings import Settings
    from service.usecases import accounts

    precautions.check_no_debugging(os.environ)
    settings = settings or Settings.from_environment(os.environ)
    database = installation.open_database(settings)
    app = Flask(__name__, static_folder=None)
    app.url_map.converters["int"] = addresses.RowNumber
    operations.register(app)
    app.config.update(
        SECRET_KEY=database.vault.session_secret,
        SESSION_COOKIE_NAME="talentpool",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        MAX_CONTENT_LENGTH=32 * 1024 * 1024,
    )
    app.wsgi_app = request_bodies.with_sound_bodies(app.wsgi_app)  # type: ignore[method-assign, assignment]  # the way that Flask documents
    if settings.accounts.trusted_proxies:
        app.wsgi_app = _behind_proxies(app.wsgi_app, settings.accounts.trusted_proxies)  # type: ignore[method-assign, assignment]  # the way that Flask documents
    headers.register(app)  # first: after_request runs backwards, so the faces have had their say
    composed = context.Service(
        settings=settings,
        database=database,
        clock=clock or context.utc_clock,
        directory=accounts.LdapDirectory(settings.ldap) if settings.ldap else None,
        provider=accounts.OidcProvider(settings.oidc) if settings.oidc else None,
    )
    context.register(app, composed)
    api.register(app)
    web.register(app)
    return app


def _behind_proxies(application: "WSGIApplication", n_proxies: int) -> "WSGIApplication":
    """Believe what the last proxies say of address and scheme; of a host, nobody is believed."""
    from werkzeug.middleware.proxy_fix import ProxyFix

    return ProxyFix(application, x_for=n_proxies, x_proto=n_proxies, x_host=0, x_port=0, x_prefix=0)
