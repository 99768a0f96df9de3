"""Personal data sent through every address of the service never come out in its log (S10)."""

import json
import logging

import pytest
from builders_canary import CANARY, traces_of
from flask import Flask
from werkzeug.routing import IntegerConverter


def _addresses(app: Flask):
    for rule in app.url_map.iter_rules():
        _, path = rule.build({name: _word_for(rule._converters[name]) for name in rule.arguments})
        yield rule, path


def _word_for(converter):
    kind = type(converter).__name__
    if isinstance(converter, IntegerConverter):
        return 7
    return min(converter.items) if kind == "AnyConverter" else CANARY["name"]


@pytest.fixture
def told(capfd):
    """What was logged, whoever wrote it."""
    root = logging.getLogger()
    level, root.level = root.level, logging.DEBUG
    yield lambda: capfd.readouterr().err
    root.level = level


def test_the_canary_sent_through_every_address_is_in_no_log_line(app, api, client, told):
    app.testing, app.config["PROPAGATE_EXCEPTIONS"] = False, False  # as in service: a failure is logged
    headers = {
        "X-Request-ID": CANARY["id_number"],
        "User-Agent": CANARY["name"].encode().decode("latin-1"),
        "Idempotency-Key": CANARY["phone"],
        "X-Forwarded-For": f"{CANARY['phone']}\nforged",
    }
    headers = {name: value.replace("\n", " ") for name, value in headers.items()}
    query = {"q": CANARY["name"], "name": CANARY["id_number"], "sort": CANARY["phone"]}
    body = {**CANARY, "reason": CANARY["text"], "items": [CANARY]}
    n_requests = 0
    try:
        for rule, path in _addresses(app):
            for method in sorted(rule.methods or {"GET", "POST"} - {"OPTIONS"}):
                browser = api if path.startswith("/api/") else client
                browser.open(path, method=method, query_string=query, json=body, headers=headers)
                browser.open(path, method=method, data=CANARY, headers={"X-Request-ID": "x"})
                n_requests += 2
    finally:
        app.testing = True
        app.config["PROPAGATE_EXCEPTIONS"] = None
    text = told()
    lines = [line for line in text.splitlines() if line]
    assert len([line for line in lines if '"event": "request"' in line]) == n_requests
    assert traces_of(text.encode()) == []
    assert all(isinstance(json.loads(line), dict) for line in lines)
