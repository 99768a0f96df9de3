"""What somebody else asked for, decided or ended first stands beside what was written, whatever form it is."""

from dataclasses import replace

import pytest
from builders import an_actor
from builders_offices import hired, reader_of
from builders_offices import token_of as token_for

from matching.vocabulary import Text
from matching.vocabulary.codes import code_table
from service.access import EVERYWHERE, Role
from service.models.accounts import Account
from service.usecases import accounts
from service.usecases.privacy import blind_reviews, consents, erasure_requests
from service.usecases.privacy.consents import MATCHING
from service.usecases.records import negative_entries
from service.usecases.workflow import candidacies
from tests.service.web.builders_desk import list_under_review
from tests.service.web.builders_pages import page_of, token_of
from tests.service.web.builders_versions import both

OTHER = an_actor(username="样例他人")
ASKED = {"kind": "create", "username": "xinren", "role": "hr_registrar", "territory": "township",
         "territory_code": "239901100", "way": "password", "holder_name": "样例丙", "reason": "新任经办人"}  # fmt: skip


def _administrator(app, database, now, username: str):
    hired(database, username=username, roles=frozenset({Role.ADMIN}), territory=EVERYWHERE, now=now)
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token_for(database, username)}"
    return client


def _sent(browser, address: str, token: str, **fields):
    answer = browser.post(address, data={**fields, "csrf_token": token})
    assert answer.status_code == 409, answer.text
    return both(answer.text), answer.text


def test_an_account_that_another_asks_for_already_stands_beside_what_is_asked(app, database, now):
    first, second = (_administrator(app, database, now, name) for name in ("first", "second"))
    token = token_of(page_of(second, "/accounts"))
    first.post("/accounts/changes", data={**ASKED, "csrf_token": token_of(page_of(first, "/accounts"))})
    mine = {**ASKED, "holder_name": "样例丁", "reason": "接替离任者", "role": "township_committee"}
    found, html = _sent(second, "/accounts/changes", token, **mine)
    assert found["原因"][0].startswith("新任经办人")
    assert "first" in found["原因"][0]
    assert found["原因"][1] == "接替离任者"
    assert found["持有人真实姓名"][0].startswith("样例丙")
    assert found["持有人真实姓名"][1] == "样例丁"
    theirs, ours = found["角色"]
    assert theirs.split()[0] != ours
    assert 'value="接替离任者"' in html


def test_a_change_of_an_account_that_was_decided_first_tells_by_whom_and_how(app, database, now):
    asking = _administrator(app, database, now, "first")
    leader = reader_of(app, database, Role.LEADER, now=now)
    asking.post("/accounts/changes", data={**ASKED, "csrf_token": token_of(page_of(asking, "/accounts"))})
    token = token_of(page_of(leader, "/accounts"))
    with database.unit_of_work() as session:
        (change,) = accounts.list_changes(session, actor=OTHER, now=now)
        accounts.decide_change(
            session, actor=OTHER, change_no=change.change_no, decision=accounts.Decision.REFUSED, now=now
        )
    found, _html = _sent(leader, f"/accounts/changes/{change.change_no}", token, decision="confirmed")
    ((theirs, ours),) = found.values()
    assert theirs.startswith("已退回")
    assert "样例他人" in theirs
    assert ours == "已确认"


def test_an_account_that_was_unlinked_first_keeps_the_reason_that_was_written(app, database, now):
    manager = _administrator(app, database, now, "manager")
    hired(database, username="xinren", roles=frozenset({Role.AUDITOR}), territory=EVERYWHERE, now=now)
    token = token_of(page_of(manager, "/accounts"))
    with database.unit_of_work() as session:
        linked = session.query(Account).filter(Account.username == "xinren").one()
        linked.provider_issuer, linked.provider_subject = "ldap:entryuuid", "text:1"
        session.flush()
        accounts.unlink_provider(session, actor=OTHER, username="xinren", reason="换发了账号", now=now)
    found, _html = _sent(manager, "/accounts/xinren/unlinking", token, reason="当面核实")
    assert found["原因"][0].startswith("换发了账号")
    assert "样例他人" in found["原因"][0]
    assert found["原因"][1] == "当面核实"


@pytest.mark.parametrize("act", ["open", "close", "lift"])
def test_a_blind_review_that_was_opened_or_closed_first_tells_by_whom(browser, database, now, act):
    address = list_under_review(browser)
    token = token_of(page_of(browser, address))
    with database.unit_of_work() as session:
        told = {"actor": OTHER, "vacancy_no": "V1", "now": now}
        blind_reviews.open_blind_review(session, **told)
        if act != "open":
            blind_reviews.close_blind_review(session, **told, reason="改为实名审阅")
    written = {} if act == "open" else {"reason": "核对同名人员"}
    found, html = _sent(browser, f"{address}/blind/{act}", token, **written)
    assert "样例他人" in found["盲审"][0]
    assert found["盲审"][0].split("→")[-1].split()[0] == ("全员盲审" if act == "open" else "显示姓名")
    assert 'id="listmenu" open' in html
    if written:
        assert found["理由"] == ("—", "核对同名人员")


