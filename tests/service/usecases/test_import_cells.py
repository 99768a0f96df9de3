"""What cells do to their row: refused alone, with the row, or against its verification."""

import csv
from datetime import date

import pytest
from builders_workbooks import a_roster_row, write_records

from matching.vocabulary import RecordStatus, VacancyStatus
from schemas.identity import checksum_of
from service.files.findings import Effect
from service.models.vacancies import Vacancy
from service.usecases.records.attestation import Attestation

ATTESTED = Attestation("样例署名", "示组〔2026〕1号")
VACANCY = {
    "岗位编号": "V1",
    "县（市、区）": "示范县",
    "乡镇": "清河镇",
    "村名": "东岗村",
    "岗位": "产业顾问",
    "需求人数": 1,
    "主导产业": "水稻",
}


def at(report, effect):
    return [(finding.cell, finding.column) for finding in report.findings if finding.effect is effect]


@pytest.mark.parametrize(
    ("changes", "effect"),
    [
        ({"村名": ""}, Effect.ROW_REFUSED),
        ({"需求人数": "若干"}, Effect.ROW_REFUSED),
        ({"政治面貌要求": "中共党员"}, Effect.CELL_REFUSED),
        ({"学历要求": "高学历"}, Effect.CELL_REFUSED),
        ({"任期": 2}, Effect.CELL_REFUSED),
    ],
)
def test_a_bad_cell_of_a_vacancy_is_refused_alone_or_with_its_row(run, tmp_path, changes, effect):
    report = run(write_records(tmp_path / "v.xlsx", {**VACANCY, **changes}), kind="vacancies")
    (column,) = changes
    assert [found[1] for found in at(report, effect)] == [column]
    assert report.n_refused == (effect is Effect.ROW_REFUSED)


@pytest.mark.parametrize(
    ("changes", "effect", "shown"),
    [
        ({"姓名": ""}, Effect.ROW_REFUSED, ""),
        ({"人才类别": "临时工"}, Effect.ROW_REFUSED, "临时工"),
        ({"身份证号": "239901199610120420"}, Effect.CELL_REFUSED, "239901********0420"),
        ({"联系电话": "13912"}, Effect.CELL_REFUSED, "1***2"),
        ({"健康状况": "高血压"}, Effect.CELL_REFUSED, ""),
        ({"出生年月": 1985.1}, Effect.CELL_REFUSED, "1985.1"),
        ({"懂工业": 7}, Effect.CELL_REFUSED, "7"),
        ({"所在村": "清河镇东岗村3组12号"}, Effect.CELL_REFUSED, ""),
        ({"学位": "大学士"}, Effect.CELL_REFUSED, "大学士"),
        ({"学历": "大学肄业"}, Effect.CELL_REFUSED, "大学肄业"),
    ],
)
def test_a_bad_cell_of_a_person_is_refused_alone_or_with_its_row(run, people, tmp_path, changes, effect, shown):
    report = run(write_records(tmp_path / "p.xlsx", a_roster_row(**changes)))
    (finding,) = [finding for finding in report.findings if finding.effect is effect]
    assert (finding.column, finding.value) == (next(iter(changes)), shown)
    assert finding.remedy is not None
    assert len(people("person_no")) == (effect is not Effect.ROW_REFUSED)
    assert "高血压" not in str(report)


@pytest.mark.parametrize(
    ("header", "key", "day"),
    [
        ("出生年月", "birth_date", "2099-01-01"),
        ("出生年月", "birth_date", "2013-06"),
        ("参加工作时间", "work_start_date", "2099-01-01"),
        ("入党时间", "party_join_date", "2026-12"),
    ],
)
def test_a_day_that_has_not_come_is_refused_alone(run, people, tmp_path, header, key, day):
    report = run(write_records(tmp_path / "p.xlsx", a_roster_row(**{header: day})))
    (finding,) = [finding for finding in report.findings if finding.effect is Effect.CELL_REFUSED]
    assert finding.column == header
    assert finding.value.startswith(day)
    assert finding.remedy is not None
    assert people(key) == {"样例甲": (None,)}


