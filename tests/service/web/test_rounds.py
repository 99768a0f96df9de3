"""From the review to the signed decision by its pages, the sheet that is printed, and the trial that nobody keeps."""

import re

import builders_workflow as b
import pytest
from builders_accounts import an_account, signed_in
from builders_workflow import settle_rules
from sqlalchemy import func, select

from matching.vocabulary import ReviewDecision, VacancyStatus
from service.access import EVERYWHERE, Role
from service.context import SESSION_KEY
from service.models.candidacies import Round
from service.models.moves import Move
from service.models.people import Person
from service.models.vacancies import Vacancy
from service.usecases.workflow.candidacy_views import list_candidacies
from service.usecases.workflow.reviewing import conclude
from tests.service.web.builders_desk import fields_of, list_under_review
from tests.service.web.builders_pages import page_of, requested_shortlist, token_of
from tests.service.web.builders_rounds import proposed_by_somebody_else, requested_by_somebody_else, send
from tests.service.web.builders_versions import both

VOTES = {
    "meeting": "部务会",
    "held_on": "2026-11-23",
    "n_entitled": "9",
    "n_present": "8",
    "n_for": "8",
    "n_against": "0",
}


def test_a_proposal_before_the_end_of_the_review_says_who_is_missing(browser, address, database):
    requested_by_somebody_else(database)
    answer = send(browser, address, "proposed", signed_name="样例署名")
    assert answer.status_code == 409
    assert "没有审阅结论" in answer.text
    assert 'value="样例署名"' in answer.text  # nothing typed is lost


def test_a_list_is_proposed_and_decided_with_its_vote(browser, address, database, settled, reviewed, review):
    requested_by_somebody_else(database)
    assert send(browser, address, "proposed", signed_name="样例署名").status_code == 303
    assert review().round.state == "proposed"
    proposed_by_somebody_else(database)
    wrong = send(
        browser, address, "decided", **VOTES, n_abstained="5", document="部务会纪要 3 号", signed_name="样例署名"
    )
    assert wrong.status_code == 422
    assert 'href="#decided-n_for"' in wrong.text
    assert 'value="部务会纪要 3 号"' in wrong.text
    decided = {**VOTES, "n_abstained": "0", "document": "部务会纪要 3 号", "signed_name": "样例署名"}
    answer = send(browser, address, "decided", **decided, reason="均不合适，另行补充人选")
    assert answer.status_code == 303, answer.text
    html = page_of(browser, f"{address}/round")
    assert "部务会" in html
    assert review().round.state in {"decided", "closed"}
    assert "部务会纪要 3 号" in page_of(browser, f"{address}/sheet").replace("\u2009", " ")


def test_beside_the_proposal_stands_what_closes_with_it_and_a_returned_list_offers_to_take_back(
    browser, address, database, settled, reviewed, review
):
    requested_by_somebody_else(database)
    form = page_of(browser, f"{address}/round").partition('id="to-proposed"')[2].partition("</form>")[0]
    assert "提出建议即结束审阅：不能再发表或撤回意见、结论" in form
    assert "With the proposal the review closes" in page_of(browser, f"{address}/round", "en")
    assert send(browser, address, "proposed", signed_name="样例署名").status_code == 303
    assert 'class="undo"' not in page_of(browser, address)
    proposed_by_somebody_else(database)
    assert send(browser, address, "returned", reason="另议").status_code == 303
    for n_left in range(len(review().candidacies), 0, -1):
        html = page_of(browser, address)
        assert 'name="decision" value="recommend"' not in html
        assert browser.post(f"{address}/undo", data=fields_of(html, "undo")).status_code == 303
        assert sum(one.candidacy.conclusion is not None for one in review().candidacies) == n_left - 1
    assert 'class="undo"' not in page_of(browser, address)


def test_a_decision_for_a_worse_place_asks_why_and_stands_in_the_report(
    browser, address, database, settled, reviewed, review, now
):
    requested_by_somebody_else(database)
    assert send(browser, address, "proposed", signed_name="样例署名").status_code == 303
    proposed_by_somebody_else(database)
    with database.unit_of_work() as session:
        second = b.all_of(session, address.rpartition("/")[2])[1]
        b.lead_to(session, second, "discipline_opinion", now=now)
        number = second.candidacy_no
    decided = {**VOTES, "n_abstained": "0", "document": "部务会纪要 3 号", "signed_name": "样例署名", "chosen": number}
    refused = send(browser, address, "decided", **decided, reason_codes="R01")
    assert refused.status_code == 422
    assert "须写明理由代码和理由，说明后者为何未选" in refused.text
    assert "位次更前者未选的，其未选的理由代码" in refused.text
    assert 'href="#decided-reason"' in refused.text
    assert '<option value="R01" selected>' in refused.text
    answer = send(browser, address, "decided", **decided, reason_codes="R01", reason="更懂当地产业")
    assert answer.status_code == 303, answer.text
    html = page_of(browser, "/reports/overrides")
    assert "更懂当地产业" in html
    assert "研究决定</span>" in html
    assert "by decision</span>" in page_of(browser, "/reports/overrides", "en")


