"""Whom a blind review hides, its reviewers find nowhere: records, searches, rounds, comparisons of lists, files."""

from datetime import date

import pytest
from builders import an_actor
from builders_blind import ID_NUMBER, NAME, OFFICER, PHONE, REGISTRAR, SECRETS, Look, a_blind_round, as_text

from matching.requirements import REQUIREMENT_FIELDS, requirement_rules
from schemas.people import PersonSchema
from schemas.workflow import ReviewSchema
from service.access import Actor, Role
from service.errors import Conflict
from service.models.identity import DuplicatePair
from service.models.shortlists import HIDDEN
from service.queries.veils import HIDDEN_NAMES, hidden_criteria, hidden_rules
from service.usecases.identity import duplicate_hints, duplicates
from service.usecases.lists import shortlists
from service.usecases.outgoing.exports import Wanted, make_export
from service.usecases.privacy.blind_reviews import close_blind_review, lift_blind, open_blind_review
from service.usecases.privacy.masks import seen_admission
from service.usecases.privacy.own_files import person_file
from service.usecases.privacy.unmasking import unmask_field
from service.usecases.records import people
from service.usecases.rules.waiver_records import get_waiver, list_waivers
from service.usecases.rules.waivers import propose_waiver
from service.usecases.workflow.candidacy_views import list_candidacies


@pytest.fixture
def blind(database, actor, now):
    """A round under review for a vacancy that is reviewed blindly; the number of its list."""
    return a_blind_round(database, actor, now)


ROOMS = [name for name, told in vars(Look).items() if callable(told) and not name.startswith("_")]


def _told(database, actor, number, now):
    """Return what is told in each room; every one is opened by itself."""
    told = {}
    for room in ROOMS:
        with database.unit_of_work(actor) as session:
            told[room] = getattr(Look(session, actor, number, now), room)()
    return told


def test_a_reviewer_finds_nowhere_who_somebody_under_a_blind_review_is(database, blind, now):
    told = _told(database, OFFICER, blind, now)
    leaks = {room: [one for one in SECRETS if one in text] for room, text in told.items()}
    assert {room: found for room, found in leaks.items() if found} == {}


def test_who_looked_behind_it_sees_again(database, blind, now):
    with database.unit_of_work(OFFICER) as session:
        lift_blind(session, actor=OFFICER, vacancy_no="V2", reason="核对回避关系", now=now)
    told = _told(database, OFFICER, blind, now)
    assert {room for room, text in told.items() if NAME not in text} <= {"two_lists"}  # nobody enters or leaves
    assert {room for room, text in told.items() if "盲审" in text} == set()


@pytest.mark.parametrize("filters", [{"name": NAME}, {"name": "knr"}, {"id_number": ID_NUMBER}, {"phone": PHONE}])
def test_nobody_is_found_by_what_is_hidden(database, blind, now, filters):
    with database.reading(OFFICER) as session:
        assert people.list_people(session, actor=OFFICER, filters=filters, now=now).total == 0
        assert people.list_people(session, actor=OFFICER, filters={"person_no": "P1"}, now=now).total == 1
        ordered = people.list_people(session, actor=OFFICER, sort="name", now=now).items
        assert ordered[-1].person_no == "P1"
    with database.reading(REGISTRAR) as session:
        (found,) = people.list_people(session, actor=REGISTRAR, filters=filters, now=now).items
        assert found.name == NAME  # no reviewer


def test_a_hint_at_duplicates_does_not_tell_whom_a_name_belongs_to(database, blind, now):
    record = {"name": NAME, "id_number": ID_NUMBER, "birth_date": date(1987, 3, 15)}
    for actor, hinted in ((OFFICER, []), (REGISTRAR, ["P1"])):
        with database.reading(actor) as session:
            found = duplicate_hints.duplicates_of(session, actor=actor, record=record)
            assert [one.person_no for one in found] == hinted


def test_a_pair_of_duplicates_shows_the_number_only(database, blind, now):
    with database.unit_of_work(OFFICER) as session:
        session.add(
            DuplicatePair(id=1, first_id=1, second_id=2, probability=0.9, reasons=[], state="open", found_at=now)
        )
    with database.reading(OFFICER) as session:
        (pair,) = duplicates.list_pairs(session, actor=OFFICER).items
        told = f"{pair.first.name} {duplicates.compare_pair(pair)}"
    assert [secret for secret in SECRETS if secret in told] == []


def test_files_that_tell_everything_wait_for_the_end_of_the_review(database, blind, now):
    taken = (
        lambda s: make_export(s, Wanted(kind="form", file_format="docx", subject_no="P1"), actor=OFFICER, now=now),
        lambda s: person_file(s, actor=OFFICER, person_no="P1", now=now),
        lambda s: unmask_field(s, actor=OFFICER, person_no="P1", field="phone", reason="电话核实", now=now),
    )
    for take in taken:
        with database.unit_of_work(OFFICER) as session, pytest.raises(Conflict, match="blind"):
            take(session)
    with database.unit_of_work(OFFICER) as session:
        close_blind_review(session, actor=OFFICER, vacancy_no="V2", reason="审阅已毕", now=now)
    for take in taken:
        with database.unit_of_work(OFFICER) as session:
            take(session)