def test_the_day_of_the_request_has_come(run, people, tmp_path, now):
    run(write_records(tmp_path / "p.xlsx", a_roster_row(参加工作时间=now.date().isoformat())))
    assert people("work_start_date") == {"样例甲": (now.date(),)}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, RecordStatus.VERIFIED),
        ({"身份证号": "12345"}, RecordStatus.VERIFIED),
        ({"联系电话": "12"}, RecordStatus.VERIFIED),
        ({"懂工业": 7}, RecordStatus.VERIFIED),
        ({"出生年月": "1985.1"}, RecordStatus.DRAFT),
        ({"出生年月": "2099-01"}, RecordStatus.DRAFT),
        ({"入党时间": "某年"}, RecordStatus.DRAFT),
        ({"参加工作时间": "#REF!"}, RecordStatus.DRAFT),
        ({"健康状况": "高血压"}, RecordStatus.DRAFT),
        ({"学历": "大学肄业"}, RecordStatus.DRAFT),
        ({"学位": "大学士"}, RecordStatus.DRAFT),
    ],
)
def test_nobody_vouches_for_a_row_with_a_cell_that_a_rule_could_not_read(run, people, tmp_path, changes, status):
    path = write_records(tmp_path / "p.xlsx", a_roster_row(核验状态="已核验", **changes))
    report = run(path, attestation=ATTESTED)
    assert people("record_status") == {"样例甲": (status,)}
    said = [finding for finding in report.findings if finding.column == "核验状态"]
    assert bool(said) == (status is RecordStatus.DRAFT)
    assert all("1 个单元格" in finding.problem.zh and finding.remedy for finding in said)


def test_a_row_with_consent_and_id_number_waits_as_submitted_for_the_cell_that_could_not_be_read(run, people, tmp_path):
    whole = {"身份证号": f"23990119790402051{checksum_of('23990119790402051')}", "同意参与匹配": "是"}
    path = write_records(tmp_path / "p.xlsx", a_roster_row(核验状态="已核验", 学历="大学肄业", **whole))
    assert run(path, attestation=ATTESTED).n_drafts == 0
    assert people("record_status") == {"样例甲": (RecordStatus.SUBMITTED,)}


def test_a_verified_person_is_to_be_verified_again_after_a_cell_nobody_could_read(run, people, tmp_path):
    row = a_roster_row(核验状态="已核验", 健康状况="健康")
    run(write_records(tmp_path / "a.xlsx", row), attestation=ATTESTED)
    assert people("record_status") == {"样例甲": (RecordStatus.VERIFIED,)}
    run(write_records(tmp_path / "b.xlsx", {**row, "健康状况": "高血压"}), attestation=ATTESTED)
    assert people("record_status", "duty_health_ok") == {"样例甲": (RecordStatus.SUBMITTED, True)}


@pytest.mark.parametrize(
    ("changes", "status"),
    [({}, VacancyStatus.APPROVED), ({"学历要求": "高学历", "要求依据": "示组〔2026〕1号"}, VacancyStatus.SUBMITTED)],
)
def test_a_vacancy_with_an_unread_requirement_is_not_approved(run, rows, tmp_path, changes, status):
    run(write_records(tmp_path / "v.xlsx", {**VACANCY, **changes}), kind="vacancies", attestation=ATTESTED)
    assert rows(Vacancy, "vacancy_no")["V1"].vacancy_status is status


@pytest.mark.parametrize("basis", ["无", "不限", "—", "暂无", " / "])
def test_a_basis_that_cites_nothing_leaves_a_wish(run, rows, tmp_path, basis):
    path = write_records(tmp_path / "v.xlsx", {**VACANCY, "学历要求": "大专", "要求依据": basis})
    report = run(path, kind="vacancies")
    assert rows(Vacancy, "vacancy_no")["V1"].requirement_basis is None
    assert any("意向" in finding.problem.zh for finding in report.findings if finding.column == "学历要求")


@pytest.mark.parametrize(
    ("month", "written", "read"),
    [
        ("10", "1985.1", date(1985, 10, 1)),
        ("01", "1985.1", date(1985, 1, 1)),
        ("03", "1985.1", None),
        ("03", "1985.3", date(1985, 3, 1)),
    ],
)
def test_a_month_lost_in_a_text_comes_from_the_id_number_or_not_at_all(run, people, tmp_path, month, written, read):
    digits = f"2399011985{month}05051"
    path = tmp_path / "p.csv"
    row = a_roster_row(出生年月=written, 身份证号=digits + checksum_of(digits))
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([row.keys(), row.values()])
    run(path)
    assert people("birth_date") == {"样例甲": (read,)}


def test_an_admission_finding_says_what_to_do(run, tmp_path):
    report = run(write_records(tmp_path / "p.xlsx", a_roster_row(全日制学历="高中")))
    (finding,) = [finding for finding in report.findings if "学历" in finding.problem.zh]
    assert finding.remedy is not None
    assert finding.remedy.zh.startswith("请核对该项")
