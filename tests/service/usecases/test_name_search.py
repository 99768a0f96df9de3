"""The list of people finds names by characters, pinyin and initials, and the tokens follow every change."""

import pytest
from builders import a_person, a_village
from builders_registry import save
from sqlalchemy import delete, func, select

from service.installation import initialise
from service.models.name_tokens import NameToken
from service.models.people import Person
from service.usecases.identity.merging import merge_people
from service.usecases.privacy.key_rotation import rotate_keys
from service.usecases.records import people

NAMES = {"P1": "张伟", "P2": "李娜", "P3": "买买提·吐尔逊", "P4": "曾国荣", "P5": "张伟强"}


def _found(database, actor, query):
    with database.reading() as session:
        return [one.person_no for one in people.list_people(session, actor=actor, filters={"name": query}).items]


def _n_tokens(database, number):
    with database.reading() as session:
        own = select(Person.id).where(Person.person_no == number).scalar_subquery()
        return session.scalar(select(func.count()).select_from(NameToken).where(NameToken.person_id == own))


@pytest.fixture
def registered(any_database, actor, now):
    """Five people with names to look for."""
    records = [a_person(person_no=number, name=name) for number, name in NAMES.items()]
    save(any_database, actor, now, villages=[a_village()], people=records)
    return any_database


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        *((query, ["P1", "P5"]) for query in ("张", "张伟", "zw", "zhang wei", "zhangw", "ZHANGWEI")),
        *((query, ["P3"]) for query in ("买买提", "吐尔逊", "买买提吐尔逊", "mmt", "maimaiti")),
        *((query, ["P4"]) for query in ("zgr", "zengguo", "cengguo", "国荣")),
        *((query, []) for query in ("王", "伟张", "", "%", "' OR 1=1 --")),
    ],
)
def test_people_are_found_by_name(registered, actor, query, expected):
    assert _found(registered, actor, query) == expected


def test_a_changed_name_is_found_and_the_former_is_not(registered, actor, now):
    with registered.unit_of_work() as session:
        people.edit_person(session, actor=actor, person_no="P2", record={"name": "王芳"}, expected_version=1, now=now)
    assert (_found(registered, actor, "李娜"), _found(registered, actor, "ln")) == ([], [])
    assert _found(registered, actor, "wf") == ["P2"]


def test_a_name_taken_over_by_a_merge_is_found_at_the_survivor(registered, actor, now):
    with registered.unit_of_work() as session:
        merge_people(session, actor=actor, survivor_no="P2", absorbed_no="P4", now=now, picks={"name": "absorbed"})
    assert _found(registered, actor, "zgr") == ["P2"]


def test_names_are_found_after_the_keys_were_changed_and_while_they_are(registered, any_settings, actor, now):
    seen = []
    rotate_keys(
        registered,
        actor=actor,
        key_file=any_settings.key_file,
        suite="sm",
        now=lambda: now,
        on_progress=lambda _progress: seen.append(_found(registered, actor, "zw")),
    )
    assert seen
    assert all(found == ["P1", "P5"] for found in [*seen, _found(registered, actor, "zhangw")])
    before = _n_tokens(registered, "P1")
    assert before == 7


def test_names_registered_before_there_was_such_a_search_are_found_after_init(registered, any_settings, actor):
    with registered.unit_of_work() as session:
        session.execute(delete(NameToken))
    assert _found(registered, actor, "张") == []
    initialise(any_settings).dispose()
    assert _found(registered, actor, "张") == ["P1", "P5"]


def test_nothing_stored_of_a_name_is_the_same_under_other_keys(registered, any_settings, actor, now):
    def tokens():
        with registered.reading() as session:
            return set(session.scalars(select(NameToken.token)))

    before = tokens()
    rotate_keys(registered, actor=actor, key_file=any_settings.key_file, suite="aes", now=lambda: now)
    assert before.isdisjoint(tokens())
