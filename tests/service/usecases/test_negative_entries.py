"""The negative list: discipline officers enter and end, others see nothing of it; nothing ends by itself."""

from datetime import timedelta

import pytest
from builders import a_person, a_vacancy, a_village
from builders_registry import save
from sqlalchemy import select

from service.access import ALLOWED, Actor, Role, Territory, TerritoryKind
from service.errors import Conflict, Forbidden, InvalidInput, NotFound
from service.models.audit import AuditEntry
from service.models.negative_entries import NegativeEntry
from service.models.people import Person
from service.usecases.days import day_of
from service.usecases.pending.pending_work import list_work
from service.usecases.records.negative_entries import add_entry, end_entry, list_entries
from service.usecases.records.people import edit_person

HERE, ELSEWHERE = Territory(TerritoryKind.COUNTY, "239901"), Territory(TerritoryKind.COUNTY, "239902")
OFFICER = Actor("discipline", frozenset({Role.DISCIPLINE}), HERE)
PAPER = "示纪函〔2026〕3号"


@pytest.fixture
def town(any_database, actor, now):
    people = [a_person(), *(a_person(person_no=f"P{n}", name=f"样例{n}") for n in range(2, 5))]
    save(any_database, actor, now, villages=[a_village()], people=people, vacancies=[a_vacancy()])
    return any_database


def _add(database, now, *, actor=OFFICER, **changes):
    asked = {"person_no": "P2", "code": "NG03", "document": PAPER, "until_on": None, **changes}
    with database.unit_of_work(actor) as session:
        return add_entry(session, actor=actor, now=now, **asked).id


def _end(database, now, *, actor=OFFICER, code="NG03", reason="审查终结"):
    with database.unit_of_work(actor) as session:
        end_entry(session, actor=actor, person_no="P2", code=code, reason=reason, now=now)


def _listed(database, now, *, actor=OFFICER, **asked):
    with database.unit_of_work(actor) as session:
        return list_entries(session, actor=actor, now=now, **asked)


def _flags(database):
    with database.reading() as session:
        return session.scalars(select(Person.negative_flags).where(Person.person_no == "P2")).one()


def test_an_entry_stands_in_the_record_with_its_document_and_day_beside_it(town, now):
    until = day_of(now) + timedelta(days=30)
    _add(town, now, until_on=until)
    _add(town, now, code="NG06")
    assert _flags(town) == ("NG03", "NG06")
    (one,) = _listed(town, now).items
    assert [(row.code, row.document, row.until_on, row.entered_by) for row in one.entries] == [
        ("NG03", PAPER, until, "discipline"), ("NG06", PAPER, None, "discipline"),
    ]  # fmt: skip
    _end(town, now)
    assert _flags(town) == ("NG06",)
    with town.reading() as session:
        ended = session.scalars(select(NegativeEntry).where(NegativeEntry.code == "NG03")).one()
        assert (ended.ended_by, ended.ending_reason) == ("discipline", "审查终结")


def test_nothing_ends_by_itself_but_waits_for_who_looks(town, now):
    _add(town, now, until_on=day_of(now))
    later = now + timedelta(days=1)
    assert [page.total for page in (_listed(town, now, only_due=True), _listed(town, later, only_due=True))] == [0, 1]
    assert _flags(town) == ("NG03",)
    with town.reading(OFFICER) as session:
        work = {line.key: (line.n, line.n_overdue) for line in list_work(session, actor=OFFICER, now=later)}
        assert work["negative_entries_due"] == (1, 1)
    _end(town, later)
    assert _listed(town, later).total == 0


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.DISCIPLINE}))
def test_no_other_role_sees_or_writes_an_entry(town, now, role):
    _add(town, now)
    other = Actor("other", frozenset({role}), Territory(TerritoryKind.CITY))
    for act in (_listed, _add, _end):
        with pytest.raises(Forbidden):
            act(town, now, actor=other)
    assert _flags(town) == ("NG03",)
    assert ALLOWED["edit_negative_flags"] == {Role.DISCIPLINE}


def test_another_countys_officer_sees_and_enters_nobody_here(town, now):
    _add(town, now)
    other = Actor("other", frozenset({Role.DISCIPLINE}), ELSEWHERE)
    assert _listed(town, now, actor=other).total == 0
    for act in (_add, _end):
        with pytest.raises(NotFound):
            act(town, now, actor=other)


@pytest.mark.parametrize(
    ("changes", "place"),
    [({"code": "NG99"}, "code"), ({"document": " "}, "document"), ({"until_on": "yesterday"}, "until_on")],
)
def test_what_cannot_be_entered_says_where(town, now, changes, place):
    if "until_on" in changes:
        changes = {"until_on": day_of(now) - timedelta(days=1)}
    with pytest.raises(InvalidInput) as refused:
        _add(town, now, **changes)
    assert set(refused.value.fields) == {place}
    with pytest.raises(InvalidInput):
        _end(town, now, reason=" ")


def test_an_entry_is_made_once_and_ended_once(town, now):
    _add(town, now)
    with pytest.raises(Conflict):
        _add(town, now)
    _end(town, now)
    with pytest.raises(Conflict):
        _end(town, now)


def test_a_code_that_the_record_got_or_lost_another_way_is_shown_as_it_stands(town, now):
    with town.unit_of_work(OFFICER) as session:
        edit_person(
            session, actor=OFFICER, person_no="P2", record={"negative_flags": ("NG01",)}, expected_version=1, now=now
        )
    (row,) = _listed(town, now).items[0].entries
    assert (row.code, row.document, row.entered_by) == ("NG01", None, None)
    _add(town, now, code="NG01")
    with town.unit_of_work(OFFICER) as session:
        version = session.scalars(select(Person.version).where(Person.person_no == "P2")).one()
        edit_person(
            session, actor=OFFICER, person_no="P2", record={"negative_flags": ()}, expected_version=version, now=now
        )
    assert _listed(town, now).total == 0
    _add(town, now, code="NG01", document="示纪函〔2026〕9号")
    (row,) = _listed(town, now).items[0].entries
    assert row.document == "示纪函〔2026〕9号"


def test_pages_hold_everybody_once_and_each_look_and_act_is_in_the_log_without_the_code(town, now):
    for number in ("P2", "P3", "P4"):
        _add(town, now, person_no=number)
    pages = [_listed(town, now, page=page, page_size=2) for page in (1, 2)]
    assert [[one.person.person_no for one in page.items] for page in pages] == [["P2", "P3"], ["P4"]]
    _end(town, now)
    with town.reading() as session:
        lines = session.execute(select(AuditEntry.action, AuditEntry.subject_no, AuditEntry.detail)).all()
    actions = {line.action for line in lines}
    assert {"add_negative_entry", "end_negative_entry", "list_negative_entries"} <= actions
    assert not any("NG03" in str(line.detail) or PAPER in str(line.detail) for line in lines)
