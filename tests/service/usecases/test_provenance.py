"""Every value knows where it comes from: file, sheet, cell, person, day, and who vouches for it."""

from datetime import timedelta

import pytest
from builders import a_person, a_vacancy, a_village
from builders_registry import save
from builders_workbooks import a_roster_row, write_records, write_rows
from sqlalchemy import func, select

from matching.vocabulary import TalentSource
from service.access import Actor
from service.errors import Forbidden, NotFound
from service.models.provenance import RecordChange, Source, SourceKind
from service.usecases.incoming.imports import ImportOptions, import_file
from service.usecases.records.attestation import Attestation
from service.usecases.records.histories import history_of, sources_of
from service.usecases.records.people import edit_person, register_person

ATTESTED = Attestation("样例署名", "示组〔2026〕1号")
ID_NUMBER = "239901199005010011"


@pytest.fixture
def history(any_database, actor):
    def read(number="P1", kind="people"):
        with any_database.reading() as session:
            return history_of(session, actor=actor, kind=kind, number=number)

    return read


@pytest.fixture
def take(any_database, actor, now):
    def take(path, *, kind="people", at=now, **options):
        with any_database.unit_of_work() as session:
            return import_file(session, actor=actor, kind=kind, path=path, now=at, options=ImportOptions(**options))

    return take


@pytest.fixture
def edit(any_database, actor, now):
    def edit(record, *, version, at=now):
        with any_database.unit_of_work() as session:
            edit_person(session, actor=actor, person_no="P1", record=record, expected_version=version, now=at)

    return edit


def test_an_imported_value_names_file_sheet_and_cell(take, history, tmp_path, now):
    take(
        write_rows(
            tmp_path / "花名册.xlsx", ["序号", "姓名", "人员编号", "人才类别"], [1, "样例甲", "P1", "大学生村官"]
        )
    )
    (name,) = history()["name"]
    assert (name.source, name.file_name, name.sheet, name.cell) == (SourceKind.IMPORT, "花名册.xlsx", "名册", "B2")
    assert (name.before, name.after, name.at, name.username) == (None, "样例甲", now, "admin")
    assert name.is_self_reported


def test_a_home_names_its_place_and_the_cell_of_the_village(take, history, tmp_path):
    take(write_records(tmp_path / "a.xlsx", a_roster_row()))
    (home,) = history()["home_village_id"]
    assert (home.after, home.cell) == ("东岗村", "F2")


def test_values_are_verified_until_they_change_and_again_once_vouched_for(take, history, edit, tmp_path, now):
    row = a_roster_row(农村工作年限=3, 核验状态="已核验")
    take(write_records(tmp_path / "a.xlsx", row), attestation=ATTESTED)
    edit({"rural_work_years": 5.0}, version=1, at=now + timedelta(days=1))
    imported, edited = history()["rural_work_years"]
    assert (imported.is_verified, imported.verified_by, imported.verified_document) == (
        True,
        "样例署名",
        "示组〔2026〕1号",
    )
    assert (edited.source, edited.is_self_reported) == (SourceKind.API, True)
    assert (edited.before, edited.after, edited.version) == (3.0, 5.0, 2)
    assert history()["name"][-1].is_verified
    edit({"talent_source": TalentSource.RETURNING_ENTREPRENEUR}, version=2)  # who is not who was signed for
    assert not history()["name"][-1].is_verified


def test_a_value_that_a_signed_file_changes_is_verified_by_that_file(take, history, tmp_path, now):
    row = a_roster_row(农村工作年限=3, 核验状态="已核验")
    take(write_records(tmp_path / "a.xlsx", row), attestation=ATTESTED)
    again = Attestation("样例署名", "示组〔2026〕9号")
    changed = write_records(tmp_path / "b.xlsx", {**row, "农村工作年限": 4})
    assert take(changed, attestation=again, at=now + timedelta(days=1)).n_changed == 1
    latest = history()["rural_work_years"][-1]
    assert (latest.after, latest.is_verified, latest.verified_document) == (4.0, True, "示组〔2026〕9号")
    assert take(changed, attestation=again, at=now + timedelta(days=2)).n_same == 1


