"""The rulebook by two people: tried out, linted, proposed, signed."""

import re

import pytest
from builders_offices import reader_of

from service.access import Role
from tests.service.web.builders_pages import page_of, token_of


@pytest.fixture
def officer(app, database, now, browser):
    return reader_of(app, database, Role.OFFICER, now=now)


@pytest.fixture
def leader(app, database, now, browser):
    return reader_of(app, database, Role.LEADER, now=now)


def _send(browser, address="/rulebook/edit", seen="/rulebook/edit", **fields):
    return browser.post(address, data={**fields, "csrf_token": token_of(page_of(browser, seen))})


@pytest.mark.parametrize("post", ["first_secretary", "honorary_village_head", "industrial_consultant"])
def test_the_form_shows_every_rule_and_weight_without_any_template(officer, post):
    html = page_of(officer, f"/rulebook/edit?post={post}")
    assert html.count('name="known:') >= 8
    assert html.count('name="weight:') >= 5
    assert not re.search(r"\{(limit|value|label|as_of)\}", html)


def test_who_would_qualify_without_a_rule_is_answered_and_nothing_is_written(officer):
    answer = _send(officer, without="C-01")
    assert answer.status_code == 200
    assert "C-01 · 是否适用" in answer.text
    assert "1</dd>" in answer.text.split("新符合")[1][:80]  # P97 has not agreed
    assert "尚无规则变更" in page_of(officer, "/rulebook/proposals")


def test_a_change_is_linted_tried_proposed_signed_by_another_and_then_in_force(officer, leader):
    tried = _send(officer, **{"limit:FS-02": "2", "act": "effect"})
    assert "FS-02 · 限值" in tried.text
    assert 'value="2"' in tried.text
    unexplained = _send(officer, **{"limit:FS-02": "2", "act": "propose"})
    assert unexplained.status_code == 422
    made = _send(officer, **{"limit:FS-02": "2", "act": "propose", "reason": "按新文件"})
    address = made.headers["Location"]
    assert "须由另一位有签署权的人办理" in page_of(officer, address)
    html = page_of(leader, address)
    assert "按新文件" in html
    signed = leader.post(address, data={"decision": "sign", "signed_name": "样例署名", "csrf_token": token_of(html)})
    assert signed.status_code == 303
    assert "At least 2" in page_of(officer, "/rulebook", "en")
    assert 'chip ok">signed' in page_of(officer, "/rulebook/proposals", "en")


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh", ("FS-02 · 限值", "第一书记 · 农村工作经历 · 权重", "C-01 · 是否适用", "C-01 · 说明")),
        ("en", ("FS-02 · limit", "First secretary · rural work experience · weight", "C-01 · whether it applies")),
    ],
)
def test_a_proposal_calls_what_it_changes_by_words(officer, language, told):
    weights = {"weight:rural_work": "14", "weight:party_building": "16"}
    more = 'C-01.enabled = false\nC-01.note = "试行"'
    made = _send(officer, **{"limit:FS-02": "2", **weights, "more": more, "act": "propose", "reason": "试行"})
    html = page_of(officer, made.headers["Location"], language)
    table = html.partition("difft2")[2].partition("</table>")[0]
    assert all(one.lower() in table.lower() for one in told), table
    assert not re.search(r"\.(limit|enabled|weight|note)\b|true|false", table), table


def test_a_rejection_needs_a_reason(officer, leader):
    address = _send(officer, **{"limit:FS-02": "2", "act": "propose", "reason": "试行"}).headers["Location"]
    seen = page_of(leader, address)
    assert leader.post(address, data={"decision": "reject", "csrf_token": token_of(seen)}).status_code == 422
    told = {"decision": "reject", "reason": "依据不足", "csrf_token": token_of(seen)}
    assert leader.post(address, data=told).status_code == 303
    assert "依据不足" in page_of(officer, address)


@pytest.mark.parametrize(
    "fields",
    [{"weight:rural_work": "99"}, {"limit:FS-02": "two"}, {"more": "XX-99.limit = 1"}, {"more": "nonsense"}, {}],
)
def test_what_a_rulebook_must_not_have_is_refused_with_its_place_and_stays_typed(officer, fields):
    answer = _send(officer, **fields, act="effect")
    assert answer.status_code == 422
    assert 'id="esum"' in answer.text
    assert all(value in answer.text for value in fields.values())


def test_limits_are_fields_in_words_and_ticked_codes_become_a_change(officer):
    html = page_of(officer, "/rulebook/edit", "en")
    assert 'name="pick:C-04" value="verified" checked' in html
    assert "[&#34;" not in html
    chosen = {"picks:C-04": "1", "pick:C-04": ["draft", "verified"]}
    told = _send(officer, **chosen, act="effect").text
    assert 'C-04 · 限值</small></th><td class="before">已核验</td><td class="after">已核验、草稿</td>' in told
    untouched = _send(officer, **{"picks:C-04": "1", "pick:C-04": "verified"}, act="effect")
    assert untouched.status_code == 422, "nothing differs"
