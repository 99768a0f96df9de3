"""Whatever is registered, edited, decided, merged and parted in whatever order: nothing is lost."""

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from builders import a_person, a_vacancy, a_village, an_actor
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select, update

from matching.vocabulary import PostType, RecordStatus, ReviewDecision
from service.db import Database
from service.errors import Conflict, InvalidInput
from service.models.appointments import Appointment
from service.models.identity import WITH_ABSORBED, Merge
from service.models.name_tokens import NameToken
from service.models.people import Person
from service.models.reviews import Decision
from service.usecases.identity.merge_fields import GROUPS
from service.usecases.identity.merging import merge_people
from service.usecases.identity.parting import undo_merge
from service.usecases.incoming import registration
from service.usecases.workflow import appointments

ACTOR = an_actor()
START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
FIELDS = ("name", "phone", "specialties", "school_major", "employer", "resume")
CONTENT = ("updated_at", *(name for group in GROUPS.values() for name in group))
FACTS = st.fixed_dictionaries(
    {
        "record_status": st.sampled_from((RecordStatus.DRAFT, RecordStatus.VERIFIED, RecordStatus.SUSPENDED)),
        "consent_matching": st.sampled_from((True, False, None)),
        "negative_flags": st.sampled_from(((), ("NG06",), ("NG04",), None)),
        "birth_date": st.sampled_from((date(1990, 5, 1), date(1990, 5, 7), None)),
        "birth_date_is_month": st.booleans(),
        "annual_revenue_wan": st.sampled_from((0.1, 33.3, None)),
        "willing_posts": st.sampled_from((None, (), ("first_secretary",))),
        "home_village_code": st.sampled_from(("239901100201", None)),
    }
)
CAREFUL = {"picks.consent_matching": "consent_matching", "picks.verification": "record_status"}
_CHOSEN_OFTEN = ("consent_matching", "verification") * 10
NUMBERS = ("P1", "P2", "P3", "P4")
TELL = {"execution_options": {WITH_ABSORBED: True}}


