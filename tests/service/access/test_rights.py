"""The table of rights is the department's table of permissions, cell by cell."""

import csv
import re
from pathlib import Path

import pytest

from service.access import ALLOWED, KINDS, NOWHERE, OPERATOR, Actor, Role, may, require, rights_of
from service.access.actors import ROLE_LABELS
from service.errors import Forbidden

with (Path(__file__).parents[2] / "samples" / "permissions.csv").open(encoding="utf-8") as file:
    PERMISSIONS = {row["role"]: row for row in csv.DictReader(file)}

# Where a right stands in the department's table: column -> right -> the cells that give it.
CELLS: dict[str, dict[str, set[str]]] = {
    "see_identity": {
        "read_people": {"yes", "nominees only", "own staff", "pseudonym", "own", "no (opaque ids)"},
    },
    "see_id_number": {"unmask_fields": {"unmask with reason"}},
    "see_scores": {"read_rankings": {"yes"}, "explain_scores": {"yes"}},
    "edit_record": {
        "edit_people": {"create/edit drafts"},
        "verify_people": {"verify only"},
        "check_people": {"first check"},
        "edit_negative_flags": {"negative list only"},
    },
    "request_shortlist": {"request_shortlist": {"yes"}},
    "run_rescoring": {"rescore": {"yes"}},
    "export": {
        "export_lists": {"lists in work"},
        "export_rosters": {"lists in work"},
        "export_forms": {"lists in work"},
        "export_dossiers": {"lists in work"},
        "export_rankings": {"lists in work"},
        "export_approved_lists": {"lists in work", "approved lists", "aggregates + approved lists"},
    },
    "see_audit": {
        "read_audit": {"yes", "full"},
        "read_whole_audit": {"full"},
        "verify_audit": {"yes", "full", "technical log"},
        "export_audit_heads": {"full", "technical log"},
    },
    "manage_users": {
        "manage_accounts": {"create, disable, roles (second person approves)"},
        "approve_accounts": {"approve"},
    },
    "import": {"import_files": {"attest", "own scope", "own township"}, "attest_files": {"attest"}},
    "merge": {
        "read_duplicates": {"decide", "propose"},
        "decide_duplicates": {"decide"},
        "merge_people": {"decide"},
    },
    "change_settings": {"rotate_keys": {"technical"}, "make_backups": {"technical"}, "restore_backups": {"technical"}},
    "decide": {
        "decide_shortlists": {"yes"},
        "consent_to_candidacies": {"consent", "consent vote", "accept/decline/object"},
    },
    "waive": {"propose_waivers": {"propose"}, "sign_waivers": {"sign", "city posts"}},
    "edit_rulebook": {
        "propose_rulebooks": {"propose", "propose and sign"},
        "sign_rulebooks": {"sign", "propose and sign"},
    },
    "promote_model": {"promote_models": {"sign"}, "train_models": {"propose"}},
}

# What the department's table leaves open: nobody whose cells are all "no" may read there.
DERIVED = {
    "read_shortlists": ("see_scores", "see_reasons", "see_negative_list", "decide"),
    "read_exports": ("export", "see_audit"),
    "read_models": ("promote_model", "see_scores"),
    "record_checks": ("edit_record",),
    "read_waivers": ("waive", "see_audit"),
    "read_rulebooks": ("see_reasons", "see_scores", "see_negative_list"),
    "edit_vacancies": ("request_shortlist",),
    "read_work_lists": ("edit_record",),
}

# What the department's table does not give in so many words, and why it is so here.
DEVIATIONS = {
    ("read_people", "admin"): "accounts and settings, no personal data: not even opaque numbers are of use",
}


@pytest.mark.parametrize(("column", "right"), [(column, right) for column in CELLS for right in CELLS[column]])
def test_a_right_is_given_to_exactly_the_roles_whose_cell_says_so(column: str, right: str) -> None:
    cells = {role: row[column] for role, row in PERMISSIONS.items() if (right, role) not in DEVIATIONS}
    assert {str(role) for role in ALLOWED[right]} == {
        role for role, cell in cells.items() if cell in CELLS[column][right]
    }


