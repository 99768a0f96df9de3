"""How an attacker asks every address of the application for numbers, and what can be compared of the answers."""

import io
import re
import zipfile
from collections.abc import Mapping
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

__all__ = ["GHOSTS", "GROWING", "HARMLESS", "TAKES_NUMBERS", "asked", "difference", "doors", "text_of", "without"]

#: The same kinds of numbers, which nobody has.
GHOSTS: Mapping[str, Any] = {
    "person_no": "Q99",
    "versus": "Q98",
    "absorbed_no": "Q97",
    "survivor_no": "Q99",
    "vacancy_no": "W99",
    "village_code": "239902100299",
    "shortlist_no": "S2026-999999",
    "export_no": "E2026-999999",
    "candidacy_no": "C-99-9",
    "appointment_no": "A-99-9",
    "pair_id": 919191,
    "merge_id": 929292,
}
#: What addresses ask for beside numbers of records.
HARMLESS: Mapping[str, Any] = {
    "key": "0123456789abcdef0123",
    "code": "zh",
    "filename": "app.css",
    "rest": "nothing",
    "table": "sex",
    "kind": "people",
    "post": "first_secretary",
    "post_type": "first_secretary",
    "version": "none",
    "username": "nobody",
    "change_no": "none",
    "session_no": "none",
    "token_no": "none",
    "import_id": 999,
    "upload_id": 999,
    "waiver_no": "none",
    "view_id": 999,
    "field": "current_post",
    "notice_no": "none",
    "proposal_no": "none",
    "correction_id": 999,
    "hold_id": 999,
    "run_id": 999,
}
#: The door and the own account: nothing there asks for records.
_ABOUT_THEMSELVES = ("api_sign_ins", "sign_in_steps", "operations", "sessions.", "single_sign_on", "account.")
_VERSION = {"If-Match": '"1-0123456789abcdef"'}
#: To register under a number that is taken cannot go as with a free one; it tells that it is taken, and no more.
TAKES_NUMBERS = {"api_people.register_person", "api_vacancies.register_vacancy", "api_villages.register_village"}
#: Pages about the log tell of the very question that was asked for them, so that two answers differ.
GROWING = {"audit.export", "audit.index", "audit.verify"}


def doors(app: Flask) -> list[tuple[Any, str]]:
    return [
        (rule, method)
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint)
        for method in sorted((rule.methods or {"GET"}) - {"HEAD", "OPTIONS"})
        if not rule.endpoint.startswith(
            ("api_sign_ins", "sign_in_steps", "operations", "sessions.", "single_sign_on", "account.")
        )
    ]


def asked(app: Flask, rule: Any, method: str, numbers: Mapping[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """Return how an address is asked, its parameters and its body filled with some numbers."""
    values = {name: numbers[name] if name in numbers else HARMLESS[name] for name in rule.arguments}
    with app.test_request_context():
        path = app.url_map.bind("localhost").build(rule.endpoint, values, method=method)
    pattern = re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", rule.rule)
    described = document["paths"].get(pattern, {}).get(method.lower(), {})
    schema = described.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    query = {
        one["name"]: numbers[one["name"]]
        for one in described.get("parameters", [])
        if one.get("in") == "query" and one["name"] in numbers
    }
    wanted: dict[str, Any] = {
        "path": path,
        "method": method,
        "query_string": query,
        "headers": {"If-Match": '"1-0123456789abcdef"'},
    }
    if method == "POST" and not rule.rule.startswith("/api/"):
        return wanted | {"data": form_of(numbers)}
    return wanted | ({"json": body_of(schema, numbers, document)} if schema else {})


def form_of(numbers: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a page may send: every number under each name that a form gives it, and something for the rest."""
    person = numbers["person_no"]
    people = dict.fromkeys(("person", "pick", "shown", "chosen", "keep", "q", "versus"), person)
    rest = {"reason": "某项事由", "version": "1", "document": "某文件", "signed_name": "某人", "signatory": "person"}
    rest |= {"signed_on": "2026-11-20", "to": "reviewed", "act": "pick", "decision": "recommend", "purpose": "matching"}
    # In one order: an answer may show again what was sent.
    return {**rest, **people, **{name: str(numbers[name]) for name in sorted(numbers)}}


def body_of(schema: Mapping[str, Any], numbers: Mapping[str, Any], document: dict[str, Any]) -> Any:
    """Return a body with every number that it can hold and the least of what it must hold."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind != "object":
        return {"string": "某项事由", "integer": 1, "number": 1, "boolean": True, "array": []}.get(kind, "x")
    properties, required = schema.get("properties", {}), set(schema.get("required", ()))
    return {
        name: numbers[name] if name in numbers else body_of(one, numbers, document)
        for name, one in properties.items()
        if name in numbers or name in required
    }


def text_of(answer: TestResponse) -> str:
    """Return everything that an answer says, headers and packed files included."""
    body = answer.data
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"\n".join(packed.read(name) for name in packed.namelist())
    answer.close()
    return f"{answer.status_code}\n{answer.headers.get('Location', '')}\n{body.decode('utf-8', 'replace')}"


def without(text: str, numbers: Mapping[str, Any]) -> str:
    """Return a text without the numbers that were asked for, so that two answers can be compared."""
    # Tokens first: a random one may hold a number by chance.
    text = re.sub(
        r"\bE\d{4}-\d{6}\b|tp_[\w-]{43}|[\w-]{30,}\.[\w-]{6}\.[\w-]{20,}|[0-9a-f]{32,}|[0-9a-f]{8}-[0-9a-f-]{27}|(?<=find=)[\w-]+",
        "~",
        text,
    )
    for value in sorted({str(value) for value in numbers.values()}, key=len, reverse=True):
        text = text.replace(value, "#")
    return text


def difference(one: str, other: str) -> tuple[str, str]:
    """Return two texts from shortly before the place where they part."""
    place = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[max(0, place - 60) : place + 120], other[max(0, place - 60) : place + 120]
