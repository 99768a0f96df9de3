"""An import can be taken back whole, as long as nothing else depends on it."""

import shutil
from datetime import timedelta

import pytest
from builders import a_person, a_vacancy, a_village
from builders_registry import save
from builders_workbooks import a_roster_row, write_records
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select

from service.errors import Conflict, NotFound
from service.installation import open_database
from service.models.imports import Import, ImportState
from service.models.people import Person
from service.models.provenance import SourceKind
from service.models.vacancies import Vacancy
from service.models.villages import County, Township, Village
from service.settings import Settings
from service.usecases.incoming.imports import ImportOptions, import_file
from service.usecases.incoming.imports_kept import list_imports
from service.usecases.incoming.undoing_imports import undo_import
from service.usecases.lists import shortlists
from service.usecases.records.attestation import Attestation
from service.usecases.records.histories import history_of
from service.usecases.records.people import edit_person

ATTESTED = Attestation("样例署名", "示组〔2026〕1号")


@pytest.fixture
def take(any_database, actor, now):
    def take(path, kind="people", **options):
        with any_database.unit_of_work() as session:
            report = import_file(session, actor=actor, kind=kind, path=path, now=now, options=ImportOptions(**options))
        return report.import_id

    return take


@pytest.fixture
def undo(any_database, actor, now):
    def undo(import_id):
        with any_database.unit_of_work() as session:
            return undo_import(session, actor=actor, import_id=import_id, now=now + timedelta(days=1))

    return undo


@pytest.fixture
def registry(any_database):
    """Everything that a record says, but for versions and moments."""

    def registry():
        with any_database.reading() as session:
            return {
                (model.__name__, row.id): contents(row)
                for model in (Person, Vacancy, Village, Township, County)
                for row in session.scalars(select(model))
            }

    return registry


def _columns(row):
    return [column.key for column in row.__table__.columns]


def contents(row):
    unstable = {"version", "updated_at"}
    sealed = {name.removesuffix("_sealed") for name in _columns(row) if name.endswith("_sealed")}
    names = {name for name in _columns(row) if not name.endswith(("_sealed", "_index"))} - unstable
    return {name: getattr(row, name) for name in names | sealed}


def test_new_records_go_and_changed_ones_get_their_values_back(
    any_database, take, undo, registry, actor, now, tmp_path
):
    save(any_database, actor, now, villages=[a_village()], people=[a_person(id_number="239901199005010011")])
    before = registry()
    rows = [
        a_roster_row(
            "P1", 姓名="样例改", 政治面貌="群众", 出生年月="1991.03", 从事产业="肉牛养殖", 擅长工作="推动产业"
        ),
        a_roster_row("P2", 乡镇="新镇", 所在村="新村", 核验状态="已核验"),
    ]
    import_id = take(write_records(tmp_path / "a.xlsx", *rows), attestation=ATTESTED)
    assert registry() != before
    done = undo(import_id)
    assert registry() == before
    assert (done.n_deleted, done.n_restored, done.n_places_kept) == (3, 1, 0)


def test_an_undo_is_a_source_itself_and_stands_in_the_list(any_database, take, undo, actor, now, tmp_path):
    save(any_database, actor, now, people=[a_person(home_village_code=None)])
    import_id = take(write_records(tmp_path / "a.xlsx", {"人员编号": "P1", "姓名": "样例改", "人才类别": "大学生村官"}))
    undo(import_id)
    with any_database.reading() as session:
        changes = history_of(session, actor=actor, kind="people", number="P1")["name"]
        (listed,) = list_imports(session, actor=actor).items
        assert (listed.state, listed.undone_by, listed.file_name) == (ImportState.UNDONE, "admin", "a.xlsx")
    assert [change.source for change in changes] == [SourceKind.CLI, SourceKind.IMPORT, SourceKind.UNDO]


