"""What hangs on two records that are merged: it follows, is still told where it came from, and returns exactly."""

import threading
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from builders import a_person, a_vacancy, a_village, an_actor
from builders_registry import save
from sqlalchemy import select

from matching.vocabulary import PostType, ReviewDecision
from service.db import Database
from service.errors import Conflict
from service.models.people import Person
from service.models.training_records import TrainingRecord
from service.queries.cards import cards_in_force
from service.queries.training import load_history
from service.usecases.identity import duplicate_search, duplicates, pair_decisions
from service.usecases.identity.merging import merge_people
from service.usecases.identity.parting import undo_merge
from service.usecases.incoming import registration
from service.usecases.incoming.form_remainders import keep_remainder, remainder_for
from service.usecases.incoming.imports import import_file
from service.usecases.incoming.undoing_imports import undo_import
from service.usecases.lists import shortlists
from service.usecases.outgoing.exporting_forms import export_form
from service.usecases.records import people
from service.usecases.records.histories import history_of

ACTOR = an_actor()


def _registry(database: Database, now: datetime, *records: dict[str, Any]) -> None:
    save(database, ACTOR, now, villages=[a_village()], vacancies=[a_vacancy()], people=list(records))


def _three(**changes: Any) -> list[dict[str, Any]]:
    return [a_person(person_no=number, phone=f"0001234567{number[1]}", **changes) for number in ("P1", "P2", "P3")]


def _merge(database: Database, now: datetime, absorbed: str, *, into: str = "P1", **options: Any) -> int:
    with database.unit_of_work() as session:
        done = merge_people(session, actor=ACTOR, survivor_no=into, absorbed_no=absorbed, now=now, **options)
        return done.merge.id


def _part(database: Database, now: datetime, merge_id: int) -> None:
    with database.unit_of_work() as session:
        undo_merge(session, actor=ACTOR, merge_id=merge_id, now=now)


def _form(tag: str) -> bytes:
    return f"<Person><XingMing>样例甲</XingMing><{tag}>留</{tag}></Person>".encode()


def test_the_rest_of_each_form_stays_with_its_record_whatever_is_imported_in_between(
    any_database: Database, now: datetime
) -> None:
    _registry(any_database, now, *_three())
    with any_database.unit_of_work() as session:
        keep_remainder(session, person_no="P2", content=_form("Yi"), now=now)
    merge_id = _merge(any_database, now, "P2")
    with any_database.unit_of_work() as session:
        made = export_form(session, actor=ACTOR, person_no="P2", file_format="lrmx", now=now)
        assert "<Yi>留</Yi>" in made.content.decode()
        keep_remainder(session, person_no="P2", content=_form("Jia"), now=now)  # a newer form of the survivor
        made = export_form(session, actor=ACTOR, person_no="P1", file_format="lrmx", now=now)
        assert "<Jia>留</Jia>" in made.content.decode()
    _part(any_database, now, merge_id)
    with any_database.reading() as session:
        kept = {
            row.person_no: remainder_for(session, row.id, has_numbers=True) for row in session.scalars(select(Person))
        }
        assert kept["P1"].unknown[0][1] == "<Jia>留</Jia>"  # type: ignore[union-attr]  # a form is kept of both
        assert kept["P2"].unknown[0][1] == "<Yi>留</Yi>"  # type: ignore[union-attr]  # a form is kept of both
        assert kept["P3"] is None


def test_training_records_follow_are_taken_under_the_old_number_and_return(
    any_database: Database, now: datetime
) -> None:
    _registry(any_database, now, *_three())

    def train(number: str, course: str) -> None:
        record = {"person_no": number, "course": course, "hours": 8.0, "started_on": date(2026, 3, 1)}
        with any_database.unit_of_work() as session:
            report = registration.save_training(session, actor=ACTOR, records=[record], now=now)
            assert [one.findings for one in report.records if one.state == "refused"] == []

    def trained() -> set[tuple[str, str]]:
        with any_database.reading() as session:
            rows = session.execute(
                select(Person.person_no, TrainingRecord.course).join(Person, Person.id == TrainingRecord.person_id)
            )
            return {(row.person_no, row.course) for row in rows}

    train("P1", "甲班")
    train("P2", "甲班")
    train("P2", "乙班")
    merge_id = _merge(any_database, now, "P2")
    assert trained() == {("P1", "甲班"), ("P1", "乙班")}
    train("P2", "丙班")  # a file that still has the old number
    _part(any_database, now, merge_id)
    assert trained() == {("P1", "甲班"), ("P1", "丙班"), ("P2", "甲班"), ("P2", "乙班")}


