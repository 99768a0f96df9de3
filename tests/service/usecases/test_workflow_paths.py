"""S11, over all paths: no list becomes a decision without named humans' signatures and stored reasons.

Random people of an office, each with one role, try every step in any order and with every kind of carelessness. What
must never be seen afterwards is written as invariants over what the database then holds.
"""

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import builders_workflow as b
import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from workflow_laws import check_laws

from matching.vocabulary import ReviewDecision, Stage, Verdict
from service.access import Role
from service.errors import ServiceError
from service.installation import open_database
from service.models.candidacies import Candidacy, Round
from service.models.people import Person
from service.models.shortlists import Shortlist
from service.models.vacancies import Vacancy
from service.queries.rulebooks import rulebook_in_force
from service.settings import Settings
from service.usecases.lists.explanations import explain_person
from service.usecases.records import record_moves, vacancy_moves
from service.usecases.workflow import appointing, candidacies, reviewing, rounds
from service.usecases.workflow.round_guards import candidacies_of
from service.workflow import workflow_in_force

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PEOPLE = {
    "officer": b.OFFICER,  # who requested the list
    "second": b.SECOND,
    "leader": b.LEADER,
    "discipline": b.DISCIPLINE,
    "township": b.TOWNSHIP,
    "auditor": b.acting(Role.AUDITOR, "auditor"),
    "village": b.acting(Role.VILLAGE, "village"),
}
PLACE = st.integers(0, 2)
WHO = st.sampled_from(sorted(PEOPLE))
LED = st.sampled_from([(0,), (0,), (1,), (0, 1)])  # whom the right way leads on, and decides on
SIGNED = st.sampled_from(["样例署名", "样例署名", None, "  "])
REASONS = st.sampled_from([((), None), ((), None), (("R02",), None), (("R02",), "更熟悉产业"), (("R09",), None)])
REACHED: set[str] = set()
STAGES = [*dict.fromkeys(one.target for one in workflow_in_force().machines["candidacy"].transitions)]


