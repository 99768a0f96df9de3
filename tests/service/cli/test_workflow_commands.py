"""`talentpool move`, `review`, `appoint`, `report`: a round by named accounts, from the terminal."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import builders_workflow as b
import pytest
from builders import an_actor
from builders_workflow import register_city, settle_rules, tokens_for
from click.testing import Result

from service.access import Role
from service.cli.acting import TOKEN
from service.installation import open_database
from service.settings import Settings
from service.usecases.days import day_of
from service.usecases.lists.shortlists import get_shortlist

Run = Callable[..., Result]
TODAY = str(day_of(datetime.now(UTC)))  # a meeting lies between the proposal and today
VOTES = ("--meeting", "部务会", "--held-on", TODAY, "--votes", "9,8,7,1,0")
SIGNED = ("--sign", "样例署名", "--document", "示组〔2026〕7号")


@pytest.fixture
def office(installed: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Call the command line as somebody of an office whose officer has just made the list S2026-000001."""
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'talentpool.db'}", key_file=tmp_path / "talentpool.key")
    database, now = open_database(settings), datetime.now(UTC)
    with database.unit_of_work() as session:
        people = {"officer": Role.OFFICER, "second": Role.OFFICER, "leader": Role.LEADER}
        tokens = tokens_for(session, people, now=now)
        number = register_city(session, actor=an_actor(), now=now, n_people=3)
        settle_rules(session, get_shortlist(session, actor=an_actor(), shortlist_no=number).entries, now=now)
    database.dispose()

    def run(who: str, *arguments: str, exit_code: int = 0) -> Result:
        monkeypatch.setenv(TOKEN, tokens[who]) if who else monkeypatch.delenv(TOKEN, raising=False)
        return installed(*arguments, exit_code=exit_code)

    return run


def list_no(office: Run) -> str:
    return f"S{datetime.now(UTC):%Y}-000001"


def candidacy(place: int) -> str:
    return f"C{datetime.now(UTC):%Y}-{place:06d}"


def test_a_round_is_led_from_the_terminal_by_named_accounts_only(office: Run) -> None:
    number = list_no(office)
    assert "无权" in office("", "move", "shortlist", number, "under_review", exit_code=1).stderr
    office("officer", "move", "shortlist", number, "under_review")
    office("second", "review", "opinion", candidacy(1), "reserve")
    office("officer", "review", "conclude", candidacy(2), "recommend")
    refused = office("officer", "review", "conclude", candidacy(1), "not_suitable", "--code", "R03", exit_code=2)
    assert "须写明理由代码和理由" in refused.stderr
    office("officer", "review", "conclude", candidacy(1), "not_suitable", "--code", "R03", "--reason", "距离过远")
    office("officer", "review", "conclude", candidacy(3), "reserve")
    office("officer", "review", "undo", candidacy(3), "--conclusion")
    office("officer", "review", "conclude", candidacy(3), "recommend", "--code", "R09", "--reason", "熟悉产业")
    shown = office("officer", "review", "show", number).stdout
    for word in ("审阅中", "second 备选", "暂不考虑", "个人意愿表", "办理期限"):
        assert word in shown
    assert "申请人" in office("officer", "move", "shortlist", number, "proposed", *SIGNED, exit_code=1).stderr
    office("second", "move", "shortlist", number, "proposed", *SIGNED)
    report = json.loads(office("leader", "report", "overrides", "--json").stdout)
    assert (report["n_recommended"], report["n_against_rank"]) == (2, 2)
    assert {one["passed_over"][0]["person_no"] for one in report["overrides"]} == {"P1"}
    assert "P2" in office("leader", "report", "overrides").stdout
    wrong = office("leader", "move", "shortlist", number, "decided", "--votes", "9,8", exit_code=2)
    assert "应为五个数" in wrong.stderr
    office("leader", "move", "shortlist", number, "decided", *SIGNED, *VOTES, "--reason", "暂缓")
    assert "已结" in office("officer", "review", "show", number).stdout


def test_a_decision_for_a_worse_place_says_why_in_the_terminal_too(office: Run, tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'talentpool.db'}", key_file=tmp_path / "talentpool.key")
    database, now, number = open_database(settings), datetime.now(UTC), list_no(office)
    with database.unit_of_work() as session:
        b.conclude_all(session, b.start_review(session, number, now=now), now=now)
        b.proposed(session, number, now=now)
        b.lead_to(session, b.all_of(session, number)[1], "discipline_opinion", now=now)
    database.dispose()
    decided = ("move", "shortlist", number, "decided", *SIGNED, *VOTES, "--chosen", candidacy(2))
    refused = office("leader", *decided, "--code", "R01", exit_code=2)
    assert "须写明理由代码和理由" in refused.stderr
    office("leader", *decided, "--code", "R01", "--reason", "更懂当地产业")
    shown = office("leader", "report", "overrides").stdout
    for word in ("P2", "P1 (1)", "更懂当地产业", "研究决定"):
        assert word in shown
    made = office(
        "officer", "appoint", candidacy(2), "--office", "示范县委组织部", "--phone", "0000-1234567", exit_code=3
    )
    assert "档案未登记、公示未列：性别" in made.stderr


def test_a_conflict_is_told_with_who_changed_what(office: Run) -> None:
    office("officer", "move", "shortlist", list_no(office), "under_review")
    office("second", "review", "opinion", candidacy(1), "reserve")
    refused = office("officer", "review", "opinion", candidacy(1), "recommend", "--version", "1", exit_code=1)
    assert "已被 second 改动" in refused.stderr
    assert "second org_dept_officer opinion: None → reserve" in refused.stderr
    assert office("leader", "report", "terms").exit_code == 0


def test_daily_work_says_what_it_did_and_a_second_run_does_nothing(office: Run) -> None:
    told = json.loads(office("", "daily", "--json").stdout)
    assert told == {
        "schema": "talentpool.daily/1", "expired": [], "reminded": [], "archived": [], "n_under_review": 0,
        "n_to_erase": 0, "n_forgotten": 0,
    }  # fmt: skip
    assert "岗位到期 0" in office("", "daily").output


def test_whoever_is_not_asked_has_nothing_to_reply_to(office: Run) -> None:
    office("officer", "move", "shortlist", list_no(office), "under_review")
    given = ("reply", "give", candidacy(1), "agrees", "--name", "样例署名")
    assert "无权" in office("officer", *given, exit_code=1).stderr
    assert "九" in office("officer", *given, "--votes", "九,8", exit_code=2).stderr
    assert "无权" in office("officer", "reply", "list", exit_code=1).stderr
