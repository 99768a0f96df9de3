"""Whom a blind review hides, its reviewers find nowhere: records, searches, rounds, comparisons of lists, files."""

import io
import json
import zipfile
from datetime import date

import pytest
from builders import a_person, a_vacancy, a_village, an_actor
from builders_registry import save
from builders_workflow import asked, round_version
from sqlalchemy import select

from matching.requirements import REQUIREMENT_FIELDS, requirement_rules
from matching.vocabulary import ReviewDecision
from schemas.people import PersonSchema
from schemas.shortlists import ShortlistSchema
from schemas.workflow import CandidacySchema, ReviewSchema
from service.access import Actor, Role
from service.errors import Conflict
from service.models.candidacies import Candidacy
from service.models.identity import DuplicatePair
from service.models.shortlists import HIDDEN
from service.queries.veils import HIDDEN_NAMES, hidden_criteria, hidden_rules
from service.usecases import (
    candidacies,
    duplicate_hints,
    duplicates,
    histories,
    people,
    reviewing,
    rounds,
    shortlists,
)
from service.usecases.appearances import list_appearances
from service.usecases.blind_reviews import close_blind_review, lift_blind, open_blind_review
from service.usecases.candidacy_views import get_candidacy, list_candidacies
from service.usecases.explanations import compare_people, explain_person
from service.usecases.exports import Wanted, make_export
from service.usecases.list_changes import changes_since
from service.usecases.masks import seen_admission
from service.usecases.own_files import person_file
from service.usecases.unmasking import unmask_field
from service.usecases.waiver_records import get_waiver, list_waivers
from service.usecases.waivers import propose_waiver
from service.usecases.what_ifs import what_if

NAME, ID_NUMBER, PHONE, EMPLOYER = "柯那瑞", "239901198703151730", "13987650418", "柯那瑞合作社"
SECRETS = (NAME, ID_NUMBER, PHONE, EMPLOYER, "1987", "高级农艺师", "达斡尔")
OFFICER, REGISTRAR = an_actor(Role.OFFICER, username="officer"), an_actor(Role.REGISTRAR, username="registrar")


@pytest.fixture
def blind(database, actor, now):
    """A round under review for a vacancy that is reviewed blindly; the number of its list."""
    canary = a_person(
        name=NAME, id_number=ID_NUMBER, phone=PHONE, employer=EMPLOYER, sex="1", ethnicity="31", title="T3",
        birth_date=date(1987, 3, 15), rural_work_years=20.0,
    )  # fmt: skip
    others = [a_person(person_no=f"P{place}", name=f"样例{place}") for place in (2, 3)]
    vacancy = a_vacancy(age_max=30, requirement_basis="示组〔2026〕1号")
    save(
        database,
        actor,
        now,
        villages=[a_village()],
        people=[canary, *others],
        vacancies=[vacancy, a_vacancy(vacancy_no="V2")],
    )
    with database.unit_of_work() as session:
        number = shortlists.request_shortlist(session, actor=OFFICER, vacancy_no="V2", k=1, now=now).shortlist_no
        move = asked("under_review", round_version(session, number), reason=f"{NAME}等三人")
        rounds.move_shortlist(session, actor=OFFICER, shortlist_no=number, asked=move, now=now)
        (first, *_) = session.scalars(select(Candidacy).order_by(Candidacy.id))
        reviewing.give_opinion(
            session, actor=OFFICER, candidacy_no=first.candidacy_no, decision=ReviewDecision.NEED_INFO,
            reason_codes=(), reason=f"请 {NAME} 补充材料，电话 {PHONE}", version=first.version, now=now,
        )  # fmt: skip
        candidacies.record_signature(
            session, actor=OFFICER, candidacy_no=first.candidacy_no, signatory="person", signed_name=NAME,
            document="意愿表", signed_on=now.date(), version=first.version, now=now,
        )  # fmt: skip
        open_blind_review(session, actor=OFFICER, vacancy_no="V2", now=now)
    return number


def _plain(dumped):
    return json.dumps(dumped, ensure_ascii=False, default=str)


