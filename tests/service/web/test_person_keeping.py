"""Numbers in full, holds and erasure from the page of a person, each by its right and with its reason."""

import builders_workflow as b
import pytest
from builders import a_person, a_village
from builders_offices import reader_of
from sqlalchemy import func, select

from matching.vocabulary import RecordStatus
from service.access import Role
from service.models.audit import AuditEntry
from service.models.people import Person
from service.models.privacy import LegalHold
from service.models.shortlists import Shortlist
from service.usecases import registration
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


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.TOWNSHIP, Role.LINE_DEPT, Role.VILLAGE])
def test_who_may_do_none_of_it_sees_no_form_for_it(app, database, now, role):
    client = reader_of(app, database, role, now=now)
    html = client.get(HERE).text
    assert [act for act in ("unmaskings", "holds", "erasure") if f"{HERE}/{act}" in html] == []


def test_looks_behind_blind_reviews_stand_in_the_override_report(app, database, now):
    html = page_of(reader_of(app, database, Role.AUDITOR, now=now), "/reports/overrides")
    assert "无人在盲审中查看姓名" in html
