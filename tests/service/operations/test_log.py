"""The log tells nothing of anybody, and no input can forge a line of it (S10)."""

import io
import json
import logging

import pytest
import structlog
from builders_canary import CANARY, traces_of
from hypothesis import given
from hypothesis import strategies as st

from service.operations import log
from service.operations.redaction import redacted_text

SECRETS = {"name": "Kanarienvogel", **CANARY}


@pytest.fixture
def lines(capsys):
    """Read what was logged since the last call, as lines."""
    log.set_up()
    return lambda: capsys.readouterr().err.split("\n")[:-1]


def test_a_line_is_one_json_object_with_its_moment_level_and_logger(lines):
    structlog.stdlib.get_logger(log.LOGGER).info("request", method="GET", route="/people/<path:person_no>", status=200)
    (line,) = lines()
    told = json.loads(line)
    assert {key: told[key] for key in ("event", "level", "logger", "method", "status", "route")} == {
        "event": "request",
        "level": "info",
        "logger": "talentpool",
        "method": "GET",
        "status": 200,
        "route": "/people/<path:person_no>",
    }
    assert told["timestamp"].endswith("Z")


@given(st.text())
def test_nothing_that_is_logged_can_begin_another_line(text):
    stream, handler = io.StringIO(), logging.StreamHandler()
    handler.stream = stream
    handler.setFormatter(log.formatter())
    record = logging.LogRecord("other", logging.WARNING, __file__, 1, text.replace("%", "%%"), None, None)
    handler.emit(record)
    assert len(stream.getvalue().splitlines()) == 1
    json.loads(stream.getvalue())


def test_what_a_library_says_of_somebody_is_cut_out(lines):
    for secret in SECRETS.values():
        told = f"'{secret}'" if secret.isascii() and secret.isalpha() else secret
        for sentence in (
            "no such person: {}",
            "GET /people/{} HTTP/1.1",
            "value '{}' is wrong",
            "id={}\nforged",
            "{}{}",
        ):
            logging.getLogger("library").error(sentence.replace("{}", told))
        logging.getLogger("library").error("it is %s", secret)
    told = lines()
    assert len(told) == 6 * len(SECRETS)
    assert traces_of("\n".join(told).encode(), SECRETS) == []


def test_an_error_is_told_by_its_kind_and_place_and_not_by_its_words(lines):
    def break_down(secret):
        raise ValueError(f"cannot take {secret}")

    try:
        break_down(CANARY["name"])
    except ValueError:
        logging.getLogger("service").exception("Exception on /people")
    (line,) = lines()
    told = json.loads(line)
    assert told["error"] == "builtins.ValueError"
    assert [frame.split()[-1] for frame in told["frames"]][-1] == "break_down"
    assert traces_of(line.encode()) == []
    assert "cannot take" not in line


def test_a_key_that_nobody_has_named_as_harmless_is_left_out(lines):
    structlog.stdlib.get_logger(log.LOGGER).info("request", person=CANARY["name"], note="plain words")
    (line,) = lines()
    assert {"person", "note"}.isdisjoint(json.loads(line))


@pytest.mark.parametrize("words", ["Worker timeout", "Handling signal: term", "Booting worker with pid: 12345"])
def test_what_a_server_says_of_itself_stays_readable(words):
    assert redacted_text(words) == words
