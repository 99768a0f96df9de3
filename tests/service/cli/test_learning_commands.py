"""`train`, `evaluate` and `models` in the terminal."""

import json
import os
from datetime import UTC, datetime

import pytest
from builders import an_actor
from builders_history import register_history
from builders_models import a_model
from rich.cells import cell_len

from matching.vocabulary import PostType
from service.cli import models, training
from service.cli.model_card import WIDTH, card_lines
from service.installation import open_database
from service.settings import Settings
from service.usecases.cards.model_files import import_model, model_text

LONGEST = 60


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("post", list(PostType))
def test_the_card_fits_one_page_and_names_every_criterion_level_and_figure(post, language):
    model = a_model(post)
    lines = card_lines(model, is_champion=True, language=language)
    assert len(lines) <= LONGEST
    assert max(map(cell_len, lines)) <= WIDTH
    page = "".join("".join(lines).split())
    for criterion in model.card.criteria:
        for label in (criterion.label, criterion.missing.label, *(level.label for level in criterion.ladder)):
            assert "".join(label.in_(language).split()) in page
    for told in (model.version, model.training.data_hash[:16], "0.850", "0.830", "+0.150", "2026-09-30"):
        assert told in page


@pytest.fixture
def model(installed):
    """A model that was taken in from its file."""
    database = open_database(Settings.from_environment(os.environ))
    with database.unit_of_work() as session:
        made = import_model(session, actor=an_actor(), content=model_text(a_model()).encode(), now=datetime.now(UTC))
    database.dispose()
    return made


def test_before_any_decision_nothing_is_learned_and_the_remedy_is_told(installed):
    assert "talentpool import decisions" in installed("train", exit_code=1).output
    assert "talentpool train" in installed("evaluate", exit_code=4).output
    assert "talentpool train" in installed("models", "promote", "latest", exit_code=4).output
    assert "talentpool train" in installed("models", "list").output


TABLES = [training._EVALUATED, training._TRAINED, models._COLUMNS, models._PERIODS]


@pytest.mark.parametrize("columns", TABLES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_two_columns_of_a_table_have_one_name(columns, language):
    names = [column.in_(language) for column in columns]
    assert len(set(names)) == len(names)


def test_a_model_is_shown_listed_promoted_and_rolled_back(talentpool, model):
    assert model.version in talentpool("models", "show", "latest").stdout
    assert "--reason" in talentpool("models", "promote", "latest", exit_code=2).output
    talentpool("models", "promote", model.version, "--reason", "试用", "--signed-by", "样例署名")
    (listed,) = json.loads(talentpool("models", "list", "--json").stdout)["models"]
    assert listed["is_champion"]
    assert json.loads(talentpool("version", "--json").stdout)["cards"]["first_secretary"] == model.version
    assert model.version in talentpool("doctor", exit_code=3).output  # the office of the tests fits no place
    assert "政策" in talentpool("models", "rollback", "--post", "first_secretary").output
    talentpool("models", "rollback", "--post", "first_secretary", exit_code=1)


def test_a_model_file_is_written_and_read_again(talentpool, model, tmp_path):
    path = tmp_path / "model.json"
    talentpool("models", "export", model.version, "-o", str(path))
    assert json.loads(path.read_text(encoding="utf-8"))["version"] == model.version
    assert model.version in talentpool("models", "import", str(path)).output
    path.write_text("{}", encoding="utf-8")
    refused = talentpool("--lang", "en", "models", "import", str(path), exit_code=2).output
    assert "model.json" in refused
    assert "the card in force stays" in refused


def test_drift_without_decisions_has_no_alarm(installed):
    posts = json.loads(installed("models", "drift", "--json").stdout)["posts"]
    assert [post["is_alarming"] for post in posts] == [False] * 3


def test_too_few_lists_are_a_finding_and_the_policy_stays(installed):
    database = open_database(Settings.from_environment(os.environ))
    register_history(database, an_actor(), datetime.now(UTC), n_lists=2)
    database.dispose()
    told = installed("--lang", "en", "train", "--post", "first_secretary", "--json", exit_code=3)
    (post,) = json.loads(told.stdout)["posts"]
    assert (post["version"], post["n_informative_lists"]) == (None, 2)
    assert "policy stays" in installed("--lang", "en", "train", exit_code=3).stdout