def test_an_entry_that_somebody_made_first_stands_beside_ones_own(app, browser, database, now):
    officer = reader_of(app, database, Role.DISCIPLINE, now=now)
    token = token_of(page_of(officer, "/negative-list"))
    told = {"person_no": "P98", "code": "NG03", "document": "示纪函〔2026〕2号"}
    with database.unit_of_work() as session:
        negative_entries.add_entry(session, actor=OTHER, **told, until_on=None, now=now)
    mine = {"person_no": "P98", "entry": "NG03", "document": "示纪函〔2026〕3号", "until_on": "2027-01-01"}
    found, html = _sent(officer, "/negative-list", token, **mine)
    assert found["依据文件"][0].startswith("示纪函〔2026〕2号")
    assert "样例他人" in found["依据文件"][0]
    assert found["依据文件"][1] == "示纪函〔2026〕3号"
    assert found["条目"][1] == f"NG03{code_table('negative_list').label('NG03').zh}", "a thin space between"
    assert 'value="示纪函〔2026〕3号"' in html


def test_an_entry_that_was_ended_first_keeps_the_reason_that_was_written(app, browser, database, now):
    officer = reader_of(app, database, Role.DISCIPLINE, now=now)
    told = {"person_no": "P98", "code": "NG03"}
    with database.unit_of_work() as session:
        negative_entries.add_entry(session, actor=OTHER, **told, document="示纪函〔2026〕2号", until_on=None, now=now)
    token = token_of(page_of(officer, "/negative-list"))
    with database.unit_of_work() as session:
        negative_entries.end_entry(session, actor=OTHER, **told, reason="审查终结", now=now)
    found, _html = _sent(officer, "/negative-list/end", token, person_no="P98", entry="NG03", reason="期限已满")
    assert found["原因"][0].startswith("审查终结")
    assert "样例他人" in found["原因"][0]
    assert found["原因"][1] == "期限已满"


@pytest.mark.parametrize("act", ["give", "withdraw"])
def test_a_consent_that_was_recorded_first_stands_beside_ones_own_paper(app, browser, database, now, act):
    officer = reader_of(app, database, Role.OFFICER, now=now)
    token = token_of(page_of(officer, "/people/P01"))
    paper = {
        "person_no": "P01",
        "purpose": MATCHING,
        "signed_by": "样例本人",
        "document": "示同〔2026〕1号",
        "now": now,
    }
    with database.unit_of_work() as session:
        words = Text("同意参加匹配。", "I agree to be matched.")
        consents.publish_consent_text(session, actor=OTHER, purpose=MATCHING, text=words, now=now)
        consents.give_consent(session, actor=OTHER, **paper, given_on=now.date())
        if act == "withdraw":
            consents.withdraw_consent(session, actor=OTHER, **paper, withdrawn_on=now.date())
    mine = {"purpose": MATCHING, "signed_by": "样例代签", "document": "示同〔2026〕2号", "on": "2026-11-23", "act": act}
    found, _html = _sent(officer, "/people/P01/consents", token, **mine)
    assert found["同意或撤回"][0].startswith({"give": "同意", "withdraw": "撤回"}[act])
    assert "样例他人" in found["同意或撤回"][0]
    assert found["文号"][0].startswith("示同〔2026〕1号")
    assert found["文号"][1] == "示同〔2026〕2号"


@pytest.fixture
def asked_erasure(app, browser, database, now):
    """An officer, where it takes two to erase and somebody asks for it already."""
    service = app.extensions["talentpool"]
    kept = replace(service.settings.retention, is_erased_by_two=True)
    app.extensions["talentpool"] = replace(service, settings=replace(service.settings, retention=kept))
    with database.unit_of_work() as session:
        asked = {"document": "示组〔2026〕8号", "on_request": True, "settings": kept}
        erasure_requests.request_erasure(session, actor=OTHER, person_no="P01", **asked, now=now)
    return reader_of(app, database, Role.OFFICER, now=now)


def test_an_erasure_that_another_asks_for_already_stands_beside_ones_own(asked_erasure):
    token = token_of(page_of(asked_erasure, "/people/P01"))
    mine = {"document": "示组〔2026〕9号", "on_request": "yes", "sure": "yes", "is_erasure": "yes"}
    found, _html = _sent(asked_erasure, "/people/P01/erasure", token, **mine)
    assert found["文号"][0].startswith("示组〔2026〕8号")
    assert "样例他人" in found["文号"][0]
    assert found["文号"][1] == "示组〔2026〕9号"


@pytest.mark.parametrize("act", ["confirmation", "refusal"])
def test_an_erasure_that_was_settled_first_keeps_the_reason_that_was_written(asked_erasure, database, now, act):
    token = token_of(page_of(asked_erasure, "/people/P01"))
    with database.unit_of_work() as session:
        erasure_requests.refuse_erasure(session, actor=OTHER, person_no="P01", reason="仍在任职", now=now)
    found, _html = _sent(asked_erasure, f"/people/P01/erasure/{act}", token, reason="材料齐全", sure="yes")
    assert found["原因"][0].startswith("仍在任职")
    assert "样例他人" in found["原因"][0]
    assert found["原因"][1] == "材料齐全"


def test_somebody_whom_another_added_first_stands_beside_ones_own_reason(browser, database, now):
    address = list_under_review(browser, k=1)
    version = (
        page_of(browser, f"{address}/round").split('/additions"')[1].split('name="version" value="')[1].split('"')[0]
    )
    token = token_of(page_of(browser, address))
    number = next(one for one in ("P02", "P03") if one not in page_of(browser, f"{address}/round"))
    with database.unit_of_work() as session:
        candidacies.add_candidacy(
            session, actor=OTHER, shortlist_no=address.rpartition("/")[2], person_no=number, reason="村民推荐",
            version=int(version), now=now,
        )  # fmt: skip
    found, _html = _sent(browser, f"{address}/additions", token, person_no=number, reason="熟悉产业", version=version)
    assert any("样例他人" in theirs for theirs, _ours in found.values()), found
    assert found["理由"][1] == "熟悉产业"
