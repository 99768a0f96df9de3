import csv
from dataclasses import replace
from datetime import date

import pytest
from builders_workbooks import SAMPLES, a_roster_row, write_records, write_rows
from sqlalchemy import func, select

from matching.vocabulary import PostType, RecordStatus, TalentSource, VacancyStatus
from schemas.identity import checksum_of
from service.access import Actor
from service.errors import Forbidden
from service.files.findings import Effect
from service.files.limits import UnreadableFile
from service.files.spreadsheets import read_sheets
from service.models.audit import AuditEntry
from service.models.people import Person
from service.models.reviews import Decision
from service.models.vacancies import Vacancy
from service.models.villages import Village
from service.usecases.incoming.imports import ImportOptions, import_file
from service.usecases.records.attestation import Attestation

ROSTER = SAMPLES / "roster_synthetic.xlsx"
HERE = {"county": "示范县", "township": "清河镇"}
ATTESTED = Attestation("样例署名", "示组〔2026〕1号")


def at(report, effect):
    return [(finding.cell, finding.column) for finding in report.findings if finding.effect is effect]


def test_the_sample_roster_comes_in_as_it_is(run, people):
    report = run(ROSTER, attestation=ATTESTED, **HERE)
    assert (report.n_rows, report.n_new, report.n_refused, report.n_skipped) == (5, 5, 0, 1)
    assert at(report, Effect.CELL_REFUSED) == [("G7", "身份证号")]
    assert people("birth_date", "birth_date_is_month", "education", "degree", "record_status", "years_in_industry") == {
        "样例乙": (date(1996, 10, 1), True, "21", "409", RecordStatus.VERIFIED, 3.0),
        "样例丙": (date(1985, 10, 1), True, "38", None, RecordStatus.VERIFIED, 6.0),
        "样例丁": (date(1979, 4, 1), True, "31", None, RecordStatus.VERIFIED, 12.0),
        "样例戊": (date(1990, 3, 1), True, "31", None, RecordStatus.VERIFIED, 5.0),
        "样例己": (date(1968, 8, 1), False, "22", None, RecordStatus.VERIFIED, None),
    }
    assert people("talent_source")["样例戊"] == (TalentSource.RICH_LEADER,)
    assert people("id_number")["样例丁"] == (None,)


def test_both_databases_take_the_samples(any_database, actor, now):
    options = ImportOptions(attestation=ATTESTED, **HERE)
    for kind, name, n_new in (("people", "roster_synthetic.xlsx", 5), ("vacancies", "vacancies_synthetic.xlsx", 3)):
        for is_dry_run in (True, False):
            with any_database.unit_of_work() as session:
                tried = replace(options, is_dry_run=is_dry_run)
                report = import_file(session, actor=actor, kind=kind, path=SAMPLES / name, now=now, options=tried)
            assert report.n_new == n_new


def test_a_month_lost_in_a_number_comes_from_the_id_number_and_is_reported(run):
    report = run(ROSTER, **HERE)
    (finding,) = [finding for finding in report.findings if finding.cell == "F6"]
    assert finding.effect is Effect.TO_CONFIRM
    assert (finding.sheet, finding.value) == ("清河镇", "1985.1")


def test_without_attestation_verified_records_do_not_come_in_as_verified_and_it_is_said_once(run, people):
    report = run(ROSTER, **HERE)
    states = {
        name: RecordStatus.SUBMITTED if number and has_consented else RecordStatus.DRAFT
        for name, (number, has_consented) in people("id_number", "consent_matching").items()
    }
    assert people("record_status") == {name: (state,) for name, state in states.items()}
    assert set(states.values()) == {RecordStatus.SUBMITTED, RecordStatus.DRAFT}
    (finding,) = [finding for finding in report.findings if finding.column == "核验状态"]
    assert "共 5 行" in finding.problem.zh
    assert "--attest" in finding.remedy.zh


def test_places_are_registered_provisionally_and_reported(run, rows):
    report = run(ROSTER, **HERE)
    assert [place.path.split(" / ")[-1] for place in report.provisional_places] == [
        "示范县",
        "清河镇",
        "东岗村",
        "西岗村",
        "清河社区",
    ]
    assert len(rows(Village, "village_code")) == 3


def test_a_village_nobody_can_place_asks_for_county_and_township(run, people):
    report = run(ROSTER)
    assert ("B5", "所在村") in at(report, Effect.CELL_REFUSED)
    (finding,) = [finding for finding in report.findings if finding.cell == "B5"]
    assert "--county" in finding.remedy.zh
    assert "--township 清河镇" in finding.remedy.zh
    assert people("home_village_id")["样例乙"] == (None,)


