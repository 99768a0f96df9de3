"""What cannot be learned from or used is named with what to do, and the card in force stays."""

import json

import pytest
from builders import a_vacancy
from builders_history import decisions_of, register_history
from sqlalchemy import update

from matching.vocabulary import PostType, ReviewDecision
from service.errors import Conflict, InvalidInput, NotConfigured
from service.models.reviews import Decision
from service.models.shortlists import ShortlistSnapshot
from service.models.training import ScorecardModel
from service.queries import cards
from service.queries.cards import cards_in_force
from service.rulebooks import shipped_cards
from service.usecases.cards.evaluating import watch_drift
from service.usecases.cards.model_files import LARGEST_FILE, import_model
from service.usecases.cards.models import list_models
from service.usecases.cards.promoting import promote_model, roll_back
from service.usecases.cards.training import NoDecisions, train_challengers
from service.usecases.incoming.registration import save_people, save_vacancies
from service.usecases.lists.shortlists import request_shortlist

POST = PostType.FIRST_SECRETARY
POLICY = shipped_cards()[POST].version


def trained(database, actor, now):
    (made,) = train_challengers(database, actor=actor, now=lambda: now, posts=[POST])
    return made


def taken_in(database, actor, now, content):
    with database.unit_of_work() as session:
        return import_model(session, actor=actor, content=content, now=now, place="model.json")


def in_force(database):
    with database.reading() as session:
        return cards_in_force(session)[POST].version


def promote(database, actor, now, version):
    with database.unit_of_work() as session:
        return promote_model(session, actor=actor, version=version, now=now)


def test_without_any_decision_the_remedy_is_to_import_some(database, actor, now):
    register_history(database, actor, now, n_lists=1, decisions=[])
    with pytest.raises(NoDecisions) as refusal:
        trained(database, actor, now)
    assert "talentpool import decisions" in refusal.value.remedy.en


@pytest.mark.parametrize("n_lists", [1, 9])
def test_with_too_few_lists_the_policy_stays_and_the_number_is_told(database, actor, now, n_lists):
    register_history(database, actor, now, n_lists=n_lists)
    made = trained(database, actor, now)
    assert (made.model, made.n_informative) == (None, n_lists)
    assert f"Only {n_lists} lists" in made.why_policy.en
    assert in_force(database) == POLICY


def test_lists_of_one_grade_only_teach_nothing(database, actor, now):
    alike = decisions_of(14, decision=ReviewDecision.RECOMMEND, reason_codes=None)
    register_history(database, actor, now, decisions=alike)
    made = trained(database, actor, now)
    assert (made.model, made.n_informative) == (None, 0)


def test_a_criterion_that_nobody_has_on_record_is_named_and_keeps_the_policys_proportion(database, actor, now):
    register_history(database, actor, now, training_hours=None)
    made = trained(database, actor, now)
    assert "training" in made.unrecorded
    assert "mass_work" in made.unrecorded
    change = {one.criterion_id: one for one in made.model.changes()}
    learned = [
        change[key].learned_points / change[key].policy_points for key in ("training", "mass_work", "appraisals")
    ]
    assert max(learned) - min(learned) < 0.01
    assert change["training"].n_decisions == 0


def test_a_level_that_nobody_on_the_lists_had_is_scored_all_the_same(database, actor, now, model_file):
    register_history(database, actor, now)
    promote(database, actor, now, taken_in(database, actor, now, model_file().encode()).version)
    with database.unit_of_work() as session:
        champion = cards_in_force(session)[POST]
        save_people(session, actor=actor, records=[{"person_no": "P01", "mass_work_experience": 2}], now=now)
        made = request_shortlist(session, actor=actor, vacancy_no="V1", k=60, now=now)
        (entry,) = [entry for entry in made.entries if entry.person_id == 1]
    points = champion.points["mass_work"]
    assert list(points[1:]) == sorted(points[1:])
    assert {part["criterion_id"]: part["points"] for part in entry.contributions}["mass_work"] == points[-1]


def test_a_vacancy_nobody_is_eligible_for_gets_an_empty_list_by_the_learned_card(database, actor, now, model_file):
    register_history(database, actor, now)
    version = taken_in(database, actor, now, model_file().encode()).version
    promote(database, actor, now, version)
    with database.unit_of_work() as session:
        impossible = a_vacancy(vacancy_no="V2", work_years_min=60, requirement_basis="示组〔2026〕9号")
        save_vacancies(session, actor=actor, records=[impossible], now=now)
        made = request_shortlist(session, actor=actor, vacancy_no="V2", k=5, now=now)
        assert (made.entries, made.card_version) == ([], version)


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda text: text[: len(text) // 2], "incomplete"),
        (lambda _text: "", "incomplete"),
        (lambda _text: "[]", "object is expected"),
        (lambda _text: "[" * 100_000, "incomplete"),
        (lambda text: _changed(text, schema="talentpool.model/2"), "schema must be"),
        (lambda text: _changed(text, surprise=1), "Unknown field 'surprise'"),
        (lambda text: _changed(text, n_telling={}), "is absent"),
        (lambda text: _changed(text, metrics={"ndcg_at_10": 0.99}), "is absent"),
        (lambda text: _changed(text, limits=[]), "does not fit its hash"),
        (lambda text: _changed(text, training=None), "object is expected"),
        (lambda text: text.replace('"points": 0', '"points": -1', 1), "not negative"),
        (lambda _text: " " * (LARGEST_FILE + 1), "more than"),
    ],
)
def test_a_damaged_model_file_is_refused_by_name(database, actor, now, model_file, damage, told):
    with pytest.raises(InvalidInput, match=told) as refusal:
        taken_in(database, actor, now, damage(model_file()).encode())
    assert refusal.value.place.startswith("model.json")
    assert refusal.value.remedy is not None
    assert in_force(database) == POLICY


