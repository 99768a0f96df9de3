"""The list under another emphasis: every place says who stands there, also where the reader may not see who."""

import re

import pytest
from builders import a_person, a_village, an_actor
from builders_offices import reader_of

from service.access import Role, Territory, TerritoryKind
from service.usecases.incoming import registration
from service.usecases.lists.what_ifs import what_if
from tests.service.web.builders_pages import page_of, requested_shortlist

HERE = Territory(TerritoryKind.COUNTY, "239901")


@pytest.fixture
def with_trained_people(database, browser, now) -> str:
    """A list of three, and two people who would stand first by their training: one of the county, one of another."""
    there = a_village(village_code="239902100201", county="示范乙县", township="南河镇", village="西岗村")
    trained = [
        a_person(person_no=f"P7{i}", name=f"样例受训{i}", rural_work_years=0.0, training_hours=200.0, **home)
        for i, home in enumerate(({}, {"home_village_code": "239902100201"}))
    ]
    address = requested_shortlist(browser, k=3)
    with database.unit_of_work() as session:
        registration.save_villages(session, actor=an_actor(), records=[there], now=now)
        registration.save_people(session, actor=an_actor(), records=trained, now=now)
    return address


def rows_of(html: str) -> list[tuple[str, str]]:
    """Return place and name of each row of a trial."""
    found = re.findall(r'<span class="rk num">([^<]+)<.*?<span class="nm">([^<]+)</span>', html, re.DOTALL)
    return [(place, name) for place, name in found]


def _address(browser, address: str) -> str:
    names = re.findall(r'name="(w\.[\w-]+)"', page_of(browser, address))
    return f"{address}/what-if?" + "&".join(f"{name}={300 if name == 'w.training' else 0}" for name in names)


def test_every_place_of_a_trial_is_told_and_somebody_of_another_territory_by_the_place_alone(
    app, browser, database, now, with_trained_people
):
    officer = reader_of(app, database, Role.OFFICER, territory=HERE, now=now)
    rows = rows_of(page_of(officer, _address(browser, with_trained_people)))
    assert [place for place, _ in rows[:3]] == ["1", "2", "3"]
    assert rows[:2] == [("1", "样例受训0"), ("2", "名单外\u20091\u2009人")]
    html = page_of(officer, _address(browser, with_trained_people))
    assert "样例受训1" not in html
    assert "P71" not in html
    everybody = rows_of(page_of(browser, _address(browser, with_trained_people)))
    assert everybody[:2] == [("1", "样例受训0"), ("2", "样例受训1")]


def test_who_of_the_list_is_among_the_first_neither_today_nor_in_the_trial_is_told_too(
    browser, database, now, with_trained_people
):
    listed = re.findall(r'<li class="row[^"]*" data-id="([^"]+)"', page_of(browser, with_trained_people))
    better = [
        a_person(
            person_no=f"P8{i}", name=f"样例优{i}", rural_work_years=9.0, years_in_industry=20.0, training_hours=300.0
        )
        for i in range(5)
    ]
    with database.unit_of_work() as session:
        registration.save_people(session, actor=an_actor(), records=better, now=now)
    html = page_of(browser, _address(browser, with_trained_people))
    shown = re.findall(r'<li class="row[^"]*" data-id="([^"]+)"', html)
    assert sorted(shown) == sorted(listed)
    assert "按今日记录不在前列" in html


def test_the_answer_names_the_places_of_those_who_are_not_seen(app, browser, database, now, with_trained_people):
    with database.reading() as session:
        about = {"vacancy_no": "V1", "weights": {"training": 90.0}, "k": 3, "now": now}
        assert what_if(session, actor=an_actor(), **about).weights.unseen_places == ()
    officer = reader_of(app, database, Role.OFFICER, territory=HERE, now=now)
    names = re.findall(r'name="w\.([\w-]+)"', page_of(browser, with_trained_people))
    weights = {name: 100 if name == "training" else 0 for name in names}
    answer = officer.post("/api/v1/vacancies/V1/what-if", json={"weights": weights, "k": 3})
    assert answer.status_code == 200, answer.text
    assert answer.json["weights"]["unseen_places"] == [2]
