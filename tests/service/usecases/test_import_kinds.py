"""Which kinds of tables an account is offered is which it may bring: no more, no less, in every role."""

import pytest
from builders import an_actor
from builders_workbooks import a_roster_row, write_records

from service.access import Role
from service.errors import Forbidden
from service.usecases.incoming import registration, uploads
from service.usecases.incoming.import_kinds import IMPORT_KINDS, importable_kinds, template_kinds
from service.usecases.incoming.imports import import_file
from service.usecases.incoming.templates import make_template
from service.usecases.incoming.upload_terms import UploadTerms

ROLES = list(Role)
SAVERS = {kind: getattr(registration, f"save_{kind}") for kind in IMPORT_KINDS}


def _takes(act):
    try:
        act()
    except Forbidden:
        return False
    return True


def test_there_are_fourteen_roles_and_a_way_in_for_every_kind():
    assert len(ROLES) == 14
    assert set(SAVERS) == set(IMPORT_KINDS)


@pytest.mark.parametrize("role", ROLES)
def test_a_kind_is_offered_to_a_role_exactly_where_its_records_are_taken(database, now, role):
    who = an_actor(role)
    with database.unit_of_work() as session:
        taken = [kind for kind in IMPORT_KINDS if _takes(lambda: SAVERS[kind](session, actor=who, records=[], now=now))]  # noqa: B023 - called at once
    assert list(importable_kinds(who)) == taken


@pytest.mark.parametrize("role", ROLES)
def test_what_is_not_offered_is_refused_before_the_file_is_read(database, now, role, tmp_path):
    who, path = an_actor(role), tmp_path / "not there.xlsx"
    for kind in set(IMPORT_KINDS) - {*importable_kinds(who)}:
        with database.unit_of_work() as session:
            with pytest.raises(Forbidden):
                import_file(session, actor=who, kind=kind, path=path, now=now)
            with pytest.raises(Forbidden):
                uploads.receive_upload(session, actor=who, kind=kind, file_name="a.xlsx", content=b"PK", now=now)


def test_no_upload_becomes_a_kind_that_its_account_may_not_bring(database, now, tmp_path):
    content = write_records(tmp_path / "a.xlsx", a_roster_row()).read_bytes()
    who = an_actor(Role.REGISTRAR)
    with database.unit_of_work() as session:
        made = uploads.receive_upload(session, actor=who, kind="people", file_name="a.xlsx", content=content, now=now)
        with pytest.raises(Forbidden):
            uploads.change_terms(session, actor=who, upload=made, terms=UploadTerms(), now=now, kind="decisions")
        assert made.kind == "people"


@pytest.mark.parametrize("role", ROLES)
def test_templates_are_offered_of_what_a_role_may_bring_and_all_to_whoever_hands_out_blank_forms(role):
    who = an_actor(role)
    offered = template_kinds(who)
    if importable_kinds(who):
        assert offered == importable_kinds(who)
    else:
        assert offered == (IMPORT_KINDS if _takes(lambda: make_template(actor=who, kind="people")) else ())


def test_decisions_are_offered_to_officers_alone():
    assert [role for role in ROLES if "decisions" in importable_kinds(an_actor(role))] == [Role.OFFICER]
    assert template_kinds(an_actor(Role.OPERATOR)) == IMPORT_KINDS
