"""`talentpool explain`: reasons, beside somebody else, and what if."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from builders import a_person, a_vacancy, a_village, an_actor
from click.testing import Result

from service.installation import open_database
from service.settings import Settings
from service.usecases.incoming import registration

Run = Callable[..., Result]


@pytest.fixture
def village(installed: Run, tmp_path: Path) -> Run:
    """Two people for one vacancy: the second has far more rural work, and neither any training."""
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'talentpool.db'}", key_file=tmp_path / "talentpool.key")
    people = [a_person(training_hours=0.0), a_person(person_no="P2", name="样例乙", rural_work_years=7.0)]
    database, now = open_database(settings), datetime.now(UTC)
    with database.unit_of_work() as session:
        registration.save_villages(session, actor=an_actor(), records=[a_village()], now=now)
        registration.save_people(session, actor=an_actor(), records=people, now=now)
        registration.save_vacancies(session, actor=an_actor(), records=[a_vacancy()], now=now)
    database.dispose()
    return installed


FULL_WIDTH = set("（），；：")  # marks of Chinese, out of place in an English line


def test_a_score_is_explained_against_the_average_with_what_would_help(village: Run) -> None:
    told = village("--lang", "en", "explain", "V1", "P1").stdout
    assert not set(told) & FULL_WIDTH
    assert "place 2 of 2 eligible, band 2" in told
    assert "rural work experience: 4 years of rural work (step 4 to 6 years). (verified)" in told
    assert "What would help most:" in told
    assert "related training (none): under 24 hours +0.40, place 2 → 2" in told


def test_two_people_stand_side_by_side_and_their_differences_add_up(village: Run) -> None:
    told = village("explain", "V1", "P1", "--versus", "P2").stdout
    assert "两人不同档。" in told
    document = json.loads(village("-q", "explain", "V1", "P1", "--versus", "P2", "--json").stdout)
    assert document["schema"] == "talentpool.explanation/1"
    compared = document["comparison"]
    assert round(sum(part["difference"] for part in compared["criteria"]), 2) == compared["difference"] == -2.55
    assert document["what_if"] is None


def test_facts_and_weights_are_tried_in_the_words_of_a_record(village: Run) -> None:
    asked = ("explain", "V1", "P1", "--with", "training_hours=40学时", "--with", "rural_work_years=8年", "--weight",
             "training=0")  # fmt: skip
    told = village("--lang", "en", *asked).stdout
    assert "related training  0 hours → 40 hours  +1.40" in told
    assert "+3.95 points, place 2 → 1" in told
    assert "it changes nobody's eligibility" in told
    assert "related training  4.00 → 0.00" in told
    assert json.loads(village("-q", *asked, "--json").stdout)["what_if"]["facts"]["gain"] == 3.95


def test_an_empty_value_is_not_recorded(village: Run) -> None:
    told = village("--lang", "en", "explain", "V1", "P1", "--with", "rural_work_years=").stdout
    assert "rural work experience  4 years → not recorded  −12.45" in told


@pytest.mark.parametrize(
    ("options", "exit_code", "told"),
    [
        (("--with", "training_hours"), 2, "has no equals sign"),
        (("--with", "training_hours=many"), 2, "--with training_hours: A number from 0 to 10,000"),
        (("--with", "home_county_code=239901"), 2, "is a place or a tie"),
        (("--with", "age_years=30"), 2, "does not read 'age_years'"),
        (("--weight", "training=much"), 2, "is not a number"),
        (("--weight", "age=3"), 2, "The card has no 'age'"),
        (("--versus", "P9"), 4, "There is no person P9"),
        (("--versus", "P1"), 2, "two different people"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(
    village: Run, options: tuple[str, ...], exit_code: int, told: str
) -> None:
    assert told in village("--lang", "en", "explain", "V1", "P1", *options, exit_code=exit_code).output


def test_an_explained_list_tells_the_average_and_why_there_is_no_interval(village: Run) -> None:
    told = village("--lang", "en", "shortlist", "V1", "--explain").stdout
    assert not set(told) & FULL_WIDTH
    assert "(average of the eligible " in told
    assert "The card has not learned from any review history yet" in told
    assert "Band" in told
