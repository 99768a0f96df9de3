"""Whoever leaves the matching while a round runs goes no further in it, at whatever step it shows."""

from contextlib import contextmanager, suppress
from datetime import date, timedelta

import builders_workflow as b
import pytest
from builders import a_person

from matching.vocabulary import RecordStatus, ReviewDecision
from service.errors import Conflict
from service.usecases.incoming import registration
from service.usecases.privacy.consents import withdraw_consent
from service.usecases.records.record_moves import move_record
from service.usecases.rules.checks import record_check
from service.usecases.rules.waivers import propose_waiver, sign_waiver, withdraw_waiver
from service.usecases.workflow import candidacies, reviewing, rounds
from service.usecases.workflow.appointing import begin_appointment, move_appointment

AFTER = timedelta(days=10)  # the notice of five working days is over
YOUNG_MEMBER = date(2026, 5, 1)  # FS-02 asks for a year in the Party


@pytest.fixture
def city(database, actor, now):
    """A list of four under review; the best on it is P1."""
    with database.unit_of_work() as session:
        shortlist_no = b.register_city(session, actor=actor, now=now)
        b.start_review(session, shortlist_no, now=now)
    return database, shortlist_no


def withdraw(session, person, *, now):
    withdraw_consent(
        session, actor=b.OFFICER, person_no=person.person_no, purpose="matching", signed_by="本人",
        document="撤回书", withdrawn_on=date(2026, 11, 20), now=now,
    )  # fmt: skip


def suspend(session, person, *, now):
    asked = b.asked("suspended", person.version, reason="待核查")
    move_record(session, actor=b.DISCIPLINE, person_no=person.person_no, asked=asked, now=now)


def fail_a_check(session, person, *, now):
    record_check(
        session, actor=b.DISCIPLINE, person_no=person.person_no, vacancy_no="V1", rule_id="C-03", result="fail",
        document="示纪〔2026〕9号", checked_on=date(2026, 11, 20), now=now,
    )  # fmt: skip


WAYS = [(withdraw, "Agrees to be matched"), (suspend, "suspended"), (fail_a_check, "negative list")]


class _Undo(Exception):
    """Leaves a transaction without committing it."""


@contextmanager
def undone(database):
    """A transaction that leaves nothing."""
    with suppress(_Undo), database.unit_of_work() as session:
        yield session
        raise _Undo


def stopped(database, shortlist_no, step, *, now):
    """Try a step after each way out of the matching; each is a refusal that says why, and without them it succeeds."""
    for leave, told in WAYS:
        with undone(database) as session:
            first = b.all_of(session, shortlist_no)[0]
            leave(session, first.person, now=now)
            session.flush()
            with pytest.raises(Conflict, match=told):
                step(session, first)
    with database.unit_of_work() as session:
        step(session, b.all_of(session, shortlist_no)[0])


def conclude(session, one, decision=ReviewDecision.RECOMMEND, *, now, **said):
    reviewing.conclude(
        session, actor=b.OFFICER, candidacy_no=one.candidacy_no, decision=decision, version=one.version, now=now, **said
    )


def test_nobody_who_left_the_matching_is_recommended_proposed_decided_on_made_public_or_appointed(city, now):
    database, shortlist_no = city
    stopped(database, shortlist_no, lambda session, one: conclude(session, one, now=now), now=now)
    with database.unit_of_work() as session:
        b.conclude_all(session, b.all_of(session, shortlist_no), now=now)
    stopped(database, shortlist_no, lambda session, _: b.proposed(session, shortlist_no, now=now), now=now)
    with database.unit_of_work() as session:
        b.lead_to(session, b.all_of(session, shortlist_no)[0], "discipline_opinion", now=now)

    def decide(session, one):
        more = {**b.DECISION, "chosen": [one.candidacy_no]}
        asked = b.asked("decided", b.round_version(session, shortlist_no), more=more)
        rounds.move_shortlist(session, actor=b.LEADER, shortlist_no=shortlist_no, asked=asked, now=now)

    stopped(database, shortlist_no, decide, now=now)
    made = []

    def begin(session, one):
        begun = begin_appointment(
            session, actor=b.OFFICER, candidacy_no=one.candidacy_no, version=one.version, office="示范县委组织部",
            office_phone="0000-1234567", now=now,
        )  # fmt: skip
        made[:] = [begun.appointment_no]

    stopped(database, shortlist_no, begin, now=now)
    for version, to in enumerate(("confirmed", "handover", "in_post"), start=1):

        def step(session, _one, to=to, version=version):
            asked = b.asked(to, version)
            move_appointment(session, actor=b.OFFICER, appointment_no=made[0], asked=asked, now=now + AFTER)

        if to == "handover":
            with database.unit_of_work() as session:
                step(session, None)
        else:
            stopped(database, shortlist_no, step, now=now + AFTER)


