"""After an erasure (S12) nothing tells who it was; lists can still be made again, and the audit keeps a number."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from builders import a_person, a_vacancy, a_village
from builders_canary import CANARY, a_canary
from builders_offices import hired
from builders_registry import save
from sqlalchemy import select

from matching.vocabulary import RecordStatus
from service.access import EVERYWHERE, Role
from service.db import Model
from service.errors import Conflict, Forbidden, InvalidInput
from service.models.accounts import IdempotencyKey
from service.models.audit import AuditEntry
from service.models.identity import Merge
from service.models.name_tokens import NameToken
from service.models.people import Person
from service.models.sealing import sealed_places
from service.settings.retention import RetentionSettings
from service.usecases.identity.parting import undo_merge
from service.usecases.lists import shortlists
from service.usecases.lists.replay import replay_shortlist
from service.usecases.outgoing.exports import Wanted, make_export
from service.usecases.privacy.consents import withdraw_consent
from service.usecases.privacy.erasing import erase_person
from service.usecases.privacy.legal_holds import lift_hold, place_hold
from service.usecases.privacy.retention import list_due
from service.usecases.records import people

SETTINGS = RetentionSettings(withdrawn_months=3, archived_months=24, term_months=60)
PAPER = "示组〔2026〕30号"


def _erase(database, actor, now, number, **options):
    with database.unit_of_work() as session:
        return erase_person(
            session, actor=actor, person_no=number, document=PAPER, settings=SETTINGS, now=now,
            **{"on_request": True, **options},
        )  # fmt: skip


def _everything_opened(database):
    """Return all that is stored, sealed values in clear, by table; as somebody with keys and file would see it."""
    places = {(name, place.sealed_in): place for name, all_ in sealed_places(Model).items() for place in all_}
    with database.reading() as session:
        for table in Model.metadata.sorted_tables:
            for row in session.connection().execute(select(table)).mappings():
                for column, value in row.items():
                    place = places.get((table.name, column))
                    clear = database.vault.open(place.bound_to, row["id"], value) if place and value else value
                    if table.name == "idempotency_keys" and column == "body" and value:
                        clear = database.vault.open("idempotency_keys.body", row["id"], value)
                    yield table.name, column, str(clear)


def _remains(database):
    return {
        f"{table}.{column}: {what}"
        for table, column, value in _everything_opened(database)
        for what, secret in CANARY.items()
        if secret in value and what != "post_note"
    }


@pytest.fixture
def beginning(request):
    """Begin with the canary where a test asks for her."""
    return a_canary if "canary" in request.fixturenames else None


@pytest.fixture
def canary(told_of_beginning):
    """The canary has lived through everything; her number."""
    return told_of_beginning


def test_the_canary_is_gone_from_tables_indexes_searches_and_files(any_database, canary, actor, now):
    before = _remains(any_database)
    assert {line.split(".")[0] for line in before} >= {
        *("people", "record_changes", "imports", "exports", "merges", "idempotency_keys")
    }
    _erase(any_database, actor, now, canary)
    assert _remains(any_database) == set()
    with any_database.reading() as session:
        assert session.scalars(select(NameToken)).all() == []
        for filters in ({"name": CANARY["name"]}, {"name": "knr"}, {"id_number": CANARY["id_number"]},
                        {"phone": CANARY["other_phone"]}, {"name": "已删除"}):  # fmt: skip
            assert people.list_people(session, actor=actor, filters=filters).items == []
        erased = session.scalars(select(Person), execution_options={"with_absorbed_people": True}).all()
        assert {one.record_status for one in erased} == {RecordStatus.ERASED}
        assert {one.birth_date for one in erased} == {None}
    with any_database.unit_of_work() as session:
        made = make_export(session, Wanted(kind="people", file_format="csv"), actor=actor, now=now)
    assert all(secret.encode() not in made.content for secret in CANARY.values())


def test_a_list_with_an_erased_person_is_made_again_the_same(any_database, canary, actor, now):
    with any_database.reading() as session:
        number = shortlists.list_shortlists(session, actor=actor).items[0].shortlist_no
        entries = shortlists.get_shortlist(session, actor=actor, shortlist_no=number).entries
        before = [(one.rank, one.score, one.person.person_no, one.contributions) for one in entries]
        assert canary in {one[2] for one in before}
    _erase(any_database, actor, now, canary)
    with any_database.reading() as session:
        assert replay_shortlist(session, actor=actor, shortlist_no=number).replay.agrees
        entries = shortlists.get_shortlist(session, actor=actor, shortlist_no=number).entries
        assert [(one.rank, one.score, one.person.person_no, one.contributions) for one in entries] == before
        assert {one.person.name for one in entries if one.person.person_no == canary} == {"（已删除）"}
        assert {one.present_flags for one in entries if one.person.person_no == canary} == {("erased",)}


def test_the_audit_keeps_a_number_and_says_how_much_was_erased(any_database, canary, actor, now):
    _erase(any_database, actor, now, canary)
    with any_database.reading() as session:
        lines = session.scalars(select(AuditEntry).where(AuditEntry.subject_no == canary)).all()
        (line,) = [one for one in lines if one.action == "erase_person"]
    assert len(lines) >= 3
    assert line.detail["n_records"] == 2
    assert all(secret not in json.dumps(line.detail, ensure_ascii=False) for secret in CANARY.values())


def test_a_merge_of_erased_records_cannot_be_undone(any_database, canary, actor, now):
    _erase(any_database, actor, now, canary)
    with any_database.unit_of_work() as session, pytest.raises(Conflict):
        undo_merge(session, actor=actor, merge_id=session.scalars(select(Merge.id)).one(), now=now)


@pytest.fixture
def registered(any_database, actor, now):
    """Two people, one of whom has withdrawn her consent."""
    records = [a_person(name=CANARY["name"]), a_person(person_no="P2", name="样例乙")]
    save(any_database, actor, now, villages=[a_village()], people=records, vacancies=[a_vacancy()])
    with any_database.unit_of_work() as session:
        from matching.vocabulary import Text
        from service.usecases.privacy.consents import give_consent, publish_consent_text

        publish_consent_text(session, actor=actor, purpose="matching", text=Text("同意。", "Yes."), now=now)
        signed = {"signed_by": "样例甲", "document": PAPER}
        give_consent(session, actor=actor, person_no="P1", purpose="matching", given_on=now.date(), now=now, **signed)
        withdraw_consent(
            session, actor=actor, person_no="P1", purpose="matching", withdrawn_on=now.date(), now=now, **signed
        )
    return any_database


def test_a_record_is_due_when_its_clock_has_run_down_and_not_before(registered, actor, now):
    def due(moment):
        with registered.reading() as session:
            return [(one.person.person_no, one.ground, one.due_on) for one in list_due(
                session, actor=actor, settings=SETTINGS, now=moment)]  # fmt: skip

    assert due(now + timedelta(days=60)) == []
    assert due(now + timedelta(days=100)) == [("P1", "withdrawn", date(2027, 2, 22))]
    with pytest.raises(Conflict):
        _erase(registered, actor, now + timedelta(days=60), "P1", on_request=False)
    done = _erase(registered, actor, now + timedelta(days=100), "P1", on_request=False)
    assert done.ground == "withdrawn"
    assert due(now + timedelta(days=100)) == []


def test_a_hold_stops_an_erasure_until_its_own_office_lifts_it_and_somebody_else_erases(registered, actor, now):
    discipline, office = (frozenset({role}) for role in (Role.DISCIPLINE, Role.OFFICER))
    hired(registered, username="discipline", roles=discipline, territory=EVERYWHERE, now=now)
    keeper, officer = replace(actor, roles=discipline), replace(actor, username="officer", roles=office)
    until = now.date() + timedelta(days=10)
    about = {"person_no": "P1", "now": now}
    with registered.unit_of_work() as session:
        by = replace(keeper, username="discipline")
        hold = place_hold(session, actor=by, reason="申诉未结", document=PAPER, until_on=until, **about)
        about["hold_id"] = hold.id
    with pytest.raises(Conflict) as refusal:
        _erase(registered, actor, now, "P1")
    assert (refusal.value.place, str(until) in refusal.value.problem.zh) == ("hold", True)
    assert _remains(registered)
    with registered.unit_of_work() as session, pytest.raises(Forbidden):
        lift_hold(session, actor=officer, reason="x", **about)
    with registered.unit_of_work() as session:
        lift_hold(session, actor=replace(keeper, username="colleague"), reason="已结", **about)
    with pytest.raises(Forbidden):
        _erase(registered, replace(actor, username="colleague"), now, "P1")
    _erase(registered, actor, now, "P1")
    assert _remains(registered) == set()


def test_a_hold_ends_by_itself_after_its_last_day(registered, actor, now):
    with registered.unit_of_work() as session:
        place_hold(session, actor=actor, person_no="P1", reason="申诉", document=PAPER, until_on=now.date(), now=now)
    with pytest.raises(Conflict):
        _erase(registered, actor, now, "P1")
    _erase(registered, actor, now + timedelta(days=1), "P1")


def test_nobody_is_erased_twice_or_without_a_paper(registered, actor, now):
    with registered.unit_of_work() as session, pytest.raises(InvalidInput):
        erase_person(session, actor=actor, person_no="P1", document=" ", settings=SETTINGS, now=now, on_request=True)
    _erase(registered, actor, now, "P1")
    with pytest.raises(Conflict):
        _erase(registered, actor, now, "P1")


def test_erasing_one_leaves_the_others_as_they_were(registered, actor, now):
    _erase(registered, actor, now, "P1")
    with registered.reading() as session:
        assert people.get_person(session, actor=actor, person_no="P2").name == "样例乙"
        assert [one.person_no for one in people.list_people(session, actor=actor, filters={"name": "样例"}).items] == [
            "P2"
        ]
        assert session.scalars(select(IdempotencyKey)).all() == []
