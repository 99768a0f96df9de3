"""The review desk: beginning, saying, going on by itself, taking back, and what happens when two say at once."""

import re

import pytest
from sqlalchemy import select

from matching.vocabulary import ReviewDecision
from service.access import EVERYWHERE, Actor, Role
from service.models.candidacies import Candidacy
from service.models.people import Person
from service.usecases.workflow.candidacy_views import list_candidacies
from service.usecases.workflow.reviewing import give_opinion
from tests.service.web.builders_desk import fields_of, list_under_review, press, undo
from tests.service.web.builders_pages import page_of, requested_shortlist, token_of


@pytest.fixture
def address(browser) -> str:
    return list_under_review(browser)


@pytest.fixture
def review(database, actor, address):
    """Return the round of the list as it stands."""

    def read():
        with database.reading() as session:
            return list_candidacies(session, actor=actor, shortlist_no=address.rpartition("/")[2])

    return read


def _people(html: str) -> list[str]:
    return re.findall(r'<li class="row[^"]*" data-id="([^"]+)"', html)


def _open(html: str) -> str:
    return re.findall(r'<article class="detail" id="detail" data-id="([^"]+)"', html)[0]


def test_before_the_review_there_is_one_button_and_it_opens_it(browser):
    address = requested_shortlist(browser)
    html = page_of(browser, address)
    assert "开始审阅" in html
    assert "已审阅" not in html
    assert 'value="recommend"' not in html


def test_a_recommendation_is_the_offices_conclusion_and_the_next_person_is_opened(browser, address, review):
    people = _people(page_of(browser, address))
    answer = press(browser, address, decision="recommend")
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"?person={people[1]}")
    first = review().candidacies[0].candidacy
    assert first.conclusion is ReviewDecision.RECOMMEND
    assert "已审阅\u20091/10" in page_of(browser, answer.headers["Location"])


def test_an_own_opinion_is_no_conclusion(browser, address, review):
    answer = press(browser, f"{address}?as=own", decision="reserve")
    assert "as=own" in answer.headers["Location"]
    first = review().candidacies[0].candidacy
    assert first.conclusion is None
    assert [one.decision for one in first.standing_opinions] == [ReviewDecision.RESERVE]
    html = page_of(browser, f"{address}?person={first.person.person_no}")
    assert "已审阅\u20090/10" in html  # of the office
    assert ">admin<" in html


def test_not_suitable_takes_its_reason_from_the_button(browser, address, review):
    press(browser, address, why="R02")
    said = review().candidacies[0].candidacy.standing_conclusion
    assert said.decision is ReviewDecision.NOT_SUITABLE
    assert said.reason_codes == ("R02",)
    assert "经历不足" in page_of(browser, address)


def test_every_reason_has_a_digit_and_the_ninth_is_in_words(browser, address):
    html = page_of(browser, address)
    buttons = re.findall(r'name="why" value="(R\d+)" data-key="(\d)"', html)
    assert buttons == [(f"R0{digit}", str(digit)) for digit in range(1, 9)]
    words = page_of(browser, f"{address}?words=R09")
    assert re.search(r'<details class="words" id="words" open>', words)
    assert re.search(r'value="R09" checked', words)


def test_other_without_words_is_refused_and_keeps_what_was_written(browser, address, review):
    answer = press(browser, address, decision="not_suitable", reason_codes="R09", reason="")
    assert answer.status_code == 422
    assert "“其他”须写明理由" in answer.text
    assert 'value="R09" checked' in answer.text
    assert '<option value="not_suitable" selected>' in answer.text
    assert review().candidacies[0].candidacy.conclusion is None


def test_turning_the_order_around_asks_for_words_in_the_form(browser, address, review):
    press(browser, address, why="R01")
    second = _people(page_of(browser, address))[1]
    refused = press(browser, f"{address}?person={second}", decision="recommend", script=True)
    assert refused.status_code == 422
    assert refused.text.lstrip().startswith("<article")
    assert "须写明理由代码和理由" in refused.text
    told = press(
        browser, f"{address}?person={second}", decision="recommend", reason_codes="R01", reason="与主导产业更吻合"
    )
    assert told.status_code == 303
    assert review().candidacies[1].candidacy.conclusion is ReviewDecision.RECOMMEND


def test_undo_takes_back_again_and_again_what_was_said_last(browser, address, review):
    for _ in range(3):
        place = page_of(browser, address)
        open_one = next(
            one
            for one, view in zip(_people(place), review().candidacies, strict=True)
            if view.candidacy.conclusion is None
        )
        press(browser, f"{address}?person={open_one}", decision="recommend")
    opened = [undo(browser, address).headers["Location"] for _ in range(3)]
    people = _people(page_of(browser, address))
    assert [one.rpartition("=")[2] for one in opened] == people[2::-1]
    assert all(view.candidacy.conclusion is None for view in review().candidacies)
    assert "/undo" not in page_of(browser, address)


