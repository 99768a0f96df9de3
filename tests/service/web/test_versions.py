"""At a conflict each form shows what others did meanwhile beside what was written, field by field."""

import re
from dataclasses import replace

import pytest
from builders import a_person, an_actor
from builders_offices import reader_of
from builders_replies import UNIT, asked_round
from flask import Flask

from matching.vocabulary.replies import ReplyKind
from service.access import Role, Territory, TerritoryKind
from service.models.privacy import Correction, LegalHold
from service.usecases.identity.pair_decisions import decide_pair
from service.usecases.incoming import registration
from service.usecases.privacy import legal_holds
from service.usecases.records import corrections, people
from service.usecases.records.vacancies import edit_vacancy
from service.usecases.rules import checks, rulebook_changes, waivers
from service.usecases.rules.rulebook_effects import effect_of
from service.usecases.workflow import replies
from tests.service.web.builders_desk import fields_of
from tests.service.web.builders_pages import page_of, post_form, requested_shortlist, token_of
from tests.service.web.builders_versions import both

OTHER = an_actor(username="样例他人")


def _send(browser, address: str, seen: str, **fields):
    return browser.post(address, data={**fields, "csrf_token": token_of(page_of(browser, seen))})


@pytest.mark.parametrize("is_said_by_colleague", [True, False])
def test_a_reply_tells_what_a_colleague_replied_and_nothing_of_the_office(
    app: Flask, database, actor, now, is_said_by_colleague
):
    _, numbers = asked_round(database, actor, now, stage="unit_asked")
    territory = Territory(TerritoryKind.UNIT, UNIT)
    unit = reader_of(app, database, Role.UNIT, territory=territory, now=now)
    html = unit.get("/replies").text
    version = int(re.search(rf'/replies/{numbers[0]}".*?name="version" value="(\d+)"', html, re.DOTALL)[1])
    colleague = replace(actor, username="样例同事", roles=frozenset({Role.UNIT}), territory=territory)
    told = {"signed_name": "样例署名", "document": "示机〔2026〕4号", "version": version, "now": now}
    if is_said_by_colleague:
        with database.unit_of_work() as session:
            replies.give_reply(session, actor=colleague, candidacy_no=numbers[0], reply=ReplyKind.AGREES, **told)
    mine = {"reply": "disagrees", "reason": "岗位离不开", "signed_name": "样例署名", "document": "示机〔2026〕5号"}
    mine["version"] = str(version if is_said_by_colleague else version - 1)
    answer = unit.post(f"/replies/{numbers[0]}", data={**mine, "csrf_token": token_of(html)})
    assert answer.status_code == 409
    found = both(answer.text)
    assert found["理由"] == ("—", "岗位离不开")
    if is_said_by_colleague:
        assert found["答复"][0].startswith("同意")
        assert "样例同事" in found["答复"][0]
        assert found["答复"][1] == "不同意"
    else:
        assert {theirs for theirs, _mine in found.values()} == {"—"}
    assert ">岗位离不开</textarea>" in answer.text


ASKED = {
    "person_no": "P98",
    "vacancy_no": "V1",
    "rule_id": "FS-02",
    "reason": "当地急需",
    "document": "示组〔2026〕5号",
}


def test_a_waiver_that_somebody_proposed_first_stands_beside_ones_own(app, database, browser, now):
    officer = reader_of(app, database, Role.OFFICER, now=now)
    with database.unit_of_work() as session:
        waivers.propose_waiver(session, actor=OTHER, **{**ASKED, "reason": "已另行研究"}, now=now)
    answer = _send(officer, "/waivers", "/waivers", **ASKED)
    assert answer.status_code == 409
    found = both(answer.text)
    assert found["理由"][0].startswith("已另行研究")
    assert found["理由"][1] == "当地急需"
    assert 'value="当地急需"' in answer.text


