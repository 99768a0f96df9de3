"""The public notice from the page of a round: published, read, printed and taken away."""

import builders_workflow as b
import pytest

from service.usecases import rounds
from tests.service.web.builders_desk import fields_of
from tests.service.web.builders_pages import page_of


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
