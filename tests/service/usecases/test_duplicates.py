"""Finding records of one person, deciding about them, merging and parting: what a clerk can rely on."""

from datetime import date, datetime
from typing import Any

import pytest
from builders import a_person, a_vacancy, a_village
from sqlalchemy import select

from matching.vocabulary import RecordStatus, ReviewDecision
from service.access import Actor
from service.db import Database
from service.errors import Conflict, Forbidden
from service.models.identity import DuplicatePair, Merge
from service.models.people import Person
from service.models.shortlists import ShortlistEntry
from service.queries.matchers import matcher_for
from service.usecases.identity import duplicates, pair_decisions
from service.usecases.identity.duplicate_hints import duplicates_of
from service.usecases.identity.duplicate_search import find_duplicates
from service.usecases.identity.merging import list_merges, merge_people
from service.usecases.identity.parting import undo_merge
from service.usecases.incoming import registration
from service.usecases.lists import replay, shortlists
from service.usecases.records import people

ID = "239901199005010015"
SAME = {"id_number": None, "phone": "00012345678"}


def _registry(database: Database, actor: Actor, now: datetime, *records: dict[str, Any]) -> None:
    with database.unit_of_work() as session:
        registration.save_villages(session, actor=actor, records=[a_village()], now=now)
        registration.save_vacancies(session, actor=actor, records=[a_vacancy()], now=now)
        registration.save_people(session, actor=actor, records=list(records), now=now)