def test_a_waiver_that_was_signed_meanwhile_is_told_to_who_turns_it_down(app, database, browser, now):
    leader = reader_of(app, database, Role.LEADER, now=now)
    with database.unit_of_work() as session:
        number = waivers.propose_waiver(session, actor=an_actor(username="clerk"), **ASKED, now=now).waiver_no
    token = token_of(page_of(leader, "/waivers"))
    with database.unit_of_work() as session:
        waivers.sign_waiver(session, actor=OTHER, waiver_no=number, signed_name="样例署名", now=now)
    answer = leader.post(f"/waivers/{number}/refuse", data={"reason": "条件不够", "csrf_token": token})
    assert answer.status_code == 409
    found = both(answer.text)
    assert "样例他人" in found["状态"][0]
    assert found["理由"] == ("—", "条件不够")


@pytest.mark.parametrize(("act", "written"), [("sign", {}), ("withdraw", {"reason": "不再需要"})])
def test_a_waiver_that_was_turned_down_meanwhile_is_told_to_who_goes_on_with_it(
    app, database, browser, now, act, written
):
    leader = reader_of(app, database, Role.LEADER, now=now)
    with database.unit_of_work() as session:
        number = waivers.propose_waiver(session, actor=an_actor(username="clerk"), **ASKED, now=now).waiver_no
    token = token_of(page_of(leader, "/waivers"))
    with database.unit_of_work() as session:
        waivers.refuse_waiver(session, actor=OTHER, waiver_no=number, reason="条件不够", now=now)
    answer = leader.post(f"/waivers/{number}/{act}", data={**written, "csrf_token": token})
    assert answer.status_code == 409
    found = both(answer.text)
    assert "样例他人" in found["状态"][0]
    assert found["理由"][0].startswith("条件不够")
    assert found["理由"][1] == written.get("reason", "—")


def test_a_check_that_somebody_recorded_first_is_not_overwritten_unseen(browser, database, now):
    number = requested_shortlist(browser).rpartition("/")[2]
    address = f"/checks?shortlist_no={number}"
    html = page_of(browser, address)
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html.split('action="/checks"')[1]))
    about = {name: fields[name] for name in ("person_no", "vacancy_no", "rule_id")}
    written = {"result": "pass", "document": "示纪函〔2026〕3号", "checked_on": now.date()}
    with database.unit_of_work() as session:
        other = {**written, "result": "fail", "document": "示纪函〔2026〕2号"}
        checks.record_check(session, actor=OTHER, **about, **other, now=now)
    hidden = {name: fields[name] for name in ("shortlist_no", "version")}
    sent = {**about, **hidden, **written, "checked_on": "2026-11-20"}
    answer = post_form(browser, "/checks", sent, seen=address)
    assert answer.status_code == 409
    found = both(answer.text)
    assert (found["核验结果"][0].split()[0], found["核验结果"][1]) == ("不符合", "符合")
    assert found["文号"][0].startswith("示纪函〔2026〕2号")
    assert 'value="示纪函〔2026〕3号"' in answer.text
    seen = re.search(r'name="version" value="(\d+)"', answer.text.partition("<details open")[2])[1]
    assert post_form(browser, "/checks", {**sent, "version": seen}, seen=address).status_code == 303


@pytest.fixture
def pair_id(browser, database, now) -> int:
    twice = [
        a_person(person_no=number, name="样例双", id_number=None, phone="00099999999", employer=employer)
        for number, employer in (("D1", "甲社"), ("D2", "乙社"))
    ]
    with database.unit_of_work() as session:
        registration.save_people(session, actor=an_actor(), records=twice, now=now)
    post_form(browser, "/duplicates/search", {}, seen="/duplicates")
    return int(re.search(r'href="/duplicates/(\d+)"[^>]*>(?:(?!</a>).)*D1 / D2', page_of(browser, "/duplicates"))[1])


