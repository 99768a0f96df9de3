"""Whoever knows an id number learns by nothing that another county has it registered: not by words, not by time."""

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from builders_installations import settings_in
from builders_known_numbers import (
    MERGED,
    NOW,
    STANDING,
    UNKNOWN,
    Office,
    copied,
    id_number,
    known_elsewhere,
    office_in,
    registered_elsewhere,
    told,
    without_number,
)
from builders_offices import reader_of
from builders_tour import difference
from click.testing import CliRunner
from flask import Flask
from werkzeug.test import TestResponse

from service.access import Role
from service.cli import cli


@pytest.fixture(scope="module")
def city(migrated_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = copied(migrated_directory, tmp_path_factory.mktemp("known") / "city")
    registered_elsewhere(directory)
    return directory


def _by_api(office: Office, directory: Path) -> Iterator[str]:
    yield told(office, office.client.post("/api/v1/people", json=office.record()))
    yield told(office, office.client.post("/api/v1/people", json=office.record()))  # known now, at home


def _by_page(office: Office, directory: Path) -> Iterator[str]:
    yield told(office, office.client.post("/people/new", data=office.typed(), follow_redirects=True))


def _by_file(office: Office, directory: Path) -> Iterator[str]:
    yield told(office, office.client.post("/api/v1/imports", data={"kind": "people", "file": office.file()}))


def _by_wizard(office: Office, directory: Path) -> Iterator[str]:
    answer = office.client.post("/imports/new", data={"kind": "people", "file": office.file()})
    steps = answer.headers["Location"].rpartition("/")[0]
    yield told(office, office.client.post(f"{steps}/columns", data={"act": "check"}, follow_redirects=True))
    yield told(office, office.client.post(f"{steps}/import", follow_redirects=True))


def _by_command(office: Office, directory: Path) -> Iterator[str]:
    settings, file = settings_in(directory), directory / "roster.csv"
    file.write_bytes(office.row())
    token = (directory / "token").read_text(encoding="utf-8")
    told_by = {"TALENTPOOL_DATABASE_URL": settings.database_url, "TALENTPOOL_KEY_FILE": str(settings.key_file)}
    for options in (["--dry-run"], []):
        done = CliRunner(env={**told_by, "TALENTPOOL_TOKEN": token}).invoke(
            cli, ["import", "people", str(file), *options]
        )
        yield without_number(office, f"{done.exit_code}\n{done.output}")


WAYS = {"api": _by_api, "page": _by_page, "file": _by_file, "wizard": _by_wizard, "command": _by_command}


def _answers(app: Flask, directory: Path, number: str, way: Callable[[Office, Path], Iterator[str]]) -> list[str]:
    with office_in(app, directory, number) as office:
        return [*office.looks(), *way(office, directory), *office.looks(), *office.consequences()]


_QUICK = {"merged-api", "standing-command"}
_CASES = [
    pytest.param(number, way, id=f"{name}-{way}", marks=() if f"{name}-{way}" in _QUICK else pytest.mark.prove)
    for name, number in (("standing", STANDING), ("merged", MERGED))
    for way in WAYS
]


@pytest.mark.parametrize(("number", "way"), _CASES)
def test_an_id_number_that_is_known_elsewhere_is_answered_as_one_that_nobody_has(
    composed_app: Flask, city: Path, tmp_path: Path, number: str, way: str
) -> None:
    known = _answers(composed_app, copied(city, tmp_path / "known"), number, WAYS[way])
    unknown = _answers(composed_app, copied(city, tmp_path / "unknown"), UNKNOWN, WAYS[way])
    assert len(known) == len(unknown) > 20
    assert not [text[:300] for text in known if text.startswith("50")]
    told_apart = [difference(one, other) for one, other in zip(known, unknown, strict=True) if one != other]
    assert told_apart == [], "\n".join(f"{one}\n   {other}" for one, other in told_apart)


def test_the_city_finds_a_person_of_two_counties_and_has_no_desk_to_merge_them(
    composed_app: Flask, city: Path, tmp_path: Path
) -> None:
    directory = copied(city, tmp_path / "city")
    with office_in(composed_app, directory, STANDING) as office:
        assert office.client.post("/api/v1/people", json=office.record()).status_code == 201
        database = composed_app.extensions["talentpool"].database
        client = reader_of(composed_app, database, Role.CITY_ORG, now=NOW)
        found = client.post("/api/v1/people/search", json={"id_number": STANDING}).json["items"]
        assert {one["county"] for one in found} == {"示范县", "他县"}
        mine, other = (one["person_no"] for one in found)
        assert client.get("/api/v1/duplicates").status_code == 403
        assert client.post(f"/api/v1/people/{mine}/merge", json={"absorbed_no": other}).status_code == 403


@pytest.mark.prove
def test_the_time_of_an_answer_does_not_tell_either(composed_app: Flask, city: Path, tmp_path: Path) -> None:
    """Medians of interleaved pairs, in processor time: on a shared machine a clock on the wall measures neighbours."""
    directory = copied(city, tmp_path / "timed")
    known_elsewhere(directory, n=N_PAIRS)
    ratios = {}
    with office_in(composed_app, directory, UNKNOWN) as office:
        for name, ask in ASKING.items():
            spent: dict[bool, list[float]] = {True: [], False: []}
            for place in range(N_PAIRS):
                for is_known in (True, False) if place % 2 else (False, True):
                    office.number = id_number(place if is_known else 200 + place)
                    began = time.process_time()
                    assert ask(office).status_code < 300
                    spent[is_known].append(time.process_time() - began)
            known, unknown = (statistics.median(spent[is_known]) for is_known in (True, False))
            ratios[name] = known / unknown
    print({name: f"{ratio:.3f}" for name, ratio in ratios.items()})  # noqa: T201 - a figure
    assert {name for name, ratio in ratios.items() if abs(ratio - 1) > SHARE} == set(), ratios


N_PAIRS, SHARE = 60, 0.10
ASKING: dict[str, Callable[[Office], TestResponse]] = {
    "search": lambda office: office.client.post("/api/v1/people/search", json={"id_number": office.number}),
    "hint": lambda office: office.client.post("/api/v1/duplicates/check", json=office.record()),
    "import": lambda office: office.client.post(
        "/api/v1/imports", data={"kind": "people", "file": office.file(), "dry_run": "true"}
    ),
    "registration": lambda office: office.client.post("/api/v1/people", json=office.record()),
}
