"""JSON under /api/v1, one file a resource; it knows HTTP, the use cases know the work."""

from typing import Any

from flask import Flask

from service.api import accounts, reference, unknown_addresses
from service.api.document import TalentPoolApi, completed

__all__ = ["register"]

_RESOURCES = (accounts,)


def register(app: Flask) -> None:
    """Attach the API, its document and its page to the application."""
    api = TalentPoolApi(app)
    for module in _RESOURCES:
        api.register_blueprint(module.resource)
    document: dict[str, Any] = completed(api.spec.to_dict())
    titles = {module.resource.name: module.resource.title for module in _RESOURCES}
    for tag in document["tags"]:
        tag["x-title-zh"] = titles[tag["name"]].zh
    reference.register(app, document)
    unknown_addresses.register(app)
