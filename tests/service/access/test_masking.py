"""What each role is shown of a person is what the department's table says."""

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest

from schemas.identity import mask_id_number, mask_phone
from service.access import Actor, Role
from service.access.masking import FLAGGED, MASKS, Shown, ShownPerson, hides, masks_of, without_negative_details

with (Path(__file__).parents[2] / "samples" / "permissions.csv").open(encoding="utf-8") as file:
    PERMISSIONS = {row["role"]: row for row in csv.DictReader(file)}

CELLS = {
    "identity": (
        "see_identity",
        {
            "yes": Shown.FULL,
            "nominees only": Shown.FULL,  # the territory lets nobody else through
            "own staff": Shown.FULL,
            "own": Shown.FULL,
            "no (opaque ids)": Shown.FLAG,
            "pseudonym": Shown.FLAG,
            "notice fields": Shown.NOT,  # notices are documents of their own
        },
    ),
    "id_number": (
        "see_id_number",
        {
            "masked": Shown.PART,
            "unmask with reason": Shown.PART,
            "own entries": Shown.OWN,
            "own staff": Shown.FULL,
            "own": Shown.FULL,
            "pseudonym": Shown.NOT,
            "no": Shown.NOT,
        },
    ),
    "phone": (
        "see_phone",
        {"masked": Shown.PART, "yes": Shown.FULL, "own entries": Shown.OWN, "own": Shown.FULL, "no": Shown.NOT},
    ),
    "scores": (
        "see_scores",
        {
            "yes": Shown.FULL,
            "shortlisted only": Shown.LISTED,
            "industry fit only": Shown.PART,
            "statistics only": Shown.NOT,
            "no": Shown.NOT,
        },
    ),
    "reasons": ("see_reasons", {"yes": Shown.FULL, "own reasons in plain words": Shown.FULL, "no": Shown.NOT}),
    "negative": (
        "see_negative_list",
        {
            "flag only": Shown.FLAG,
            "full (flag + until)": Shown.FULL,
            "statistics": Shown.NOT,
            "own": Shown.FULL,
            "no": Shown.NOT,
        },
    ),
}
#: Whoever has no right to read people needs no opaque numbers.
DEVIATIONS = {("identity", Role.ADMIN)}


@dataclass
class Record:
    person_no: str = "P1"
    name: str = "样例甲"
    id_number: str = "23990119900501001X"
    phone: str = "13900000000"
    negative_flags: tuple[str, ...] = ("NG03",)
    employer: str = "样例单位"
    talent_source: str = "T1"


def seen(role: Role, *, is_own_entry: bool = False) -> ShownPerson:
    middles = {"id_number": mask_id_number, "phone": mask_phone}
    return ShownPerson(Record(), masks_of(Actor("x", frozenset({role}))), is_own_entry=is_own_entry, middles=middles)


@pytest.mark.parametrize("group", CELLS)
@pytest.mark.parametrize("role", Role)
def test_a_mask_is_the_cell_of_the_department(group: str, role: Role) -> None:
    column, cells = CELLS[group]
    if (group, role) not in DEVIATIONS:
        assert getattr(MASKS[role], group) is cells[PERMISSIONS[role][column]]


def test_numbers_are_shown_in_full_in_part_or_not_at_all() -> None:
    assert [seen(role).id_number for role in (Role.CANDIDATE, Role.LEADER, Role.UNIT)] == [
        "23990119900501001X",
        "239901********001X",
        None,
    ]
    assert [seen(Role.REGISTRAR, is_own_entry=own).phone for own in (True, False)] == ["13900000000", None]


def test_what_is_on_the_negative_list_is_for_discipline_officers() -> None:
    roles = (Role.DISCIPLINE, Role.OFFICER, Role.REGISTRAR)
    assert [seen(role).negative_flags for role in roles] == [("NG03",), (FLAGGED,), None]


def test_an_operator_sees_a_number_in_place_of_a_person() -> None:
    operator = seen(Role.OPERATOR)
    assert (operator.name, operator.talent_source) == ("P1", "T1")
    assert {operator.id_number, operator.phone, operator.employer, operator.negative_flags} == {None}


def test_whatever_no_table_names_is_hidden_from_who_sees_no_identity() -> None:
    assert seen(Role.AUDITOR).a_column_of_tomorrow is None


def test_a_rule_names_the_entry_on_the_list_to_discipline_officers_only() -> None:
    outcome = {"rule_id": "C-03", "verdict": "fail", "sentence": {"zh": "正被立案审查", "en": "under investigation"}}
    rules = frozenset({"C-03"})
    told = {
        role: without_negative_details(outcome, masks_of(Actor("x", frozenset({role}))), rule_ids=rules)["sentence"]
        for role in (Role.DISCIPLINE, Role.OFFICER)
    }
    assert told[Role.DISCIPLINE] == outcome["sentence"]
    assert "立案" not in told[Role.OFFICER]["zh"]


def test_several_roles_open_what_one_of_them_opens() -> None:
    both = masks_of(Actor("x", frozenset({Role.REGISTRAR, Role.LEADER})))
    assert (both.id_number, both.negative) == (Shown.OWN_OR_PART, Shown.FLAG)
    assert masks_of(Actor("x")) == MASKS[Role.PUBLIC]


def test_what_is_kept_from_a_reader_is_so_whether_it_is_known_or_not() -> None:
    for role, name in ((Role.AUDITOR, "resume"), (Role.OPERATOR, "sex"), (Role.UNIT, "phone")):
        assert hides(seen(role), name), (role, name)
    for role, name in ((Role.AUDITOR, "talent_source"), (Role.AUDITOR, "name"), (Role.OFFICER, "id_number")):
        assert not hides(seen(role), name), (role, name)
    assert hides(seen(Role.REGISTRAR), "phone")
    assert not hides(seen(Role.REGISTRAR, is_own_entry=True), "phone")
    assert hides(seen(Role.REGISTRAR), "negative_flags")
