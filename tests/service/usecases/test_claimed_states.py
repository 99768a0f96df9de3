"""A state that is written into a record is held to what leading there is held to."""

import pytest
from builders import a_person, a_vacancy, a_village, an_actor
from builders_registry import save

from matching.vocabulary import RecordStatus, VacancyStatus
from service.access import Role
from service.errors import Conflict, Forbidden, InvalidInput
from service.usecases.records.people import register_person
from service.usecases.records.vacancies import edit_vacancy, register_vacancy

OFFICER, SECOND = an_actor(Role.OFFICER, username="officer"), an_actor(Role.OFFICER, username="second")
TOWNSHIP, REGISTRAR = an_actor(Role.TOWNSHIP, username="township"), an_actor(Role.REGISTRAR, username="registrar")
SIGNED = {"attested_by": "样例署名", "attested_document": "x"}
UNSIGNED = dict.fromkeys(SIGNED)


@pytest.fixture
def village(database, actor, now):
    save(database, actor, now, villages=[a_village()])
    return database


@pytest.mark.parametrize("said", [VacancyStatus.APPROVED, None])
def test_nobody_registers_a_vacancy_as_approved(village, now, said):
    with pytest.raises(Forbidden, match="Who registered it"), village.unit_of_work() as session:
        register_vacancy(session, actor=OFFICER, record=a_vacancy(vacancy_status=said), now=now)


def test_nobody_writes_the_approval_into_the_own_vacancy_but_another_officer_does(village, now):
    with village.unit_of_work() as session:
        wanted = a_vacancy(vacancy_status=VacancyStatus.SUBMITTED, **UNSIGNED)
        version = register_vacancy(session, actor=OFFICER, record=wanted, now=now).version

    def approve(actor):
        claim = {"vacancy_status": VacancyStatus.APPROVED, **SIGNED}
        with village.unit_of_work() as session:
            return edit_vacancy(
                session, actor=actor, vacancy_no="V1", record=claim, expected_version=version, now=now
            ).vacancy_status

    with pytest.raises(Forbidden, match="Who registered it"):
        approve(OFFICER)
    assert approve(SECOND) is VacancyStatus.APPROVED


@pytest.mark.parametrize(
    ("record", "kind", "place"),
    [
        ({"consent_matching": None}, Conflict, "consent_matching"),
        ({"consent_matching": True, "id_number": None}, InvalidInput, "reason"),
    ],
)
def test_nobody_begins_as_submitted_who_could_not_be_submitted(village, now, record, kind, place):
    begun = a_person(**UNSIGNED, **record)
    with pytest.raises(kind) as refused, village.unit_of_work() as session:
        register_person(session, actor=REGISTRAR, record={**begun, "record_status": RecordStatus.SUBMITTED}, now=now)
    assert refused.value.place == place
    with village.unit_of_work() as session:
        register_person(session, actor=REGISTRAR, record={**begun, "record_status": RecordStatus.DRAFT}, now=now)


def test_a_vacancy_whose_conditions_may_not_be_asked_is_no_more_than_a_draft(village, now):
    forbidden = a_vacancy(**UNSIGNED, experience="限男性")
    for status in (VacancyStatus.SUBMITTED, None):
        with pytest.raises(Conflict, match="which may never be one"), village.unit_of_work() as session:
            register_vacancy(session, actor=TOWNSHIP, record={**forbidden, "vacancy_status": status}, now=now)
    with village.unit_of_work() as session:
        draft = {**forbidden, "vacancy_status": VacancyStatus.DRAFT}
        version = register_vacancy(session, actor=TOWNSHIP, record=draft, now=now).version
    with pytest.raises(Conflict, match="which may never be one"), village.unit_of_work() as session:
        edit_vacancy(
            session, actor=TOWNSHIP, vacancy_no="V1", record={"vacancy_status": VacancyStatus.SUBMITTED},
            expected_version=version, now=now,
        )  # fmt: skip