def test_undone_twice_or_unknown_is_refused(take, undo, tmp_path):
    import_id = take(write_records(tmp_path / "a.xlsx", a_roster_row()))
    undo(import_id)
    with pytest.raises(Conflict):
        undo(import_id)
    with pytest.raises(NotFound):
        undo(import_id + 1)


def test_a_record_that_was_changed_since_keeps_the_import(any_database, take, undo, registry, actor, now, tmp_path):
    import_id = take(write_records(tmp_path / "a.xlsx", a_roster_row(), a_roster_row("P2", 姓名="样例乙")))
    with any_database.unit_of_work() as session:
        record = {"rural_work_years": 4.0}
        edit_person(session, actor=actor, person_no="P2", record=record, expected_version=1, now=now)
    before = registry()
    with pytest.raises(Conflict) as refused:
        undo(import_id)
    assert "P2" in refused.value.problem.zh
    assert registry() == before


def test_another_field_that_was_changed_since_stays(any_database, take, undo, actor, now, tmp_path):
    save(any_database, actor, now, people=[a_person(home_village_code=None)])
    import_id = take(write_records(tmp_path / "a.xlsx", {"人员编号": "P1", "姓名": "样例改", "人才类别": "大学生村官"}))
    with any_database.unit_of_work() as session:
        edit_person(
            session,
            actor=actor,
            person_no="P1",
            record={"title": None, "rural_work_years": 9.0},
            expected_version=2,
            now=now,
        )
    undo(import_id)
    with any_database.reading() as session:
        person = session.scalars(select(Person)).one()
        assert (person.name, person.rural_work_years) == ("样例甲", 9.0)


def test_imports_are_undone_in_the_opposite_order(take, undo, registry, tmp_path):
    first = take(write_records(tmp_path / "a.xlsx", a_roster_row()))
    between = registry()
    second = take(write_records(tmp_path / "b.xlsx", a_roster_row(姓名="样例改")))
    with pytest.raises(Conflict):
        undo(first)
    undo(second)
    assert registry() == between
    undo(first)
    assert registry() == {}


def test_the_newer_imports_to_undo_first_are_named_by_number_and_file_the_newest_first(take, undo, tmp_path):
    first = take(write_records(tmp_path / "a.xlsx", a_roster_row(), a_roster_row("P2", 姓名="样例乙")))
    second = take(write_records(tmp_path / "b.xlsx", a_roster_row(姓名="样例改")))
    third = take(write_records(tmp_path / "c.xlsx", a_roster_row("P2", 姓名="样例再改")))
    with pytest.raises(Conflict) as refused:
        undo(first)
    assert refused.value.remedy.zh == f"请先撤销之后的导入：{third} (c.xlsx), {second} (b.xlsx)。"
    undo(third)
    with pytest.raises(Conflict) as refused:
        undo(first)
    assert refused.value.remedy.en == f"Undo the newer imports first: {second} (b.xlsx)."
    undo(second)
    undo(first)


def test_people_on_a_list_keep_the_import(any_database, take, undo, actor, now, tmp_path):
    save(any_database, actor, now, villages=[a_village()])
    row = a_roster_row(
        核验状态="已核验",
        同意参与匹配="是",
        政治面貌="党员",
        出生年月="1990.5.1",
        入党时间="2012.6.1",
        健康状况="健康",
        负面清单="无",
        参加工作时间="2013.7.1",
        从事产业="水稻",
    )
    import_id = take(write_records(tmp_path / "a.xlsx", row), attestation=ATTESTED)
    save(any_database, actor, now, vacancies=[a_vacancy()])
    with any_database.unit_of_work() as session:
        made = shortlists.request_shortlist(session, actor=actor, vacancy_no="V1", k=3, now=now)
        assert [entry.person.person_no for entry in made.entries] == ["P1"]
    with pytest.raises(Conflict) as refused:
        undo(import_id)
    assert "名单" in refused.value.problem.zh


