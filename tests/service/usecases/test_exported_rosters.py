"""Any roster that we export comes back identical: nothing is new, nothing changes, nothing is to be done."""

import string
from datetime import date

import pytest
from builders import a_person, a_vacancy, a_village, an_actor
from builders_registry import save
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from matching.vocabulary import PostType, RuleProfile
from matching.vocabulary.codes import code_table
from matching.vocabulary.industries import IndustryTerms
from schemas.identity import checksum_of
from schemas.people import PersonSchema
from schemas.vacancies import VacancySchema
from service.access import Actor
from service.errors import Forbidden, InvalidInput
from service.installation import initialise
from service.models.people import Person
from service.models.vacancies import Vacancy
from service.models.villages import Village
from service.settings import Settings
from service.usecases.incoming.imports import import_file
from service.usecases.incoming.registration import save_people, save_vacancies
from service.usecases.outgoing.exporting_rosters import export_roster

VILLAGES = (
    {"village_code": "239901100201", "village": "东岗村"},
    {"village_code": "239901100202", "village": "清河镇西岗村"},  # begins as its township does
    {"village_code": "239901100203", "village": "3号村"},  # looks like an address
    {"village_code": "239902100201", "village": "东岗村", "county": "样例县", "township": "清河镇"},
)
CODES = [village["village_code"] for village in VILLAGES]
#: What spreadsheets, CSV readers and importers stumble over.
NASTY = st.sampled_from(
    [
        "=1+1",
        "+8",
        "-2",
        "@sum",
        "'=x",
        "''",
        "—",
        "#N/A",
        "合计",
        "注：",
        "无",
        "𬭚䶮㛃",
        "a,b;c",
        '"',
        "1985.1",
        "007",
    ]
)
LINES = st.text(alphabet="甲乙 =+-@'\",;|\t\n\u2028𬭚3", max_size=30)
TEXT = NASTY | st.text(alphabet="甲乙𠮷 =+-@'\",;|&<>\u0085" + string.ascii_letters, max_size=12)
NAME = st.text(alphabet="甲乙丙丁戊𬭚䶮㛃=@", min_size=1, max_size=4)


def one_of(table):
    return st.none() | st.sampled_from(code_table(table).codes)


def some_of(table):
    return st.none() | st.lists(st.sampled_from(code_table(table).codes), max_size=3, unique=True)


AMOUNT = st.none() | st.floats(0, 70, allow_nan=False).map(lambda number: number or 0.0)
YES_NO = st.none() | st.booleans()
DAY = st.none() | st.dates(date(2006, 1, 1), date(2026, 10, 1))


@st.composite
def id_numbers(draw):
    first_17 = f"239901{draw(st.dates(date(1950, 1, 1), date(2004, 12, 31))):%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return first_17 + checksum_of(first_17)


def person_json():
    texts = (
        *("native_place", "birth_place", "household_place", "school_major", "current_post", "employer", "specialties"),
        *("industry_text", "business_entity", "outside_place", "skill_certificate", "recommender"),
    )
    same = ("education", "degree", "employer_type", "personal_identity", "return_intention", "ethnicity")
    codes = dict(zip(same, same, strict=True)) | {"title": "professional_title"}
    codes |= {"fulltime_education": "education", "inservice_education": "education"}
    return st.fixed_dictionaries(
        {"name": NAME, "talent_source": st.sampled_from(code_table("talent_source").codes)},
        optional={
            "id_number": st.none() | id_numbers(),
            "phone": st.none() | st.from_regex(r"\+?[0-9]{7,15}", fullmatch=True),
            "home_village_code": st.sampled_from(CODES),
            "tie_village_codes": st.none() | st.lists(st.sampled_from(CODES), unique=True, max_size=3),
            "willing_county_codes": st.none() | st.lists(st.sampled_from(["239901", "239902"]), unique=True),
            "willing_posts": some_of("post_type"),
            "negative_flags": some_of("negative_list"),
            "work_themes": some_of("work_theme"),
            "resources_offered": some_of("resource"),
            "industries": st.none() | st.lists(st.sampled_from(IndustryTerms.shipped().terms), max_size=3),
            "appraisals": st.sampled_from([None, "无", "2024优秀", "2023年不称职；2025:competent"]),
            "record_status": st.sampled_from(["draft", "submitted", "township_checked", "suspended", "archived"]),
            "months_outside": st.none() | st.integers(1, 900),
            "households_led": st.none() | st.integers(0, 10**6),
            "honours_level": st.none() | st.integers(0, 4),
            "market_channels": st.none() | st.integers(0, 2),
            "visit_days_per_year": st.none() | st.integers(0, 366),
            "u1_agriculture": st.none() | st.integers(0, 5),
            "resume": LINES, "awards": LINES, "note": LINES,
            **dict.fromkeys(("annual_revenue_wan", "years_in_industry", "training_hours", "rural_work_years"), AMOUNT),
            **dict.fromkeys(("duty_health_ok", "student_leader", "residence_in_city", "consent_matching"), YES_NO),
            **dict.fromkeys(("work_start_date", "recruited_on", "current_post_date", "retirement_month"), DAY),
            **dict.fromkeys(texts, TEXT),
            **{key: one_of(table) for key, table in codes.items()},
        },
    )  # fmt: skip


