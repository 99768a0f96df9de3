"""/api/openapi.json, and the same document as a page to read: no script, nothing from another host."""

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from flask import Blueprint, Flask, Response, render_template, request, url_for

from matching.vocabulary import LANGUAGES, Text
from service.api.answers import JSON, as_json
from service.api.blueprint import PREFIX
from service.api.problems import TITLES
from service.context import current_language

__all__ = ["register"]

_METHODS = ("get", "post", "patch", "put", "delete")
_PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_WORDS = {
    "title": Text("接口文档", "API reference"),
    "lede": Text(
        "读取与登记人才、村和岗位，生成附理由的建议名单。得分仅供比选参考，以考察和集体研究为准。",
        "Read and register people, villages and vacancies, and ask for explained shortlists. Scores support people who "
        "decide; they decide nothing.",
    ),
    "document": Text("OpenAPI 3.1 文档", "OpenAPI 3.1 document"),
    "other_language": Text("English", "中文"),
    "start": Text("开始使用", "Getting started"),
    "start_token": Text(
        "令牌由管理员发放；读写都在请求头中携带。已登录的浏览器只能读取。",
        "The administrator gives out tokens; send yours with every request. A signed-in browser may only read.",
    ),
    "start_list": Text(
        "列表：page、page_size（至多 200）、sort（前加 - 为降序）及各筛选项；返回 items、total、page、page_size。",
        "Lists take page, page_size (at most 200), sort (a leading - reverses) and filters, and answer with items, "
        "total, page, page_size.",
    ),
    "start_version": Text(
        "修改：先读取记录，把 ETag 放入 If-Match；版本已变时返回 412，不会覆盖他人的修改。",
        "Changes: read the record and send its ETag as If-Match; if it has changed meanwhile the answer is 412 and "
        "nothing is overwritten.",
    ),
    "start_repeat": Text(
        "重试：写操作带 Idempotency-Key 时，一天内重复提交只执行一次，并返回首次的结果。",
        "Retries: a write with an Idempotency-Key is done once; repeated within a day it gets the first answer again.",
    ),
    "start_refusal": Text(
        "拒绝：application/problem+json，语言随 Accept-Language（zh、en）。",
        "Refusals: application/problem+json in the language of Accept-Language (zh, en).",
    ),
    "contents": Text("目录", "Contents"),
    "parameters": Text("参数", "Parameters"),
    "body": Text("请求正文", "Body"),
    "answers": Text("返回", "Answers"),
    "name": Text("名称", "Name"),
    "place": Text("位置", "In"),
    "kind": Text("类型", "Type"),
    "required": Text("必填", "Required"),
    "yes": Text("是", "yes"),
    "meaning": Text("说明", "Meaning"),
    "shapes": Text("数据结构", "Shapes"),
    "problems": Text("拒绝代码", "Refusal codes"),
    "code": Text("代码", "Code"),
}


def register(app: Flask, document: dict[str, Any]) -> None:
    """Publish the document and its page; they are public and tell nothing about anybody."""
    encoded = as_json(document)
    blueprint = Blueprint("api_docs", __name__, url_prefix="/api", template_folder="templates")

    @blueprint.get("/openapi.json")
    def openapi() -> Response:
        return Response(encoded, mimetype=JSON)

    @blueprint.get("/docs")
    def page() -> Response:
        chosen = request.args.get("lang")
        return _page(document, language=chosen if chosen in LANGUAGES else current_language())

    @blueprint.get("/docs/reference.css")
    def stylesheet() -> Response:
        content = files("service.api").joinpath("static/reference.css").read_bytes()
        return Response(content, mimetype="text/css")

    app.register_blueprint(blueprint)


def _page(document: dict[str, Any], *, language: str) -> Response:
    content = render_template(
        "api/reference.html",
        language=language,
        word={name: text.in_(language) for name, text in _WORDS.items()},
        version=document["info"]["version"],
        groups=_groups(document, language),
        shapes={name: _fields(shape, language) for name, shape in document["components"]["schemas"].items()},
        problems=[(code, text.in_(language)) for code, text in TITLES.items()],
        document_url=url_for("api_docs.openapi"),
    )
    response = Response(content, mimetype="text/html")
    response.headers["Content-Security-Policy"] = _PAGE_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Language"] = language
    return response


def _groups(document: dict[str, Any], language: str) -> list[dict[str, Any]]:
    groups: dict[str, dict[str, Any]] = {
        tag["name"]: {
            "name": tag["name"].removeprefix("api_"),
            "title": tag["x-title-zh" if language == "zh" else "description"],
            "operations": [],
        }
        for tag in document["tags"]
    }
    for operation in _operations(document, language):
        groups[operation["tag"]]["operations"].append(operation)
    return list(groups.values())


def _operations(document: dict[str, Any], language: str) -> Iterator[dict[str, Any]]:
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method not in methods:
                continue
            operation = methods[method]
            parameters = [*methods.get("parameters", ()), *operation["parameters"]]
            yield {
                "tag": operation["tags"][0],
                "anchor": method + re.sub(r"[/{}]+", "-", path.removeprefix(PREFIX)),
                "method": method.upper(),
                "path": path,
                "summary": operation["x-summary-zh" if language == "zh" else "summary"],
                "parameters": [
                    {**_field(one["name"], {**one, **one["schema"]}, language), "in": one["in"],
                     "is_required": one.get("required", False)}
                    for one in parameters
                ],
                "body": _kind_of(_content_schema(operation.get("requestBody", {}))),
                "answers": [
                    (status, _kind_of(_content_schema(answer)))
                    for status, answer in sorted(operation["responses"].items())
                ],
            }  # fmt: skip


def _fields(shape: dict[str, Any], language: str) -> list[dict[str, Any]]:
    required = shape.get("required", ())
    return [
        {**_field(name, schema, language), "is_required": name in required}
        for name, schema in shape.get("properties", {}).items()
    ]


def _field(name: str, schema: dict[str, Any], language: str) -> dict[str, Any]:
    coded: dict[str, dict[str, str]] = schema.get("x-codes", {})
    codes = [f"{code} {label[language]}" for code, label in coded.items()] or schema.get("enum", ())
    if "x-code-table" in schema and not coded:
        codes = [f"{PREFIX}/codes/{schema['x-code-table']}"]
    return {
        "name": name,
        "kind": _kind_of(schema),
        "meaning": schema.get("x-description-zh" if language == "zh" else "description", ""),
        "codes": " · ".join(codes),
    }


def _content_schema(part: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in part:
        return {"$ref": "#/components/schemas/Problem"}
    for content in part.get("content", {}).values():
        schema: dict[str, Any] = content.get("schema", {})
        return schema
    return {}


def _kind_of(schema: dict[str, Any]) -> str:
    """Return a short word for a schema: ``date``, ``integer``, ``string[]``, the name of a shape, "" for none."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    kind = schema.get("type", "")
    named = " | ".join(one for one in kind if one != "null") if isinstance(kind, list) else str(kind)
    if named == "array":
        return f"{_kind_of(schema.get('items', {}))}[]"
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return " | ".join(_kind_of(one) for one in schema[several])
    return str(schema.get("format", named))
