"""A person's own file tells everything that is held about them, in plain words, and who looked at it."""

import json

import pytest
from builders import a_person, an_actor
from builders_canary import CANARY, a_canary
from builders_offices import hired
from sqlalchemy import select

from matching.vocabulary import Text
from service.access import Role, Territory, TerritoryKind
from service.errors import Forbidden, InvalidInput, NotFound
from service.files.columns import column_table
from service.files.person_files import person_file_page
from service.models.audit import AuditEntry
from service.models.people import Person
from service.usecases.incoming import registration
from service.usecases.long_work.rescoring import Mode, rescore
from service.usecases.privacy.own_files import person_file
from service.usecases.records import people


@pytest.fixture
def beginning(request):
    """Begin with the canary where a test asks for her."""
    return a_canary if "canary" in request.fixturenames else None


@pytest.fixture
def canary(told_of_beginning):
    """The canary has lived through everything; her number."""
    return told_of_beginning


def _made(database, actor, now, number, reason="本人申请查阅"):
    with database.unit_of_work() as session:
        return person_file(session, actor=actor, person_no=number, reason=reason, now=now)


def _label(name):
    return column_table("people").labels.get(name, Text(name, name))


def test_everything_that_is_stored_about_a_person_is_in_their_file(any_database, canary, actor, now):
    told = json.dumps(_made(any_database, actor, now, canary), ensure_ascii=False)
    assert [what for what, secret in CANARY.items() if secret not in told] == ["post_note"]


def test_every_value_of_the_record_is_told_in_clear(any_database, canary, actor, now):
    told = _made(any_database, actor, now, canary)["record"]
    with any_database.reading() as session:
        person = people.get_person(session, actor=actor, person_no=canary)
        assert (told["id_number"], told["phone"], told["name"]) == (person.id_number, person.phone, person.name)


def test_numbers_leave_in_clear_for_a_reason_that_is_logged_only(any_database, canary, now):
    officer = an_actor(Role.OFFICER)
    masked = json.dumps(_made(any_database, officer, now, canary, reason=None), ensure_ascii=False)
    assert [what for what in ("id_number", "phone") if CANARY[what] in masked] == []
    assert CANARY["name"] in masked
    assert CANARY["phone"] in json.dumps(_made(any_database, officer, now, canary), ensure_ascii=False)
    with any_database.reading() as session:
        lines = session.scalars(select(AuditEntry).where(AuditEntry.action == "export_person_file")).all()
        assert [line.detail.get("reason") for line in lines] == [None, "本人申请查阅"]
    with pytest.raises(InvalidInput):
        _made(any_database, officer, now, canary, reason=f"查 {CANARY['id_number']}")


def test_every_score_has_its_reasons_and_rules(any_database, canary, actor, now):
    document = _made(any_database, actor, now, canary)
    assert document["scores"]
    for score in document["scores"]:
        assert sum(reason["points"] for reason in score["reasons"]) == pytest.approx(score["score"])
        assert all(reason["sentence"]["zh"] for reason in score["reasons"])
        assert all(rule["sentence"]["zh"] for rule in score["rules"])


def _candidate(database, number, now):
    with database.reading() as session:
        person_id = session.scalar(select(Person.id).where(Person.person_no == number))
    own = Territory(TerritoryKind.OWN, person_id=person_id)
    return hired(database, username="herself", roles=frozenset({Role.CANDIDATE}), territory=own, now=now)


def test_the_person_is_told_everything_in_clear_with_every_score_explained(any_database, canary, actor, now):
    rescore(any_database, actor=actor, now=lambda: now, mode=Mode.ALL)
    candidate = _candidate(any_database, canary, now)
    with any_database.unit_of_work(candidate) as session:
        own = person_file(session, actor=candidate, person_no=canary, now=now)
    told = json.dumps(own, ensure_ascii=False)
    assert [what for what, secret in CANARY.items() if secret not in told] == ["post_note"]
    assert own["scores"] == _made(any_database, actor, now, canary)["scores"] != []
    assert own["present_places"]
    for place in own["present_places"]:
        assert sum(reason["points"] for reason in place["reasons"]) == pytest.approx(place["score"])
    assert {"checks", "exports"} & own["other_records"].keys()
    assert {"edit_person", "merge_people", "view_shortlist"} & {one["action"] for one in own["accesses"]}


def test_the_person_is_told_of_nobody_else(any_database, canary, actor, now):
    candidate = _candidate(any_database, canary, now)
    with any_database.unit_of_work() as session:
        registration.save_people(session, actor=actor, records=[a_person(person_no="P-OTHER", name="另一位")], now=now)
    for person_no in ("P-OTHER", "P-NOBODY"):
        with any_database.unit_of_work(candidate) as session, pytest.raises(NotFound):
            person_file(session, actor=candidate, person_no=person_no, now=now)


def test_every_access_is_listed_also_to_the_record_that_was_merged(any_database, canary, actor, now):
    _made(any_database, actor, now, canary)
    accesses = _made(any_database, actor, now, canary)["accesses"]
    actions = {one["action"] for one in accesses}
    assert {"edit_person", "merge_people", "export_person_file"} <= actions
    assert {one["by"] for one in accesses} == {"admin"}


def test_the_page_is_readable_in_both_languages_and_asks_nothing_from_outside(any_database, canary, actor, now):
    document = _made(any_database, actor, now, canary)
    for language, title in (("zh", "本人档案"), ("en", "Your own file")):
        page = person_file_page(document, language=language, label=_label)
        assert title in page
        assert CANARY["id_number"] in page
        assert _label("phone").in_(language) in page
        assert "http" not in page
        assert "<script" not in page


def test_what_somebody_wrote_is_never_markup_in_the_page(any_database, canary, actor, now):
    document = _made(any_database, actor, now, canary)
    document["record"]["note"] = "<img src=x onerror=alert(1)>"
    assert "<img" not in person_file_page(document, language="zh", label=_label)


def test_who_may_not_hand_out_files_gets_none(any_database, canary, now):
    from service.access import Actor, Role

    clerk = Actor("clerk", roles=frozenset({Role.REGISTRAR}))
    with any_database.unit_of_work() as session, pytest.raises(Forbidden):
        person_file(session, actor=clerk, person_no=canary, now=now)
    with any_database.reading() as session:
        assert session.scalars(select(Person)).one().name