def test_a_pair_that_somebody_decided_on_first_keeps_that_decision(browser, database, pair_id, now):
    address = f"/duplicates/{pair_id}"
    hidden = fields_of(page_of(browser, address), "decision")
    with database.unit_of_work() as session:
        decide_pair(session, actor=OTHER, pair_id=pair_id, decision="different", now=now)
    answer = browser.post(f"{address}/decision", data={**hidden, "decision": "same"})
    assert answer.status_code == 409
    theirs, ours = both(answer.text)["处理意见"]
    assert "不是同一人" in theirs
    assert "样例他人" in theirs
    assert ours == "同一人"
    again = fields_of(answer.text, "decision")
    assert browser.post(f"{address}/decision", data={**again, "decision": "same"}).status_code == 303


def test_records_that_were_changed_since_are_not_merged_from_what_was_seen(browser, database, pair_id, now):
    address = f"/duplicates/{pair_id}"
    hidden = fields_of(page_of(browser, f"{address}?merge=1&keep=D1"), "merge")
    with database.unit_of_work() as session:
        changed = {"employer": "丙社"}
        people.edit_person(session, actor=OTHER, person_no="D2", record=changed, expected_version=1, now=now)
    picked = {"pick:employer": "survivor", "note": "电话核实过"}
    answer = browser.post(f"{address}/merge", data={**hidden, **picked})
    assert answer.status_code == 409
    found = both(answer.text)
    assert found["工作单位"][0].startswith("乙社 → 丙社") or "丙社" in found["工作单位"][0]
    assert "样例他人" in found["工作单位"][0]
    assert found["工作单位"][1] == "甲社"
    assert 'value="电话核实过"' in answer.text
    assert re.search(r'name="pick:employer" value="survivor" checked', answer.text)
    assert browser.post(f"{address}/merge", data={**fields_of(answer.text, "merge"), **picked}).status_code == 303


def _signed_meanwhile(database, now, change: str) -> None:
    """Put a rulebook in force that somebody proposed and somebody else signed."""
    clerk = an_actor(username="clerk")
    with database.unit_of_work() as session:
        document = rulebook_changes.wished_document(session, actor=clerk, changes=[change])
        book = rulebook_changes.read_proposed(session, actor=clerk, document=document)
        effect = effect_of(session, actor=clerk, rulebook=book, now=now)
        made = rulebook_changes.propose_rulebook(
            session, actor=clerk, rulebook=book, effect=effect, reason="按新文件", now=now
        )
        rulebook_changes.sign_rulebook(
            session, actor=OTHER, proposal_no=made.proposal_no, signed_name="样例署名", now=now
        )


def test_rules_that_others_put_in_force_meanwhile_are_not_changed_back(browser, database, now):
    html = page_of(browser, "/rulebook/edit")
    fields = dict(re.findall(r'name="((?:limit|known|on|weight):[^"]+|base|post)" value="([^"]*)"', html))
    limits = {name: value for name, value in fields.items() if name.startswith("limit:") and value.isdigit()}
    theirs, mine = sorted(limits)[:2]
    own = str(int(limits[mine]) + 1)
    _signed_meanwhile(database, now, f"{theirs.removeprefix('limit:')}.limit = {int(limits[theirs]) + 1}")
    sent = {**fields, mine: own, "act": "propose", "reason": "试行一年", "csrf_token": token_of(html)}
    answer = browser.post("/rulebook/edit", data=sent)
    assert answer.status_code == 409
    found = both(answer.text)
    assert {bool(theirs.removeprefix("limit:") in title) for title, (told, _) in found.items() if told != "—"} == {True}
    (own_row,) = [title for title in found if f"{mine.removeprefix('limit:')} · 限值" in title]
    assert found[own_row] == ("—", own)
    assert found["理由"] == ("—", "试行一年")
    assert f'name="{theirs}" value="{int(limits[theirs]) + 1}"' in answer.text, "not mine: as it is now"
    assert f'name="{mine}" value="{own}"' in answer.text
    assert 'value="试行一年"' in answer.text


