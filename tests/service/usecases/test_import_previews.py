"""Before a file goes in: what each row changes, field by field, and what it contradicts."""

from datetime import timedelta

import pytest
from builders import a_person, a_village
from builders_registry import save
from builders_workbooks import a_roster_row, write_records
from sqlalchemy import select

from schemas.identity import checksum_of
from service.files.findings import Effect
from service.models.people import Person
from service.usecases.incoming.import_previews import RowState
from service.usecases.incoming.imports import ImportOptions, import_file
from service.usecases.records.attestation import Attestation
from service.usecases.records.histories import history_of
from service.usecases.records.people import edit_person

ATTESTED = Attestation("样例署名", "示组〔2026〕1号")
PHONE = "13900000001"


@pytest.fixture
def take(database, actor, now):
    def take(path, at=now, **options):
        with database.unit_of_work() as session:
            return import_file(session, actor=actor, kind="people", path=path, now=at, options=ImportOptions(**options))

    return take


@pytest.fixture
def edit(database, actor, now):
    def edit(record, *, version, at=now + timedelta(hours=1)):
        with database.unit_of_work() as session:
            edit_person(session, actor=actor, person_no="P1", record=record, expected_version=version, now=at)

    return edit


@pytest.fixture
def person(database):
    def person(*names):
        with database.reading() as session:
            found = session.scalars(select(Person).where(Person.person_no == "P1")).one()
            return tuple(getattr(found, name) for name in names)

    return person


def roster(tmp_path, *rows, name="花名册.xlsx"):
    return write_records(tmp_path / name, *rows)


def test_a_dry_run_tells_new_changed_same_and_refused_rows_field_by_field(take, tmp_path, people):
    take(roster(tmp_path, a_roster_row(联系电话=PHONE), a_roster_row("P2", 姓名="样例乙")))
    changed = a_roster_row(联系电话="13900000002", 所在村="西岗村", 从业年限="3年")
    rows = [changed, a_roster_row("P2", 姓名="样例乙"), a_roster_row("P3", 姓名="样例丙"), a_roster_row("P4", 姓名="")]
    report = take(roster(tmp_path, *rows), is_dry_run=True)
    assert [(row.number, row.state) for row in report.rows] == [
        ("P1", RowState.CHANGED),
        ("P2", RowState.SAME),
        ("P3", RowState.NEW),
        ("", RowState.REFUSED),
    ]
    told = {change.field: (change.before, change.after) for change in report.rows[0].changes}
    assert told == {
        "phone": ("139****0001", "139****0002"),
        "home_village_id": ("东岗村", "西岗村"),
        "years_in_industry": (None, 3.0),
    }
    assert people("years_in_industry") == {"样例甲": (None,), "样例乙": (None,)}


def test_the_trial_of_a_new_row_lists_what_would_be_stored_numbers_masked(take, tmp_path):
    row = a_roster_row(联系电话=PHONE, 身份证号="239901199005010011", 从业年限="3年", 所在村="西岗村")
    path = roster(tmp_path, row, a_roster_row("P2", 姓名="样例乙"))
    first, second = take(path, is_dry_run=True).rows
    told = {change.field: (change.before, change.after) for change in first.changes}
    assert (first.state, told["phone"], told["id_number"]) == (
        RowState.NEW,
        (None, "139****0001"),
        (None, "239901********0011"),
    )
    assert told["home_village_id"] == (None, "西岗村")
    assert (told["years_in_industry"], told["name"], told["person_no"]) == ((None, 3.0), (None, "样例甲"), (None, "P1"))
    assert {"name": "样例乙", "person_no": "P2"}.items() <= {one.field: one.after for one in second.changes}.items()


