"""In a blind review nobody sees who the people are, until the round is closed or somebody gives a reason."""

import json
from datetime import date, timedelta

import pytest
from builders import a_person, a_vacancy, a_village, an_actor
from builders_registry import save
from builders_workflow import LEADER, OFFICER, asked, decide, register_city, start_review
from sqlalchemy import select

from matching.vocabulary import VacancyStatus
from schemas.shortlists import ShortlistSchema
from service.access import Role
from service.errors import Conflict, InvalidInput, ServiceError
from service.models.accounts import Account
from service.models.audit import AuditEntry
from service.models.candidacies import Candidacy
from service.models.privacy import BlindLift, BlindReview
from service.models.vacancies import Vacancy
from service.models.villages import Village
from service.usecases.incoming import registration
from service.usecases.lists import shortlists
from service.usecases.lists.explanations import explain_person
from service.usecases.lists.rankings import read_ranking
from service.usecases.lists.replay import replay_shortlist
from service.usecases.long_work.rescoring import rescore
from service.usecases.outgoing.exports import Wanted, make_export
from service.usecases.privacy.blind_reviews import close_blind_review, count_lifts, lift_blind, open_blind_review
from service.usecases.records.vacancies import edit_vacancy
from service.usecases.records.vacancy_moves import move_vacancy
from service.usecases.workflow.candidacies import move_candidacy

NAME, EMPLOYER = "柯那瑞", "柯那瑞合作社"


@pytest.fixture
def blind(any_database, actor, now):
    """A list for a vacancy whose review is blind; its number."""
    person = a_person(name=NAME, employer=EMPLOYER, sex="2", ethnicity="15", birth_date=date(1987, 3, 15))
    records = [person, a_person(person_no="P2", name="样例乙")]
    save(
        any_database,
        actor,
        now,
        villages=[a_village()],
        people=records,
        vacancies=[a_vacancy(), a_vacancy(vacancy_no="V2")],
    )
    rescore(any_database, actor=actor, now=lambda: now)
    with any_database.unit_of_work() as session:
        made = [shortlists.request_shortlist(session, actor=actor, vacancy_no=v, k=2, now=now) for v in ("V1", "V2")]
        open_blind_review(session, actor=actor, vacancy_no="V1", now=now)
        return [one.shortlist_no for one in made]


def _told(database, actor, now, number, vacancy_no="V1"):
    """Return everything that is told of the people of a vacancy, as text."""
    with database.unit_of_work() as session:
        told = [
            json.dumps(
                ShortlistSchema().dump(shortlists.get_shortlist(session, actor=actor, shortlist_no=number)),
                ensure_ascii=False,
            )
        ]
    for file_format in ("json", "csv"):
        with database.unit_of_work() as session:
            wanted = Wanted(kind="shortlist", file_format=file_format, subject_no=number)
            told.append(make_export(session, wanted, actor=actor, now=now).content.decode())
    with database.reading() as session:
        ranked = read_ranking(session, actor=actor, vacancy_no=vacancy_no, now=now)
        told += [f"{one.person.name} {one.person.employer} {one.person.sex} {one.person.birth_date}" for one in ranked]
    with database.reading() as session:
        found = explain_person(session, actor=actor, vacancy_no=vacancy_no, person_no="P1", now=now)
        told.append(f"{found.person.name} {found.outcomes} {found.contributions}")
    return "\n".join(told)


def test_who_the_people_are_is_hidden_everywhere_and_on_lists_of_other_vacancies_too(any_database, blind, actor, now):
    told = _told(any_database, actor, now, blind[0])
    assert [one for one in (NAME, EMPLOYER, "1987-03-15") if one in told] == []
    assert "***P1" in told
    open_told = _told(any_database, actor, now, blind[1], "V2")
    assert [one for one in (NAME, EMPLOYER, "1987-03-15") if one in open_told] == []
    assert ("盲审中不显示" in told, "盲审中不显示" in open_told) == (True, True)


