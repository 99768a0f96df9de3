"""What a rule finds due at the nomination or at the decision holds the list up until it is verified or waived."""

import builders_workflow as b
import pytest
from builders import an_actor

from matching.vocabulary import ReviewDecision
from service.errors import Conflict
from service.usecases.lists.shortlists import find_shortlist
from service.usecases.workflow import reviewing, rounds
from service.usecases.workflow.admissibility import standing_obstacles
from service.usecases.workflow.moving import Asked
from service.usecases.workflow.round_records import round_of


@pytest.fixture
def concluded(database, now):
    """A list whose first is recommended and whose second is in reserve; nothing of them was verified since."""
    with database.unit_of_work() as session:
        shortlist_no = b.register_city(session, actor=an_actor(), now=now)
        found = b.start_review(session, shortlist_no, now=now)
        said = [ReviewDecision.RECOMMEND, *[ReviewDecision.RESERVE] * 3]
        for one, decision in zip(found, said, strict=True):
            reviewing.conclude(
                session, actor=b.OFFICER, candidacy_no=one.candidacy_no, decision=decision, version=one.version, now=now
            )
    return database, shortlist_no


def _propose(session, shortlist_no, *, now):
    asked = b.asked("proposed", b.round_version(session, shortlist_no))
    return rounds.move_shortlist(session, actor=b.SECOND, shortlist_no=shortlist_no, asked=asked, now=now)


def _decide(session, shortlist_no, candidacy_no, *, now):
    asked: Asked = b.asked(
        "decided", b.round_version(session, shortlist_no), more={**b.DECISION, "chosen": [candidacy_no]},
        reason="示例：更熟悉当地产业", reason_codes=("R09",),
    )  # fmt: skip
    return rounds.move_shortlist(session, actor=b.LEADER, shortlist_no=shortlist_no, asked=asked, now=now)


def _told(session, shortlist_no, *, now):
    shortlist = find_shortlist(session, actor=b.OFFICER, shortlist_no=shortlist_no)
    state = round_of(session, shortlist).state
    found = b.all_of(session, shortlist_no)
    return standing_obstacles(session, vacancy=shortlist.vacancy, candidacies=found, state=state, now=now)


def test_whoever_is_recommended_has_passed_what_is_due_before_a_nomination(concluded, now):
    database, shortlist_no = concluded
    with database.unit_of_work() as session:
        first, *others = b.all_of(session, shortlist_no)
        with pytest.raises(Conflict, match="kinship") as refused:
            _propose(session, shortlist_no, now=now)
        assert refused.value.value == first.candidacy_no
        assert "尚未核验" in refused.value.problem.zh
        assert set(_told(session, shortlist_no, now=now)) == {first.candidacy_no}, "the page says so beforehand"
        b.settle_rules(session, [first], now=now)
        assert _propose(session, shortlist_no, now=now).to_state == "proposed"
        assert all(one.conclusion == ReviewDecision.RESERVE for one in others), "who is in reserve is not asked yet"


def test_whoever_is_decided_on_has_passed_everything(concluded, now):
    database, shortlist_no = concluded
    with database.unit_of_work() as session:
        first, second, *_others = b.all_of(session, shortlist_no)
        b.settle_rules(session, [first], now=now)
        _propose(session, shortlist_no, now=now)
        for one in (first, second):
            b.lead_to(session, one, "discipline_opinion", now=now)
        assert second.candidacy_no in _told(session, shortlist_no, now=now)
        with pytest.raises(Conflict, match="not verified yet"):
            _decide(session, shortlist_no, second.candidacy_no, now=now)
        b.settle_rules(session, [second], now=now)
        assert _decide(session, shortlist_no, second.candidacy_no, now=now).to_state == "decided"
