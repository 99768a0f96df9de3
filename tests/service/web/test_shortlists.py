"""One shortlist with its reasons, and who was left out."""

import re
from decimal import Decimal

import pytest

from service.usecases.lists.shortlists import find_shortlist
from tests.service.web.builders_pages import page_of, requested_shortlist


@pytest.fixture
def address(browser) -> str:
    return requested_shortlist(browser)


@pytest.fixture
def made(address, database, actor):
    with database.reading() as session:
        yield find_shortlist(session, actor=actor, shortlist_no=address.rpartition("/")[2])


def test_the_page_lists_everybody_in_the_stored_order(browser, address, made):
    shown = re.findall(r'<li class="row[^"]*" data-id="([^"]+)"', page_of(browser, address))
    assert shown == [entry.person.person_no for entry in made.entries]
    assert len(shown) == 10


def test_the_points_shown_add_up_to_the_score_shown(browser, address, made):
    for entry in made.entries:
        html = page_of(browser, f"{address}?person={entry.person.person_no}")
        points = re.findall(r'<span class="pt">([\d.]+)</span>', html)
        (total,) = re.findall(r'<tfoot>.*?<td class="num">([\d.]+) ', html, re.DOTALL)
        assert sum(map(Decimal, points)) == Decimal(total) == Decimal(entry.score) / 100


def test_what_is_not_recorded_is_shown_as_such_and_not_as_a_zero(browser, address, made):
    entry = made.entries[0]
    absent = [part for part in entry.contributions if part["is_missing"]]
    assert absent, "the builder's people have gaps"
    html = page_of(browser, address, "en")
    assert html.count('<tr class="missing">') == len(absent)
    assert html.count("no data") == len(absent)
    assert "Not recorded: " in html


def test_every_rule_is_shown_with_its_basis_and_what_is_due_later_apart(browser, address, made):
    html = page_of(browser, address)
    for outcome in made.entries[0].outcomes:
        assert f'<span class="id">{outcome["rule_id"]}</span>' in html
    later = html.partition('<details class="later">')[2]
    for outcome in made.entries[0].outcomes:
        assert (f">{outcome['rule_id']}<" in later) == (outcome["stage"] != "listing")
    assert "拟用条款，请引用本地文件" in html


def test_a_fact_to_be_verified_is_flagged_with_a_word(browser, address, made):
    flagged = next(entry for entry in made.entries if entry.verdict == "to_verify")
    html = page_of(browser, f"{address}?person={flagged.person.person_no}")
    assert "项待核验" in html
    assert '<li class="v-to_verify">' in html


def test_the_sieve_is_said_and_drawn(browser, address, made):
    html = page_of(browser, address)
    sieve = made.sieve
    sentence = f"在库 {sieve['n_pool']} 人，符合条件 {sieve['n_eligible']} 人"
    assert sentence.replace(" ", "\u2009") in html
    assert 'class="sieve"' in html
    assert "得分仅供比选参考，以考察和集体研究为准。" in html


def test_the_page_says_which_versions_made_it_and_who_asked(browser, address, made):
    html = page_of(browser, address)
    for stated in (made.rulebook_version, made.card_version, made.data_version, "admin", "2026-11-23 10:00"):
        assert stated in html


def test_the_script_gets_one_part_and_history_the_whole_page(browser, address):
    part = browser.get(address, headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith("<article")
    whole = browser.get(address, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}).text
    assert whole.lstrip().startswith("<!doctype html>")


def test_somebody_who_is_not_on_the_list_is_refused(browser, address):
    answer = browser.get(f"{address}?person=P99")
    assert answer.status_code == 404
    assert "名单上没有这个人" in answer.text


def test_those_left_out_are_counted_by_their_first_rule(browser, address, made):
    html = page_of(browser, f"{address}/excluded")
    assert sum(row["n_people"] for row in made.exclusions) == made.sieve["n_pool"] - made.sieve["n_eligible"]
    for row in made.exclusions:
        assert f"{address}/excluded?rule={row['rule_id']}" in html
        only = page_of(browser, f"{address}/excluded?rule={row['rule_id']}")
        assert len(set(re.findall(r'href="/people/(P\d+)"', only))) == row["n_people"]


def test_the_lists_stand_newest_first(browser, address):
    second = requested_shortlist(browser, "V2")
    html = page_of(browser, "/shortlists")
    assert html.index(second) < html.index(address)
    assert address not in page_of(browser, "/shortlists?vacancy_no=V2")


def test_no_list_yet_says_where_to_begin(browser):
    html = page_of(browser, "/shortlists")
    assert "还没有建议名单" in html
    assert 'href="/vacancies?is_open=yes"' in html


def test_a_list_of_nobody_says_why(browser, database, now):
    from builders import an_actor

    from service.usecases.incoming import registration

    with database.unit_of_work() as session:
        records = [{"person_no": f"P{i:02}", "consent_matching": False} for i in [*range(1, 23), 97, 98, 99]]
        registration.save_people(session, actor=an_actor(), records=records, now=now)
    html = page_of(browser, requested_shortlist(browser))
    assert "没有符合硬性条件的人选" in html
