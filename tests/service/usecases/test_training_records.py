"""Courses of known people, from a file, on both databases."""

import pytest
from builders import a_person
from builders_workbooks import write_rows
from sqlalchemy import select

from service.access import Actor
from service.errors import Forbidden
from service.files.findings import Effect
from service.models.people import Person
from service.models.training_records import TrainingRecord
from service.usecases.incoming.imports import import_file
from service.usecases.incoming.registration import save_people, save_training

HEADER = ["人员编号", "姓名", "培训班次", "培训主题", "基地类型", "是否异地", "学时", "开始时间", "考核结果"]
ROW = ["P1", "样例甲", "水稻育秧班", "懂农业", "高校", "是", "24学时", "2026-03-02", "优秀"]


@pytest.fixture
def bring_in(any_database, actor, now, tmp_path):
    """Import rows of training for a known person, and return the report."""
    with any_database.unit_of_work() as session:
        save_people(session, actor=actor, records=[a_person(training_hours=8.0)], now=now)

    def bring(*rows):
        path = write_rows(tmp_path / "t.xlsx", HEADER, *rows)
        with any_database.unit_of_work() as session:
            return import_file(session, actor=actor, kind="training", path=path, now=now)

    return bring


def test_a_course_comes_in_once_and_a_corrected_file_changes_it(any_database, bring_in):
    assert bring_in(ROW).n_new == 1
    assert bring_in(ROW).n_same == 1
    assert bring_in([*ROW[:6], 30, *ROW[7:]]).n_changed == 1
    with any_database.reading() as session:
        (record,) = session.scalars(select(TrainingRecord))
        assert (record.theme, record.base_kind, record.off_site, record.hours) == ("U1", "university", True, 30)
        assert record.result == "excellent"


def test_the_hours_on_record_are_told_and_never_written_into_the_person(any_database, bring_in):
    report = bring_in(ROW, [*ROW[:2], "电商班", *ROW[3:]], [*ROW[:2], "旧班", *ROW[3:7], "2019-03-02", "优秀"])
    (finding,) = [found for found in report.findings if "48" in found.problem.zh]
    assert (finding.effect, finding.column) == (Effect.NOTE, "学时")
    with any_database.reading() as session:
        assert session.scalars(select(Person.training_hours)).one() == 8.0


def test_bad_rows_are_refused_by_their_cell(bring_in):
    unknown = ["P9", *ROW[1:]]
    ahead = [*ROW[:7], "2030-01-01", ""]
    report = bring_in(
        ROW, ROW, unknown, ahead, [*ROW[:6], "许多", *ROW[7:]], [*ROW[:3], "烘焙", *ROW[4:7], "2026-05", ""]
    )
    refused = {(found.cell, found.effect) for found in report.findings if found.effect is Effect.ROW_REFUSED}
    assert {cell for cell, _ in refused} == {"C3", "A4", "H5", "G6"}
    assert ("D7", Effect.CELL_REFUSED) in {(found.cell, found.effect) for found in report.findings}
    assert report.n_new == 2


def test_a_role_without_the_right_registers_nothing(database, now):
    reader = Actor("reader")
    with database.unit_of_work() as session, pytest.raises(Forbidden):
        save_training(session, actor=reader, records=[], now=now)
