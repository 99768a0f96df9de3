"""Explanations as use cases: who may ask, that nothing is kept, and that every fact a card reads can be tried."""

from datetime import datetime

import pytest
from builders import a_person, a_vacancy, a_village
from sqlalchemy import func, select

from matching.vocabulary import PostType
from matching.what_if import PLACES, changeable_columns
from schemas.explanations import FactsSchema
from service.access import Actor
from service.db import Database, Model
from service.errors import Forbidden, InvalidInput, NotFound
from service.models.audit import AuditEntry
from service.rulebooks import shipped_cards
from service.usecases.incoming import registration
from service.usecases.lists import explanations, what_ifs


@pytest.fixture
def pool(database: Database, actor: Actor, now: datetime) -> Database:
    """Three people who pass, with 1, 4 and 7 years of rural work, and an open vacancy."""
    people = [a_person(person_no=f"P{i}", name=f"样例{i}", rural_work_years=3.0 * i - 2) for i in (1, 2, 3)]
    with database.unit_of_work() as session:
        registration.save_villages(session, actor=actor, records=[a_village()], now=now)
        registration.save_people(session, actor=actor, records=people, now=now)
        registration.save_vacancies(session, actor=actor, records=[a_vacancy()], now=now)
    return database


def n_rows(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Model.metadata.tables.values()
        }


def test_no_question_leaves_a_trace_but_the_lines_of_who_looked(pool: Database, actor: Actor, now: datetime) -> None:
    before = n_rows(pool)
    with pool.unit_of_work() as session:
        explanations.explain_person(session, actor=actor, vacancy_no="V1", person_no="P1", now=now)
        explanations.compare_people(session, actor=actor, vacancy_no="V1", person_no="P1", versus="P2", now=now)
        tried = what_ifs.what_if(
            session,
            actor=actor,
            vacancy_no="V1",
            person_no="P1",
            facts={"rural_work_years": 6, "work_themes": ("W1",)},
            weights={"training": 20},
            now=now,
        )
    assert tried.facts is not None
    # 6 and 7 years are one level, and equal scores stand in the order of person_no
    assert (tried.facts.move.place_before, tried.facts.move.place_after) == (3, 1)
    assert tried.weights is not None
    assert tried.weights.person is not None
    with pool.reading() as session:
        lines = list(
            session.scalars(
                select(AuditEntry.action).where(AuditEntry.id > before["audit_entries"]).order_by(AuditEntry.id)
            )
        )
    assert lines == ["view_person"] * 4 + ["try_weights"]
    logged = {"audit_entries": before["audit_entries"] + len(lines), "audit_subjects": n_rows(pool)["audit_subjects"]}
    assert n_rows(pool) == {**before, **logged}


def test_places_are_told_as_if_only_this_person_changed(pool: Database, actor: Actor, now: datetime) -> None:
    with pool.reading() as session:
        same = what_ifs.what_if(
            session, actor=actor, vacancy_no="V1", person_no="P3", facts={"rural_work_years": None}, now=now
        )
    assert same.facts is not None
    assert (same.facts.move.place_before, same.facts.move.place_after) == (1, 3)


def test_who_may_not_read_shortlists_gets_no_explanation(pool: Database, now: datetime) -> None:
    nobody = Actor("x")
    with pool.reading() as session, pytest.raises(Forbidden):
        explanations.explain_person(session, actor=nobody, vacancy_no="V1", person_no="P1", now=now)
    with pool.reading() as session, pytest.raises(Forbidden):
        what_ifs.what_if(session, actor=nobody, vacancy_no="V1", weights={"training": 5}, now=now)


def test_questions_about_nothing_and_nobody_are_refused(pool: Database, actor: Actor, now: datetime) -> None:
    with pool.reading() as session:
        with pytest.raises(InvalidInput, match="nothing to try"):
            what_ifs.what_if(session, actor=actor, vacancy_no="V1", person_no="P1", facts={}, now=now)
        with pytest.raises(InvalidInput, match="place or a tie"):
            what_ifs.what_if(
                session, actor=actor, vacancy_no="V1", person_no="P1", facts={"tie_codes": ("239901",)}, now=now
            )
        with pytest.raises(NotFound):
            explanations.explain_person(session, actor=actor, vacancy_no="V1", person_no="P9", now=now)


def test_every_fact_that_a_card_reads_can_be_tried_but_places_and_ties() -> None:
    read = {name for card in shipped_cards().values() for name in changeable_columns(card)}
    assert read == set(FactsSchema().fields)
    assert not read & PLACES
    assert set(shipped_cards()) == set(PostType)