def test_whoever_left_the_matching_is_still_concluded_on_so_that_the_others_go_on(city, now):
    database, shortlist_no = city
    with database.unit_of_work() as session:
        found = b.all_of(session, shortlist_no)
        conclude(session, found[0], now=now)
        withdraw(session, found[0].person, now=now)
        with pytest.raises(Conflict, match="cannot go on"):  # nor is a conclusion that stands said once more
            conclude(session, found[0], ReviewDecision.RESERVE, now=now)
    with database.unit_of_work() as session:
        found = b.all_of(session, shortlist_no)
        conclude(
            session,
            found[0],
            ReviewDecision.DISQUALIFIED,
            now=now,
            reason_codes=("R04",),
            reason="撤回",
            document="撤回书",
        )
        b.conclude_all(session, found[1:], now=now)
        b.proposed(session, shortlist_no, now=now)


def test_nobody_is_added_by_hand_who_could_not_be_listed(city, actor, now):
    database, shortlist_no = city
    changes = [
        ({"consent_matching": None}, "Agrees to be matched"),
        ({"record_status": RecordStatus.DRAFT}, "has been verified"),
        ({"party_join_date": YOUNG_MEMBER}, "FS|Party"),
    ]
    for change, told in changes:
        with undone(database) as session:
            person = a_person(person_no="P9", name="样例壬", **change)
            registration.save_people(session, actor=actor, records=[person], now=now)
            version = b.round_version(session, shortlist_no)
            with pytest.raises(Conflict, match=told):
                candidacies.add_candidacy(
                    session, actor=b.OFFICER, shortlist_no=shortlist_no, person_no="P9", reason="镇党委建议",
                    version=version, now=now,
                )  # fmt: skip


def test_a_waiver_or_check_that_no_longer_counts_stops_the_round(city, actor, now):
    database, shortlist_no = city
    with database.unit_of_work() as session:
        person = a_person(
            person_no="P9", name="样例壬", party_join_date=YOUNG_MEMBER, negative_flags=None, phone="00000000001"
        )
        registration.save_people(session, actor=actor, records=[person], now=now)
        asked = {"person_no": "P9", "vacancy_no": "V1", "now": now}
        waiver = propose_waiver(
            session, actor=b.OFFICER, **asked, rule_id="FS-02", reason="村里急需", document="示组〔2026〕5号"
        )
        sign_waiver(session, actor=b.LEADER, waiver_no=waiver.waiver_no, signed_name="样例署名", now=now)
        record_check(
            session, actor=b.DISCIPLINE, **asked, rule_id="C-03", result="pass", document="示纪〔2026〕9号",
            checked_on=date(2026, 11, 1), valid_until=date(2026, 11, 30),
        )  # fmt: skip
        added = candidacies.add_candidacy(
            session, actor=b.OFFICER, shortlist_no=shortlist_no, person_no="P9", reason="镇党委建议",
            version=b.round_version(session, shortlist_no), now=now,
        )  # fmt: skip
        number, waiver_no = added.candidacy_no, waiver.waiver_no
    with undone(database) as session:
        withdraw_waiver(session, actor=b.LEADER, waiver_no=waiver_no, reason="情况有变", now=now)
        with pytest.raises(Conflict, match=number):
            conclude(session, b.all_of(session, shortlist_no)[-1], now=now)
    with undone(database) as session, pytest.raises(Conflict, match="no longer counts"):
        conclude(session, b.all_of(session, shortlist_no)[-1], now=now + timedelta(days=20))
    with database.unit_of_work() as session:
        conclude(
            session, b.all_of(session, shortlist_no)[-1], ReviewDecision.RESERVE, now=now, reason_codes=("R02",),
            reason="备选",
        )  # fmt: skip
