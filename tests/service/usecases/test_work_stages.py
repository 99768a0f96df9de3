"""Whoever takes the next stage of somebody on a list, or signs before it, finds it in the work list."""

from datetime import timedelta

import pytest
from builders import an_actor
from builders_workflow import (
    DISCIPLINE,
    all_of,
    asked,
    conclude_all,
    decide,
    lead_to,
    proposed,
    register_city,
    sign,
    start_review,
)

from service.access import Role, Territory, TerritoryKind
from service.usecases.pending.pending_work import list_work
from service.usecases.workflow import candidacies

ELSEWHERE = Territory(TerritoryKind.COUNTY, "239902")
OF = {role: an_actor(role, username=str(role)) for role in (Role.OFFICER, Role.DISCIPLINE, Role.TOWNSHIP, Role.LEADER)}


def _waiting(database, at):
    """Return by role how many people of lists wait for it."""
    with database.reading() as session:
        lines = {role: list_work(session, actor=actor, now=at) for role, actor in OF.items()}
    return {role: (one.n, one.n_overdue) for role, found in lines.items()
            for one in found if one.key == "stages_to_lead_on"}  # fmt: skip


@pytest.fixture
def town(any_database, actor, now):
    """A list that is proposed, with two people recommended."""
    with any_database.unit_of_work() as session:
        shortlist_no = register_city(session, actor=actor, now=now)
        conclude_all(session, start_review(session, shortlist_no, now=now), now=now)
    return any_database, shortlist_no


def _led(town, stage, now):
    database, shortlist_no = town
    with database.unit_of_work() as session:
        proposed(session, shortlist_no, now=now)
        lead_to(session, all_of(session, shortlist_no)[0], stage, now=now)


def test_nobody_is_asked_to_lead_people_on_before_the_list_is_proposed(town, now):
    assert _waiting(town[0], now) == {}


def test_the_next_stage_waits_for_whoever_takes_it_the_integrity_opinion_for_the_discipline_officer(town, now):
    _led(town, "joint_checked", now)
    assert _waiting(town[0], now) == {Role.OFFICER: (1, 0), Role.DISCIPLINE: (1, 0)}
    assert _waiting(town[0], now + timedelta(days=11)) == {Role.OFFICER: (1, 1), Role.DISCIPLINE: (1, 1)}


def test_a_missing_signature_waits_for_whoever_records_it_and_not_for_whoever_follows(town, now):
    database, shortlist_no = town
    _led(town, "joint_checked", now)
    with database.unit_of_work() as session:
        _lead_without_the_township(session, all_of(session, shortlist_no)[0], now)
    assert _waiting(database, now) == {Role.OFFICER: (1, 0), Role.TOWNSHIP: (1, 0)}
    with database.unit_of_work() as session:
        sign(session, all_of(session, shortlist_no)[0], "township_committee", now=now)
    assert _waiting(database, now) == {Role.OFFICER: (1, 0)}  # what is left is the decision on the list, told apart


def _lead_without_the_township(session, candidacy, now):
    step = asked("discipline_opinion", candidacy.version)
    candidacies.move_candidacy(session, actor=DISCIPLINE, candidacy_no=candidacy.candidacy_no, asked=step, now=now)


def test_after_the_decision_only_the_notice_of_who_was_chosen_waits(any_database, now):
    decide(any_database, now=now)
    assert _waiting(any_database, now) == {Role.OFFICER: (1, 0)}


def test_what_waits_in_another_county_is_not_told(town, now):
    _led(town, "joint_checked", now)
    stranger = an_actor(Role.DISCIPLINE, username="x", territory=ELSEWHERE)
    with town[0].reading() as session:
        assert list_work(session, actor=stranger, now=now) == []
