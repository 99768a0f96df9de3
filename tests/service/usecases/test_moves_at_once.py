"""Candidacies of one list that are moved at the same time wait for each other; nobody's step is lost to a deadlock."""

import threading

import builders_workflow as b
import pytest
from sqlalchemy import select

from service.models.candidacies import Candidacy
from service.usecases.workflow import candidacies


def all_at_once(database, steps):
    """Take every step in a thread of its own, all at the same moment; return what went wrong."""
    met, wrong = threading.Barrier(len(steps)), []

    def take(step):
        try:
            with database.unit_of_work() as session:
                met.wait()
                step(session)
        except BaseException as error:  # noqa: BLE001 - told by the test
            wrong.append(error)

    threads = [threading.Thread(target=take, args=(step,)) for step in steps]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return wrong


def moving(candidacy, to, *, now, **why):
    number, version = candidacy.candidacy_no, candidacy.version

    def step(session):
        asked = b.asked(to, version, **why)
        candidacies.move_candidacy(session, actor=b.OFFICER, candidacy_no=number, asked=asked, now=now)

    return step


@pytest.mark.parametrize("to", ["willingness_asked", "withdrawn"])
def test_people_of_one_list_are_moved_at_the_same_time(any_database, actor, now, to):
    with any_database.unit_of_work() as session:
        number = b.register_city(session, actor=actor, now=now, n_people=6)
        found = b.start_review(session, number, now=now)
        b.conclude_all(session, found, now=now, n_recommended=6)
        steps = [moving(one, to, now=now, reason="本人放弃") for one in found]
    assert all_at_once(any_database, steps) == []
    with any_database.reading() as session:
        assert set(session.scalars(select(Candidacy.state))) == {to}
