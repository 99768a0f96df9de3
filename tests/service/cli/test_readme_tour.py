"""The tour of the README does what it says, and its accounts are enough, on the city that `make demo` draws."""

import re
import shlex
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from builders_installations import settings_in
from click.testing import CliRunner, Result
from sqlalchemy import select
from sqlalchemy.orm import Session

from service import create_app
from service.access import Actor
from service.cli import cli
from service.cli.demo_accounts import DEMO_ACCOUNTS
from service.db import Database
from service.models.accounts import Account
from service.models.people import Person
from service.settings import Settings
from service.usecases import accounts
from service.usecases.days import day_of

Run = Callable[..., Result]
ROOT = Path(__file__).parents[3]
OWN = "Kranich-Deich-Weide-27"
VACANCY = "V0423"  # in the township, and in the village, of the demo's accounts
PAPER = {"document": "示组〔2026〕7号"}
HOLDERS = {one.username: one.holder for one in DEMO_ACCOUNTS}
VOTE = {"n_entitled": 9, "n_present": 8, "n_for": 8, "n_against": 0, "n_abstained": 0}
NOTICE = {"office": "示范庚县委组织部", "office_phone": "0000-1234567"}
N_PEOPLE = "10000"  # the numbers of the tour are those of `make demo`


def _tour(document: str) -> list[list[str]]:
    """Return the commands of the tour as words, without what makes the token."""
    blocks = re.findall(r"```sh\n(.+?)```", (ROOT / document).read_text(encoding="utf-8"), re.DOTALL)
    lines = re.findall(r"^talentpool .+$", "\n".join(blocks), re.MULTILINE)
    return [shlex.split(line, comments=True)[1:] for line in lines]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The city that `make demo` draws, and what was printed."""
    directory = tmp_path_factory.mktemp("drawn")
    place = settings_in(directory)
    told = {"TALENTPOOL_DATABASE_URL": place.database_url, "TALENTPOOL_KEY_FILE": str(place.key_file)}
    made = CliRunner(env=told).invoke(cli, ["init", "--demo", N_PEOPLE])
    assert made.exit_code == 0, made.output
    return directory, made.output


@pytest.fixture
def starting_directory(drawn: tuple[Path, str]) -> Path:
    """The drawn city, for `database`."""
    return drawn[0]


@pytest.fixture
def officer(terminal: Run, drawn: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The terminal on the demo city, with the token that the tour asks for."""
    directory, printed = drawn
    shutil.copytree(directory, tmp_path, dirs_exist_ok=True)
    (given,) = re.findall(r"^  officer +(\S+)", printed, re.MULTILINE)
    asked = ("-q", "--as", "officer", "--password-stdin", "user", "token", "--days", "1")
    made = terminal(*asked, told=f"{given}\n{OWN}\n")
    monkeypatch.setenv("TALENTPOOL_TOKEN", made.output.split()[-1])
    return terminal


def test_the_demo_candidate_stands_where_the_other_demo_accounts_can_settle_what_they_ask(database: Database) -> None:
    with database.reading() as session:
        own = select(Account.person_id).where(Account.username == "candidate")
        village = session.get_one(Person, session.scalars(own).one()).home_village
        assert village is not None
        assert village.township.township_code == "239907100"


def test_every_command_of_the_tour_does_what_it_says(officer: Run) -> None:
    tours = {document: _tour(document) for document in ("README.md", "README.zh-CN.md")}
    said = {tuple(words): officer(*words).stdout for tour in tours.values() for words in tour}
    for tour in tours.values():
        (listed,) = [said[tuple(words)] for words in tour if "--explain" in words]
        (excluded,) = [said[tuple(words)] for words in tour if "--excluded" in words]
        (explained,) = [said[tuple(words)] for words in tour if "explain" in words]
        assert listed.count("（已核验）") > len(re.findall(r"^\d\. P\d{7} ", listed, re.MULTILINE)) == 5
        assert re.search(r"\d+ (人不在管辖范围内|are outside it)", excluded), "an officer sees who is of the county"
        assert re.search(r"24 天 → 10 天  −\d", explained), "what is tried moves the points"


