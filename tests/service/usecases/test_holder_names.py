"""A signature is a named human's: accounts have the real name of their holder, and sign with that one alone."""

from dataclasses import replace
from datetime import date

import builders_workflow as b
import pytest
from builders import SIGNED, a_person, a_vacancy, a_village, an_actor
from builders_registry import save
from builders_replies import asked_round, unit_of
from sqlalchemy import select

from matching.vocabulary import RecordStatus
from matching.vocabulary.replies import ReplyKind
from service.access import OPERATOR, Actor, Role, Territory, TerritoryKind
from service.errors import Conflict, Forbidden, InvalidInput
from service.models.accounts import Account
from service.models.audit import AuditEntry
from service.models.candidacies import Reply
from service.models.credentials import AccountChange
from service.models.moves import Move
from service.models.people import Person
from service.settings.retention import RetentionSettings
from service.usecases import accounts
from service.usecases.accounts import ChangeKind, Decision
from service.usecases.cards.promoting import promote_model
from service.usecases.privacy.erasing import erase_person
from service.usecases.records.batch_moves import move_records
from service.usecases.records.record_moves import move_record
from service.usecases.rules.waivers import propose_waiver, sign_waiver
from service.usecases.workflow.questions import list_questions
from service.usecases.workflow.replies import give_reply

COUNTY = Territory(TerritoryKind.COUNTY, "239901")
ADMIN = Actor("admin", frozenset({Role.ADMIN}), Territory(TerritoryKind.SYSTEM))
LEADER = Actor("leader", frozenset({Role.LEADER}), COUNTY)
OFFICER = an_actor(Role.OFFICER, username="officer", holder_name="欧阳·样例")
NAMES = {"P1": "样例甲", "P2": "样例壬"}
SETTINGS = RetentionSettings(withdrawn_months=3, archived_months=24, term_months=60)


@pytest.fixture
def checked(database, actor, now):
    """Two records that wait for an officer's signature."""
    state = {"record_status": RecordStatus.TOWNSHIP_CHECKED}
    save(database, actor, now, villages=[a_village()])
    save(
        database,
        actor,
        now,
        people=[a_person(person_no=no, name=name, id_number=None, **state) for no, name in NAMES.items()],
    )
    return database


def _verify(session, now, signed_name, *, actor=OFFICER):
    version = session.scalars(select(Person.version).where(Person.person_no == "P1")).one()
    asked = b.asked("verified", version, signed_name=signed_name)
    return move_record(session, actor=actor, person_no="P1", asked=asked, now=now)


@pytest.mark.parametrize("forged", ["县委书记 王某某", "欧阳样", "officer", SIGNED])
def test_an_act_is_not_signed_with_another_name_than_its_accounts_holder_has(checked, now, forged):
    with checked.unit_of_work() as session, pytest.raises(InvalidInput) as refused:
        _verify(session, now, forged)
    assert (refused.value.place, refused.value.value) == ("signed_name", forged)
    assert "登记签署" in refused.value.remedy.zh
    assert "a paper that somebody else signed" in refused.value.remedy.en
    with checked.reading() as session:
        assert session.scalars(select(Move)).all() == []


@pytest.mark.parametrize("typed", ["欧阳·样例", " 欧阳 · 样例", "欧阳・样例", "欧阳•样例"])
def test_blanks_width_and_the_sign_between_parts_make_no_other_name(checked, now, typed):
    with checked.unit_of_work() as session:
        person = _verify(session, now, typed)
        assert person.attested_by == "欧阳·样例"
        assert session.scalars(select(Move)).one().signed_name == "欧阳·样例"


def test_an_account_without_a_name_cannot_sign_and_is_told_who_gives_it_one(checked, now):
    with checked.unit_of_work() as session, pytest.raises(Forbidden) as refused:
        _verify(session, now, "某某", actor=replace(OFFICER, holder_name=None))
    assert "user name" in refused.value.remedy.zh
    assert "administrator" in refused.value.remedy.en


def test_many_records_are_not_signed_for_with_another_name_at_once(checked, now):
    with checked.unit_of_work() as session, pytest.raises(InvalidInput) as refused:
        move_records(
            session, actor=OFFICER, numbers=["P1", "P2"], to="verified", signed_name="某某", document="示组1号", now=now
        )
    assert refused.value.place == "signed_name"


def test_a_unit_replies_with_the_name_of_its_accounts_holder(database, actor, now):
    unit = unit_of(database, now)
    asked_round(database, actor, now, stage="unit_asked")
    with database.unit_of_work(unit) as session:
        (question,) = list_questions(session, actor=unit)
        told = {"candidacy_no": question.candidacy_no, "reply": ReplyKind.AGREES, "version": question.version}
        with pytest.raises(InvalidInput):
            give_reply(session, actor=unit, **told, signed_name="局长 某某", document="示机1号", now=now)
        give_reply(session, actor=unit, **told, signed_name=f"{SIGNED[:2]} {SIGNED[2:]}", document="示机1号", now=now)
    with database.reading() as session:
        assert session.scalars(select(Reply)).one().signed_name == SIGNED


def _add(session, username, role, now, *, holder_name=SIGNED, territory=COUNTY):
    told = {"username": username, "roles": [role], "territory": territory, "holder_name": holder_name}
    accounts.create_account(session, actor=OPERATOR, **told, now=now)


