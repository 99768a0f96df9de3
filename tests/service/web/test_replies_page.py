"""The page on which a unit, a village and a person reply, and where the office reads it."""

import re

import pytest
from builders_offices import reader_of
from builders_replies import UNIT, asked_round
from sqlalchemy import select

from service.access import Role, Territory, TerritoryKind
from service.models.people import Person
from tests.service.web.builders_pages import token_of

UNIT_TERRITORY = Territory(TerritoryKind.UNIT, UNIT)


def _fields(html, number):
    form = re.search(rf'<form [^>]*action="/replies/{number}".*?</form>', html, re.DOTALL)[0]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_unit_disagrees_on_its_page_and_the_office_reads_it_beside_the_person(app, database, actor, now, language):
    shortlist_no, numbers = asked_round(database, actor, now, stage="unit_asked")
    unit = reader_of(app, database, Role.UNIT, territory=UNIT_TERRITORY, now=now)
    unit.set_cookie("language", language)
    assert 'href="/replies"' in unit.get("/").text
    html = unit.get("/replies").text
    assert "样例乙" in html
    assert "样例丙" not in html
    fields = {
        **_fields(html, numbers[0]),
        "csrf_token": token_of(html),
        "reply": "disagrees",
        "document": "示机〔2026〕5号",
    }
    refused = unit.post(f"/replies/{numbers[0]}", data={**fields, "signed_name": "样例署名"})
    assert refused.status_code == 422
    assert 'value="样例署名"' in refused.text  # nothing typed is lost
    fields |= {"signed_name": "样例署名", "reason": "岗位离不开"}
    assert unit.post(f"/replies/{numbers[0]}", data=fields).status_code == 303
    assert "岗位离不开" in unit.get("/replies").text
    assert unit.post("/replies/C0-0", data=fields).status_code == 404
    officer = reader_of(app, database, Role.OFFICER, now=now)
    told = officer.get(f"/shortlists/{shortlist_no}/round").text
    assert "岗位离不开" in told
    assert "样例署名" in told
    assert officer.get("/replies").status_code == 403


def test_a_person_who_is_asked_is_led_there_first(app, database, actor, now):
    _, numbers = asked_round(database, actor, now, stage="willingness_asked")
    with database.reading() as session:
        own = Territory(TerritoryKind.OWN, person_id=session.scalar(select(Person.id).where(Person.person_no == "P1")))
    person = reader_of(app, database, Role.CANDIDATE, territory=own, now=now)
    assert person.get("/").headers["Location"] == "/replies"
    html = person.get("/replies").text
    assert numbers[0] in html
    assert numbers[1] not in html
    fields = {**_fields(html, numbers[0]), "csrf_token": token_of(html), "reply": "accepts", "signed_name": "样例署名"}
    assert person.post(f"/replies/{numbers[0]}", data=fields).status_code == 303
    assert person.get("/").headers["Location"] == "/people/P1"


def test_a_village_replies_over_the_api_with_its_vote(app, database, actor, now):
    _, numbers = asked_round(database, actor, now, post_type="honorary_village_head")
    village = reader_of(
        app, database, Role.VILLAGE, territory=Territory(TerritoryKind.VILLAGE, "239901100201"), now=now
    )
    items = village.get("/api/v1/replies").json["items"]
    assert [one["candidacy_no"] for one in items] == numbers[:2]
    said = {"version": items[0]["version"], "reply": "agrees", "signed_name": "样例署名", "document": "会议记录3号"}
    address = f"/api/v1/replies/{numbers[0]}"
    assert village.post(address, json={**said, "n_for": 5}).status_code == 422
    said |= {"n_entitled": 7, "n_present": 7, "n_for": 5, "n_against": 1, "n_abstained": 1}
    answer = village.post(address, json=said)
    assert answer.status_code == 200, answer.text
    assert answer.json["reply"]["reply"] == "agrees"
    assert village.get(f"/api/v1/candidacies/{numbers[0]}").status_code == 403
    shown = reader_of(app, database, Role.OFFICER, now=now).get(f"/api/v1/candidacies/{numbers[0]}").json
    assert (shown["replies"][0]["n_for"], shown["signatures"][-1]["signatory"]) == (5, "village_committee")