def test_different_is_remembered_of_the_records_that_were_merged_since(database: Database, now: datetime) -> None:
    _registry(database, now, *_three(id_number=None, name="样例甲子"))
    duplicate_search.find_duplicates(database, actor=ACTOR, now=lambda: now)
    with database.unit_of_work() as session:
        pairs = {
            (one.first.person_no, one.second.person_no): one.pair.id
            for one in duplicates.list_pairs(session, actor=ACTOR).items
        }
        pair_decisions.decide_pair(session, actor=ACTOR, pair_id=pairs["P2", "P3"], decision="different", now=now)
    _merge(database, now, "P2")
    with database.unit_of_work() as session, pytest.raises(Conflict) as refused:
        merge_people(session, actor=ACTOR, survivor_no="P1", absorbed_no="P3", now=now)
    assert refused.value.value == str(pairs["P2", "P3"])
    with database.unit_of_work() as session, pytest.raises(Conflict, match="merged"):
        pair_decisions.decide_pair(session, actor=ACTOR, pair_id=pairs["P1", "P2"], decision="different", now=now)


def test_two_merges_of_one_person_that_are_parted_at_one_moment_leave_nothing_of_either(
    any_database: Database, now: datetime
) -> None:
    _registry(any_database, now, *_three())
    first, second = (
        _merge(any_database, now + timedelta(minutes=place), number, picks={"phone": "absorbed"})
        for place, number in enumerate(("P2", "P3"), start=1)
    )
    is_first_parted = threading.Event()

    def part_the_second() -> None:
        is_first_parted.wait(10)
        _part(any_database, now, second)

    other = threading.Thread(target=part_the_second)
    other.start()
    with any_database.unit_of_work() as session:
        undo_merge(session, actor=ACTOR, merge_id=first, now=now)
        is_first_parted.set()
        other.join(0.5)  # it waits, or has read what is about to change
    other.join()
    with any_database.reading() as session:
        phones = {person.person_no: person.phone for person in session.scalars(select(Person))}
    assert phones == {"P1": "00012345671", "P2": "00012345672", "P3": "00012345673"}


def test_a_decision_that_stays_with_the_absorbed_record_is_learned_from_as_one_about_the_survivor(
    database: Database, now: datetime
) -> None:
    _registry(database, now, *_three())
    with database.unit_of_work() as session:
        number = shortlists.request_shortlist(session, actor=ACTOR, vacancy_no="V1", k=3, now=now).shortlist_no
        told = {"P1": ReviewDecision.RECOMMEND, "P2": ReviewDecision.NOT_SUITABLE, "P3": ReviewDecision.RESERVE}
        records = [
            {"vacancy_no": "V1", "reviewer_no": "R1", "person_no": no, "decision": decision, "shortlist_no": number}
            for no, decision in told.items()
        ]
        registration.save_decisions(session, actor=ACTOR, records=records, now=now)
    _merge(database, now, "P2")
    with database.reading() as session:
        ids = {person.person_no: person.id for person in session.scalars(select(Person))}
        card = cards_in_force(session)[PostType.FIRST_SECRETARY]
        graded = load_history(session, card=card, as_of=now.date()).labels.frame
        assert dict(zip(graded["person_id"], graded["grade"], strict=True)) == {ids["P1"]: 1.0, ids["P3"]: 1.0}


def test_the_history_of_the_survivor_says_from_which_record_and_cell_a_value_was_taken(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    _registry(database, now, a_person(person_no="P1", employer=None))
    path = tmp_path / "名册.csv"
    path.write_text("人员编号,姓名,人才类别,工作单位\nP2,样例甲,大学生村官,样例单位\n", encoding="utf-8")
    with database.unit_of_work() as session:
        import_file(session, actor=ACTOR, kind="people", path=path, now=now)
    _merge(database, now + timedelta(minutes=1), "P2")
    _registry(database, now, a_person(person_no="P4"))
    _merge(database, now + timedelta(minutes=2), "P1", into="P4")
    with database.reading() as session:
        for number, taken_from in (("P1", "P2"), ("P4", "P1")):
            told = history_of(session, actor=ACTOR, kind="people", number=number)["employer"][-1]
            assert (told.source, told.taken_from, told.file_name, told.cell) == ("merge", taken_from, "名册.csv", "D2")


def test_the_import_of_a_merged_record_is_undone_only_once_the_merge_is(
    any_database: Database, now: datetime, tmp_path: Path
) -> None:
    _registry(any_database, now, a_person(person_no="P1"))
    path = tmp_path / "名册.csv"
    path.write_text("人员编号,姓名,人才类别\nP2,样例甲,大学生村官\n", encoding="utf-8")
    with any_database.unit_of_work() as session:
        import_id = import_file(session, actor=ACTOR, kind="people", path=path, now=now).import_id
    duplicate_search.find_duplicates(any_database, actor=ACTOR, now=lambda: now)
    merge_id = _merge(any_database, now, "P2")
    with any_database.unit_of_work() as session, pytest.raises(Conflict, match="P2"):
        undo_import(session, actor=ACTOR, import_id=import_id, now=now)
    _part(any_database, now, merge_id)
    with any_database.unit_of_work() as session:
        undo_import(session, actor=ACTOR, import_id=import_id, now=now)
    with any_database.reading() as session:
        assert list(session.scalars(select(Person.person_no))) == ["P1"]
        assert people.list_people(session, actor=ACTOR).total == 1
