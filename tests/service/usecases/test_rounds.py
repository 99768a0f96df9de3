"""Rounds: from a frozen list over opinions and conclusions to a signed decision; nothing without a named human."""

import builders_workflow as b
import pytest
from builders import a_person
from sqlalchemy import select

from matching.vocabulary import ReviewDecision, VacancyStatus
from service.errors import Conflict, Forbidden, InvalidInput, VersionConflict
from service.models.audit import AuditEntry
from service.models.moves import Move, Vote
from service.models.reviews import Decision
from service.models.shortlists import Shortlist, ShortlistEntry
from service.models.vacancies import Vacancy
from service.usecases.incoming import registration
from service.usecases.workflow import candidacies, reviewing, rounds
from service.usecases.workflow.move_histories import moves_of
from service.usecases.workflow.round_records import round_of


@pytest.fixture
def reviewed(database, actor, now):
    """A list of four under review, nobody concluded on."""
    with database.unit_of_work() as session:
        shortlist_no = b.register_city(session, actor=actor, now=now)
        b.start_review(session, shortlist_no, now=now)
    return database, shortlist_no


def decide(session, shortlist_no, chosen, *, now, votes=None, **more):
    version = b.round_version(session, shortlist_no)
    what = {**b.DECISION, "votes": {**b.DECISION["votes"], **(votes or {})}, "chosen": chosen}
    asked = b.asked("decided", version, more=what, **more)
    return rounds.move_shortlist(session, actor=b.LEADER, shortlist_no=shortlist_no, asked=asked, now=now)


def lead(session, one, stage, *, now):
    asked = b.asked(stage, one.version)
    return candidacies.move_candidacy(session, actor=b.OFFICER, candidacy_no=one.candidacy_no, asked=asked, now=now)


def undo(session, one, actor, *, now):
    return reviewing.undo_review(
        session, actor=actor, candidacy_no=one.candidacy_no, is_conclusion=True, version=one.version, now=now
    )


def test_a_list_becomes_a_decision_with_everybody_named(any_database, actor, now):
    with any_database.unit_of_work() as session:
        shortlist_no = b.register_city(session, actor=actor, now=now)
        found = b.start_review(session, shortlist_no, now=now)
        b.conclude_all(session, found, now=now)
        b.proposed(session, shortlist_no, now=now)
        b.lead_to(session, found[0], "discipline_opinion", now=now)
        decide(session, shortlist_no, [found[0].candidacy_no], now=now)
    with any_database.reading() as session:
        shortlist = session.scalars(select(Shortlist)).one()
        told = [(m.from_state, m.to_state, m.username, m.role) for m in moves_of(session, "shortlist", shortlist.id)]
        assert told == [
            (None, "requested", "officer", "org_dept_officer"),
            ("requested", "generated", "system", "system"),
            ("generated", "under_review", "officer", "org_dept_officer"),
            ("under_review", "proposed", "second", "org_dept_officer"),
            ("proposed", "decided", "leader", "org_dept_leader"),
        ]
        signed = {
            m.to_state: m.signed_name for m in session.scalars(select(Move)) if m.to_state in {"proposed", "decided"}
        }
        assert signed == {"proposed": "样例署名", "decided": "样例署名"}
        vote = session.scalars(select(Vote)).one()
        assert (vote.n_entitled, vote.n_present, vote.n_for, vote.n_against, vote.n_abstained) == (9, 8, 7, 1, 0)
        assert [c.state for c in b.all_of(session, shortlist_no)] == ["decided", "reviewed", "reviewed", "reviewed"]
        assert session.scalars(select(Vacancy)).one().vacancy_status is VacancyStatus.SHORTLISTING
        actions = set(session.scalars(select(AuditEntry.action)))
        assert {"move_shortlist", "move_candidacy", "conclude_review", "record_signature"} <= actions


def test_the_frozen_list_never_changes_whatever_its_round_does(reviewed, now):
    database, shortlist_no = reviewed

    def frozen(session):
        rows = [session.execute(select(t.__table__)).all() for t in (Shortlist, ShortlistEntry)]
        return [tuple(row) for part in rows for row in part]

    with database.unit_of_work() as session:
        before = frozen(session)
        b.conclude_all(session, b.all_of(session, shortlist_no), now=now)
        b.proposed(session, shortlist_no, now=now)
    with database.reading() as session:
        assert frozen(session) == before


def test_who_requested_the_list_cannot_propose_it(reviewed, now):
    database, shortlist_no = reviewed
    with database.unit_of_work() as session:
        b.conclude_all(session, b.all_of(session, shortlist_no), now=now)
        asked = b.asked("proposed", b.round_version(session, shortlist_no))
        with pytest.raises(Forbidden, match="Who requested it"):
            rounds.move_shortlist(session, actor=b.OFFICER, shortlist_no=shortlist_no, asked=asked, now=now)