def test_a_trial_says_of_new_rows_what_the_import_then_notes_in_their_history(database, take, actor, tmp_path):
    rows = [a_roster_row(f"P{n}", 姓名=f"样例{n}", 联系电话=PHONE, 从业年限=n, 所在村=f"第{n}村") for n in range(1, 31)]
    path = roster(tmp_path, *rows)
    trial, done = take(path, is_dry_run=True), take(path)
    assert [(row.row, row.number, row.state) for row in trial.rows] == [
        (row.row, row.number, row.state) for row in done.rows
    ]
    assert trial.findings == done.findings
    with database.reading() as session:
        for row in trial.rows:
            history = history_of(session, actor=actor, kind="people", number=row.number)
            assert {change.field: change.after for change in row.changes} == {
                field: changes[-1].after for field, changes in history.items()
            }


def test_what_was_changed_by_hand_since_the_last_import_is_in_conflict(take, edit, person, tmp_path):
    path = roster(tmp_path, a_roster_row(从业年限=3, 带动农户数=5))
    take(path)
    edit({"years_in_industry": 8.0}, version=1)
    report = take(path)
    assert (report.n_conflicting, report.rows[0].state) == (1, RowState.CONFLICTING)
    (finding,) = [one for one in report.findings if one.column == "从业年限"]
    assert (finding.effect, finding.cell) == (Effect.TO_CONFIRM, "G2")
    assert "admin" in finding.problem.zh
    assert person("years_in_industry") == (3.0,)


def test_values_in_conflict_stay_if_they_shall_and_the_rest_of_the_row_goes_in(take, edit, person, tmp_path):
    take(roster(tmp_path, a_roster_row(从业年限=3, 带动农户数=5)))
    edit({"years_in_industry": 8.0}, version=1)
    report = take(roster(tmp_path, a_roster_row(从业年限=3, 带动农户数=6)), keeps_conflicts=True)
    assert (report.n_conflicting, person("years_in_industry", "households_led")) == (1, (8.0, 6))


def test_an_import_after_the_change_by_hand_settles_it(take, edit, now, tmp_path):
    path = roster(tmp_path, a_roster_row(从业年限=3))
    take(path)
    edit({"years_in_industry": 8.0}, version=1)
    take(path, at=now + timedelta(hours=2))
    report = take(roster(tmp_path, a_roster_row(从业年限=4)), at=now + timedelta(hours=3))
    assert report.n_conflicting == 0


def test_what_was_verified_is_in_conflict_unless_the_file_is_vouched_for(take, tmp_path):
    verified = a_roster_row(从业年限=3, 核验状态="已核验")
    take(roster(tmp_path, verified), attestation=ATTESTED)
    other = roster(tmp_path, {**verified, "从业年限": 4}, name="b.xlsx")
    report = take(other, is_dry_run=True)
    assert report.n_conflicting == 1
    assert "示组〔2026〕1号" in report.rows[0].changes[0].conflict.zh
    assert take(other, is_dry_run=True, attestation=ATTESTED).n_conflicting == 0


def test_a_blank_keeps_what_is_known_unless_it_shall_erase(take, person, tmp_path):
    whole = {"身份证号": f"23990119790402051{checksum_of('23990119790402051')}", "同意参与匹配": "是"}
    take(roster(tmp_path, a_roster_row(从业年限=3, 特长="育种", 核验状态="已提交", **whole)))
    blank = roster(tmp_path, a_roster_row(从业年限="", 特长="育种", 核验状态="", **whole))
    assert take(blank).n_same == 1
    report = take(blank, erases_blanks=True)
    assert report.n_changed == 1
    assert person("years_in_industry", "specialties", "record_status") == (None, "育种", "submitted")


def test_a_blank_never_erases_a_column_that_is_not_there_nor_a_refused_cell(take, person, tmp_path):
    take(roster(tmp_path, a_roster_row(从业年限=3, 参加工作时间="2013.07", 特长="育种")))
    take(roster(tmp_path, a_roster_row(从业年限="", 参加工作时间="不详")), erases_blanks=True)
    work_start, years, specialties = person("work_start_date", "years_in_industry", "specialties")
    assert (work_start is not None, years, specialties) == (True, None, "育种")


