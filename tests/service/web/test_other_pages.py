"""Overview, work list, rulebook, help, error pages."""

import re
from datetime import date

import pytest
from builders import a_person, a_village
from builders_offices import reader_of
from sqlalchemy import func, select, update

from matching.vocabulary import PostType, TalentSource
from service.access import Role, Territory, TerritoryKind
from service.models.people import Person
from service.models.training import ScorecardModel
from service.rulebooks import shipped_cards, shipped_rulebook
from service.settings.plan import PlanSettings
from service.usecases.incoming import registration
from service.usecases.long_work.rescoring import rescore
from service.usecases.pool_pictures import draw_pools
from service.usecases.workflow.appointments import save_appointments
from tests.service.web.builders_pages import learned_card_in_force, page_of, requested_shortlist


def test_the_overview_counts_and_every_figure_leads_to_its_list(browser, now):
    html = page_of(browser, "/")
    assert '<a href="/people?record_status=in_pool">25</a>' in html
    planned = PlanSettings().planned_on(now.date())
    assert f"比计划少\u2009{planned - 25:,}\u2009人" in html
    assert f"今日计划\u2009{planned:,}" in html
    for source in ("T1", "T2", "T3"):
        assert f'href="/people?talent_source={source}&amp;record_status=in_pool"' in html
    for address in set(re.findall(r'href="(/(?:people|vacancies|shortlists|words)[^"]*)"', html)):
        assert browser.get(address.replace("&amp;", "&")).status_code == 200, address


def test_the_overview_of_an_empty_registry_says_what_to_do(client):
    html = page_of(client, "/", "en")
    assert "people behind the plan." in html
    assert "Nobody is registered yet." in html
    assert '<a href="/people/new">Register a person</a>' in html
    assert "at this pace" not in html, "there is none before somebody is registered"
    assert "No vacancy is open." in html


def test_the_latest_list_stands_on_the_overview(browser):
    assert requested_shortlist(browser) in page_of(browser, "/")


def test_every_chart_of_the_overview_has_its_sentence_and_its_table(browser, database, actor, now):
    rescore(database, actor=actor, now=lambda: now)
    html = page_of(browser, "/", "en")
    for kind in ("target", "growth", "radar", "funnel", "tiles"):
        drawn = re.search(rf'<svg class="{kind}"[^>]*role="(?:img|group)" aria-label="([^"]+)"', html)
        assert drawn, kind
        assert len(drawn[1]) > 20, kind
        if kind != "target":
            assert re.search(rf'<p class="said">[^<]{{20,}}</p>\s*(?:<div[^>]*>)?<svg class="{kind}"', html), kind
    assert html.count("<summary>Show the data</summary>") == 4
    table = re.search(r"<caption[^>]*>People in the pools at the end.*?</table>", html, re.DOTALL)[0]
    assert re.findall(r'<td class="r num">([\d,]+)</td>', table)[4] == "25", "the newest month first, all together last"
    assert 'class="tile t' in html


def test_each_bar_of_the_funnel_leads_to_as_many_people_as_it_shows(browser, database, actor, now):
    rescore(database, actor=actor, now=lambda: now)
    requested_shortlist(browser)
    svg = re.search(r'<svg class="funnel".*?</svg>', page_of(browser, "/", "en"), re.DOTALL)[0]
    bars = re.findall(r'<a href="([^"]+)">.*?<text class="vl"[^>]*>([\d,]+)</text>', svg)
    assert len(bars) == 6
    for address, shown in bars:
        html = page_of(browser, address.replace("&amp;", "&"), "en")
        assert re.search(r"([\d,]+) (?:person fits|people fit) this query", html)[1] == shown, address


