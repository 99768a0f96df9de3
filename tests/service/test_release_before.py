"""R11: the release of before the newest migration still works while it is upgraded, on a schema it does not know."""

import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from service.access import Actor
from service.db import Database
from service.migrations import head_revision
from service.settings import Settings
from service.usecases.auditing.audit_verification import verify_log
from service.usecases.records.people import list_people

ROOT = Path(__file__).parents[2]
_MIGRATIONS = "service/migrations/versions"

# What an office does in a day, with the code of before. Its `open_database` refuses a schema that it does not know, so
# that nobody starts it by mistake: a process that ran before the upgrade has passed that check already.
_A_DAY = """
import sys
from datetime import datetime
from importlib import import_module
from pathlib import Path
sys.path[:0] = ["tests"]
from builders import a_person, a_vacancy, a_village, an_actor
from service.db import Database
from service.settings import Settings
from service.vault import Vault

def of_room(room, name):  # before migration 0036 the use cases may still stand in one folder
    try:
        return import_module(f"service.usecases.{room}.{name}")
    except ModuleNotFoundError:
        return import_module(f"service.usecases.{name}")

people, registration = of_room("records", "people"), of_room("incoming", "registration")
shortlists, rescoring = of_room("lists", "shortlists"), of_room("long_work", "rescoring")
url, key, now = sys.argv[1], Path(sys.argv[2]), datetime.fromisoformat("2026-11-23T02:00Z")
actor, database = an_actor(), Database(Settings(database_url=url, key_file=key), Vault.load(key))
with database.unit_of_work() as session:
    registration.save_villages(session, actor=actor, records=[a_village()], now=now)
    registration.save_vacancies(session, actor=actor, records=[a_vacancy()], now=now)
    registration.save_people(session, actor=actor, records=[a_person()], now=now)
with database.unit_of_work() as session:
    found = people.get_person(session, actor=actor, person_no="P1")
    edit = {"training_hours": 40.0}
    people.edit_person(session, actor=actor, person_no="P1", record=edit, expected_version=found.version, now=now)
    shortlists.request_shortlist(session, actor=actor, vacancy_no="V1", k=1, now=now)
rescoring.rescore(database, actor=actor, now=lambda: now, mode=rescoring.Mode.ALL)
with database.reading() as session:
    assert people.list_people(session, actor=actor).total == 1
"""


@pytest.mark.prove
def test_the_code_of_before_the_newest_migration_works_on_the_newest_schema(
    any_database: Database, any_settings: Settings, actor: Actor, tmp_path: Path
) -> None:
    before = _release_before(tmp_path / "before")
    command = [sys.executable, "-c", _A_DAY, any_settings.database_url, str(any_settings.key_file)]
    environment = {**os.environ, "PYTHONPATH": str(before)}
    done = subprocess.run(command, cwd=before, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with any_database.reading() as session:
        assert list_people(session, actor=actor).total == 1
        assert verify_log(session, actor=actor).is_whole


def _release_before(directory: Path) -> Path:
    """Unpack the project as it was just before the newest migration came in."""
    wanted = f"{int(head_revision()) - 1:04}"
    commits = _git("rev-list", "HEAD", "--", _MIGRATIONS).decode().split()
    before = next((one for one in commits if _newest_migration(one) == wanted), None)
    if before is None:
        sys.stderr.write("\nR11 IS NOT SHOWN HERE: the history of the project is not beside it\n")
        pytest.skip("no history")
    with tarfile.open(fileobj=io.BytesIO(_git("archive", before))) as archive:
        archive.extractall(directory, filter="data")
    return directory


def _newest_migration(commit: str) -> str:
    names = _git("ls-tree", "--name-only", commit, f"{_MIGRATIONS}/").decode().split()
    return max(Path(name).name for name in names if name.endswith(".py"))[:4]


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False).stdout
