"""Appointments: a notice of exactly the allowed fields, objections, the post, the term, and what the ranker learns."""

import io
import json
from datetime import UTC, date, datetime, timedelta

import builders_workflow as b
import docx
import pytest
from builders_installations import filled
from sqlalchemy import select

from matching.vocabulary import VacancyStatus
from schemas.appointments import AppointmentViewSchema
from service.access import Role
from service.errors import Conflict, Forbidden, InvalidInput
from service.models.appointments import Appointment, PublicityNotice
from service.models.exports import Export
from service.models.people import Person
from service.models.reviews import Decision
from service.models.shortlists import Shortlist
from service.models.vacancies import Vacancy
from service.queries.people_frames import load_people_frames
from service.usecases.days import day_of, term_end
from service.usecases.outgoing.exporting_notices import export_notice
from service.usecases.privacy.blind_reviews import open_blind_review
from service.usecases.workflow import appointing, candidacy_views, reviewing, terms
from service.usecases.workflow.round_records import round_of
from service.usecases.workflow.terms import terms_ending

AFTER = timedelta(days=10)  # the notice of five working days is over


NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def decision(migrated_directory, tmp_path_factory):
    """An installation with a list that was decided on, and whom it chose."""
    directory = tmp_path_factory.mktemp("decided")
    return directory, filled(directory, migrated=migrated_directory, fill=lambda database: b.decide(database, now=NOW))


@pytest.fixture
def starting_directory(request, migrated_directory):
    return request.getfixturevalue("decision")[0] if "decided" in request.fixturenames else migrated_directory


@pytest.fixture
def decided(database, decision):
    """A list that was decided on, with one person chosen."""
    return database, decision[1]


def begin(session, candidacy_no, *, now, **changes):
    version = candidacy_views.get_candidacy(session, actor=b.OFFICER, candidacy_no=candidacy_no).candidacy.version
    given = {"office": "示范县委组织部", "office_phone": "0000-1234567", "version": version, **changes}
    return appointing.begin_appointment(session, actor=b.OFFICER, candidacy_no=candidacy_no, now=now, **given)


def move(session, appointment, to, *, now, actor=b.OFFICER, **more):
    return appointing.move_appointment(
        session,
        actor=actor,
        appointment_no=appointment.appointment_no,
        asked=b.asked(to, appointment.version, **more),
        now=now,
    )


def in_post(session, candidacy_no, *, now):
    made = begin(session, candidacy_no, now=now)
    for to in ("confirmed", "handover", "in_post"):
        move(session, made, to, now=now + AFTER)
    return made


def test_an_appointment_names_nobody_to_who_sees_numbers_only_nor_in_a_blind_review(decided, now):
    database, candidacy_no = decided
    with database.unit_of_work() as session:
        made = in_post(session, candidacy_no, now=now).appointment_no
        (name,) = {one.person.name for one in session.scalars(select(Appointment))}

    def told(reader):
        with database.reading(reader) as session:
            view = terms.get_appointment(session, actor=reader, appointment_no=made)
            listed = terms.list_appointments(session, actor=reader).items
            return AppointmentViewSchema().dumps(view, ensure_ascii=False) + str([one.person.name for one in listed])

    assert name in told(b.OFFICER)
    assert name not in told(b.acting(Role.AUDITOR))
    with database.unit_of_work() as session:
        (vacancy,) = session.scalars(select(Vacancy))
        vacancy.vacancy_status = VacancyStatus.SHORTLISTING
        open_blind_review(session, actor=b.OFFICER, vacancy_no=vacancy.vacancy_no, now=now)
    assert name not in told(b.SECOND)


def test_a_notice_shows_exactly_the_allowed_fields_for_five_working_days(decided, now):
    database, candidacy_no = decided
    with database.unit_of_work() as session:
        person = session.scalars(select(Person).where(Person.person_no == "P1")).one()
        person.phone, person.household_place = "13900000000", "示范县清河镇某处"
        made = begin(session, candidacy_no, now=now)
        notice = session.scalars(select(PublicityNotice)).one()
        shown = json.loads(notice.shown)
        assert list(shown) == [
            "name", "sex", "birth_month", "political_status", "education", "current_post", "intended_post",
            "publicity_period", "office_phone",
        ]  # fmt: skip
        assert (shown["name"]["zh"], shown["birth_month"]["zh"]) == (person.name, "1990年5月")
        assert shown["intended_post"]["zh"] == "示范县清河镇东岗村第一书记"
        # Monday 23 November is the first day, Friday the last
        assert (notice.starts_on, notice.ends_on, notice.is_end_unchecked) == (day_of(now), date(2026, 11, 27), False)
        file = export_notice(session, actor=b.OFFICER, notice_no=notice.notice_no, file_format="docx", now=now)
        exported = session.scalars(select(Export)).one()
        assert (exported.kind, exported.subject_no, exported.n_people) == ("notice", notice.notice_no, 1)
        document = docx.Document(io.BytesIO(file.content))
        text = "\n".join(c.text for t in document.tables for r in t.rows for c in r.cells)
        assert person.name in text
        assert "第一书记" in text
        for secret in ("13900000000", "某处", "位次", "得分"):
            assert secret not in text
        assert made.state == "publicity"


