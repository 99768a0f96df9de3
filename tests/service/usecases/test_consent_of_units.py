"""An official becomes honorary village head with the consent of the unit; nobody else is asked for one."""

import builders_workflow as b
import pytest
from builders import a_person, a_vacancy, a_village, an_actor

from matching.vocabulary import PostType, ReviewDecision
from service.access import Actor, Role, Territory, TerritoryKind
from service.errors import InvalidInput
from service.usecases.incoming import registration
from service.usecases.lists.shortlists import request_shortlist
from service.usecases.workflow import candidacies, reviewing
from service.usecases.workflow.candidacy_moves import missing_signatures
from service.usecases.workflow.questions import list_questions

UNIT = "示范市测绘局"


@pytest.fixture
def on_their_way(any_database, now):
    """An official and a farmer on the list of an honorary head; both were asked whether they are willing."""
    people = [
        a_person(person_no="P1", name="样例甲", employer=UNIT, employer_type="party_gov_organ"),
        a_person(person_no="P2", name="样例乙", employer="示范合作社", employer_type="cooperative"),
    ]
    with any_database.unit_of_work() as session:
        registration.save_villages(session, actor=an_actor(), records=[a_village()], now=now)
        registration.save_people(session, actor=an_actor(), records=people, now=now)
        post = a_vacancy(post_type=PostType.HONORARY_VILLAGE_HEAD)
        registration.save_vacancies(session, actor=an_actor(), records=[post], now=now)
        made = request_shortlist(session, actor=b.OFFICER, vacancy_no="V1", k=2, now=now)
        found = b.start_review(session, made.shortlist_no, now=now)
        assert len(found) == 2
        for one in found:
            said = {"decision": ReviewDecision.RECOMMEND, "version": one.version, "now": now}
            reviewing.conclude(session, actor=b.OFFICER, candidacy_no=one.candidacy_no, **said)
            b.sign(session, one, "village_committee", now=now)
            step = b.asked("willingness_asked", one.version)
            candidacies.move_candidacy(session, actor=b.OFFICER, candidacy_no=one.candidacy_no, asked=step, now=now)
    return any_database, made.shortlist_no


def _by_number(session, shortlist_no):
    return {one.person.person_no: one for one in b.all_of(session, shortlist_no)}


def test_the_unit_is_missing_for_the_official_only(on_their_way):
    database, shortlist_no = on_their_way
    with database.reading() as session:
        missing = {
            number: {one.key for one in missing_signatures(candidacy, stage="decided")}
            for number, candidacy in _by_number(session, shortlist_no).items()
        }
    assert "employer" in missing["P1"]
    assert missing["P1"] - {"employer"} == missing["P2"]


def test_the_unit_is_asked_over_its_own_account(on_their_way):
    database, _ = on_their_way
    unit = Actor("unit", frozenset({Role.UNIT}), Territory(TerritoryKind.UNIT, UNIT), holder_name="样例署名")
    other = Actor("other", frozenset({Role.UNIT}), Territory(TerritoryKind.UNIT, "示范合作社"), holder_name="样例署名")
    with database.unit_of_work(unit) as session:
        assert [one.person_no for one in list_questions(session, actor=unit)] == ["P1"]
    with database.unit_of_work(other) as session:
        assert list_questions(session, actor=other) == []


def test_no_signature_is_recorded_that_nobody_asks_for(on_their_way, now):
    database, shortlist_no = on_their_way
    with database.unit_of_work() as session:
        found = _by_number(session, shortlist_no)
        b.sign(session, found["P1"], "employer", now=now)
        with pytest.raises(InvalidInput):
            b.sign(session, found["P2"], "employer", now=now)
