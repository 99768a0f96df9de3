"""A backup of before brings back nobody who was erased since, no consent that was withdrawn, and nobody's way in."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from builders import a_person, a_village, an_actor
from builders_offices import hired, token_of
from builders_registry import save
from sqlalchemy import select

from matching.vocabulary import RecordStatus
from service.access import EVERYWHERE, OPERATOR, Actor, Role
from service.db import Database
from service.errors import InvalidInput
from service.installation import open_database
from service.models.accounts import Account, AccountSession
from service.models.audit import AuditEntry
from service.models.people import Person
from service.operations.backups import back_up
from service.operations.restoring import Restored, restore
from service.settings import Settings
from service.settings.retention import RetentionSettings
from service.usecases import accounts
from service.usecases.accounts.sessions import Origin, open_session
from service.usecases.auditing.audit_heads import export_head
from service.usecases.auditing.audit_verification import verify_log
from service.usecases.privacy.consents import withdraw_consent
from service.usecases.privacy.erasing import erase_person
from service.usecases.privacy.taken_back import list_taken_back
from service.usecases.privacy.withdrawals import has_withdrawn
from tests.service.operations.test_backups import empty_place, empty_places, tools

__all__ = ["empty_place", "empty_places", "tools"]  # fixtures

PAPER = "示组〔2026〕30号"
ADMIN, LEADER = an_actor(Role.ADMIN, username="admin"), an_actor(Role.LEADER, username="chief")


@pytest.fixture
def backup(any_database: Database, any_settings: Settings, actor: Actor, now: datetime, tmp_path: Path) -> Path:
    """A backup with three people, two clerks and a leader, made before anything is taken back."""
    people = [a_person(person_no=f"P{n}", name=f"样例{n}", id_number=None) for n in (1, 2, 3)]
    save(any_database, actor, now, villages=[a_village()], people=people)
    for name, role in (("clerk", Role.OFFICER), ("chief", Role.LEADER), ("renamed", Role.OFFICER)):
        hired(any_database, username=name, roles=frozenset({role}), territory=EVERYWHERE, now=now)
    return back_up(any_database, actor=OPERATOR, settings=any_settings, to=tmp_path / "backups", now=now).path


def _a_day_later(database: Database, actor: Actor, now: datetime, path: Path) -> Path:
    """Erase P1, withdraw for P2, disable a clerk, rename another, change the leader's password; return the head."""
    later = now + timedelta(days=1)
    with database.unit_of_work() as session:
        erase_person(
            session, actor=actor, person_no="P1", document=PAPER, settings=RetentionSettings(), now=later,
            on_request=True,
        )  # fmt: skip
        signed = {"signed_by": "样例2", "document": PAPER, "withdrawn_on": later.date()}
        withdraw_consent(session, actor=actor, person_no="P2", purpose="matching", now=later, **signed)
        by_name = {one.username: one for one in session.scalars(select(Account))}
        by_name["clerk"].is_disabled, by_name["chief"].password_changed_at = True, later
        told = {"kind": accounts.ChangeKind.NAME, "username": "renamed", "holder_name": "样例改", "reason": PAPER}
        number = accounts.request_change(session, actor=ADMIN, **told, now=later).change_no
        yes = accounts.Decision.CONFIRMED
        accounts.decide_change(session, actor=LEADER, change_no=number, decision=yes, now=later)
    with database.unit_of_work() as session:
        head = export_head(session, actor=OPERATOR, now=later)
        taken = list_taken_back(session, actor=OPERATOR, sequence=head["sequence"], now=later)
    path.write_text(json.dumps(head | {"taken_back": taken}))
    return path


def _restored(backup: Path, place: Settings, settings: Settings, at: datetime, head: Path | None = None) -> Restored:
    own = replace(place, key_file=settings.key_file)
    return restore(backup, actor=OPERATOR, settings=own, now=at, newest_head=head)


def test_what_was_taken_back_after_a_backup_is_taken_back_again(
    any_database: Database, any_settings: Settings, actor: Actor, now: datetime, tmp_path: Path, backup: Path,
    empty_place: Settings,
) -> None:  # fmt: skip
    head, at = _a_day_later(any_database, actor, now, tmp_path / "head.json"), now + timedelta(days=2)
    restored = _restored(backup, empty_place, any_settings, at, head)
    taken = restored.taken
    assert taken is not None
    assert (taken.erased, taken.withdrawn) == (("P1",), ("P2",))
    assert (taken.disabled, taken.changed) == (("clerk",), ("chief", "renamed"))
    assert (restored.n_lost or 0) > 2
    opened = open_database(empty_place)
    with opened.reading() as session:
        found = {one.person_no: one for one in session.scalars(select(Person))}
        assert found["P1"].record_status is RecordStatus.ERASED
        assert "样例1" not in str(found["P1"].name)
        assert (found["P2"].consent_matching, found["P3"].consent_matching) == (False, True)
        assert has_withdrawn(session, found["P2"].id)
        assert session.scalars(select(Account.is_disabled).where(Account.username == "clerk")).one()
        actions = set(session.scalars(select(AuditEntry.action)))
        assert {"erase_person", "withdraw_consent", "disable_account", "restore_backup"} <= actions
        assert not verify_log(session, actor=OPERATOR, heads=[]).breaks
    opened.dispose()


def test_nobody_is_let_into_a_restored_service_by_a_session_or_token_of_before(
    any_database: Database, any_settings: Settings, now: datetime, tmp_path: Path, empty_place: Settings, backup: Path
) -> None:
    token = token_of(any_database, "clerk")
    with any_database.unit_of_work() as session:
        account = session.scalars(select(Account).where(Account.username == "clerk")).one()
        open_session(
            session, account=account, stage=accounts.Stage.OPEN, way=account.sign_in_way, origin=Origin(),
            settings=any_settings.accounts, now=now,
        )  # fmt: skip
    moment = now + timedelta(minutes=1)
    made = back_up(any_database, actor=OPERATOR, settings=any_settings, to=tmp_path / "backups", now=moment)
    restored = _restored(made.path, empty_place, any_settings, moment)
    assert (restored.findings, restored.taken, restored.n_lost) == ((), None, None)
    opened = open_database(empty_place)
    with opened.reading() as session:
        assert session.scalars(select(AccountSession)).all() == []
        assert accounts.actor_of_token(session, token=token, now=moment) is None
    opened.dispose()


def test_a_head_that_is_older_than_the_backup_or_was_changed_is_refused(
    any_database: Database, any_settings: Settings, actor: Actor, now: datetime, tmp_path: Path, backup: Path,
    empty_place: Settings,
) -> None:  # fmt: skip
    head = _a_day_later(any_database, actor, now, tmp_path / "head.json")
    told = json.loads(head.read_text())
    forged, silent = tmp_path / "forged.json", tmp_path / "silent.json"
    forged.write_text(json.dumps(told | {"taken_back": told["taken_back"] | {"erased": ["P3"]}}))
    silent.write_text(json.dumps({name: value for name, value in told.items() if name != "taken_back"}))
    torn = tmp_path / "torn.json"
    torn.write_bytes(b"\xff\xfe{")
    later = now + timedelta(days=3)
    newer = back_up(any_database, actor=OPERATOR, settings=any_settings, to=tmp_path / "backups", now=later).path
    for of, with_head in ((backup, forged), (backup, silent), (backup, torn), (newer, head)):
        with pytest.raises(InvalidInput):
            _restored(of, empty_place, any_settings, later, with_head)