def test_the_frozen_list_is_untouched(any_database, blind, actor):
    with any_database.reading() as session:
        assert replay_shortlist(session, actor=actor, shortlist_no=blind[0]).replay.agrees


def test_lifting_needs_a_reason_is_for_one_reviewer_and_is_counted(any_database, blind, actor, now):
    with any_database.unit_of_work() as session, pytest.raises(InvalidInput):
        lift_blind(session, actor=actor, vacancy_no="V1", reason=" ", now=now)
    with any_database.unit_of_work() as session:
        lift_blind(session, actor=actor, vacancy_no="V1", reason="核对回避关系", now=now)
    assert NAME in _told(any_database, actor, now, blind[0])
    other = type(actor)("other", roles=actor.roles, territory=actor.territory)
    assert NAME not in _told(any_database, other, now, blind[0])
    with any_database.reading() as session:
        (counted,) = count_lifts(session, actor=actor)
        line = session.scalars(select(AuditEntry).where(AuditEntry.action == "lift_blind")).one()
    assert (counted.username, counted.n_lifts, counted.n_vacancies) == ("admin", 1, 1)
    assert (line.actor, line.subject_no, "核对" in str(line.detail)) == ("admin", "V1", False)


def test_when_the_round_is_closed_everybody_sees_again_and_a_new_one_is_blind_again(any_database, blind, actor, now):
    with any_database.unit_of_work() as session:
        lift_blind(session, actor=actor, vacancy_no="V1", reason="核对", now=now)
        close_blind_review(session, actor=actor, vacancy_no="V1", reason="改为实名审阅", now=now)
    other = type(actor)("other", roles=actor.roles, territory=actor.territory)
    assert NAME in _told(any_database, other, now, blind[0])
    with any_database.unit_of_work() as session, pytest.raises(Conflict):
        lift_blind(session, actor=actor, vacancy_no="V1", reason="核对", now=now)


def test_a_review_is_made_blind_once(any_database, blind, actor, now):
    with any_database.unit_of_work() as session, pytest.raises(Conflict):
        open_blind_review(session, actor=actor, vacancy_no="V1", now=now)


def _an_account(number, role, kind, code, now):
    return Account(
        id=number, username=f"{role}-{code}", password_hash="-", roles=(str(role),), is_disabled=False, created_at=now,
        territory_kind=kind, territory_code=code,
    )  # fmt: skip


def test_closing_before_the_decision_needs_a_reason_and_is_counted_for_every_reviewer(database, now):
    with database.unit_of_work() as session:
        register_city(session, actor=an_actor(), now=now)
        code = session.scalars(select(Village.village_code)).one()
        session.add_all(
            _an_account(70 + place, role, kind, territory, now)
            for place, (role, kind, territory) in enumerate(
                [
                    (Role.CITY_ORG, "city", ""),
                    (Role.LEADER, "county", code[:6]),
                    (Role.OFFICER, "county", "239999"),
                    (Role.TOWNSHIP, "township", code[:9]),
                    (Role.REGISTRAR, "county", code[:6]),
                ]
            )
        )
        open_blind_review(session, actor=OFFICER, vacancy_no="V1", now=now)
    with database.unit_of_work(OFFICER) as session, pytest.raises(InvalidInput, match="reason"):
        close_blind_review(session, actor=OFFICER, vacancy_no="V1", reason=" ", now=now)
    with database.unit_of_work(OFFICER) as session:
        close_blind_review(session, actor=OFFICER, vacancy_no="V1", reason="改为实名审阅", now=now)
        open_blind_review(session, actor=OFFICER, vacancy_no="V1", now=now + timedelta(hours=1))
    with database.reading() as session:
        counted = {one.username: one.n_lifts for one in count_lifts(session, actor=OFFICER)}
        reasons = {one.reason for one in session.scalars(select(BlindLift))}
    reviewers = {f"{Role.CITY_ORG}-", f"{Role.LEADER}-{code[:6]}", f"{Role.TOWNSHIP}-{code[:9]}", OFFICER.username}
    assert counted == dict.fromkeys(reviewers, 1)
    assert reasons == {"改为实名审阅"}


