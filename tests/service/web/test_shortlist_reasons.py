"""The page of a shortlist: bands, intervals, and reasons against the average."""

import re
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from service.access import Actor
from service.db import Database
from service.models.shortlists import Shortlist, ShortlistEntry
from service.usecases.lists.shortlists import find_shortlist
from service.web.formatting import score, spaced
from tests.service.web.builders_pages import page_of, requested_shortlist

BANDS = [1, 2, 2, 3, 4, 4, 4, 5, 6, 6]


@pytest.fixture
def learned(browser: FlaskClient, database: Database, actor: Actor) -> str:
    """A list as a learned card makes it: with bands of several people and intervals."""
    address = requested_shortlist(browser)
    with database.unit_of_work() as session:
        made = find_shortlist(session, actor=actor, shortlist_no=address.rpartition("/")[2])
        made.card = {**made.card, "bags": [[[0, 10_000]]]}
        for entry, band in zip(made.entries, BANDS, strict=True):
            entry.band, entry.score_low, entry.score_high = band, entry.score - 120, entry.score + 250
    return address


def the_list(database, actor, address):
    with database.reading() as session:
        made = find_shortlist(session, actor=actor, shortlist_no=address.rpartition("/")[2])
        session.expunge_all()
    return made


def test_bands_of_several_say_that_their_order_is_not_established(browser, database, actor, learned):
    made = the_list(database, actor, learned)
    bands = [entry.band for entry in made.entries]
    shared = [band for band in dict.fromkeys(bands) if bands.count(band) > 1]
    assert (bands, shared) == (BANDS, [2, 4, 6])
    html = page_of(browser, learned, "en")
    assert html.count("Within the margin of error: read them as equal.") == len(shared)
    for band in shared:
        first, last = bands.index(band) + 1, len(bands) - bands[::-1].index(band)
        assert f'id="band-{band}"><span>Places {first}–{last}<em>' in html
    assert re.findall(r'<ol start="(\d+)">', html) == [str(bands.index(band) + 1) for band in dict.fromkeys(bands)]


def test_an_interval_is_drawn_and_said(browser, database, actor, learned):
    made = the_list(database, actor, learned)
    html = page_of(browser, learned)
    assert html.count('<svg class="whisker"') == len(made.entries)
    assert 'class="bar pri"' not in html
    first = made.entries[0]
    said = f"得分 {score(first.score)}，区间 {score(first.score_low)} 至 {score(first.score_high)}"
    assert spaced(said) in html or said in html
    assert "没有区间" not in html


def test_a_policy_list_has_bars_and_says_why_there_is_no_interval(browser):
    html = page_of(browser, requested_shortlist(browser), "en")
    assert '<svg class="whisker"' not in html
    assert "The card has not learned from any review history yet, so scores have no interval." in html


def test_reasons_stand_strongest_first_with_their_distance_from_the_average(browser, database, actor):
    address = requested_shortlist(browser)
    made = the_list(database, actor, address)
    html = page_of(browser, address, "en")
    shown = re.findall(r'<span class="ab(?: up| dn)?">(?:<b>([^<]+)</b> )?(above|below|as the) average', html)
    distances = [Decimal((number or "0").replace("\u2212", "-")) for number, _ in shown]
    *parts, total = distances
    assert parts == sorted(parts, reverse=True)
    assert sum(parts) == total
    assert total == Decimal(made.entries[0].score - made.average_score) / 100
    assert [way for _, way in shown] == ["above" if d > 0 else "below" if d < 0 else "as the" for d in distances]


def test_a_fact_says_whether_it_is_verified(browser, database, actor, now):
    address = requested_shortlist(browser)
    html = page_of(browser, address, "en")
    assert "verified</span>" in html
    assert "self-reported" not in html
    with database.unit_of_work() as session:
        made = find_shortlist(session, actor=actor, shortlist_no=address.rpartition("/")[2])
        entry = made.entries[0]
        entry.contributions = [{**part, "is_verified": False} for part in entry.contributions]
    told = page_of(browser, address, "en")
    n_known = sum(not part["is_missing"] for part in entry.contributions)
    assert told.count('<span class="chip">self-reported</span>') == n_known > 0
    assert "本人填报" in page_of(browser, address)


def test_a_list_that_is_older_than_bands_is_shown_as_it_was(browser, database, actor, api):
    address = requested_shortlist(browser)
    number = address.rpartition("/")[2]
    with database.unit_of_work() as session:
        made = find_shortlist(session, actor=actor, shortlist_no=number)
        for entry in made.entries:
            kept = [
                {key: value for key, value in part.items() if key not in {"average", "above_average", "is_verified"}}
                for part in entry.contributions
            ]
            session.execute(
                update(ShortlistEntry)
                .where(ShortlistEntry.shortlist_id == made.id, ShortlistEntry.rank == entry.rank)
                .values(contributions=kept, band=None, score_low=None, score_high=None)
            )
        session.execute(update(Shortlist).where(Shortlist.id == made.id).values(average_score=None))
    html = page_of(browser, address, "en")
    assert "points of the most that each can give" in html
    assert '<span class="ab' not in html
    assert 'class="bandname"' not in html
    assert html.count('<ol start="1">') == 1
    shown = api.get(f"/api/v1/shortlists/{number}").json
    assert (shown["average_score"], shown["n_bands"], shown["notes"]["bands"]) == (None, None, None)
    assert {entry["band"] for entry in shown["entries"]} == {None}
    parts = [part for entry in shown["entries"] for part in entry["contributions"]]
    assert {(part["average"], part["above_average"], part["is_verified"]) for part in parts} == {(None, None, None)}
