"""Addresses under /api that do not exist, or not with this method: also answered as JSON."""

from typing import NoReturn

from flask import Blueprint, Flask, current_app, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import BaseConverter

from service.api.blueprint import guard

__all__ = ["register"]

_NAME = "api_unknown"
_CONVERTER = "anything"
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


class _Anything(BaseConverter):
    """Whatever may follow in an address; that of `path` ends at the first newline."""

    regex = r"(?s:.*?)"
    part_isolating = False


def register(app: Flask) -> None:
    """Catch what no resource takes; a rule without methods matches every method."""
    blueprint = Blueprint(_NAME, __name__)
    guard(blueprint)
    app.register_blueprint(blueprint)
    endpoint = f"{_NAME}.refuse"
    app.view_functions[endpoint] = _refuse
    app.url_map.converters[_CONVERTER] = _Anything
    app.url_map.add(app.url_rule_class(f"/api/<{_CONVERTER}:rest>", endpoint=endpoint, methods=None))


def _refuse(rest: str) -> NoReturn:  # noqa: ARG001 - the converter passes it
    allowed = [method for method in _METHODS if _is_taken(method)]
    if allowed:
        raise MethodNotAllowed(valid_methods=allowed)
    raise NotFound


def _is_taken(method: str) -> bool:
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return False
    try:
        endpoint, _ = adapter.match(method=method)
    except HTTPException:
        return False
    return not str(endpoint).startswith(_NAME)
