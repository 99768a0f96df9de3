from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from builders import a_person, a_village
from sqlalchemy import event

from matching.frames import ADMISSION_COLUMNS, CRITERIA_COLUMNS, ELIGIBILITY_COLUMNS, check_frame
from matching.vocabulary import PostType, RecordStatus, TalentSource
from service.db import allocate_ids
from service.models.appointments import Appointment
from service.models.people import Person
from service.models.villages import Village
from service.queries.admission_frames import load_admission_frame
from service.queries.people_frames import load_people_frames
from service.usecases.incoming.registration import save_people, save_villages

AS_OF = date(2026, 11, 23)
OTHER = a_village(village_code="239901100202", village="西岗村", latitude=None, longitude=None)
BLANK = {"person_no": "P2", "name": "样例乙", "talent_source": TalentSource.RICH_LEADER}


@pytest.fixture
def pool(any_database, actor, now):
    """Register people in two villages; return what reads one row of each frame."""

    def register(*people):
        with any_database.unit_of_work() as session:
            save_villages(session, actor=actor, records=[a_village(), OTHER], now=now)
            save_people(session, actor=actor, records=people, now=now)
        with any_database.reading() as session:
            return load_people_frames(session, as_of=AS_OF)

    return register


def the(frame, number="P1"):
    return frame.loc[frame["person_no"] == number].iloc[0] if "person_no" in frame else frame.iloc[0]


def test_both_frames_keep_their_contract(pool):
    frames = pool(a_person(), BLANK)
    check_frame(frames.eligibility, ELIGIBILITY_COLUMNS, name="eligibility frame")
    check_frame(frames.criteria, CRITERIA_COLUMNS, name="criteria frame")
    assert frames.eligibility.index.equals(frames.criteria.index)


def test_an_empty_pool_keeps_the_contract_too(pool):
    check_frame(pool().eligibility, ELIGIBILITY_COLUMNS, name="eligibility frame")


def test_facts_are_counted_to_the_day_of_the_request(pool):
    row = the(pool(a_person(retirement_month=date(2050, 5, 1))).eligibility)
    assert row["age_years"] == 36
    assert row["party_age_years"] == 13
    assert row["work_years"] == pytest.approx(13 + 4 / 12)
    assert row["months_to_retirement"] == 23 * 12 + 6


def test_what_nobody_recorded_is_unknown(pool):
    row = the(pool(BLANK).eligibility, "P2")
    numbers = [column.name for column in ELIGIBILITY_COLUMNS if column.kind in {"number", "flag"}]
    counted = {"active_resident_posts", "concurrent_honorary_posts", "active_consulting_posts"}
    assert all(np.isnan(row[name]) for name in numbers if name not in counted)
    assert all(row[name] == 0 for name in counted)
    assert all(row[name] is None for name in ("negative_flags", "home_village_code", "tie_codes", "industries"))


def test_known_to_be_none_differs_from_unknown(pool):
    frames = pool(a_person(skill_certificate="", willing_posts=(), tie_village_codes=()))
    row = the(frames.eligibility)
    assert row["skill_certificate"] == 0
    assert row["willing_posts"] == "" == row["tie_codes"]


def test_codes_become_ranks(pool):
    frames = pool(
        a_person(education="31", fulltime_education="21", degree="3", title="012", skill_certificate="电工证")
    )
    row = the(frames.eligibility)
    assert (row["education_rank"], row["degree_rank"], row["title_rank"]) == (7, 2, 3)
    assert row["skill_certificate"] == 1


def test_a_home_village_gives_its_township_county_and_place(pool):
    frames = pool(a_person())
    row = the(frames.eligibility)
    assert row["home_village_code"] == "239901100201"
    assert (row["home_township_code"], row["home_county_code"]) == ("239901100", "239901")
    assert (frames.criteria["latitude"].iloc[0], frames.criteria["longitude"].iloc[0]) == (46.6, 127.0)


def test_a_tie_counts_for_the_village_and_the_places_above_it(pool):
    frames = pool(a_person(tie_village_codes=("239901100202", "239901100201")))
    assert frames.criteria["tie_codes"].iloc[0] == "239901100202|239901100|239901|239901100201"


