"""Records and vacancies from state to state: consent, id number, two people, documents, conditions, and the pool."""

import builders_workflow as b
import pytest
from builders import a_person, a_vacancy, a_village
from sqlalchemy import select

from matching.vocabulary import RecordStatus, VacancyStatus
from service.access import Role
from service.errors import Conflict, Forbidden, InvalidInput, VersionConflict
from service.models.people import Person
from service.models.vacancies import Vacancy
from service.queries.matchers import matcher_for
from service.usecases.days import day_of
from service.usecases.incoming import registration
from service.usecases.records import people, vacancies
from service.usecases.records.record_moves import move_record
from service.usecases.records.vacancy_moves import move_vacancy

REGISTRAR = b.acting(Role.REGISTRAR, "registrar", 21)
SOUND = "239901199005011231"


@pytest.fixture
def registered(database, actor, now):
    """A draft of a person whom the registrar entered, and a draft of a vacancy that the township entered."""
    unsigned = {"attested_by": None, "attested_document": None}
    draft = a_person(record_status=RecordStatus.DRAFT, **unsigned)
    with database.unit_of_work() as session:
        registration.save_villages(session, actor=actor, records=[a_village()], now=now)
        people.register_person(session, actor=REGISTRAR, record=draft, now=now)
        wanted = a_vacancy(vacancy_status=VacancyStatus.DRAFT, **unsigned)
        vacancies.register_vacancy(session, actor=b.TOWNSHIP, record=wanted, now=now)
    return database


def lead(session, to, *, actor, now, **more):
    person = session.scalars(select(Person)).one()
    return move_record(session, actor=actor, person_no="P1", asked=b.asked(to, person.version, **more), now=now)


def lead_vacancy(session, to, *, actor, now, **more):
    vacancy = session.scalars(select(Vacancy)).one()
    return move_vacancy(session, actor=actor, vacancy_no="V1", asked=b.asked(to, vacancy.version, **more), now=now)


def test_a_record_is_submitted_with_consent_and_a_sound_id_number_or_a_reason(registered, now):
    with registered.unit_of_work() as session:
        person = session.scalars(select(Person)).one()
        person.consent_matching = None
        session.flush()
        with pytest.raises(Conflict, match="consent"):
            lead(session, "submitted", actor=REGISTRAR, now=now)
        person.consent_matching = True
        session.flush()
        with pytest.raises(InvalidInput, match="no id number"):
            lead(session, "submitted", actor=REGISTRAR, now=now)
        person.id_number = SOUND[:-1] + ("0" if SOUND[-1] != "0" else "1")
        session.flush()
        with pytest.raises(InvalidInput, match="checksum"):
            lead(session, "submitted", actor=REGISTRAR, now=now)
        assert (
            lead(session, "submitted", actor=REGISTRAR, now=now, reason="旧证号，已核对原件").record_status
            == "submitted"
        )


def test_who_registered_a_record_does_not_check_it_and_an_officer_vouches_for_it(registered, now):
    both = b.acting(Role.TOWNSHIP, "registrar", 21)  # the same person in another role
    with registered.unit_of_work() as session:
        lead(session, "submitted", actor=REGISTRAR, now=now, reason="证件待补")
        with pytest.raises(Forbidden, match="Who registered it"):
            lead(session, "township_checked", actor=both, now=now)
        with pytest.raises(InvalidInput, match="signed"):
            lead(session, "township_checked", actor=b.TOWNSHIP, now=now, signed_name=None)
        lead(session, "township_checked", actor=b.TOWNSHIP, now=now)
        with pytest.raises(InvalidInput, match="document"):
            lead(session, "verified", actor=b.OFFICER, now=now, document=None)
        person = lead(session, "verified", actor=b.OFFICER, now=now)
        assert (person.record_status, person.attested_by, person.attested_document, person.verified_at) == (
            RecordStatus.VERIFIED, "样例署名", "示组〔2026〕7号", now,
        )  # fmt: skip


def test_a_returned_record_is_a_draft_again_and_says_why(registered, now):
    with registered.unit_of_work() as session:
        lead(session, "submitted", actor=REGISTRAR, now=now, reason="证件待补")
        with pytest.raises(InvalidInput, match="needs a reason"):
            lead(session, "draft", actor=b.TOWNSHIP, now=now)
        assert lead(session, "draft", actor=b.TOWNSHIP, now=now, reason="照片不清").record_status == "draft"