def test_a_village_registered_once_is_found_by_its_name(run, database):
    run(ROSTER, **HERE)
    report = run(ROSTER)
    assert not [finding for finding in report.findings if finding.column == "所在村"]


def test_the_same_file_again_changes_nothing(run, rows):
    run(ROSTER, attestation=ATTESTED, **HERE)
    report = run(ROSTER, attestation=ATTESTED, **HERE)
    assert (report.n_new, report.n_changed, report.n_same) == (0, 0, 5)
    assert len(rows(Person, "person_no")) == 5


def test_a_corrected_id_number_finds_the_person_who_had_none(run, people, tmp_path):
    row = a_roster_row("", 出生年月="1979-04", 身份证号="")
    assert run(write_records(tmp_path / "a.xlsx", row)).n_new == 1
    corrected = {**row, "身份证号": f"23990119790402051{checksum_of('23990119790402051')}"}
    report = run(write_records(tmp_path / "b.xlsx", corrected))
    assert (report.n_new, report.n_changed) == (0, 1)
    assert len(people("person_no")) == 1


def test_a_registered_id_number_counts_more_than_name_and_village(run, rows, tmp_path):
    known = a_roster_row("P1", 身份证号="239901199003180623")
    twin = a_roster_row("P2", 出生年月="1990-03")
    run(write_records(tmp_path / "a.xlsx", known, twin))
    report = run(write_records(tmp_path / "b.xlsx", {**known, "人员编号": "", "出生年月": "1990-03", "备注": "补充"}))
    assert report.n_changed == 1
    assert report.n_open == 0
    assert rows(Person, "person_no")["P2"].version == 1


def test_two_people_who_fit_a_row_alike_refuse_it(run, tmp_path):
    rows = [a_roster_row(number, 出生年月="1990-01") for number in ("P1", "P2")]
    run(write_records(tmp_path / "a.xlsx", *rows))
    report = run(write_records(tmp_path / "b.xlsx", a_roster_row("", 出生年月="1990-01")))
    assert report.n_refused == 1
    assert "P1、P2" in report.findings[0].problem.zh


def test_a_dry_run_keeps_nothing_but_says_the_same(run, rows, database):
    tried = run(ROSTER, is_dry_run=True, **HERE)
    assert rows(Person, "person_no") == {}
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0
    done = run(ROSTER, **HERE)
    assert tried.is_dry_run
    # Nobody has got a number in a trial.
    numbered = {finding.cell for finding in done.findings if "已生成编号" in finding.problem.zh}
    told, kept = ([one for one in report.findings if one.cell not in numbered] for report in (tried, done))
    assert told == kept


def test_an_import_leaves_an_audit_line_without_a_name(run, database):
    run(ROSTER, **HERE)
    with database.reading() as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "import_file"))
    assert entry.detail["n_new"] == 5
    assert "roster" not in str(vars(entry))


def test_only_who_may_import_imports(database, now):
    with database.unit_of_work() as session, pytest.raises(Forbidden):
        import_file(session, actor=Actor("x"), kind="people", path=ROSTER, now=now)


def test_the_form_comes_in_and_takes_its_pool_from_the_resume(run, people):
    report = run(SAMPLES / "sample_synthetic.lrmx")
    assert at(report, Effect.TO_CONFIRM) == [("JianLi", "简历")]
    found = people("talent_source", "political_status", "education", "degree", "duty_health_ok", "appraisals")
    assert found == {
        "样例甲": (
            TalentSource.COLLEGE_VILLAGE_OFFICIAL,
            "01",
            "1B",
            "409",
            True,
            ("2023:competent", "2024:excellent", "2025:competent"),
        )
    }
    assert people("retirement_month", "title") == {"样例甲": (date(2045, 3, 1), "093")}


def test_a_form_without_a_pool_is_refused_until_it_is_given(run, tmp_path):
    path = tmp_path / "a.lrmx"
    path.write_text("<Person><XingMing>样例甲</XingMing><RuDangShiJian>民盟</RuDangShiJian></Person>", encoding="utf-8")
    assert run(path).n_refused == 1
    report = run(path, talent_source="退役军人")
    assert (report.n_new, report.n_refused) == (1, 0)


def test_somebody_who_joined_lately_is_not_taken_for_a_full_member(run, people, tmp_path):
    path = tmp_path / "a.lrmx"
    path.write_text(
        "<Person><XingMing>样例甲</XingMing><RuDangShiJian>202606</RuDangShiJian></Person>", encoding="utf-8"
    )
    run(path, talent_source="T1")
    assert people("political_status", "party_join_date") == {"样例甲": (None, date(2026, 6, 1))}