def test_a_proposal_is_signed(reviewed, now):
    database, shortlist_no = reviewed
    with database.unit_of_work() as session:
        b.conclude_all(session, b.all_of(session, shortlist_no), now=now)
        asked = b.asked("proposed", b.round_version(session, shortlist_no), signed_name="  ")
        with pytest.raises(InvalidInput) as refused:
            rounds.move_shortlist(session, actor=b.SECOND, shortlist_no=shortlist_no, asked=asked, now=now)
    assert refused.value.place == "signed_name"


def test_nothing_is_proposed_while_somebody_is_not_concluded_on(reviewed, now):
    database, shortlist_no = reviewed
    with database.unit_of_work() as session:
        b.conclude_all(session, b.all_of(session, shortlist_no)[:2], now=now)
        with pytest.raises(Conflict, match="2 candidacies have no conclusion"):
            b.proposed(session, shortlist_no, now=now)


def test_too_few_candidates_need_a_written_reason(reviewed, now):
    database, shortlist_no = reviewed
    with database.unit_of_work() as session:
        b.conclude_all(session, b.all_of(session, shortlist_no), now=now, n_recommended=1)
        with pytest.raises(InvalidInput, match="2 are asked for"):
            b.proposed(session, shortlist_no, now=now)
        asked = b.asked("proposed", b.round_version(session, shortlist_no), reason="本村仅一人符合")
        moved = rounds.move_shortlist(session, actor=b.SECOND, shortlist_no=shortlist_no, asked=asked, now=now)
        assert moved.reason == "本村仅一人符合"


def test_nobody_is_decided_on_who_skipped_a_stage_or_a_signature(reviewed, now):
    database, shortlist_no = reviewed
    with database.unit_of_work() as session:
        found = b.all_of(session, shortlist_no)
        b.conclude_all(session, found, now=now)
        b.proposed(session, shortlist_no, now=now)
    refused = pytest.raises(Conflict, match="is in the state 'reviewed' and does not lead to 'decided'")
    with refused, database.unit_of_work() as session:
        decide(session, shortlist_no, [found[0].candidacy_no], now=now)
    with database.unit_of_work() as session:
        one = b.all_of(session, shortlist_no)[0]
        lead(session, one, "willingness_asked", now=now)
        with pytest.raises(Conflict, match="'unit asked' comes next"):
            lead(session, one, "recommended", now=now)
        with pytest.raises(Conflict, match="lacks signatures: the person agrees"):
            lead(session, one, "unit_asked", now=now)


def test_a_decision_on_nobody_needs_a_reason_and_closes_the_round(reviewed, now):
    database, shortlist_no = reviewed
    with database.unit_of_work() as session:
        b.conclude_all(session, b.all_of(session, shortlist_no), now=now)
        b.proposed(session, shortlist_no, now=now)
        with pytest.raises(InvalidInput, match="needs a reason"):
            decide(session, shortlist_no, [], now=now)
        decide(session, shortlist_no, [], now=now, reason="条件不成熟，暂缓")
        assert round_of(session, session.scalars(select(Shortlist)).one()).state == "closed"


def test_several_reviewers_have_their_own_opinions_and_the_office_concludes(reviewed, now):
    database, shortlist_no = reviewed
    with database.unit_of_work() as session:
        one = b.all_of(session, shortlist_no)[0]
        said = ((b.OFFICER, ReviewDecision.RECOMMEND), (b.SECOND, ReviewDecision.RESERVE))
        for actor, decision in said:
            reviewing.give_opinion(
                session, actor=actor, candidacy_no=one.candidacy_no, decision=decision, version=one.version, now=now
            )
        assert (one.state, [o.decision for o in one.standing_opinions]) == ("suggested", [d for _, d in said])
        reviewing.conclude(
            session, actor=b.OFFICER, candidacy_no=one.candidacy_no, decision=ReviewDecision.RECOMMEND,
            version=one.version, now=now,
        )  # fmt: skip
        assert (one.state, one.conclusion) == ("reviewed", ReviewDecision.RECOMMEND)
        labels = {d.reviewer_no: d for d in session.scalars(select(Decision))}
        assert {no: (d.decision, d.shown_rank) for no, d in labels.items()} == {
            "R11": (ReviewDecision.RECOMMEND, 1),
            "R12": (ReviewDecision.RESERVE, 1),
            "office": (ReviewDecision.RECOMMEND, 1),
        }
        assert all(d.shortlist_id == one.shortlist_id and d.card_version for d in labels.values())


