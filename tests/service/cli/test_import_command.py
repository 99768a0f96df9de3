import json

import pytest
from builders_offices import hire_office
from builders_workbooks import SAMPLES, a_roster_row, write_rows, write_zip
from click.testing import CliRunner

from service.cli import cli
from service.files.spreadsheets import read_sheets

ROSTER = str(SAMPLES / "roster_synthetic.xlsx")


@pytest.fixture
def talentpool(settings, database):
    """Call the command line over a fresh installation."""
    environment = {
        "TALENTPOOL_DATABASE_URL": settings.database_url,
        "TALENTPOOL_KEY_FILE": str(settings.key_file),
        "TALENTPOOL_TOKEN": hire_office(database),
    }
    return lambda *arguments: CliRunner().invoke(cli, ["import", *map(str, arguments)], env=environment)


def test_findings_go_to_stdout_and_the_counts_to_stderr_with_exit_code_3(talentpool):
    done = talentpool("people", ROSTER, "--county", "示范县", "--township", "清河镇")
    assert done.exit_code == 3
    assert "G7" in done.stdout
    assert "人员 5 行：新增 5" in done.stderr


def test_a_clean_file_ends_with_0(talentpool, tmp_path):
    village = ["村代码", "县区", "乡镇", "村名"], ["239901100201", "示范县", "清河镇", "东岗村"]
    done = talentpool("villages", write_rows(tmp_path / "v.xlsx", *village))
    assert (done.exit_code, done.stdout) == (0, "")


def test_one_json_document_carries_every_finding(talentpool):
    done = talentpool("people", ROSTER, "--json", "--dry-run")
    document = json.loads(done.stdout)
    assert document["schema"] == "talentpool.import/1"
    assert document["is_dry_run"] is True
    assert {"effect", "sheet", "cell", "column", "value", "problem", "remedy", "suggestion"} == set(
        document["findings"][0]
    )
    assert document["n_open"] == sum(finding["effect"] != "note" for finding in document["findings"])


def test_no_whole_id_number_or_phone_is_ever_printed(talentpool, tmp_path):
    errors = tmp_path / "e.xlsx"
    done = talentpool("people", ROSTER, "--errors", errors)
    written = str(read_sheets(errors)[0].rows)
    for secret in ("239901198510050319", "23990119961012042X", "0000000002", "000-0000002"):
        assert secret not in done.output
        assert secret not in written


def test_the_findings_can_be_had_as_a_workbook(talentpool, tmp_path):
    errors = tmp_path / "需修改.xlsx"
    assert talentpool("people", ROSTER, "--errors", errors).exit_code == 3
    (sheet,) = read_sheets(errors)
    assert sheet.rows[0][:4] == ["工作表", "单元格", "列", "原值"]
    assert "G7" in [row[1] for row in sheet.rows]


@pytest.mark.parametrize(
    ("arguments", "exit_code"),
    [
        (["people", "nope.xlsx"], 4),
        (["dogs", ROSTER], 2),
        (["people", ROSTER, "--attest", "样例署名"], 2),
        (["people", ROSTER, "--talent-source", "临时工"], 2),
        (["people", ROSTER, "--errors", "nowhere/e.xlsx"], 2),
        (["people", ROSTER, "--errors", ROSTER], 2),
        (["people", ROSTER, "--errors", "findings.csv"], 2),
        (["vacancies", ROSTER], 1),
    ],
)
def test_what_cannot_be_done_is_one_sentence_with_its_exit_code(talentpool, arguments, exit_code):
    done = talentpool(*arguments)
    assert done.exit_code == exit_code
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_a_bomb_is_refused_with_exit_code_1(talentpool, tmp_path):
    done = talentpool("people", write_zip(tmp_path / "bomb.xlsx", xl__sharedStrings_xml=bytes(200_000_000)))
    assert done.exit_code == 1
    assert "过大" in done.stderr
    assert "→" in done.stderr


UNFIT = {
    "人员编号": "P" * 4_000,
    "姓名": "长" * 5_000,
    "带动农户数": "9" * 30,
    "出生年月": "0000-00-00",
    "备注": "x\x1b[2J",
}


def test_what_no_database_can_hold_is_a_finding_of_its_cell_in_a_roster_of_many_rows(
    any_database, any_settings, tmp_path
):
    rows = [
        a_roster_row(f"N{i}", 姓名=f"样例{i}") | dict.fromkeys(("带动农户数", "出生年月", "备注"), "")
        for i in range(30)
    ]
    for i, (name, value) in enumerate(UNFIT.items()):
        rows[i][name] = value
    path = tmp_path / "r.csv"
    path.write_text("\n".join(",".join(row) for row in (rows[0], *(one.values() for one in rows))), encoding="utf-8")
    told = {"TALENTPOOL_DATABASE_URL": any_settings.database_url, "TALENTPOOL_KEY_FILE": str(any_settings.key_file)}
    token = hire_office(any_database)
    words = ["import", "people", str(path), "--json"]
    done = CliRunner(env={**told, "TALENTPOOL_TOKEN": token}).invoke(cli, words)
    assert done.exit_code == 3, done.output
    found = {(one["column"], one["cell"][1:]) for one in json.loads(done.stdout)["findings"]}
    assert {(name, str(i + 2)) for i, name in enumerate(UNFIT)} <= found


@pytest.mark.parametrize("command", ["import", "template"])
def test_the_help_says_who_brings_in_decisions_in_both_languages(command):
    for language, told in (("zh", "仅由有结论权的账号导入"), ("en", "by accounts that conclude reviews")):
        shown = " ".join(CliRunner().invoke(cli, ["--lang", language, command, "--help"]).output.split())
        assert told in shown
