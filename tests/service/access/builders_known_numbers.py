"""Two counties, copied for each question: a clerk of the first asks about an id number that the second may know."""

import io
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from builders import a_person, an_actor
from builders_installations import settings_in
from builders_offices import hired, token_of
from builders_tour import text_of, without
from builders_two_counties import COUNTY_ROLES, HERE, THERE, two_counties
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from matching.vocabulary import RecordStatus
from schemas.identity import checksum_of
from service.access import Actor
from service.context import Service
from service.installation import open_database
from service.usecases.identity.merging import merge_people
from service.usecases.incoming import registration

__all__ = [
    "MERGED",
    "NOW",
    "STANDING",
    "UNKNOWN",
    "Office",
    "copied",
    "id_number",
    "known_elsewhere",
    "office_in",
    "registered_elsewhere",
    "told",
    "without_number",
]

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ALIKE = {"name": "样例重", "phone": "00012345678", "sex": "1"}
_HEAD = "姓名,性别,人才类别,县区,乡镇,所在村,身份证号,手机号"


def id_number(serial: int) -> str:
    """Return an invented id number of a man born on 1990-05-01."""
    head = f"23990219900501{2 * serial + 1:03}"
    return head + checksum_of(head)


#: Registered in the second county, in a record of its own and in one that was merged into another; and nowhere.
STANDING, MERGED, UNKNOWN = (id_number(serial) for serial in (410, 411, 412))


def registered_elsewhere(directory: Path) -> None:
    """Fill a migrated installation: both counties, the known numbers in the second, five men alike in the first."""
    database = open_database(settings_in(directory))
    two_counties(database, now=NOW)
    at_home = {"home_village_code": "239902100201", "consent_matching": None}
    records = [
        a_person(person_no="Q81", name="另地人", id_number=STANDING, **at_home),
        a_person(person_no="Q82", name="另地旧", id_number=MERGED, **at_home),
        *(
            a_person(person_no=f"P9{n}", id_number=None, consent_matching=None, name="样例众", birth_date=None)
            for n in range(5)
        ),
    ]
    with database.unit_of_work() as session:
        registration.save_people(session, actor=an_actor(), records=records, now=NOW)
    there = Actor(username="there", roles=COUNTY_ROLES, territory=THERE)
    with database.unit_of_work(there) as session:
        merge_people(
            session, actor=there, survivor_no="Q81", absorbed_no="Q82", picks={"id_number": "survivor"}, now=NOW
        )
    hired(database, username="here", roles=COUNTY_ROLES, territory=HERE, now=NOW)
    (directory / "token").write_text(token_of(database, "here"), encoding="utf-8")
    database.dispose()


def known_elsewhere(directory: Path, *, n: int) -> None:
    """Register as many more in the second county."""
    database = open_database(settings_in(directory))
    at_home = {"home_village_code": "239902100201", "consent_matching": None}
    records = [a_person(person_no=f"Q1{i:03}", name="另地众", id_number=id_number(i), **at_home) for i in range(n)]
    with database.unit_of_work() as session:
        registration.save_people(session, actor=an_actor(), records=records, now=NOW)
    database.dispose()


class Office:
    """A clerk of the first county who asks about one id number everywhere."""

    def __init__(self, client: FlaskClient, number: str) -> None:
        self.client = client
        self.number = number

    def record(self) -> dict[str, object]:
        """Return a record under the number, as the API takes it."""
        home = {"county": "示范县", "township": "清河镇", "village": "东岗村"}
        return {**ALIKE, **home, "talent_source": "T2", "id_number": self.number, "record_status": RecordStatus.DRAFT}

    def row(self) -> bytes:
        """Return a file with the record."""
        row = f"{ALIKE['name']},男,大学生村官,示范县,清河镇,东岗村,{self.number},{ALIKE['phone']}"
        return f"{_HEAD}\n{row}\n".encode()

    def file(self) -> tuple[io.BytesIO, str]:
        """Return the same as it is sent."""
        return io.BytesIO(self.row()), "花名册.csv"

    def typed(self) -> dict[str, str]:
        """Return the record as the page takes it."""
        return {name: str(value) for name, value in self.record().items() if name != "record_status"}

    def looks(self) -> Iterator[str]:
        """Ask without writing anything that stays."""
        post = self.client.post
        yield told(self, post("/api/v1/people/search", json={"id_number": self.number}))
        yield told(self, post("/people/search", data={"q": self.number}, follow_redirects=True))
        yield told(self, post("/api/v1/duplicates/check", json=self.record()))
        yield told(self, post("/people/new/draft", data=self.typed(), headers={"HX-Request": "true"}))

    def consequences(self) -> Iterator[str]:
        """Search for duplicates, and look wherever a record of one's own shows."""
        yield told(self, self.client.post("/duplicates/search", follow_redirects=True))
        for address in ("/duplicates", "/", "/people", "/api/v1/duplicates", "/audit"):
            yield told(self, self.client.get(address))
        for found in re.findall(r"/people/(P[^/\"?#]+)\"", self.client.get("/people").text):
            yield told(self, self.client.get(f"/people/{found}"))


#: Numbers of pairs, in which the end of an id number may stand by chance.
_PAIRS = r"(/duplicates/|\"pair_id\": ?)\d{1,9}"
#: Sealed searches, the digest of a file that holds the number, and when a command ran.
_DRAWN = (
    r"(find(?:=|%3D|\" value=\"))[\w-]+",
    r"()\b[0-9a-f]{16}\b",
    r"()\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::[\d.]+)?",
    r"()\d+(?:\.\d+)? (?:ms|毫秒)",
)


def told(office: Office, answer: TestResponse) -> str:
    """Return what an answer says, without the number that was asked about, and without what is drawn at random."""
    text = without_number(office, re.sub(_PAIRS, r"\1~", text_of(answer)))
    for drawn in _DRAWN:
        text = re.sub(drawn, r"\1~", text)
    return without(text, {})


def without_number(office: Office, text: str) -> str:
    """Return a text without the number that was asked about, however it is masked."""
    for form in (office.number, f"{office.number[:6]}********{office.number[-4:]}", office.number[-4:]):
        text = text.replace(form, "#")
    return text


@contextmanager
def office_in(app: Flask, directory: Path, number: str) -> Iterator[Office]:
    """Serve an installation, and be the clerk of its first county."""
    settings = settings_in(directory)
    database = open_database(settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(app.extensions, "talentpool", Service(settings=settings, database=database, clock=lambda: NOW))
        patch.setitem(app.config, "WTF_CSRF_METHODS", [])
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {(directory / 'token').read_text(encoding='utf-8')}"
        yield Office(client, number)
    database.dispose()


def copied(source: Path, target: Path) -> Path:
    """Copy an installation."""
    return Path(shutil.copytree(source, target))