def test_all_or_nothing_keeps_nothing_if_a_cell_is_refused(take, people, tmp_path):
    rows = [a_roster_row(), a_roster_row("P2", 姓名="样例乙", 参加工作时间="不详")]
    report = take(roster(tmp_path, *rows), is_all_or_nothing=True)
    assert (report.is_kept, report.import_id, report.numbers, people("name")) == (False, None, [], {})
    rows[1]["参加工作时间"] = "2013.07"
    assert take(roster(tmp_path, *rows), is_all_or_nothing=True).is_kept
    assert set(people("name")) == {"样例甲", "样例乙"}


def test_the_corrected_workbook_changes_nothing_that_was_right(database, take, person, tmp_path):
    """The clerk's round: import, get the marks, correct one cell, import again."""
    import openpyxl

    from matching.vocabulary import Text
    from service.files.marked_workbooks import write_marked

    rows = [a_roster_row("", 参加工作时间="不详"), a_roster_row("", 姓名="样例乙", 联系电话=PHONE)]
    path, marked = roster(tmp_path, *rows), tmp_path / "marked.xlsx"
    report = take(path)
    write_marked(
        marked,
        source=path,
        findings=report.cell_findings,
        listed=report.findings,
        numbers=report.numbers,
        number_header="人员编号",
        counts=Text("", ""),
        language="zh",
    )
    book = openpyxl.load_workbook(marked)
    assert [book["名册"]["A2"].value, book["名册"]["A3"].value] == ["P00000001", "P00000002"]
    book["名册"]["G2"] = "2013.07"
    book.save(marked)
    again = take(marked)
    assert (again.n_rows, again.n_new, again.n_changed, again.n_same) == (2, 0, 1, 1)
    assert [change.field for change in again.rows[0].changes] == ["work_start_date"]


def test_a_person_who_was_registered_by_hand_is_in_conflict_too(database, take, actor, now, edit, tmp_path):
    save(database, actor, now, villages=[a_village()], people=[a_person(record_status="submitted", attested_by=None)])
    edit({"years_in_industry": 8.0}, version=1)
    report = take(roster(tmp_path, a_roster_row(从业年限=3)), is_dry_run=True)
    assert report.rows[0].state is RowState.CONFLICTING


def test_a_birth_known_to_the_month_is_told_as_that_month_in_trial_and_history(take, database, actor, tmp_path):
    file = roster(tmp_path, a_roster_row(出生年月="1985-10"))
    for is_dry_run in (True, False):
        (row,) = take(file, is_dry_run=is_dry_run).rows
        if is_dry_run:
            told = {change.field: change.after for change in row.changes}
            assert told["birth_date"] == "1985-10"
            assert "birth_date_is_month" not in told
    with database.reading() as session:
        history = history_of(session, actor=actor, kind="people", number="P1")
    assert [change.after for change in history["birth_date"]] == ["1985-10"]
    assert "birth_date_is_month" not in history
    (row,) = take(roster(tmp_path, a_roster_row(出生年月="1985-11-02"), name="后.xlsx"), is_dry_run=True).rows
    (birth,) = [change for change in row.changes if change.field.startswith("birth")]
    assert (birth.before, birth.after) == ("1985-10", "1985-11-02")


@pytest.mark.parametrize(
    ("written", "is_noted"),
    [
        *((written, True) for written in ("1380000", "13800000", "138 0000 00", "000-1234")),
        *((written, False) for written in ("13800000001", "0000-1234567", "(000) 12345678", "")),
    ],
)
def test_a_phone_that_is_not_whole_is_noted_and_the_row_goes_in(take, tmp_path, person, written, is_noted):
    report = take(roster(tmp_path, a_roster_row(联系电话=written)))
    found = [finding for finding in report.findings if finding.column == "联系电话"]
    assert [finding.effect for finding in found] == ([Effect.NOTE] if is_noted else [])
    assert "1380000" not in str(found)
    assert (person("phone")[0] is None) is (written == "")
