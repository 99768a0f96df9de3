"""A sending unit sees its own people, found by a blind index of the employer, and nobody else's."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from builders import WHOLE_OFFICE, a_person, a_village
from builders_offices import hired
from builders_registry import findings_of, save
from builders_workbooks import a_roster_row, write_records
from sqlalchemy import select

from service.access import Role, Territory, TerritoryKind
from service.errors import Forbidden, NotFound
from service.models.people import Person
from service.models.territories import is_at_home
from service.settings.retention import RetentionSettings
from service.usecases.identity.merging import merge_people
from service.usecases.identity.parting import undo_merge
from service.usecases.incoming.imports import import_file
from service.usecases.incoming.registration import save_people
from service.usecases.incoming.undoing_imports import undo_import
from service.usecases.outgoing.exports import Wanted, make_export
from service.usecases.privacy.erasing import erase_person
from service.usecases.privacy.key_rotation import retire_keys, rotate_keys
from service.usecases.records import people
from service.usecases.records.corrections import decide_correction, propose_correction
from service.usecases.records.people_facets import count_facets

UNIT, OTHER = "示范市机关（本部）", "示范市服务中心"
#: How somebody's employer is written; blanks, width and case make no difference, all else does.
SPELLINGS = {
    "P1": UNIT,
    "P2": OTHER,
    "P3": None,
    "P4": "示范市 机关(本部)",
    "P5": "示范市机关",
    "P6": f"{UNIT}二处",
    "P7": "",
}
OWN = ["P1", "P4"]
NAMES = dict(zip(SPELLINGS, ("样例甲", "样例乙", "样例丙", "样例丁", "样例戊", "样例己", "样例庚"), strict=True))
RETENTION = RetentionSettings(withdrawn_months=3, archived_months=24, term_months=60)


def _staff(spellings=SPELLINGS):
    return [
        a_person(person_no=number, name=NAMES.get(number, "样例"), employer=one) for number, one in spellings.items()
    ]


@pytest.fixture
def unit(any_database, now):
    """The account of the unit."""
    return hired(
        any_database, username="unit", roles=frozenset({Role.UNIT}), territory=Territory(TerritoryKind.UNIT, UNIT),
        now=now,
    )  # fmt: skip


@pytest.fixture
def office(unit):
    """Everything that anybody may do, within the unit, so that no missing right hides a leak."""
    return replace(unit, roles=WHOLE_OFFICE)


def _seen(database, actor, **filters):
    with database.reading(actor) as session:
        found = people.list_people(session, actor=actor, filters=filters or None, page_size=200)
        numbers = [one.person_no for one in found.items]
        assert found.total == len(numbers)
        assert sum(count_facets(session, actor=actor, filters=filters)["record_status"].values()) == len(numbers)
        return numbers


def _looks_at(database, actor, number):
    with database.reading(actor) as session:
        return people.get_person(session, actor=actor, person_no=number).name


def test_a_unit_sees_its_own_people_on_list_record_and_search(any_database, unit, actor, now):
    save(any_database, actor, now, villages=[a_village()], people=_staff())
    assert _seen(any_database, unit) == OWN
    for number, name in NAMES.items():
        found = [number] if number in OWN else []
        assert _seen(any_database, unit, name=name) == found
        assert _seen(any_database, unit, person_no=number) == found
        if found:
            assert _looks_at(any_database, unit, number) == name
        else:
            with pytest.raises(NotFound):
                _looks_at(any_database, unit, number)


@pytest.mark.parametrize("kind", ["people", "roster"])
def test_files_hold_the_people_of_the_unit_only(any_database, unit, office, actor, now, kind):
    save(any_database, actor, now, villages=[a_village()], people=_staff())
    wanted = Wanted(kind=kind, file_format="csv")
    with any_database.unit_of_work(office) as session:
        made = make_export(session, wanted, actor=office, now=now).content.decode("utf-8-sig")
        assert [number for number, name in NAMES.items() if name in made] == OWN
    with any_database.unit_of_work(unit) as session, pytest.raises(Forbidden):
        make_export(session, wanted, actor=unit, now=now)


def test_who_may_be_written_is_who_is_seen(any_database, office, actor, now):
    save(any_database, actor, now, villages=[a_village()], people=_staff())
    seen = set(_seen(any_database, office))
    home = {"county_id": None, "township_id": None, "village_id": None}
    with any_database.unit_of_work(office) as session:
        at_home = {number for number, one in SPELLINGS.items() if is_at_home(session, employer=one, **home)}
        assert at_home == seen
        records = [{**one, "person_no": f"N{one['person_no']}"} for one in _staff()]
        report = save_people(session, actor=office, records=records, now=now)
    taken = {one.number for i, one in enumerate(report.records) if ("village", "refused") not in findings_of(report, i)}
    assert taken == {f"N{number}" for number in seen}


def test_a_unit_without_a_name_sees_nobody(any_database, unit, actor, now):
    save(any_database, actor, now, villages=[a_village()], people=_staff())
    assert _seen(any_database, replace(unit, territory=Territory(TerritoryKind.UNIT))) == []


def test_a_unit_sees_its_people_while_keys_change_and_afterwards(any_database, any_settings, unit, actor, now):
    many = {f"P{n:03}": OTHER if n % 7 == 0 else UNIT for n in range(230)}
    own = [number for number, one in many.items() if one == UNIT]
    save(any_database, actor, now, villages=[a_village()], people=_staff(many))

    def break_off(progress):
        if progress.n_done > len(many) // 2:  # accounts come before people
            raise KeyboardInterrupt

    def rotated(suite, **options):
        rotate_keys(any_database, actor=actor, key_file=any_settings.key_file, suite=suite, now=lambda: now, **options)

    with suppress(KeyboardInterrupt):
        rotated("sm", on_progress=break_off)
    with any_database.reading() as session:
        assert len({one[0] for one in session.scalars(select(Person.employer_sealed))}) == 2
    assert _seen(any_database, unit) == own
    rotated("sm")
    retire_keys(any_database, actor=actor, key_file=any_settings.key_file, now=now + timedelta(minutes=1))
    assert _seen(any_database, unit) == own
    with pytest.raises(NotFound):
        _looks_at(any_database, unit, "P000")


def test_who_changes_employer_by_edit_or_correction_changes_unit(any_database, unit, actor, now):
    save(any_database, actor, now, villages=[a_village()], people=_staff())
    with any_database.unit_of_work() as session:
        for number, employer in (("P1", OTHER), ("P2", UNIT)):
            version = people.get_person(session, actor=actor, person_no=number).version
            edit = {"employer": employer}
            people.edit_person(
                session, actor=actor, person_no=number, record=edit, expected_version=version, now=now
            )  # fmt: skip
    assert _seen(any_database, unit) == ["P2", "P4"]
    other = replace(actor, username="clerk")
    with any_database.unit_of_work() as session:
        asked = {"person_no": "P3", "field": "employer", "value": UNIT, "reason": "已调动"}
        wanted = propose_correction(session, actor=other, now=now, **asked).id
    assert _seen(any_database, unit) == ["P2", "P4"]
    with any_database.unit_of_work() as session:
        decide_correction(session, actor=actor, correction_id=wanted, accept=True, reason="", now=now)
    assert _seen(any_database, unit) == ["P2", "P3", "P4"]


def test_a_merge_takes_the_employer_along_and_parting_gives_it_back(any_database, unit, actor, now):
    save(any_database, actor, now, villages=[a_village()], people=_staff({"P1": UNIT, "P2": OTHER, "P3": None}))
    for survivor, absorbed, picks, seen in (
        ("P2", "P1", {"employer": "absorbed"}, ["P2"]),
        ("P2", "P1", {"employer": "survivor"}, []),
        ("P3", "P1", {}, ["P3"]),
    ):
        with any_database.unit_of_work() as session:
            merge_id = merge_people(
                session, actor=actor, survivor_no=survivor, absorbed_no=absorbed, picks=picks, now=now
            ).merge.id
        assert _seen(any_database, unit) == seen
        with any_database.unit_of_work() as session:
            undo_merge(session, actor=actor, merge_id=merge_id, now=now)
        assert _seen(any_database, unit) == ["P1"]


def test_an_import_moves_people_between_units_until_it_is_undone(any_database, unit, actor, now, tmp_path):
    save(any_database, actor, now, villages=[a_village()], people=_staff({"P1": UNIT, "P2": OTHER}))
    rows = [a_roster_row(f"P{n}", 姓名=NAMES[f"P{n}"], 工作单位=one) for n, one in ((1, OTHER), (2, UNIT), (3, UNIT))]
    path = write_records(tmp_path / "a.xlsx", *rows)
    with any_database.unit_of_work() as session:
        import_id = import_file(session, actor=actor, kind="people", path=path, now=now).import_id
    assert _seen(any_database, unit) == ["P2", "P3"]
    with any_database.unit_of_work() as session:
        undo_import(session, actor=actor, import_id=import_id, now=now)
    assert _seen(any_database, unit) == ["P1"]


def test_who_was_erased_belongs_to_no_unit(any_database, unit, actor, now):
    save(any_database, actor, now, villages=[a_village()], people=_staff())
    with any_database.unit_of_work() as session:
        erase_person(
            session,
            actor=actor,
            person_no="P1",
            document="示组〔2026〕30号",
            settings=RETENTION,
            now=now,
            on_request=True,
        )
    assert _seen(any_database, unit) == ["P4"]
    with any_database.reading() as session:
        assert session.scalar(select(Person.employer_index).where(Person.person_no == "P1")) is None
