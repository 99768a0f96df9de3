"""Zips of forms and tables together, and what spreadsheets do to id numbers on their way through a CSV file."""

import zipfile

from builders_workbooks import write_rows

from schemas.identity import checksum_of
from service.files.findings import Effect


def pack(path, **members):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return path


def test_a_table_beside_a_form_in_one_zip_is_read_as_a_table(run, people, tmp_path):
    form = "<Person><XingMing>样例甲</XingMing></Person>"
    table = "姓名,人才类别,简历,入党时间\n样例乙,,曾任大学生村官,2010-07\n样例丙,返乡人员,,2010-07\n"
    report = run(pack(tmp_path / "a.zip", 甲__lrmx=form, 表__csv=table), talent_source=None)
    assert people("political_status") == {"样例丙": (None,)}
    assert {(one.sheet, one.column) for one in report.findings if one.effect is Effect.ROW_REFUSED} == {
        ("甲.lrmx", ""),
        ("表.csv", "人才类别"),
    }
    assert any(one.sheet == "表.csv" and "所在村" in one.problem.zh for one in report.findings)


def test_a_form_that_cannot_be_read_keeps_all_of_an_all_or_nothing_zip_out(run, people, tmp_path):
    path = pack(tmp_path / "a.zip", 好__lrmx="<Person><XingMing>样例甲</XingMing></Person>", 坏__lrmx="<Person>")
    assert not run(path, talent_source="T1", is_all_or_nothing=True).is_kept
    assert people("name") == {}
    assert run(path, talent_source="T1").n_new == 1


def test_an_id_number_that_a_csv_has_rounded_is_refused_or_doubted(run, people, tmp_path):
    endless = (f"23990119900{month}01{digit}000" for month in range(1, 10) for digit in range(10))
    right = next(number for number in endless if is_right(number))
    wrong = right[:14] + str((int(right[14]) + 1) % 10) + "000"
    rows = [["样例甲", "T1", "2.39901E+17"], ["样例乙", "T1", wrong], ["样例丙", "T1", right]]
    report = run(write_rows(tmp_path / "a.xlsx", ["姓名", "人才类别", "身份证号"], *rows))
    refused = [one for one in report.findings if one.effect is Effect.CELL_REFUSED]
    assert [(one.cell, "末尾几位已经丢失" in one.problem.zh) for one in refused] == [("C2", True), ("C3", True)]
    assert ("C4", True) in [(one.cell, "000" in one.problem.zh) for one in report.findings]
    assert people("id_number") == {"样例甲": (None,), "样例乙": (None,), "样例丙": (right,)}


def is_right(id_number):
    return checksum_of(id_number[:17]) == id_number[17]
