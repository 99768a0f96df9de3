"""The public notice from the page of a round: published, read, printed and taken away."""

import builders_workflow as b
import pytest
from sqlalchemy import select

from matching.vocabulary import PostType
from service.models.appointments import Appointment
from service.models.exports import Export
from service.models.people import Person
from service.models.villages import Village
from service.usecases.workflow import rounds
from tests.service.web.builders_desk import fields_of
from tests.service.web.builders_pages import page_of, token_of


@pytest.fixture
def decided(client, database, actor, now) -> str:
    """A list whose first person was decided on; return the address of its round."""
    with database.unit_of_work() as session:
        shortlist_no = b.register_city(session, actor=actor, now=now)
        found = b.start_review(session, shortlist_no, now=now)
        b.conclude_all(session, found, now=now)
        b.proposed(session, shortlist_no, now=now)
        b.lead_to(session, found[0], "discipline_opinion", now=now)
        more = {**b.DECISION, "chosen": [found[0].candidacy_no]}
        asked = b.asked("decided", b.round_version(session, shortlist_no), more=more)
        rounds.move_shortlist(session, actor=b.LEADER, shortlist_no=shortlist_no, asked=asked, now=now)
    return f"/shortlists/{shortlist_no}"


def test_a_notice_is_made_public_and_shows_exactly_what_was_declared(client, decided):
    html = page_of(client, f"{decided}/round")
    candidacy_no = html.partition("/candidacies/")[2].partition("/")[0]
    fields = {**fields_of(html, "notice"), "office": "示范县委组织部", "office_phone": "0000-1234567"}
    published = client.post(f"{decided}/candidacies/{candidacy_no}/notice", data=fields)
    assert published.status_code == 303, published.text
    link = page_of(client, f"{decided}/round").partition('href="/appointments/')[2].partition('"')[0]
    notice = page_of(client, f"/appointments/{link}")
    assert "样例" in notice
    assert "示范县委组织部 0000-1234567" in notice.replace("\u2009", " ")
    assert "身份证" not in notice
    taken = client.post(f"/appointments/{link}/file", data={**fields_of(notice, "file"), "format": "docx"})
    assert taken.status_code == 200
    assert taken.data[:2] == b"PK"


def test_a_notice_without_an_office_or_of_an_older_version_is_refused_and_says_why(client, decided):
    html = page_of(client, f"{decided}/round")
    candidacy_no = html.partition("/candidacies/")[2].partition("/")[0]
    fields = fields_of(html, "notice")
    blank = client.post(f"{decided}/candidacies/{candidacy_no}/notice", data={**fields, "office": " "})
    assert blank.status_code == 422
    assert "公示须写明受理单位和电话" in blank.text
    stale = {**fields, "version": "1", "office": "示范县委组织部", "office_phone": "0000"}
    answer = client.post(f"{decided}/candidacies/{candidacy_no}/notice", data=stale)
    assert answer.status_code == 409
    assert 'id="esum"' in answer.text


def test_the_file_of_a_notice_is_asked_for_in_two_formats_and_refused_where_there_is_none(client, database, decided):
    html = page_of(client, f"{decided}/round")
    candidacy_no = html.partition("/candidacies/")[2].partition("/")[0]
    with database.unit_of_work() as session:
        person_id, village_id = session.scalar(select(Person.id)), session.scalar(select(Village.id))
        told = {"person_id": person_id, "village_id": village_id, "post_type": PostType.FIRST_SECRETARY}
        session.add(Appointment(id=717, appointment_no="A2020-000717", **told))  # of before the service
    form = {"csrf_token": token_of(html)}
    none = client.post("/appointments/A2020-000717/notice/file", data=form)
    assert none.status_code == 404
    assert "这次任用还没有公示" in none.text
    assert "请先进行公示" in none.text
    assert client.post("/appointments/A-0/notice/file", data=form).status_code == 404
    fields = {**fields_of(html, "notice"), "office": "示范县委组织部", "office_phone": "0000-1234567"}
    assert client.post(f"{decided}/candidacies/{candidacy_no}/notice", data=fields).status_code == 303
    link = page_of(client, f"{decided}/round").partition('href="/appointments/')[2].partition('"')[0]
    for wanted, begin in (({}, b"%PDF"), ({"format": "exe"}, b"%PDF"), ({"format": "docx"}, b"PK")):
        taken = client.post(f"/appointments/{link}/file", data={**form, **wanted})
        assert (taken.status_code, taken.data[: len(begin)]) == (200, begin)
    with database.reading() as session:
        assert session.scalars(select(Export.kind)).all() == ["notice"] * 3


def test_what_nobody_recorded_is_said_before_the_notice_and_is_no_dash_in_it(client, database, decided):
    html = page_of(client, f"{decided}/round")
    assert "档案未登记以下各项，公示中将不列出：性别、" in html
    candidacy_no = html.partition("/candidacies/")[2].partition("/")[0]
    fields = {**fields_of(html, "notice"), "office": "示范县委组织部", "office_phone": "0000-1234567"}
    assert client.post(f"{decided}/candidacies/{candidacy_no}/notice", data=fields).status_code == 303
    html = page_of(client, f"{decided}/round")
    assert "公示中将不列出" not in html
    link = html.partition('href="/appointments/')[2].partition('"')[0]
    notice = page_of(client, f"/appointments/{link}").partition("gazette")[2].partition("</article>")[0]
    assert "<dt>姓名</dt>" in notice
    assert "性别" not in notice
    assert "—" not in notice
