"""From review decisions to a card in force and back again, through all layers, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from builders_history import register_history
from sqlalchemy import select

from matching.card import Scorecard
from matching.vocabulary import PostType
from service.errors import Conflict, InvalidInput, NotFound
from service.models.audit import AuditEntry
from service.models.training import CardPromotion, ScorecardModel
from service.queries.cards import cards_in_force
from service.rulebooks import shipped_cards
from service.usecases.cards.evaluating import evaluate_models, watch_drift
from service.usecases.cards.model_files import export_model, import_model, model_text
from service.usecases.cards.models import latest_versions, list_models
from service.usecases.cards.promoting import list_promotions, promote_model, roll_back
from service.usecases.cards.training import train_challengers
from service.usecases.lists import rankings
from service.usecases.lists.shortlists import request_shortlist
from service.usecases.long_work import rescoring

POST = PostType.FIRST_SECRETARY
POLICY = shipped_cards()[POST].version


def trained(database, actor, now, **options):
    (made,) = train_challengers(database, actor=actor, now=lambda: now, posts=[POST], **options)
    return made


def taken_in(database, actor, now, content):
    with database.unit_of_work() as session:
        return import_model(session, actor=actor, content=content.encode(), now=now)


def in_force(database):
    with database.reading() as session:
        return cards_in_force(session)[POST].version


def shortlist(database, actor, now):
    with database.unit_of_work() as session:
        made = request_shortlist(session, actor=actor, vacancy_no="V1", k=5, now=now)
        return made.card_version, [entry.person_id for entry in made.entries]


def promoted(database, actor, now, version, **options):
    with database.unit_of_work() as session:
        return promote_model(session, actor=actor, version=version, now=now, **options)


def rolled_back(database, actor, now):
    with database.unit_of_work() as session:
        return roll_back(session, actor=actor, post=POST, now=now)


def test_a_card_is_learned_proven_put_in_force_and_taken_back(any_database, actor, now):
    register_history(any_database, actor, now)
    before = shortlist(any_database, actor, now)
    made = trained(any_database, actor, now)
    assert in_force(any_database) == POLICY
    with any_database.reading() as session:
        (evaluated,) = evaluate_models(session, actor=actor, now=now)
    assert evaluated.version == made.model.version
    assert evaluated.against_champion.difference > 0.05
    assert promoted(any_database, actor, now, made.model.version).comparison["difference"] > 0.05
    after = shortlist(any_database, actor, now)
    assert after[0] == made.model.version
    assert after[1] != before[1]
    assert rolled_back(any_database, actor, now).version is None
    assert shortlist(any_database, actor, now) == before


def test_the_same_lists_and_seed_give_the_same_version_and_nothing_new(database, actor, now):
    register_history(database, actor, now)
    first = trained(database, actor, now, n_jobs=2)
    again = trained(database, actor, now + timedelta(days=1), n_jobs=1)
    assert (first.model.version, first.is_new, again.is_new) == (again.model.version, True, False)
    assert trained(database, actor, now, random_state=1).model.version != first.model.version
    with database.reading() as session:
        assert len(list_models(session, actor=actor)) == 2


def test_a_promotion_makes_the_rankings_out_of_date(database, actor, now, model_file):
    register_history(database, actor, now)
    made = taken_in(database, actor, now, model_file())
    rescoring.rescore(database, actor=actor, now=lambda: now)
    with database.reading() as session:
        assert rankings.ranking_state(session, actor=actor).is_current
    promoted(database, actor, now, made.version)
    with database.reading() as session:
        assert not rankings.ranking_state(session, actor=actor).is_current
    rescoring.rescore(database, actor=actor, now=lambda: now)
    with database.reading() as session:
        assert rankings.ranking_state(session, actor=actor).is_current


def test_every_change_of_the_card_is_one_more_line_with_its_audit(database, actor, now, model_file):
    register_history(database, actor, now)
    made = taken_in(database, actor, now, model_file())
    promoted(database, actor, now, made.version)
    rolled_back(database, actor, now)
    with database.reading() as session:
        told = [(line.kind, line.version, line.former_version) for line in list_promotions(session, actor=actor)]
        actions = [line.action for line in session.scalars(select(AuditEntry).order_by(AuditEntry.id))][-2:]
    assert told == [("rollback", None, made.version), ("promote", made.version, None)]
    assert actions == ["promote_model", "roll_back_model"]


def test_each_rollback_goes_one_card_further_back_until_the_policy(database, actor, now, model_file):
    register_history(database, actor, now)
    first, second = (taken_in(database, actor, now, model_file(seed)).version for seed in (0, 1))
    signed = {"reason": "试用", "signed_by": "样例署名"}
    promoted(database, actor, now, first, **signed)
    promoted(database, actor, now, second, **signed)
    assert rolled_back(database, actor, now).version == first
    promoted(database, actor, now, second, **signed)
    assert [rolled_back(database, actor, now).version for _ in range(2)] == [first, None]
    with pytest.raises(Conflict):
        rolled_back(database, actor, now)


def test_a_card_that_is_not_as_good_needs_a_reason_and_a_signature(database, actor, now, model_file):
    register_history(database, actor, now)
    good = taken_in(database, actor, now, model_file())
    promoted(database, actor, now, good.version)
    # The same reviewers now want the opposite: what was learned from them before is worse than what they want now.
    poor = _learned_elsewhere(database, actor, now)
    for missing in ({}, {"reason": "试用"}, {"signed_by": "样例署名"}, {"reason": " ", "signed_by": "样例署名"}):
        with pytest.raises(InvalidInput, match="worse than the card in force"):
            promoted(database, actor, now, poor, **missing)
    assert in_force(database) == good.version
    made = promoted(database, actor, now, poor, reason="市里统一试用", signed_by="样例署名")
    assert in_force(database) == poor
    assert (made.reason, made.signed_by) == ("市里统一试用", "样例署名")
    assert made.comparison["difference"] < 0
    with database.reading() as session:
        line = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert line.detail["is_signed"] is True
        assert "样例署名" not in str(line.detail), "the log keeps no name"


def test_a_card_in_force_is_not_promoted_again(database, actor, now, model_file):
    register_history(database, actor, now)
    version = taken_in(database, actor, now, model_file()).version
    promoted(database, actor, now, version)
    with pytest.raises(Conflict, match="in force already"):
        promoted(database, actor, now, version)


def test_a_model_file_goes_out_and_comes_in_elsewhere_without_coming_into_force(database, actor, now, model_file):
    register_history(database, actor, now)
    model = taken_in(database, actor, now, model_file())
    with database.unit_of_work() as session:
        content = export_model(session, actor=actor, version=model.version)
        session.execute(ScorecardModel.__table__.delete())
    with database.unit_of_work() as session:
        assert import_model(session, actor=actor, content=content.encode(), now=now) == model
        assert [(one.version, one.origin) for one in list_models(session, actor=actor)] == [(model.version, "imported")]
        assert export_model(session, actor=actor, version=model.version) == content
        assert not session.scalars(select(CardPromotion)).all()
    assert in_force(database) == POLICY


def test_drift_is_told_by_quarter(database, actor, now):
    register_history(database, actor, now, n_lists=14)
    with database.reading() as session:
        told = watch_drift(session, actor=actor, post=POST, now=now)[POST]
    assert sum(period.n_lists for period in told.periods) == 14
    assert [period.name for period in told.periods] == ["2025Q1", "2025Q2", "2025Q3", "2025Q4"]


def test_latest_names_the_newest_model_of_each_post(database, actor, now, model_file):
    register_history(database, actor, now)
    with database.reading() as session, pytest.raises(NotFound, match="Nothing has been learned"):
        latest_versions(session, actor=actor)
    taken_in(database, actor, now, model_file())
    newest = taken_in(database, actor, now, model_file(1)).version
    with database.reading() as session:
        assert latest_versions(session, actor=actor) == {POST: newest}


def _learned_elsewhere(database, actor, now):
    """Take in a model that prefers what these reviewers do not: the points of projects go to years of rural work."""
    with database.unit_of_work() as session:
        listed = list_models(session, actor=actor)[0].model
        flat = {key: tuple(0 for _ in points) for key, points in listed.card.points.items()}
        flat["rural_work"] = (0, 0, 2_500, 5_000, 7_500, 10_000)
        card = Scorecard(
            post=POST, source="learned", rulebook_version=listed.card.rulebook_version, points=flat, bags=(flat,)
        )
        other = replace(listed, card=card, training=replace(listed.training, vacancy_nos=("X1",), left_out=((),)))
        return import_model(session, actor=actor, content=model_text(other).encode(), now=now).version