class Office(RuleBasedStateMachine):
    """An office that tries everything."""

    template: Path
    open_rules: dict[str, dict[str, Stage]]

    @initialize(leads=LED, n_begun=st.integers(0, 12))
    def set_up(self, leads, n_begun):
        self.leads = leads
        self.directory = Path(tempfile.mkdtemp(dir=self.template.parent))  # in memory, where pytest is told so
        shutil.copytree(self.template, self.directory, dirs_exist_ok=True)
        url = f"sqlite:///{self.directory / 'talentpool.db'}"
        self.database = open_database(Settings(database_url=url, key_file=self.directory / "talentpool.key"))
        self.shortlist_no = "S2026-000001"
        self.accepted = self.checked = 0
        for _ in range(n_begun):  # begin anywhere on the right way: the far end is reached by few walks alone
            self.attempt(lambda session: _next_step(session, self.shortlist_no, leads=leads))

    def teardown(self):
        if hasattr(self, "database"):
            self.database.dispose()
            shutil.rmtree(self.directory)

    def attempt(self, act):
        """Try something in one transaction; a refusal leaves nothing behind."""
        try:
            with self.database.unit_of_work() as session:
                act(session)
            self.accepted += 1
        except ServiceError:
            pass

    def candidacy(self, session, place):
        found = session.scalars(select(Candidacy).order_by(Candidacy.id)).all()
        return found[place] if place < len(found) else None

    @rule(
        who=WHO,
        to=st.sampled_from(["under_review", "proposed", "decided", "returned", "closed", "generated"]),
        signed=SIGNED,
        said=REASONS,
        n_for=st.integers(3, 8),
        chosen=st.sets(PLACE),
    )
    def move_the_list(self, who, to, signed, said, n_for, chosen):
        def act(session):
            numbers = [one.candidacy_no for place in sorted(chosen) if (one := self.candidacy(session, place))]
            votes = {**b.DECISION["votes"], "n_for": n_for, "n_against": 8 - n_for}
            version = b.round_version(session, self.shortlist_no)
            asked = b.asked(
                to, version, signed_name=signed, reason_codes=said[0], reason=said[1],
                more={"votes": votes, "chosen": numbers},
            )  # fmt: skip
            rounds.move_shortlist(session, actor=PEOPLE[who], shortlist_no=self.shortlist_no, asked=asked, now=NOW)

        self.attempt(act)

    @rule(
        who=WHO | st.just("officer"),
        place=PLACE,
        decision=st.sampled_from(ReviewDecision),
        said=REASONS,
        document=st.sampled_from([None, "示组〔2026〕8号"]),
        is_office=st.booleans(),
    )
    def say_something(self, who, place, decision, said, document, is_office):
        def act(session):
            one = self.candidacy(session, place)
            if one is not None:
                say = reviewing.conclude if is_office else reviewing.give_opinion
                say(session, actor=PEOPLE[who], candidacy_no=one.candidacy_no, decision=decision, reason_codes=said[0],
                    reason=said[1], document=document, version=one.version, now=NOW)  # fmt: skip

        self.attempt(act)

    @rule(who=WHO, place=PLACE, is_office=st.booleans())
    def take_back(self, who, place, is_office):
        def act(session):
            one = self.candidacy(session, place)
            if one is not None:
                reviewing.undo_review(
                    session, actor=PEOPLE[who], candidacy_no=one.candidacy_no, is_conclusion=is_office,
                    version=one.version, now=NOW,
                )  # fmt: skip

        self.attempt(act)

    @rule(who=WHO, place=PLACE, stage=st.sampled_from(STAGES), signed=SIGNED)
    def lead_on(self, who, place, stage, signed):
        def act(session):
            one = self.candidacy(session, place)
            if one is not None:
                asked = b.asked(stage, one.version, signed_name=signed, reason="经研究", reason_codes=("R04",))
                candidacies.move_candidacy(
                    session, actor=PEOPLE[who], candidacy_no=one.candidacy_no, asked=asked, now=NOW
                )

        self.attempt(act)

    @rule(who=WHO, place=PLACE)
    def make_public(self, who, place):
        def act(session):
            one = self.candidacy(session, place)
            if one is not None:
                appointing.begin_appointment(
                    session, actor=PEOPLE[who], candidacy_no=one.candidacy_no, version=one.version,
                    office="示范县委组织部", office_phone="0000-1234567", now=NOW,
                )  # fmt: skip

        self.attempt(act)

    @rule(who=WHO, place=PLACE, to=st.sampled_from(["suspended", "verified", "archived"]), signed=SIGNED)
    def move_the_record(self, who, place, to, signed):
        def act(session):
            person = session.scalars(select(Person).order_by(Person.id)).all()[place]
            asked = b.asked(to, person.version, signed_name=signed, reason="有待核实的情况")
            record_moves.move_record(session, actor=PEOPLE[who], person_no=person.person_no, asked=asked, now=NOW)

        self.attempt(act)

    @rule(who=WHO, place=PLACE)
    def settle_what_is_open(self, who, place):
        def act(session):
            one = self.candidacy(session, place)
            if one is not None:
                b.settle_rules(session, [one], actor=PEOPLE[who], now=NOW)

        self.attempt(act)

    @rule(
        who=st.sampled_from(["leader", "auditor", "officer", "township"]),
        reason=st.sampled_from([None, "村情有变", "村情有变"]),
    )
    def cancel_the_vacancy(self, who, reason):
        def act(session):
            vacancy = session.scalars(select(Vacancy)).one()
            asked = b.asked("cancelled", vacancy.version, reason=reason)
            vacancy_moves.move_vacancy(session, actor=PEOPLE[who], vacancy_no="V1", asked=asked, now=NOW)

        self.attempt(act)

    @rule(n_steps=st.integers(1, 6), settles=st.booleans())
    def go_the_right_way(self, n_steps, settles):
        """Take the next right steps, so that the far end is reached as well; rules that are due may be forgotten."""
        for _ in range(n_steps):
            self.attempt(lambda session: _next_step(session, self.shortlist_no, settles=settles, leads=self.leads))

    @rule(who=st.none() | WHO, signed=SIGNED, hurries=st.booleans())
    def go_almost_the_right_way(self, who, signed, hurries):
        """Take the next step, but with somebody else, or unsigned, or before its time."""
        almost = {"who": PEOPLE.get(who), "signed": signed, "hurries": hurries, "leads": self.leads}
        self.attempt(lambda session: _next_step(session, self.shortlist_no, **almost))

    @invariant()
    def nothing_improper_is_on_record(self):
        if hasattr(self, "database") and self.checked != self.accepted:
            self.checked = self.accepted
            with self.database.reading() as session:
                REACHED.add(check_laws(session, open_rules=self.open_rules))


