"""Appointments and vacancies led on by their pages: who may, what is asked for, and what is kept after a refusal."""

from datetime import date

import builders_workflow as b
import pytest
from builders import a_vacancy, a_village, an_actor
from builders_offices import reader_of
from flask import Flask
from sqlalchemy import select

from matching.vocabulary import Text, VacancyStatus
from service.access import Role
from service.models.appointments import Appointment, PublicityNotice
from service.models.candidacies import Candidacy
from service.models.vacancies import Vacancy
from service.usecases.incoming import registration
from service.usecases.pending.pending_work import KINDS, WorkLine, list_work
from service.usecases.workflow.appointing import begin_appointment
from service.usecases.workflow.appointments import save_appointments
from service.web.overview_figures import page_of_work
from tests.service.web.builders_desk import fields_of
from tests.service.web.builders_pages import page_of
from tests.service.web.builders_versions import both


@pytest.fixture
def appointment_no(database, now) -> str:
    """Somebody whose public notice has run out."""
    candidacy_no = b.decide(database, now=now)
    with database.unit_of_work() as session:
        candidacy = session.scalars(select(Candidacy).where(Candidacy.candidacy_no == candidacy_no)).one()
        told = {"office": "示范县委组织部", "office_phone": "0000-1234567"}
        made = begin_appointment(
            session, actor=b.OFFICER, candidacy_no=candidacy_no, version=candidacy.version, **told, now=now
        )
        session.scalars(select(PublicityNotice)).one().ends_on = date(2026, 11, 20)
        return made.appointment_no or ""


def _move(client, address: str, to: str, **written):
    html = page_of(client, address)
    fields = {**fields_of(html, "moves"), "to": to, **written}
    return client.post(f"{address}/moves", data=fields)


def test_an_appointment_goes_from_the_notice_to_the_end_of_the_term_by_its_page(client, database, appointment_no):
    address = f"/appointments/{appointment_no}"
    assert f'href="{address}"' in page_of(client, "/appointments?state=publicity")
    steps = (
        ("confirmed", {"signed_name": "样例署名"}),
        ("handover", {}),
        ("in_post", {"signed_name": "样例署名", "term_ends_on": "2026-12-31"}),
        ("appraised", {"signed_name": "样例署名", "document": "示组〔2026〕9号", "appraisal": "competent"}),
        ("finished", {"signed_name": "样例署名", "reason": "工作调动"}),
    )
    for to, written in steps:
        if to == "appraised":
            assert f'href="{address}"' in page_of(client, "/appointments/terms-ending")
        answer = _move(client, address, to, **written)
        assert answer.status_code == 303, (to, answer.text)
    with database.reading() as session:
        (found,) = session.scalars(select(Appointment))
        assert (found.state, found.appraisal) == ("finished", "competent")
    html = page_of(client, address)
    assert "工作调动" in html
    assert "已办结" in html


def test_what_a_step_lacks_is_said_and_what_was_written_stays(client, appointment_no):
    address = f"/appointments/{appointment_no}"
    refused = _move(client, address, "objection", document="示纪〔2026〕1号")
    assert refused.status_code == 422
    assert 'id="esum"' in refused.text
    stale = _move(client, address, "resigned", reason="本人原因", document="示组〔2026〕8号", version="999")
    assert stale.status_code == 409
    assert 'value="本人原因"' in stale.text
    assert both(stale.text)["理由"] == ("—", "本人原因")


def test_a_reader_who_may_not_lead_on_sees_who_does(app: Flask, database, now, appointment_no):
    auditor = reader_of(app, database, Role.AUDITOR, now=now)
    html = page_of(auditor, f"/appointments/{appointment_no}")
    assert f"/appointments/{appointment_no}/moves" not in html
    assert "由以下角色办理" in html or "办理" in html
    township = reader_of(app, database, Role.TOWNSHIP, now=now)
    assert auditor.post(f"/appointments/{appointment_no}/moves", data={"to": "recalled"}).status_code == 403
    assert "confirmed" not in page_of(township, f"/appointments/{appointment_no}")


@pytest.fixture
def submitted(database, now) -> str:
    """A vacancy that somebody else submitted."""
    clerk = an_actor(username="clerk")
    with database.unit_of_work() as session:
        registration.save_villages(session, actor=clerk, records=[a_village()], now=now)
        records = [a_vacancy(vacancy_status=VacancyStatus.SUBMITTED)]
        registration.save_vacancies(session, actor=clerk, records=records, now=now)
    return "/vacancies/V1"


def _status(database) -> VacancyStatus:
    with database.reading() as session:
        return session.scalars(select(Vacancy)).one().vacancy_status


def test_a_vacancy_is_approved_with_signature_and_document(client, database, submitted):
    missing = _move(client, submitted, "approved", signed_name="样例署名")
    assert missing.status_code == 422
    assert _status(database) is VacancyStatus.SUBMITTED
    assert _move(client, submitted, "approved", signed_name="样例署名", document="示组〔2026〕3号").status_code == 303
    assert _status(database) is VacancyStatus.APPROVED


def test_a_leader_cancels_with_a_reason_and_an_officer_does_not(app: Flask, client, database, now, submitted):
    leader, officer = (reader_of(app, database, role, now=now) for role in (Role.LEADER, Role.OFFICER))
    assert 'value="cancelled"' not in page_of(officer, submitted)
    assert 'value="approved"' not in page_of(leader, submitted)
    assert _move(leader, submitted, "cancelled", reason=" ").status_code == 422
    assert _move(leader, submitted, "cancelled", reason="该村已并入邻村").status_code == 303
    assert _status(database) is VacancyStatus.CANCELLED


def test_every_kind_of_work_has_a_page_and_says_one_of_it_in_the_singular(app: Flask, database, actor, now):
    told = {"text": Text("", ""), "n": 1, "n_overdue": 0}
    with app.test_request_context():
        pages = {kind.key: page_of_work(WorkLine(key=kind.key, link=kind.link, **told)) for kind in KINDS}
        help_page = page_of_work(WorkLine(key="none", link="/none", **told))
    assert [key for key, page in pages.items() if page == help_page] == []
    assert [kind.key for kind in KINDS if not kind.one.startswith("1 ") and "{n}" in kind.text.en] == []
    with database.reading() as session:
        assert list_work(session, actor=actor, now=now) == []


def test_an_appraisal_that_is_due_leads_to_its_form_and_a_reader_sees_no_button(app: Flask, client, database, now):
    assert "没有待登记的考核" in page_of(client, "/appointments/appraisals-due")
    record = {"person_no": "P2", "village_code": "239901100201", "vacancy_no": "V1", "post_type": "first_secretary",
              "started_on": date(2025, 3, 1), "ended_on": None}  # fmt: skip
    with database.unit_of_work() as session:
        b.register_city(session, actor=an_actor(), now=now)
        save_appointments(session, actor=an_actor(), records=[record], now=now)
    html = page_of(client, "/appointments/appraisals-due", "en")
    assert "Appraisal of 2025" in html
    assert "overdue" in html
    assert '<a class="btn tiny" href="/appointments/A2025-000001#next-t">' in html
    assert 'id="next-t"' in page_of(client, "/appointments/A2025-000001")
    html = page_of(reader_of(app, database, Role.AUDITOR, now=now), "/appointments/appraisals-due")
    assert "A2025-000001" in html
    assert "#next-t" not in html