def test_hidden_rules_and_criteria_are_those_that_read_a_hidden_fact(database):
    made = requirement_rules(education_rank_min=1, degree_rank_min=1, age_years_max=30, work_years_min=2, basis="x")
    assert {rule.id: next(iter(rule.conditions)).field for rule in made.rules} == REQUIREMENT_FIELDS
    with database.reading() as session:
        rules = hidden_rules(session)
    assert {"V-AGE", "V-EXP"} <= rules
    assert not {"V-EDU", "V-DEG"} & rules
    assert "title_rank" in hidden_criteria() or any("title" in one for one in hidden_criteria())
    assert {"name", "sex", "birth_date", "ethnicity", "title"} <= HIDDEN_NAMES


def test_who_was_left_out_for_their_age_is_not_told_by_how_much(database, blind, now):
    with database.unit_of_work(OFFICER) as session:
        number = shortlists.request_shortlist(session, actor=OFFICER, vacancy_no="V1", k=3, now=now).shortlist_no
        open_blind_review(session, actor=OFFICER, vacancy_no="V1", now=now)
    with database.reading(OFFICER) as session:
        found = shortlists.list_excluded(session, actor=OFFICER, shortlist_no=number, rule_id="V-AGE")
        assert found.total > 0
        assert {one.sentence["zh"] for one in found.items} == {HIDDEN.zh}


def test_the_words_about_people_do_not_name_them_to_who_knows_numbers_only(database, blind, now):
    auditor = an_actor(Role.AUDITOR, username="auditor")
    with database.unit_of_work(OFFICER) as session:
        close_blind_review(session, actor=OFFICER, vacancy_no="V2", reason="审阅已毕", now=now)
    with database.reading(auditor) as session:
        told = as_text(ReviewSchema().dump(list_candidacies(session, actor=auditor, shortlist_no=blind)))
    assert [secret for secret in SECRETS if secret in told] == []
    assert "请 P1 补充材料" in told


def test_waivers_name_their_person_to_nobody_from_whom_they_are_hidden(database, blind, now):
    leader, auditor = an_actor(Role.LEADER, username="leader"), an_actor(Role.AUDITOR, username="auditor")
    with database.unit_of_work() as session:
        propose_waiver(
            session, actor=OFFICER, vacancy_no="V1", person_no="P1", rule_id="V-AGE", reason=f"{NAME}略超龄",
            document="示组〔2026〕8号", valid_until=date(2027, 6, 1), now=now,
        )  # fmt: skip

    def told(reader):
        with database.reading(reader) as session:
            (found,) = list_waivers(session, actor=reader).items
            one = get_waiver(session, actor=reader, waiver_no=found.waiver_no)
            return f"{found.person.name} {found.reason} {one.reason}"

    assert told(leader).count("***P1") == 3
    with database.unit_of_work(OFFICER) as session:
        close_blind_review(session, actor=OFFICER, vacancy_no="V2", reason="审阅已毕", now=now)
    assert told(leader).count(NAME) == 3
    assert (NAME in told(auditor), told(auditor).count("P1")) == (False, 3)


def test_what_admission_rules_say_of_age_is_hidden_on_the_record_too(database, blind, now):
    from service.usecases.records.admission import judge_admissions

    with database.reading(OFFICER) as session:
        person = people.get_person(session, actor=OFFICER, person_no="P1")
        judged = judge_admissions(session, people={person.id: person.talent_source}, as_of=now.date())
        told = str(seen_admission(session, person, judged.outcomes_of(person.id), actor=OFFICER))
    assert "39" not in told


def test_a_reviewer_elsewhere_is_not_bound(database, blind, now):
    bare = Actor("reader", frozenset({Role.REGISTRAR}), OFFICER.territory)
    with database.reading(bare) as session:
        assert people.get_person(session, actor=bare, person_no="P1").name == NAME


@pytest.mark.parametrize("scopes", [{"read"}, {"read", "unmask"}, {"read", "export"}, {"read_people"}])
def test_a_narrow_token_shows_no_more_of_hidden_people_than_its_account_sees(database, blind, now, scopes):
    token = an_actor(Role.OFFICER, username="officer", scopes=frozenset(scopes))
    with database.unit_of_work(token) as session:
        told = as_text(PersonSchema().dump(people.get_person(session, actor=token, person_no="P1")))
    assert [secret for secret in SECRETS if secret in told] == []
    if "unmask" in scopes:
        with database.unit_of_work(token) as session, pytest.raises(Conflict, match="blind"):
            unmask_field(session, actor=token, person_no="P1", field="id_number", reason="核实", now=now)
    if "export" in scopes:
        with database.unit_of_work(token) as session, pytest.raises(Conflict, match="blind"):
            make_export(session, Wanted(kind="form", file_format="docx", subject_no="P1"), actor=token, now=now)
