"""Importing files in tests, reading what came of it, and a frozen list."""

import shutil
from datetime import UTC, datetime
from functools import cache

import pytest
from builders import a_person, a_vacancy, a_village, an_actor
from builders_history import register_history
from sqlalchemy import select

from matching.vocabulary import PostType
from service.installation import open_database
from service.models.people import Person
from service.settings import Settings
from service.usecases.cards.model_files import model_text
from service.usecases.cards.training import train_challengers
from service.usecases.incoming import registration
from service.usecases.incoming.imports import ImportOptions, import_file
from service.usecases.lists import shortlists

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def run(database, actor, now):
    """Import a file and commit."""

    def run(path, kind="people", **options):
        with database.unit_of_work() as session:
            return import_file(
                session,
                actor=actor,
                kind=kind,
                path=path,
                now=now,
                options=ImportOptions(**options) if options else None,
            )

    return run


@pytest.fixture
def rows(database):
    """Read all rows of a table by their number."""

    def rows(model, number):
        with database.reading() as session:
            return {getattr(row, number): row for row in session.scalars(select(model).order_by(number))}

    return rows


@pytest.fixture
def people(database):
    """Read people by name, with what the test looks at."""

    def people(*attributes):
        with database.reading() as session:
            return {
                person.name: tuple(getattr(person, attribute) for attribute in attributes)
                for person in session.scalars(select(Person).order_by(Person.person_no))
            }

    return people


@pytest.fixture
def a_frozen_list():
    """Asks `beginning` for the list; a module may have a fixture `listed` of its own."""


@pytest.fixture
def beginning(request):
    """Begin with the list of `listed` where a test asks for it."""
    return a_list_of_three if "a_frozen_list" in request.fixturenames else None


@pytest.fixture
def told_of_beginning(request, any_database, any_settings, beginning):
    """What filling the database told."""
    is_sqlite = any_settings.database_url.startswith("sqlite")
    return request.getfixturevalue("beginnings" if is_sqlite else "postgresql_beginnings").of(beginning)[1]


def a_list_of_three(database):
    people = [
        a_person(),
        a_person(person_no="P2", name="样例乙", rural_work_years=6.0),
        a_person(person_no="P3", name="样例丙", work_start_date=None),
        a_person(person_no="P4", name="样例丁", consent_matching=None),
        a_person(person_no="P5", name="样例戊", rural_work_years=1.0),
    ]
    asked, actor = a_vacancy(age_max=60, requirement_basis="示组〔2026〕9号"), an_actor()
    with database.unit_of_work() as session:
        registration.save_villages(session, actor=actor, records=[a_village()], now=NOW)
        registration.save_people(session, actor=actor, records=people, now=NOW)
        registration.save_vacancies(session, actor=actor, records=[asked], now=NOW)
        return shortlists.request_shortlist(session, actor=actor, vacancy_no="V1", k=3, now=NOW).shortlist_no


@pytest.fixture
def listed(any_database, a_frozen_list, told_of_beginning):
    """Five people, of whom four may be ranked, and a list of three: P2, P1, P3; P5 is fourth."""
    return any_database, told_of_beginning


@pytest.fixture(scope="session")
def model_file(tmp_path_factory, migrated_directory):
    """Return the text of a model that learned from `register_history` with a seed; each is trained only once."""
    directory = tmp_path_factory.mktemp("learned")
    shutil.copytree(migrated_directory, directory, dirs_exist_ok=True)
    actor, now = an_actor(), NOW
    database = open_database(
        Settings(database_url=f"sqlite:///{directory / 'talentpool.db'}", key_file=directory / "talentpool.key")
    )
    register_history(database, actor, now)

    @cache
    def trained(seed=0):
        posts = [PostType.FIRST_SECRETARY]
        (made,) = train_challengers(database, actor=actor, now=lambda: now, posts=posts, random_state=seed)
        return model_text(made.model)

    yield trained
    database.dispose()