def vacancy_json():
    return st.fixed_dictionaries(
        {
            "village_code": st.sampled_from(CODES),
            "post_type": st.sampled_from(code_table("post_type").codes),
            "headcount": st.integers(1, 100),
        },
        optional={
            "industry_text": TEXT, "industry_need": TEXT, "majors": TEXT, "accommodation": TEXT, "contact": TEXT,
            "requirement_basis": TEXT, "note": LINES, "experience": TEXT | st.just("2年以上工作经历"),
            "resource_text": TEXT | st.just("资金、市场"),
            "industries": st.none() | st.lists(st.sampled_from(IndustryTerms.shipped().terms), max_size=3),
            "themes": some_of("work_theme"), "five": some_of("five_understandings"), "resources": some_of("resource"),
            "education_min": st.none() | st.integers(1, 9), "degree_min": st.none() | st.integers(0, 3),
            "age_max": st.none() | st.integers(18, 80), "work_years_min": st.none() | st.floats(0, 40),
            "term_months": st.none() | st.integers(1, 120), "deadline_on": DAY, "start_date": DAY,
            "rule_profile": st.just(RuleProfile.CITY_PLAN),
        },
    )  # fmt: skip


def _as_json(record):
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in record.items()}


def _loaded(schema, records, key):
    """Return the records as the API takes them, under numbers; values that follow from others are left to follow."""
    loaded = []
    for place, record in enumerate(records):
        given = {name: value for name, value in record.items() if value is not None or name not in _DERIVED}
        if given.get("id_number") in {one.get("id_number") for one in records[:place]}:
            given.pop("id_number", None)
        loaded.append(schema.load({**_as_json(given), key: f"={place}"}))
    return loaded


_DERIVED = {"education", "resources", "work_years_min", "birth_date", "industries"}


@pytest.fixture(scope="module")
def city(tmp_path_factory, migrated_directory):
    directory = tmp_path_factory.mktemp("city")
    database = initialise(Settings(database_url=f"sqlite:///{directory}/a.db", key_file=directory / "a.key"))
    actor = an_actor()
    yield database, actor, directory
    database.dispose()


WHY = "与市级台账核对"


def _all(session, model):
    columns = [column.key for column in model.__table__.columns]
    return {row.id: [getattr(row, key) for key in columns] for row in session.scalars(select(model))}


def _comes_back(city, now, *, table, saver, records, file_format):
    """Export a table, import the file, and hold every column of every row against what it was."""
    database, actor, directory = city
    with database.unit_of_work() as session:
        if records:
            saver(session, actor=actor, records=records, now=now)
        before = _all(session, Person), _all(session, Vacancy), _all(session, Village)
        made = export_roster(session, actor=actor, table=table, file_format=file_format, reason=WHY, now=now)
        path = directory / f"roster.{file_format}"
        path.write_bytes(made.content)
        report = import_file(session, actor=actor, kind=table, path=path, now=now)
        session.expire_all()
        assert (_all(session, Person), _all(session, Vacancy), _all(session, Village)) == before
        session.rollback()  # the next example starts from nothing
    assert report.n_same == report.n_rows == made.n_rows
    return report


@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
@given(records=st.lists(person_json(), min_size=1, max_size=4))
@settings(max_examples=8, phases=(Phase.generate,))
def test_any_roster_of_people_comes_back_identical(city, file_format, records):
    _people_come_back(city, file_format, records)


def test_an_id_number_that_ends_as_a_rounded_one_comes_back_with_a_doubt(city):
    first_17 = next(one for day in range(10, 30) if checksum_of(one := f"239901199005{day}100") == "0")
    records = [{"name": "样例甲", "talent_source": "T7", "id_number": first_17 + "0"}]
    _people_come_back(city, "xlsx", [*records, {"name": "样例乙", "talent_source": "T7"}])


@pytest.mark.prove
@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
@given(records=st.lists(person_json(), min_size=1, max_size=6))
@settings(max_examples=500)
def test_hundreds_of_rosters_of_people_come_back_identical(city, file_format, records):
    _people_come_back(city, file_format, records)


