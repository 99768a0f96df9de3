"""Ranking only what changed gives the very rankings that ranking everybody gives."""

import shutil
from datetime import datetime
from pathlib import Path

import pytest
from builders import an_actor
from builders_city import EDITS, City, assert_that_places_are_right, fill_city, known_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from service.access import Actor
from service.db import Database
from service.installation import initialise, open_database
from service.models.installation import RegistryChange
from service.models.runs import RankingHead
from service.models.vacancies import Vacancy
from service.queries import revisions
from service.settings import Settings
from service.usecases.lists.shortlists import request_shortlist
from service.usecases.long_work.rescoring import Mode

N_PEOPLE = 24  # a ranking of 2 shown places keeps 12
EDIT = st.tuples(st.sampled_from(sorted(EDITS)), st.integers(0, N_PEOPLE - 1), st.integers(0, 11))
HISTORY = st.lists(st.lists(EDIT, min_size=1, max_size=4), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a small city that has been scored."""
    directory = tmp_path_factory.mktemp("scored")
    database = initialise(_settings(directory))
    city = City(database, an_actor(), datetime.fromisoformat("2026-11-23T02:00Z"))
    fill_city(city, n_people=N_PEOPLE, n_vacancies=6)
    city.rescore(Mode.ALL)
    database.dispose()
    return directory


def _settings(directory: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{directory / 'talentpool.db'}", key_file=directory / "talentpool.key")


def _check_history(city: City, history: list[list[tuple[str, int, int]]]) -> None:
    for edits in history:
        for name, who, what in edits:
            EDITS[name](city, who, what)
        city.rescore(Mode.CHANGED)
        assert_that_places_are_right(city)
    brought_up_to_date = city.rows()
    city.rescore(Mode.ALL)
    assert brought_up_to_date == city.rows()


@given(history=HISTORY)
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_what_changed_is_ranked_as_everything_is(
    scored: Path, tmp_path: Path, actor: Actor, now: datetime, history: list[list[tuple[str, int, int]]]
) -> None:
    shutil.copytree(scored, tmp_path, dirs_exist_ok=True)
    database = open_database(_settings(tmp_path))
    try:
        _check_history(City(database, actor, now), history)
    finally:
        database.dispose()


@pytest.mark.prove
@given(history=HISTORY)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_what_changed_is_ranked_as_everything_is_on_both_databases(
    any_database: Database, actor: Actor, now: datetime, history: list[list[tuple[str, int, int]]]
) -> None:
    city = City(any_database, actor, now)
    if not city.rows():
        fill_city(city, n_people=N_PEOPLE, n_vacancies=6)
    city.rescore(Mode.ALL)  # the city goes on from example to example
    _check_history(city, history)


def test_one_edited_person_is_read_and_ranked_alone(database: Database, actor: Actor, now: datetime) -> None:
    city = City(database, actor, now)
    fill_city(city, n_people=N_PEOPLE, n_vacancies=6)
    city.rescore(Mode.ALL)
    EDITS["edit a person"](city, 0, 0)
    done = city.rescore(Mode.CHANGED)
    assert (done.n_people_changed, done.n_ranked_anew, done.reasons) == (1, 0, {})
    assert city.rescore(Mode.CHANGED).n_people_changed == 0


def test_a_ranking_is_made_anew_when_its_reserve_is_used_up(database: Database, actor: Actor, now: datetime) -> None:
    city = City(database, actor, now)
    fill_city(city, n_people=N_PEOPLE, n_vacancies=6)
    city.rescore(Mode.ALL)
    for place in range(N_PEOPLE - 4):
        city.save("people", {"person_no": f"P{place:03}", **known_of(city, place), "consent_matching": False})
        done = city.rescore(Mode.CHANGED)
        assert_that_places_are_right(city)
        assert set(done.reasons) <= {"reserve"}
        if done.reasons:
            break
    assert done.reasons


def test_who_is_eligible_is_counted_over_everybody_and_follows_changes(
    any_database: Database, actor: Actor, now: datetime
) -> None:
    city = City(any_database, actor, now)
    fill_city(city, n_people=N_PEOPLE, n_vacancies=6)
    city.rescore(Mode.ALL)
    counts = _counts(city)
    assert any(n_eligible > n_places for n_places, n_eligible, _n in counts.values()), "a ranking keeps fewer"
    for vacancy_no, (_n_places, n_eligible, n_to_verify) in counts.items():
        with any_database.unit_of_work() as session:
            sieve = request_shortlist(session, actor=actor, vacancy_no=vacancy_no, k=1, now=now).sieve
        assert (n_eligible, n_to_verify) == (sieve["n_eligible"], sieve["n_to_verify"])
    city.rescore(Mode.ALL, top=2 * N_PEOPLE)  # everybody has a place
    for flags in (None, ()):  # one more to verify, then one less
        city.save("people", {"person_no": "P000", **known_of(city, 0), "negative_flags": flags})
        assert city.rescore(Mode.CHANGED, top=2 * N_PEOPLE).n_ranked_anew == 0
        followed = _counts(city)
        city.rescore(Mode.ALL, top=2 * N_PEOPLE)
        assert followed == _counts(city)
        counts = followed


def _counts(city: City) -> dict[str, tuple[int, int, int]]:
    of = RankingHead
    columns = (Vacancy.vacancy_no, of.n_places, of.n_eligible, of.n_to_verify)
    with city.database.reading() as session:
        rows = session.execute(select(*columns).join(of, of.vacancy_id == Vacancy.id))
        return {row[0]: (row[1], row[2], row[3]) for row in rows}


def test_the_log_of_changes_does_not_grow_for_ever(
    database: Database, actor: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revisions, "STEPS_REMEMBERED", 3)
    city = City(database, actor, now)
    fill_city(city, n_people=4, n_vacancies=3)
    for what in range(8):
        EDITS["edit a person"](city, 0, 7 * what)
    city.rescore(Mode.ALL)
    with database.reading() as session:
        left = session.scalars(select(RegistryChange.revision).where(RegistryChange.counter == "people")).all()
        now_at = revisions.pool_revision(session)
    assert sorted(set(left)) == [now_at - 2, now_at - 1, now_at]


def test_a_log_that_does_not_reach_back_means_that_everything_may_have_changed(
    database: Database, actor: Actor, now: datetime
) -> None:
    city = City(database, actor, now)
    fill_city(city, n_people=4, n_vacancies=3)
    city.rescore(Mode.ALL)
    EDITS["edit a person"](city, 0, 7)
    with database.unit_of_work() as session:
        session.execute(delete(RegistryChange))
    assert city.rescore(Mode.CHANGED).reasons == {"registry": 3}


@pytest.mark.parametrize("name", sorted(EDITS))
def test_every_kind_of_edit_reaches_the_rankings(database: Database, actor: Actor, now: datetime, name: str) -> None:
    city = City(database, actor, now)
    fill_city(city, n_people=N_PEOPLE, n_vacancies=6)
    city.rescore(Mode.ALL)
    for step in range(8):
        EDITS[name](city, (9, 4, 14)[step % 3], step)  # people whom the rankings list first
        city.rescore(Mode.CHANGED)
        assert_that_places_are_right(city)
