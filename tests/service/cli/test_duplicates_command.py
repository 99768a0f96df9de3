"""The clerk finds who is registered twice, decides, merges, and finds the merge again to part them."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from builders_workbooks import a_roster_row, write_records
from click.testing import Result

Run = Callable[..., Result]


@pytest.fixture
def twice(installed: Run, tmp_path: Path) -> Run:
    """Two records of one person, in a registry that was searched."""
    same = {
        "联系电话": "13900001111",
        "出生年月": "1990-05-01",
        "参加工作时间": "2013-07",
        "核验状态": "待核验",
    }
    rows = [a_roster_row(**same), a_roster_row("P2", 姓名="样例钾", **same)]
    path = write_records(tmp_path / "in.xlsx", *rows)
    installed("import", "people", str(path), exit_code=3)
    installed("duplicates", "find", exit_code=3)
    return installed


def test_a_pair_is_found_shown_masked_and_decided(twice: Run) -> None:
    shown = json.loads(twice("duplicates", "list", "--json").stdout)
    (pair,) = shown["pairs"]
    assert (shown["total"], pair["first"], pair["second"], pair["state"]) == (1, "P1", "P2", "open")
    assert len(pair["reasons"]) > 4
    told_in_list = twice("duplicates", "list").stdout
    assert all(reason["zh"] in told_in_list for reason in pair["reasons"])
    number = str(pair["pair_id"])
    told = twice("duplicates", "show", number)
    assert "13900001111" not in told.output
    assert "样例钾" in told.output
    assert json.loads(twice("duplicates", "show", number, "--json").stdout)["fields"]["phone"] == ["139****1111"] * 2
    twice("duplicates", "decide", number, "different", "--note", "父子")
    assert "父子" in twice("duplicates", "list", "--state", "different", "--json").stdout
    twice("duplicates", "merge", "P1", "P2", exit_code=1)
    twice("duplicates", "decide", "404", "same", exit_code=4)


def test_a_merge_is_found_again_by_either_number_and_undone(twice: Run) -> None:
    twice("duplicates", "merge", "P1", "P2", "--take", "name=absorbed", "--note", "本人来电")
    twice("duplicates", "merge", "P1", "P2", "--take", "name", exit_code=2)
    for number in ("P1", "P2"):
        shown = json.loads(twice("duplicates", "merges", "--person", number, "--json").stdout)
        (merge,) = shown["merges"]
        assert (merge["survivor_no"], merge["absorbed_no"], merge["note"]) == ("P1", "P2", "本人来电")
        assert merge["undone_at"] is None
    assert "合并自 P2" in twice("history", "people", "P1", "--field", "name").stdout
    twice("duplicates", "unmerge", str(merge["merge_id"]))
    assert twice("duplicates", "merges").stdout.count("office") == 2  # who merged, and who parted
    assert json.loads(twice("duplicates", "merges", "--json").stdout)["merges"][0]["undone_by"] == "office"
    assert json.loads(twice("duplicates", "merges", "--person", "P404", "--json").stdout)["total"] == 0


@pytest.mark.parametrize("document", ["README.md", "README.zh-CN.md"])
def test_the_pair_that_the_readme_registers_for_a_trial_is_found(installed: Run, tmp_path: Path, document: str) -> None:
    told = (Path(__file__).parents[3] / document).read_text(encoding="utf-8")
    file = tmp_path / "twins.csv"
    file.write_text(re.findall(r"```csv\n(.+?)```", told, re.DOTALL)[0], encoding="utf-8")
    installed("import", "people", str(file), "--talent-source", "T2", exit_code=3)
    installed("duplicates", "find", exit_code=3)
    assert json.loads(installed("duplicates", "list", "--json").stdout)["total"] == 1