def _people_come_back(city, file_format, records):
    now = _registered_villages(city)
    people = _loaded(PersonSchema(), records, "person_no")
    report = _comes_back(city, now, table="people", saver=save_people, records=people, file_format=file_format)
    without_village = sum("home_village_code" not in record for record in records)
    opened = [finding for finding in report.findings if finding.is_open]
    doubted = [finding for finding in opened if "000" in finding.problem.en]  # as a number that a sheet has rounded
    assert len(doubted) == sum(str(person.get("id_number")).endswith("000") for person in people), opened
    assert len(opened) - len(doubted) == min(without_village, 1), opened  # said once: somebody has no village yet


@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
@given(records=st.lists(vacancy_json(), min_size=1, max_size=4))
@settings(max_examples=8, phases=(Phase.generate,))
def test_any_table_of_vacancies_comes_back_identical(city, file_format, records):
    now = _registered_villages(city)
    records = [{**record, "industry_text": f"稻{record.get('industry_text', '')}"} for record in records]
    vacancies = _loaded(VacancySchema(), records, "vacancy_no")
    report = _comes_back(city, now, table="vacancies", saver=save_vacancies, records=vacancies, file_format=file_format)
    asks = any(record["post_type"] == PostType.FIRST_SECRETARY for record in records)
    assert sum(finding.is_open for finding in report.findings) <= asks  # the kind of village is not registered


def _registered_villages(city):
    from datetime import UTC, datetime

    now = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    database, actor, _ = city
    with database.reading() as session:
        if session.scalar(select(Village.id)) is None:
            save(database, actor, now, villages=[a_village(**village) for village in VILLAGES])
    return now


@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
def test_the_table_of_villages_comes_back_identical(database, actor, now, tmp_path, file_format):
    save(
        database, actor, now, villages=[a_village(population=1200, latitude=46.123456789012345, village_needs=("N2",))]
    )
    report = _comes_back(
        (database, actor, tmp_path), now, table="villages", saver=None, records=[], file_format=file_format
    )
    assert [finding for finding in report.findings if finding.is_open] == []


def test_both_databases_give_a_roster_that_comes_back(any_database, actor, now, tmp_path):
    save(any_database, actor, now, villages=[a_village()], people=[a_person()], vacancies=[a_vacancy()])
    with any_database.unit_of_work() as session:
        for table in ("people", "vacancies", "villages"):
            path = tmp_path / f"{table}.xlsx"
            made = export_roster(session, actor=actor, table=table, file_format="xlsx", reason=WHY, now=now)
            path.write_bytes(made.content)
            report = import_file(session, actor=actor, kind=table, path=path, now=now)
            assert (report.n_rows, report.n_same) == (1, 1)


def test_a_roster_builds_the_same_people_on_another_installation(database, actor, now, tmp_path):
    save(database, actor, now, villages=[a_village()], people=[a_person(resume="=甲\n-乙", phone="00000000001")])
    with database.unit_of_work() as session:
        for table in ("villages", "people"):
            made = export_roster(session, actor=actor, table=table, file_format="csv", reason=WHY, now=now)
            (tmp_path / f"{table}.csv").write_bytes(made.content)
    elsewhere = initialise(Settings(database_url=f"sqlite:///{tmp_path}/b.db", key_file=tmp_path / "b.key"))
    with elsewhere.unit_of_work() as session:
        for table in ("villages", "people"):
            assert import_file(session, actor=actor, kind=table, path=tmp_path / f"{table}.csv", now=now).n_new == 1
        (person,) = session.scalars(select(Person))
        assert (person.name, person.resume, person.phone) == ("样例甲", "=甲\n-乙", "00000000001")
        assert (person.birth_date, person.industries, person.negative_flags) == (date(1990, 5, 1), ("水稻",), ())
        assert person.home_village.village_code == "239901100201"
    elsewhere.dispose()


def test_only_who_may_take_whole_records_gets_a_roster(database, now):
    with database.unit_of_work() as session, pytest.raises(Forbidden):
        export_roster(session, actor=Actor("x"), table="people", file_format="xlsx", now=now)


@pytest.mark.parametrize(
    ("table", "file_format", "place"), [("decisions", "xlsx", "table"), ("people", "pdf", "format")]
)
def test_an_unknown_table_or_format_is_named(database, actor, now, table, file_format, place):
    with database.unit_of_work() as session, pytest.raises(InvalidInput) as refused:
        export_roster(session, actor=actor, table=table, file_format=file_format, now=now)
    assert refused.value.place == place
