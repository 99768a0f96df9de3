"""The form of a vacancy: who would be eligible while it is written, both versions on a conflict, nothing lost."""

import re

from builders import an_actor

from service.usecases.records.vacancies import edit_vacancy
from service.usecases.records.vacancy_prospects import prospects_of
from tests.builders import a_person
from tests.service.web.builders_pages import page_of, token_of

NEW = "/vacancies/new"
TYPED = {
    "county": "样例县", "township": "样例镇", "village": "样例村", "post_type": "first_secretary", "headcount": "1",
    "industry_text": "水稻",
}  # fmt: skip


def _send(browser, address: str, *, script: bool = False, seen: str = NEW, **typed):
    headers = {"HX-Request": "true"} if script else {}
    return browser.post(address, data={**typed, "csrf_token": token_of(page_of(browser, seen))}, headers=headers)


def _figures(html: str) -> tuple[int, int]:
    eligible = re.search(r'<p class="pn"[^>]*><b class="num">([\d,]+)</b><span>\D*([\d,]+)', html)
    assert eligible, html
    return int(eligible[1].replace(",", "")), int(eligible[2].replace(",", ""))


def test_the_count_follows_what_is_written_and_says_what_each_rule_costs(browser):
    few = _send(browser, "/vacancies/prospects", script=True, **TYPED)
    before, pool = _figures(few.text)
    harsh = _send(browser, "/vacancies/prospects", script=True, **TYPED, age_max="20", requirement_basis="样例文件一号")
    after, same_pool = _figures(harsh.text)
    assert (same_pool, after) == (pool, 0)
    row = re.search(r"年龄不超过[^<]*<span class=\"chip pri\">.*?</tr>", harsh.text, re.DOTALL)[0]
    assert re.findall(r"\+(\d+)", row) == [str(before)], "without it there are as many as before"
    assert "一条就排除" in harsh.text


def test_a_requirement_without_a_document_is_a_wish_and_excludes_nobody(browser):
    plain = _send(browser, "/vacancies/prospects", script=True, **TYPED)
    wish = _send(browser, "/vacancies/prospects", script=True, **TYPED, age_max="20")
    assert _figures(wish.text) == _figures(plain.text)
    assert "不排除人选" in wish.text


def test_what_relaxing_a_rule_adds_is_what_the_count_gains_without_it(browser, database, now, actor):
    from service.usecases.incoming import registration

    with database.unit_of_work() as session:
        young = a_person(person_no="P71", name="样例三十", id_number=None, phone=None)
        registration.save_people(session, actor=an_actor(), records=[young], now=now)
    from schemas.vacancies import VacancySchema

    base = VacancySchema(partial=True).load({**TYPED, "requirement_basis": "样例文件一号", "education_min": "大学本科"})
    for limit in (25, 36, 40, 60):
        with database.reading() as session:
            strict = prospects_of(session, actor=actor, record={**base, "age_max": limit}, now=now)
            loose = prospects_of(session, actor=actor, record=base, now=now)
        own = [cost for cost in strict.costs if cost.is_own and cost.rule_id == "V-AGE"]
        assert loose.n_eligible - strict.n_eligible == sum(cost.n_added for cost in own)


def test_without_a_post_the_form_says_what_to_do(browser):
    assert "选择岗位类别后" in page_of(browser, NEW)


def test_a_vacancy_is_registered_and_found_again(browser):
    answer = _send(browser, NEW, **TYPED)
    assert answer.status_code == 303, answer.text
    assert "样例村" in browser.get(answer.headers["Location"]).text


def test_what_is_refused_stays_typed(browser):
    answer = _send(browser, NEW, **{**TYPED, "headcount": "很多", "note": "限男性"})
    assert answer.status_code == 422
    assert 'href="#f-headcount"' in answer.text
    assert 'value="很多"' in answer.text
    assert 'value="很多"' in page_of(browser, NEW)


def test_the_button_counts_without_a_script(browser):
    answer = _send(browser, "/vacancies/prospects", **TYPED)
    assert answer.status_code == 200
    assert _figures(answer.text)[1] > 0
    assert 'value="水稻"' in answer.text


def test_a_change_in_between_shows_both_versions(browser, database, now):
    address = "/vacancies/V1/edit"
    html = page_of(browser, address)
    sent = dict(re.findall(r'<input class="in"[^>]* name="(\w+)"[^>]* value="([^"]*)"', html))
    version = re.search(r'name="version" value="(\d+)"', html)[1]
    selects = re.findall(r'<select class="sel"[^>]* name="(\w+)">(.*?)</select>', html, re.DOTALL)
    chosen = {name: found[1] for name, body in selects if (found := re.search(r'value="([^"]+)" selected', body))}
    with database.unit_of_work() as session:
        edit_vacancy(
            session, actor=an_actor(), vacancy_no="V1", record={"term_months": 30}, expected_version=int(version),
            now=now,
        )  # fmt: skip
    typed = {**sent, **chosen, "term_months": "18个月", "version": version}
    answer = _send(browser, address, seen=address, **typed)
    assert answer.status_code == 409, answer.text
    assert re.search(r">30\s?个月</td><td>18\s?个月</td>", answer.text)
    assert f'name="version" value="{int(version) + 1}"' in answer.text
