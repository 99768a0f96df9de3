"""Who registers does not verify; the negative list is discipline officers' alone; leaders take decided lists away."""

from dataclasses import replace

import builders_workflow as b
import pytest
from builders import a_person, a_vacancy, a_village, an_actor
from builders_registry import findings_of, save
from builders_workflow import asked
from sqlalchemy import select

from matching.vocabulary import RecordStatus
from service.access import Role
from service.access.masking import FLAGGED
from service.errors import Forbidden
from service.models.candidacies import Round
from service.models.people import Person
from service.usecases.incoming.registration import save_people
from service.usecases.incoming.reports import Severity
from service.usecases.lists import shortlists
from service.usecases.lists.list_changes import changes_since
from service.usecases.outgoing.exports import Wanted, make_export
from service.usecases.privacy.own_files import person_file
from service.usecases.records import corrections, people
from service.usecases.records.record_moves import move_record

REGISTRAR, OFFICER = an_actor(Role.REGISTRAR, username="registrar"), an_actor(Role.OFFICER, username="officer")
TOWNSHIP, DISCIPLINE = an_actor(Role.TOWNSHIP, username="township"), an_actor(Role.DISCIPLINE, username="discipline")
ENTRY = ("NG03",)


@pytest.fixture
def registered(database, actor, now):
    """A record that the township has checked."""
    save(database, actor, now, villages=[a_village()], people=[a_person(record_status=RecordStatus.TOWNSHIP_CHECKED)])
    return database


def _flags(database):
    with database.reading() as session:
        return session.scalars(select(Person.negative_flags)).one()


def _edit(session, actor, now, **record):
    version = session.scalars(select(Person.version)).one()
    return people.edit_person(session, actor=actor, person_no="P1", record=record, expected_version=version, now=now)


@pytest.mark.parametrize(
    "who", [REGISTRAR, TOWNSHIP, DISCIPLINE, replace(OFFICER, scopes=frozenset({"move", "read", "edit"}))]
)
def test_nobody_but_who_has_the_right_verifies(registered, now, who):
    version = 1
    with registered.unit_of_work() as session, pytest.raises(Forbidden):
        move_record(session, actor=who, person_no="P1", asked=asked("verified", version), now=now)
    with registered.unit_of_work() as session, pytest.raises(Forbidden):
        _edit(session, who, now, record_status=RecordStatus.VERIFIED, attested_by="某", attested_document="某号")
    with registered.unit_of_work() as session:
        assert (
            move_record(session, actor=OFFICER, person_no="P1", asked=asked("verified", version), now=now).record_status
            is RecordStatus.VERIFIED
        )


def test_the_first_check_is_the_townships_right(database, actor, now):
    save(database, actor, now, villages=[a_village()], people=[a_person(record_status=RecordStatus.SUBMITTED)])
    narrow = replace(TOWNSHIP, scopes=frozenset({"move", "read"}))
    with database.unit_of_work() as session, pytest.raises(Forbidden) as refused:
        move_record(session, actor=narrow, person_no="P1", asked=asked("township_checked", 1), now=now)
    assert refused.value.place == "check_people"


def test_a_discipline_officer_writes_the_negative_list_and_nothing_else(registered, now):
    with registered.unit_of_work() as session:
        assert _edit(session, DISCIPLINE, now, negative_flags=ENTRY).negative_flags == ENTRY
    assert _flags(registered) == ENTRY
    for record in ({"employer": "他处"}, {"negative_flags": (), "employer": "他处"}, {}):
        with registered.unit_of_work() as session, pytest.raises(Forbidden):
            _edit(session, DISCIPLINE, now, **record)


@pytest.mark.parametrize("actor", [REGISTRAR, OFFICER, TOWNSHIP])
@pytest.mark.parametrize("value", [ENTRY, (), None])
def test_nobody_else_writes_it(registered, now, actor, value):
    with registered.unit_of_work() as session, pytest.raises(Forbidden):
        _edit(session, actor, now, negative_flags=value)


def test_a_file_of_somebody_else_neither_makes_nor_erases_an_entry(registered, actor, now):
    with registered.unit_of_work() as session:
        _edit(session, DISCIPLINE, now, negative_flags=ENTRY)
        told = [
            a_person(negative_flags=(), employer="新单位"),
            a_person(person_no="P2", negative_flags=ENTRY),
            a_person(person_no="P3", negative_flags=()),
        ]
        report = save_people(session, actor=REGISTRAR, records=told, now=now)
        kept = {one.person_no: (one.negative_flags, one.employer) for one in session.scalars(select(Person))}
    assert (kept["P1"], kept["P2"][0], kept["P3"][0]) == ((ENTRY, "新单位"), None, ())
    left_out = ("negative_flags", Severity.LEFT_OUT)
    assert [left_out in findings_of(report, place) for place in range(3)] == [True, True, False]


def test_a_correction_of_the_negative_list_is_decided_by_discipline_officers(registered, now):
    with registered.unit_of_work() as session:
        found = [
            corrections.propose_correction(
                session, actor=REGISTRAR, person_no="P1", field=field, value=value, reason="更正", now=now
            ).id
            for field, value in (("negative_flags", ["NG03"]), ("employer", "新单位"))
        ]
    decided = {"accept": True, "reason": "", "now": now}
    for actor, number in ((OFFICER, found[0]), (DISCIPLINE, found[1])):
        with registered.unit_of_work() as session, pytest.raises(Forbidden):
            corrections.decide_correction(session, actor=actor, correction_id=number, **decided)
    with registered.unit_of_work() as session:
        corrections.decide_correction(session, actor=DISCIPLINE, correction_id=found[0], **decided)
    assert _flags(registered) == ENTRY


def test_only_discipline_officers_read_which_entry_it_is(database, actor, now):
    save(database, actor, now, villages=[a_village()], people=[a_person()], vacancies=[a_vacancy()])
    with database.unit_of_work() as session:
        number = shortlists.request_shortlist(session, actor=OFFICER, vacancy_no="V1", k=1, now=now).shortlist_no
        _edit(session, DISCIPLINE, now, negative_flags=ENTRY)
    with database.unit_of_work() as session:
        document = person_file(session, actor=OFFICER, person_no="P1", reason="本人申请", now=now)
    assert document["record"]["negative_flags"] == [FLAGGED]

    def told(reader):
        with database.reading() as session:
            return str(changes_since(session, actor=reader, shortlist_no=number, now=now).people)

    assert told(OFFICER) != told(DISCIPLINE)
    assert "仅纪检监察机关可见" in told(OFFICER)


@pytest.mark.parametrize(("kind", "file_format"), [("shortlist", "csv"), ("dossier", "docx")])
@pytest.mark.parametrize("role", [Role.LEADER, Role.CITY_ORG])
def test_leaders_take_a_list_away_once_it_is_decided(database, actor, now, kind, file_format, role):
    with database.unit_of_work() as session:
        number = b.register_city(session, actor=actor, now=now)
    wanted, reader = Wanted(kind=kind, file_format=file_format, subject_no=number), an_actor(role)
    with database.unit_of_work() as session, pytest.raises(Forbidden) as refused:
        make_export(session, wanted, actor=reader, now=now)
    assert refused.value.remedy is not None
    with database.unit_of_work() as session:
        (round_,) = session.scalars(select(Round))
        round_.state = "decided"
    with database.unit_of_work() as session:
        assert make_export(session, wanted, actor=reader, now=now).n_people == 4