def _twice(**changes: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    return (
        a_person(person_no="P1", name="样例甲子", **SAME),
        a_person(person_no="P2", name="样例甲梓", **SAME, record_status=RecordStatus.SUBMITTED, attested_by=None,
                 attested_document=None, **changes),
    )  # fmt: skip


def _merge(database: Database, actor: Actor, now: datetime, **options: Any) -> int:
    with database.unit_of_work() as session:
        return merge_people(session, actor=actor, survivor_no="P1", absorbed_no="P2", now=now, **options).merge.id


def test_a_homophone_with_the_same_phone_is_found_with_its_reasons(
    any_database: Database, actor: Actor, now: datetime
) -> None:
    _registry(any_database, actor, now, *_twice())
    assert find_duplicates(any_database, actor=actor, now=lambda: now).n_new == 1
    with any_database.reading() as session:
        (found,) = duplicates.list_pairs(session, actor=actor).items
        assert {"name.sounds_alike", "phone.same"} <= set(found.pair.reasons)
        assert found.pair.probability > 0.9


def test_different_is_remembered_and_cannot_be_merged(database: Database, actor: Actor, now: datetime) -> None:
    _registry(database, actor, now, *_twice())
    find_duplicates(database, actor=actor, now=lambda: now)
    with database.unit_of_work() as session:
        (found,) = duplicates.list_pairs(session, actor=actor).items
        pair_decisions.decide_pair(
            session, actor=actor, pair_id=found.pair.id, decision="different", note="父子", now=now
        )
    again = find_duplicates(database, actor=actor, now=lambda: now)
    assert (again.n_pairs, again.n_decided) == (0, 1)
    with database.unit_of_work() as session:
        assert duplicates.list_pairs(session, actor=actor).total == 0
        with pytest.raises(Conflict):
            merge_people(session, actor=actor, survivor_no="P1", absorbed_no="P2", now=now)


def test_what_is_kept_of_a_pair_names_nobody(database: Database, actor: Actor, now: datetime) -> None:
    _registry(database, actor, now, *_twice())
    find_duplicates(database, actor=actor, now=lambda: now)
    with database.reading() as session:
        row = session.execute(select(*DuplicatePair.__table__.columns)).one()
        assert "样例" not in repr(row)
        assert SAME["phone"] not in repr(row)


def test_a_record_is_compared_before_it_is_registered_and_when_it_is(
    database: Database, actor: Actor, now: datetime
) -> None:
    first, second = _twice()
    _registry(database, actor, now, first)
    with database.unit_of_work() as session:
        (hint,) = duplicates_of(session, actor=actor, record=second)
        assert hint.person_no == "P1"
        assert "P1" in hint.sentence.zh
        made = people.register_person(
            session, actor=actor, record={**second, "person_no": None, "record_status": RecordStatus.DRAFT}, now=now
        )
        assert [one.place for one in made.findings].count("duplicates") == 1


def test_a_namesake_of_another_age_is_no_duplicate(database: Database, actor: Actor, now: datetime) -> None:
    _registry(
        database, actor, now,
        a_person(person_no="P1", name="样例甲子", id_number=ID),
        a_person(person_no="P2", name="样例甲子", id_number="239901196203040017", birth_date=date(1962, 3, 4),
                 work_start_date=date(1985, 1, 1), party_join_date=None, phone="00099999999"),
    )  # fmt: skip
    assert find_duplicates(database, actor=actor, now=lambda: now).n_pairs == 0


def test_a_merged_record_is_seen_nowhere_and_its_number_leads_to_the_survivor(
    any_database: Database, actor: Actor, now: datetime
) -> None:
    _registry(any_database, actor, now, *_twice())
    with any_database.reading() as session:
        matcher_for(session, as_of=now.date())  # kept in memory
    merge_id = _merge(any_database, actor, now)
    with any_database.reading() as session:
        assert people.list_people(session, actor=actor).total == 1
        assert people.get_person(session, actor=actor, person_no="P2").person_no == "P1"
        assert len(matcher_for(session, as_of=now.date()).person_ids) == 1
        found = people.list_people(session, actor=actor, filters={"person_no": "P2"}).items
        assert [one.person_no for one in found] == ["P1"]
    with any_database.unit_of_work() as session:
        undo_merge(session, actor=actor, merge_id=merge_id, now=now)
        assert len(matcher_for(session, as_of=now.date()).person_ids) == 2


def test_a_verified_value_beats_another_and_any_value_beats_none(
    database: Database, actor: Actor, now: datetime
) -> None:
    _registry(database, actor, now, *_twice(school_major="农学"))
    _merge(database, actor, now)
    with database.reading() as session:
        person = people.get_person(session, actor=actor, person_no="P1")
        assert (person.name, person.school_major) == ("样例甲子", "农学")
        assert person.record_status is RecordStatus.VERIFIED


def test_a_suspension_and_a_withdrawn_consent_outlive_a_merge(database: Database, actor: Actor, now: datetime) -> None:
    first, second = _twice(consent_matching=False, negative_flags=("NG06",))
    _registry(database, actor, now, first, second)
    _merge(database, actor, now)
    with database.reading() as session:
        person = people.get_person(session, actor=actor, person_no="P1")
        assert (person.consent_matching, person.negative_flags) == (False, ("NG06",))


def test_a_name_taken_from_the_unverified_record_has_to_be_verified_again(
    database: Database, actor: Actor, now: datetime
) -> None:
    _registry(database, actor, now, *_twice())
    _merge(database, actor, now, picks={"name": "absorbed"})
    with database.reading() as session:
        person = people.get_person(session, actor=actor, person_no="P1")
        assert (person.name, person.record_status) == ("样例甲梓", RecordStatus.SUBMITTED)


def test_frozen_lists_replay_exactly_after_a_merge_and_decisions_follow(
    any_database: Database, actor: Actor, now: datetime
) -> None:
    first, second = _twice()
    _registry(any_database, actor, now, first, {**first, "person_no": "P2", "name": second["name"]})
    with any_database.unit_of_work() as session:
        made = shortlists.request_shortlist(session, actor=actor, vacancy_no="V1", k=5, now=now)
        number = made.shortlist_no
        record = {"vacancy_no": "V1", "reviewer_no": "R1", "decision": ReviewDecision.RECOMMEND, "shortlist_no": number}
        registration.save_decisions(session, actor=actor, records=[{**record, "person_no": "P2"}], now=now)
    merge_id = _merge(any_database, actor, now)
    with any_database.reading() as session:
        assert replay.replay_shortlist(session, actor=actor, shortlist_no=number).replay.agrees
        survivor = people.get_person(session, actor=actor, person_no="P1")
        assert set(session.scalars(select(ShortlistEntry.person_id))) == {survivor.id}
    with any_database.unit_of_work() as session:
        undo_merge(session, actor=actor, merge_id=merge_id, now=now)
        assert replay.replay_shortlist(session, actor=actor, shortlist_no=number).replay.agrees
        entries = session.scalars(select(ShortlistEntry))
        assert {(one.person.person_no, one.listed_person_id) for one in entries} == {("P1", None), ("P2", None)}


def test_the_journal_is_sealed_and_the_history_tells_of_the_merge(
    database: Database, actor: Actor, now: datetime
) -> None:
    _registry(database, actor, now, *_twice(resume="样例履历"))
    _merge(database, actor, now, note="样例甲子本人来电")
    with database.reading() as session:
        row = session.execute(select(*Merge.__table__.columns)).one()
        assert "样例".encode() not in repr(row).encode()
        (listed,) = list_merges(session, actor=actor, person_no="P2").items
        assert (listed.survivor_no, listed.absorbed_no, listed.merge.note) == ("P1", "P2", "样例甲子本人来电")


def test_a_file_with_the_old_number_updates_the_survivor(database: Database, actor: Actor, now: datetime) -> None:
    _registry(database, actor, now, *_twice())
    _merge(database, actor, now)
    with database.unit_of_work() as session:
        registration.save_people(session, actor=actor, records=[{"person_no": "P2", "employer": "新单位"}], now=now)
        assert list(session.scalars(select(Person.person_no))) == ["P1"]
        assert people.get_person(session, actor=actor, person_no="P1").employer == "新单位"


def test_nobody_without_the_right_merges(database: Database, now: datetime) -> None:
    stranger = Actor("x")
    with database.unit_of_work() as session, pytest.raises(Forbidden):
        merge_people(session, actor=stranger, survivor_no="P1", absorbed_no="P2", now=now)
