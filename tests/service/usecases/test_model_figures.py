"""What is kept with a model: which decisions moved its points, and how often decisions go against the rank."""

import pytest
from builders_history import register_history

from matching.vocabulary import PostType
from service.errors import Conflict
from service.rulebooks import shipped_cards
from service.usecases.cards.evaluating import drift_document, watch_drift
from service.usecases.cards.model_figures import figures_of, movement_of, renew_figures
from service.usecases.cards.model_files import import_model, model_text
from service.usecases.cards.promoting import promote_model
from service.usecases.cards.training import train_challengers
from tests.builders_models import a_model

POST = PostType.FIRST_SECRETARY


def test_a_training_keeps_which_lists_moved_the_points_and_pages_read_no_decision_for_it(
    database, actor, now, monkeypatch
):
    register_history(database, actor, now)
    (made,) = train_challengers(database, actor=actor, now=lambda: now, posts=[POST])
    version = made.model.version
    with database.reading() as session:
        (watched,) = drift_document(watch_drift(session, actor=actor, post=POST, now=now))
    monkeypatch.setattr("service.usecases.cards.evaluating.load_history", None)
    with database.reading() as session:
        kept = figures_of(session, actor=actor, version=version, now=now)
        moved = movement_of(session, actor=actor, version=version)
    assert kept["drift"] == watched
    assert (moved["before"], moved["after"]) == (shipped_cards()[POST].version, version)
    assert moved["n_lists"] == made.model.training.n_informative_lists
    assert sum(level["gain"] for level in moved["levels"]) == pytest.approx(moved["gain"], abs=0.01)
    named = sum(one["gain"] for one in moved["lists"])
    assert named + moved["others"]["gain"] == pytest.approx(moved["gain"], abs=0.01)
    learned, policy = made.model.card.points, made.model.policy.points
    changed = sum(a != b for key in learned for a, b in zip(learned[key], policy[key], strict=True))
    assert len(moved["levels"]) == changed > 0
    assert {one["vacancy_no"] for one in moved["lists"]} <= set(made.model.training.vacancy_nos)
    monkeypatch.undo()
    with database.unit_of_work() as session:
        promote_model(session, actor=actor, version=version, now=now)
        assert renew_figures(session, actor=actor, now=now) == (version,)
        assert movement_of(session, actor=actor, version=version) == moved


def test_a_model_that_was_handed_in_and_never_in_force_says_that_nothing_was_kept(database, actor, now):
    with database.unit_of_work() as session:
        model = import_model(session, actor=actor, content=model_text(a_model()).encode(), now=now)
        with pytest.raises(Conflict, match=model.version):
            movement_of(session, actor=actor, version=model.version)
        assert figures_of(session, actor=actor, version=model.version, now=now)["drift"]["periods"] == []