def test_at_the_end_of_the_round_a_review_is_closed_without_a_reason(database, now):
    decide(database, now=now)
    with database.unit_of_work() as session:
        open_blind_review(session, actor=OFFICER, vacancy_no="V1", now=now)
    with database.unit_of_work() as session:
        close_blind_review(session, actor=OFFICER, vacancy_no="V1", now=now)
        assert count_lifts(session, actor=OFFICER) == []


def test_cancelling_the_vacancy_before_a_decision_is_no_way_to_look_unseen(database, now):
    with database.unit_of_work() as session:
        number = register_city(session, actor=an_actor(), now=now)
        start_review(session, number, now=now)
        open_blind_review(session, actor=OFFICER, vacancy_no="V1", now=now)
        vacancy = session.scalars(select(Vacancy)).one()
        step = asked("cancelled", vacancy.version, reason="县里不再需要")
        move_vacancy(session, actor=LEADER, vacancy_no="V1", asked=step, now=now)
    with database.reading() as session:
        assert [(one.username, one.n_lifts) for one in count_lifts(session, actor=OFFICER)] == [("leader", 1)]
        assert [one.reason for one in session.scalars(select(BlindLift))] == ["县里不再需要"]
        review = session.scalars(select(BlindReview)).one()
        assert (review.closed_by, review.closed_at) == ("leader", now)
        closed = select(AuditEntry).where(AuditEntry.action == "close_blind_review", AuditEntry.actor == "leader")
        assert len(session.scalars(closed).all()) == 1


def test_cancelling_after_a_decision_counts_no_look(database, now):
    candidacy_no = decide(database, now=now)
    with database.unit_of_work() as session:
        open_blind_review(session, actor=OFFICER, vacancy_no="V1", now=now)
        one = session.scalars(select(Candidacy).where(Candidacy.candidacy_no == candidacy_no)).one()
        left = asked("withdrawn", one.version, reason="本人放弃")
        move_candidacy(session, actor=OFFICER, candidacy_no=candidacy_no, asked=left, now=now)
        vacancy = session.scalars(select(Vacancy)).one()
        step = asked("cancelled", vacancy.version, reason="县里不再需要")
        move_vacancy(session, actor=LEADER, vacancy_no="V1", asked=step, now=now)
        assert count_lifts(session, actor=OFFICER) == []


@pytest.mark.parametrize("state", ["cancelled", "filled", "expired"])
@pytest.mark.parametrize("by_file", [True, False])
def test_no_edit_and_no_file_ends_a_vacancy_and_shows_its_people_unseen(database, actor, now, state, by_file):
    said = {"vacancy_status": VacancyStatus(state), "attested_by": "样例署名", "attested_document": "示组〔2026〕9号"}
    with database.unit_of_work() as session:
        start_review(session, register_city(session, actor=an_actor(), now=now), now=now)
        open_blind_review(session, actor=OFFICER, vacancy_no="V1", now=now)
    with database.unit_of_work() as session:
        if by_file:
            record = {"vacancy_no": "V1", "village_code": a_village()["village_code"], **said}
            report = registration.save_vacancies(session, actor=actor, records=[record], now=now)
            assert [one.findings for one in report.records] != [[]]
        else:
            version = session.scalars(select(Vacancy.version)).one()
            with pytest.raises(ServiceError):
                edit_vacancy(session, actor=actor, vacancy_no="V1", record=said, expected_version=version, now=now)
    with database.reading() as session:
        assert session.scalars(select(Vacancy.vacancy_status)).one().is_open
        assert count_lifts(session, actor=OFFICER) == []
