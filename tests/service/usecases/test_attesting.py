"""What a file claims counts only when a named account that may attest brings it."""

from dataclasses import replace

import pytest
from builders import SIGNED, a_person, a_vacancy, a_village, an_actor

from matching.vocabulary import RecordStatus, VacancyStatus
from service.access import Role
from service.errors import Forbidden, InvalidInput
from service.usecases.incoming.registration import save_people, save_vacancies, save_villages
from service.usecases.incoming.reports import Severity
from service.usecases.records.attestation import Attestation
from service.usecases.records.people import get_person, register_person
from service.usecases.records.vacancies import get_vacancy

CLAIMING = {"attested_by": SIGNED, "attested_document": "某号文件"}
OFFICER = an_actor(Role.OFFICER, username="officer")
REGISTRAR = an_actor(Role.REGISTRAR, username="registrar")
TOWNSHIP = an_actor(Role.TOWNSHIP, username="township")


def _saved(database, actor, now, **options):
    with database.unit_of_work() as session:
        save_villages(session, actor=OFFICER, records=[a_village()], now=now)
        save_people(session, actor=actor, records=[a_person(**CLAIMING)], now=now, **options)
        save_vacancies(session, actor=actor, records=[a_vacancy(**CLAIMING)], now=now, **options)
    with database.reading() as session:
        person = get_person(session, actor=OFFICER, person_no="P1")
        vacancy = get_vacancy(session, actor=OFFICER, vacancy_no="V1")
    return person, vacancy


@pytest.mark.parametrize("actor", [REGISTRAR, TOWNSHIP])
def test_names_in_a_file_do_not_verify_anybody(any_database, now, actor):
    person, vacancy = _saved(any_database, actor, now)
    assert (person.record_status, person.attested_by) == (RecordStatus.SUBMITTED, None)
    assert (vacancy.vacancy_status, vacancy.attested_by) == (VacancyStatus.SUBMITTED, None)


def test_the_same_file_counts_when_an_officer_brings_it(any_database, now):
    person, vacancy = _saved(any_database, OFFICER, now)
    assert (person.record_status, person.attested_by) == (RecordStatus.VERIFIED, SIGNED)
    assert (vacancy.vacancy_status, vacancy.attested_document) == (VacancyStatus.APPROVED, "某号文件")


@pytest.mark.parametrize(("holder", "named"), [(SIGNED, "县委书记 王某某"), (None, SIGNED)])
def test_a_cell_is_no_attester_unless_it_names_who_holds_the_account_that_brings_it(any_database, now, holder, named):
    bringing = replace(OFFICER, holder_name=holder)
    told = {"attested_by": named, "attested_document": "某号文件"}
    with any_database.unit_of_work() as session:
        save_villages(session, actor=OFFICER, records=[a_village()], now=now)
        people = save_people(session, actor=bringing, records=[a_person(**told)], now=now)
        vacancies = save_vacancies(session, actor=bringing, records=[a_vacancy(**told)], now=now)
    (finding,) = [one for one in people.records[0].findings if one.place == "record_status"]
    assert "持有人本人" in finding.text.zh
    assert "own holder" in finding.text.en
    (finding,) = [one for one in vacancies.records[0].findings if one.place == "vacancy_status"]
    assert finding.severity is Severity.LEFT_OUT
    with any_database.reading() as session:
        person = get_person(session, actor=OFFICER, person_no="P1")
        vacancy = get_vacancy(session, actor=OFFICER, vacancy_no="V1")
        assert (person.record_status, person.attested_by) == (RecordStatus.SUBMITTED, None)
        assert (vacancy.vacancy_status, vacancy.attested_by) == (VacancyStatus.SUBMITTED, None)


def test_a_whole_file_is_vouched_for_by_who_holds_the_account_and_by_nobody_else(any_database, now):
    with pytest.raises(InvalidInput) as refused:
        _saved(any_database, OFFICER, now, attest=Attestation("县委书记 王某某", "某号文件"))
    assert (refused.value.place, refused.value.value) == ("attested_by", "县委书记 王某某")
    with pytest.raises(Forbidden):
        _saved(any_database, replace(OFFICER, holder_name=None), now, attest=Attestation(None, "某号文件"))
    nameless = {"attested_by": None, "attested_document": None}
    with any_database.unit_of_work() as session:
        save_villages(session, actor=OFFICER, records=[a_village()], now=now)
        attest = Attestation(None, "某号文件")
        save_people(session, actor=OFFICER, records=[a_person(**nameless)], now=now, attest=attest)
    with any_database.reading() as session:
        assert get_person(session, actor=OFFICER, person_no="P1").attested_by == SIGNED


def test_one_record_is_not_attested_in_the_name_of_another(any_database, now):
    with any_database.unit_of_work() as session:
        save_villages(session, actor=OFFICER, records=[a_village()], now=now)
        both = an_actor(Role.OFFICER, Role.REGISTRAR, username="both")
        told = {"attested_by": "县委书记 王某某", "attested_document": "某号文件"}
        with pytest.raises(InvalidInput) as refused:
            register_person(session, actor=both, record=a_person(**told), now=now)
    assert refused.value.place == "attested_by"


def test_who_may_not_attest_cannot_attest_a_whole_file(any_database, now):
    with pytest.raises(Forbidden):
        _saved(any_database, REGISTRAR, now, attest=Attestation(SIGNED, "某号文件"))


def test_one_record_is_no_way_around(any_database, now):
    with any_database.unit_of_work() as session, pytest.raises((InvalidInput, Forbidden)) as refused:
        register_person(session, actor=REGISTRAR, record=a_person(home_village_code=None, **CLAIMING), now=now)
    assert refused.value.place == "record_status"


def test_a_later_file_does_not_renew_a_verification_either(any_database, now):
    _saved(any_database, OFFICER, now)
    again = a_person(rural_work_years=9.0, attested_by="某某", attested_document="另一号")
    with any_database.unit_of_work() as session:
        save_people(session, actor=REGISTRAR, records=[again], now=now)
    with any_database.reading() as session:
        person = get_person(session, actor=OFFICER, person_no="P1")
    assert (person.attested_by, person.attested_document) == (SIGNED, "某号文件")
