"""Vacancies: list, one vacancy, the request for a shortlist."""

import re
from datetime import date

import pytest
from builders import a_vacancy, a_village, an_actor
from builders_offices import reader_of
from sqlalchemy import update

from matching.vocabulary import VacancyStatus
from service.access import Role, Territory, TerritoryKind
from service.models.runs import RankingHead
from service.usecases import revisions
from service.usecases.incoming import registration
from service.usecases.lists import rankings, shortlists
from service.usecases.long_work import rescoring
from tests.service.web.builders_pages import page_of, post_form, requested_shortlist


def test_the_list_can_be_narrowed_to_open_ones(browser):
    assert "V3" in page_of(browser, "/vacancies")
    html = page_of(browser, "/vacancies?is_open=yes&post_type=first_secretary")
    assert 'href="/vacancies/V1"' in html
    assert "V3" not in html
    assert "V2" not in html


def test_the_list_tells_how_many_are_eligible_and_finds_the_thin_posts(browser, database, actor, now):
    assert ">V1<" not in page_of(browser, "/vacancies?is_thin=yes"), "nothing is ranked yet"
    rescoring.rescore(database, actor=actor, now=lambda: now)
    found = page_of(browser, "/vacancies?is_open=yes&sort=-n_eligible", "en")
    row = r'<tr>\s*<td class="code xs">(V\d+)</td>.*?<b[^>]*>(\d+)</b><span class="sub">(\d+)'
    rows = re.findall(row, found, re.DOTALL)
    assert rows
    for number, n_eligible, n_to_verify in rows:
        with database.unit_of_work() as session:
            sieve = shortlists.request_shortlist(session, actor=actor, vacancy_no=number, k=1, now=now).sieve
        assert (int(n_eligible), int(n_to_verify)) == (sieve["n_eligible"], sieve["n_to_verify"])
    counts = [int(row[1]) for row in rows]
    assert counts == sorted(counts, reverse=True)
    with database.unit_of_work() as session:
        session.execute(update(RankingHead).values(n_eligible=2))
    assert f">{rows[0][0]}<" in page_of(browser, "/vacancies?is_thin=yes")
    assert f">{rows[0][0]}<" not in page_of(browser, "/vacancies?is_thin=no")


def test_the_button_leads_to_the_new_list(browser, database, actor):
    address = requested_shortlist(browser, k=3)
    assert address.startswith("/shortlists/S2026-")
    with database.reading() as session:
        assert shortlists.list_shortlists(session, actor=actor, vacancy_no="V1").total == 1
    assert address in page_of(browser, "/vacancies/V1")


@pytest.mark.parametrize("k", ["0", "201", "-1", "", "ten", "1.5", "９"])
def test_an_impossible_length_is_refused_with_what_was_typed(browser, database, actor, k):
    answer = post_form(browser, "/vacancies/V1/shortlists", {"k": k}, seen="/vacancies/V1")
    assert answer.status_code == 422
    assert "有\u20091\u2009处需要修改" in answer.text
    assert 'href="#k"' in answer.text
    assert f'name="k" value="{k}"' in answer.text
    with database.reading() as session:
        assert shortlists.list_shortlists(session, actor=actor).total == 0


def test_a_closed_vacancy_has_no_button_and_refuses_the_request(browser):
    html = page_of(browser, "/vacancies/V3")
    assert "<button" not in html.partition('<div class="head">')[2].partition('<div class="page">')[0]
    assert "已结束的岗位不再排序" in html
    answer = post_form(browser, "/vacancies/V3/shortlists", {"k": "5"}, seen="/vacancies/V1")
    assert answer.status_code == 422
    assert "已不在招" in answer.text


def test_a_requirement_without_a_basis_is_shown_as_a_wish(browser):
    html = page_of(browser, "/vacancies/V2", "en")
    assert "Wishes of the vacancy (exclude nobody)" in html
    assert "Rules, with a basis" not in html
    assert "50" in html.split("Wishes of the vacancy")[1].split("</ul>")[0]
    assert "None beyond the rulebook." in page_of(browser, "/vacancies/V1", "en")


def test_the_current_ranking_appears_after_rescoring(browser, database, actor, now):
    assert "尚未排序" in page_of(browser, "/vacancies/V1")
    rescoring.rescore(database, actor=actor, now=lambda: now)
    html = page_of(browser, "/vacancies/V1")
    with database.reading() as session:
        first = rankings.read_ranking(session, actor=actor, vacancy_no="V1", top=1, now=now)[0]
        assert f'href="/people/{first.person.person_no}"' in html
    assert "尚未排序" not in html
    assert "规则或评分卡有变动" not in html


def test_a_ranking_older_than_the_registry_says_so(browser, database, actor, now):
    rescoring.rescore(database, actor=actor, now=lambda: now)
    with database.unit_of_work() as session:
        revisions.bump(session, "people")
    assert "规则或评分卡有变动" in page_of(browser, "/vacancies/V1")


def test_an_unknown_vacancy_is_a_page_that_says_so(browser):
    assert browser.get("/vacancies/V404").status_code == 404
    assert post_form(browser, "/vacancies/V404/shortlists", {"k": "5"}, seen="/help").status_code == 404


def test_an_open_vacancy_after_its_day_is_called_overdue_and_one_that_is_filled_is_not(browser, database, now):
    records = [
        a_vacancy(vacancy_no="V1", deadline_on=date(2026, 11, 1)),
        a_vacancy(vacancy_no="V3", deadline_on=date(2026, 11, 1), vacancy_status=VacancyStatus.FILLED),
    ]
    with database.unit_of_work() as session:
        registration.save_vacancies(session, actor=an_actor(), records=records, now=now)
    rows = re.findall(r"<tr>.*?</tr>", page_of(browser, "/vacancies", "en"), re.DOTALL)
    assert [
        number for number in ("V1", "V2", "V3") if any(f">{number}<" in row and "overdue" in row for row in rows)
    ] == ["V1"]


def test_the_query_offers_a_county_officer_no_other_county(app, browser, database, now):
    there = a_village(village_code="239902100201", county="示范乙县", township="南河镇", village="西岗村")
    with database.unit_of_work() as session:
        registration.save_villages(session, actor=an_actor(), records=[there], now=now)
    assert "示范乙县" in page_of(browser, "/vacancies")
    here = Territory(TerritoryKind.COUNTY, "239901")
    officer = reader_of(app, database, Role.OFFICER, territory=here, now=now)
    for page in ("/vacancies", "/people"):
        assert "示范乙县" not in page_of(officer, page)
