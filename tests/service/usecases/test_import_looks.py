"""What a file tells its importer of known people: as much as a page, none behind a blind review, all of it logged."""

import json

import pytest
from builders import a_person, a_village, an_actor
from builders_blind import ID_NUMBER, NAME, OFFICER, REGISTRAR, SECRETS, a_blind_round
from builders_registry import save
from sqlalchemy import select

from service.access import Role
from service.models.audit import AuditEntry, AuditSubject
from service.models.people import Person
from service.usecases.incoming import registration
from service.usecases.incoming.import_documents import import_document
from service.usecases.incoming.import_previews import RowState
from service.usecases.incoming.imports import ImportOptions, import_file

OTHER_WORDS = "人员编号,姓名,人才类别,民族,性别,职称,工作单位,出生日期"
BY_NUMBER = f"{OTHER_WORDS}\nP1,某某,大学生村官,汉族,女,无,某单位,1990-01-01\n"
TRULY = f"人员编号,姓名,人才类别\nP1,{NAME},大学生村官\n"
BY_ID_NUMBER = f"姓名,身份证号,人才类别\n{NAME},{ID_NUMBER},大学生村官\n"
TWICE = f"人员编号,姓名,身份证号,人才类别\nP1,某某,,大学生村官\n,某某,{ID_NUMBER},大学生村官\n"
OF_ANOTHER = f"人员编号,姓名,身份证号,人才类别\nP2,样例2,{ID_NUMBER},大学生村官\n"
DRY = ImportOptions(is_dry_run=True)


@pytest.fixture
def blind(database, actor, now):
    return a_blind_round(database, actor, now)


def _imported(database, tmp_path, now, text, *, actor=OFFICER, options=DRY):
    path = tmp_path / "roster.csv"
    path.write_text(text, encoding="utf-8")
    with database.unit_of_work(actor) as session:
        return import_file(session, actor=actor, kind="people", path=path, now=now, options=options)


def _told(report):
    document = import_document(report)
    return json.dumps([document["rows"], document["findings"]], ensure_ascii=False, default=str)


@pytest.mark.parametrize("text", [BY_NUMBER, BY_ID_NUMBER, TRULY, TWICE, OF_ANOTHER])
@pytest.mark.parametrize("is_dry_run", [True, False])
def test_a_file_tells_a_reviewer_nothing_of_who_stands_in_a_blind_review(
    database, blind, now, tmp_path, text, is_dry_run
):
    report = _imported(database, tmp_path, now, text, options=ImportOptions(is_dry_run=is_dry_run))
    own = text.partition("\n")[2]
    told = _told(report).replace(NAME, "") if NAME in own else _told(report)
    assert [secret for secret in SECRETS if secret in told and secret not in own] == []
    if "P1" not in own:
        assert "P1" not in told
    if text in (TWICE, OF_ANOTHER):
        assert "P1 " not in told.replace("P1,", "")
        assert "重复登记" not in told
    if text is not OF_ANOTHER:
        assert "盲审" in told
        assert {row.state for row in report.rows} == {RowState.REFUSED}
    with database.reading() as session:
        kept = session.scalars(select(Person).where(Person.person_no == "P1")).one()
        assert (kept.name, kept.sex) == (NAME, "1")


def test_right_and_wrong_guesses_of_the_hidden_are_answered_alike(database, blind, now, tmp_path):
    answers = set()
    for name in (NAME, "某某"):
        report = _imported(database, tmp_path, now, f"人员编号,姓名,人才类别\nP1,{name},大学生村官\n")
        answers.add((report.rows[0].state, len(report.rows[0].changes), *(one.problem.zh for one in report.findings)))
    (answer,) = answers
    assert "盲审" in answer[2]


def test_who_does_not_review_imports_the_same_file(database, blind, now, tmp_path):
    report = _imported(database, tmp_path, now, BY_NUMBER, actor=REGISTRAR)
    assert report.n_changed == 1
    assert "P1" in _told(report)


def test_somebody_known_again_by_name_month_and_village_is_hidden_too(database, actor, now, tmp_path, blind):
    with database.unit_of_work() as session:
        session.scalars(select(Person).where(Person.person_no == "P1")).one().id_number = None
    with database.reading() as session:
        village = session.scalars(select(Person).where(Person.person_no == "P1")).one().home_village.name
    text = f"姓名,人才类别,出生日期,村\n{NAME},大学生村官,1987-03-15,{village}\n"
    for reader, number in ((OFFICER, False), (REGISTRAR, True)):
        assert ("P1" in _told(_imported(database, tmp_path, now, text, actor=reader))) is number


def test_a_new_person_of_a_hidden_name_gets_no_hint_whom_it_belongs_to(database, blind, now, tmp_path):
    text = f"姓名,人才类别,出生日期,性别\n{NAME},大学生村官,1987-03-15,男\n"
    for reader, is_hinted in ((OFFICER, False), (REGISTRAR, True)):
        assert ("P1" in _told(_imported(database, tmp_path, now, text, actor=reader))) is is_hinted


@pytest.mark.parametrize("options", [DRY, ImportOptions(is_all_or_nothing=True), ImportOptions()])
def test_who_is_shown_beside_a_file_stands_in_the_log_also_of_a_trial(database, actor, now, tmp_path, options):
    save(database, actor, now, villages=[a_village()], people=[a_person(), a_person(person_no="P2", name="样例乙")])
    text = "人员编号,姓名,人才类别\nP1,某某,大学生村官\nP2,样例乙,大学生村官\n,新来的,大学生村官\n,,大学生村官\n"
    report = _imported(database, tmp_path, now, text, options=options)
    with database.reading() as session:
        lines = session.scalars(select(AuditEntry).where(AuditEntry.action == "view_import")).all()
        (line,) = lines
        subjects = session.scalars(select(AuditSubject.subject_no).where(AuditSubject.entry_id == line.id)).all()
    assert (line.actor, sorted(subjects)) == ("officer", ["P1", "P2"])
    assert line.detail["is_kept"] is report.is_kept


def test_a_present_value_that_a_page_would_not_show_is_no_part_of_a_preview(database, actor, now, tmp_path):
    known = a_person(id_number=ID_NUMBER, birth_date=None, phone="13987650418", negative_flags=("dishonest_debtor",))
    save(database, actor, now, villages=[a_village()], people=[known])
    text = "人员编号,姓名,人才类别,身份证号,联系电话\nP1,某某,大学生村官,239901199003151734,13987650419\n"
    for reader in (REGISTRAR, an_actor(Role.OFFICER, username="officer")):
        report = _imported(database, tmp_path, now, text, actor=reader)
        before = {change.field: change.before for row in report.rows for change in row.changed}
        assert before["name"] == "样例甲"
        assert (before["phone"] == "***") is (reader is REGISTRAR), before
        assert (before["id_number"] == "***") is (reader is REGISTRAR), before


def test_saving_people_by_number_says_nothing_of_the_hidden(database, blind, now):
    with database.unit_of_work(OFFICER) as session:
        report = registration.save_people(
            session, actor=OFFICER, records=[{"person_no": "P1", "name": "某某", "talent_source": "T1"}], now=now
        )
    assert report.n_refused == 1
