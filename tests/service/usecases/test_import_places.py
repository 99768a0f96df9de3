"""A slip in the county that is given for a whole file moves nobody."""

import pytest
from builders import a_village
from builders_registry import save
from builders_workbooks import write_records
from sqlalchemy import func, select

from service.errors import InvalidInput
from service.models.villages import County
from service.usecases.incoming.imports import ImportOptions, import_file

ROW = {"姓名": "样例甲", "人才类别": "大学生村官"}


@pytest.fixture
def take(database, actor, now, tmp_path):
    def take(county, kind="people"):
        path = write_records(tmp_path / "a.xlsx", ROW)
        with database.unit_of_work() as session:
            return import_file(
                session, actor=actor, kind=kind, path=path, now=now, options=ImportOptions(county=county)
            )

    return take


def test_an_unknown_county_is_refused_where_others_are_registered(take, database, actor, now):
    save(database, actor, now, villages=[a_village()])
    with pytest.raises(InvalidInput) as refused:
        take("示犯县")
    assert "示犯县" in refused.value.problem.zh
    assert "示范县" in refused.value.remedy.zh
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(County)) == 1
    assert take(" 示范县 ").n_new == 1


def test_the_first_file_of_an_empty_registry_may_name_its_county(take):
    assert take("示范县").n_new == 1
