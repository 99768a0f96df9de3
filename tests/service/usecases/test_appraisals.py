"""Yearly appraisals: due for who held the post for half of the year, until they are recorded."""

from datetime import UTC, date, datetime

import pytest
from builders import a_person, a_vacancy, a_village
from builders_registry import save

from service.access import ALLOWED, Actor, Role, Territory, TerritoryKind
from service.errors import Forbidden
from service.usecases.pending.pending_work import list_work
from service.usecases.workflow.appointing import move_appointment
from service.usecases.workflow.appointments import save_appointments
from service.usecases.workflow.appraisals import appraisal_year, list_appraisals_due
from service.usecases.workflow.moving import Asked

HERE = Territory(TerritoryKind.COUNTY, "239901")
OFFICER = Actor("officer", frozenset({Role.OFFICER}), HERE, holder_name="样例署名")
STARTED = {"P1": date(2025, 3, 1), "P2": date(2026, 6, 30), "P3": date(2026, 7, 1), "P4": date(2024, 1, 1)}


def _at(year, month, day):
    return datetime(year, month, day, 4, tzinfo=UTC)


@pytest.fixture
def office(any_database, actor, now):
    """Two who held their posts for half of 2026 and more, one who did not, one whose term is over."""
    people = [a_person(person_no=number, name=f"样例{number}") for number in STARTED]
    save(any_database, actor, now, villages=[a_village()], people=people, vacancies=[a_vacancy(term_months=36)])
    records = [
        {"person_no": number, "village_code": a_village()["village_code"], "vacancy_no": "V1",
         "post_type": a_vacancy()["post_type"], "started_on": day,
         "ended_on": date(2026, 10, 1) if number == "P4" else None}
        for number, day in STARTED.items()
    ]  # fmt: skip
    with any_database.unit_of_work() as session:
        save_appointments(session, actor=actor, records=records, now=now)
    return any_database


def _due(database, moment, *, actor=OFFICER, **asked):
    with database.unit_of_work(actor) as session:
        return [one.person.person_no for one in list_appraisals_due(session, actor=actor, now=moment, **asked).items]


def _waits(database, moment):
    with database.reading(OFFICER) as session:
        lines = {line.key: (line.n, line.n_overdue) for line in list_work(session, actor=OFFICER, now=moment)}
    return lines.get("appraisals_due")


def test_from_december_to_march_those_wait_who_held_the_post_for_half_of_the_year(office):
    assert _due(office, _at(2026, 11, 30)) == ["P1"]  # of 2025, long overdue
    assert _due(office, _at(2026, 12, 1)) == ["P1", "P2"]
    assert [_waits(office, moment) for moment in (_at(2027, 3, 31), _at(2027, 4, 1))] == [(2, 0), (2, 2)]
    assert [_due(office, _at(2027, 1, 5), page=page, page_size=1) for page in (1, 2, 3)] == [["P1"], ["P2"], []]


def test_who_is_appraised_leaves_the_list_until_the_next_year(office):
    with office.unit_of_work(OFFICER) as session:
        (first, *_) = list_appraisals_due(session, actor=OFFICER, now=_at(2027, 1, 5)).items
        asked = Asked(
            to="appraised", version=first.version, signed_name="样例署名", document="示组〔2027〕2号",
            more={"appraisal": "competent"},
        )  # fmt: skip
        number = first.appointment_no or ""
        move_appointment(session, actor=OFFICER, appointment_no=number, asked=asked, now=_at(2027, 1, 5))
    assert _due(office, _at(2027, 1, 6)) == ["P2"]
    assert _due(office, _at(2027, 12, 1)) == ["P1", "P2", "P3"]


@pytest.mark.parametrize(
    ("moment", "year", "due_on"),
    [(_at(2026, 11, 30), 2025, date(2026, 3, 31)), (_at(2026, 12, 1), 2026, date(2027, 3, 31)),
     (_at(2027, 4, 1), 2026, date(2027, 3, 31)), (datetime(2026, 11, 30, 16, tzinfo=UTC), 2026, date(2027, 3, 31))],
)  # fmt: skip
def test_the_year_changes_with_december_in_china(moment, year, due_on):
    found = appraisal_year(moment)
    assert (found.year, found.due_on) == (year, due_on)


def test_who_may_not_read_appointments_sees_none_and_another_county_nobody(office):
    elsewhere = Actor("other", frozenset({Role.OFFICER}), Territory(TerritoryKind.COUNTY, "239902"))
    assert _due(office, _at(2027, 1, 5), actor=elsewhere) == []
    for role in set(Role) - ALLOWED["read_appointments"]:
        with pytest.raises(Forbidden):
            _due(office, _at(2027, 1, 5), actor=Actor("x", frozenset({role}), HERE))
