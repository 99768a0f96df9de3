"""What is resolved by another cell is said so, with the value to put into the cell."""

import pytest
from builders_workbooks import a_roster_row, write_records

from service.files.findings import Effect
from service.usecases.incoming.imports import import_file

ID = "239901198510050319"


@pytest.fixture
def findings_of(database, actor, now, tmp_path):
    """Import one row of a kind and return what is said of one column."""

    def findings(header, row, *, kind="people"):
        path = write_records(tmp_path / "a.xlsx", row)
        with database.unit_of_work() as session:
            report = import_file(session, actor=actor, kind=kind, path=path, now=now)
        return [found for found in report.findings if found.column == header]

    return findings


@pytest.mark.parametrize("written", [1985.1, "1985.1", "1985", 1985, "1985年"])
def test_a_month_that_the_id_number_tells_is_taken_reported_and_suggested(findings_of, written):
    (found,) = findings_of("出生年月", a_roster_row(出生年月=written, 身份证号=ID))
    assert (found.effect, found.suggestion) == (Effect.TO_CONFIRM, "1985-10")


@pytest.mark.parametrize("written", [1985.1, "1986"])
def test_without_an_id_number_that_agrees_it_is_refused(findings_of, written):
    (found,) = findings_of("出生年月", a_roster_row(出生年月=written, 身份证号=ID if written == "1986" else ""))
    assert (found.effect, found.suggestion) == (Effect.CELL_REFUSED, None)


def test_an_old_id_number_is_completed_and_it_is_said_so_masked(findings_of):
    (found,) = findings_of("身份证号", a_roster_row(身份证号="239901870315002"))
    assert found.effect is Effect.NOTE
    assert "239901********0025" in found.problem.zh
    assert "239901870315002" not in str(found)


def test_an_address_gives_its_village_as_suggestion(findings_of):
    (found,) = findings_of("所在村", a_roster_row(所在村="东岗村3组12号"))
    assert (found.effect, found.suggestion) == (Effect.CELL_REFUSED, "东岗村")


def test_a_condition_in_the_text_of_a_vacancy_is_refused_and_the_rest_suggested(findings_of):
    places = {"县区": "示范县", "乡镇": "清河镇", "村名": "东岗村", "村类型": "集体经济薄弱村"}
    row = {
        "岗位编号": "V1",
        **places,
        "岗位": "第一书记",
        "需求人数": 1,
        "主导产业": "水稻",
        "其他要求": "有驻村经历，限男性",
    }
    refused = [found for found in findings_of("其他要求", row, kind="vacancies") if found.effect is Effect.CELL_REFUSED]
    assert [(found.value, found.suggestion) for found in refused] == [("限男性", "有驻村经历")]
    assert "《劳动法》第十二条" in refused[0].problem.zh