def test_no_step_of_the_funnel_is_more_than_the_one_before_it(browser, database, actor, now):
    """Posts that no list led to are told beside it."""
    rescore(database, actor=actor, now=lambda: now)
    held = {
        "person_no": "P01",
        "village_code": a_village()["village_code"],
        "post_type": PostType.INDUSTRIAL_CONSULTANT,
    }
    with database.unit_of_work() as session:
        save_appointments(session, actor=actor, records=[held | {"started_on": date(2025, 1, 1)}], now=now)
    with database.reading() as session:
        steps = [step.n for step in draw_pools(session, actor=actor).funnel]
    assert steps == sorted(steps, reverse=True)
    assert steps[-1] == 0
    html = page_of(browser, "/", "en")
    address = re.search(r'<a href="([^"]+)">1\u2009?\s?person holds a post that no list led to', html)[1]
    assert "1 person fits this query" in page_of(browser, address, "en")


def test_new_people_are_who_was_registered_this_month_not_who_was_entered(browser, database, actor, now):
    """A register that is taken over is entered on one day."""
    entered = [
        a_person(person_no=f"N{day}", name="样例某某", talent_source=TalentSource.RICH_LEADER, registered_on=day)
        for day in (date(2025, 3, 1), now.date().replace(day=1), date(2099, 1, 1))
    ]
    with database.unit_of_work() as session:
        registration.save_people(session, actor=actor, records=entered, now=now)
    earlier = update(Person).where(Person.person_no.like("P0%")).values(registered_on=None)
    with database.unit_of_work() as session:
        session.execute(earlier)  # rows of an earlier release count by when they were made
        of_pool = select(func.count()).where(Person.talent_source == TalentSource.RICH_LEADER)
        n_here = session.scalar(of_pool)
    found = re.search(
        r'href="([^"]+T3[^"]+registered_from=[^"]+)">[^<]*<b class="num">\+(\d+)<', page_of(browser, "/", "en")
    )
    assert int(found[2]) == n_here - 1, "who came in March is left out; a day to come counts as today"
    html = page_of(browser, found[1].replace("&amp;", "&"), "en")
    assert re.search(r"([\d,]+) people fit this query", html)[1] == found[2]


def test_the_overview_tells_which_cards_judge_and_who_answers(browser, database, actor, now):
    html = page_of(browser, "/", "en")
    assert "nothing learned is in force" in html
    assert html.count("ships with the program") == len(PostType)
    version = learned_card_in_force(database, now=now)
    html = page_of(browser, "/", "en")
    row = re.search(rf'<tr>(?:(?!</tr>).)*href="/models/{version}".*?</tr>', html, re.DOTALL)[0]
    assert f"{now:%Y-%m-%d}" in row
    assert "answered for by 样例署名" in row
    assert "1 learned card is in force, none gives an alarm." in html
    drift = {"is_alarming": True, "periods": [{"against": 0.31, "limit": 0.22}]}
    with database.unit_of_work() as session:
        session.execute(update(ScorecardModel).values(figures={"drift": drift, "told_at": now.isoformat()}))
    html = page_of(browser, "/", "en")
    assert re.search(r'class="chip bad">drifting</span> 31% <small>alarm above 22%', html)
    assert "Somebody has to look at:" in html


def test_who_sees_only_the_own_record_reads_so_in_the_navigation(app, database, now, browser):
    with database.reading() as session:
        person_id = session.scalar(select(Person.id).where(Person.person_no == "P01"))
    own = Territory(TerritoryKind.OWN, person_id=person_id)
    html = reader_of(app, database, Role.CANDIDATE, territory=own, now=now).get("/people/P01").text
    nav = re.search(r"<nav class=\"nav\".*?</nav>", html, re.DOTALL)[0]
    assert "我的档案" in nav
    assert "人才库" not in nav


@pytest.mark.parametrize(
    ("role", "told"),
    [(Role.UNIT, "没有待办事项"), (Role.VILLAGE, "没有待办事项"), (Role.DISCIPLINE, "待办事项")],
)
def test_who_has_little_to_do_gets_a_short_desk(app, database, now, browser, role, told):
    answer = reader_of(app, database, role, now=now).get("/")
    assert answer.status_code == 200
    assert told in answer.text
    assert "比计划" not in answer.text


