"""Decisions keep the place, the list and the card that reviewers saw, and cards learn from the levels of that list."""

from dataclasses import replace

import pytest
from builders import a_vacancy
from builders_history import register_history
from sqlalchemy import select

from matching.snapshot import PoolSnapshot
from matching.vocabulary import PostType, ReviewDecision
from service.models.reviews import Decision
from service.models.shortlists import ShortlistSnapshot
from service.queries.training import load_history
from service.rulebooks import shipped_cards
from service.usecases.days import day_of
from service.usecases.incoming.registration import save_decisions, save_people, save_vacancies
from service.usecases.incoming.reports import SavedState
from service.usecases.lists.shortlists import request_shortlist

CARD = shipped_cards()[PostType.FIRST_SECRETARY]


@pytest.fixture
def listed(any_database, actor, now):
    """A frozen list of three people for V1, and its number and people in order."""
    register_history(any_database, actor, now, n_lists=1, decisions=[])
    with any_database.unit_of_work() as session:
        save_vacancies(session, actor=actor, records=[a_vacancy(vacancy_no="V2")], now=now)
        made = request_shortlist(session, actor=actor, vacancy_no="V1", k=3, now=now)
        return any_database, made.shortlist_no, [f"P{entry.person_id:02}" for entry in made.entries]


def saved(database, actor, now, **record):
    told = {"vacancy_no": "V1", "decision": ReviewDecision.RECOMMEND, "reviewer_no": "7001", **record}
    with database.unit_of_work() as session:
        (result,) = save_decisions(session, actor=actor, records=[told], now=now).records
    return result


def decisions(database):
    with database.reading() as session:
        return [
            (row.shown_rank, row.shortlist_id, row.card_version)
            for row in session.scalars(select(Decision).order_by(Decision.id))
        ]


def test_a_named_list_supplies_place_and_card(listed, actor, now):
    database, number, people = listed
    assert saved(database, actor, now, shortlist_no=number, person_no=people[1]).state is SavedState.NEW
    assert saved(database, actor, now, shortlist_no=number, person_no=people[2], shown_rank=3).state is SavedState.NEW
    assert decisions(database) == [(2, 1, CARD.version), (3, 1, CARD.version)]


def test_what_contradicts_the_list_is_refused_where_it_stands(listed, actor, now):
    database, number, people = listed
    not_listed = next(f"P{i:02}" for i in range(1, 61) if f"P{i:02}" not in people)
    refused = {
        "shown_rank": {"shortlist_no": number, "person_no": people[1], "shown_rank": 1},
        "person_no": {"shortlist_no": number, "person_no": not_listed},
        "shortlist_no": {"shortlist_no": "S1999-000001", "person_no": people[0]},
    }
    for place, record in refused.items():
        result = saved(database, actor, now, **record)
        assert (result.state, [finding.place for finding in result.findings]) == (SavedState.REFUSED, [place])
    other = saved(database, actor, now, vacancy_no="V2", shortlist_no=number, person_no=people[0])
    assert "another vacancy" in other.findings[0].text.en
    assert decisions(database) == []


def test_a_later_line_without_the_list_neither_moves_the_place_nor_forgets_it(listed, actor, now):
    database, number, people = listed
    saved(database, actor, now, shortlist_no=number, person_no=people[1])
    assert saved(database, actor, now, person_no=people[1], shown_rank=1).state is SavedState.REFUSED
    changed = saved(database, actor, now, person_no=people[1], decision=ReviewDecision.RESERVE, shown_rank=None)
    assert changed.changed == ("decision",)
    assert decisions(database) == [(2, 1, CARD.version)]


def test_levels_are_those_of_the_list_that_was_shown_and_of_today_without_one(listed, actor, now):
    database, number, people = listed
    saved(database, actor, now, shortlist_no=number, person_no=people[0])
    saved(database, actor, now, person_no=people[1], shown_rank=2)
    before = _history(database, now)
    everybody = [{"person_no": person, "rural_work_years": 0.0, "n_projects_won": 0} for person in people]
    with database.unit_of_work() as session:
        save_people(session, actor=actor, records=everybody, now=now)
    after = _history(database, now)
    assert (after.n_frozen, after.lists.sizes.tolist()) == (1, [2])
    assert after.lists.levels[0].tolist() == before.lists.levels[0].tolist()
    assert after.lists.levels[1].tolist() != before.lists.levels[1].tolist()


def test_a_frozen_list_of_other_criteria_is_not_mistaken_for_one_of_these(listed, actor, now):
    database, number, people = listed
    saved(database, actor, now, shortlist_no=number, person_no=people[0])
    other = shipped_cards()[PostType.HONORARY_VILLAGE_HEAD]
    with database.unit_of_work() as session:
        row = session.get_one(ShortlistSnapshot, 1)
        snapshot = PoolSnapshot.from_bytes(row.content)
        row.content = replace(snapshot, levels=snapshot.levels[:, ::-1], criteria=snapshot.criteria[::-1]).to_bytes()
    assert _history(database, now).lists.levels.tolist()[0] == _today(database, now, people[0])
    with database.unit_of_work() as session:
        session.get_one(ShortlistSnapshot, 1)
        from service.models.shortlists import Shortlist

        session.get_one(Shortlist, 1).card = other.as_document()
    assert _history(database, now).n_frozen == 0


def _history(database, now):
    with database.reading() as session:
        return load_history(session, card=CARD, as_of=day_of(now))


def _today(database, now, person_no):
    from service.queries.matchers import matcher_for
    from service.queries.vacancies import load_vacancy_facts

    with database.reading() as session:
        matcher = matcher_for(session, as_of=day_of(now))
        (facts,) = load_vacancy_facts(session, vacancy_nos=["V1"], as_of=day_of(now))
        row = matcher.person_ids.tolist().index(int(person_no[1:]))
        return matcher.levels(CARD, facts)[row].tolist()
