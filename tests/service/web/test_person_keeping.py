"""Numbers in full, holds and erasure from the page of a person, each by its right and with its reason."""

from dataclasses import replace

import builders_workflow as b
import pytest
from builders import a_person, a_village
from builders_offices import hired, reader_of, token_of
from sqlalchemy import func, select

from matching.vocabulary import RecordStatus
from service.access import EVERYWHERE, Role
from service.models.audit import AuditEntry
from service.models.people import Person
from service.models.privacy import LegalHold
from service.models.shortlists import Shortlist
from service.usecases.incoming import registration
from tests.service.web.builders_desk import fields_of
from tests.service.web.builders_pages import page_of

ID_NUMBER = "23990119900501001X"
HERE = "/people/P1"


@pytest.fixture(autouse=True)
def registered(database, actor, now) -> None:
    with database.unit_of_work() as session:
        registration.save_villages(session, actor=actor, records=[a_village()], now=now)
        registration.save_people(session, actor=actor, records=[a_person(id_number=ID_NUMBER)], now=now)


def _send(client, act: str, **written):
    fields = fields_of(page_of(client, HERE), act)
    return client.post(f"{HERE}/{act}", data={**fields, **written})


def test_a_number_is_shown_once_for_a_reason_that_is_counted(app, database, now):
    officer = reader_of(app, database, Role.OFFICER, now=now)
    assert ID_NUMBER not in page_of(officer, HERE)
    refused = _send(officer, "unmaskings", field="id_number", reason="样例甲核对")
    assert (refused.status_code, ID_NUMBER in refused.text) == (422, False)
    shown = _send(officer, "unmaskings", field="id_number", reason="核对档案")
    assert shown.status_code == 200
    assert ID_NUMBER in shown.text.replace("\u2009", "")
    assert ID_NUMBER not in page_of(officer, HERE)
    with database.reading() as session:
        looks = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "unmask_field")
        assert session.scalar(looks) == 1


def test_a_hold_keeps_a_record_from_erasure_until_it_is_lifted(app, database, now):
    discipline = reader_of(app, database, Role.DISCIPLINE, now=now)
    officer = reader_of(app, database, Role.OFFICER, now=now)
    assert _send(discipline, "holds", reason="信访核查", document="示纪〔2026〕1号", until_on="").status_code == 303
    assert "信访核查" in page_of(discipline, HERE)
    asked = {"document": "示组〔2026〕8号", "on_request": "yes", "sure": "yes"}
    assert _send(officer, "erasure", **asked).status_code == 409
    with database.reading() as session:
        hold_id = session.scalars(select(LegalHold)).one().id
    assert _send(discipline, f"holds/{hold_id}/lift", reason="核查结束").status_code == 303
    unsure = _send(officer, "erasure", **{**asked, "sure": ""})
    assert unsure.status_code == 422
    assert 'value="示组〔2026〕8号"' in unsure.text
    assert _send(officer, "erasure", **asked).status_code == 303
    with database.reading() as session:
        assert session.scalars(select(Person)).one().record_status is RecordStatus.ERASED


def test_who_stands_on_a_running_list_is_not_erased_and_the_page_says_how_they_come_off_it(app, database, actor, now):
    officer = reader_of(app, database, Role.OFFICER, now=now)
    b.decide(database, now=now)
    with database.reading() as session:
        shortlist_no = session.scalars(select(Shortlist.shortlist_no)).one()
    asked = {"document": "示组〔2026〕8号", "on_request": "yes", "sure": "yes"}
    refused = _send(officer, "erasure", **asked)
    assert (refused.status_code, f"请先在\u2009{shortlist_no}\u2009上给出结论" in refused.text) == (409, True)
    assert 'value="示组〔2026〕8号"' in refused.text
    spare = fields_of(page_of(officer, "/people/P2"), "erasure")
    assert officer.post("/people/P2/erasure", data={**spare, **asked}).status_code == 303
    for part in ("", "/round", "/sheet", "/changes"):
        html = page_of(officer, f"/shortlists/{shortlist_no}{part}")
        assert "样例丙" not in html  # P2
        assert "样例丁" in html or part == "/changes"
    with database.reading() as session:
        erased = select(Person.person_no).where(Person.record_status == RecordStatus.ERASED)
        assert session.scalars(erased).all() == ["P2"]


def test_two_officers_erase_on_the_page_where_the_department_wants_two(app, database, now):
    service = app.extensions["talentpool"]
    by_two = replace(service.settings.retention, is_erased_by_two=True)
    app.extensions["talentpool"] = replace(service, settings=replace(service.settings, retention=by_two))
    first, second = reader_of(app, database, Role.OFFICER, now=now), app.test_client()
    hired(database, username="second", roles=frozenset({Role.OFFICER}), territory=EVERYWHERE, now=now)
    second.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token_of(database, 'second')}"
    asked = {"document": "示组〔2026〕8号", "on_request": "yes", "sure": "yes"}
    assert "申请删除" in page_of(first, HERE)
    assert _send(first, "erasure", **asked).status_code == 303
    own, other = page_of(first, HERE), page_of(second, HERE)
    assert ("erasure/confirmation" in own, "撤回申请" in own) == (False, True)
    assert ("示组〔2026〕8号" in other, "驳回删除申请" in other) == (True, True)
    unsure = _send(second, "erasure/confirmation", reason="核对无误")
    assert (unsure.status_code, 'value="核对无误"' in unsure.text) == (422, True)
    assert _send(second, "erasure/refusal", reason="尚需保留").status_code == 303
    assert _send(first, "erasure", **asked).status_code == 303
    assert _send(second, "erasure/confirmation", reason="核对无误", sure="yes").status_code == 303
    with database.reading() as session:
        assert session.scalars(select(Person)).one().record_status is RecordStatus.ERASED


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.TOWNSHIP, Role.LINE_DEPT, Role.VILLAGE])
def test_who_may_do_none_of_it_sees_no_form_for_it(app, database, now, role):
    client = reader_of(app, database, role, now=now)
    html = client.get(HERE).text
    assert [act for act in ("unmaskings", "holds", "erasure") if f"{HERE}/{act}" in html] == []


def test_looks_behind_blind_reviews_stand_in_the_override_report(app, database, now):
    html = page_of(reader_of(app, database, Role.AUDITOR, now=now), "/reports/overrides")
    assert "无人在盲审中查看姓名" in html