def test_a_place_registered_on_the_way_stays_if_others_live_there(any_database, take, undo, actor, now, tmp_path):
    import_id = take(write_records(tmp_path / "a.xlsx", a_roster_row()))
    take(write_records(tmp_path / "b.xlsx", a_roster_row("P2", 姓名="样例乙")))
    done = undo(import_id)
    assert (done.n_deleted, done.n_places_kept) == (1, 3)
    with any_database.reading() as session:
        assert session.scalars(select(Village.name)).all() == ["东岗村"]


def test_villages_that_people_live_in_keep_their_import(take, undo, tmp_path):
    village = {"村代码": "239901100201", "县区": "示范县", "乡镇": "清河镇", "村名": "东岗村"}
    import_id = take(write_records(tmp_path / "v.xlsx", village), kind="villages")
    take(write_records(tmp_path / "a.xlsx", a_roster_row()))
    with pytest.raises(Conflict) as refused:
        undo(import_id)
    assert "239901100201" in refused.value.problem.zh


def test_vacancies_and_what_they_told_of_their_village_go(any_database, take, undo, registry, actor, now, tmp_path):
    save(any_database, actor, now, villages=[a_village()])
    before = registry()
    row = {"县（市、区）": "示范县", "乡镇": "清河镇", "村名": "东岗村", "岗位": "第一书记", "需求人数": 1}
    import_id = take(write_records(tmp_path / "v.xlsx", {**row, "主导产业": "水稻", "人口": 800}), kind="vacancies")
    undo(import_id)
    assert registry() == before


def test_the_file_can_come_in_again_after_it_was_undone(any_database, take, undo, registry, tmp_path):
    path = write_records(tmp_path / "a.xlsx", a_roster_row())
    undo(take(path))
    take(path)
    with any_database.reading() as session:
        assert session.scalars(select(Import.state).order_by(Import.id)).all() == [ImportState.UNDONE, ImportState.DONE]
        assert session.scalars(select(Person.person_no)).all() == ["P1"]


CELLS = {
    "姓名": st.sampled_from(["样例甲", "样例乙"]),
    "政治面貌": st.sampled_from(["党员", "群众", ""]),
    "出生年月": st.sampled_from(["1990.05", "1991.03.02", ""]),
    "所在村": st.sampled_from(["东岗村", "西岗村"]),
    "从业年限": st.sampled_from(["3", "4年", ""]),
    "擅长工作": st.sampled_from(["推动产业", "建强组织", ""]),
    "核验状态": st.sampled_from(["已核验", "已提交", ""]),
    "简历": st.sampled_from(["种过水稻", ""]),
}
ROSTERS = st.lists(st.fixed_dictionaries(CELLS), min_size=1, max_size=3)


@hypothesis_settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], phases=[Phase.generate]
)
@given(first=ROSTERS, second=ROSTERS)
def test_an_undone_import_leaves_the_registry_as_it_was(
    migrated_directory, tmp_path_factory, actor, now, first, second
):
    directory = tmp_path_factory.mktemp("undone")
    shutil.copytree(migrated_directory, directory, dirs_exist_ok=True)
    url = f"sqlite:///{directory / 'talentpool.db'}"
    database = open_database(Settings(database_url=url, key_file=directory / "talentpool.key"))

    def taken(cells, name):
        rows = [a_roster_row(f"P{number}", **row) for number, row in enumerate(cells)]
        path = write_records(directory / name, *rows)
        with database.unit_of_work() as session:
            options = ImportOptions(attestation=ATTESTED)
            return import_file(session, actor=actor, kind="people", path=path, now=now, options=options).import_id

    def stored():
        with database.reading() as session:
            models = (Person, Village, Township, County)
            return {(m.__name__, row.id): contents(row) for m in models for row in session.scalars(select(m))}

    taken(first, "first.xlsx")
    before = stored()
    import_id = taken(second, "second.xlsx")
    with database.unit_of_work() as session:
        undo_import(session, actor=actor, import_id=import_id, now=now)
    assert stored() == before
    database.dispose()
