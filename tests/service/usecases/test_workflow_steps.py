"""At every point of a round (S11): who may do what, tried by everybody, signed and not; nothing else is possible."""

from itertools import product

import builders_workflow as b
import pytest

from service.access import Role
from service.errors import ServiceError
from service.usecases.workflow import rounds

PEOPLE = {
    "officer": b.OFFICER,  # who requested the list
    "second": b.SECOND,
    "leader": b.LEADER,
    "discipline": b.DISCIPLINE,
    "auditor": b.acting(Role.AUDITOR, "auditor"),
}
STATES = ["generated", "under_review", "returned", "proposed", "decided", "closed"]
ANY_OFFICER = {"officer", "second"}


class _Undo(Exception):
    """Leaves a transaction without committing it."""


def possible(database, shortlist_no, *, now, chosen=(), reason="已说明理由"):
    """Return who can lead the list where, and whether only with a signature."""
    found = set()
    with database.reading() as session:
        version = b.round_version(session, shortlist_no)
    for (name, actor), to, signed in product(PEOPLE.items(), STATES, (True, False)):
        try:
            with database.unit_of_work() as session:
                asked = b.asked(
                    to,
                    version,
                    signed_name="样例署名" if signed else None,
                    reason=reason,
                    more={**b.DECISION, "chosen": list(chosen)},
                )
                rounds.move_shortlist(session, actor=actor, shortlist_no=shortlist_no, asked=asked, now=now)
                raise _Undo  # noqa: TRY301 - so that the transaction is rolled back
        except _Undo:
            found.add((name, to, "signed" if signed else "unsigned"))
        except ServiceError:
            continue
    return found


def with_or_without(names, to):
    return {(name, to, way) for name in names for way in ("signed", "unsigned")}


@pytest.fixture
def listed(database, actor, now):
    """A list of three that was just made by the officer."""
    with database.unit_of_work() as session:
        return database, b.register_city(session, actor=actor, now=now, n_people=3)


def test_nobody_can_do_more_at_any_point_than_the_workflow_says(listed, now):
    database, shortlist_no = listed
    assert possible(database, shortlist_no, now=now) == with_or_without(ANY_OFFICER, "under_review")

    with database.unit_of_work() as session:
        b.start_review(session, shortlist_no, now=now)
    assert possible(database, shortlist_no, now=now) == with_or_without(ANY_OFFICER, "returned")

    with database.unit_of_work() as session:
        found = b.all_of(session, shortlist_no)
        b.conclude_all(session, found, now=now)
        b.settle_rules(session, found, now=now)
        first = found[0].candidacy_no
    # the officer requested the list, so only the second one may propose it, and only with a signature
    assert possible(database, shortlist_no, now=now) == {
        *with_or_without(ANY_OFFICER, "returned"),
        ("second", "proposed", "signed"),
    }

    with database.unit_of_work() as session:
        b.proposed(session, shortlist_no, now=now)
    # the first has not gone through the stages yet
    assert possible(database, shortlist_no, now=now, chosen=[first]) == with_or_without({"leader"}, "returned")

    with database.unit_of_work() as session:
        b.lead_to(session, b.all_of(session, shortlist_no)[0], "discipline_opinion", now=now)
    assert possible(database, shortlist_no, now=now, chosen=[first]) == {
        *with_or_without({"leader"}, "returned"),
        ("leader", "decided", "signed"),
    }

    with database.unit_of_work() as session:
        asked = b.asked("decided", b.round_version(session, shortlist_no), more={**b.DECISION, "chosen": [first]})
        rounds.move_shortlist(session, actor=b.LEADER, shortlist_no=shortlist_no, asked=asked, now=now)
    assert possible(database, shortlist_no, now=now, chosen=[first]) == set()


def test_a_list_that_is_not_wholly_reviewed_goes_nowhere_but_back(listed, now):
    database, shortlist_no = listed
    with database.unit_of_work() as session:
        b.conclude_all(session, b.start_review(session, shortlist_no, now=now)[:2], now=now)
    assert possible(database, shortlist_no, now=now) == with_or_without(ANY_OFFICER, "returned")


def test_nothing_is_decided_without_a_vote(listed, now):
    database, shortlist_no = listed
    with database.unit_of_work() as session:
        b.conclude_all(session, b.start_review(session, shortlist_no, now=now), now=now)
        b.proposed(session, shortlist_no, now=now)
        asked = b.asked("decided", b.round_version(session, shortlist_no), reason="暂缓")
        with pytest.raises(ServiceError, match="vote of the meeting is missing"):
            rounds.move_shortlist(session, actor=b.LEADER, shortlist_no=shortlist_no, asked=asked, now=now)
