"""The negative list over HTTP: entered on a document, listed, ended with a reason; discipline officers alone."""

import pytest
from builders import a_person, a_village
from builders_api import problem_of
from builders_offices import hired, reader_of, token_of
from builders_registry import save
from sqlalchemy import select

from service.access import EVERYWHERE, Role, Territory, TerritoryKind
from service.models.audit import AuditEntry
from service.models.people import Person

ADDRESS = "/api/v1/negative-list"
ASKED = {"person_no": "P1", "code": "NG03", "document": "示纪函1"}


@pytest.fixture
def officer(app, database, actor, now):
    save(database, actor, now, villages=[a_village()], people=[a_person()])
    return reader_of(app, database, Role.DISCIPLINE, now=now)


def test_an_entry_is_made_listed_and_ended(officer, database):
    made = officer.post(ADDRESS, json={**ASKED, "until_on": "2099-01-01"}, headers={"Idempotency-Key": "k1"})
    assert (made.status_code, made.json["document"], made.json["until_on"]) == (201, "示纪函1", "2099-01-01")
    again = officer.post(ADDRESS, json={**ASKED, "until_on": "2099-01-01"}, headers={"Idempotency-Key": "k1"})
    assert (again.json, again.headers["Idempotency-Replayed"]) == (made.json, "true")
    assert problem_of(officer.post(ADDRESS, json=ASKED), 409)["place"] == "code"
    listed = officer.get(ADDRESS).json
    (one,) = listed["items"]
    assert (listed["total"], one["person_no"], one["entries"][0]["is_due"]) == (1, "P1", False)
    assert one["entries"][0]["label"]["zh"].startswith("正被")
    assert officer.get(f"{ADDRESS}?due=true").json["items"] == []
    ending = {"person_no": "P1", "code": "NG03", "reason": "审结"}
    assert officer.post(f"{ADDRESS}/end", json=ending).status_code == 200
    assert problem_of(officer.post(f"{ADDRESS}/end", json=ending), 409)["place"] == "code"
    with database.reading() as session:
        assert session.scalars(select(Person)).one().negative_flags == ()
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
        assert {"add_negative_entry", "list_negative_entries", "end_negative_entry"} <= set(actions)


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [({"code": "NG99"}, 422, "code"), ({"document": ""}, 422, "document"), ({"person_no": "NOBODY"}, 404, None),
     ({"until_on": "2020-01-01"}, 422, "until_on")],
)  # fmt: skip
def test_what_cannot_be_entered_is_told_at_its_field(officer, changes, status, field):
    problem = problem_of(officer.post(ADDRESS, json={**ASKED, **changes}), status)
    assert field is None or field in str(problem)


def test_no_other_role_and_no_other_county_reaches_an_entry(officer, app, database, now):
    def client(role, territory=EVERYWHERE):
        hired(database, username=f"one.{role}", roles=frozenset({role}), territory=territory, now=now)
        other = app.test_client()
        other.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token_of(database, f'one.{role}')}"
        return other

    ending = {"person_no": "P1", "code": "NG03", "reason": "审结"}
    assert officer.post(ADDRESS, json=ASKED).status_code == 201
    for role in sorted(set(Role) - {Role.DISCIPLINE, Role.PUBLIC}):
        other = client(role)
        told = [other.get(ADDRESS), other.post(ADDRESS, json=ASKED), other.post(f"{ADDRESS}/end", json=ending)]
        assert [one.status_code for one in told] == [403, 403, 403], role
    other = client(Role.DISCIPLINE, Territory(TerritoryKind.COUNTY, "239902"))
    assert other.get(ADDRESS).json["items"] == []
    assert other.post(ADDRESS, json={**ASKED, "code": "NG04"}).status_code == 404
    assert other.post(f"{ADDRESS}/end", json=ending).status_code == 404
    assert len(officer.get(ADDRESS).json["items"]) == 1