def test_a_notice_of_the_next_year_says_that_its_end_needs_a_check(decided, now):
    database, candidacy_no = decided
    with database.unit_of_work() as session:
        begin(session, candidacy_no, now=now, starts_on=date(2026, 12, 30))
        notice = session.scalars(select(PublicityNotice)).one()
        assert notice.is_end_unchecked
        file = export_notice(session, actor=b.OFFICER, notice_no=notice.notice_no, file_format="docx", now=now)
        assert "人工复核" in "\n".join(p.text for p in docx.Document(io.BytesIO(file.content)).paragraphs)


@pytest.mark.parametrize(
    ("changes", "place"), [({"n_working_days": 4}, "n_working_days"), ({"starts_on": date(2026, 11, 20)}, "starts_on")]
)
def test_a_short_or_late_notice_is_refused(decided, now, changes, place):
    database, candidacy_no = decided
    with database.unit_of_work() as session, pytest.raises(InvalidInput) as refused:
        begin(session, candidacy_no, now=now, **changes)
    assert refused.value.place == place


def test_nobody_is_made_public_who_was_not_decided_on(decided, now):
    database, _ = decided
    with database.unit_of_work() as session, pytest.raises(Conflict, match="does not lead to 'publicised'"):
        begin(session, "C2026-000002", now=now)


def test_nobody_is_confirmed_before_the_notice_is_over(decided, now):
    database, candidacy_no = decided
    with database.unit_of_work() as session:
        made = begin(session, candidacy_no, now=now)
        with pytest.raises(Conflict, match="runs until 2026-11-27"):
            move(session, made, "confirmed", now=now + timedelta(days=4))
        assert move(session, made, "confirmed", now=now + timedelta(days=5)).state == "confirmed"


def test_an_objection_is_closed_by_a_named_discipline_officer_only(decided, now):
    database, candidacy_no = decided
    with database.unit_of_work() as session:
        made = begin(session, candidacy_no, now=now)
        move(session, made, "objection", now=now, reason="来电反映")
        with pytest.raises(Conflict, match="does not lead to 'confirmed'"):
            move(session, made, "confirmed", now=now + AFTER)
        with pytest.raises(Forbidden, match="discipline_officer"):
            move(session, made, "publicity", now=now, reason="不影响任职")
        with pytest.raises(InvalidInput, match="signed"):
            move(session, made, "publicity", now=now, reason="不影响任职", actor=b.DISCIPLINE, signed_name=None)
        move(session, made, "publicity", now=now, reason="不影响任职", actor=b.DISCIPLINE)
        assert move(session, made, "confirmed", now=now + AFTER).state == "confirmed"


def test_an_objection_that_stands_ends_the_appointment_and_the_candidacy(decided, now):
    database, candidacy_no = decided
    with database.unit_of_work() as session:
        made = begin(session, candidacy_no, now=now)
        move(session, made, "objection", now=now, reason="来信反映")
        move(session, made, "recalled", now=now, reason="影响任职", actor=b.DISCIPLINE)
        one = candidacy_views.get_candidacy(session, actor=b.OFFICER, candidacy_no=candidacy_no).candidacy
        assert (made.state, made.started_on, one.state) == ("recalled", None, "rejected")
        assert round_of(session, session.scalars(select(Shortlist)).one()).state == "closed"


def test_who_is_in_post_counts_fills_the_vacancy_and_closes_the_round(decided, now):
    database, candidacy_no = decided
    with database.unit_of_work() as session:
        made = in_post(session, candidacy_no, now=now)
        day = day_of(now + AFTER)
        assert (made.started_on, made.term_ends_on) == (day, term_end(day, 24))
        assert session.scalars(select(Vacancy)).one().vacancy_status is VacancyStatus.FILLED
        assert round_of(session, session.scalars(select(Shortlist)).one()).state == "closed"
        held = load_people_frames(session, as_of=day).eligibility.set_index("person_no")["active_resident_posts"]
        assert held.to_dict() == {"P1": 1, "P2": 0, "P3": 0, "P4": 0}
        before = load_people_frames(session, as_of=day - timedelta(days=1)).eligibility
        assert before["active_resident_posts"].sum() == 0
        (label,) = session.scalars(select(Decision).where(Decision.person_id == made.person_id))
        assert (label.reviewer_no, label.stage_reached, label.shown_rank) == ("office", "appointed", 1)


