"""Reading a request strictly: what JSON, the database or a log line cannot carry is refused with its place."""

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from flask import Request

from matching.vocabulary import Text
from service.errors import InvalidInput, ServiceError
from service.sent_texts import check_text

__all__ = [
    "MAX_BODY_BYTES",
    "MalformedBody",
    "UnsupportedMediaType",
    "read_json",
]

MAX_BODY_BYTES = 1_000_000
MAX_DEPTH = 16
MAX_WHOLE_NUMBER = 2**53 - 1  # what every JSON reader can carry (RFC 8259, section 6)


class MalformedBody(ServiceError):
    """The body is not a JSON text."""

    code = "malformed_body"
    status = 400


class UnsupportedMediaType(ServiceError):
    """The body is of another media type than JSON."""

    code = "unsupported_media_type"
    status = 415


def read_json(request: Request) -> dict[str, Any]:
    """Return the JSON object in the body of a request.

    Raises
    ------
    UnsupportedMediaType
        If the content type is not ``application/json`` in UTF-8.
    MalformedBody
        If the body is empty or not JSON (duplicate names, NaN and Infinity count as not JSON).
    InvalidInput
        If it is not an object, or holds a text or number that cannot be stored.
    """
    _check_media_type(request)
    document = _parsed(request.get_data(cache=True))
    if not isinstance(document, dict):
        raise InvalidInput(
            Text("请求正文应为一个 JSON 对象。", "The body must be one JSON object."),
            remedy=Text("请以 {…} 的形式提交各字段。", "Send the fields as {...}."),
            place="body",
        )
    for place, value in _leaves(document, "", 1):
        _check_leaf(value, place)
    return document


def _check_media_type(request: Request) -> None:
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype == "application/json" and charset in {"utf-8", "utf8"}:
        return
    raise UnsupportedMediaType(
        Text("请求正文应为 UTF-8 编码的 JSON。", "The body must be JSON in UTF-8."),
        remedy=Text("请设置 Content-Type: application/json。", "Set Content-Type: application/json."),
        place="Content-Type",
        value=request.headers.get("Content-Type", ""),
    )


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=_without_duplicates, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        place = f"body:{error.lineno}:{error.colno}"
        raise _malformed(place) from error
    except (ValueError, RecursionError) as error:  # wrong encoding, a number of 5,000 digits, endless nesting
        raise _malformed("body") from error


def _malformed(place: str) -> MalformedBody:
    return MalformedBody(
        Text("请求正文不是有效的 JSON。", "The body is not valid JSON."),
        remedy=Text("请核对所示位置的语法（行:列）。", "Check the syntax at the place shown (line:column)."),
        place=place,
    )


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        raise ValueError("a name occurs twice")
    return document


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _leaves(value: Any, place: str, depth: int) -> Iterator[tuple[str, Any]]:
    if depth > MAX_DEPTH:
        raise InvalidInput(
            Text(f"嵌套超过 {MAX_DEPTH} 层。", f"It is nested more than {MAX_DEPTH} levels deep."), place=place[:80]
        )
    if isinstance(value, dict):
        for name, inner in value.items():
            check_text(name, place=place or "body", longest=100)
            yield from _leaves(inner, f"{place}.{name}" if place else name, depth + 1)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _leaves(inner, f"{place}[{position}]", depth + 1)
    else:
        yield place, value


def _check_leaf(value: Any, place: str) -> None:
    if isinstance(value, str):
        check_text(value, place=place)
    elif isinstance(value, int | float) and not abs(value) <= MAX_WHOLE_NUMBER:
        raise InvalidInput(
            Text("数值过大，无法保存。", "The number is too large to be stored."),
            remedy=Text("请核对数值与单位。", "Check the number and its unit."),
            place=place,
        )
