"""A stolen database file says no name, no number and no address of anybody (S5)."""

import re

import pytest
from builders_canary import CANARY, a_canary, dump_of, traces_of
from sqlalchemy import LargeBinary, String, Text, select, update

import service.models  # noqa: F401 - makes the metadata complete
from service.db import CodeList, Model
from service.models.people import Person
from service.models.sealing import sealed_places
from service.vault import TamperedField

#: Columns of words that are stored clear: codes, numbers of records, days, accounts, names of places and of posts,
#: numbers of documents and who signed them, and what the matching reads. Whoever adds one says here that it is of this
#: kind; what may name a person, or is written freely about one, is declared `Sealed`.
CLEAR = {
    "people": "person_no talent_source sex ethnicity political_status fulltime_education inservice_education education "
    "degree title employer_type personal_identity industry_text business_scale return_intention skill_certificate "
    "record_status attested_by attested_document",
    "vacancies": "vacancy_no post_type rule_profile vacancy_status industry_text resource_text industry_need majors "
    "political_req experience requirement_basis accommodation attested_by attested_document",
    "checks": "rule_id result signed_by document",
    "sources": "kind username attested_by attested_document",
    "training_records": "course theme base base_kind result",
    "decisions": "card_version decision stage_reached appraisal reviewer_no",
    "shortlists": "shortlist_no requested_by rulebook_version card_version data_version",
    "exports": "export_no kind file_format subject_no sha256 exported_by",
    "imports": "kind sha256 username state undone_by",
}


@pytest.fixture
def beginning(request):
    """Begin with the canary where a test asks for her."""
    return a_canary if "canary" in request.fixturenames else None


@pytest.fixture
def canary(told_of_beginning):
    """The canary has lived through everything; her number."""
    return told_of_beginning


def test_nothing_of_the_canary_can_be_read_in_the_database(any_database, canary, tmp_path):
    dump = dump_of(any_database.engine, tmp_path)
    assert canary.encode() in dump  # it is the right database
    assert traces_of(dump) == []


def test_a_clear_name_anywhere_in_the_database_would_be_found(any_database, canary, tmp_path):
    with any_database.engine.begin() as connection:
        values = {"employer_type": CANARY["name"], "industry_text": CANARY["id_number"].encode().hex()}
        connection.execute(update(Person.__table__).values(values))
    found = traces_of(dump_of(any_database.engine, tmp_path))
    assert {"name as utf-8", "id_number as hex"} <= set(found)


def test_a_ciphertext_moved_to_another_row_is_refused(any_database, canary):
    with any_database.unit_of_work() as session:
        rows = session.execute(
            select(Person.id, Person.id_number_sealed).order_by(Person.id),
            execution_options={"with_absorbed_people": True},
        ).all()
        assert len(rows) == 2
        session.execute(
            update(Person.__table__)
            .where(Person.__table__.c.id == rows[0].id)
            .values(name_sealed=rows[1].id_number_sealed)
        )
    with any_database.reading() as session, pytest.raises(TamperedField):
        _ = session.scalars(select(Person).where(Person.person_no == canary)).one().name


def test_a_column_of_free_words_is_sealed_or_said_to_be_clear():
    for table, names in CLEAR.items():
        told = {
            column.name
            for column in Model.metadata.tables[table].columns
            if isinstance(column.type, String | Text) and not isinstance(column.type, CodeList)
        }
        assert told <= set(names.split()), f"{table}: {sorted(told - set(names.split()))}"


def test_every_column_of_ciphertexts_is_declared_so_that_a_change_of_keys_finds_it():
    declared = {(name, place.sealed_in) for name, places in sealed_places(Model).items() for place in places}
    stored = {
        (table.name, column.name)
        for table in Model.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary) and column.name.endswith("_sealed")
    }
    assert declared == stored


def test_only_known_places_seal_past_the_declarations(request):
    folder = request.config.rootpath / "service"
    calling = {
        str(path.relative_to(folder))
        for path in folder.rglob("*.py")
        if re.search(r"\b(?:vault|vault_of\(session\))\.seal\(", path.read_text(encoding="utf-8"))
    }
    assert calling <= {
        "models/sealing.py",
        "usecases/records/provenance.py",  # in bulk, for declared columns
        "usecases/idempotency.py",  # kept for a day
        "usecases/privacy/resealing.py",
        "usecases/privacy/erasing_words.py",  # in declared columns, past the objects that hold them
        "usecases/privacy/erasing.py",  # an empty text where a declared column allows no NULL
        "web/searches.py",  # never stored
    }
