"""Who was left out of a list, as a file: what the page shows, no more, and on record."""

import csv
import io
import json
from datetime import date

import openpyxl
import pytest
from builders import a_person, a_vacancy, a_village, an_actor
from builders_registry import save
from sqlalchemy import select

from service.access import Role
from service.errors import Forbidden, InvalidInput
from service.models.audit import AuditEntry, AuditSubject
from service.models.exports import Export
from service.usecases.lists.shortlists import list_excluded, request_shortlist
from service.usecases.outgoing.exports import Wanted, make_export

OLD = {"birth_date": date(1950, 5, 1), "id_number": None}


@pytest.fixture
def shortlist_no(database, actor, now):
    people = [
        a_person(person_no="P1"),
        a_person(person_no="P2", name="=cmd|乙", **OLD),
        a_person(person_no="P3", name="样例𬭚䶮㛃", phone="13900001111", **OLD),
        a_person(person_no="P4", name="样例丁", political_status="13", party_join_date=None),
    ]
    asked = a_vacancy(age_max=60, requirement_basis="示组〔2026〕9号")
    save(database, actor, now, villages=[a_village()], people=people, vacancies=[asked])
    with database.unit_of_work() as session:
        return request_shortlist(session, actor=actor, vacancy_no="V1", k=3, now=now).shortlist_no


@pytest.fixture
def export(database, actor, now, shortlist_no):
    def export(file_format, *, by=actor, **wanted):
        asked = Wanted(kind="excluded", file_format=file_format, **{"subject_no": shortlist_no, **wanted})
        with database.unit_of_work(by) as session:
            return make_export(session, asked, actor=by, now=now)

    return export


def shown(database, actor, shortlist_no, rule_id=None):
    with database.reading() as session:
        page = list_excluded(session, actor=actor, shortlist_no=shortlist_no, rule_id=rule_id)
        return [(one.person.person_no, one.person.name, one.rule_id, one.sentence["zh"]) for one in page.items]


def rows_of(content):
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}, "no cell is a formula"
    return [(row[0], row[1], row[4], row[5]) for row in rows]


def test_a_workbook_has_everybody_whom_the_page_shows_and_no_formula(database, actor, shortlist_no, export):
    on_page = shown(database, actor, shortlist_no)
    assert {number for number, *_ in on_page} >= {"P2", "P3"}
    made = export("xlsx")
    assert rows_of(made.content) == on_page
    assert (made.n_rows, made.n_people) == (len(on_page), len(on_page))
    (row,) = [row for row in csv.reader(io.StringIO(export("csv").content.decode("utf-8-sig"))) if row[0] == "P2"]
    assert row[1] == "'=cmd|乙"
    assert b"13900001111" not in made.content
    entries = json.loads(export("json").content)["entries"]
    assert [one["person_no"] for one in entries] == [number for number, *_ in on_page]


def test_one_rule_alone_is_a_file_of_its_people(database, actor, shortlist_no, export):
    rules = {rule for *_, rule, _sentence in shown(database, actor, shortlist_no)}
    assert len(rules) > 1
    for rule_id in rules:
        made = export("xlsx", filters={"rule_id": rule_id})
        assert rows_of(made.content) == shown(database, actor, shortlist_no, rule_id)
    with pytest.raises(InvalidInput, match="by that rule"):
        export("xlsx", filters={"rule_id": "no"})


def test_who_took_it_and_who_is_in_it_are_on_record(database, shortlist_no, export):
    made = export("xlsx", language="en")
    with database.reading() as session:
        kept = session.scalars(select(Export)).one()
        line = session.scalars(select(AuditEntry).where(AuditEntry.action == "export")).one()
        named = session.scalars(select(AuditSubject.subject_no).where(AuditSubject.entry_id == line.id)).all()
    assert (kept.kind, kept.subject_no, kept.n_people) == ("excluded", shortlist_no, made.n_people)
    assert {"P2", "P3"} <= set(named)
    assert "P1" not in named


def test_what_others_may_not_take_away_they_do_not_get_here(export):
    for role in (Role.TOWNSHIP, Role.AUDITOR):
        with pytest.raises(Forbidden):
            export("xlsx", by=an_actor(role))
    with pytest.raises(Forbidden):
        export("xlsx", by=an_actor(Role.LEADER))  # a list in work: it was not decided on
