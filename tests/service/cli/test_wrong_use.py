"""A wrong call is answered in the reader's language: where, what, and how it is written; nothing has to run for it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]

CALLS = [
    ("import roster.xlsx", "talentpool import KIND：“roster.xlsx”不在可选之列：people、", "import [OPTIONS] {people|"),
    ("import peple a.xlsx", "“peple”不在可选之列", "是不是要写：people？"),
    ("import", "talentpool import：缺少 KIND：people、vacancies、", "{people|vacancies|"),
    ("import people", "talentpool import：缺少 FILE。", "FILE；说明见 talentpool import --help"),
    ("person file P1", "缺少 --output。", "talentpool person file --help"),
    ("shortlst V1", "talentpool：没有“shortlst”这个命令。", "是不是要写：shortlist？"),
    ("xyzzy", "没有“xyzzy”这个命令。", "talentpool --help"),
    ("models promot latest", "talentpool models：没有“promot”这个命令。", "是不是要写：promote？"),
    ("import people a.xlsx --documnt x", "没有选项 --documnt。", "是不是要写：--document？"),
    ("--langg en version", "talentpool：没有选项 --langg。", "是不是要写：--lang？"),
    ("--lang fr version", "talentpool --lang：“fr”不在可选之列：zh、en。", "talentpool --help"),
    ("shortlist V1 -q", "选项 -q 应写在命令之前。", "写法：talentpool -q … shortlist …"),
    ("duplicates show abc", "talentpool duplicates show PAIR_ID：“abc”不是整数。", "duplicates show [OPTIONS] PAIR_ID"),
    ("serve --workers 900", "talentpool serve --workers：“900”不是 1 至 64 的整数。", "talentpool serve --help"),
    ("serve --workers", "talentpool serve：选项 --workers 后面缺少值。", "talentpool serve --help"),
    ("--quiet=yes version", "talentpool：选项 --quiet 不带值。", "talentpool --help"),
    ("version a b", "talentpool version：多出了参数“a b”。", "写法：talentpool version [OPTIONS]"),
    ("restore /no/such", "talentpool restore FROM：“/no/such”不存在。", "talentpool restore --help"),
    ("person file P1 -o x.txt", "-o x.txt：文件名应以 .html 或 .json 结尾。", ""),
    ("person correct P1 --reason x", "请给出 --field 和 --value", ""),
]


@pytest.mark.parametrize(("call", "problem", "remedy"), CALLS)
def test_a_wrong_call_says_where_and_what_and_how_it_is_written(
    terminal: Run, call: str, problem: str, remedy: str
) -> None:
    told = terminal(*call.split(), exit_code=2)
    assert told.stdout == ""
    assert problem in told.stderr
    assert remedy in told.stderr
    assert "Usage:" not in told.stderr
    assert "Error" not in told.stderr


@pytest.mark.parametrize("call", [call for call, _, _ in CALLS if not call.startswith("--lang")])
def test_it_is_said_in_english_where_that_is_asked_for(terminal: Run, call: str) -> None:
    told = terminal("--lang", "en", *call.split(), exit_code=2).stderr
    assert told.startswith("✗ ")
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in told)


def test_english_may_also_be_asked_for_beside_a_wrong_option(terminal: Run) -> None:
    assert "There is no option --nope." in terminal("--lang", "en", "--nope", "version", exit_code=2).stderr


def test_a_file_where_a_directory_is_wanted_is_told(terminal: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "应为目录" in terminal("restore", str(tmp_path / "file"), exit_code=2).stderr
