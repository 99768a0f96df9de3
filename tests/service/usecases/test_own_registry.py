"""Whom a county's list brings from elsewhere is seen on the list, and is nowhere counted among the county's people."""

import csv
import io
from datetime import timedelta

import pytest
from builders import a_person, a_vacancy, a_village, an_actor
from builders_offices import hired
from builders_registry import save

from service.access import Role, Territory, TerritoryKind
from service.usecases.lists import shortlists
from service.usecases.outgoing.exporting_lists import export_list
from service.usecases.outgoing.exporting_rosters import export_roster
from service.usecases.overview import count_registry
from service.usecases.pool_pictures import draw_pools
from service.usecases.records import people, people_selection
from service.usecases.records.people_facets import count_facets
from service.usecases.records.record_quality import list_stale

HERE = Territory(TerritoryKind.COUNTY, "239901")
ROLES = frozenset({Role.OFFICER})


@pytest.fixture
def officer(any_database, actor, now):
    """A county officer on one of whose lists somebody of the next county stands."""
    there = a_village(village_code="239902100201", county="他县", township="他乡镇", village="他东村")
    save(
        any_database,
        actor,
        now,
        villages=[a_village(), there],
        people=[
            a_person(),
            a_person(person_no="P2", name="样例乙", home_village_code="239902100201", id_number=None, phone=None),
        ],
        vacancies=[a_vacancy()],
    )
    with any_database.unit_of_work() as session:
        made = shortlists.request_shortlist(session, actor=an_actor(), vacancy_no="V1", k=5, now=now)
        assert len(made.entries) == 2
    return hired(any_database, username="here", roles=ROLES, territory=HERE, now=now)


def test_whom_a_list_brings_is_seen_by_number_and_on_the_list(any_database, officer, now):
    with any_database.unit_of_work(officer) as session:
        assert people.get_person(session, actor=officer, person_no="P2").person_no == "P2"
        (made,) = shortlists.list_shortlists(session, actor=officer).items
        listed = shortlists.get_shortlist(session, actor=officer, shortlist_no=made.shortlist_no).entries
        assert {entry.person.person_no for entry in listed} == {"P1", "P2"}


def test_whom_a_list_brings_is_not_listed_found_or_selected_among_the_people_of_the_county(any_database, officer, now):
    with any_database.unit_of_work(officer) as session:
        page = people.list_people(session, actor=officer, now=now)
        assert ([one.person_no for one in page.items], page.total) == (["P1"], 1)
        for filters in ({"name": "样例乙"}, {"person_no": "P2"}, {"reached": "listed", "name": "样例乙"}):
            assert people.list_people(session, actor=officer, filters=filters, now=now).total == 0, filters
        people_selection.select_found(session, actor=officer, filters={}, now=now)
        assert people_selection.selected_numbers(session, actor=officer) == ["P1"]
        later = now + timedelta(days=400)
        assert [one.person.person_no for one in list_stale(session, actor=officer, months=1, now=later).items] == ["P1"]


def test_whom_a_list_brings_is_in_no_count_and_no_facet_of_the_county(any_database, officer):
    with any_database.reading(officer) as session:
        assert count_registry(session, actor=officer).n_people == 1
        facets = count_facets(session, actor=officer)
        assert {name: sum(counts.values()) for name, counts in facets.items()} == dict.fromkeys(facets, 1)
        drawn = draw_pools(session, actor=officer)
        assert {step.key: step.n for step in drawn.funnel}["registered"] == 1
        assert {step.key: step.n for step in drawn.funnel}["listed"] == 1
        assert sum(n for months in drawn.growth.values() for n in months.values()) == 1


def test_whom_a_list_brings_leaves_in_no_export_of_the_people_of_the_county(any_database, officer, now):
    with any_database.unit_of_work(officer) as session:
        listed = export_list(session, actor=officer, subject="people", file_format="csv", now=now)
        roster = export_roster(session, actor=officer, table="people", file_format="csv", now=now)
    for made in (listed, roster):
        rows = list(csv.reader(io.StringIO(made.content.decode("utf-8-sig"))))
        assert "P1" in str(rows)
        assert "P2" not in str(rows)
