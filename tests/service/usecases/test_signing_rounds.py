"""Who signs, who records a signature, who decides, and on which days; nobody does all of it."""

from datetime import timedelta

import builders_workflow as b
import pytest

from service.access import EVERYWHERE, Actor, Role
from service.db import allocate_ids
from service.errors import Forbidden, InvalidInput
from service.models.candidacies import Signature
from service.usecases.days import day_of
from service.usecases.workflow import candidacies, rounds


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


def record(session, one, signatory, *, now, actor=b.OFFICER, signed_on=None):
    return candidacies.record_signature(
        session, actor=actor, candidacy_no=one.candidacy_no, signatory=signatory, signed_name="样例署名",
        document="示村〔2026〕3号", signed_on=signed_on or day_of(now), version=one.version, now=now,
    )  # fmt: skip


def test_nobody_decides_on_the_list_that_they_proposed(reviewed, now):
    database, shortlist_no = reviewed
    both = Actor("second", frozenset({Role.OFFICER, Role.LEADER}), EVERYWHERE, holder_name="样例署名")
    with database.unit_of_work() as session:
        b.conclude_all(session, b.all_of(session, shortlist_no), now=now)
        b.proposed(session, shortlist_no, now=now)
        asked = b.asked("decided", b.round_version(session, shortlist_no), more=b.DECISION, reason="暂缓")
        with pytest.raises(Forbidden, match="proposed it"):
            rounds.move_shortlist(session, actor=both, shortlist_no=shortlist_no, asked=asked, now=now)


@pytest.mark.parametrize("n_days", [-1, 3])
def test_a_meeting_lies_between_the_proposal_and_today(reviewed, now, n_days):
    database, shortlist_no = reviewed
    with database.unit_of_work() as session:
        b.conclude_all(session, b.all_of(session, shortlist_no), now=now)
        b.proposed(session, shortlist_no, now=now)
        day = {"held_on": day_of(now) + timedelta(days=n_days)}
        with pytest.raises(InvalidInput, match="between the proposal"):
            decide(session, shortlist_no, [], votes=day, reason="暂缓", now=now + timedelta(days=2))


OTHERS = {"person": b.TOWNSHIP, "township_committee": b.OFFICER, "org_dept_leader": b.OFFICER}


@pytest.mark.parametrize("signatory", OTHERS)
def test_a_signature_is_recorded_by_whom_the_declaration_names_and_the_leaders_by_nobody(reviewed, now, signatory):
    database, shortlist_no = reviewed
    with database.unit_of_work() as session:
        one = b.all_of(session, shortlist_no)[0]
        with pytest.raises(Forbidden, match="may not record"):
            record(session, one, signatory, actor=OTHERS[signatory], now=now)


@pytest.mark.parametrize("n_days", [-1, 1])
def test_a_signature_lies_between_the_list_and_today(reviewed, now, n_days):
    database, shortlist_no = reviewed
    with database.unit_of_work() as session:
        one = b.all_of(session, shortlist_no)[0]
        with pytest.raises(InvalidInput, match="between the day of the list"):
            record(session, one, "person", signed_on=day_of(now) + timedelta(days=n_days), now=now)


def test_the_leaders_signature_is_that_of_the_decision_whatever_was_recorded_before(reviewed, now):
    database, shortlist_no = reviewed
    with database.unit_of_work() as session:
        found = b.all_of(session, shortlist_no)
        b.conclude_all(session, found, now=now)
        b.proposed(session, shortlist_no, now=now)
        b.lead_to(session, found[0], "discipline_opinion", now=now)
        (row_id,) = allocate_ids(session, Signature.__tablename__)
        forged = Signature(
            id=row_id, candidacy_id=found[0].id, signatory="org_dept_leader", document="无", signed_on=day_of(now),
            recorded_by="officer", version=1, at=now,
        )  # fmt: skip
        session.add(forged)
        forged.signed_name = "假名"
        session.flush()
        session.expire(found[0], ["signatures"])
        decide(session, shortlist_no, [found[0].candidacy_no], now=now)
        (signed,) = [one for one in found[0].signatures if one.signatory == "org_dept_leader"]
        assert (signed.signed_name, signed.recorded_by, signed.document) == ("样例署名", "leader", "示组〔2026〕7号")
