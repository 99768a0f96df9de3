"""Confirming headers, saving them for an office, and templates, as a clerk types it."""

import json

import pytest
from builders_offices import hire_office
from builders_workbooks import write_rows
from click.testing import CliRunner

from service.cli import cli
from service.files.tables import read_table


@pytest.fixture
def talentpool(settings, database):
    environment = {
        "TALENTPOOL_DATABASE_URL": settings.database_url,
        "TALENTPOOL_KEY_FILE": str(settings.key_file),
        "TALENTPOOL_TOKEN": hire_office(database),
    }
    return lambda *arguments: CliRunner().invoke(cli, list(map(str, arguments)), env=environment)


@pytest.fixture
def villages(tmp_path):
    header = ["村代码", "县区", "乡镇", "村名全称"]
    return write_rows(tmp_path / "v.xlsx", header, ["239901100201", "示范县", "清河镇", "东岗村"])


def test_a_guess_is_confirmed_saved_and_used_again(talentpool, villages):
    refused = talentpool("import", "villages", villages)
    assert (refused.exit_code, "--map 村名全称=village" in refused.stderr) == (1, True)
    confirmed = talentpool("import", "villages", villages, "--map", "村名全称=village", "--save-mapping", "示范县")
    assert (confirmed.exit_code, "保存 1 个列名" in confirmed.stderr) == (0, True)
    assert talentpool("import", "villages", villages, "--mapping", "示范县").exit_code == 0
    listed = json.loads(talentpool("mapping", "list", "--json").stdout)
    assert listed["items"] == [{"office": "示范县", "kind": "villages", "header": "村名全称", "field": "village"}]
    assert talentpool("mapping", "delete", "villages", "示范县").exit_code == 0
    assert talentpool("import", "villages", villages, "--mapping", "示范县").exit_code == 4


def test_what_is_confirmed_for_an_office_is_remembered_and_said_but_not_by_a_trial(talentpool, villages):
    office = ("--mapping", "示范县")
    trial = talentpool("import", "villages", villages, *office, "--map", "村名全称=village", "--dry-run")
    assert (trial.exit_code, "记住" in trial.stderr) == (0, False)
    assert talentpool("import", "villages", villages, *office).exit_code == 4
    confirmed = talentpool("import", "villages", villages, *office, "--map", "村名全称=village")
    assert (confirmed.exit_code, "已为“示范县”记住 1 个列名" in confirmed.stderr) == (0, True)
    again = talentpool("import", "villages", villages, *office)
    assert (again.exit_code, "--map" in again.stderr, "记住" in again.stderr) == (0, False, False)
    known = talentpool("import", "villages", villages, *office, "--map", "村名全称=village")
    assert (known.exit_code, "记住" in known.stderr) == (0, False)


@pytest.mark.parametrize("given", ["村名全称", "=village", "村名全称=", "村名全称=hobby"])
def test_what_is_no_mapping_is_wrong_use(talentpool, villages, given):
    done = talentpool("import", "villages", villages, "--map", given)
    assert (done.exit_code, done.stdout) == (2, "")


def test_an_encoding_can_be_given_and_a_wrong_one_is_one_sentence(talentpool, tmp_path):
    path = tmp_path / "v.csv"
    path.write_bytes("村代码,县区,乡镇,村名\n239901100201,示范县,清河镇,东岗村\n".encode("gb18030"))
    sniffed = talentpool("import", "villages", path, "--json", "--dry-run")
    assert "GB18030" in str(json.loads(sniffed.stdout)["findings"])
    assert json.loads(talentpool("import", "villages", path, "--json", "--encoding", "gbk").stdout)["findings"] == []
    assert talentpool("import", "villages", path, "--encoding", "utf-8").exit_code == 1
    assert talentpool("import", "villages", path, "--encoding", "morse").exit_code == 1


def test_a_template_is_written_and_holds_no_row(talentpool, tmp_path):
    assert talentpool("template", "people", tmp_path / "t.xlsx").exit_code == 0
    assert read_table(tmp_path / "t.xlsx", kind="people").drafts == []
    assert talentpool("template", "people", tmp_path / "t.csv").exit_code == 2
    assert talentpool("import", "people", tmp_path / "t.xlsx").exit_code == 1