def test_conclusions_are_undone_to_any_depth_and_every_undo_is_on_record(reviewed, now):
    database, shortlist_no = reviewed
    said = [(ReviewDecision.RECOMMEND, ()), (ReviewDecision.NEED_INFO, ()), (ReviewDecision.NOT_SUITABLE, ("R03",))]
    with database.unit_of_work() as session:
        one = b.all_of(session, shortlist_no)[0]
        for decision, codes in said:
            reviewing.conclude(
                session, actor=b.OFFICER, candidacy_no=one.candidacy_no, decision=decision, reason_codes=codes,
                version=one.version, now=now,
            )  # fmt: skip
        stood = []
        for _ in said:
            undo(session, one, b.SECOND, now=now)
            labels = session.scalars(select(Decision)).all()
            stood.append((one.state, one.conclusion, [d.decision for d in labels]))
        assert stood == [
            ("reviewed", ReviewDecision.NEED_INFO, [ReviewDecision.NEED_INFO]),
            ("reviewed", ReviewDecision.RECOMMEND, [ReviewDecision.RECOMMEND]),
            ("suggested", None, []),
        ]
        assert [(o.undone_by, o.undone_at) for o in one.opinions] == [("second", now)] * 3
        with pytest.raises(Conflict, match="nothing to take back"):
            undo(session, one, b.SECOND, now=now)
    with database.reading() as session:
        undone = session.scalars(select(AuditEntry).where(AuditEntry.action == "undo_review")).all()
        assert len(undone) == len(said)


def test_once_proposed_nothing_is_taken_back(reviewed, now):
    database, shortlist_no = reviewed
    with database.unit_of_work() as session:
        b.conclude_all(session, b.all_of(session, shortlist_no), now=now)
        b.proposed(session, shortlist_no, now=now)
        one = b.all_of(session, shortlist_no)[0]
        with pytest.raises(Conflict, match="no longer under review"):
            undo(session, one, b.OFFICER, now=now)


def test_a_returned_list_keeps_the_whole_depth_of_undo_and_takes_nothing_new(reviewed, now):
    database, shortlist_no = reviewed
    with database.unit_of_work() as session:
        for n_recommended in (2, 3):
            b.conclude_all(session, b.all_of(session, shortlist_no), now=now, n_recommended=n_recommended)
        b.proposed(session, shortlist_no, now=now)
        returned = b.asked("returned", b.round_version(session, shortlist_no), reason="另议")
        rounds.move_shortlist(session, actor=b.LEADER, shortlist_no=shortlist_no, asked=returned, now=now)
        for one in b.all_of(session, shortlist_no):
            undo(session, one, b.OFFICER, now=now)
            assert one.conclusion is not None
            undo(session, one, b.SECOND, now=now)
            assert (one.conclusion, one.state) == (None, "suggested")
        assert session.scalars(select(Decision)).all() == []  # no card learns from what was taken back
        with pytest.raises(Conflict, match="no longer under review"):
            b.conclude_all(session, b.all_of(session, shortlist_no), now=now)


def test_not_suitable_never_goes_unexplained(reviewed, now):
    database, shortlist_no = reviewed
    with database.unit_of_work() as session:
        one = b.all_of(session, shortlist_no)[0]
        for codes, reason, place in (
            ((), None, "reason_codes"),
            (("R09",), None, "reason"),
            (("R77",), "x", "reason_codes"),
        ):
            with pytest.raises(InvalidInput) as refused:
                reviewing.give_opinion(
                    session, actor=b.OFFICER, candidacy_no=one.candidacy_no, decision=ReviewDecision.NOT_SUITABLE,
                    reason_codes=codes, reason=reason, version=one.version, now=now,
                )  # fmt: skip
            assert refused.value.place == place


def test_a_conflict_says_who_changed_what_since(reviewed, now):
    database, shortlist_no = reviewed
    with database.unit_of_work() as session:
        one = b.all_of(session, shortlist_no)[0]
        seen = one.version
        reviewing.give_opinion(
            session,
            actor=b.SECOND,
            candidacy_no=one.candidacy_no,
            decision=ReviewDecision.RESERVE,
            version=seen,
            now=now,
        )
        with pytest.raises(VersionConflict, match="changed by second") as refused:
            reviewing.give_opinion(
                session, actor=b.OFFICER, candidacy_no=one.candidacy_no, decision=ReviewDecision.RECOMMEND,
                version=seen, now=now,
            )  # fmt: skip
    (change,) = refused.value.changes
    assert (change.username, change.role, change.at) == ("second", "org_dept_officer", now)
    assert change.fields == {"opinion": (None, "reserve")}


def test_a_person_is_added_by_hand_with_a_reason_only_once(reviewed, actor, now):
    database, shortlist_no = reviewed
    with database.unit_of_work() as session:
        registration.save_people(session, actor=actor, records=[a_person(person_no="P9", name="样例壬")], now=now)

        def add(reason, person_no="P9"):
            return candidacies.add_candidacy(
                session, actor=b.OFFICER, shortlist_no=shortlist_no, person_no=person_no, reason=reason,
                version=b.round_version(session, shortlist_no), now=now,
            )  # fmt: skip

        with pytest.raises(InvalidInput, match="needs a reason"):
            add(" ")
        made = add("镇党委建议")
        assert (made.state, made.shown_rank, made.added_by, made.added_reason) == (
            "added_manually", None, "officer", "镇党委建议",
        )  # fmt: skip
        with pytest.raises(Conflict, match="already"):
            add("再次")
        with pytest.raises(Conflict, match="already"):
            add("在名单上", "P1")