class Look:
    """Every place where a reviewer may look at somebody; each returns what is told there as text."""

    def __init__(self, session, actor, number, now):
        self.session, self.number, self.common = session, number, {"actor": actor, "now": now}
        self.actor = {"actor": actor}

    def record(self):
        return _plain(PersonSchema().dump(people.get_person(self.session, **self.actor, person_no="P1")))

    def history(self):
        return str(histories.history_of(self.session, **self.actor, kind="people", number="P1"))

    def list_of_people(self):
        return _plain(PersonSchema(many=True).dump(people.list_people(self.session, **self.common).items))

    def places_on_lists(self):
        found = list_appearances(self.session, **self.actor, person_no="P1")
        return str([(one.person.name, one.outcomes, one.contributions) for one in found])

    def shortlist(self):
        found = shortlists.get_shortlist(self.session, **self.actor, shortlist_no=self.number)
        return _plain(ShortlistSchema().dump(found))

    def round(self):
        return _plain(ReviewSchema().dump(list_candidacies(self.session, **self.actor, shortlist_no=self.number)))

    def candidacy(self):
        number = self.session.scalars(select(Candidacy.candidacy_no).order_by(Candidacy.id)).first()
        return _plain(CandidacySchema().dump(get_candidacy(self.session, **self.actor, candidacy_no=number)))

    def two_lists(self):
        lines = changes_since(self.session, **self.common, shortlist_no=self.number).people
        return str([(line.person.label, line.heading, line.reasons) for line in lines])

    def explanation(self):
        found = explain_person(self.session, **self.common, vacancy_no="V2", person_no="P1")
        return str((found.person.name, found.outcomes, found.contributions, found.improvements))

    def two_people(self):
        found = compare_people(self.session, **self.common, vacancy_no="V2", person_no="P1", versus="P2")
        return str((found.first.person.name, found.comparison))

    def what_if(self):
        found = what_if(self.session, **self.common, vacancy_no="V2", person_no="P1", facts={"training_hours": 99.0})
        return str((found.facts.person.name, found.facts.person.title))

    def exported_people(self):
        columns = ["person_no", "name", "id_number", "phone", "birth_date", "title"]
        return self._file(kind="people", file_format="csv", columns=columns)

    def roster(self):
        return self._file(kind="roster", file_format="csv", reason="与市级台账核对")

    def exported_shortlist(self):
        return self._file(kind="shortlist", file_format="json", subject_no=self.number)

    def dossier(self):
        return self._file(kind="dossier", file_format="docx", subject_no=self.number)

    def _file(self, **wanted):
        content = make_export(self.session, Wanted(**wanted), **self.common).content
        if not content.startswith(b"PK"):
            return content.decode()
        return zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()


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
        close_blind_review(session, actor=OFFICER, vacancy_no="V2", now=now)
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
        close_blind_review(session, actor=OFFICER, vacancy_no="V2", now=now)
    with database.reading(auditor) as session:
        told = _plain(ReviewSchema().dump(list_candidacies(session, actor=auditor, shortlist_no=blind)))
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
        close_blind_review(session, actor=OFFICER, vacancy_no="V2", now=now)
    assert told(leader).count(NAME) == 3
    assert (NAME in told(auditor), told(auditor).count("P1")) == (False, 3)


def test_what_admission_rules_say_of_age_is_hidden_on_the_record_too(database, blind, now):
    from service.usecases.admission import judge_admissions

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
        told = _plain(PersonSchema().dump(people.get_person(session, actor=token, person_no="P1")))
    assert [secret for secret in SECRETS if secret in told] == []
    if "unmask" in scopes:
        with database.unit_of_work(token) as session, pytest.raises(Conflict, match="blind"):
            unmask_field(session, actor=token, person_no="P1", field="id_number", reason="核实", now=now)
    if "export" in scopes:
        with database.unit_of_work(token) as session, pytest.raises(Conflict, match="blind"):
            make_export(session, Wanted(kind="form", file_format="docx", subject_no="P1"), actor=token, now=now)