def test_a_suspended_record_leaves_the_matching_at_once_and_returns_when_an_officer_signs(database, actor, now):
    with database.unit_of_work() as session:
        registration.save_villages(session, actor=actor, records=[a_village()], now=now)
        registration.save_people(session, actor=actor, records=[a_person(), a_person(person_no="P2")], now=now)

    def pool():
        with database.reading() as session:
            return len(matcher_for(session, as_of=day_of(now)).person_ids)

    assert pool() == 2
    with database.unit_of_work() as session:
        asked = b.asked("suspended", 1, reason="列入负面清单")
        move_record(session, actor=b.DISCIPLINE, person_no="P1", asked=asked, now=now)
    assert pool() == 1
    with database.unit_of_work() as session:
        move_record(session, actor=b.OFFICER, person_no="P1", asked=b.asked("verified", 2), now=now)
    assert pool() == 2


def test_nobody_erases_by_a_move(database, actor, now):
    with database.unit_of_work() as session:
        registration.save_villages(session, actor=actor, records=[a_village()], now=now)
        registration.save_people(session, actor=actor, records=[a_person()], now=now)
        lead(session, "archived", actor=b.OFFICER, now=now, reason="迁出")
        with pytest.raises(Forbidden, match="roles: system"):
            lead(session, "erased", actor=b.OFFICER, now=now, reason="到期")


def test_a_vacancy_is_submitted_only_with_conditions_that_may_be_asked_and_approved_by_another(registered, now):
    with registered.unit_of_work() as session:
        vacancy = session.scalars(select(Vacancy)).one()
        vacancy.experience = "限男性，有驻村经历"
        session.flush()
        with pytest.raises(Conflict, match="which may never be one"):
            lead_vacancy(session, "submitted", actor=b.TOWNSHIP, now=now)
        vacancy.experience = "有驻村经历"
        session.flush()
        lead_vacancy(session, "submitted", actor=b.TOWNSHIP, now=now)
        with pytest.raises(Forbidden, match="org_dept_officer"):
            lead_vacancy(session, "approved", actor=b.TOWNSHIP, now=now)
        with pytest.raises(Forbidden, match="Who registered it"):
            lead_vacancy(session, "approved", actor=b.acting(Role.OFFICER, "township", 15), now=now)
        approved = lead_vacancy(session, "approved", actor=b.OFFICER, now=now)
        assert (approved.vacancy_status, approved.attested_by) == (VacancyStatus.APPROVED, "样例署名")
        with pytest.raises(InvalidInput, match="needs a reason"):
            lead_vacancy(session, "cancelled", actor=b.LEADER, now=now)


def test_an_edit_in_between_is_told_by_its_fields(registered, now):
    with registered.unit_of_work() as session:
        people.edit_person(
            session, actor=REGISTRAR, person_no="P1", record={"specialties": "电商"}, expected_version=1, now=now
        )
        with pytest.raises(VersionConflict) as refused:
            move_record(session, actor=REGISTRAR, person_no="P1", asked=b.asked("submitted", 1), now=now)
    (change,) = refused.value.changes
    assert (change.username, dict(change.fields)) == ("registrar", {"specialties": ()})


def test_nobody_writes_a_state_into_a_record_that_they_may_not_lead_to(registered, now):
    signed = {"attested_by": "样例署名", "attested_document": "示组〔2026〕1号"}
    with registered.unit_of_work() as session:
        claim = {"record_status": RecordStatus.VERIFIED, **signed}
        with pytest.raises(Forbidden, match="org_dept_officer"):
            people.edit_person(session, actor=REGISTRAR, person_no="P1", record=claim, expected_version=1, now=now)
        with pytest.raises(Forbidden, match="org_dept_officer"):
            people.register_person(session, actor=REGISTRAR, record=a_person(person_no="P7"), now=now)
        claim = {"vacancy_status": VacancyStatus.APPROVED, **signed}
        with pytest.raises(Forbidden, match="org_dept_officer"):
            vacancies.edit_vacancy(
                session, actor=b.TOWNSHIP, vacancy_no="V1", record=claim, expected_version=1, now=now
            )
