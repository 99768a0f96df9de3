"""The main job on the command line: the sample files as they are, a shortlist, rankings, export."""

import csv
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from builders import WHOLE_OFFICE, an_actor
from builders_offices import hire_office, hired
from click.testing import Result
from flask.testing import FlaskClient

from service import create_app
from service.access import EVERYWHERE
from service.context import SESSION_KEY
from service.installation import open_database
from service.settings import Settings
from service.usecases import accounts
from tests.service.usecases.builders_accounts import PASSWORD

Run = Callable[..., Result]
SAMPLES = Path(__file__).parents[2] / "samples"
ATTESTED = ("--attest", "样例署名", "--document", "示组〔2026〕1号")
PLACE = ("--county", "示范县", "--township", "清河镇")


@pytest.fixture
def sample_city(installed: Run) -> Run:
    """The sample workbooks imported as they are."""
    installed("import", "vacancies", str(SAMPLES / "vacancies_synthetic.xlsx"), *ATTESTED, exit_code=3)
    installed("import", "people", str(SAMPLES / "roster_synthetic.xlsx"), *ATTESTED, *PLACE, exit_code=3)
    return installed


def _consultant_vacancy(client: FlaskClient) -> str:
    answer = client.get("/api/v1/vacancies?post_type=industrial_consultant")
    assert answer.json is not None
    (vacancy,) = answer.json["items"]
    number: str = vacancy["vacancy_no"]
    return number


def _client(settings: Settings) -> FlaskClient:
    """A program with a token that is also signed in with a browser's cookie."""
    database = open_database(settings)
    app = create_app(settings)
    moment = app.extensions["talentpool"].clock()
    hired(database, username="reader", roles=WHOLE_OFFICE, territory=EVERYWHERE, now=moment)
    token = hire_office(database)
    with database.unit_of_work() as session:
        own = an_actor(username="reader")
        accounts.set_password(session, actor=own, username="reader", password=PASSWORD, now=moment)
    opened = accounts.sign_in(database, username="reader", password=PASSWORD, now=moment)
    database.dispose()
    assert isinstance(opened, accounts.SignIn)
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    with client.session_transaction() as cookie:
        cookie[SESSION_KEY] = opened.token
    return client


def test_one_shortlist_through_api_page_and_terminal_in_the_same_order(sample_city: Run, tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'talentpool.db'}", key_file=tmp_path / "talentpool.key")
    client = _client(settings)
    vacancy_no = _consultant_vacancy(client)
    by_api = client.post(f"/api/v1/vacancies/{vacancy_no}/shortlists", json={"k": 10}).json
    by_terminal = json.loads(sample_city("-q", "shortlist", vacancy_no, "--excluded", "--json").stdout)
    assert by_api is not None
    order = [entry["person_no"] for entry in by_api["entries"]]
    assert len(order) >= 3
    assert [entry["person_no"] for entry in by_terminal["entries"]] == order
    assert [entry["score"] for entry in by_terminal["entries"]] == [entry["score"] for entry in by_api["entries"]]
    page = client.get(f"/shortlists/{by_api['shortlist_no']}").text
    places = [page.index(f"?person={person_no}") for person_no in order]
    assert places == sorted(places)
    assert {row["rule_id"] for row in by_terminal["excluded"]} == {"C-01", "IC-02"}
    assert all(row["sentence"]["zh"] and row["basis"]["en"] for row in by_terminal["excluded"])


def test_the_explained_list_names_every_point_and_every_rule_to_verify(sample_city: Run) -> None:
    listed = sample_city("shortlist", "V000002", "--explain", "--excluded").stdout
    assert "产业相近" in listed
    assert "35.00 / 35.00" in listed
    assert "C-05" in listed
    assert "IC-02" in listed


def test_the_list_reads_in_english_too(sample_city: Run) -> None:
    listed = sample_city("--lang", "en", "shortlist", "V000002", "--explain").stdout
    assert "in the pool" in listed
    assert "Not listed, by the first rule not met:" in listed


def test_rescoring_fills_the_ranking_that_export_writes(sample_city: Run, tmp_path: Path) -> None:
    sample_city("rescore", "--all")
    target = tmp_path / "ranking.csv"
    sample_city("export", "ranking", "-o", str(target))
    with target.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["vacancy_no", "person_no", "rank", "score", "verdict"]
    listed = json.loads(sample_city("-q", "shortlist", "V000002", "--json").stdout)["entries"]
    exported = [row for row in rows if row["vacancy_no"] == "V000002"]
    assert [(row["person_no"], float(row["score"])) for row in exported] == [
        (entry["person_no"], entry["score"]) for entry in listed
    ]
    assert [int(row["rank"]) for row in exported] == list(range(1, len(exported) + 1))


def test_rescoring_again_never_rewrites_a_frozen_list(sample_city: Run, tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'talentpool.db'}", key_file=tmp_path / "talentpool.key")
    client = _client(settings)
    made = client.post("/api/v1/vacancies/V000002/shortlists", json={"k": 2})
    sample_city("rescore", "--all")
    assert client.get(made.headers["Location"]).data == made.data


def test_export_keeps_only_the_places_asked_for(sample_city: Run, tmp_path: Path) -> None:
    sample_city("rescore", "--all")
    sample_city("export", "ranking", "--top", "1", "-o", str(tmp_path / "one.csv"))
    rows = (tmp_path / "one.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 1 + 3


def test_export_before_any_scoring_says_what_to_run(sample_city: Run, tmp_path: Path) -> None:
    told = sample_city("export", "ranking", "-o", str(tmp_path / "none.csv"), exit_code=3)
    assert "talentpool rescore --all" in told.output


def test_export_to_a_dash_writes_to_stdout(sample_city: Run) -> None:
    sample_city("rescore", "--all")
    assert sample_city("export", "ranking", "-o", "-").stdout.startswith("vacancy_no,person_no,rank,score,verdict\n")
    assert not Path("-").exists()


def test_an_exported_ranking_is_numbered_and_recorded_with_the_hash_of_the_file(
    sample_city: Run, tmp_path: Path
) -> None:
    sample_city("rescore", "--all")
    target = tmp_path / "ranking.csv"
    said = sample_city("export", "ranking", "-o", str(target)).stderr
    sample_city("export", "ranking", "-o", "-")
    last, first = json.loads(sample_city("export", "log", "--json").stdout)["items"]
    with target.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    n_people = len({row["person_no"] for row in rows})
    assert first["sha256"] == last["sha256"] == hashlib.sha256(target.read_bytes()).hexdigest()
    assert (first["kind"], first["n_rows"], first["n_people"]) == ("ranking", len(rows), n_people)
    assert first["export_no"] in said


def test_a_ranking_carries_its_mark_where_a_program_does_not_trip_over_it(sample_city: Run, tmp_path: Path) -> None:
    sample_city("rescore", "--all")
    for name in ("r.xlsx", "r.json", "r.csv"):
        sample_city("export", "ranking", str(tmp_path / name), "--mark")
    numbers = [one["export_no"] for one in json.loads(sample_city("export", "log", "--json").stdout)["items"]][::-1]
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert book["导出说明"]["B1"].value == numbers[0]
    assert [cell.value for cell in book.worksheets[0][1]] == ["岗位编号", "人员编号", "位次", "得分", "资格", "放宽"]
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["export"]["export_no"] == numbers[1]
    assert f"导出编号 {numbers[2]}" in (tmp_path / "r.csv").read_text(encoding="utf-8").splitlines()[-1]
