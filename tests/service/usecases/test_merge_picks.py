"""What a merge may not overlook cannot be picked away: a suspension, a withdrawn consent, an entry of the list."""

import pytest
from builders import a_person, a_village, an_actor
from builders_registry import save
from sqlalchemy import select

from matching.vocabulary import RecordStatus
from service.access import Role
from service.errors import InvalidInput
from service.models.people import Person
from service.usecases.identity.duplicates import PairFound
from service.usecases.identity.merging import merge_people
from service.usecases.identity.pair_sides import sides_of_pair

OFFICER = an_actor(Role.OFFICER, username="officer")
SUSPENDED = {"record_status": RecordStatus.SUSPENDED}
WITHDRAWN = {"consent_matching": False}
LISTED = {"negative_flags": ("discipline_sanction",)}
PICKS = [("verification", SUSPENDED), ("consent_matching", WITHDRAWN), ("negative_flags", LISTED)]


@pytest.fixture
def registered(any_database, actor, now):
    def given(p1, p2):
        people = [a_person(**p1), a_person(person_no="P2", name="样例乙", **p2)]
        save(any_database, actor, now, villages=[a_village()], people=people)

    return given


@pytest.fixture
def merge(any_database, now):
    def merged(actor=OFFICER, **picks):
        with any_database.unit_of_work() as session:
            merge_people(session, actor=actor, survivor_no="P1", absorbed_no="P2", picks=picks, now=now)
        with any_database.reading() as session:
            return session.scalars(select(Person).where(Person.person_no == "P1")).one()

    return merged


@pytest.mark.parametrize(("group", "said"), PICKS)
@pytest.mark.parametrize("side", ["survivor", "absorbed"])
def test_a_pick_drops_nothing_that_may_not_be_overlooked(registered, merge, group, said, side):
    registered(*(({}, said) if side == "survivor" else (said, {})))
    with pytest.raises(InvalidInput) as refused:
        merge(**{group: side})
    assert (refused.value.place, refused.value.value) == (f"picks.{group}", side)
    assert refused.value.remedy
    merged = merge()
    assert {name: getattr(merged, name) for name in said} == said


@pytest.mark.parametrize(("group", "said"), PICKS)
def test_the_more_careful_side_may_be_picked(registered, merge, group, said):
    registered({}, said)
    merged = merge(**{group: "absorbed"})
    assert {name: getattr(merged, name) for name in said} == said


def test_entries_of_both_sides_stay_whichever_is_picked(registered, merge):
    registered(LISTED, {"negative_flags": ("dishonest_debtor",)})
    for side in ("survivor", "absorbed"):
        with pytest.raises(InvalidInput):
            merge(negative_flags=side)
    assert set(merge(negative_flags="both").negative_flags) == {"discipline_sanction", "dishonest_debtor"}


def test_who_may_write_the_negative_list_may_pick_what_stands_there(registered, merge):
    registered({}, LISTED)
    assert merge(an_actor(Role.OFFICER, Role.DISCIPLINE), negative_flags="survivor").negative_flags == ()


def test_the_desk_offers_no_side_that_would_be_refused(any_database, registered):
    registered({}, {**SUSPENDED, **WITHDRAWN})
    with any_database.reading() as session:
        first, second = session.scalars(select(Person).order_by(Person.id))
        found = PairFound(pair=None, first=first, second=second)
        sides = sides_of_pair(session, found, actor=OFFICER, survivor_no="P1")
    offered = {one.group: one.may_take for one in sides}
    assert (offered["verification"], offered["consent_matching"]) == (("absorbed",), ("absorbed",))
    assert offered["name"] == ("survivor", "absorbed")
