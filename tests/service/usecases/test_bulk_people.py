from datetime import timedelta

import pytest
from builders import a_person, a_village
from builders_registry import findings_of, save
from sqlalchemy import select

from matching.vocabulary import RecordStatus, TalentSource, Verdict
from service.access import Actor
from service.db import allocate_ids
from service.errors import Conflict, Forbidden, InvalidInput
from service.models.audit import AuditEntry
from service.models.people import Person
from service.queries.revisions import pool_revision
from service.usecases.incoming import incoming_people, saving_people
from service.usecases.incoming.registration import save_people
from service.usecases.incoming.reports import SavedState, Severity
from service.usecases.records import record_fields
from service.usecases.records.attestation import Attestation

UNSIGNED = {"attested_by": None, "attested_document": None}


@pytest.fixture
def saved(any_database, actor, now):
    """Save people beside one village; return the report."""

    def run(*people, attest=None, at=now):
        with any_database.unit_of_work() as session:
            return save_people(session, actor=actor, records=people, now=at, attest=attest)

    save(any_database, actor, now, villages=[a_village()])
    return run


@pytest.fixture
def person(any_database):
    """Read one person."""

    def read(number="P1"):
        with any_database.reading() as session:
            found = session.scalars(select(Person).where(Person.person_no == number)).one()
            assert found.name  # opens a sealed field while the session is there
            return found

    return read


def test_a_new_person_is_stored_sealed_and_read_back(any_database, saved):
    report = saved(a_person(id_number="239901199005010011", phone="00012345678", resume="样例经历"))
    assert (report.n_new, report.records[0].state) == (1, SavedState.NEW)
    with any_database.reading() as session:
        found = session.scalars(select(Person)).one()
        assert (found.name, found.id_number, found.phone) == ("样例甲", "239901199005010011", "00012345678")
        assert (found.resume, found.note, found.version) == ("样例经历", None, 1)
        assert "样例甲".encode() not in found.name_sealed
        assert found.home_village.name == "东岗村"
        assert found.home_county.name == "示范县"


def test_saying_the_same_again_changes_nothing(any_database, saved, person, now):
    saved(a_person(id_number="239901199005010011"))
    before = person()
    with any_database.reading() as session:
        revision = pool_revision(session)
    report = saved(a_person(id_number="239901199005010011"), at=now + timedelta(days=1))
    after = person()
    assert (report.n_new, report.n_changed, report.n_same) == (0, 0, 1)
    assert (after.version, after.updated_at, after.name_sealed) == (
        before.version,
        before.updated_at,
        before.name_sealed,
    )
    with any_database.reading() as session:
        assert pool_revision(session) == revision


def test_a_known_number_changes_what_differs_and_leaves_what_is_absent(saved, person, now):
    saved(a_person(work_themes=("W1",)))
    later = now + timedelta(days=1)
    report = saved({"person_no": "P1", "name": "样例乙", "rural_work_years": None}, at=later)
    found = person()
    assert report.records[0].changed == ("name", "rural_work_years", "record_status")
    assert (found.rural_work_years, found.work_themes, found.version) == (None, ("W1",), 2)
    assert (found.created_at, found.updated_at) == (now, later)


def test_a_changed_name_is_found_under_the_new_one(any_database, saved, actor):
    saved(a_person())
    saved({"person_no": "P1", "name": "样例乙"})
    with any_database.reading() as session:
        index = any_database.vault.blind_index("people.name", "样例乙")
        assert session.scalars(select(Person.person_no).where(Person.name_index == index)).all() == ["P1"]


def test_numbers_are_generated_and_pass_over_those_taken_by_hand(saved):
    first = saved(a_person(person_no="P00000002"))
    report = saved(a_person(person_no=None), a_person(person_no=None))
    assert first.generated == {}
    assert report.generated == {0: "P00000004", 1: "P00000003"}


def test_a_row_without_number_is_known_by_its_id_number(saved):
    saved(a_person(id_number="239901199005010011"))
    report = saved({"name": "样例丁", "talent_source": TalentSource.RICH_LEADER, "id_number": "239901199005010011"})
    assert (report.n_changed, report.records[0].number) == (1, "P1")
    assert set(report.records[0].changed) == {"name", "talent_source", "record_status"}


def test_the_same_number_twice_in_one_call_is_saved_once(saved):
    report = saved(a_person(), a_person(name="样例乙"))
    assert [record.state for record in report.records] == [SavedState.NEW, SavedState.REFUSED]
    assert findings_of(report, 1) == [("person_no", Severity.REFUSED)]


def test_one_id_number_under_two_numbers_is_kept_and_reported(saved):
    same = {"id_number": "239901199005010011"}
    saved(a_person(person_no="P0", **same))
    report = saved(a_person(**same), a_person(person_no="P2", **same), a_person(person_no=None, **same))
    assert [record.state for record in report.records] == [SavedState.NEW, SavedState.NEW, SavedState.REFUSED]
    assert findings_of(report, 0) == [("id_number", Severity.NOTE)]
    assert ("id_number", Severity.NOTE) in findings_of(report, 1)
    assert findings_of(report, 2) == [("id_number", Severity.REFUSED)]


