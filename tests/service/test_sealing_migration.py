"""What migrations do with the keys: clear texts are sealed, nothing of them stays in the file; indexes are filled."""

import pytest
from builders import a_person, a_vacancy, a_village
from builders_canary import dump_of, traces_of
from builders_registry import save
from sqlalchemy import inspect, select, text

from service.errors import NotConfigured
from service.migrations import downgrade, revision_of, upgrade
from service.models.identity import WITH_ABSORBED
from service.models.people import Person
from service.models.vacancies import Vacancy
from service.usecases.identity.merging import merge_people

BEFORE, BEFORE_EMPLOYERS = "0013", "0022"
SECRETS = {"employer": "柯那瑞蔬菜种植合作社", "note": "请联系柯那瑞本人"}


def test_clear_texts_are_sealed_and_opened_by_the_migration(any_database, actor, now, tmp_path):
    people = [a_person(person_no=f"P{n}", employer=SECRETS["employer"] if n else None) for n in range(3)]
    save(any_database, actor, now, villages=[a_village()], people=people, vacancies=[a_vacancy(note=SECRETS["note"])])
    downgrade(any_database.engine, BEFORE, vault=any_database.vault)
    with any_database.engine.connect() as connection:
        clear = connection.execute(text("SELECT employer FROM people ORDER BY person_no")).scalars().all()
        assert clear == [None, SECRETS["employer"], SECRETS["employer"]]
    assert traces_of(dump_of(any_database.engine, tmp_path), SECRETS)
    upgrade(any_database.engine, vault=any_database.vault)
    with any_database.reading() as session:
        people = session.scalars(select(Person).order_by(Person.person_no)).all()
        assert [person.employer for person in people] == [None, SECRETS["employer"], SECRETS["employer"]]
        assert session.scalars(select(Vacancy)).one().note == SECRETS["note"]
    any_database.dispose()  # the log of SQLite is written back when the last connection is closed
    assert traces_of(dump_of(any_database.engine, tmp_path), SECRETS) == []


def test_without_keys_clear_texts_are_not_moved(any_database, actor, now):
    save(any_database, actor, now, villages=[a_village()], people=[a_person(employer=SECRETS["employer"])])
    with pytest.raises(NotConfigured):
        downgrade(any_database.engine, BEFORE)
    with any_database.reading() as session:
        assert session.scalars(select(Person)).one().employer == SECRETS["employer"]


def _employer_indexes(database):
    wanted = select(Person.person_no, Person.employer_index)
    with database.reading() as session:
        return dict(session.execute(wanted, execution_options={WITH_ABSORBED: True}).all())


def test_employers_of_before_are_indexed_by_the_migration(any_database, actor, now):
    employers = {f"P{n:04}": (None, SECRETS["employer"], "示范市机关")[n % 3] for n in range(1010)}
    people = [a_person(person_no=number, employer=employer) for number, employer in employers.items()]
    save(any_database, actor, now, villages=[a_village()], people=people)
    with any_database.unit_of_work() as session:
        merge_people(session, actor=actor, survivor_no="P0001", absorbed_no="P0004", now=now)
    before = _employer_indexes(any_database)
    assert before == {one: any_database.vault.blind_index("people.employer", clear) for one, clear in employers.items()}
    downgrade(any_database.engine, BEFORE_EMPLOYERS)
    upgrade(any_database.engine, vault=any_database.vault)
    assert _employer_indexes(any_database) == before


def test_without_keys_employers_are_not_indexed_and_nothing_is_changed(any_database, actor, now):
    save(any_database, actor, now, villages=[a_village()], people=[a_person(employer=SECRETS["employer"])])
    downgrade(any_database.engine, BEFORE_EMPLOYERS)
    with pytest.raises(NotConfigured):
        upgrade(any_database.engine)
    assert revision_of(any_database.engine) == BEFORE_EMPLOYERS
    assert "employer_index" not in {one["name"] for one in inspect(any_database.engine).get_columns("people")}
    upgrade(any_database.engine, vault=any_database.vault)
    assert _employer_indexes(any_database) == {
        "P1": any_database.vault.blind_index("people.employer", SECRETS["employer"])
    }