def _next_step(session, shortlist_no, *, who=None, signed="样例署名", hurries=False, settles=True, leads=(0,)):
    shortlist = session.scalars(select(Shortlist)).one()
    state = session.get_one(Round, shortlist.id).state
    version = b.round_version(session, shortlist_no)
    found = candidacies_of(session, shortlist.id)
    open_ones = [one for one in found if one.conclusion is None]

    def lead(to, actor, more=None):
        asked = b.asked(to, version, signed_name=signed, more=more or {})
        rounds.move_shortlist(session, actor=who or actor, shortlist_no=shortlist_no, asked=asked, now=NOW)

    if state == "generated":
        lead("under_review", b.OFFICER)
    elif state == "under_review" and open_ones and not hurries:
        b.conclude_all(session, open_ones, now=NOW, n_recommended=len(open_ones))
    elif state == "under_review":
        if settles and not hurries:
            b.settle_rules(session, found, now=NOW)
        lead("proposed", b.SECOND)
    elif state == "proposed":
        led = [found[place] for place in leads]
        if hurries or not any(_lead_on(session, one, who=who, signed=signed) for one in led):
            lead("decided", b.LEADER, {**b.DECISION, "chosen": [one.candidacy_no for one in led]})


def _lead_on(session, first, *, who, signed):
    """Lead a candidacy to its next stage; return whether there was one before the decision."""
    path = ["reviewed", "willingness_asked", "unit_asked", "joint_checked", "discipline_opinion"]
    if first.state not in path[:-1]:
        return False
    stage = path[path.index(first.state) + 1]
    signatory = {"unit_asked": "person", "joint_checked": "sending_unit", "discipline_opinion": "township_committee"}
    if signatory.get(stage, "none") not in {"none", *(one.signatory for one in first.signatures)}:
        b.sign(session, first, signatory[stage], now=NOW)
    actor = who or (b.DISCIPLINE if stage == "discipline_opinion" else b.OFFICER)
    asked = b.asked(stage, first.version, signed_name=signed)
    candidacies.move_candidacy(session, actor=actor, candidacy_no=first.candidacy_no, asked=asked, now=NOW)
    return True


@pytest.fixture(scope="module")
def template(migrated_directory, tmp_path_factory):
    """A directory with a list that was just made for three people."""
    directory = tmp_path_factory.mktemp("office")
    shutil.copytree(migrated_directory, directory, dirs_exist_ok=True)
    url = f"sqlite:///{directory / 'talentpool.db'}"
    database = open_database(Settings(database_url=url, key_file=directory / "talentpool.key"))
    with database.unit_of_work() as session:
        b.register_city(session, actor=b.acting(Role.OFFICER, "x"), now=NOW, n_people=3)
        Office.open_rules = {number: _open_rules(session, number) for number in ("P1", "P2", "P3")}
    database.dispose()
    return directory


def _open_rules(session, person_no):
    told = explain_person(session, actor=b.OFFICER, vacancy_no="V1", person_no=person_no, now=NOW)
    stages = {rule.id: rule.stage for rule in rulebook_in_force(session).all_rules()}
    return {one.rule_id: stages[one.rule_id] for one in told.outcomes if one.verdict is Verdict.TO_VERIFY}


def test_no_path_leads_to_a_decision_without_named_humans_and_reasons(template):
    Office.template = template
    steps = hypothesis_settings(max_examples=3, stateful_step_count=15)
    run_state_machine_as_test(Office, settings=steps)


@pytest.mark.prove
def test_no_path_leads_to_a_decision_without_named_humans_and_reasons_at_length(template):
    Office.template = template
    run_state_machine_as_test(Office, settings=hypothesis_settings(max_examples=40, stateful_step_count=40))
    assert {"under_review", "proposed", "decided"} <= REACHED | {"decided" for one in REACHED if one == "closed"}