@pytest.mark.parametrize("right", DERIVED)
def test_a_derived_right_is_given_to_no_role_whose_cells_all_say_no(right: str) -> None:
    for role in ALLOWED[right]:
        assert {PERMISSIONS[role][column] for column in DERIVED[right]} != {"no"}, role


def test_the_roles_are_those_of_the_table_with_their_names() -> None:
    assert {str(role): ROLE_LABELS[role].zh for role in Role} == {role: row["zh"] for role, row in PERMISSIONS.items()}


# What the column "scope" of the department's table means by kinds of territory.
SCOPES = {
    "city": {"city"},
    "county": {"county"},
    "county consultants": {"county"},
    "own township or unit": {"township", "unit"},
    "township": {"township"},
    "village": {"village"},
    "own staff": {"unit"},
    "system": {"system"},
    "all": {"all"},
    "own record": {"own"},
    "notice": set(),
}


def test_a_role_takes_the_kinds_of_territory_that_its_scope_says() -> None:
    taken = {str(role): set(map(str, KINDS.get(role, ()))) for role in Role}
    assert taken == {role: SCOPES[row["scope"]] for role, row in PERMISSIONS.items()}


@pytest.mark.parametrize("role", sorted(PERMISSIONS))
def test_the_document_tells_the_kinds_of_territory_of_each_role(role: str) -> None:
    document = (Path(__file__).parents[3] / "docs" / "access.md").read_text(encoding="utf-8")
    told = re.search(rf"^\| `{role}` \| (.*) \|$", document, re.MULTILINE)
    assert told or role == "public"
    assert set(re.findall(r"`(\w+)`", told[1] if told else "")) == SCOPES[PERMISSIONS[role]["scope"]]


def test_nobody_has_a_right_that_is_not_in_the_table() -> None:
    everything = Actor("x", frozenset(Role))
    assert not may(everything, "read_minds")
    with pytest.raises(Forbidden):
        require(everything, "read_minds")


def test_without_a_role_there_is_no_right_and_no_territory() -> None:
    assert rights_of(Actor("x")) == []
    assert Actor("x", frozenset(Role)).territory == NOWHERE


def test_the_administrator_sees_no_person_and_the_public_nothing() -> None:
    assert rights_of(Actor("x", frozenset({Role.PUBLIC}))) == []
    assert rights_of(Actor("x", frozenset({Role.ADMIN}))) == ["manage_accounts"]


def test_several_roles_of_one_account_add_up() -> None:
    both = rights_of(Actor("x", frozenset({Role.OFFICER, Role.REGISTRAR})))
    assert set(both) == {right for role in (Role.OFFICER, Role.REGISTRAR) for right in rights_of(_one(role))}


@pytest.mark.parametrize(("scopes", "left"), [({"read"}, True), ({"read_people"}, True), ({"export", "edit"}, False)])
def test_a_token_narrows_rights_to_whole_ones_or_to_verbs(scopes: set[str], left: bool) -> None:
    actor = Actor("x", frozenset({Role.OFFICER}), scopes=frozenset(scopes))
    assert may(actor, "read_people") is left
    assert not may(actor, "request_shortlist")


def test_a_scope_gives_nothing_that_the_roles_do_not_give() -> None:
    assert not may(Actor("x", frozenset({Role.ADMIN}), scopes=frozenset({"read"})), "read_people")


def test_the_operator_of_the_host_is_one_role() -> None:
    assert Role.ADMIN not in OPERATOR.roles


def _one(role: Role) -> Actor:
    return Actor("x", frozenset({role}))


def test_every_right_is_asked_for_somewhere() -> None:
    service = Path(__file__).parents[3] / "service"
    table = service / "access" / "rights.py"
    said = "".join(file.read_text(encoding="utf-8") for file in service.rglob("*.py") if file != table)
    named = set(re.findall(r'"([a-z_]+)"', said)) | {f"read_{kind}" for kind in ("people", "vacancies", "villages")}
    assert sorted(set(ALLOWED) - named) == []