class Registry(RuleBasedStateMachine):
    """A registry beside a model that knows what each record and each row is without any merge."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.serial = itertools.count(1)
        self.now = START
        self.records: dict[str, dict[str, Any]] = {}
        self.into: dict[str, tuple[str, int]] = {}  # absorbed -> survivor and merge
        self.decisions: dict[int, tuple[str, str, str]] = {}  # id -> owner, reviewer, decision
        self.posts: dict[int, tuple[str, date]] = {}  # id -> owner, start
        self._clear()
        with self.database.unit_of_work() as session:
            registration.save_villages(session, actor=ACTOR, records=[a_village()], now=self.now)
            registration.save_vacancies(session, actor=ACTOR, records=[a_vacancy()], now=self.now)

    def _clear(self) -> None:
        with self.database.unit_of_work() as session:
            for model in (Merge, Decision, Appointment, NameToken):
                session.execute(model.__table__.delete())
            session.execute(update(Person).values(merged_into_id=None), **TELL)
            session.execute(Person.__table__.delete())

    def _moment(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    def _word(self, field: str) -> str:
        place = next(self.serial)
        return f"000{place:08}" if field == "phone" else f"{field}{place}"

    def _root(self, number: str) -> str:
        while number in self.into:
            number = self.into[number][0]
        return number

    def _standing(self) -> list[str]:
        return [number for number in self.records if number not in self.into]

    def _content(self, number: str) -> dict[str, Any]:
        with self.database.reading() as session:
            person = session.scalars(select(Person).where(Person.person_no == number), **TELL).one()
            return {name: getattr(person, name) for name in CONTENT}

    @precondition(lambda self: len(self.records) < len(NUMBERS))
    @rule(known=st.sets(st.sampled_from(FIELDS)), facts=FACTS)
    def register(self, known: set[str], facts: dict[str, Any]) -> None:
        number = NUMBERS[len(self.records)]
        record = {field: self._word(field) if field in known or field == "name" else None for field in FIELDS}
        record |= facts
        with self.database.unit_of_work() as session:
            registration.save_people(
                session, actor=ACTOR, records=[a_person(person_no=number, **record)], now=self._moment()
            )
        self.records[number] = self._content(number)

    @precondition(lambda self: self.records)
    @rule(data=st.data(), field=st.sampled_from(FIELDS))
    def edit(self, data: st.DataObject, field: str) -> None:
        asked = data.draw(st.sampled_from(sorted(self.records)))
        number, value = self._root(asked), self._word(field)
        before = self._content(number)
        with self.database.unit_of_work() as session:  # a file may still have the old number
            registration.save_people(
                session, actor=ACTOR, records=[{"person_no": asked, field: value}], now=self._moment()
            )
        after = self._content(number)
        # An edit may also take a verification back; the whole of it is then the later word.
        changed = {name for name in CONTENT if before[name] != after[name]}
        changed |= set(GROUPS["verification"]) if changed & set(GROUPS["verification"]) else set()
        self.records[number] |= {name: after[name] for name in changed}

    @precondition(lambda self: self.records)
    @rule(data=st.data(), reviewer=st.sampled_from(("R1", "R2")), decision=st.sampled_from(("recommend", "reserve")))
    def decide(self, data: st.DataObject, reviewer: str, decision: str) -> None:
        asked = data.draw(st.sampled_from(sorted(self.records)))
        number = self._root(asked)
        record = {"vacancy_no": "V1", "person_no": asked, "reviewer_no": reviewer, "decision": ReviewDecision(decision)}
        with self.database.unit_of_work() as session:
            registration.save_decisions(session, actor=ACTOR, records=[record], now=self._moment())
            found = session.scalars(
                select(Decision)
                .join(Person, Person.id == Decision.person_id)
                .where(Person.person_no == number, Decision.reviewer_no == reviewer)
            ).one()
            owner = self.decisions[found.id][0] if found.id in self.decisions else number
            self.decisions[found.id] = (owner, reviewer, decision)

    @precondition(lambda self: self.records)
    @rule(data=st.data(), month=st.integers(1, 3))
    def appoint(self, data: st.DataObject, month: int) -> None:
        number = self._root(data.draw(st.sampled_from(sorted(self.records))))
        record = {"person_no": number, "village_code": "239901100201", "post_type": PostType.FIRST_SECRETARY,
                  "started_on": date(2026, month, 1)}  # fmt: skip
        with self.database.unit_of_work() as session:
            appointments.save_appointments(session, actor=ACTOR, records=[record], now=self._moment())
            newest = max(session.scalars(select(Appointment.id)))
        self.posts[newest] = (number, date(2026, month, 1))

    @precondition(lambda self: len(self._standing()) > 1)
    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        survivor, absorbed = data.draw(st.permutations(sorted(self._standing())))[:2]
        sides = st.sampled_from(("survivor", "absorbed"))
        picked = st.sampled_from((*sorted(GROUPS), *_CHOSEN_OFTEN))
        groups = data.draw(st.dictionaries(picked, sides, max_size=6))
        kept, other = self._content(survivor), self._content(absorbed)
        try:
            with self.database.unit_of_work() as session:
                done = merge_people(
                    session, actor=ACTOR, survivor_no=survivor, absorbed_no=absorbed, picks=groups, now=self._moment()
                )
        except InvalidInput as refused:  # who picks by chance may also pick what would drop something
            (group,) = refused.fields
            assert {kept[CAREFUL[group]], other[CAREFUL[group]]} & {False, RecordStatus.SUSPENDED}
            return
        self.into[absorbed] = (survivor, done.merge.id)
        merged = self._content(survivor)
        for name, weightier in (("consent_matching", False), ("record_status", RecordStatus.SUSPENDED)):
            assert (merged[name] is weightier) is (weightier in (kept[name], other[name]))

    @precondition(lambda self: self.into)
    @rule(data=st.data())
    def part(self, data: st.DataObject) -> None:
        absorbed = data.draw(st.sampled_from(sorted(self.into)))
        survivor, merge_id = self.into[absorbed]
        if survivor in self.into:
            first = self.into[survivor][1]
            with self.database.unit_of_work() as session, pytest.raises(Conflict) as refused:
                undo_merge(session, actor=ACTOR, merge_id=merge_id, now=self._moment())
            assert refused.value.value == str(first)
            return
        with self.database.unit_of_work() as session:
            undo_merge(session, actor=ACTOR, merge_id=merge_id, now=self._moment())
        del self.into[absorbed]

    @invariant()
    def only_standing_records_are_seen(self) -> None:
        with self.database.reading() as session:
            assert sorted(session.scalars(select(Person.person_no))) == sorted(self._standing())

    @invariant()
    def every_row_is_at_its_own_record_or_follows_to_the_survivor(self) -> None:
        with self.database.reading() as session:
            number_of = {row.id: row.person_no for row in session.execute(select(Person.id, Person.person_no), **TELL)}
            rows = {row.id: number_of[row.person_id] for row in session.scalars(select(Decision))}
            seen = {(number_of[row.person_id], row.reviewer_no) for row in session.scalars(select(Decision))}
            assert rows.keys() == self.decisions.keys()
            for row_id, at in rows.items():
                owner, reviewer, _ = self.decisions[row_id]
                assert at == self._root(owner) or (self._root(owner), reviewer) in seen
            assert {row.id for row in session.scalars(select(Appointment))} == self.posts.keys()

    def teardown(self) -> None:
        """Part everything, in an order that is allowed, and find each record as if nothing had been merged."""
        while self.into:
            absorbed = next(number for number in self.into if self.into[number][0] not in self.into)
            with self.database.unit_of_work() as session:
                undo_merge(session, actor=ACTOR, merge_id=self.into[absorbed][1], now=self._moment())
            del self.into[absorbed]
        with self.database.reading() as session:
            people = {person.person_no: person for person in session.scalars(select(Person))}
            assert people.keys() == self.records.keys()
            for number, record in self.records.items():
                assert self._content(number) == record
            found = session.scalars(select(Decision))
            assert {row.id: (row.person_id, row.reviewer_no, row.decision.value) for row in found} == {
                row_id: (people[owner].id, *rest) for row_id, (owner, *rest) in self.decisions.items()
            }
            assert {row.id: (row.person_id, row.started_on) for row in session.scalars(select(Appointment))} == {
                row_id: (people[owner].id, start) for row_id, (owner, start) in self.posts.items()
            }
        self._clear()


def _prove(database: Database, *, n_examples: int, n_steps: int) -> None:
    machine = type("RegistryOf", (Registry,), {"database": database})
    run_state_machine_as_test(
        machine,
        settings=hypothesis_settings(
            max_examples=n_examples, stateful_step_count=n_steps, deadline=None, print_blob=True
        ),
    )


def test_nothing_is_lost_in_any_order_of_merges(database: Database) -> None:
    _prove(database, n_examples=8, n_steps=14)


@pytest.mark.prove
def test_nothing_is_lost_in_any_order_of_merges_at_length(any_database: Database) -> None:
    _prove(any_database, n_examples=150, n_steps=30)
