"""What a clerk does after an import: look where values come from, take a file back."""

import json
import re

import openpyxl
from builders_workbooks import a_roster_row, write_records


def test_a_clerk_imports_looks_and_takes_it_back(installed, tmp_path):
    marked = tmp_path / "带标注.xlsx"
    roster = write_records(tmp_path / "花名册.xlsx", a_roster_row("", 参加工作时间="不详"))
    preview = installed("import", "people", str(roster), "--dry-run", exit_code=3)
    assert "没有保存任何内容" in preview.stderr
    done = installed("import", "people", str(roster), "--marked", str(marked), exit_code=3)
    assert "talentpool undo-import 1" in done.stderr
    assert openpyxl.load_workbook(marked)["名册"]["A2"].value == "P00000001"
    told = installed("history", "people", "P00000001").stdout
    assert "花名册.xlsx" in told
    assert "名册!B2" in told
    assert "自报" in told
    assert "花名册.xlsx" in installed("imports").stdout
    assert "删除 4 条" in installed("undo-import", "1").stderr
    assert "已由 office 撤销" in installed("imports").stdout
    refused = installed("--lang", "en", "undo-import", "1", exit_code=1)
    assert "undone already" in refused.stderr


def test_a_preview_shows_each_change_before_and_after(installed, tmp_path):
    installed("import", "people", str(write_records(tmp_path / "a.xlsx", a_roster_row(从业年限=3))), exit_code=3)
    changed = str(write_records(tmp_path / "b.xlsx", a_roster_row(从业年限=4)))
    shown = installed("import", "people", changed, "--dry-run")
    assert re.search(r"从业年限\s+3\s+4\b", shown.stdout)
    document = json.loads(installed("import", "people", changed, "--dry-run", "--json").stdout)
    assert document["rows"] == [
        {
            "row": "名册!2",
            "number": "P1",
            "state": "changed",
            "changes": [{"field": "years_in_industry", "before": 3.0, "after": 4.0, "conflict": None}],
        }
    ]


def test_all_or_nothing_says_that_nothing_was_kept(installed, tmp_path):
    roster = write_records(tmp_path / "a.xlsx", a_roster_row(参加工作时间="不详"))
    done = installed("import", "people", str(roster), "--all-or-nothing", exit_code=3)
    assert "全部未导入" in done.stderr
    assert "还没有导入过文件" in installed("imports").stderr


def test_a_history_can_be_had_as_json(installed, tmp_path):
    installed("import", "people", str(write_records(tmp_path / "a.xlsx", a_roster_row())), exit_code=3)
    document = json.loads(installed("history", "people", "P1", "--field", "name", "--json").stdout)
    assert document["schema"] == "talentpool.history/1"
    (change,) = document["fields"]["name"]
    assert (change["cell"], change["source"], change["is_self_reported"]) == ("B2", "import", True)
