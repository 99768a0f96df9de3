"""The audit trail, the export log and the jobs as pages."""

import re
import time
from datetime import timedelta
from zipfile import ZipFile

import pytest
from builders import an_actor
from builders_offices import hired
from builders_runs import rescoring_at_work
from sqlalchemy import text

from service.access import EVERYWHERE, Role
from service.access.actors import ROLE_LABELS
from service.audit_lines import Occasion
from service.errors import Stopped
from service.usecases import accounts
from service.usecases.auditing.audit_details import detail_text
from service.usecases.auditing.audit_places import address_text
from service.usecases.long_work.run_terms import Kind
from service.usecases.long_work.run_work import Watch, begin_run, carried_out
from service.usecases.records.people import get_person
from tests.service.web.builders_pages import page_of, post_form


@pytest.fixture
def as_role(app, database, now):
    """Return a browser of somebody with one role, known by a token."""

    def as_role(role: Role):
        actor = hired(database, username=str(role), roles=frozenset({role}), territory=EVERYWHERE, now=now)
        with database.unit_of_work() as session:
            token = accounts.create_token(session, actor=actor, username=str(role), label="t", now=now)
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return client

    return as_role


def test_the_log_tells_who_saw_a_person_and_what_an_account_did(browser):
    page_of(browser, "/people/P01")
    html = page_of(browser, "/audit?person_no=P01")
    assert "谁查看或改动过\u2009P01" in html
    assert "查看人员" in html
    assert 'href="/people/P01"' in html
    html = page_of(browser, "/audit?username=admin", "en")
    assert "view person" in html


def test_the_log_goes_on_to_older_lines(browser, database):
    for _ in range(52):
        with database.unit_of_work() as session:
            get_person(session, actor=an_actor(), person_no="P01")
    html = page_of(browser, "/audit?person_no=P01")
    assert "before=" in html
    older = html.split("before=")[1].split('"')[0]
    assert page_of(browser, f"/audit?person_no=P01&before={older}").count("<tr>") >= 2
    assert browser.get("/audit?before=x").status_code == 422


def test_somebody_who_may_not_read_the_log_sees_the_own_deeds_and_nobody_elses(browser, as_role):
    clerk = as_role(Role.REGISTRAR)
    clerk.get("/people/P01")
    html = page_of(clerk, "/audit")
    assert "本账号的操作" in html
    assert ">admin<" not in html
    for query in ("username=admin", "person_no=P01"):
        assert clerk.get(f"/audit?{query}").status_code == 403


def test_the_check_says_that_the_log_is_whole_and_where_it_is_not(browser, database):
    page_of(browser, "/people/P01")
    answer = post_form(browser, "/audit/verification", {}, seen="/audit")
    assert "审计日志完整" in answer.text
    with database.engine.begin() as connection:
        for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.execute(text(f'DROP TRIGGER "{name}"'))
        connection.execute(text("UPDATE audit_entries SET actor = 'nobody' WHERE id = 2"))
    answer = post_form(browser, "/audit/verification", {}, seen="/audit")
    assert "与写入时不符" in answer.text
    assert "第\u20092\u2009条" in answer.text


def test_what_is_shown_of_the_log_leaves_as_a_numbered_workbook_and_stands_in_the_export_log(browser, tmp_path):
    page_of(browser, "/people/P01")
    answer = post_form(browser, "/audit/export", {"person_no": "P01"}, seen="/audit")
    assert answer.status_code == 200
    path = tmp_path / "log.xlsx"
    path.write_bytes(answer.data)
    with ZipFile(path) as book:
        assert b"view_person" in book.read("xl/sharedStrings.xml") + book.read("xl/worksheets/sheet1.xml")
    html = page_of(browser, "/exports")
    assert "审计日志" in html
    assert "E2026-" in html
    assert "Nothing was exported." in page_of(browser, "/exports?kind=roster", "en")


def test_a_rescoring_is_begun_from_the_page_and_shows_among_the_runs(browser, now):
    assert "尚无评分任务" in page_of(browser, "/jobs")
    answer = post_form(browser, "/jobs/rescoring", {"mode": "all"}, seen="/jobs")
    assert answer.status_code == 303
    _until(lambda: 'chip ok">finished' in page_of(browser, "/jobs", "en"))
    assert "All rankings are up to date." in page_of(browser, "/jobs", "en")


def test_a_run_at_work_is_stopped_from_the_page_by_who_may_rescore(browser, database, as_role, now):
    officer = as_role(Role.OFFICER)
    with rescoring_at_work(database, now=now) as work:
        html = page_of(browser, "/jobs", "en")
        assert "Stop this run" in html
        assert "/jobs/1/stop" not in page_of(officer, "/jobs")
        assert officer.post("/jobs/1/stop").status_code in {400, 403}
        assert post_form(browser, "/jobs/1/stop", {}, seen="/jobs").status_code == 303
        html = page_of(browser, "/jobs")
        assert "admin\u2009于" in html
        assert "/jobs/1/stop" not in html
        assert post_form(browser, "/jobs/1/stop", {}, seen="/jobs").status_code == 303
        work.go_on()
    assert work.stopped is not None
    html = page_of(browser, "/jobs")
    assert 'chip warn">已停止' in html
    assert "停止运行" in page_of(browser, "/audit?username=admin")
    refused = post_form(browser, "/jobs/1/stop", {}, seen="/jobs")
    assert refused.status_code == 409
    assert "已结束" in refused.text


