"""What is missing before a step of a list, and who may do it, is said before any field."""

import re

from builders_accounts import an_account
from builders_workflow import lead_to
from sqlalchemy import select

from matching.vocabulary import ReviewDecision
from service.access import EVERYWHERE, Role
from service.models.candidacies import Candidacy, Opinion
from service.models.people import Person
from service.usecases.workflow.reviewing import conclude
from tests.service.web.builders_pages import page_of
from tests.service.web.builders_rounds import proposed_by_somebody_else, requested_by_somebody_else, send


def _names(database) -> list[str]:
    with database.reading() as session:
        found = session.scalars(select(Candidacy).order_by(Candidacy.shown_rank))
        return [session.get_one(Person, one.person_id).name for one in found]


def _recommended_against_the_rank(database, actor, review, now) -> None:
    """Find the first not suitable and recommend the others, as if the rule had come later: nobody said why."""
    with database.unit_of_work() as session:
        for place, view in enumerate(review().candidacies):
            one, said = view.candidacy, ReviewDecision.RECOMMEND if place else ReviewDecision.NOT_SUITABLE
            words = {"reason_codes": ("R02",), "reason": "样例理由", "version": one.version, "now": now}
            conclude(session, actor=actor, candidacy_no=one.candidacy_no, decision=said, **words)
        for opinion in session.scalars(select(Opinion)):
            opinion.reason = None


def test_a_step_that_would_be_refused_says_what_is_missing_and_who_may_before_any_field(
    browser, address, database, review, now
):
    an_account(database, now=now, username="second", role=Role.OFFICER, territory=EVERYWHERE)
    html = page_of(browser, f"{address}/round")
    assert 'id="proposed-signed_name"' not in html
    missing = html.partition('id="to-proposed"')[2].partition("</section>")[0]
    assert "申请人不能办理此步骤" in missing
    assert "second" in missing
    assert "组织员/基层办干部" in missing
    assert all(name in missing for name in _names(database)), "whose conclusion is missing"
    assert not re.search(r"C\d{4}-\d{6}", missing)


def test_the_decision_names_whom_it_can_choose_and_what_comes_before_the_others(
    browser, address, database, settled, reviewed, review, now
):
    requested_by_somebody_else(database)
    assert send(browser, address, "proposed", signed_name="样例署名").status_code == 303
    proposed_by_somebody_else(database)
    html = page_of(browser, f"{address}/round").partition('id="to-decided"')[2].partition("</section>")[0]
    assert 'name="chosen"' not in html
    assert "<details><summary>不决定人选，写明理由" in html
    assert re.search(
        rf'<details class="before"><summary><b>{_names(database)[0]}</b> 还差 \d 项</summary>',
        html.replace("\u2009", " "),
    )
    assert "缺少签署：乡镇党委意见（由乡镇党委（组织委员）登记）" in html
    with database.unit_of_work() as session:
        first = session.scalars(select(Candidacy).order_by(Candidacy.shown_rank)).first()
        lead_to(session, first, "discipline_opinion", now=now)
    html = page_of(browser, f"{address}/round").partition('id="to-decided"')[2].partition("</section>")[0]
    assert html.count('name="chosen"') == 1
    assert html.count('<span class="req"') > 8, "what has to be filled in is marked"


def test_a_refusal_names_people_and_says_each_sentence_once(browser, address, database, actor, review, now):
    requested_by_somebody_else(database)
    _recommended_against_the_rank(database, actor, review, now)
    answer = send(browser, address, "proposed", signed_name="样例署名")
    assert answer.status_code == 409
    box = answer.text.partition('id="esum"')[2].partition("</div>")[0]
    high, low = _names(database)[:2]
    assert re.search(f"{low}（位次.+{high}（位次", box)
    assert not re.search(r"C\d{4}-\d{6}", box)
    empty = send(browser, address, "returned")
    box = empty.text.partition('id="esum"')[2].partition("</div>")[0]
    assert box.count("此步骤须写明理由") == 1
    assert 'href="#returned-reason"' in box


def test_what_the_service_did_itself_is_told_in_words(browser, address):
    html = page_of(browser, f"{address}/round").partition('<ol class="stages')[2].partition("</ol>")[0]
    assert "系统自动" in html
    assert "system" not in html


def test_a_list_that_is_opened_again_begins_at_the_first_person_of_whom_nothing_was_said(
    browser, address, database, actor, review, now
):
    with database.unit_of_work() as session:
        first = review().candidacies[0].candidacy
        said = {"decision": ReviewDecision.RECOMMEND, "version": first.version, "now": now}
        conclude(session, actor=actor, candidacy_no=first.candidacy_no, **said)
    numbers = [view.candidacy.person.person_no for view in review().candidacies]
    open_rows = re.findall(r'class="row k-\w+ cur" data-id="(\w+)"', page_of(browser, address))
    assert open_rows == [numbers[1]]
    worded = page_of(browser, f"{address}?words=R09")
    assert re.findall(r'class="row k-\w+ cur" data-id="(\w+)"', worded) == [numbers[1]]
    assert re.search(r'<details class="words" id="words" open>', worded), "what the address asks for stays asked"
    assert re.findall(r'class="row k-\w+ cur" data-id="(\w+)"', page_of(browser, f"{address}?person={numbers[0]}")) == [
        numbers[0]
    ]
