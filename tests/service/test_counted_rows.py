"""The database knows how many rows it has, so that it takes an index where one helps."""

from builders import a_person, an_actor
from sqlalchemy import select, text

from service.models.people import Person
from service.usecases.incoming.registration import save_people


def test_after_many_rows_a_database_of_one_file_takes_the_index_that_helps(database, now):
    with database.unit_of_work() as session:
        people = [a_person(person_no=f"P{nth}", id_number=None, phone=f"000{nth:08}") for nth in range(60)]
        save_people(session, actor=an_actor(), records=people, now=now)
    database.settle()
    with database.reading() as session:
        assert session.scalar(select(text("stat")).select_from(text("sqlite_stat1")).where(text("tbl = 'people'")))
        assert len(session.scalars(select(Person.id)).all()) == 60