def test_the_sample_vacancies_come_in_as_they_are(run, database):
    report = run(SAMPLES / "vacancies_synthetic.xlsx", kind="vacancies", attestation=ATTESTED)
    assert (report.n_rows, report.n_new, report.n_refused) == (3, 3, 0)
    with database.reading() as session:
        first, second, third = session.scalars(select(Vacancy).order_by(Vacancy.id))
        assert (first.post_type, first.education_min, first.political_req) == (PostType.FIRST_SECRETARY, 6, "01")
        assert (first.term_months, first.work_years_min, first.themes) == (24, 2.0, ("W1", "W2"))
        assert first.village.village_needs == ("N1",)
        assert (second.education_min, second.resources) == (None, ("market", "technology"))
        assert (third.industries, third.vacancy_status) == (("肉牛养殖", "玉米"), VacancyStatus.APPROVED)
    notes = [finding for finding in report.findings if finding.column == "学历要求"]
    assert "意向" in notes[0].problem.zh


def test_vacancies_are_known_again_by_village_and_post(run, rows):
    run(SAMPLES / "vacancies_synthetic.xlsx", kind="vacancies", attestation=ATTESTED)
    report = run(SAMPLES / "vacancies_synthetic.xlsx", kind="vacancies", attestation=ATTESTED)
    assert (report.n_new, report.n_same) == (0, 3)
    assert len(rows(Vacancy, "vacancy_no")) == 3


def test_villages_and_decisions_come_in(run, rows, tmp_path):
    village = {
        "村代码": "239901100201",
        "县区": "示范县",
        "乡镇": "清河镇",
        "村名": "东岗村",
        "主导产业": "水稻",
        "总人口": "1,200人",
    }
    assert run(write_records(tmp_path / "g.xlsx", village), kind="villages").n_new == 1
    vacancy = {**village, "岗位编号": "V1", "岗位": "第一书记", "村类型": "脱贫村", "名额": 1, "岗位状态": "已到岗"}
    assert run(write_records(tmp_path / "v.xlsx", vacancy), kind="vacancies").n_new == 1
    assert run(write_records(tmp_path / "p.xlsx", a_roster_row("P1")), kind="people").n_new == 1
    seen = {"岗位编号": "V1", "人员编号": "P1", "名单位次": 3, "审阅结论": "拟推荐", "理由代码": "", "最终环节": "任职"}
    report = run(write_records(tmp_path / "d.xlsx", seen, {**seen, "人员编号": "P9"}), kind="decisions")
    assert (report.n_new, report.n_refused) == (1, 1)
    assert at(report, Effect.ROW_REFUSED) == [("B3", "人员编号")]
    (decision,) = rows(Decision, "id").values()
    assert (decision.shown_rank, decision.stage_reached) == (3, "appointed")


def test_numbers_that_stand_twice_in_a_file_refuse_the_second_row(run, tmp_path):
    rows = [a_roster_row("P1"), a_roster_row("P1", 姓名="样例乙"), a_roster_row("P2")]
    report = run(write_records(tmp_path / "p.xlsx", *rows))
    assert (report.n_new, report.n_refused) == (2, 1)
    assert at(report, Effect.ROW_REFUSED) == [("A3", "人员编号")]
    assert "“名册”第 2 行" in report.findings[0].problem.zh


def test_numbers_typed_as_numbers_are_read_as_their_digits(run, people, tmp_path):
    run(write_records(tmp_path / "p.xlsx", a_roster_row(人员编号=1001, 联系电话=10000000001, 带动农户数=12)))
    assert people("person_no", "phone", "households_led") == {"样例甲": ("1001", "10000000001", 12)}


def test_a_file_without_rows_is_refused(run, tmp_path):
    with pytest.raises(UnreadableFile, match="no row"):
        run(write_rows(tmp_path / "p.xlsx", ["姓名", "人才类别"]))


def test_a_failure_half_way_leaves_nothing(database, actor, now, rows):
    def break_off():
        with database.unit_of_work() as session:
            import_file(session, actor=actor, kind="people", path=ROSTER, now=now)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    assert rows(Person, "person_no") == {}


def test_csv_in_gbk_says_the_same_as_the_workbook(run, people, tmp_path):
    (sheet,) = read_sheets(ROSTER)
    path = tmp_path / "名册.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(sheet.rows)
    report = run(path, **HERE)
    assert report.n_new == 5
    assert people("education")["样例己"] == ("22",)
