"""The attacker's tour: a clerk of one county asks every address for what is in another, and learns nothing (S3)."""

import io
import shutil
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from builders_offices import hired
from builders_tour import GHOSTS, GROWING, HARMLESS, TAKES_NUMBERS, asked, difference, doors, text_of, without
from builders_two_counties import CANARIES, COUNTY_ROLES, HERE, KNOWN_ELSEWHERE, Elsewhere, two_counties
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from service.context import Service
from service.db import Database
from service.installation import open_database
from service.models.audit import AuditEntry
from service.settings import Settings
from service.usecases import accounts

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def app(composed_app: Flask, migrated_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    directory = tmp_path_factory.mktemp("strangers")
    shutil.copytree(migrated_directory, directory, dirs_exist_ok=True)
    url = f"sqlite:///{directory / 'talentpool.db'}"
    settings = Settings(database_url=url, key_file=directory / "talentpool.key")
    opened = open_database(settings)
    with pytest.MonkeyPatch.context() as patch:
        served = Service(settings=settings, database=opened, clock=lambda: NOW)
        patch.setitem(composed_app.extensions, "talentpool", served)
        patch.setitem(composed_app.config, "WTF_CSRF_METHODS", [])  # so that pages answer for what they do
        yield composed_app
    opened.dispose()


@pytest.fixture(scope="module")
def elsewhere(app: Flask) -> Elsewhere:
    return two_counties(app.extensions["talentpool"].database, now=NOW)


@pytest.fixture(scope="module")
def clerk(app: Flask, elsewhere: Elsewhere) -> FlaskClient:
    """Somebody who may do everything that anybody may do in a county, in the first one."""
    database = app.extensions["talentpool"].database
    actor = hired(database, username="here", roles=COUNTY_ROLES, territory=HERE, now=NOW)
    with database.unit_of_work() as session:
        token = accounts.create_token(session, actor=actor, username="here", label="t", now=NOW)
    client = app.test_client(use_cookies=False)  # what one answer says must not depend on the one before
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


@pytest.fixture(scope="module")
def document(app: Flask) -> dict[str, Any]:
    found: dict[str, Any] = app.test_client().get("/api/openapi.json").json
    return found


def test_every_parameter_of_every_address_has_something_to_guess(app: Flask, elsewhere: Elsewhere) -> None:
    names = {name for rule, _ in doors(app) for name in rule.arguments}
    assert names <= {*elsewhere.numbers, *HARMLESS}
    assert set(GHOSTS) == set(elsewhere.numbers)


@dataclass(frozen=True)
class Answer:
    """What an address said of numbers of the other county and of made-up ones, and which attempts were logged."""

    rule: Any
    method: str
    stranger: str
    ghost: str
    refused: tuple[list[str], list[str]]


@pytest.fixture(scope="module")
def tour(app: Flask, clerk: FlaskClient, elsewhere: Elsewhere, document: dict[str, Any]) -> list[Answer]:
    """Ask every address for both, once; what a clerk can do along the way, other tests find done."""
    database, answers = app.extensions["talentpool"].database, []
    for rule, method in doors(app):
        told, refused = [], []
        for numbers in (elsewhere.numbers, GHOSTS):
            before = _last_line(database)
            told.append(text_of(clerk.open(**asked(app, rule, method, numbers, document))))
            refused.append(_refusals(database, after=before) if told[-1].startswith("404") else [])
        answers.append(Answer(rule, method, told[0], told[1], (refused[0], refused[1])))
    return answers


def test_no_address_tells_a_record_elsewhere_from_one_that_does_not_exist(
    tour: list[Answer], elsewhere: Elsewhere
) -> None:
    told, leaks = {}, {}
    for answer in tour:
        door = (answer.rule.endpoint, answer.method)
        one, other = without(answer.stranger, elsewhere.numbers), without(answer.ghost, GHOSTS)
        if answer.rule.endpoint not in TAKES_NUMBERS | GROWING and one != other:
            told[door] = difference(one, other)
        if found := [canary for canary in CANARIES if canary in answer.stranger]:
            leaks[door] = found
        assert not answer.stranger.startswith("50"), (door, answer.stranger[:300])
    assert leaks == {}
    assert told == {}, "\n".join(f"{door}\n   {one}\n   {other}" for door, (one, other) in told.items())


def test_an_attempt_at_somebody_elsewhere_is_logged_and_costs_what_a_made_up_number_costs(
    tour: list[Answer], elsewhere: Elsewhere
) -> None:
    """Every address that takes the number of a person, each by itself: the line outlives the refused transaction."""
    silent, n_tried = {}, 0
    for answer in tour:
        door, arguments = (answer.rule.endpoint, answer.method), answer.rule.arguments
        if "person_no" in arguments and "vacancy_no" not in arguments and answer.ghost.startswith("404"):
            n_tried += 1
            if answer.refused != ([elsewhere.numbers["person_no"]], ["-"]):
                silent[door] = answer.refused
        assert len(answer.refused[0]) == len(answer.refused[1]), (door, answer.refused)
    assert silent == {}
    assert n_tried >= 10


def _last_line(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.max(AuditEntry.id))) or 0