def test_the_person_is_led_to_the_own_record_and_file(app, database, now, browser):
    with database.reading() as session:
        person_id = session.scalar(select(Person.id).where(Person.person_no == "P01"))
    own = Territory(TerritoryKind.OWN, person_id=person_id)
    client = reader_of(app, database, Role.CANDIDATE, territory=own, now=now)
    answer = client.get("/")
    assert answer.headers["Location"] == "/people/P01"
    html = client.get("/people/P01").text
    assert "23990119900501001X" in html
    assert 'href="/people/P01/file"' in html
    assert "适合的岗位" not in html
    assert client.get("/people/P02").status_code == 404
    assert client.get("/people/P01/file").status_code == 200


def test_words_that_nobody_knows_are_listed(browser):
    assert "看星星" in page_of(browser, "/words")


@pytest.mark.parametrize("post", list(PostType))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_rulebook_shows_every_rule_with_its_basis_and_the_whole_card(browser, post, language):
    html = page_of(browser, f"/rulebook?post={post}", language)
    for rule in shipped_rulebook().rules_for(post):
        assert f">{rule.id}<" in html
    card = shipped_cards()[post]
    assert html.count('<div class="ladder">') == len(card.points)
    assert shipped_rulebook().version in html


def test_a_profile_of_the_rulebook_can_be_chosen(browser):
    national = page_of(browser, "/rulebook?post=first_secretary&profile=national_dispatch")
    assert national != page_of(browser, "/rulebook?post=first_secretary&profile=city_plan")
    assert page_of(browser, "/rulebook?post=x&profile=y")


def test_no_template_of_a_rule_reaches_the_reader(browser):
    for post in PostType:
        html = page_of(browser, f"/rulebook?post={post}")
        assert not re.search(r"\{(limit|value|label|as_of)\}", html)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_missing_page_says_what_to_do(client, language):
    client.set_cookie("language", language)
    answer = client.get("/nothing")
    assert answer.status_code == 404
    assert {"zh": "没有这个页面。", "en": "There is no such page."}[language] in answer.text
    assert 'href="/people"' in answer.text


def test_a_wrong_method_and_a_broken_request_are_pages_too(client):
    assert client.put("/help").status_code == 405
    assert client.post("/login", data={"csrf_token": "x"}).status_code == 400
    assert client.get("/logout").status_code == 405


def test_a_failure_inside_is_a_page_without_its_details(browser, app, monkeypatch):
    def broken() -> str:
        raise RuntimeError("secret detail")

    monkeypatch.setitem(app.config, "TESTING", False)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setitem(app.view_functions, "help.show", broken)
    answer = browser.get("/help")
    assert answer.status_code == 500
    assert "服务内部出错" in answer.text
    assert "secret detail" not in answer.text


def test_pages_stay_light(browser):
    import gzip

    address = requested_shortlist(browser)
    for page in ("/", "/people", "/people/P01", "/vacancies", "/vacancies/V1", address, "/rulebook"):
        assert len(gzip.compress(page_of(browser, page).encode())) < 15_000, page


def test_an_error_page_leads_back_offers_only_what_its_reader_may_see_and_names_the_request(
    app, browser, database, now
):
    answer = browser.get("/people/NOBODY", headers={"Referer": "http://localhost/people?page=2"})
    assert 'href="/people?page=2" rel="prev"' in answer.text
    assert answer.headers["X-Request-ID"] in answer.text
    answer = browser.get("/people/NOBODY", headers={"Referer": "https://elsewhere.example/x"})
    assert "elsewhere" not in answer.text
    operator = reader_of(app, database, Role.OPERATOR, now=now)
    html = operator.get("/accounts/changes").text + operator.get("/imports").text
    assert 'href="/imports' not in html.split("<main", 1)[1]


def test_the_help_tells_each_reader_of_what_they_may_do_and_switches_the_keys(app, browser, database, now):
    assert 'href="/imports/new"' in page_of(browser, "/help")
    auditor = reader_of(app, database, Role.AUDITOR, now=now)
    assert 'href="/imports/new"' not in page_of(auditor, "/help")
    switched = browser.get("/keys?single=off&next=/help")
    assert switched.headers["Location"] == "/help"
    assert "单键操作已关闭" in page_of(browser, "/help")
