"""Free texts that were stored clear are sealed by the migration, and nothing of them stays behind in the file."""

import pytest
from builders import a_person, a_vacancy, a_village
from builders_canary import dump_of, traces_of
from builders_registry import save
from sqlalchemy import select, text

from service.errors import NotConfigured
from service.migrations import downgrade, upgrade
from service.models.people import Person
from service.models.vacancies import Vacancy

BEFORE = "0013"
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
