"""Whoever a file brings in without what a submitted record asks for is a draft: told of, counted, and led on."""

import pytest
from builders import a_person, an_actor
from builders_workbooks import a_roster_row, write_records
from sqlalchemy import select

from matching.vocabulary import RecordStatus
from schemas.identity import checksum_of
from service.access import Role, Territory, TerritoryKind
from service.errors import Conflict
from service.files.findings import Effect
from service.models.people import Person
from service.models.provenance import SourceKind
from service.usecases.incoming.held_drafts import LOOKS, submission_conditions
from service.usecases.incoming.import_documents import import_document
from service.usecases.incoming.import_wording import counts_text
from service.usecases.incoming.registration import save_people
from service.usecases.incoming.upload_reports import kept_report
from service.usecases.pending.pending_work import list_work
from service.usecases.records.attestation import Attestation
from service.usecases.records.batch_moves import offered_moves
from service.usecases.records.people import register_person
from service.usecases.records.provenance import Origin
from service.usecases.records.record_moves import move_record
from service.usecases.workflow.moving import Asked

DRAFT, SUBMITTED = RecordStatus.DRAFT, RecordStatus.SUBMITTED
REGISTRAR = an_actor(Role.REGISTRAR, username="registrar")
ATTESTED = Attestation("样例署名", "示组〔2026〕1号")
SOUND = f"23990119790402051{checksum_of('23990119790402051')}"
NO_CONSENT, NO_NUMBER = ("同意参与匹配", "尚未登记本人同意参加匹配。"), ("身份证号", "尚未登记身份证号。")


def _row(*, consent="是", id_number=SOUND, state="已提交", **more):
    return a_roster_row(核验状态=state, 同意参与匹配=consent, 身份证号=id_number, **more)


def _missing(report):
    return [(one.column, one.problem.zh) for one in report.findings if one.remedy and "存为草稿" in one.remedy.zh]


@pytest.mark.parametrize(
    ("row", "state", "missing"),
    [
        (_row(), SUBMITTED, []),
        (_row(consent=""), DRAFT, [NO_CONSENT]),
        (_row(consent="否"), DRAFT, [NO_CONSENT]),
        (_row(id_number=""), DRAFT, [NO_NUMBER]),
        (_row(id_number="239901197904020510"), DRAFT, [NO_NUMBER]),  # its checksum is wrong: the cell is not taken
        (_row(consent="", id_number=""), DRAFT, [NO_CONSENT, NO_NUMBER]),
        (_row(state="已核验", consent=""), DRAFT, [NO_CONSENT]),  # nobody vouches for it: it would be submitted
        (_row(state="", consent=""), DRAFT, []),  # it claims nothing
    ],
)
@pytest.mark.parametrize("is_dry_run", [False, True])
def test_nobody_of_a_file_is_submitted_without_consent_and_id_number_and_what_is_missing_stands_at_its_cell(
    run, people, tmp_path, row, state, missing, is_dry_run
):
    report = run(write_records(tmp_path / "p.xlsx", row), is_dry_run=is_dry_run)
    assert (report.n_new, report.n_refused, report.n_drafts) == (1, 0, int(state is DRAFT))
    assert sorted(_missing(report)) == sorted(missing)
    assert all(one.effect is Effect.TO_CONFIRM and one.cell for one in report.findings if one.column in missing)
    if is_dry_run:
        (preview,) = report.rows
        assert preview.entered["record_status"] is state
    else:
        assert people("record_status") == {"样例甲": (state,)}


def test_drafts_are_told_in_the_counts_of_the_terminal_of_the_api_and_of_what_is_kept(run, tmp_path):
    report = run(write_records(tmp_path / "p.xlsx", _row(consent="")))
    assert counts_text(report).zh.endswith("其中草稿 1 人，待补充后提交。")
    assert counts_text(report).en.endswith("1 draft to be completed and submitted.")
    assert [one["n_drafts"] for one in (import_document(report), kept_report(report), report.counts())] == [1, 1, 1]
    assert "草稿" not in counts_text(run(write_records(tmp_path / "q.xlsx", _row()))).zh