def test_who_requested_a_list_does_not_propose_it(browser, address, reviewed):
    answer = send(browser, address, "proposed", signed_name="样例署名")
    assert answer.status_code == 403
    assert "不能办理此步骤" in answer.text


def test_fewer_people_than_the_ratio_need_a_reason(browser, database, now, actor):
    address = list_under_review(browser, k=1)
    requested_by_somebody_else(database)
    with database.unit_of_work() as session:
        (view,) = list_candidacies(session, actor=actor, shortlist_no=address.rpartition("/")[2]).candidacies
        one = view.candidacy
        said = ReviewDecision.RECOMMEND
        conclude(session, actor=actor, candidacy_no=one.candidacy_no, decision=said, version=one.version, now=now)
        settle_rules(session, [one], now=now)
    refused = send(browser, address, "proposed", signed_name="样例署名")
    assert refused.status_code == 422
    assert 'id="proposed-reason"' in refused.text
    assert send(browser, address, "proposed", signed_name="样例署名", reason="仅有一人符合").status_code == 303


def test_a_person_goes_on_and_a_signature_is_recorded(browser, address, reviewed, review):
    html = page_of(browser, f"{address}/round")
    one = review().candidacies[0].candidacy
    signature = {
        **fields_of(html, "signatures"),
        "signatory": "person",
        "signed_name": "样例甲",
        "signed_on": "2026-11-23",
    }
    assert (
        browser.post(
            f"{address}/candidacies/{one.candidacy_no}/signatures", data={**signature, "document": "意愿表"}
        ).status_code
        == 303
    )
    version = review().candidacies[0].candidacy.version
    step = {**signature, "version": version, "to": "willingness_asked", "signed_name": ""}
    assert browser.post(f"{address}/candidacies/{one.candidacy_no}/moves", data=step).status_code == 303
    assert review().candidacies[0].candidacy.state == "willingness_asked"


def test_somebody_is_added_by_hand_and_sits_last(browser, address, review):
    html = page_of(browser, f"{address}/round")
    listed = {view.candidacy.person_id for view in review().candidacies}
    fields = {**fields_of(html, "additions"), "person_no": "P98", "reason": "村民代表联名推荐"}
    assert "不符合“年满" in browser.post(f"{address}/additions", data=fields).text  # a child is not added
    fields["person_no"] = "P08"
    assert browser.post(f"{address}/additions", data=fields).status_code == 303
    last = review().candidacies[-1].candidacy
    assert last.person_id not in listed
    page = page_of(browser, f"{address}?person=P08")
    assert "人工增补" in page
    assert "村民代表联名推荐" in page


def test_the_page_says_who_cannot_go_on_and_why(browser, address, database, review, now):
    one = review().candidacies[0].candidacy
    with database.unit_of_work() as session:
        session.get_one(Person, one.person_id).consent_matching = False
    assert "不符合“本人同意参与人岗匹配”" in page_of(browser, f"{address}/round")


def test_the_sheet_has_everybody_with_reasons_and_room_for_signatures(browser, address, review):
    html = page_of(browser, f"{address}/sheet")
    assert html.count('<th scope="row"') == len(review().candidacies)
    assert "①" in html
    assert "（盖章）" in html
    assert "<style" not in html
    assert "style=" not in html