def _named(session, name, now, *, username="clerk"):
    told = {"kind": ChangeKind.NAME, "username": username, "holder_name": name, "reason": "补登姓名"}
    return accounts.request_change(session, actor=ADMIN, **told, now=now)


def _holder(session, username="clerk"):
    return session.scalars(select(Account).where(Account.username == username)).one().holder_name


def test_a_name_is_given_by_two_people_and_ends_what_was_open(database, now):
    with database.unit_of_work() as session:
        _add(session, "clerk", Role.OFFICER, now, holder_name=None)
        _add(session, "leader", Role.LEADER, now)
        change = _named(session, "  样 例 丙 ", now)
        assert (change.holder_name, _holder(session)) == ("样例丙", None)
        with pytest.raises(Forbidden):
            accounts.decide_change(
                session, actor=ADMIN, change_no=change.change_no, decision=Decision.CONFIRMED, now=now
            )
        accounts.decide_change(session, actor=LEADER, change_no=change.change_no, decision=Decision.CONFIRMED, now=now)
        assert _holder(session) == "样例丙"
        with pytest.raises(Conflict):
            _named(session, "样例丙", now)
    with database.reading() as session:
        told = [str(entry.detail) for entry in session.scalars(select(AuditEntry))]
        assert any("'name'" in one for one in told)
        assert "样例丙" not in "".join(told), "the log keeps no name"


@pytest.mark.parametrize("name", [None, "", " ", "王", "县委书记1号", "a@b", "样" * 41])
def test_an_account_is_made_with_the_real_name_of_a_person_only(database, now, name):
    told = {"kind": ChangeKind.CREATE, "username": "clerk", "roles": [Role.OFFICER], "territory": COUNTY}
    with database.unit_of_work() as session, pytest.raises(InvalidInput) as refused:
        accounts.request_change(session, actor=ADMIN, **told, holder_name=name, reason="新任", now=now)
    assert refused.value.place == "holder_name"


def test_who_works_with_numbers_only_is_not_told_who_holds_accounts(database, now):
    with database.unit_of_work() as session:
        _add(session, "clerk", Role.OFFICER, now)
        _add(session, "own", Role.CANDIDATE, now, territory=Territory(TerritoryKind.OWN, "", 1))
    with database.reading() as session:
        names = ["clerk", "own", "nobody"]
        assert accounts.holders_of(session, actor=OFFICER, usernames=names) == {"clerk": SIGNED}
        for role in (Role.OPERATOR, Role.AUDITOR):
            assert accounts.holders_of(session, actor=an_actor(role), usernames=names) == {}
        (row, _) = accounts.list_accounts(session, actor=OPERATOR, now=now)
        assert (row.has_holder, row.holder_name) == (True, None)
        assert accounts.list_accounts(session, actor=ADMIN, now=now)[0].holder_name == SIGNED


def test_an_erasure_takes_the_name_off_the_persons_own_account_and_not_off_what_a_namesake_signed(checked, actor, now):
    with checked.unit_of_work() as session:
        person = session.scalars(select(Person).where(Person.person_no == "P2")).one()
        own = Territory(TerritoryKind.OWN, "", person.id)
        _add(session, "own", Role.CANDIDATE, now, territory=own, holder_name=person.name)
        _add(session, "officer", Role.OFFICER, now, holder_name=person.name)
        _add(session, "leader", Role.LEADER, now)
        _named(session, "样例丁", now, username="own")
        _verify(session, now, person.name, actor=replace(OFFICER, holder_name=person.name))
        name = person.name
        erase_person(
            session, actor=actor, person_no="P2", document="示组1号", settings=SETTINGS, now=now, on_request=True
        )
    with checked.reading() as session:
        assert (_holder(session, "own"), _holder(session, "officer")) == (None, name)
        assert session.scalars(select(Move).where(Move.to_state == "verified")).one().signed_name == name
        assert session.scalars(select(AccountChange)).one().holder_name is None


def test_nobody_answers_for_a_card_in_the_name_of_another(database, now):
    with database.unit_of_work() as session, pytest.raises(InvalidInput) as refused:
        promote_model(session, actor=b.LEADER, version="none", reason="试用", signed_by="某某", now=now)
    assert refused.value.place == "signed_by"


def test_a_waiver_is_signed_with_the_name_of_who_holds_the_account_and_no_other(database, actor, now):
    late = a_person(party_join_date=date(2026, 5, 1))
    save(database, actor, now, villages=[a_village()], people=[late], vacancies=[a_vacancy()])
    asked = {"person_no": "P1", "vacancy_no": "V1", "rule_id": "FS-02", "reason": "差半年", "document": "示组2号"}
    with database.unit_of_work() as session:
        number = propose_waiver(session, actor=b.OFFICER, **asked, now=now).waiver_no
        with pytest.raises(InvalidInput) as refused:
            sign_waiver(session, actor=b.LEADER, waiver_no=number, signed_name="县委书记 王某某", now=now)
        assert refused.value.place == "signed_name"
        nameless = replace(b.LEADER, holder_name=None)
        with pytest.raises(Forbidden, match="no name of its holder"):
            sign_waiver(session, actor=nameless, waiver_no=number, signed_name=SIGNED, now=now)
        signed = sign_waiver(session, actor=b.LEADER, waiver_no=number, signed_name=f" {SIGNED} ", now=now)
        assert (signed.state.value, signed.decided_by, signed.signed_name) == ("signed", "leader", SIGNED)