def test_an_appraisal_is_learned_from_and_a_term_renewed_or_ended(decided, now):
    database, candidacy_no = decided
    later = now + timedelta(days=700)
    with database.unit_of_work() as session:
        made = in_post(session, candidacy_no, now=now)
        with pytest.raises(InvalidInput, match="appraisal"):
            move(session, made, "appraised", now=later)
        move(session, made, "appraised", now=later, more={"appraisal": "excellent"})
        (label,) = session.scalars(select(Decision).where(Decision.person_id == made.person_id))
        assert label.appraisal == "excellent"
        with pytest.raises(InvalidInput, match="after the old one"):
            move(session, made, "renewed", now=later, actor=b.LEADER, more={"term_ends_on": made.term_ends_on})
        made.person.retirement_month = date(2029, 5, 1)
        renewed = {"term_ends_on": date(2030, 12, 1)}
        with pytest.raises(InvalidInput, match="retires in 2029-05"):
            move(session, made, "renewed", now=later, actor=b.LEADER, more=renewed)
        move(session, made, "renewed", now=later, actor=b.LEADER, more=renewed, reason="延迟退休，已批准")
        with pytest.raises(InvalidInput, match="not over"):
            move(session, made, "finished", now=later)
        move(session, made, "recalled", now=later, actor=b.LEADER, reason="工作需要")
        assert (made.state, made.ended_on) == ("recalled", day_of(later))
        frames = load_people_frames(session, as_of=day_of(later) + timedelta(days=1))
        assert frames.eligibility["active_resident_posts"].sum() == 0


@pytest.mark.parametrize(("n_days_before", "reminder"), [(100, None), (90, 90), (31, 90), (30, 30), (-3, 30)])
def test_terms_are_reminded_of_90_and_30_days_before_their_end(decided, now, n_days_before, reminder):
    database, candidacy_no = decided
    with database.unit_of_work() as session:
        made = in_post(session, candidacy_no, now=now)
        made.person.retirement_month = date(2028, 9, 1)
        session.flush()
        moment = now + (made.term_ends_on - timedelta(days=n_days_before) - day_of(now))
        found = terms_ending(session, actor=b.LEADER, now=moment)
        assert [(one.n_days_left, one.reminder) for one in found] == ([(n_days_before, reminder)] if reminder else [])
        assert [one.retires_before_end for one in found] == ([True] if reminder else [])


def test_who_withdraws_before_the_post_leaves_the_round_as_withdrawn(decided, now):
    database, candidacy_no = decided
    with database.unit_of_work() as session:
        made = begin(session, candidacy_no, now=now)
        move(session, made, "resigned", now=now, reason="本人放弃")
        one = candidacy_views.get_candidacy(session, actor=b.OFFICER, candidacy_no=candidacy_no).candidacy
        assert (one.state, made.started_on, made.ended_on) == ("withdrawn", None, day_of(now))


@pytest.mark.parametrize(
    ("started", "n_months", "end"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 27)),
        (date(2026, 12, 3), 24, date(2028, 12, 2)),
        (date(2028, 2, 29), 12, date(2029, 2, 27)),
    ],
)
def test_a_term_ends_the_day_before(started, n_months, end):
    assert term_end(started, n_months) == end


def test_reviewing_is_over_once_the_list_was_decided_on(decided, now):
    database, candidacy_no = decided
    with database.unit_of_work() as session:
        view = candidacy_views.get_candidacy(session, actor=b.OFFICER, candidacy_no=candidacy_no)
        with pytest.raises(Conflict, match="no longer under review"):
            reviewing.undo_review(
                session, actor=b.OFFICER, candidacy_no=candidacy_no, is_conclusion=True,
                version=view.candidacy.version, now=now,
            )  # fmt: skip
        assert view.missing_signatures == ()


def test_imported_appointments_have_numbers_and_terms(database, actor, now):
    from service.usecases.workflow.appointments import save_appointments

    with database.unit_of_work() as session:
        b.register_city(session, actor=actor, now=now)
        record = {
            "person_no": "P2", "village_code": "239901100201", "vacancy_no": "V1", "post_type": "first_secretary",
            "started_on": date(2025, 3, 1), "ended_on": None,
        }  # fmt: skip
        save_appointments(session, actor=actor, records=[record], now=now)
        (one,) = session.scalars(select(Appointment))
        assert (one.appointment_no, one.state, one.term_ends_on) == ("A2025-000001", "in_post", date(2027, 2, 28))