def test_a_proposal_that_was_decided_meanwhile_tells_by_whom(browser, database, now):
    made = post_form(
        browser, "/rulebook/edit", {"limit:FS-02": "2", "act": "propose", "reason": "试行"}, seen="/rulebook/edit"
    ).headers["Location"]
    with database.unit_of_work() as session:
        rulebook_changes.reject_rulebook(
            session, actor=OTHER, proposal_no=made.rpartition("/")[2], reason="依据不足", now=now
        )
    told = {"decision": "reject", "reason": "另有安排"}
    answer = post_form(browser, made, told, seen="/rulebook/edit")
    assert answer.status_code == 409
    found = both(answer.text)
    assert found["理由"][0].startswith("依据不足")
    assert found["理由"][1] == "另有安排"


def test_a_correction_that_somebody_decided_first_stands_beside_ones_own_reason(browser, database, now):
    with database.unit_of_work() as session:
        asked = {"field": "current_post", "value": "样例岗位", "reason": "写错了"}
        clerk = an_actor(username="clerk")
        corrections.propose_correction(session, actor=clerk, person_no="P01", **asked, now=now)
    html = page_of(browser, "/people/P01")
    with database.unit_of_work() as session:
        number = session.query(Correction.id).scalar()
        corrections.decide_correction(session, actor=OTHER, correction_id=number, accept=True, reason="属实", now=now)
    sent = {"correction": str(number), "act": "refuse", "reason": "与档案不符", "csrf_token": token_of(html)}
    answer = browser.post("/people/P01/corrections", data=sent)
    assert answer.status_code == 409
    found = both(answer.text)
    assert found["原因"][0].startswith("属实")
    assert found["原因"][1] == "与档案不符"
    assert found["处理意见"][1] == "不予更正"


def test_who_asks_for_a_correction_of_what_was_corrected_meanwhile_sees_both(app, browser, database, now):
    officer = reader_of(app, database, Role.OFFICER, now=now)
    address = "/people/P01/fields/current_post"
    hidden = fields_of(page_of(officer, address), "corrections")
    with database.unit_of_work() as session:
        changed = {"current_post": "他人所填"}
        people.edit_person(session, actor=OTHER, person_no="P01", record=changed, expected_version=1, now=now)
    sent = {"current_post": "本人所填", "reason": "以聘书为准"}
    answer = officer.post(f"{address}/corrections", data={**hidden, **sent})
    assert answer.status_code == 409
    assert "他人所填" in answer.text
    assert 'value="本人所填"' in answer.text
    assert 'value="以聘书为准"' in answer.text


def test_a_hold_that_was_lifted_meanwhile_tells_by_whom_and_why(app, browser, database, now):
    discipline = reader_of(app, database, Role.DISCIPLINE, now=now)
    with database.unit_of_work() as session:
        told = {"reason": "信访核查", "document": "示纪〔2026〕1号"}
        legal_holds.place_hold(session, actor=OTHER, person_no="P01", until_on=None, **told, now=now)
    html = page_of(discipline, "/people/P01")
    with database.unit_of_work() as session:
        number = session.query(LegalHold.id).scalar()
        legal_holds.lift_hold(session, actor=OTHER, person_no="P01", hold_id=number, reason="已查清", now=now)
    sent = {"hold": str(number), "reason": "核查结束", "csrf_token": token_of(html)}
    answer = discipline.post(f"/people/P01/holds/{number}/lift", data=sent)
    assert answer.status_code == 409
    found = both(answer.text)
    assert found["原因"][0].startswith("已查清")
    assert found["原因"][1] == "核查结束"


def test_a_vacancy_that_was_rewritten_since_tells_the_values_beside_the_step(browser, database, now):
    hidden = fields_of(page_of(browser, "/vacancies/V1"), "moves")
    with database.unit_of_work() as session:
        seen = {"expected_version": int(hidden["version"]), "now": now}
        edit_vacancy(session, actor=OTHER, vacancy_no="V1", record={"headcount": 3}, **seen)
    answer = browser.post("/vacancies/V1/moves", data={**hidden, "to": "cancelled", "reason": "该村已并入邻村"})
    assert answer.status_code == 409
    found = both(answer.text)
    assert any("3" in theirs and "样例他人" in theirs for theirs, _ours in found.values())
    assert found["理由"] == ("—", "该村已并入邻村")
