"""`talentpool replay`: the same bytes on every machine, and one sentence for whatever is wrong."""

import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from builders import a_person, a_vacancy, a_village, an_actor
from click.testing import Result
from sqlalchemy import text

from service.installation import open_database
from service.settings import Settings
from service.usecases.incoming import registration

Run = Callable[..., Result]
ROOT = Path(__file__).parents[3]


@pytest.fixture
def city(installed: Run, tmp_path: Path) -> Run:
    """A dozen people and one open vacancy, V1."""
    from datetime import UTC, datetime

    people = [a_person(person_no=f"P{i:02}", name=f"样例{i}", rural_work_years=float(i % 5)) for i in range(12)]
    moment = datetime.now(UTC)
    database = _database(tmp_path)
    with database.unit_of_work() as session:
        registration.save_villages(session, actor=an_actor(), records=[a_village()], now=moment)
        registration.save_people(session, actor=an_actor(), records=people, now=moment)
        registration.save_vacancies(session, actor=an_actor(), records=[a_vacancy()], now=moment)
    database.dispose()
    return installed


def _database(directory: Path) -> Any:
    url = f"sqlite:///{directory / 'talentpool.db'}"
    return open_database(Settings(database_url=url, key_file=directory / "talentpool.key"))


def _listed(talentpool: Run) -> str:
    number: str = json.loads(talentpool("-q", "shortlist", "V1", "-k", "5", "--json").stdout)["shortlist_no"]
    return number


def _change(directory: Path, statement: str) -> None:
    database = _database(directory)
    with database.unit_of_work() as session:
        session.execute(text(statement))
        session.execute(text("UPDATE registry_revisions SET revision = revision + 1"))
    database.dispose()


def test_a_list_replays_with_its_hashes(city: Run) -> None:
    number = _listed(city)
    shown = city("--lang", "en", "replay", number).output
    assert "byte for byte" in shown
    report = json.loads(city("-q", "replay", number, "--json").stdout)
    assert report["schema"] == "talentpool.replay_report/1"
    assert (report["agrees"], report["n_places"], report["disagreements"]) == (True, 5, [])
    for version in report["versions"].values():
        assert version in shown


def test_a_tampered_list_exits_with_one_and_names_the_place(city: Run, tmp_path: Path) -> None:
    number = _listed(city)
    _change(tmp_path, "UPDATE shortlist_entries SET score = score + 1 WHERE rank = 3")
    said = city("--lang", "en", "replay", number, exit_code=1).output
    assert "entries[3].score: Place 3 (P" in said
    assert "→ Where all hashes fit" in said
    assert json.loads(city("-q", "replay", number, "--json", exit_code=1).stdout)["agrees"] is False
    target = tmp_path / "bundle.json"
    city("replay", number, "--bundle", str(target), exit_code=1)
    assert not target.exists()


