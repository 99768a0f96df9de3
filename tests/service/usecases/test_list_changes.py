"""Why today's list differs from a frozen one, over the database."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from builders_registry import write
from sqlalchemy import delete, update

from matching.list_changes import ChangeKind
from matching.vocabulary import RecordStatus, VacancyStatus
from service.access import Actor
from service.db import Database
from service.errors import Conflict
from service.models.people import Person
from service.models.shortlists import Shortlist, ShortlistSnapshot
from service.models.vacancies import Vacancy
from service.usecases.lists.list_changes import TodaysChanges, changes_since
from service.usecases.records.people import edit_person, get_person
from service.usecases.records.vacancies import edit_vacancy, get_vacancy


def changed(listed: tuple[Database, str], actor: Actor, now: datetime) -> TodaysChanges:
    database, number = listed
    with database.reading() as session:
        return changes_since(session, actor=actor, shortlist_no=number, now=now)


def edit(database: Database, actor: Actor, now: datetime, person_no: str, **record: Any) -> None:
    with database.unit_of_work() as session:
        version = get_person(session, actor=actor, person_no=person_no).version
        edit_person(
            session, actor=actor, person_no=person_no, record=record, expected_version=version, now=now
        )  # fmt: skip


def test_nothing_has_changed_when_nothing_has_changed(
    listed: tuple[Database, str], actor: Actor, now: datetime
) -> None:
    changes = changed(listed, actor, now)
    assert (changes.people, changes.context, changes.n_unchanged) == ((), (), 3)
    assert changes.is_same_list
    assert changes.summary.en == "Nothing has changed."


def lines_of(changes: TodaysChanges, person_no: str) -> list[str]:
    (line,) = [line for line in changes.people if line.person.person_no == person_no]
    return [line.heading.en, *(reason.en for reason in line.reasons)]


def test_who_withdraws_consent_leaves_and_the_next_one_enters(
    listed: tuple[Database, str], actor: Actor, now: datetime
) -> None:
    edit(listed[0], actor, now, "P2", consent_matching=False)
    edit(listed[0], actor, now, "P1", rural_work_years=6.5)
    changes = changed(listed, actor, now)
    assert [(line.person.person_no, line.change.kind) for line in changes.people] == [
        ("P1", ChangeKind.MOVED), ("P3", ChangeKind.MOVED), ("P5", ChangeKind.ENTERED), ("P2", ChangeKind.LEFT),
    ]  # fmt: skip
    assert lines_of(changes, "P2")[1] == (
        "Rule C-01 Agrees to be matched with posts: no obstacle → not met (The person has not agreed to be matched)"
    )
    moved = lines_of(changes, "P1")
    assert "place 2 → place 1" in moved[0]
    assert moved[1].startswith("rural work experience: 4 to 6 years (4 years) → 6 years or more (6.5 years), fact +")
    assert "1 formerly in front no longer ranked" in moved[2]
    for line in changes.people:
        if line.change.score_then is not None and line.change.score_now is not None:
            difference = line.change.score_now - line.change.score_then
            assert difference == line.change.through_facts + line.change.through_points
    assert changes.summary.en.startswith("1 entered, 1 left, 2 moved")


def test_the_archived_and_the_erased_have_left_the_pool(
    listed: tuple[Database, str], actor: Actor, now: datetime
) -> None:
    write(
        listed[0],
        update(Person).where(Person.person_no == "P2").values(record_status=RecordStatus.ARCHIVED),
        update(Person).where(Person.person_no == "P1").values(record_status=RecordStatus.ERASED),
    )
    changes = changed(listed, actor, now)
    assert lines_of(changes, "P2")[1].startswith("No longer in the pool: ")
    (erased,) = [line for line in changes.people if line.person.person_no is None]
    assert erased.person.name is None
    assert erased.heading.zh.startswith("（已删除人员）　退出")


def test_a_rule_that_becomes_known_is_named(listed: tuple[Database, str], actor: Actor, now: datetime) -> None:
    edit(listed[0], actor, now, "P3", work_start_date=date(2013, 7, 1))
    told = lines_of(changed(listed, actor, now), "P3")
    assert any(line.startswith("Rule FS-03") and "to be verified → passes" in line for line in told), told


def test_a_changed_vacancy_and_another_day_are_told_also_when_it_is_closed(
    listed: tuple[Database, str], actor: Actor, now: datetime
) -> None:
    database, _ = listed
    with database.unit_of_work() as session:
        vacancy = get_vacancy(session, actor=actor, vacancy_no="V1")
        edit_vacancy(
            session, actor=actor, vacancy_no="V1", record={"industries": ("养猪",), "age_max": 35},
            expected_version=vacancy.version, now=now,
        )  # fmt: skip
    write(database, update(Vacancy).values(vacancy_status=VacancyStatus.FILLED))
    changes = changed(listed, actor, now + timedelta(days=400))
    assert [line.en for line in changes.context] == [
        "Day: 2026-11-23 → 2027-12-28",
        "The vacancy was changed: industries, requirements",
    ]
    assert {line.change.kind for line in changes.people} == {ChangeKind.LEFT}
    assert "V-AGE" in lines_of(changes, "P1")[1]


def test_a_damaged_list_is_not_compared(listed: tuple[Database, str], actor: Actor, now: datetime) -> None:
    database, number = listed
    write(database, update(Shortlist).values(data_version="0123456789abcdef"))
    with pytest.raises(Conflict, match="no comparison") as refusal:
        changed(listed, actor, now)
    assert number in refusal.value.sentence("en")
    write(database, delete(ShortlistSnapshot))
    with pytest.raises(Conflict, match="no comparison"):
        changed(listed, actor, now)