def test_id_numbers_leave_a_history_masked(any_database, actor, now, history, edit):
    save(any_database, actor, now, people=[a_person(id_number=ID_NUMBER, home_village_code=None)])
    edit({"id_number": None}, version=1)
    told = [(change.before, change.after) for change in history()["id_number"]]
    assert told == [(None, "239901********0011"), ("239901********0011", None)]


def test_one_line_for_each_record_that_changed_and_none_for_the_same(any_database, take, tmp_path):
    path = write_records(tmp_path / "a.xlsx", a_roster_row(), a_roster_row("P2", 姓名="样例乙"))
    take(path)
    take(path)
    take(write_records(tmp_path / "b.xlsx", a_roster_row(), a_roster_row("P2", 姓名="样例丙")))
    with any_database.reading() as session:
        counted = select(RecordChange.subject_kind, func.count()).group_by(RecordChange.subject_kind)
        assert dict(session.execute(counted).all()) == {"county": 1, "township": 1, "village": 1, "person": 3}
        assert session.scalar(select(func.count()).select_from(Source)) == 2


def test_a_village_completed_by_a_vacancy_names_the_row_of_the_vacancy(
    any_database, take, history, actor, now, tmp_path
):
    save(any_database, actor, now, villages=[a_village()])
    row = {
        "岗位编号": "V1",
        "县（市、区）": "示范县",
        "乡镇": "清河镇",
        "村名": "东岗村",
        "岗位": "第一书记",
        "需求人数": 1,
    }
    take(write_records(tmp_path / "v.xlsx", {**row, "主导产业": "水稻", "人口": 800}), kind="vacancies")
    (population,) = history("239901100201", "villages")["population"]
    assert (population.after, population.sheet, population.cell) == (800, "名册", "H2")
    assert history("V1", "vacancies")["headcount"][0].cell == "F2"


def test_a_code_that_replaces_a_provisional_one_is_noted_with_those_who_are_tied_to_it(
    any_database, take, history, actor, now, tmp_path
):
    take(write_records(tmp_path / "a.xlsx", a_roster_row(乡情联系="东岗村")))
    save(any_database, actor, now, villages=[a_village(latitude=None, longitude=None)])
    provisional, real = history()["tie_village_codes"]
    assert (real.before, real.after) == (provisional.after, ["239901100201"])


def test_the_present_source_is_that_of_the_last_change(any_database, actor, now, edit):
    save(any_database, actor, now, people=[a_person(home_village_code=None)])
    edit({"rural_work_years": 5.0}, version=1)
    with any_database.reading() as session:
        found = sources_of(session, actor=actor, kind="people", number="P1")
    assert (found["rural_work_years"].source, found["name"].source) == (SourceKind.API, SourceKind.CLI)


def test_a_registration_over_the_api_has_a_source(any_database, actor, now, history):
    with any_database.unit_of_work() as session:
        register_person(session, actor=actor, record=a_person(home_village_code=None), now=now)
    assert {changes[0].source for changes in history().values()} == {SourceKind.API}
    assert not {"id", "created_at", "name_sealed"} & history().keys()


def test_a_dry_run_leaves_no_trace(any_database, take, tmp_path):
    take(write_records(tmp_path / "a.xlsx", a_roster_row()), is_dry_run=True)
    with any_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Source)) == 0


def test_names_in_changes_files_and_sheets_are_sealed(run, database, tmp_path):
    path = write_rows(tmp_path / "金丝雀.xlsx", ["姓名", "人才类别"], ["金丝雀", "大学生村官"], sheet="金丝雀表")
    run(path)
    database.dispose()
    stored = b"".join(found.read_bytes() for found in tmp_path.glob("talentpool.db*"))
    assert "金丝雀".encode() not in stored
    assert b"\\u91d1\\u4e1d\\u96c0" not in stored


def test_who_may_not_read_people_reads_no_history(any_database, history):
    with any_database.reading() as session, pytest.raises(Forbidden):
        history_of(session, actor=Actor("guest"), kind="people", number="P1")
    with pytest.raises(NotFound):
        history("P9")


def test_a_vacancy_is_vouched_for_by_its_approval(any_database, actor, now, history):
    save(any_database, actor, now, villages=[a_village()], vacancies=[a_vacancy()])
    headcount = history("V1", "vacancies")["headcount"][0]
    assert (headcount.is_verified, headcount.verified_document) == (True, "示组〔2026〕2号")