def test_what_a_department_vouches_for_stays_verified_whatever_else_is_missing(run, people, tmp_path):
    path = write_records(tmp_path / "p.xlsx", _row(state="已核验", consent="", id_number=""))
    assert run(path, attestation=ATTESTED).n_drafts == 0
    assert people("record_status") == {"样例甲": (RecordStatus.VERIFIED,)}


def test_a_completed_file_leads_its_draft_on(run, people, tmp_path):
    run(write_records(tmp_path / "a.xlsx", _row(consent="")))
    assert run(write_records(tmp_path / "b.xlsx", _row(consent=""))).n_drafts == 1
    assert people("record_status") == {"样例甲": (DRAFT,)}
    assert run(write_records(tmp_path / "c.xlsx", _row())).n_drafts == 0
    assert people("record_status") == {"样例甲": (SUBMITTED,)}


def test_all_or_nothing_keeps_drafts_for_nothing_of_them_was_refused(run, people, tmp_path):
    assert run(write_records(tmp_path / "p.xlsx", _row(consent="")), is_all_or_nothing=True).is_kept
    assert people("record_status") == {"样例甲": (DRAFT,)}


def test_one_record_by_hand_is_refused_with_what_it_lacks(database, now):
    record = a_person(record_status=SUBMITTED, consent_matching=None)
    record = {key: value for key, value in record.items() if not key.startswith(("attested", "negative", "home"))}
    with database.unit_of_work() as session, pytest.raises(Conflict) as refused:
        register_person(session, actor=REGISTRAR, record=record, now=now)
    assert refused.value.place == "consent_matching"


def test_the_registrar_sees_the_drafts_of_the_own_county_and_leads_a_completed_one_on_in_one_step(
    run, database, people, tmp_path, now
):
    run(write_records(tmp_path / "p.xlsx", _row(consent="", 所在村="")))
    with database.unit_of_work() as session:
        session.scalars(select(Person)).one().home_county.county_code = "239901"
    here, there = (
        an_actor(Role.REGISTRAR, username="x", territory=Territory(TerritoryKind.COUNTY, code))
        for code in ("239901", "239902")
    )
    with database.unit_of_work() as session:
        (line,) = list_work(session, actor=here, now=now)
        assert (line.key, line.n, line.link) == ("drafts_to_complete", 1, "/people?record_status=draft")
        assert line.text.en == "1 draft is to be completed and submitted"
        assert list_work(session, actor=there, now=now) == []
        assert list_work(session, actor=an_actor(Role.OFFICER), now=now) == []  # who verifies, does not submit
        assert "submitted" in [one.to for one in offered_moves(REGISTRAR)]
        person = session.scalars(select(Person)).one()
        person.consent_matching = True
        session.flush()
        asked = Asked(to="submitted", version=person.version)
        move_record(session, actor=REGISTRAR, person_no="P1", asked=asked, now=now)
    assert people("record_status") == {"样例甲": (SUBMITTED,)}


@pytest.mark.parametrize("is_known", [False, True])
def test_a_file_is_looked_at_for_every_condition_that_the_workflow_declares(is_known):
    conditions = submission_conditions(is_known=is_known)
    assert conditions
    assert set(conditions) <= set(LOOKS)


def test_an_invented_city_too_has_nobody_submitted_without_consent_and_keeps_its_verified(database, actor, now):
    people = [
        a_person(person_no="P1", consent_matching=None),
        a_person(person_no="P2", record_status=SUBMITTED, consent_matching=None),
    ]
    with database.unit_of_work() as session:
        origin = Origin.of(actor, SourceKind.DEMO)
        for one in people:
            del one["home_village_code"]
        save_people(session, actor=actor, records=people, now=now, origin=origin)
        assert session.scalars(select(Person.record_status).order_by(Person.person_no)).all() == [
            RecordStatus.VERIFIED,
            DRAFT,
        ]
