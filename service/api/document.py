"""The API document (OpenAPI 3.1): made from the routes, completed with what every operation shares."""

from typing import Any

from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask
from flask_smorest import Api
from marshmallow import Schema

from schemas.codes import Code, CodeNumber, Codes
from schemas.fields import PlainText
from schemas.numbers import Number
from schemas.places import PlaceCode
from schemas.sorting import SortKey
from service.api.problems import PROBLEM_JSON, ProblemSchema
from service.api.wording import meant
from service.version import VERSION

__all__ = ["TalentPoolApi", "completed"]

_FEW_CODES = 20
_METHODS = frozenset({"get", "post", "patch", "put", "delete"})
_PROBLEM = {"$ref": "#/components/responses/Problem"}
# 404 also of a number in a body; 429 is of the account, wherever it asks.
_PROBLEMS = ("401", "403", "404", "405", "422", "429", "503")
_BODY_PROBLEMS = ("400", "409", "413", "415")
_GUARD_PROBLEMS = ("412", "428")
# Questions that need a body, files that are not kept, and steps of signing in.
_DOORS = ("/api/v1/sessions", "/api/v1/sessions/second-factor", "/api/v1/sessions/password")
_NOT_REPEATED = ("/search", "/what-if", "/exports", *_DOORS)

_LABELS = {
    "type": "object",
    "readOnly": True,
    **meant("各字段代码的中英文名称。", "What the codes of this record are called, by field, in both languages."),
}
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    **meant(
        "由客户端选定，每次写入用新的键；一天内重复提交返回首次的结果。",
        "Chosen by the client, new for each write; a repetition within a day gets the first answer again.",
    ),
    "schema": {"type": "string", "minLength": 1, "maxLength": 120, "pattern": "^[\\x21-\\x7e]+$"},
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    **meant(
        "读取记录时得到的 ETag；此后已被修改的记录不会被覆盖。",
        "ETag of the record as it was read; a record that was changed since is not overwritten.",
    ),
    "schema": {"type": "string"},
}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    **meant(
        "手头内容的 ETag；若仍为最新，返回 304，无正文。",
        "ETag of the representation at hand; if it is still current the answer is 304 without a body.",
    ),
    "schema": {"type": "string"},
}


class TalentPoolApi(Api):  # type: ignore[misc]  # flask-smorest has no types
    """The API of the service; its errors are handled by its blueprints, so that pages keep theirs."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def __init__(self, app: Flask) -> None:
        super().__init__(
            app,
            spec_kwargs={
                "title": "Talent pool matching service",
                "version": VERSION,
                "openapi_version": "3.1.0",
                "marshmallow_plugin": MarshmallowPlugin(schema_name_resolver=_component_name),
                "info": {"description": _INTRODUCTION},
            },
        )
        self.ma_plugin.converter.add_attribute_function(_limits)
        self.spec.components.schema("Problem", schema=ProblemSchema)

    def _register_error_handlers(self) -> None:
        """Leave the application's handlers alone."""


def completed(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with sign-in, headers and problems added to every operation."""
    components = document.setdefault("components", {})
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "API token of an account; for reads and writes."},
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "talentpool",
            "description": "Cookie of a signed-in browser; for reads only.",
        },
    }
    components["responses"] = {
        "Problem": {
            "description": "Refused: one sentence, where, and what to do about it (RFC 9457).",
            "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    }
    for shape in components["schemas"].values():
        if any(_is_coded(field) for field in shape.get("properties", {}).values()):
            shape["properties"]["labels"] = _LABELS
    for left_over in ("Error", "PaginationMetadata"):  # of the framework, used by no operation
        components["schemas"].pop(left_over, None)
    for path, operations in document.get("paths", {}).items():
        for method in _METHODS & operations.keys():
            _complete(operations[method], method, path)
    return document


def _is_coded(field: dict[str, Any]) -> bool:
    return "x-code-table" in field


def _complete(operation: dict[str, Any], method: str, path: str) -> None:
    is_read = method == "get"
    operation["security"] = [{"token": []}, {"session": []}] if is_read else [{"token": []}]
    responses = operation.setdefault("responses", {})
    if path in _DOORS and not is_read:
        operation["security"] = [{}, {"token": []}]
    refused = list(_PROBLEMS)
    parameters = operation.setdefault("parameters", [])
    if not is_read:
        refused += _BODY_PROBLEMS
    if method in {"post", "patch"} and not path.endswith(_NOT_REPEATED):
        parameters.append(_IDEMPOTENCY_KEY)
    if method == "patch":
        refused += _GUARD_PROBLEMS
        parameters.append(_IF_MATCH)
    if is_read and "ETag" in responses.get("200", {}).get("headers", {}):
        parameters.append(_IF_NONE_MATCH)
        responses["304"] = {"description": "The representation at hand is still current."}
    responses.update(dict.fromkeys(refused, _PROBLEM))


def _component_name(schema: type[Schema] | Schema) -> str:
    name = schema.__name__ if isinstance(schema, type) else type(schema).__name__
    name = name.removesuffix("Schema")
    if not isinstance(schema, Schema):
        return name
    if schema.partial:
        return f"{name}Changes"
    return f"{name}Summary" if schema.only or schema.exclude else name


def _limits(_converter: Any, field: Any, **_: Any) -> dict[str, Any]:
    """Say of a field of ours what a JSON schema can say of it."""
    said: dict[str, Any] = {}
    if isinstance(field, Number):
        said |= {"minimum": field.least, "maximum": field.most}
    if isinstance(field, PlainText):
        said |= {"maxLength": field.longest, **({"minLength": 1} if field.required else {})}
    if isinstance(field, PlaceCode):
        said["pattern"] = f"^({field.pattern.pattern})?$"
    if isinstance(field, SortKey):
        said["enum"] = [f"{way}{key}" for key in field.keys for way in ("", "-")]
    if isinstance(field, Code | Codes | CodeNumber):
        said["x-code-table"] = field.table.name
        if len(field.table.codes) <= _FEW_CODES:
            said["x-codes"] = {code: field.table.label(code)._asdict() for code in field.table.codes}
    return said


_INTRODUCTION = """\
People, villages and vacancies of the talent pools, and explained shortlists.

Sign in with `Authorization: Bearer <token>`. Lists take `page`, `page_size` (at most 200), `sort` and filters.
One record carries an `ETag`; a change (PATCH) needs it as `If-Match`. A write with an `Idempotency-Key` may be
repeated safely for a day. Refusals are `application/problem+json` in the language of `Accept-Language` (zh, en).
Texts come in both languages.
No shortlist decides anything: named people review, decide and sign.
"""