def test_appraisals_reach_the_criteria_as_one_number(pool):
    frames = pool(a_person(appraisals=("2024:competent", "2025:excellent")))
    assert frames.criteria["appraisal_score"].iloc[0] == pytest.approx(0.8)


def test_people_stand_in_code_point_order_on_every_database(pool):
    numbers = ["P10", "P9", "p1", "人1", "P-2", "P_2", "É1"]
    frames = pool(*(a_person(person_no=number) for number in numbers))
    assert list(frames.eligibility["person_no"]) == sorted(numbers)


def test_drafts_belong_to_the_pool_and_archived_records_do_not(pool):
    frames = pool(
        a_person(record_status=RecordStatus.DRAFT), a_person(person_no="P2", record_status=RecordStatus.ARCHIVED)
    )
    assert list(frames.eligibility["person_no"]) == ["P1"]
    assert the(frames.eligibility)["record_status"] == "draft"


def test_only_running_posts_are_counted(any_database, pool):
    pool(a_person())
    terms = [
        (PostType.FIRST_SECRETARY, date(2025, 1, 1), None),
        (PostType.FIRST_SECRETARY, date(2020, 1, 1), date(2022, 1, 1)),
        (PostType.HONORARY_VILLAGE_HEAD, date(2025, 1, 1), AS_OF),  # the last day is still in post
        (PostType.INDUSTRIAL_CONSULTANT, date(2027, 1, 1), None),
    ]
    with any_database.unit_of_work() as session:
        person, village = session.query(Person).one(), session.query(Village).first()
        for post_id, (post, start, end) in zip(allocate_ids(session, "appointments", 4), terms, strict=True):
            session.add(
                Appointment(
                    id=post_id,
                    person_id=person.id,
                    village_id=village.id,
                    post_type=post,
                    started_on=start,
                    ended_on=end,
                )
            )
    with any_database.reading() as session:
        row = the(load_people_frames(session, as_of=AS_OF).eligibility)
        one = the(load_people_frames(session, as_of=AS_OF, person_ids=[person.id]).eligibility)
    assert row.equals(one)
    assert row["active_resident_posts"] == 1
    assert row["concurrent_honorary_posts"] == 1
    assert row["active_consulting_posts"] == 0


def test_frames_are_read_without_opening_a_sealed_field(any_database, pool, monkeypatch):
    pool(a_person(id_number="239901199005010011", phone="00012345678"))
    monkeypatch.setattr(any_database.vault, "open", lambda *_: pytest.fail("a sealed field was opened"))
    statements = []
    event.listen(any_database.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    with any_database.reading() as session:
        load_people_frames(session, as_of=AS_OF)
    assert sum("FROM people" in text for text in statements) == 1
    assert not any("_sealed" in text or "_index" in text for text in statements)


def test_admission_facts_join_the_eligibility_frame(any_database, pool):
    pool(a_person(recruited_on=date(2014, 7, 1), fulltime_education="21", months_outside=7), BLANK)
    with any_database.reading() as session:
        frame = load_admission_frame(session, person_ids=[1, 2], as_of=AS_OF)
    columns = {column.name: column for column in (*ELIGIBILITY_COLUMNS, *ADMISSION_COLUMNS)}
    check_frame(frame, tuple(columns.values()), name="admission frame")
    row = the(frame)
    assert (row["age_at_recruitment_years"], row["fulltime_education_rank"], row["months_outside"]) == (24, 7, 7)
    assert row["tie_to_city"] == 1
    assert np.isnan(row["serves_home_village"])
    assert np.isnan(the(frame, "P2")["tie_to_city"])


def test_person_ids_are_the_surrogate_ids_of_the_rows(any_database, pool):
    frames = pool(a_person(person_no="B"), a_person(person_no="A"))
    with any_database.reading() as session:
        ids = {person.person_no: person.id for person in session.query(Person)}
    assert [ids[number] for number in frames.eligibility["person_no"]] == list(frames.eligibility.index)
    assert all(first <= second for first, second in pairwise(frames.eligibility["person_no"]))


def test_terms_beside_words_that_nobody_mapped_are_marked(pool):
    mixed = a_person(industries=None, industry_text="水稻、星际采矿")
    frames = pool(mixed, {**BLANK, "industry_text": "星际采矿"})
    assert the(frames.eligibility)["industries"] == "水稻|?"
    assert the(frames.eligibility, "P2")["industries"] is None
