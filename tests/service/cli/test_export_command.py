"""The clerk takes files away: named by their ending, numbered, recorded, and read again without a change."""

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from builders_workbooks import SAMPLES, a_roster_row, write_records


@pytest.fixture
def registered(installed, tmp_path):
    rows = [
        a_roster_row(参加工作时间="2013-07", 同意参与匹配="是", 核验状态="已核验", 联系电话="13900001111"),
        a_roster_row("P2", 姓名="=样例乙"),
    ]
    path = write_records(tmp_path / "in.xlsx", *rows)
    installed("import", "people", str(path), "--attest", "样例署名", "--document", "示组1号", exit_code=3)
    return tmp_path


def test_a_roster_goes_out_and_in_again_without_a_change(talentpool, registered):
    out = registered / "名册.xlsx"
    said = talentpool("export", "roster", "people", str(out), "--reason", "与市级台账核对").stderr
    assert "E" in said
    assert "2 行，含 2 人" in said
    report = json.loads(talentpool("import", "people", str(out), "--json").stdout)
    assert (report["n_rows"], report["n_same"], report["n_open"]) == (2, 2, 0)


def test_a_list_is_masked_filtered_and_in_order(talentpool, registered):
    out = registered / "a.csv"
    talentpool(
        "export",
        "people",
        str(out),
        "--filter",
        "talent_source=村官",
        "--columns",
        "name,phone",
        "--sort",
        "-person_no",
    )
    lines = out.read_text(encoding="utf-8-sig").splitlines()
    assert lines[:3] == ["姓名,联系电话", "'=样例乙,", "样例甲,139****1111"]
    assert lines[3].startswith("说明：人员列表，导出编号 E")


def test_a_form_goes_out(talentpool, registered):
    talentpool("import", "people", str(SAMPLES / "sample_synthetic.lrmx"), "--talent-source", "T1")
    talentpool("export", "form", "P1", str(registered / "a.docx"))
    talentpool("export", "form", "P1", str(registered / "a.lrmx"))
    assert "<XingMing>样例甲</XingMing>" in (registered / "a.lrmx").read_text(encoding="utf-8")


def test_the_log_says_what_was_taken(talentpool, registered):
    talentpool("export", "vacancies", str(registered / "a.json"))
    talentpool("export", "people", str(registered / "b.json"))
    shown = json.loads(talentpool("export", "log", "--json").stdout)
    assert [(row["kind"], row["n_people"]) for row in shown["items"]] == [("people", 2), ("vacancies", 0)]
    (line,) = [line for line in talentpool("export", "log").stdout.splitlines() if "岗位列表" in line]
    assert line.split()[-2:] == ["0", "0"]  # nobody is said, not left blank


_REFUSED = (
    (("people", "a.exe"), 2, "format"),
    (("people", "nowhere/a.csv"), 2, "nowhere"),
    (("people", "a.csv", "--filter", "T1"), 2, "--filter"),
    (("people", "a.csv", "--filter", "shoe=43"), 2, "filters.shoe"),
    (("form", "P404", "a.docx"), 4, "person_no"),
    (("dossier", "S404", "a.pdf"), 4, "shortlist_no"),
    (("ranking",), 2, "OUT"),
)


def test_what_cannot_be_written_is_said_and_nothing_is(talentpool, registered, monkeypatch):
    monkeypatch.chdir(registered)
    before = _files()
    for arguments, exit_code, said in _REFUSED:
        assert said in talentpool("export", *arguments, exit_code=exit_code).stderr
        assert _files() == before
    assert json.loads(talentpool("export", "log", "--json").stdout)["total"] == 0


def test_rankings_are_still_written_with_either_word(talentpool, registered):
    for arguments in (("-o", str(registered / "r.csv")), (str(registered / "r2.csv"),)):
        talentpool("export", "ranking", *arguments, exit_code=3)  # nothing was ranked yet
    assert (registered / "r.csv").read_bytes() == (registered / "r2.csv").read_bytes()


def test_work_lists_are_shown(talentpool, registered):
    assert json.loads(talentpool("work-lists", "repairs", "--json").stdout)["items"] == []
    assert "0" in talentpool("work-lists", "stale").stderr
    found = json.loads(talentpool("work-lists", "expiring", "--months", "1", "--within", "40", "--json").stdout)
    assert [row["person_no"] for row in found["items"]] == ["P1"]


def test_the_log_tells_the_time_of_the_house_and_an_empty_one_says_so(talentpool, registered):
    assert "还没有导出过文件" in talentpool("export", "log").stderr
    talentpool("export", "people", str(registered / "b.json"))
    (row,) = json.loads(talentpool("export", "log", "--json").stdout)["items"]
    moment = datetime.fromisoformat(row["exported_at"]).astimezone(ZoneInfo("Asia/Shanghai"))
    assert f"{moment:%Y-%m-%d %H:%M} " in talentpool("export", "log").stdout


def test_one_is_counted_in_the_singular(talentpool, registered):
    only_one = ("--filter", "name=样例甲")
    said = talentpool("--lang", "en", "export", "people", str(registered / "a.csv"), *only_one).stderr
    assert ": 1 row, 1 person; export E" in said
    assert ", 1 person" in (registered / "a.csv").read_text(encoding="utf-8-sig").splitlines()[-1]


def _files() -> list[Path]:
    """Return what lies here, without what SQLite keeps beside a database while it is open."""
    return sorted(path for path in Path().iterdir() if not path.name.endswith(("-wal", "-shm")))