def test_a_new_person_needs_name_and_source(saved):
    report = saved({"person_no": "P7"}, a_person(person_no="P8", name=None))
    assert findings_of(report, 0) == [("name", Severity.REFUSED), ("talent_source", Severity.REFUSED)]
    assert (report.n_refused, report.n_new) == (2, 0)


def test_an_unknown_key_is_refused_before_anything_is_written(any_database, saved):
    with pytest.raises(InvalidInput) as refused:
        saved(a_person(), a_person(person_no="P2", shoe_size=43))
    assert refused.value.place == "shoe_size"
    with any_database.reading() as session:
        assert session.scalars(select(Person)).all() == []


def test_verified_without_a_signature_comes_in_as_submitted(saved, person):
    report = saved(a_person(**UNSIGNED))
    assert person().record_status is RecordStatus.SUBMITTED
    assert person().verified_at is None
    assert ("record_status", Severity.LEFT_OUT) in findings_of(report)


def test_an_attestation_vouches_for_records_that_name_no_one(saved, person, now):
    saved(a_person(**UNSIGNED), attest=Attestation("样例署名", "示组〔2026〕9号"))
    found = person()
    assert (found.record_status, found.verified_at) == (RecordStatus.VERIFIED, now)
    assert (found.attested_by, found.attested_document) == ("样例署名", "示组〔2026〕9号")


def test_a_known_state_is_never_changed_by_an_unsigned_word(saved, person):
    saved(a_person(record_status=RecordStatus.SUSPENDED))
    saved({"person_no": "P1", "record_status": RecordStatus.VERIFIED})
    assert person().record_status is RecordStatus.SUSPENDED
    saved({"person_no": "P1", "record_status": None})
    assert person().record_status is RecordStatus.SUSPENDED


def test_a_verified_person_stays_verified_when_the_roster_comes_again(saved, person):
    saved(a_person())
    report = saved({"person_no": "P1", "record_status": RecordStatus.VERIFIED})
    assert (report.n_same, person().record_status) == (1, RecordStatus.VERIFIED)


def test_another_person_under_a_verified_number_has_to_be_verified_again(saved, person):
    saved(a_person())
    report = saved({"person_no": "P1", "name": "样例换人"})
    assert person().record_status is RecordStatus.SUBMITTED
    assert [finding.place for finding in report.records[0].findings] == ["person_no"]


def test_nobody_is_erased_by_a_roster(saved, person):
    saved(a_person())
    report = saved({"person_no": "P1", "record_status": RecordStatus.ERASED})
    assert report.n_refused == 1
    assert person().record_status is RecordStatus.VERIFIED


def test_without_a_word_a_record_is_a_draft(saved, person):
    record = a_person(**UNSIGNED)
    del record["record_status"]
    saved(record)
    assert person().record_status is RecordStatus.DRAFT


def test_a_failed_admission_rule_is_reported_and_decides_nothing(saved, person):
    report = saved(a_person(fulltime_education="38"))
    assert report.admission == {Verdict.FAIL: 1}
    assert ("CV-02", Severity.NOTE) in findings_of(report)
    assert person().record_status is RecordStatus.VERIFIED


def test_sources_without_a_pool_have_no_admission(saved):
    assert saved(a_person(talent_source=TalentSource.RETIRED_CADRE)).admission == {}


def test_the_audit_line_counts_and_names_nobody(any_database, saved):
    saved(a_person())
    with any_database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "save_people")).one()
    assert entry.detail["n_new"] == 1
    assert "样例甲" not in str(entry.detail)


def test_only_who_may_import_saves(database, now):
    with database.unit_of_work() as session, pytest.raises(Forbidden):
        save_people(session, actor=Actor("guest"), records=[a_person()], now=now)


def test_a_number_that_somebody_else_takes_in_between_is_a_conflict(any_database, saved, monkeypatch, now, actor):
    saved(a_person())
    # The other transaction commits after the numbers were looked up.
    monkeypatch.setattr(incoming_people, "_read", lambda *_, **__: [])
    with pytest.raises(Conflict) as refused:
        saved(a_person())
    assert refused.value.place == "people"


def test_every_column_of_a_new_row_is_written(any_database):
    settled = set(saving_people._EMPTY_ROW) | {"id", "version", "created_at", "updated_at", "registered_on"}
    sealed = record_fields.sealed_fields(Person)
    columns = {column.key for column in Person.__table__.columns}
    assert columns - settled <= {f"{name}{ending}" for name in sealed for ending in ("_sealed", "_index")}


def test_ids_are_given_in_one_block(any_database, saved, now):
    saved(*(a_person(person_no=f"P{n}") for n in range(1, 6)))
    with any_database.unit_of_work() as session:
        assert list(allocate_ids(session, "people")) == [6]
