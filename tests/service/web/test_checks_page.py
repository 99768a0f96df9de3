"""The verification desk: by person, by rule, of whoever is considered."""

import re

import pytest
from builders import a_person, an_actor
from builders_offices import reader_of
from builders_workflow import OFFICER, all_of, conclude_all, register_city, round_version, start_review

from service.access import Role
from service.usecases.incoming import registration
from service.usecases.records import people
from service.usecases.workflow import candidacies
from tests.service.web.builders_pages import page_of, post_form

PAPER = {"result": "pass", "document": "示镇函〔2026〕9号", "checked_on": "2026-11-20"}


@pytest.fixture
def number(database, now):
    """Put a list under review on which two of four are recommended."""
    with database.unit_of_work() as session:
        found = register_city(session, actor=an_actor(), now=now)
        start_review(session, found, now=now)
        conclude_all(session, all_of(session, found), now=now)
    return found


@pytest.fixture
def officer(app, database, now, number):
    return reader_of(app, database, Role.OFFICER, now=now)


def _rule_form(html: str, rule_id: str) -> dict[str, str]:
    (form,) = [one for one in html.split('action="/checks"')[1:] if f'name="rule_id" value="{rule_id}"' in one]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form.partition("</form>")[0]))


def _people_in(html: str) -> list[str]:
    return re.findall(r'<div class="whom"><h2>.*?href="/people/(\w+)"', html)


def test_the_desk_begins_with_whoever_is_considered_and_shows_everybody_on_request(officer, number):
    address = f"/checks?shortlist_no={number}"
    assert _people_in(page_of(officer, address)) == ["P1", "P2"]
    assert _people_in(page_of(officer, f"{address}&who=all")) == ["P1", "P2", "P3", "P4"]


def test_one_paper_settles_a_rule_of_those_whom_it_names_and_of_nobody_else(officer, number):
    address = f"/checks?shortlist_no={number}&by=rule&who=all"
    fields = _rule_form(page_of(officer, address), "C-06") | PAPER
    sent = post_form(officer, "/checks", {**fields, "person_no": ["P1", "P3"]}, seen=address)
    assert sent.status_code == 303, sent.text
    assert "by=rule" in sent.headers["Location"], "it leads back to the same look"
    html = page_of(officer, address)
    assert html.count(PAPER["document"]) == 2
    waiting = html.split('value="C-06"')[1].partition("</form>")[0]
    assert re.findall(r'name="person_no" value="(\w+)"', waiting) == ["P2", "P4"]


def test_a_paper_that_names_nobody_or_one_wrong_person_settles_nothing_and_stays_written(officer, number):
    address = f"/checks?shortlist_no={number}&by=rule"
    fields = _rule_form(page_of(officer, address), "C-06") | PAPER
    nobody = post_form(officer, "/checks", fields, seen=address)
    assert nobody.status_code == 422
    assert "请勾选文件所列人员" in nobody.text
    assert f'value="{PAPER["document"]}"' in nobody.text
    wrong = post_form(officer, "/checks", {**fields, "person_no": ["P1", "P99"]}, seen=address)
    assert wrong.status_code == 404
    assert re.search(r'name="person_no" value="P1" checked', wrong.text), "who was ticked stays ticked"
    assert PAPER["document"] not in page_of(officer, address)


def test_who_was_added_by_hand_is_verified_beside_the_listed(officer, database, now, number):
    with database.unit_of_work() as session:
        more = a_person(person_no="P9", name="样例新", rural_work_years=0.0)
        registration.save_people(session, actor=an_actor(), records=[more], now=now)
        candidacies.add_candidacy(
            session, actor=OFFICER, shortlist_no=number, person_no="P9",
            reason="示例：镇里推荐", version=round_version(session, number), now=now,
        )  # fmt: skip
    html = page_of(officer, f"/checks?shortlist_no={number}&who=all")
    assert _people_in(html)[-1] == "P9"
    assert "增补" in html


def test_what_the_record_tells_since_the_list_is_what_is_asked_for(officer, database, now, number):
    asked = []
    for known in (None, True):
        with database.unit_of_work() as session:
            person = people.get_person(session, actor=an_actor(), person_no="P1")
            told = {"record": {"duty_health_ok": known}, "expected_version": person.version}
            people.edit_person(session, actor=an_actor(), person_no="P1", **told, now=now)
        html = page_of(officer, f"/checks?shortlist_no={number}")
        asked.append(html.count('name="rule_id" value="C-05"'))
    assert asked == [1, 0]


def test_whoever_records_checks_without_seeing_reasons_sees_which_rules_wait_and_settles_them(
    app, database, officer, now, number
):
    address = f"/checks?shortlist_no={number}"
    discipline = reader_of(app, database, Role.DISCIPLINE, now=now)
    html = page_of(discipline, address)
    assert _people_in(html) == ["P1", "P2"]
    (told,) = set(re.findall(r'<span class="what">([^<]*)</span><span class="do">[^<]*<span class="vh"> C-06', html))
    (reason,) = set(
        re.findall(
            r'<span class="what">([^<]*)</span><span class="do">[^<]*<span class="vh"> C-06', page_of(officer, address)
        )
    )
    assert told
    assert told != reason, "the name of the rule, not what the record says"
    form = {"vacancy_no": "V1", "shortlist_no": number, "person_no": "P1", "rule_id": "C-06", "version": "0", **PAPER}
    assert post_form(discipline, "/checks", form, seen=address).status_code == 303
    assert PAPER["document"] in page_of(discipline, address)


def test_whoever_is_ticked_behind_the_hundredth_is_not_left_out_without_a_word(officer, number):
    address = f"/checks?shortlist_no={number}"
    form = {"vacancy_no": "V1", "shortlist_no": number, "rule_id": "C-06", **PAPER}
    sent = post_form(officer, "/checks", {**form, "person_no": [*["P1"] * 100, "P99"]}, seen=address)
    assert sent.status_code == 404
    assert "P99" in sent.text
