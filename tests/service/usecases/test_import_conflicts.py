"""What somebody did by hand outlives a file: as often as it comes, from whomever, and after it was taken back."""

from datetime import timedelta

import pytest
from builders_workbooks import a_roster_row, write_records
from sqlalchemy import select

from service.models.people import Person
from service.usecases.incoming.imports import ImportOptions, import_file
from service.usecases.incoming.undoing_imports import undo_import
from service.usecases.records.people import edit_person


@pytest.fixture
def office(database, actor, now, tmp_path):
    """An office that imports, edits by hand and looks; every step an hour later."""
    return Office(database, actor, now, tmp_path)


class Office:
    def __init__(self, database, actor, now, directory):
        self.database, self.actor, self.now, self.directory = database, actor, now, directory

    def _later(self):
        self.now += timedelta(hours=1)
        return self.now

    def take(self, *rows, name="花名册.xlsx", **options):
        path = write_records(self.directory / name, *rows)
        with self.database.unit_of_work() as session:
            given = ImportOptions(**options)
            return import_file(session, actor=self.actor, kind="people", path=path, now=self._later(), options=given)

    def edit(self, **record):
        with self.database.unit_of_work() as session:
            person = session.scalars(select(Person).where(Person.person_no == "P1")).one()
            edit_person(
                session,
                actor=self.actor,
                person_no="P1",
                record=record,
                expected_version=person.version,
                now=self._later(),
            )

    def undo(self, import_id):
        with self.database.unit_of_work() as session:
            undo_import(session, actor=self.actor, import_id=import_id, now=self._later())

    def person(self, *names):
        with self.database.reading() as session:
            person = session.scalars(select(Person).where(Person.person_no == "P1")).one()
            return tuple(getattr(person, name) for name in names)

    def village(self):
        with self.database.reading() as session:
            home = session.scalars(select(Person).where(Person.person_no == "P1")).one().home_village
            return home.name if home is not None else None


def test_the_same_file_kept_out_twice_is_kept_out_twice(office):
    row = a_roster_row(从业年限=3)
    office.take(row)
    office.edit(years_in_industry=8.0)
    for _ in range(3):
        report = office.take(row, keeps_conflicts=True)
        assert (report.n_conflicting, office.person("years_in_industry")) == (1, (8.0,))


def test_a_file_of_the_same_name_from_another_office_settles_nothing(office):
    row = a_roster_row(从业年限=3)
    office.take(row)
    office.edit(years_in_industry=8.0)
    office.take(a_roster_row("P9", 姓名="样例壬"))
    assert office.take(row).n_conflicting == 1


def test_an_import_that_was_undone_leaves_the_value_with_who_set_it_by_hand(office):
    office.take(a_roster_row(从业年限=3))
    office.edit(years_in_industry=8.0)
    office.undo(office.take(a_roster_row(从业年限=4)).import_id)
    assert office.person("years_in_industry") == (8.0,)
    assert office.take(a_roster_row(从业年限=5), is_dry_run=True).n_conflicting == 1


def test_a_home_set_by_hand_is_kept_whole(office):
    office.take(a_roster_row(), a_roster_row("P2", 姓名="样例乙", 所在村="西岗村"))
    office.edit(county="示范县", township="清河镇", village="西岗村")
    report = office.take(a_roster_row(从业年限=3), keeps_conflicts=True)
    assert report.n_conflicting == 1
    assert (office.village(), office.person("years_in_industry")) == ("西岗村", (3.0,))


def test_a_name_set_by_hand_does_not_hold_back_the_village_of_the_file(office):
    office.take(a_roster_row())
    office.edit(name="样例新")
    office.take(a_roster_row(所在村="西岗村"), keeps_conflicts=True)
    assert (office.person("name"), office.village()) == (("样例新",), "西岗村")


@pytest.mark.parametrize(
    ("changes", "options", "village"),
    [
        ({"所在村": ""}, {}, "东岗村"),
        ({"所在村": "", "乡镇": ""}, {}, "东岗村"),
        ({"所在村": "3组12号"}, {}, "东岗村"),
        ({"所在村": "", "乡镇": "白石镇"}, {}, None),
        ({"所在村": ""}, {"erases_blanks": True}, None),
    ],
    ids=["blank", "two blank", "no village", "moved away", "erased"],
)
def test_a_blank_village_beside_its_township_erases_only_if_it_shall(office, changes, options, village):
    office.take(a_roster_row())
    office.take(a_roster_row(**changes), **options)
    assert office.village() == village


def test_people_of_villages_of_one_name_are_not_taken_for_one(office):
    row = a_roster_row("", 出生年月="1990-05")
    office.take(row)
    report = office.take({**row, "县区": "另一县"})
    assert (report.n_new, report.n_changed) == (1, 0)
    assert office.take({**row, "县区": "", "乡镇": ""}).n_refused == 1
    assert office.take(row).n_same == 1


@pytest.mark.parametrize("options", [{"is_dry_run": True}, {"is_all_or_nothing": True}])
def test_nobody_is_told_a_number_that_was_not_given(office, options):
    report = office.take(a_roster_row("", 参加工作时间="不详"), **options)
    assert (report.is_kept, report.generated, report.numbers, [row.number for row in report.rows]) == (
        False,
        [],
        [],
        [""],
    )
    assert not [one for one in report.findings if "P0000" in one.problem.zh]
    assert [one for one in report.findings if "导入时会生成编号" in one.problem.zh]


def test_a_file_that_only_adds_to_known_people_need_not_repeat_who_they_are(office):
    office.take(a_roster_row())
    report = office.take({"人员编号": "P1", "姓名": "样例甲", "从业年限": 7}, name="补充.xlsx")
    assert (report.n_changed, report.n_refused, report.findings) == (1, 0, [])
    assert (office.person("years_in_industry"), office.village()) == ((7.0,), "东岗村")
    assert office.take({"人员编号": "P9", "姓名": "样例甲", "从业年限": 7}).n_refused == 1