def test_a_model_of_another_rulebook_is_not_taken_in_and_not_promoted(database, actor, now, model_file, monkeypatch):
    register_history(database, actor, now)
    version = taken_in(database, actor, now, model_file().encode()).version
    _put_another_rulebook_in_force(monkeypatch)
    for act in (
        lambda: taken_in(database, actor, now, model_file().encode()),
        lambda: promote(database, actor, now, version),
    ):
        with pytest.raises(InvalidInput, match=r"another|is in force"):
            act()
    assert in_force(database) == POLICY


def test_a_champion_of_another_rulebook_stays_and_says_so(database, actor, now, model_file, monkeypatch):
    register_history(database, actor, now)
    version = taken_in(database, actor, now, model_file().encode()).version
    promote(database, actor, now, version)
    _put_another_rulebook_in_force(monkeypatch)
    assert in_force(database) == version
    with database.reading() as session:
        (listed,) = list_models(session, actor=actor)
    assert listed.is_champion
    assert "was learned under rulebook" in listed.problem.en


def test_going_back_passes_over_a_card_of_another_rulebook(database, actor, now, model_file, monkeypatch):
    register_history(database, actor, now)
    signed = {"reason": "试用", "signed_by": "样例署名"}
    with database.unit_of_work() as session:
        for seed in (0, 1):
            version = import_model(session, actor=actor, content=model_file(seed).encode(), now=now).version
            promote_model(session, actor=actor, version=version, now=now, **signed)
        _put_another_rulebook_in_force(monkeypatch)
        assert roll_back(session, actor=actor, post=POST, now=now).version is None


def test_a_damaged_list_that_a_decision_names_is_named(database, actor, now):
    register_history(database, actor, now)
    with database.unit_of_work() as session:
        made = request_shortlist(session, actor=actor, vacancy_no="V1", k=5, now=now)
        session.execute(update(Decision).values(shortlist_id=made.id))
        session.execute(update(ShortlistSnapshot).values(content=b"x"))
        with pytest.raises(Conflict, match=made.shortlist_no) as refusal:
            watch_drift(session, actor=actor, post=POST, now=now)
    assert f"talentpool replay {made.shortlist_no}" in refusal.value.remedy.en


def test_a_damaged_challenger_never_disturbs_the_card_in_force(database, actor, now, model_file):
    register_history(database, actor, now)
    good = taken_in(database, actor, now, model_file().encode()).version
    promote(database, actor, now, good)
    bad = taken_in(database, actor, now, model_file(1).encode()).version
    _damage(database, bad)
    with pytest.raises(InvalidInput, match="incomplete"):
        promote(database, actor, now, bad)
    assert in_force(database) == good
    with database.reading() as session:
        assert {one.version: one.problem is None for one in list_models(session, actor=actor)} == {
            good: True,
            bad: False,
        }


def test_a_damaged_champion_is_named_and_mended_by_its_file_or_by_going_back(database, actor, now, model_file):
    register_history(database, actor, now)
    version = taken_in(database, actor, now, model_file().encode()).version
    promote(database, actor, now, version)
    _damage(database, version)
    with pytest.raises(NotConfigured, match=version) as refusal:
        in_force(database)
    assert "rollback" in refusal.value.remedy.en
    taken_in(database, actor, now, model_file().encode())
    assert in_force(database) == version
    _damage(database, version)
    with database.unit_of_work() as session:
        assert roll_back(session, actor=actor, post=POST, now=now).version is None
    assert in_force(database) == POLICY


def _damage(database, version):
    with database.unit_of_work() as session:
        session.execute(update(ScorecardModel).where(ScorecardModel.version == version).values(content="{"))
    cards._cards.pop(version, None)


def _changed(text, **fields):
    return json.dumps({**json.loads(text), **fields}, ensure_ascii=False)


def _put_another_rulebook_in_force(monkeypatch):
    """Give the rulebook in force another version, as an edited sentence would."""
    from service.usecases.cards import models

    class Edited:
        version = "fedcba9876543210"

    monkeypatch.setattr(models, "rulebook_in_force", lambda _: Edited)