def test_the_script_gets_the_next_person_the_marks_and_the_progress(browser, address):
    people = _people(page_of(browser, address))
    answer = press(browser, address, decision="recommend", script=True)
    assert answer.status_code == 200
    assert _open(answer.text) == people[1]
    assert answer.headers["HX-Push-Url"].endswith(f"person={people[1]}")
    assert re.search(rf'<span class="dec d-yes" id="m-{people[0]}" hx-swap-oob="true"', answer.text)
    assert 'id="gauge" hx-swap-oob="true"' in answer.text
    assert len(answer.data) < 60_000


def test_two_reviewers_at_once_see_both_versions_and_nothing_is_lost(browser, address, database, review, now):
    people = _people(page_of(browser, address))
    stale = page_of(browser, f"{address}?person={people[0]}")
    other = Actor("second", frozenset({Role.CITY_ORG}), territory=EVERYWHERE)
    with database.unit_of_work() as session:
        candidacy = session.scalars(select(Candidacy).order_by(Candidacy.id)).first()
        give_opinion(
            session, actor=other, candidacy_no=candidacy.candidacy_no, decision=ReviewDecision.NEED_INFO,
            version=candidacy.version, now=now,
        )  # fmt: skip
    fields = {**fields_of(stale, "opinions"), "decision": "recommend", "reason": "已核实产业经历"}
    answer = browser.post(f"{address}/opinions", data=fields, headers={"HX-Request": "true"})
    assert answer.status_code == 409
    for shown in (
        "second",
        "需补充材料",
        "本次填写（未保存）",
        "已核实产业经历",
        '<option value="recommend" selected>',
    ):
        assert shown in answer.text
    assert review().candidacies[0].candidacy.conclusion is None
    again = {**fields, "version": fields_of(answer.text, "opinions")["version"]}
    assert browser.post(f"{address}/opinions", data=again).status_code == 303
    assert review().candidacies[0].candidacy.conclusion is ReviewDecision.RECOMMEND


def test_a_blind_desk_names_nobody(browser, address, database):
    html = page_of(browser, f"{address}?blind=1")
    html = html.replace(token_of(html), "")  # of letters and digits at random
    with database.reading() as session:
        people = session.scalars(select(Person)).all()
        assert not [
            told for one in people for told in (one.name, f"{one.person_no}<", f'{one.person_no}"') if told in html
        ]
    assert "人选\u200901" in html
    assert "/people/" not in html.partition('<div class="review">')[2]
    assert "周岁" not in html
    answer = press(browser, f"{address}?blind=1", decision="recommend")
    assert answer.headers["Location"].endswith("?person=2&blind=1")


def test_without_the_right_to_conclude_there_is_one_voice(browser, address, database):
    from service.models.accounts import Account

    with database.unit_of_work() as session:
        session.scalars(select(Account)).one().roles = ("township_committee",)
    html = page_of(browser, address)
    assert 'class="voices"' not in html
    assert 'name="as" value="own"' in html


def test_a_form_without_our_token_writes_nothing(browser, address, review):
    fields = {**fields_of(page_of(browser, address), "opinions"), "decision": "recommend", "csrf_token": "x"}
    assert browser.post(f"{address}/opinions", data=fields).status_code == 400
    assert review().candidacies[0].candidacy.conclusion is None


def test_keys_can_be_switched_off_and_stay_off(browser, address):
    assert 'data-keys="off"' not in page_of(browser, address)
    browser.get(f"/keys?single=off&next={address}")
    assert 'data-keys="off"' in page_of(browser, address)


def test_who_is_set_aside_needs_a_document_which_stands_in_the_report_of_overrides(browser, address):
    people = _people(page_of(browser, address))
    why = {"decision": "declined_by_person", "reason_codes": "R02", "reason": "家中有事"}
    refused = press(browser, address, **why)
    assert refused.status_code == 422
    assert '<a href="#document">' in refused.text
    assert "家中有事" in refused.text
    assert press(browser, address, **why, document="本人声明〔2026〕3号").status_code == 303
    assert "本人声明〔2026〕3号" in page_of(browser, f"{address}?person={people[0]}")
    assert "本人声明〔2026〕3号" not in page_of(browser, "/reports/overrides"), "nobody in a worse place is recommended"
    press(browser, f"{address}?person={people[1]}", decision="recommend")
    html = page_of(browser, "/reports/overrides").split('id="s-t"')[1]
    assert re.search(rf">{people[0]}<.*本人不愿.*家中有事.*本人声明〔2026〕3号", html.replace("\n", " "))
