"""Reading a body strictly: what cannot be stored or shown is refused with its place."""

import json
from contextlib import suppress
from typing import Any

import pytest
from flask import Request
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder

from service.api.bodies import MalformedBody, UnsupportedMediaType, read_json
from service.errors import InvalidInput


def a_request(body: bytes, content_type: str = "application/json") -> Request:
    return Request(EnvironBuilder(method="POST", data=body, content_type=content_type).get_environ())


def test_an_object_is_read_as_it_is() -> None:
    body = '{"k": 10, "name": "𠮷某", "tags": ["a", null], "share": 0.5}'.encode()
    assert read_json(a_request(body)) == {"k": 10, "name": "𠮷某", "tags": ["a", None], "share": 0.5}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{'k': 1}",
        b'{"k": 1,}',
        b'{"k": NaN}',
        b'{"k": Infinity}',
        b'{"k": 1, "k": 2}',
        b'{"k": \xff}',
        b'{"k": ' + b"9" * 5_000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
)
def test_what_is_not_json_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedBody):
        read_json(a_request(body))


def test_the_place_of_a_syntax_error_is_named() -> None:
    with pytest.raises(MalformedBody) as caught:
        read_json(a_request(b'{\n  "k": 1\n  "l": 2\n}'))
    assert caught.value.place == "body:3:3"


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=gbk"]
)
def test_only_json_in_utf8_is_taken(content_type: str) -> None:
    with pytest.raises(UnsupportedMediaType):
        read_json(a_request(b"{}", content_type))


def test_the_charset_may_be_said() -> None:
    assert read_json(a_request(b"{}", "application/json; charset=UTF-8")) == {}


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"[]", "body"),
        (b"null", "body"),
        (b'"text"', "body"),
        (rb'{"name": "a\u0000b"}', "name"),
        (rb'{"name": "\ud800"}', "name"),
        (rb'{"tags": ["a", {"x": "\u001b"}]}', "tags[1].x"),
        (rb'{"na\u0000me": 1}', "body"),
        (b'{"k": 123456789012345678901234567890}', "k"),
        (b'{"k": -1e400}', "k"),
        (b'{"resume": "' + b"x" * 20_001 + b'"}', "resume"),
    ],
)
def test_what_cannot_be_stored_is_refused_with_its_place(body: bytes, place: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_json(a_request(body))
    assert caught.value.place == place


def test_endless_nesting_is_refused() -> None:
    with pytest.raises(InvalidInput):
        read_json(a_request(b'{"a":' * 40 + b"1" + b"}" * 40))


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=5))
def test_any_json_is_read_as_it_is_or_refused(value: Any) -> None:
    with suppress(InvalidInput, MalformedBody):
        assert read_json(a_request(json.dumps({"value": value}).encode())) == {"value": value}