def _refusals(database: Database, *, after: int) -> list[str]:
    wanted = select(AuditEntry.subject_no).where(
        AuditEntry.id > after, AuditEntry.action == "refused", AuditEntry.subject_kind == "person"
    )
    with database.reading() as session:
        return list(session.scalars(wanted))


@pytest.mark.parametrize("field", ["name", "id_number", "phone"])
def test_a_search_by_what_is_known_of_somebody_elsewhere_finds_nobody(
    clerk: FlaskClient, elsewhere: Elsewhere, field: str
) -> None:
    found = clerk.post("/api/v1/people/search", json={field: elsewhere.secret[field]}).json
    assert found == {"items": [], "total": 0, "page": 1, "page_size": 20}
    page = clerk.post("/people/search", data={"q": elsewhere.secret[field]}, follow_redirects=True)
    assert page.status_code == 200
    assert "Q71" not in page.text


def test_nothing_elsewhere_is_listed_or_counted(tour: list[Answer], clerk: FlaskClient) -> None:
    assert tour  # the lists are looked at after everything that a clerk can try, in whatever order tests run
    people = clerk.get("/api/v1/people").json
    assert (people["total"], {one["county"] for one in people["items"]}) == (len(people["items"]), {"示范县"})
    assert clerk.get("/api/v1/vacancies").json["total"] == 1
    assert clerk.get("/api/v1/villages").json["total"] == 1
    assert clerk.get("/api/v1/shortlists").json["total"] == 1
    pairs = clerk.get("/api/v1/duplicates", query_string={"state": "open"}).json
    assert pairs["total"] == len(pairs["items"])
    sides = {pair[side]["person_no"] for pair in pairs["items"] for side in ("first", "second")}
    assert sides <= {one["person_no"] for one in people["items"]}
    assert clerk.get("/api/v1/merges").json["total"] == 0


@pytest.mark.parametrize(
    ("kind", "file_format"),
    [("people", "xlsx"), ("people", "csv"), ("people", "json"), ("vacancies", "json"), ("villages", "csv"),
     ("roster", "xlsx"), ("roster", "csv"), ("ranking", "csv")],
)  # fmt: skip
def test_no_export_takes_anybody_from_elsewhere_along(clerk: FlaskClient, kind: str, file_format: str) -> None:
    answer = clerk.post("/api/v1/exports", json={"kind": kind, "format": file_format})
    told = text_of(answer)
    assert answer.status_code in {200, 201}, told[:500]
    assert [secret for secret in (*CANARIES, "Q71", "Q72", "W77", "239902100201") if secret in told] == []


@pytest.mark.parametrize(
    ("kind", "file_format", "number"),
    [("form", "docx", "person_no"), ("form", "lrmx", "person_no"), ("shortlist", "xlsx", "shortlist_no"),
     ("dossier", "docx", "shortlist_no"), ("notice", "docx", "appointment_no")],
)  # fmt: skip
def test_an_export_of_something_elsewhere_is_refused_as_of_nothing(
    clerk: FlaskClient, elsewhere: Elsewhere, kind: str, file_format: str, number: str
) -> None:
    told = []
    for numbers in (elsewhere.numbers, GHOSTS):
        asked_for = {"kind": kind, "format": file_format, "subject_no": numbers[number], "reason": "与台账核对"}
        told.append(without(text_of(clerk.post("/api/v1/exports", json=asked_for)), numbers))
    assert told[0] == told[1]
    assert told[0][:3] in {"404", "422"}, told[0][:300]


def test_a_file_about_somebody_elsewhere_is_refused_without_a_word_about_them(
    clerk: FlaskClient,
) -> None:
    head = "人员编号,姓名,人才类别,县区,乡镇,所在村,身份证号"
    rows = [
        "Q71,某人,大学生村官,示范县,清河镇,东岗村,",
        f",某人,大学生村官,示范县,清河镇,东岗村,{KNOWN_ELSEWHERE}",
        ",某人,大学生村官,他县,他乡镇,他东村,",
    ]
    file = (io.BytesIO("\n".join([head, *rows]).encode()), "花名册.csv")
    answer = clerk.post("/api/v1/imports", data={"kind": "people", "file": file})
    told = text_of(answer)
    assert answer.status_code < 500, told
    assert [secret for secret in CANARIES if secret in told] == []
    assert "Q72" not in told
    history = clerk.get("/api/v1/people/Q71")
    assert history.status_code == 404


def test_the_time_of_an_answer_does_not_tell_either(clerk: FlaskClient) -> None:
    def seconds(number: str) -> float:
        began = time.process_time()  # of this process alone: neighbours on the machine disturb a clock on the wall
        assert clerk.get(f"/api/v1/people/{number}").status_code == 404
        return time.process_time() - began

    for _ in range(3):  # neighbours in the cache disturb a measurement, not three
        pairs = [(seconds("Q71"), seconds("Q99")) for _ in range(40)]
        there, nowhere = (statistics.median(times) for times in zip(*pairs, strict=True))
        if abs(there - nowhere) < 0.1 * nowhere:
            return
    assert abs(there - nowhere) < 0.1 * nowhere
