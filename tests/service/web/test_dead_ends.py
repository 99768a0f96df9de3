"""Where somebody new stopped: each page says what comes next, and leads there."""

import re

import pytest
from builders_offices import reader_of
from sqlalchemy import select

from matching.vocabulary import VacancyStatus
from service.access import Role, Territory, TerritoryKind
from service.models.people import Person
from service.models.vacancies import Vacancy
from service.models.villages import Township
from tests.service.web.builders_desk import list_under_review, press
from tests.service.web.builders_imports import send_file
from tests.service.web.builders_pages import page_of, requested_shortlist


@pytest.fixture
def township(browser, database):  # the pages of `browser` have a city
    with database.reading() as session:
        found = session.scalars(select(Township)).first()
        return {"code": found.township_code, "township": found.name, "county": found.county.name}


@pytest.mark.parametrize("page", ["/people/new", "/vacancies/new"])
def test_a_form_begins_with_the_place_that_the_account_works_for(app, database, township, now, page):
    role = Role.REGISTRAR if page == "/people/new" else Role.TOWNSHIP
    territory = Territory(TerritoryKind.TOWNSHIP, township["code"])
    html = page_of(reader_of(app, database, role, territory=territory, now=now), page)
    for name in ("county", "township"):
        assert re.search(rf'name="{name}"[^>]* value="{township[name]}"', html), name


def test_the_form_of_a_vacancy_stars_what_it_cannot_do_without_and_proposes_days_ahead(browser, now):
    html = page_of(browser, "/vacancies/new")
    for name in ("village", "post_type", "headcount", "industry_text"):
        assert re.search(rf'<label class="lab" for="f-{name}">[^<]*<span class="req"', html), name
    days = re.findall(r'name="(?:start_date|deadline_on)"[^>]*placeholder="(\d{4})', html)
    assert days == [str(now.year + 1)] * 2


def test_a_list_of_a_vacancy_that_nobody_approved_says_that_its_review_waits_for_that(browser, database):
    address = requested_shortlist(browser)
    assert "岗位核定后方可开始审阅" not in page_of(browser, address)
    with database.unit_of_work() as session:
        session.scalars(
            select(Vacancy).where(Vacancy.vacancy_no == "V1")
        ).one().vacancy_status = VacancyStatus.SUBMITTED
    html = page_of(browser, address)
    assert "岗位核定后方可开始审阅" in html
    assert re.search(r'class="verbs">.*?href="/vacancies/V1"', html, re.DOTALL)


def test_the_lists_say_how_far_each_has_come(browser):
    list_under_review(browser)
    requested_shortlist(browser, "V2")
    html = page_of(browser, "/shortlists")
    assert re.findall(r"<td>(审阅中|已生成)</td>", html) == ["已生成", "审阅中"]


def test_who_was_left_out_by_a_rule_that_may_be_waived_leads_to_the_proposal_of_a_waiver(browser):
    address = requested_shortlist(browser)
    links = re.findall(r'href="(/waivers\?[^"]+)"', page_of(browser, f"{address}/excluded"))
    assert links
    html = page_of(browser, links[0].replace("&amp;", "&"))
    asked = dict(re.findall(r"(\w+)=([^&]+)", links[0].replace("&amp;", "&")))
    for name in ("person_no", "vacancy_no"):
        assert f'name="{name}" value="{asked[name]}"' in html
    assert f'<option value="{asked["rule_id"]}" selected' in html


def test_a_candidate_is_told_where_to_ask_for_a_correction_and_confirms_a_withdrawal(app, browser, database, now):
    with database.reading() as session:
        own = Territory(TerritoryKind.OWN, person_id=session.scalar(select(Person.id).where(Person.person_no == "P01")))
    html = page_of(reader_of(app, database, Role.CANDIDATE, territory=own, now=now), "/people/P01")
    assert "申请更正" in html
    assert re.search(r"<summary>撤回我的同意</summary>.*?确认撤回</button></details>", html, re.DOTALL)


def test_the_page_of_the_round_leads_to_where_what_is_missing_is_recorded(browser):
    address = list_under_review(browser)
    press(browser, address, decision="recommend")
    html = page_of(browser, f"{address}/round")
    assert "尚未核验" in html
    assert f'href="/checks?shortlist_no={address.rpartition("/")[2]}"' in html


def test_a_file_is_read_with_the_place_that_the_account_works_for(app, database, township, now):
    territory = Territory(TerritoryKind.TOWNSHIP, township["code"])
    clerk = reader_of(app, database, Role.REGISTRAR, territory=territory, now=now)
    sent = send_file(clerk, "姓名\n样例甲\n".encode(), name="名册.csv")
    html = page_of(clerk, sent.headers["Location"])
    assert f"<option selected>{township['county']}</option>" in html
    assert re.search(rf'name="township" value="{township["township"]}"', html)


def test_the_sign_in_says_what_to_do_about_a_forgotten_password(app):
    assert "忘记口令" in page_of(app.test_client(), "/login")
