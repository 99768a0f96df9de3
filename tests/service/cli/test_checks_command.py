"""`talentpool checks`: the desk of verification from the terminal."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from builders import an_actor
from builders_workflow import register_city, tokens_for
from click.testing import Result

from service.access import Role
from service.cli.acting import TOKEN
from service.installation import open_database
from service.settings import Settings

Run = Callable[..., Result]
LIST = f"S{datetime.now(UTC):%Y}-000001"
PAPER = ("--document", "示镇核〔2026〕3号")


@pytest.fixture
def desk(installed: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call `talentpool checks` as somebody of an office that has a list of three people, nothing of them verified."""
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'talentpool.db'}", key_file=tmp_path / "talentpool.key")
    database, now = open_database(settings), datetime.now(UTC)
    with database.unit_of_work() as session:
        tokens = tokens_for(session, {"officer": Role.OFFICER, "leader": Role.LEADER}, now=now)
        register_city(session, actor=an_actor(), now=now, n_people=3)
    database.dispose()

    def run(who: str, *arguments: str, exit_code: int = 0, language: str = "zh") -> Result:
        monkeypatch.setenv(TOKEN, tokens[who])
        return installed("--lang", language, "checks", *arguments, exit_code=exit_code)

    return run


def _open(desk: Run, *more: str, exit_code: int = 3) -> dict[str, list[str]]:
    document = json.loads(desk("officer", "show", LIST, "--json", *more, exit_code=exit_code).stdout)
    assert document["schema"] == "talentpool.checks/1"
    found = {
        one["person_no"]: [matter["rule_id"] for matter in one["matters"] if matter["ground"] is None]
        for one in document["people"]
    }
    assert document["n_open"] == sum(map(len, found.values()))
    return found


def test_the_lists_are_told_and_what_of_one_is_open_of_whom_with_exit_code_3(desk: Run) -> None:
    assert LIST in desk("officer", "list").stdout
    assert json.loads(desk("officer", "list", "--json").stdout)["items"][0]["n_listed"] == 3
    told = desk("officer", "show", LIST, exit_code=3)
    assert "待核验 9 项" in told.stderr
    assert told.stdout.count("C-06") == 3
    assert "9 matters are open" in desk("leader", "show", LIST, exit_code=3, language="en").stderr
    assert set(_open(desk, "--person", "P2")) == {"P2"}


def test_one_document_settles_all_that_is_open_of_somebody_and_nothing_of_others(desk: Run) -> None:
    before = _open(desk)
    done = desk("officer", "settle", LIST, "P2", *PAPER)
    assert all(rule in done.stderr for rule in before["P2"])
    assert _open(desk) == {**before, "P2": []}
    assert _open(desk, "--person", "P2", exit_code=0) == {"P2": []}  # nothing of them is open: no findings
    told = desk("officer", "show", LIST, "--person", "P2").stdout
    assert told.count("经核实符合") == len(before["P2"])
    again = desk("officer", "settle", LIST, "P2", *PAPER, exit_code=1)
    assert "没有待核验的事项" in again.stderr


def test_some_rules_are_settled_by_name_and_what_is_not_met_names_its_rule(desk: Run) -> None:
    before = _open(desk)["P1"]
    refused = desk("officer", "settle", LIST, "P1", *PAPER, "--result", "fail", exit_code=2, language="en")
    assert "What is not met names its rule" in refused.stderr
    desk("officer", "settle", LIST, "P1", *PAPER, "--rule", before[0], "--rule", before[1])
    done = desk("officer", "settle", LIST, "P1", *PAPER, "--rule", before[2], "--result", "fail", language="en")
    assert f"P1: {before[2]} not met, recorded." in done.stderr
    assert _open(desk)["P1"] == []
    assert "checked and not met" in desk("officer", "show", LIST, exit_code=3, language="en").stdout


def test_a_rule_that_is_not_in_force_settles_nothing_at_all(desk: Run) -> None:
    before = _open(desk)
    desk("officer", "settle", LIST, "P1", *PAPER, "--rule", before["P1"][0], "--rule", "XX-99", exit_code=2)
    assert _open(desk) == before


def test_who_may_not_verify_reads_the_desk_and_settles_nothing(desk: Run) -> None:
    assert "无权" in desk("leader", "settle", LIST, "P1", *PAPER, exit_code=1).stderr
    assert _open(desk)["P1"]


def test_the_document_is_asked_for_and_an_unknown_list_is_named(desk: Run) -> None:
    assert "--document" in desk("officer", "settle", LIST, "P1", exit_code=2).stderr
    assert "S2026-999999" in desk("officer", "show", "S2026-999999", exit_code=4).stderr