def test_a_long_search_and_a_long_check_are_watched_and_stopped_on_the_page_of_jobs(browser, database, as_role, now):
    officer, auditor = as_role(Role.OFFICER), as_role(Role.AUDITOR)
    begun = {
        kind: begin_run(database, kind=kind, actor=an_actor(), now=lambda: now, watch=Watch(), n_all=100)
        for kind in (Kind.DUPLICATES, Kind.AUDIT, Kind.TRAINING)
    }
    for work in begun.values():
        work.n_done = 20
        with database.unit_of_work() as session:
            work.note(session)
    html = page_of(browser, "/jobs", "en")
    for told in (
        "Search for duplicates, run 1",
        "20 % done",
        "Check of the audit log, run 2",
        "checked: 20 of 100",
    ):
        assert told in html
    assert "Learn cards" not in html, "one of a kind at a time"
    assert [f"/jobs/{run_id}/stop" in page_of(officer, "/jobs") for run_id in (1, 2, 3)] == [True, False, False]
    assert [f"/jobs/{run_id}/stop" in page_of(auditor, "/jobs") for run_id in (1, 2, 3)] == [False, True, False]
    assert post_form(browser, "/duplicates/search", {}, seen="/duplicates").status_code == 409
    assert post_form(browser, "/audit/verification", {}, seen="/audit").status_code == 409
    for run_id, work in enumerate(begun.values(), start=1):
        assert post_form(browser, f"/jobs/{run_id}/stop", {}, seen="/jobs").status_code == 303
        with pytest.raises(Stopped), carried_out(work):
            work.heed()
    html = page_of(browser, "/jobs")
    assert html.count('chip warn">已停止') == 3
    assert "/stop" not in html


def test_what_ends_at_once_is_answered_at_once_and_what_does_not_on_the_page_of_jobs(browser, monkeypatch):
    answer = post_form(browser, "/duplicates/search", {}, seen="/duplicates")
    assert answer.location == "/duplicates"
    monkeypatch.setattr("service.web.duplicates.PATIENCE_S", 0.0)
    answer = post_form(browser, "/duplicates/search", {}, seen="/duplicates")
    assert answer.location == "/jobs"
    _until(lambda: page_of(browser, "/jobs", "en").count("Records compared: ") == 2)
    monkeypatch.setattr("service.web.audit.PATIENCE_S", 0.0)
    assert post_form(browser, "/audit/verification", {}, seen="/audit").location == "/jobs"
    _until(lambda: "The log is whole" in page_of(browser, "/jobs", "en"))


def test_a_training_without_decisions_says_so_on_the_page_of_jobs(browser):
    answer = post_form(browser, "/jobs/training", {}, seen="/jobs")
    assert answer.status_code == 409
    assert "没有任何审阅结论可供学习" in answer.text


def _until(is_so) -> None:
    for _ in range(1_200):  # two minutes, for a machine that is busy
        if is_so():
            return
        time.sleep(0.1)
    pytest.fail("it has not come")


def test_who_may_not_rescore_sees_the_runs_without_the_buttons(as_role):
    officer = as_role(Role.OFFICER)
    html = page_of(officer, "/jobs")
    assert 'name="mode"' not in html
    assert officer.post("/jobs/rescoring", data={"mode": "all"}).status_code in {400, 403}
    assert as_role(Role.REGISTRAR).get("/jobs").status_code == 403


@pytest.mark.parametrize(
    "detail",
    [
        {"roles": [Role.OFFICER.value, Role.LEADER.value]},
        {"before": {"roles": [Role.OFFICER.value]}, "role": Role.LEADER.value},
    ],
)
def test_details_call_roles_by_their_names(detail):
    told = detail_text(detail)
    for role in (Role.OFFICER, Role.LEADER):
        assert ROLE_LABELS[role].zh in told.zh
        assert ROLE_LABELS[role].en in told.en
    assert detail_text({"reason": Role.OFFICER.value}).zh.endswith(Role.OFFICER.value), "a word of somebody is no role"


@pytest.mark.parametrize(
    ("detail", "kind", "zh", "en"),
    [
        ({"from": "reviewed", "to": "unit_asked"}, "candidacy", "转为：征求单位意见", "unit"),
        ({"to": "suspended"}, "people", "转为：暂停", "suspended"),
        ({"result": "fail"}, "check", "结果：不符合", "not met"),
        ({"place": "GET people.show person_no=P01"}, "person", "位置：查看人才库（P01）", "at: look at people (P01)"),
        ({"place": "POST api_vacancies.edit_vacancy vacancy_no=V1"}, "", "接口“岗位需求”", "send to API of vacancies"),
        ({"host_user": "clerk"}, "account", "主机登录名：clerk", "login of the host: clerk"),
        ({"requested_by": "system"}, "", "系统自动", "the service itself"),
    ],
)
def test_details_call_states_results_and_places_by_their_words(detail, kind, zh, en):
    told = detail_text(detail, subject_kind=kind)
    assert zh in told.zh
    assert en in told.en
    assert "_" not in told.zh + told.en


def test_every_page_and_every_part_of_the_api_has_words_in_the_log(app):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    nameless = {one for one in endpoints if address_text(one).zh.isascii()}
    assert not nameless


def test_looks_of_one_account_within_an_hour_are_one_row_with_their_count(browser, database, now):
    for minutes in (0, 20, 40, 110):
        with database.unit_of_work(an_actor(), occasion=Occasion(at=now + timedelta(minutes=minutes))) as session:
            get_person(session, actor=an_actor(), person_no="P02")
    html = page_of(browser, "/audit?person_no=P02")
    assert html.count(">查看人员<") == 2
    assert re.search(r"自\s2026-11-23 10:00\s起\s3\s次", html)
    assert "同一账号一小时内的相同查看合并为一行" in html
    assert re.search(r"自\s2026-11-23 10:00\s起\s3\s次", page_of(browser, "/people/P02/views"))