class Office:
    """The printed accounts at work on one list over the API, as the table of the README says."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self.now = datetime.now(UTC)
        self.client = create_app(settings).test_client()
        with database.unit_of_work() as session:
            self.tokens = {one.username: self._signed_in(session, one.username) for one in DEMO_ACCOUNTS}

    def _signed_in(self, session: Session, username: str) -> str:
        own = Actor(username)
        accounts.set_password(session, actor=own, username=username, password=OWN, now=self.now)
        return accounts.create_token(session, actor=own, username=username, label="tour", now=self.now)

    def send(self, who: str, path: str, body: dict[str, Any] | None = None, *, status: int = 200) -> Any:
        """Send as somebody, and return the answer."""
        way = self.client.get if body is None else self.client.post
        headers = {"Authorization": f"Bearer {self.tokens[who]}"}
        answer = way(f"/api/v1{path}", headers=headers, **({} if body is None else {"json": body}))
        assert answer.status_code == status, (who, path, answer.text)
        return answer.json

    def signed(self, who: str) -> dict[str, str]:
        """Sign as the account's holder, whose name is printed beside it."""
        return {"signed_name": HOLDERS[who], **PAPER}

    def lead(self, who: str, address: str, to: str, *, status: int = 200, **more: Any) -> Any:
        """Lead a list, or one of its people, to the next stage, as somebody who has just read it."""
        at = f"{address}/candidacies" if address.startswith("/shortlists") else address
        version = self.send(who, at)["version"]
        return self.send(
            who, f"{address}/moves", {"to": to, "version": version, **self.signed(who), **more}, status=status
        )

    def check_all(self, who: str, person_no: str) -> None:
        """Record that whatever is to be verified of somebody has passed."""
        told = self.send(who, f"/vacancies/{VACANCY}/explanations/{person_no}")
        for outcome in [one for one in told["outcomes"] if one["verdict"] == "to_verify"]:
            body = {"person_no": person_no, "rule_id": outcome["rule_id"], "result": "pass"}
            on = {**PAPER, "checked_on": str(day_of(self.now))}
            self.send(who, f"/vacancies/{VACANCY}/checks", body | on, status=201)

    def sign(self, who: str, address: str, signatory: str, *, status: int = 200) -> None:
        """Record a signature from paper."""
        body = {
            "signatory": signatory,
            "version": self.send(who, address)["version"],
            "signed_name": "样例签署人",
            **PAPER,
        }
        self.send(who, f"{address}/signatures", body | {"signed_on": str(day_of(self.now))}, status=status)


def test_the_printed_accounts_lead_a_list_from_the_request_to_the_notice(
    settings: Settings, database: Database
) -> None:
    office = Office(settings, database)
    made = office.send("officer", f"/vacancies/{VACANCY}/shortlists", {"k": 3}, status=201)
    address = f"/shortlists/{made['shortlist_no']}"
    review = office.lead("officer", address, "under_review")
    for one in review["candidacies"]:
        said = {"decision": "recommend", "version": one["version"]}
        office.send("officer", f"/candidacies/{one['candidacy_no']}/conclusions", said)
    assert office.lead("officer", address, "proposed", status=403), "who requested does not propose"
    assert office.lead("officer2", address, "proposed", status=409), "what is due before a nomination is open"
    for one in review["candidacies"]:
        office.check_all("officer", one["person_no"])
    office.lead("officer2", address, "proposed")
    number = review["candidacies"][0]["candidacy_no"]
    first, today = f"/candidacies/{number}", str(day_of(office.now))
    office.lead("officer", first, "willingness_asked")
    office.sign("officer", first, "person")
    asked = {
        "reply": "agrees",
        "version": office.send("village", "/replies")["items"][0]["version"],
        **office.signed("village"),
        **VOTE,
    }
    office.send("village", f"/replies/{number}", asked)
    office.lead("officer", first, "recommended")
    office.lead("officer", first, "joint_checked")
    office.sign("township", first, "township_committee")
    votes = {"meeting": "部务会", "held_on": today, **VOTE}
    decided = office.lead("leader", address, "decided", votes=votes, chosen=[number])
    assert decided["state"] == "decided"
    office.sign("officer", first, "org_dept_officer")
    begun = {"candidacy_no": number, "version": office.send("officer", first)["version"], **NOTICE}
    assert office.send("officer", "/appointments", begun, status=201)["notices"]