def test_a_trial_says_so_moves_people_and_writes_nothing(browser, address, database):
    def counted():
        with database.reading() as session:
            return [session.scalar(select(func.count()).select_from(kind)) for kind in (Round, Move)]

    before = counted()
    html = page_of(browser, f"{address}/what-if?w.rural_work_experience=0&w.industry_fit=300")
    assert "推演排序，未保存" in html
    assert 'value="300"' in html
    assert counted() == before
    part = browser.get(f"{address}/what-if", headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<div class="rank"')
    assert "▲" not in part  # the official weights move nobody


def test_a_trial_without_any_weight_is_refused_in_its_place(browser, address):
    html = page_of(browser, address)
    names = re.findall(r'name="(w\.[\w-]+)"', html)
    nothing = page_of(browser, f"{address}/what-if?" + "&".join(f"{name}=0" for name in names))
    assert "权重不能全为\u20090" in nothing


def test_who_may_not_know_people_reads_every_page_of_a_list_by_number(app, browser, database, address, review, now):
    numbers = [view.candidacy.person.person_no for view in review().candidacies]
    with database.reading() as session:
        found = session.scalars(select(Person).where(Person.person_no.in_(numbers)))
        names = {person.person_no: person.name for person in found}
    people = {number: names[number] for number in numbers}
    an_account(database, now=now, username="auditor", role=Role.AUDITOR, territory=EVERYWHERE)
    auditor = app.test_client()
    with auditor.session_transaction() as cookie:
        cookie[SESSION_KEY] = signed_in(database, now=now, username="auditor").token
    for page in ("", "/round", "/sheet", "/compare"):
        assert all(name in page_of(browser, address + page) for name in list(people.values())[:2]), page
        html = page_of(auditor, address + page)
        assert not [name for name in people.values() if name in html], page
        assert next(iter(people)) in html, page


def test_a_conflict_about_one_person_shows_what_others_did_and_what_was_written(browser, address, reviewed, review):
    html = page_of(browser, f"{address}/round")
    number = review().candidacies[0].candidacy.candidacy_no
    (whose,) = re.findall(rf'candidacies/{number}/signatures.*?<option value="(\w+)">', html, re.DOTALL)[:1]
    written = {
        "version": "1", "anchor": number, "signatory": whose, "signed_name": "样例<署名>", "document": "样例函 7 号",
        "signed_on": "2026-11-20", "csrf_token": token_of(html),
    }  # fmt: skip
    answer = browser.post(f"{address}/candidacies/{number}/signatures", data=written)
    assert answer.status_code == 409
    table, _, ours = answer.text.partition("</table>")
    assert re.search(r'<th scope="row">部门结论</th><td><b>拟推荐</b><br><small>admin', table)
    assert re.search(r'<th scope="row">文号</th><td>(?:(?!</td>).)*—(?:(?!</td>).)*</td><td>样例函.7.号</td>', table)
    for value in ("样例&lt;署名&gt;", "样例函 7 号", "2026-11-20"):
        assert f'value="{value}"' in ours
    assert "<details open>" in ours


@pytest.mark.parametrize(
    ("form", "written", "field"),
    [
        ("moves", {"to": "proposed", "signed_name": "样例署名"}, "署名"),
        ("candidacies/{}/moves", {"to": "withdrawn", "reason": "本人放弃"}, "理由"),
        ("candidacies/{}/notice", {"office": "样例受理科", "office_phone": "000-0000"}, "受理单位"),
    ],
)
def test_every_step_that_was_overtaken_shows_both_versions(browser, address, reviewed, review, form, written, field):
    number = review().candidacies[0].candidacy.candidacy_no
    seen = {"version": "1", **({"anchor": number} if "{}" in form else {})}
    token = token_of(page_of(browser, f"{address}/round"))
    answer = browser.post(f"{address}/{form.format(number)}", data={**written, **seen, "csrf_token": token})
    assert answer.status_code == 409
    found = both(answer.text)
    assert any("admin" in theirs for theirs, _ours in found.values()), found
    assert found[field][1] == next(word for name, word in written.items() if name != "to")


def test_a_refused_step_of_one_person_keeps_its_words_and_leads_to_the_field(browser, address, reviewed, review):
    html = page_of(browser, f"{address}/round")
    one = review().candidacies[0].candidacy
    (whose,) = re.findall(rf'candidacies/{one.candidacy_no}/signatures.*?<option value="(\w+)">', html, re.DOTALL)[:1]
    written = {
        "version": str(one.version), "anchor": one.candidacy_no, "signatory": whose, "signed_name": "样例署名",
        "document": "样例函 7 号", "signed_on": "2031-01-01", "csrf_token": token_of(html),
    }  # fmt: skip
    answer = browser.post(f"{address}/candidacies/{one.candidacy_no}/signatures", data=written)
    assert answer.status_code == 422
    assert 'value="样例函 7 号"' in answer.text
    assert answer.text.count(f'id="{one.candidacy_no}-signed_on"') == 1


def test_the_review_of_a_list_is_offered_only_while_its_vacancy_is_approved(browser, database):
    address = requested_shortlist(browser, "V1", 4)
    assert f'action="{address}/review"' in page_of(browser, address)
    with database.unit_of_work() as session:
        session.scalars(
            select(Vacancy).where(Vacancy.vacancy_no == "V1")
        ).one().vacancy_status = VacancyStatus.SUBMITTED
    assert f'action="{address}/review"' not in page_of(browser, address)