@pytest.mark.parametrize(
    ("arguments", "exit_code", "told"),
    [
        (["S404"], 4, "S404"),
        (["S404", "--diff"], 4, "S404"),
        (["--from", "nowhere.json"], 4, "nowhere.json"),
        ([], 2, "--from"),
        (["S404", "--from", "x.json"], 2, "--from"),
        (["--diff", "S404", "--bundle", "x.json"], 2, "--diff"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(city: Run, arguments: list[str], exit_code: int, told: str) -> None:
    assert told in city("replay", *arguments, exit_code=exit_code).output


def test_the_difference_to_today_is_told_by_number_and_never_by_name(city: Run, tmp_path: Path) -> None:
    number = _listed(city)
    assert "没有变化" in city("replay", number, "--diff").stdout
    _change(tmp_path, "UPDATE people SET consent_matching = 0 WHERE person_no = 'P04'")
    told = city("--lang", "en", "replay", number, "--diff").stdout
    assert "1 entered, 1 left" in told
    assert "P04  left: place 1 → now not ranked" in told
    assert "   Rule C-01" in told
    assert "样例" not in told
    document = city("-q", "replay", number, "--diff", "--json").stdout
    assert "样例" not in document
    assert json.loads(document)["schema"] == "talentpool.shortlist_changes/1"


@pytest.fixture
def bundle(city: Run, tmp_path: Path) -> Path:
    """The bundle of a list."""
    target = tmp_path / "list.json"
    city("replay", _listed(city), "--bundle", str(target))
    return target


def test_a_bundle_is_the_same_bytes_each_time_and_packed_when_asked(city: Run, bundle: Path) -> None:
    number = json.loads(bundle.read_text(encoding="utf-8"))["shortlist_no"]
    packed = bundle.with_name("list.json.gz")
    for _ in range(2):
        city("replay", number, "--bundle", str(packed))
        assert gzip.decompress(packed.read_bytes()) == bundle.read_bytes()
    assert packed.read_bytes() == gzip.compress(bundle.read_bytes(), mtime=0)
    assert city("-q", "replay", "--from", str(packed), "--json").stdout == (
        city("-q", "replay", "--from", str(bundle), "--json").stdout
    )


ENVIRONMENTS = [
    {"OPENBLAS_CORETYPE": "Prescott", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"},
    {"OPENBLAS_CORETYPE": "Haswell", "OMP_NUM_THREADS": "4", "PYTHONHASHSEED": "1"},
    {"OPENBLAS_CORETYPE": "SkylakeX", "OMP_NUM_THREADS": "2", "PYTHONHASHSEED": "4242", "LC_ALL": "C"},
]
WITH_OTHER_SEED = "import sys; sys.path.insert(0, {first!r}); from service.__main__ import main; main()"


def _elsewhere(*arguments: str, first: Path, environment: dict[str, str]) -> bytes:
    """Run the command line in a process of its own, with what is in `first` in the place of our packages."""
    code = WITH_OTHER_SEED.format(first=str(first))
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    command = [sys.executable, "-c", code, "-q", "replay", *arguments, "--json"]
    done = subprocess.run(command, capture_output=True, env=environment, cwd=first, check=False)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    return done.stdout


def test_a_bundle_gives_the_same_bytes_with_every_blas_and_number_of_threads(bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    nowhere = {"TALENTPOOL_DATABASE_URL": "sqlite:////nowhere/talentpool.db", "TALENTPOOL_KEY_FILE": "/nowhere/key"}
    answers = {
        _elsewhere("--from", str(bundle), first=tmp_path / "empty", environment={**nowhere, **environment})
        for environment in ENVIRONMENTS
    }
    assert len(answers) == 1
    assert json.loads(answers.pop())["agrees"] is True


def test_a_list_replays_by_its_own_rulebook_when_another_one_ships(city: Run, tmp_path: Path) -> None:
    number = _listed(city)
    here = city("-q", "replay", number, "--json").stdout
    later = tmp_path / "later"
    shutil.copytree(ROOT / "seed_data", later / "seed_data", ignore=shutil.ignore_patterns("__pycache__"))
    shipped = later / "seed_data" / "rulebook.toml"
    content = shipped.read_text(encoding="utf-8")
    changed = content.replace("[sources]", '[sources]\nlater = "a later document"', 1)
    assert changed != content
    shipped.write_text(changed, encoding="utf-8")
    assert _elsewhere(number, first=later, environment=ENVIRONMENTS[1]).decode() == here
    changes = json.loads(_elsewhere(number, "--diff", first=later, environment=ENVIRONMENTS[0]))
    assert changes["is_same_list"] is True
    assert [line["en"].split(":")[0] for line in changes["context"]] == ["Rulebook", "Card"]


def _with(bundle: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    document = json.loads(bundle.read_text(encoding="utf-8"))
    change(document)
    bundle.write_text(json.dumps(document), encoding="utf-8")


SPOILT: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "an unknown field": (lambda bundle: bundle.update(note="x"), "note"),
    "an unknown field of an entry": (lambda bundle: bundle["entries"][1].update(name="x"), "entries[1].name"),
    "a field left out": (lambda bundle: bundle.pop("sieve"), "sieve"),
    "another schema": (lambda bundle: bundle.update(schema="talentpool.replay/2"), "talentpool.replay/2"),
    "yes for a number": (lambda bundle: bundle.update(k=True), "k"),
    "a fraction": (lambda bundle: bundle["entries"][0].update(score=1.5), "entries[0].score"),
    "no base64": (lambda bundle: bundle.update(snapshot="%%%"), "base64"),
    "a number that moves the cursor": (lambda bundle: bundle.update(shortlist_no="S\x1b[2J"), "shortlist_no"),
    "half a character": (lambda bundle: bundle.update(shortlist_no="\ud800"), "shortlist_no"),
    "no hash": (lambda bundle: bundle["versions"].update(card="x"), "versions.card"),
    "a list that is too long": (lambda bundle: bundle.update(entries=bundle["entries"] * 300), "entries"),
    "another score": (lambda bundle: bundle["entries"][0].update(score=1), "entries[1].score"),
    "another card": (lambda bundle: bundle["card"]["criteria"].pop(), "card_version"),
    "a cut record": (lambda bundle: bundle.update(snapshot=bundle["snapshot"][:40]), "snapshot"),
    "another vacancy": (lambda bundle: bundle["vacancy_facts"].update(term_months=1), "vacancy_facts"),
    "no vacancy": (lambda bundle: bundle.update(vacancy_facts={}), "vacancy_facts"),
    "no rulebook": (lambda bundle: bundle.update(rulebook={}), "rulebook_version"),
}


@pytest.mark.parametrize(("spoil", "told"), SPOILT.values(), ids=SPOILT)
def test_a_bundle_that_was_changed_is_refused_by_name(
    city: Run, bundle: Path, spoil: Callable[[dict[str, Any]], Any], told: str
) -> None:
    _with(bundle, spoil)
    said = city("--lang", "en", "replay", "--from", str(bundle), exit_code=1).output
    assert told in said
    assert "→" in said


HOSTILE: dict[str, Callable[[], bytes]] = {
    "a bomb": lambda: gzip.compress(b"0" * 70_000_000),
    "a packed file cut off": lambda: gzip.compress(b"{}")[:-4],
    "a packed file with a tail": lambda: gzip.compress(b"{}") + b"x",
    "no JSON": lambda: b"PK\x03\x04",
    "deep JSON": lambda: b"[" * 300_000,
    "not a number": lambda: b'{"schema": NaN}',
    "a list": lambda: b"[]",
    "an endless number": lambda: b'{"schema": ' + b"9" * 10_000 + b"}",
    "nothing": lambda: b"",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_one_sentence(talentpool: Run, tmp_path: Path, content: Callable[[], bytes]) -> None:
    target = tmp_path / "hostile.json.gz"
    target.write_bytes(content())
    said = talentpool("replay", "--from", str(target), exit_code=1).output
    assert "hostile.json.gz" in said
    assert ("文件过大" in said) == (content is HOSTILE["a bomb"])
