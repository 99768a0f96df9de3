"""Consents, corrections, holds, clocks and effects of rules are shown as far as a role may see people."""

import pytest
from builders import a_person, a_vacancy, a_village, an_actor
from builders_registry import save
from sqlalchemy import select

from matching.vocabulary import RecordStatus, Text
from service.access import EVERYWHERE, Actor, Role, Territory, TerritoryKind
from service.models.people import Person
from service.settings.retention import RetentionSettings
from service.usecases.lists.shortlists import request_shortlist
from service.usecases.outgoing.exporting_lists import export_list
from service.usecases.privacy import consents, legal_holds, retention
from service.usecases.privacy.blind_reviews import open_blind_review
from service.usecases.records import corrections
from service.usecases.rules.rulebook_effects import seen_effect

NAME = "柯那瑞"
OFFICER, AUDITOR = an_actor(Role.OFFICER, username="officer"), an_actor(Role.AUDITOR, username="auditor")
DISCIPLINE, OPERATOR = an_actor(Role.DISCIPLINE), an_actor(Role.OPERATOR)
HERE, ELSEWHERE = Territory(TerritoryKind.COUNTY, "239901"), "239902100201"


@pytest.fixture
def owed(database, actor, now):
    """One person with a consent, a hold and two requests for correction, all in words that name them."""
    save(database, actor, now, villages=[a_village()], people=[a_person(name=NAME)])
    with database.unit_of_work() as session:
        leader = an_actor(Role.LEADER)
        consents.publish_consent_text(session, actor=leader, purpose="matching", text=Text("同意。", "Yes."), now=now)
        consents.give_consent(
            session, actor=OFFICER, person_no="P1", purpose="matching", signed_by=NAME, document="同意书",
            given_on=now.date(), now=now,
        )  # fmt: skip
        legal_holds.place_hold(
            session, actor=OFFICER, person_no="P1", reason=f"{NAME}申诉", document="函1", until_on=None, now=now
        )
        for field, value in (("employer", "某单位"), ("negative_flags", ["NG03"])):
            corrections.propose_correction(
                session, actor=OFFICER, person_no="P1", field=field, value=value, reason=f"{NAME}：{field}", now=now
            )
    return database


def _words(database, actor):
    with database.reading(actor) as session:
        found = corrections.list_corrections(session, actor=actor)
        told = {f"correction of {one.field}": one.reason for one in found}
        told["consent"] = consents.list_consents(session, actor=actor, person_no="P1")[0].signed_by
        if actor.roles & {Role.OFFICER, Role.DISCIPLINE, Role.AUDITOR}:
            told["hold"] = legal_holds.list_holds(session, actor=actor, person_no="P1")[0].reason
        return {what for what, words in told.items() if words is not None}


def test_words_about_people_are_for_who_may_know_them(owed):
    everything = {"correction of employer", "correction of negative_flags", "consent", "hold"}
    assert _words(owed, DISCIPLINE) == everything
    assert _words(owed, OFFICER) == everything - {"correction of negative_flags"}  # sees that there is an entry only
    assert _words(owed, AUDITOR) == _words(owed, OPERATOR) == set()


@pytest.fixture
def two_counties(database, actor, now):
    """Two archived people of two counties, both on a frozen list of the first one's vacancy V1; V2 is elsewhere."""
    people = [a_person(), a_person(person_no="P2", home_village_code=ELSEWHERE)]
    vacancies = [a_vacancy(), a_vacancy(vacancy_no="V2", village_code=ELSEWHERE)]
    other = a_village(village_code=ELSEWHERE, county="示范乙县", township="双河镇", village="西岗村")
    save(database, actor, now, villages=[a_village(), other], people=people, vacancies=vacancies)
    with database.unit_of_work() as session:
        request_shortlist(session, actor=OFFICER, vacancy_no="V1", k=2, now=now)
        for person in session.scalars(select(Person)):
            person.record_status = RecordStatus.ARCHIVED
    return database


def test_the_clock_of_a_candidate_from_elsewhere_is_for_the_department_of_their_home(two_counties, now):
    here = Actor("here", frozenset({Role.OFFICER}), HERE)
    with two_counties.reading(here) as session:
        assert len(session.scalars(select(Person)).all()) == 2  # the candidate is seen
        due = retention.list_due(session, actor=here, settings=RetentionSettings(archived_months=0), now=now)
        assert [one.person.person_no for one in due] == ["P1"]


def test_the_effect_of_a_rulebook_names_vacancies_and_people_of_the_readers_own(two_counties, now):
    row = {"n_left": 2, "left": [{"person_no": one, "rule_id": "FS-01"} for one in ("P1", "P2")], "entered": []}
    effect = {"n_left": 4, "vacancies": [{**row, "vacancy_no": number, "moved": []} for number in ("V1", "V2")]}
    shown = {
        (Role.LEADER, EVERYWHERE): {"V1": ["P1", "P2"], "V2": ["P1", "P2"]},
        (Role.LEADER, HERE): {"V1": ["P1", "P2"]},  # both stand on a list of V1
        (Role.REGISTRAR, HERE): {"V1": []},  # sees no rankings
    }
    for (role, territory), expected in shown.items():
        reader = Actor("reader", frozenset({role}), territory)
        with two_counties.reading(reader) as session:
            told = seen_effect(session, effect, actor=reader)
        assert {
            one["vacancy_no"]: [person["person_no"] for person in one["left"]] for one in told["vacancies"]
        } == expected
        assert told["n_left"] == 4


def test_an_exported_list_tells_what_is_not_shown_from_what_nobody_knows(database, actor, now):
    save(database, actor, now, villages=[a_village()], people=[a_person(employer="样例单位")], vacancies=[a_vacancy()])
    with database.unit_of_work() as session:
        request_shortlist(session, actor=actor, vacancy_no="V1", k=1, now=now)
        open_blind_review(session, actor=actor, vacancy_no="V1", now=now)
        exported = {
            language: export_list(
                session, actor=OFFICER, subject="people", file_format="csv", language=language, now=now,
                columns=("person_no", "employer", "resume", "title", "annual_revenue_wan"),
            )
            for language in ("zh", "en")
        }  # fmt: skip
    rows = {language: made.content.decode("utf-8-sig").splitlines()[1] for language, made in exported.items()}
    assert rows["zh"] == "P1,无权查看,无权查看,无权查看,"
    assert rows["en"] == "P1,not shown to you,not shown to you,not shown to you,"
